//! The rules of the server. Each kind of request has its own file.

mod attempt_factor;
mod caller;
mod complete;
mod create_sign_in;
mod email_link;
mod id_token;
mod limits;
mod oauth_callback;
mod passkey;
mod prepare_factor;
mod protect_check;
mod redirect;
mod reset_password;
mod session_tasks;
mod sessions;
mod sign_up;
mod sign_up_at_provider;
mod sign_up_verification;
mod sso;
mod ticket;
mod trusted_device;
mod verify_captcha;
mod wallet;

use std::time::Duration;

use http::header::ORIGIN;

use super::crypto::jwt;
use super::rejections;
use crate::backend::{CallContext, Identity};
use crate::fake::records::authorization::SentFrom;
use crate::fake::records::challenge::Challenge;
use crate::fake::records::place::Place;
use crate::fake::records::sign_in::{Attempt, Check, Which};
use crate::fake::records::state::FakeState;
use crate::fake::records::user::User;
use crate::fault_switches::without;
use crate::wire::{
    API_VERSION_HEADER, Answer, BrowserRequest, ClientUpdate, Rejection, Request, Response, Secret, SessionStatus,
    Status, Strategy, Timestamp, TokenUpdate, VerificationStatus,
};

use caller::{is_public, known_client, new_browser, unknown_client};
use email_link::open as open_link;
pub(super) use oauth_callback::follow_callback;
pub(super) use protect_check::proof_for;

/// The first version of the API in which a passkey can be a second factor.
///
/// The published clients of earlier versions fail if they meet a second factor that they do not know.
const PASSKEY_SECOND_FACTOR_SINCE: &[u8] = b"2026-08-20";

/// The maximum age of a session token that is included in an answer together with its session.
const SHOWN_TOKEN_AT_MOST: Duration = Duration::from_secs(10);

/// Answers a request. This function does all of the server's work, except for reading the clock and holding the lock.
pub(super) fn answer(state: &mut FakeState, now: Timestamp, context: &CallContext, request: Request) -> Response {
    state.let_time_pass(now);
    let known = match known_client(state, &context.identity, now) {
        Ok(known) => known,
        Err(rejection) if !is_public(&request, &context.identity) && !without("an unknown token is rejected") => {
            let mut response = Response::new(Err(rejection));
            response.token = TokenUpdate::Cleared;
            return response;
        }
        Err(_) => None,
    };
    if let Some(client_id) = &known {
        state.end_old_sessions(client_id, now);
    }
    let reads = matches!(request, Request::GetClient);
    match request {
        Request::GetEnvironment => Response::new(Ok(Answer::Environment(Box::new(state.describe_environment())))),
        Request::Browser(BrowserRequest::GetKeys) => Response::new(Ok(Answer::Document(jwt::keys()))),
        Request::Browser(BrowserRequest::GetOpenIdConfiguration) => {
            Response::new(Ok(Answer::Document(state.describe_openid())))
        }
        Request::CreateDevelopmentBrowser => new_browser(state, now),
        Request::Browser(BrowserRequest::Handshake(redirect)) => {
            Response::new(redirect::handshake(state, known.as_deref(), &context.identity, now, &redirect))
        }
        Request::Browser(BrowserRequest::OpenEmailLink(open)) => {
            let mut response = Response::new(open_link(state, now, known.as_deref(), &open));
            // If the link was opened in the browser where the sign-in started, the answer tells that browser who is
            // signed in now.
            response.client = known.map_or(ClientUpdate::Unchanged, |client_id| shown(state, &client_id, None, now));
            response
        }
        Request::Browser(BrowserRequest::OauthCallback(callback)) => {
            let mut response = Response::new(follow_callback(state, now, known.as_deref(), &callback));
            let client = known.as_deref().map(|client_id| shown(state, client_id, None, now));
            response.client = client.unwrap_or(ClientUpdate::Unchanged);
            if let (Identity::Cookie { .. }, Some(client_id)) = (&context.identity, &known) {
                response.token = next_token(state, client_id, now);
            }
            response
        }
        Request::Browser(BrowserRequest::TouchClient(redirect)) => {
            let mut response = Response::new(redirect::touch_client(&redirect));
            if let (Identity::Cookie { .. }, Some(client_id)) = (&context.identity, &known) {
                response.token = next_token(state, client_id, now);
            }
            response
        }
        request => match known {
            Some(client_id) => answer_to(&client_id, false, state, now, context, request),
            // A request that only reads the client does not create a new client.
            None if reads && !without("reading creates no client") => unknown_client(state, &context.identity),
            None => {
                let client_id = state.new_client(now);
                if let Identity::DevelopmentBrowser { token: Some(token) } = &context.identity {
                    state.browsers.insert(token.expose().to_owned(), Some(client_id.clone()));
                }
                answer_to(&client_id, true, state, now, context, request)
            }
        },
    }
}

