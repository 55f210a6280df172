//! The user at the fake's provider.

#[cfg(feature = "server")]
use serde_json::{Value, json};

use crate::fake::provider::{AuthorizationRequest, CLIENT_ID, ProviderAccount, ProviderCredential};
use crate::fake::{FakeBackend, rules};
use crate::platform::Timer;
use crate::wire::{Answer, OauthCallback, Rejection, Strategy};

impl FakeBackend {
    /// Gives somebody an account at the fake's provider, which stands for every provider and enterprise connection. The demo
    /// people have one each. One with the same address takes its place.
    pub fn add_provider_account(&self, account: ProviderAccount) {
        self.lock().provider.add(account);
    }

    /// Who has an account at the fake's provider.
    #[must_use]
    pub fn provider_accounts(&self) -> Vec<ProviderAccount> {
        self.lock().provider.accounts().to_vec()
    }

    /// The user goes to the provider by a sign-in's [`external_url`](crate::SignIn::external_url), agrees with the account
    /// that has this address, and comes back in the browser they went there in. Returns the URL of the app that they come
    /// back to, for [`finish`](crate::SignIn::finish). Whoever has no account there makes one.
    ///
    /// # Errors
    /// What the server answers instead of sending them back to the app: the URL is not the provider's, or its way back is
    /// waited for no more (`oauth_callback_invalid`).
    pub fn consent(&self, external_url: &str, email_address: &str) -> Result<String, Rejection> {
        let callback_url = self.consent_only(external_url, email_address)?;
        self.come_back(&callback_url)
    }

    /// The user goes to the provider and says no. Returns the URL of the app that they come back to.
    ///
    /// # Errors
    /// As for [`consent`](Self::consent).
    pub fn deny(&self, external_url: &str) -> Result<String, Rejection> {
        let request = self.authorization(external_url)?;
        self.come_back(&request.denied("access_denied"))
    }

    /// The user agrees at the provider and has not come back yet. Returns the URL of this server that the provider sends
    /// them to (`/v1/oauth_callback`), which works once.
    ///
    /// # Errors
    /// The URL is not the provider's (`oauth_callback_invalid`).
    pub fn consent_only(&self, external_url: &str, email_address: &str) -> Result<String, Rejection> {
        let request = self.authorization(external_url)?;
        Ok(self.grant(request, email_address))
    }

    /// The user signs in at a provider inside the app, with the account that has this address: what the provider's own SDK
    /// gives the app, for [`IdToken`](crate::IdToken). Whoever has no account there makes one. `None` for every strategy but
    /// `google_one_tap` and `oauth_token_<provider>`.
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

    /// The user comes back from the provider to this server, by a URL that [`consent_only`](Self::consent_only) returned.
    /// Returns the URL of the app that they are sent on to.
    ///
    /// # Errors
    /// As for [`consent`](Self::consent).
    pub fn come_back(&self, callback_url: &str) -> Result<String, Rejection> {
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
        match rules::come_back(&mut state, now, browser.as_deref(), &callback)? {
            Answer::Redirect { to, .. } => Ok(to.expose().to_owned()),
            _ => Err(crate::fake::rejections::callback_invalid()),
        }
    }

    /// What an external URL asks of the provider, if it is the provider's.
    pub(crate) fn authorization(&self, external_url: &str) -> Result<AuthorizationRequest, Rejection> {
        let (issuer, query) =
            external_url.split_once("/authorize?").ok_or_else(crate::fake::rejections::callback_invalid)?;
        let request = AuthorizationRequest::read(issuer, query);
        let is_right = request.refused(&self.settings().oauth_callback_url()).is_none();
        if is_right { Ok(request) } else { Err(crate::fake::rejections::callback_invalid()) }
    }

    /// `POST …/token` of the provider: what a code brings, by the parameters of RFC 6749 section 4.1.3.
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

    /// The keys that the provider signs ID tokens with.
    #[cfg(feature = "server")]
    #[expect(clippy::unused_self, reason = "the keys are the provider's")]
    pub(crate) fn provider_keys(&self) -> Value {
        crate::fake::crypto::jwt::keys()
    }

    /// `GET …/userinfo` of the provider.
    #[cfg(feature = "server")]
    pub(crate) fn provider_user_info(&self, access_token: &str) -> Option<Value> {
        let now = self.clock.now();
        let claims = self.lock().provider.user_info(now, access_token)?;
        serde_json::to_value(claims).ok()
    }

    /// The user agrees: the way back to the server, with a code.
    pub(crate) fn grant(&self, request: AuthorizationRequest, email_address: &str) -> String {
        let now = self.clock.now();
        let mut state = self.lock();
        let account = state.provider.account_or_new(email_address);
        let crate::fake::FakeState { provider, random, .. } = &mut *state;
        provider.grant(random, now, account, request)
    }
}
