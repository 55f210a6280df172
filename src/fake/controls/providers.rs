//! The user's actions at the fake server's identity provider.

#[cfg(feature = "server")]
use serde_json::{Value, json};

use crate::fake::provider::{AuthorizationRequest, CLIENT_ID, ProviderAccount, ProviderCredential};
use crate::fake::{FakeBackend, rules};
use crate::platform::Timer;
use crate::wire::{Answer, OauthCallback, Rejection, Strategy};

impl FakeBackend {
    /// Adds an account at the fake server's identity provider.
    ///
    /// The fake has only one provider, which plays the role of every identity provider and of every enterprise
    /// connection. Each demo user already has an account. If an account with the same address exists, the new account
    /// replaces it.
    pub fn add_provider_account(&self, account: ProviderAccount) {
        self.lock().provider.add(account);
    }

    /// Returns the accounts at the fake server's identity provider.
    #[must_use]
    pub fn provider_accounts(&self) -> Vec<ProviderAccount> {
        self.lock().provider.accounts().to_vec()
    }

    /// Simulates a user who consents at the provider and comes back to the app.
    ///
    /// The user opens the sign-in's [`external_url`](crate::SignIn::external_url), consents with the account that has
    /// this address, and comes back in the same browser. The account is created if it does not exist.
    ///
    /// Returns the URL with which the user comes back to the app. Pass it to [`finish`](crate::SignIn::finish).
    ///
    /// # Errors
    /// Returns the server's rejection if the URL does not belong to the provider, or if the server no longer expects
    /// the callback (`oauth_callback_invalid`).
    pub fn consent(&self, external_url: &str, email_address: &str) -> Result<String, Rejection> {
        let callback_url = self.consent_without_return(external_url, email_address)?;
        self.follow_callback(&callback_url)
    }

    /// Simulates a user who refuses consent at the provider.
    ///
    /// Returns the URL with which the user comes back to the app.
    ///
    /// # Errors
    /// Returns the same errors as [`consent`](Self::consent).
    pub fn deny(&self, external_url: &str) -> Result<String, Rejection> {
        let request = self.authorization(external_url)?;
        self.follow_callback(&request.denied("access_denied"))
    }

    /// Simulates a user who consents at the provider, but has not come back yet.
    ///
    /// Returns this server's callback URL (`/v1/oauth_callback`), to which the provider sends the user. The URL works
    /// only once.
    ///
    /// # Errors
    /// Returns the server's rejection if the URL does not belong to the provider (`oauth_callback_invalid`).
    pub fn consent_without_return(&self, external_url: &str, email_address: &str) -> Result<String, Rejection> {
        let request = self.authorization(external_url)?;
        Ok(self.grant(request, email_address))
    }

    /// Simulates a user who signs in with a provider's own SDK, without leaving the app.
    ///
    /// The user signs in with the account that has this address.
    ///
    /// Returns the credential that the SDK gives the app. Pass it to [`IdToken`](crate::IdToken). The account is
    /// created if it does not exist. Returns `None` for every strategy except `google_one_tap` and
    /// `oauth_token_<provider>`.
    #[must_use]
    pub fn provider_credential(&self, strategy: &Strategy, email_address: &str) -> Option<ProviderCredential> {
        let now = self.clock.now();
        let mut state = self.lock();
        let (provider, client_id) = match strategy {
            Strategy::GoogleOneTap => ("google", state.settings.google_one_tap_client_id.as_deref()),
            Strategy::OauthToken(provider) => (provider.name(), Some(CLIENT_ID)),
            _ => return None,
        };
        let client_id = client_id.unwrap_or(CLIENT_ID).to_owned();
        let issuer = state.settings.provider_issuer(provider);
        let account = state.provider.account_or_new(email_address);
        let crate::fake::FakeState { provider, random, .. } = &mut *state;
        let credential = provider.credential(random, now, account, issuer, client_id)?;
        let code = credential.code.filter(|_| *strategy != Strategy::GoogleOneTap);
        Some(ProviderCredential { code, ..credential })
    }

    /// Sends a user back from the provider to this server.
    ///
    /// `callback_url` is a URL from [`consent_without_return`](Self::consent_without_return). Returns the app's URL, to
    /// which the user is redirected.
    ///
    /// # Errors
    /// Returns the same errors as [`consent`](Self::consent).
    pub fn follow_callback(&self, callback_url: &str) -> Result<String, Rejection> {
        let query = callback_url.split_once('?').map_or("", |(_, query)| query);
        let mut callback = OauthCallback::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "state" => callback.state = Some(value.as_ref().into()),
                "code" => callback.code = Some(value.as_ref().into()),
                "error" => callback.error = Some(value.into_owned()),
                _ => {}
            }
        }
        let now = self.clock.now();
        let mut state = self.lock();
        state.let_time_pass(now);
        let browser = callback.state.as_ref().and_then(|key| state.sent_from(key.expose()));
        match rules::follow_callback(&mut state, now, browser.as_deref(), &callback)? {
            Answer::Redirect { to, .. } => Ok(to.expose().to_owned()),
            _ => Err(crate::fake::rejections::callback_invalid()),
        }
    }

    /// Reads the authorization request in an external URL, if the URL belongs to the provider.
    pub(crate) fn authorization(&self, external_url: &str) -> Result<AuthorizationRequest, Rejection> {
        let (issuer, query) =
            external_url.split_once("/authorize?").ok_or_else(crate::fake::rejections::callback_invalid)?;
        let request = AuthorizationRequest::read(issuer, query);
        let is_right = request.rejection_reason(&self.settings().oauth_callback_url()).is_none();
        if is_right { Ok(request) } else { Err(crate::fake::rejections::callback_invalid()) }
    }

    /// Answers `POST …/token` as the provider: exchanges a code for tokens (RFC 6749 section 4.1.3).
    #[cfg(feature = "server")]
    pub(crate) fn provider_tokens(&self, code: &str, code_verifier: &str, redirect_uri: &str) -> Option<Value> {
        let now = self.clock.now();
        let mut state = self.lock();
        let crate::fake::FakeState { provider, random, settings, .. } = &mut *state;
        let tokens = provider.exchange(random, now, code, code_verifier, redirect_uri);
        let tokens = tokens.filter(|_| !settings.provider_down)?;
        Some(json!({
            "token_type": "Bearer",
            "access_token": tokens.access_token,
            "id_token": tokens.id_token.expose(),
            "expires_in": crate::fake::provider::CODE_SECONDS,
        }))
    }

    /// Returns the public keys with which the provider's ID tokens are verified.
    #[cfg(feature = "server")]
    #[expect(clippy::unused_self, reason = "the keys are the provider's")]
    pub(crate) fn provider_keys(&self) -> Value {
        crate::fake::crypto::jwt::keys()
    }

    /// Answers `GET …/userinfo` as the provider.
    #[cfg(feature = "server")]
    pub(crate) fn provider_user_info(&self, access_token: &str) -> Option<Value> {
        let now = self.clock.now();
        let claims = self.lock().provider.user_info(now, access_token)?;
        serde_json::to_value(claims).ok()
    }

    /// Records the user's consent, and returns the server's callback URL, which contains a code.
    pub(crate) fn grant(&self, request: AuthorizationRequest, email_address: &str) -> String {
        let now = self.clock.now();
        let mut state = self.lock();
        let account = state.provider.account_or_new(email_address);
        let crate::fake::FakeState { provider, random, .. } = &mut *state;
        provider.grant(random, now, account, request)
    }
}