fn answer_to(
    client_id: &str,
    is_new: bool,
    state: &mut FakeState,
    now: Timestamp,
    context: &CallContext,
    request: Request,
) -> Response {
    let sessions = |state: &FakeState| state.clients.get(client_id).map(|client| client.session_ids.clone());
    let sessions_before = sessions(state);
    if let Some(client) = state.clients.get_mut(client_id) {
        let version = context.headers.get(API_VERSION_HEADER);
        client.predates_passkey_second_factor =
            version.is_some_and(|version| version.as_bytes() < PASSKEY_SECOND_FACTOR_SINCE);
    }
    let origin = context.headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    let from = SentFrom::from_identity(&context.identity);
    let mut call = Call { state, now, client_id, origin, from, place: Place::default() };
    let result = call.carry_out(request);

    let mut response = Response::new(result);
    response.client = shown(state, client_id, origin, now);
    if let Ok(answer) = &mut response.result {
        show_tokens(state, client_id, answer);
    }
    if let Some(client) = state.clients.get_mut(client_id) {
        client.last_seen_at = now;
        // A native client gets a new token with every answer. A browser gets a new token if its client is new or if its
        // sessions have changed.
        let is_due = match context.identity {
            Identity::Native { .. } => is_new || !without("every answer renews the token of a native client"),
            Identity::Cookie { .. } => is_new || sessions(state) != sessions_before,
            Identity::Anonymous | Identity::DevelopmentBrowser { .. } => false,
        };
        if is_due {
            response.token = next_token(state, client_id, now);
        }
    } else if !matches!(context.identity, Identity::DevelopmentBrowser { .. }) {
        response.token = TokenUpdate::Cleared;
    }
    response
}

/// Describes the client as it is now, with a session token for each of its sessions.
fn shown(state: &mut FakeState, client_id: &str, origin: Option<&str>, now: Timestamp) -> ClientUpdate {
    state.note_changes(client_id, now);
    if state.settings.session_tokens {
        let ids: Vec<_> = state.sessions_on(client_id).map(|session| session.id.clone()).collect();
        for id in ids {
            issue_session_token(state, &id, origin, now, SHOWN_TOKEN_AT_MOST);
        }
    }
    let client = state.describe_client(client_id, now);
    client.map_or(ClientUpdate::Gone, |client| ClientUpdate::Known(Box::new(client)))
}

/// Replaces the tokens of the sessions in an answer with the newest ones.
///
/// The answer may have been created before the client's description changed, so its tokens may be too old. A session
/// that has ended, or that is on another client, has no token.
fn show_tokens(state: &FakeState, client_id: &str, answer: &mut Answer) {
    let sessions = match answer {
        Answer::Session(session) => std::slice::from_mut(&mut **session),
        Answer::Sessions(sessions) => sessions.as_mut_slice(),
        _ => return,
    };
    for session in sessions {
        let stored = state.sessions.get(&session.id).filter(|stored| stored.client_id == client_id);
        session.last_active_token = stored.and_then(|stored| state.shown_token(stored));
    }
}

fn next_token(state: &mut FakeState, client_id: &str, now: Timestamp) -> TokenUpdate {
    let token = state.issue_token(client_id, now).map(Secret::from);
    token.map_or(TokenUpdate::Unchanged, TokenUpdate::Replaced)
}

/// Issues a session token for the page at `origin`, or reuses one that is not older than `max_age`.
fn issue_session_token(
    state: &mut FakeState,
    id: &str,
    origin: Option<&str>,
    now: Timestamp,
    max_age: Duration,
) -> Option<Secret> {
    let session = state.sessions.get(id)?;
    let organization =
        state.active_membership(session).map(|(organization, membership)| organization.claim(membership));
    let session = state.sessions.get_mut(id)?;
    let since = state.clients.get(&session.client_id).map_or(now, |client| client.updated_at_by(now));
    if !session.has_token(origin, max_age, since, now) {
        let jti = state.random.token_id();
        session.issued = Some(session.new_token(&state.settings.issuer, origin, &jti, organization, now)?);
    }
    session.issued.as_ref().map(|issued| issued.jwt.clone())
}

