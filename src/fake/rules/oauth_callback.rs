//! `GET /v1/oauth_callback`: the user comes back from a provider.

use super::Call;
use super::attempt_factor::given;
use super::email_link::see_other;
use crate::fake::provider::{CLIENT_ID, Claims, claims_of};
use crate::fake::records::authorization::{AttemptId, Authorization, ProviderChoice, Returned, SentFrom};
use crate::fake::records::external_account::ExternalAccount;
use crate::fake::records::place::Place;
use crate::fake::records::sign_in::{Check, Which};
use crate::fake::records::state::FakeState;
use crate::fake::records::users::is_email_address;
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{
    Answer, ApiError, GetSignIn, OauthCallback, Rejection, Secret, SignUpStatus, Status, Strategy, Timestamp,
    VerificationStatus,
};

/// Handles a user who comes back from a provider.
///
/// `browser` is the client of the user's browser, if that client is known.
///
/// Redirects the user to the app. The URL of the redirect contains the data that the app needs to get the result.
pub(in crate::fake) fn follow_callback(
    state: &mut FakeState,
    now: Timestamp,
    browser: Option<&str>,
    callback: &OauthCallback,
) -> Result<Answer, Rejection> {
    let key = given("state", callback.state.as_ref())?.expose();
    let authorization = state.authorizations.get(key).cloned().ok_or_else(rejections::callback_invalid)?;
    let client_id = state.sent_from(key).ok_or_else(rejections::callback_invalid)?;
    // Reject a callback if the sign-in or sign-up was started in another browser (login CSRF, RFC 6749 section 10.12).
    let is_elsewhere = authorization.from == SentFrom::Browser && browser != Some(client_id.as_str());
    if is_elsewhere && !without("a callback comes back to its own browser") {
        return Err(rejections::callback_invalid());
    }
    state.authorizations.remove(key);
    let from = authorization.from;
    let mut call = Call { state, now, client_id: &client_id, origin: None, from, place: Place::default() };
    call.reject_unless_waiting(&authorization.attempt_id, &authorization.choice)?;
    let account = call.account_of(&authorization, callback);
    if authorization.from == SentFrom::App {
        let nonce = Secret::from(call.state.random.token());
        let returned = Some(Returned { nonce: nonce.clone(), account: Some((authorization.choice, account)) });
        match &authorization.attempt_id {
            AttemptId::SignIn(id) => drop(call.state.attempts.get_mut(id).map(|attempt| attempt.returned = returned)),
            AttemptId::SignUp(id) => drop(call.state.sign_ups.get_mut(id).map(|sign_up| sign_up.returned = returned)),
        }
        return Ok(see_other(&authorization.redirect_url, &[("rotating_token_nonce", nonce.expose())]));
    }
    let is_complete = match &authorization.attempt_id {
        AttemptId::SignIn(id) => {
            call.settle(id, &authorization.choice, account)?;
            call.own_attempt(id)?.status == Status::Complete
        }
        AttemptId::SignUp(id) => {
            call.settle_at_provider(id, &authorization.choice, account)?;
            call.own_sign_up(id)?.status == SignUpStatus::Complete
        }
    };
    call.state.note_changes(&client_id, now);
    let page = authorization.complete_url.filter(|_| is_complete).unwrap_or(authorization.redirect_url);
    Ok(see_other(&page, &[]))
}

