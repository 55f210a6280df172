//! Sessions: what a complete sign-in leads to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::law::{Outcome, Unmet};
use super::trial::{Trial, expect, expect_same};
use super::{TestUser, WantedUser, caller::Caller};
use crate::wire::{
    Answer, CreateSessionToken, CreateSignIn, ErrorCode, OneSession, Request, SessionStatus, Status, TouchSession,
};

/// The lifetime of a session token in seconds.
const TOKEN_LIFETIME: i64 = 60;

impl Trial<'_> {
    pub(super) async fn new_session_belongs_to_the_user(&self) -> Outcome {
        let (mut caller, user, id) = self.signed_in().await?;
        let client = caller.read_client().await?;
        let session = client.session(&id).ok_or_else(|| Unmet::broken("the new session on the client", "none"))?;
        expect_same("the status", &Some(SessionStatus::Active), &session.status)?;
        let addresses = session.user.as_deref().map(|user| user.email_addresses.as_slice()).unwrap_or_default();
        let is_the_users = addresses.iter().any(|address| address.email_address == user.email_address);
        expect(is_the_users, "a session of the user who signed in", &session.user)
    }

    pub(super) async fn session_knows_its_factors(&self) -> Outcome {
        let (mut caller, _, id) = self.signed_in().await?;
        let session = caller.read_session(&id).await?.accepted()?;
        let Answer::Session(session) = session else { return Err(Unmet::broken("a session", "another answer")) };
        expect_same("the ages", &Some(vec![0, -1]), &session.factor_verification_age)
    }

    pub(super) async fn touched_session_becomes_active(&self) -> Outcome {
        let (mut caller, first, second) = self.two_sessions().await?;
        for id in [&first, &second, &first] {
            caller.call(touch(id)).await?.accepted()?;
            let active = caller.read_client().await?.last_active_session_id;
            expect_same("the active session", &Some(id.clone()), &active)?;
        }
        Ok(())
    }

    pub(super) async fn session_token_names_the_session(&self) -> Outcome {
        let (mut caller, _, id) = self.signed_in().await?;
        let client = caller.known()?;
        let user = client.session(&id).and_then(|session| session.user.as_deref());
        let user_id = user.map(|user| user.id.clone());
        let Answer::SessionToken(token) = caller.call(token_for(&id)).await?.accepted()? else {
            return Err(Unmet::broken("a session token", "another answer"));
        };
        let claims = claims(token.jwt.expose()).ok_or_else(|| Unmet::broken("a JWT", "something else"))?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        expect_same("the claim sid", &Some(id), &text("sid"))?;
        expect_same("the claim sub", &user_id, &text("sub"))?;
        let number = |name: &str| claims.get(name).and_then(Value::as_i64);
        let lifetime = number("exp").zip(number("iat")).map(|(end, start)| end.saturating_sub(start));
        expect_same("the lifetime", &Some(TOKEN_LIFETIME), &lifetime)
    }

    pub(super) async fn ended_session_is_over(&self) -> Outcome {
        let (mut caller, _, id) = self.signed_in().await?;
        caller.call(Request::EndSession(OneSession::new(&id))).await?.accepted()?;
        let client = caller.read_client().await?;
        let goes_on = client.session(&id).is_some_and(|session| session.status == Some(SessionStatus::Active));
        expect(!goes_on, "no active session", &client.sessions)?;
        expect(client.last_active_session_id.as_ref() != Some(&id), "another active session or none", &id)?;
        caller.call(token_for(&id)).await?.rejected()?;
        Ok(())
    }

    pub(super) async fn ending_a_session_leaves_the_others(&self) -> Outcome {
        let (mut caller, first, second) = self.two_sessions().await?;
        caller.call(Request::EndSession(OneSession::new(&first))).await?.accepted()?;
        caller.call(token_for(&second)).await?.accepted()?;
        let is_there = caller.read_client().await?.session(&second).is_some();
        expect(is_there, "the other session on the client", &"no session")
    }

    pub(super) async fn signing_out_keeps_the_client(&self) -> Outcome {
        let (mut caller, _, id) = self.signed_in().await?;
        let before = caller.known()?.id;
        caller.call(Request::EndSessions).await?.accepted()?;
        caller.call(token_for(&id)).await?.rejected()?;
        let client = caller.read_client().await?;
        expect_same("the client", &before, &client.id)?;
        let active = client.sessions.iter().filter(|session| session.status == Some(SessionStatus::Active)).count();
        expect_same("the number of active sessions", &0, &active)
    }

    pub(super) async fn another_clients_session_is_not_found(&self) -> Outcome {
        let (mut owner, _, id) = self.signed_in().await?;
        let mut stranger = self.caller();
        stranger.create(CreateSignIn::new()).await?.accepted()?;
        for request in [touch(&id), token_for(&id), Request::EndSession(OneSession::new(&id))] {
            stranger.call(request).await?.rejected()?;
        }
        owner.call(token_for(&id)).await?.accepted()?;
        Ok(())
    }

    pub(super) async fn user_is_not_signed_in_twice(&self) -> Outcome {
        Self::only_if(!self.instance().single_session, "the instance is in single-session mode")?;
        let (mut caller, user, id) = self.signed_in().await?;
        let reply = caller.identify(&user.email_address).await?;
        let rejection = reply.rejected_with(400, &ErrorCode::IdentifierAlreadySignedIn)?;
        let named = rejection.errors.iter().find_map(|error| error.meta.session_id.clone());
        expect_same("the session in the rejection", &Some(id), &named)
    }

    pub(super) async fn single_session_allows_one_session(&self) -> Outcome {
        Self::only_if(self.instance().single_session, "the instance is in multi-session mode")?;
        let (mut caller, _, _) = self.signed_in().await?;
        let other = self.user(WantedUser::new()).await?;
        caller.identify(&other.email_address).await?.rejected_with(400, &ErrorCode::SessionExists)?;
        caller.call(Request::EndSessions).await?.accepted()?;
        caller.identify(&other.email_address).await?.at(&Status::NeedsFirstFactor)?;
        Ok(())
    }

    /// Signs a new user in. Returns the client, the user and the id of the session.
    async fn signed_in(&self) -> Outcome<(Caller<'_>, TestUser, String)> {
        let user = self.user(WantedUser::new()).await?;
        let mut caller = self.caller();
        let id = caller.sign_in_by_code(&user).await?;
        Ok((caller, user, id))
    }

    /// Signs two users in on one client.
    async fn two_sessions(&self) -> Outcome<(Caller<'_>, String, String)> {
        Self::only_if(!self.instance().single_session, "the instance is in single-session mode")?;
        let (mut caller, _, first) = self.signed_in().await?;
        let other = self.user(WantedUser::new()).await?;
        let second = caller.sign_in_by_code(&other).await?;
        Ok((caller, first, second))
    }
}

pub(super) fn token_for(session_id: &str) -> Request {
    Request::CreateSessionToken(CreateSessionToken::new(session_id))
}

fn touch(session_id: &str) -> Request {
    Request::TouchSession(TouchSession::select(session_id))
}

/// Reads the claims of a JWT, without verifying it.
fn claims(jwt: &str) -> Option<Map<String, Value>> {
    let [_, claims, _] = jwt.split('.').collect::<Vec<_>>().try_into().ok()?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}