/// A request that a client makes at a certain moment.
struct Call<'a> {
    state: &'a mut FakeState,
    now: Timestamp,
    client_id: &'a str,
    /// The origin of the calling page, if the caller is a browser.
    origin: Option<&'a str>,
    /// The kind of client that makes the request.
    from: SentFrom,
    /// The language and the time zone of the sign-in that this request begins.
    place: Place,
}

impl Call<'_> {
    fn carry_out(&mut self, request: Request) -> Result<Answer, Rejection> {
        match request {
            // Only the first two of these requests reach this point. The others were answered before the client was
            // looked up.
            Request::GetClient
            | Request::CreateClient
            | Request::GetEnvironment
            | Request::CreateDevelopmentBrowser
            | Request::Browser(_) => Ok(Answer::Client),
            Request::CompleteMagicLink(complete) => self.complete_magic_link(&complete),
            Request::DeleteClient => {
                self.state.forget_client(self.client_id);
                Ok(Answer::Client)
            }
            Request::VerifyCaptcha(verify) => self.verify_captcha(&verify),
            Request::CreateSignIn(create) => self.create_sign_in(create),
            Request::GetSignIn(get) => self.read_sign_in(&get),
            Request::PrepareFirstFactor(prepare) => {
                self.gated(&prepare.sign_in_id, |call| call.prepare_factor(Which::First, &prepare))
            }
            Request::AttemptFirstFactor(attempt) => {
                self.gated(&attempt.sign_in_id, |call| call.attempt_factor(Which::First, &attempt))
            }
            Request::PrepareSecondFactor(prepare) => {
                self.gated(&prepare.sign_in_id, |call| call.prepare_factor(Which::Second, &prepare))
            }
            Request::AttemptSecondFactor(attempt) => {
                self.gated(&attempt.sign_in_id, |call| call.attempt_factor(Which::Second, &attempt))
            }
            Request::ResetPassword(reset) => self.gated(&reset.sign_in_id, |call| call.reset_password(&reset)),
            Request::CreateSignUp(create) => self.create_sign_up(create),
            Request::GetSignUp(get) => self.read_sign_up(&get),
            Request::UpdateSignUp(update) => self.update_sign_up(update),
            Request::PrepareSignUp(prepare) => self.prepare_sign_up(&prepare),
            Request::AttemptSignUp(attempt) => self.attempt_sign_up(&attempt),
            Request::SubmitProof(proof) => self.submit_proof(&proof),
            Request::GetSession(get) => self.get_session(&get.session_id),
            Request::TouchSession(touch) => self.touch_session(&touch),
            Request::CreateSessionToken(create) => self.create_session_token(&create),
            Request::EndSession(end) => self.end_session(&end.session_id, SessionStatus::Ended),
            Request::RemoveSession(remove) => self.end_session(&remove.session_id, SessionStatus::Removed),
            Request::EndSessions => Ok(self.end_sessions_here()),
            Request::GetUser(session) => self.get_user(&session.session_id),
            Request::ListSessions(session) => self.list_sessions(&session.session_id),
            Request::ChangePassword(change) => self.change_password(&change),
            Request::CreateTotp(session) => self.create_totp(&session.session_id),
            Request::VerifyTotp(verify) => self.verify_totp(&verify),
            Request::CreatePasskey(session) => self.create_passkey(&session.session_id),
            Request::VerifyPasskey(verify) => self.verify_passkey(&verify),
            Request::RenamePasskey(rename) => self.rename_passkey(&rename),
            Request::RemovePasskey(remove) => self.remove_passkey(&remove.session_id, &remove.passkey_id),
            Request::ListTrustedDevices(session) => self.list_trusted_devices(&session.session_id),
            Request::PrepareTrustedDevice(prepare) => self.prepare_trusted_device(&prepare),
            Request::AttemptTrustedDevice(attempt) => self.enrol_trusted_device(&attempt),
            Request::RevokeTrustedDevice(revoke) => {
                self.revoke_trusted_device(&revoke.session_id, &revoke.trusted_device_id)
            }
            Request::ValidateTrustedDevice(validate) => self.validate_trusted_device(&validate),
        }
    }

    fn get_sign_in(&self, id: &str) -> Result<Answer, Rejection> {
        let attempt = self.own_attempt(id)?;
        Ok(self.sign_in(attempt))
    }

    /// Returns the attempt with this id, if it belongs to this client and is not abandoned.
    fn own_attempt(&self, id: &str) -> Result<&Attempt, Rejection> {
        let is_own = |it: &&Attempt| it.client_id == self.client_id || without("an attempt belongs to one client");
        let attempt = self.state.attempts.get(id).filter(is_own);
        let is_open = |it: &&Attempt| it.status != Status::Abandoned || without("an abandoned attempt cannot go on");
        attempt.filter(is_open).ok_or_else(rejections::sign_in_not_found)
    }

    /// Returns the attempt with this id, if it is the current one.
    fn current_attempt(&self, id: &str) -> Result<&Attempt, Rejection> {
        let attempt = self.own_attempt(id)?;
        let current = self.state.clients.get(self.client_id).and_then(|client| client.sign_in_id.as_deref());
        let is_current = current == Some(id) || without("a replaced attempt accepts no step");
        if is_current { Ok(attempt) } else { Err(rejections::sign_in_replaced()) }
    }

    /// Returns the attempt with this id, if this kind of factor can be verified now.
    ///
    /// It must be the current attempt, and its user must be allowed to sign in.
    fn verifiable(&self, id: &str, which: Which) -> Result<&Attempt, Rejection> {
        let attempt = self.own_attempt(id)?;
        let expected = match which {
            // A passkey identifies its user, so no identifier is needed.
            Which::First if attempt.status == Status::NeedsIdentifier => {
                attempt.first.as_ref().is_some_and(|check| check.strategy == Strategy::Passkey)
            }
            Which::First => attempt.status == Status::NeedsFirstFactor,
            Which::Second => matches!(attempt.status, Status::NeedsSecondFactor | Status::NeedsClientTrust),
        };
        if expected || without("a factor is verified only at its stage") {
            self.admit(attempt)?;
            return self.current_attempt(id);
        }
        Err(if attempt.check(which).is_some_and(Check::is_verified) {
            rejections::verification_already_verified()
        } else {
            rejections::wrong_status(self.state.settings.wrong_status.clone())
        })
    }

    /// Rejects every strategy but a passkey while the sign-in has no identifier.
    fn reject_before_user_is_known(&self, id: &str, strategy: &Strategy) -> Result<(), Rejection> {
        if self.own_attempt(id)?.status == Status::NeedsIdentifier
            && *strategy != Strategy::Passkey
            && !without("only a passkey comes before the identifier")
        {
            return Err(rejections::wrong_status(self.state.settings.wrong_status.clone()));
        }
        Ok(())
    }

    /// Returns the pending challenge for this strategy.
    fn challenged(&self, id: &str, which: Which, strategy: &Strategy) -> Result<(Check, Challenge), Rejection> {
        let check = self.own_attempt(id)?.check(which).filter(|check| check.strategy == *strategy).cloned();
        let check = check.ok_or_else(rejections::verification_missing)?;
        self.reject_unless_pending(&check)?;
        let challenge = check.challenge.clone().ok_or_else(rejections::verification_missing)?;
        Ok((check, challenge))
    }

    /// Rejects an answer if its verification is no longer pending.
    fn reject_unless_pending(&self, check: &Check) -> Result<(), Rejection> {
        match check.status_at(self.now) {
            VerificationStatus::Unverified => Ok(()),
            VerificationStatus::Expired if without("a code expires") => Ok(()),
            VerificationStatus::Failed if without("a failed code stays rejected") => Ok(()),
            VerificationStatus::Expired => Err(rejections::verification_expired()),
            VerificationStatus::Verified => Err(rejections::verification_already_verified()),
            _ => Err(rejections::verification_failed()),
        }
    }

    fn user_of(&self, attempt: &Attempt) -> Option<&User> {
        self.state.users.get(attempt.user_id.as_ref()?)
    }

    fn user_of_mut(&mut self, attempt_id: &str) -> Option<&mut User> {
        let user_id = self.state.attempts.get(attempt_id)?.user_id.as_ref()?;
        self.state.users.get_mut(user_id)
    }

    fn sign_in(&self, attempt: &Attempt) -> Answer {
        Answer::SignInAttempt(Box::new(self.state.describe_sign_in(attempt, self.now)))
    }
}