impl Call<'_> {
    /// Rejects a callback unless the sign-in or sign-up is still waiting for exactly this callback.
    pub(super) fn reject_unless_waiting(
        &self,
        attempt_id: &AttemptId,
        choice: &ProviderChoice,
    ) -> Result<(), Rejection> {
        let (check, may_go_on) = match attempt_id {
            AttemptId::SignIn(id) => {
                let attempt = self.current_attempt(id).map_err(|_| rejections::callback_invalid())?;
                let is_first = matches!(attempt.status, Status::NeedsIdentifier | Status::NeedsFirstFactor);
                (&attempt.first, is_first && attempt.gate.as_ref().is_none_or(|gate| gate.comes_with_redirect))
            }
            AttemptId::SignUp(id) => {
                let sign_up = self.current_sign_up(id).map_err(|_| rejections::callback_invalid())?;
                (&sign_up.external, true)
            }
        };
        let check = check.as_ref().filter(|check| check.strategy == choice.strategy);
        let waits = check.is_some_and(|check| check.status_at(self.now) == VerificationStatus::Unverified);
        let is_awaited = waits && may_go_on || without("a callback must be awaited");
        if is_awaited { Ok(()) } else { Err(rejections::callback_invalid()) }
    }

    /// Returns the provider's claims about the user.
    fn account_of(&mut self, authorization: &Authorization, callback: &OauthCallback) -> Result<Claims, ApiError> {
        self.exchange(authorization, callback).map_err(first_error)
    }

    fn exchange(&mut self, authorization: &Authorization, callback: &OauthCallback) -> Result<Claims, Rejection> {
        match callback.error.as_deref() {
            Some("access_denied") => return Err(rejections::access_denied()),
            Some(_) => return Err(rejections::callback_invalid()),
            None => {}
        }
        let code = given("code", callback.code.as_ref()).map_err(|_| rejections::callback_invalid())?;
        if self.state.settings.provider_down {
            return Err(rejections::token_exchange_failed());
        }
        let redirect_uri = self.state.settings.oauth_callback_url();
        let issuer = self.state.settings.provider_issuer(&authorization.choice.provider);
        let (provider, random) = (&mut self.state.provider, &mut self.state.random);
        let verifier = authorization.code_verifier.expose();
        let tokens = provider.exchange(random, self.now, code.expose(), verifier, &redirect_uri);
        let tokens = tokens.ok_or_else(rejections::token_exchange_failed)?;
        let nonce = Some(authorization.nonce.as_str());
        let vouched = claims_of(&tokens.id_token, &issuer, CLIENT_ID, nonce, self.now);
        let subject = vouched.ok_or_else(rejections::token_exchange_failed)?.sub;
        let claims = self.state.provider.user_info(self.now, &tokens.access_token);
        // Claims must not be trusted if their subject differs from the subject of the ID token (OpenID Connect Core 1.0
        // section 5.3.2).
        let claims = claims.filter(|claims| claims.sub == subject && is_email_address(&claims.email));
        claims.ok_or_else(rejections::fetch_user_failed)
    }

    /// Reads a sign-in.
    ///
    /// The provider's result takes effect if the app sends the nonce that it received when the user came back.
    pub(super) fn read_sign_in(&mut self, get: &GetSignIn) -> Result<Answer, Rejection> {
        let id = get.sign_in_id.as_str();
        let attempt = self.own_attempt(id)?;
        if let Some(nonce) = &get.rotating_token_nonce {
            let is_right = |it: &Returned| it.nonce == *nonce || without("the nonce of a callback is checked");
            let returned = attempt.returned.clone().filter(is_right);
            let returned = returned.ok_or_else(rejections::callback_invalid)?;
            if let Some((choice, account)) = returned.account {
                self.current_attempt(id)?;
                self.reject_unless_waiting(&AttemptId::SignIn(id.to_owned()), &choice)?;
                self.settle(id, &choice, account)?;
                if let Some(attempt) = self.state.attempts.get_mut(id) {
                    attempt.returned = Some(Returned { nonce: returned.nonce, account: None });
                }
            }
        }
        self.get_sign_in(id)
    }

    /// Applies the provider's result to the sign-in, or keeps it until the sign-in's protect check is solved.
    pub(super) fn settle(
        &mut self,
        id: &str,
        choice: &ProviderChoice,
        account: Result<Claims, ApiError>,
    ) -> Result<(), Rejection> {
        if let Some(gate) = self.state.attempts.get_mut(id).and_then(|attempt| attempt.gate.as_mut())
            && !without("a provider's result waits for the protect check")
        {
            gate.account = Some(Box::new((choice.clone(), account)));
            return Ok(());
        }
        let check = self.own_attempt(id)?.first.clone().filter(|check| check.strategy == choice.strategy);
        let mut check = Check { external_url: None, ..check.ok_or_else(rejections::callback_invalid)? };
        let found =
            account.and_then(|claims| self.find(choice, &claims).map_err(first_error).map(|user| (user, claims)));
        match found {
            Ok((found, claims)) => self.recognized(id, check, choice, claims, found),
            Err(error) => {
                check.status = VerificationStatus::Failed;
                check.error = Some(Box::new(error));
                self.set_check(id, Which::First, check);
                Ok(())
            }
        }
    }

    /// Applies the identity that the provider has confirmed.
    pub(super) fn recognized(
        &mut self,
        id: &str,
        mut check: Check,
        choice: &ProviderChoice,
        claims: Claims,
        found: Found,
    ) -> Result<(), Rejection> {
        match found {
            Found::User(user_id) => {
                self.link(&user_id, external_account(choice, claims.clone()));
                self.belongs_to(id, user_id, &claims);
                self.verified(id, Which::First, check, None)?;
            }
            Found::Unverified(user_id) => {
                // A user has this address, but the provider has not verified the address. The user must verify the
                // address in another way.
                self.belongs_to(id, user_id, &claims);
                check.status = VerificationStatus::Verified;
                self.set_check(id, Which::First, check);
                if let Some(attempt) = self.state.attempts.get_mut(id) {
                    attempt.status = Status::NeedsFirstFactor;
                    attempt.identifier = Some(claims.email);
                }
            }
            Found::Unknown => {
                check.status = VerificationStatus::Transferable;
                self.set_check(id, Which::First, check);
                let newcomer = Box::new(external_account(choice, claims));
                if let Some(attempt) = self.state.attempts.get_mut(id) {
                    attempt.newcomer = Some(newcomer);
                }
            }
        }
        Ok(())
    }

    /// Finds the user to whom the provider's account belongs.
    pub(super) fn find(&self, choice: &ProviderChoice, claims: &Claims) -> Result<Found, Rejection> {
        let settings = &self.state.settings;
        let connection =
            choice.connection_id.as_ref().map(|id| settings.enterprise_connections.iter().find(|it| it.id == *id));
        match connection {
            // An enterprise can vouch only for addresses in its own domain.
            Some(connection)
                if !connection.is_some_and(|it| it.has(&claims.email))
                    && !without("an enterprise vouches only for its own domain") =>
            {
                return Err(rejections::domain_mismatch(&choice.strategy));
            }
            None if !self.state.connections_of(&claims.email).is_empty()
                && !without("an enterprise's user signs in at the enterprise") =>
            {
                return Err(rejections::must_use_connection());
            }
            _ => {}
        }
        let linked = self.state.users.with_external_account(&external_account(choice, claims.clone()));
        let user = linked.or_else(|| self.state.users.with_email_address(&claims.email));
        let Some(user) = user else {
            let may_sign_up = settings.sign_ups || without("sign-ups can be switched off");
            return if may_sign_up { Ok(Found::Unknown) } else { Err(rejections::external_account_not_found()) };
        };
        self.admit_user(user)?;
        self.reject_second_session_of(user)?;
        let is_proven = linked.is_some() || claims.email_verified || connection.is_some();
        let is_proven = is_proven || without("an unverified address identifies nobody");
        Ok(if is_proven { Found::User(user.id.clone()) } else { Found::Unverified(user.id.clone()) })
    }

    /// Links the account to the user, and stores the account's latest claims.
    ///
    /// Keeps the names that are already known, because an ID token contains no names.
    fn link(&mut self, user_id: &str, mut account: ExternalAccount) {
        let Some(mut user) = self.state.users.get(user_id).cloned() else { return };
        match user.external_accounts.iter_mut().find(|known| known.key() == account.key()) {
            Some(known) => {
                account.claims.given_name = account.claims.given_name.or(known.claims.given_name.take());
                account.claims.family_name = account.claims.family_name.or(known.claims.family_name.take());
                *known = account;
            }
            None => user.external_accounts.push(account),
        }
        self.state.users.insert(user);
    }

    fn belongs_to(&mut self, id: &str, user_id: String, claims: &Claims) {
        if let Some(attempt) = self.state.attempts.get_mut(id) {
            if attempt.identifier.is_some() && attempt.user_id.as_deref() != Some(user_id.as_str()) {
                // The identifier that the user entered belongs to another user.
                attempt.identifier = Some(claims.email.clone());
            }
            attempt.user_id = Some(user_id);
        }
    }
}

pub(super) enum Found {
    User(String),
    /// A user has the address, but the provider has not verified the address.
    Unverified(String),
    Unknown,
}

pub(super) fn external_account(choice: &ProviderChoice, claims: Claims) -> ExternalAccount {
    // The account is the same, no matter which strategy the user chose.
    let strategy = match &choice.strategy {
        Strategy::Saml => Strategy::EnterpriseSso,
        Strategy::GoogleOneTap | Strategy::OauthToken(_) => Strategy::oauth(&choice.provider),
        strategy => strategy.clone(),
    };
    ExternalAccount { strategy, connection_id: choice.connection_id.clone(), claims }
}

pub(super) fn first_error(rejection: Rejection) -> ApiError {
    let unexplained = || rejections::callback_invalid().errors;
    let errors = if rejection.errors.is_empty() { unexplained() } else { rejection.errors };
    errors.into_iter().next().unwrap_or_else(|| ApiError::new(crate::wire::ErrorCode::OauthCallbackInvalid, ""))
}
