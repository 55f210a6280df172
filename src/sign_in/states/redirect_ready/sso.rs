//! Which provider, and how the user is sent there.

use super::{RedirectReady, reserve};
use crate::platform::Browser;
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterRedirect;
use crate::sign_in::state_from_attempt::is_redirect_open;
use crate::sign_in::states::{NeedsFirstFactor, NeedsIdentifier, State};
use crate::sign_in::step_error::StepError;
use crate::wire::{self, CreateSignIn, Factor, PrepareFactor, Request, Strategy};

/// Single sign-on: which provider the user goes to, and how they are asked there.
///
/// ```
/// use clerk_sign_in::Sso;
///
/// let google = Sso::oauth("google").prompt("select_account").login_hint("ada@example.com");
/// let custom = Sso::oauth("custom_acme");
/// let company = Sso::enterprise().identifier("ada@acme.example");
/// # let _ = (google, custom, company);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "give it to `sso` or `sso_with`"]
pub struct Sso {
    strategy: Strategy,
    identifier: Option<String>,
    enterprise_connection_id: Option<String>,
    complete_redirect_url: Option<String>,
    prompt: Option<String>,
    login_hint: Option<String>,
}

impl Sso {
    /// A provider by its name: `google`, `github`; `custom_acme` for one that the instance added itself.
    pub fn oauth(provider: &str) -> Self {
        Self::new(Strategy::oauth(provider))
    }

    /// An enterprise connection, by SAML or OpenID Connect: the one of the [identifier](Self::identifier)'s domain, unless
    /// a [connection](Self::connection) is named.
    pub fn enterprise() -> Self {
        Self::new(Strategy::EnterpriseSso)
    }

    /// An enterprise connection by SAML, under the name that it had before [`enterprise`](Self::enterprise).
    pub fn saml() -> Self {
        Self::new(Strategy::Saml)
    }

    /// What a listed factor is verified by, if the user goes to a provider for it: its strategy, and its connection.
    #[must_use]
    pub fn from_factor(factor: &Factor) -> Option<Self> {
        factor.strategy.is_redirect().then(|| Self {
            enterprise_connection_id: factor.enterprise_connection_id.clone(),
            ..Self::new(factor.strategy.clone())
        })
    }

    const fn new(strategy: Strategy) -> Self {
        Self {
            strategy,
            identifier: None,
            enterprise_connection_id: None,
            complete_redirect_url: None,
            prompt: None,
            login_hint: None,
        }
    }

    /// Who signs in, by the email address whose domain has the connection. For enterprise connections only, and for a
    /// sign-in that does not know yet.
    pub fn identifier(mut self, identifier: impl Into<String>) -> Self {
        self.identifier = Some(identifier.into());
        self
    }

    /// Which connection, where a domain has several: a factor's
    /// [`enterprise_connection_id`](crate::wire::Factor::enterprise_connection_id), beside which stands its name.
    pub fn connection(mut self, id: impl Into<String>) -> Self {
        self.enterprise_connection_id = Some(id.into());
        self
    }

    /// Where the user comes back to if that completes the sign-in (`action_complete_redirect_url`). The redirect URL in
    /// every case, unless this says otherwise.
    pub fn complete_redirect_url(mut self, url: impl Into<String>) -> Self {
        self.complete_redirect_url = Some(url.into());
        self
    }

    /// How the provider asks the user: `login`, `consent`, `select_account`, `none`, or several with spaces between
    /// (OpenID Connect Core 1.0 section 3.1.2.1).
    pub fn prompt(mut self, prompt: impl Into<String>) -> Self {
        self.prompt = Some(prompt.into());
        self
    }

    /// Who signs in, for the provider to offer first (OpenID Connect Core 1.0 section 3.1.2.1).
    pub fn login_hint(mut self, login_hint: impl Into<String>) -> Self {
        self.login_hint = Some(login_hint.into());
        self
    }

    /// How the user gets there.
    #[must_use]
    pub const fn strategy(&self) -> &Strategy {
        &self.strategy
    }

    fn create(&self, to: &Urls) -> CreateSignIn {
        CreateSignIn {
            strategy: Some(self.strategy.clone()),
            identifier: self.identifier.clone(),
            redirect_url: Some(to.redirect.clone()),
            action_complete_redirect_url: to.complete.clone(),
            oidc_prompt: self.prompt.clone(),
            oidc_login_hint: self.login_hint.clone(),
            ..CreateSignIn::new()
        }
    }

    fn prepare(&self, sign_in_id: &str, factors: &[Factor], to: &Urls) -> PrepareFactor {
        // One that is listed needs no choice; of several the user has to choose, which the server says.
        let mut listed = factors.iter().filter(|factor| factor.strategy == self.strategy);
        let only = listed.next().filter(|_| listed.next().is_none());
        let only = only.and_then(|factor| factor.enterprise_connection_id.clone());
        PrepareFactor {
            enterprise_connection_id: self.enterprise_connection_id.clone().or(only),
            redirect_url: Some(to.redirect.clone()),
            action_complete_redirect_url: to.complete.clone(),
            oidc_prompt: self.prompt.clone(),
            oidc_login_hint: self.login_hint.clone(),
            ..PrepareFactor::new(sign_in_id, &Factor::new(self.strategy.clone()))
        }
    }

    /// A redirect by OAuth that still waits is never asked for again, since what it would answer to is gone: a new sign-in
    /// begins. One by an enterprise connection is made anew by preparing it.
    fn begins_anew(&self, attempt: &wire::SignInAttempt) -> bool {
        let verification = attempt.first_factor_verification.as_deref();
        let waits = verification.is_some_and(is_redirect_open);
        let names_somebody_else = self.identifier.is_some() && self.identifier != attempt.identifier;
        attempt.id.is_empty() || names_somebody_else || waits && self.strategy != Strategy::EnterpriseSso
    }
}

/// Where the user comes back to, whole.
struct Urls {
    redirect: String,
    complete: Option<String>,
}

/// Single sign-on of whoever has an account at the provider.
impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `RedirectReady`: asks for the way to a provider, which leads back to `redirect_url`: a page, or a
    /// native app by a URI that the system opens it by. A relative one is resolved against the client's
    /// [`origin`](crate::ClientBuilder::origin). `POST /v1/client/sign_ins`, and
    /// `…/prepare_first_factor` where a [connection](Sso::connection) is named or the attempt exists already.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the instance does not have the provider (`oauth_provider_not_enabled`, `oauth_unsupported_provider`) or
    ///   a connection for the identifier (`enterprise_sso_sign_in_connection_missing`, `saml_connection_active_not_found`);
    ///   the URL cannot be led back to (`invalid_redirect_url`, `prohibited_redirect_url`); or what
    ///   [`create`](SignIn::create) is refused for.
    /// - `InvalidUrl`: the URL is relative, and the client has no origin.
    /// - `Transport` or `Protocol`: no readable answer came; [`Client::resume`](crate::Client::resume) tells what happened.
    ///
    /// [`StepError::Moved`] if the attempt began, but without a way to a provider: at `NeedsFirstFactor` if the
    /// identifier's domain has several connections, which its factors list.
    pub async fn sso(self, sso: &Sso, redirect_url: &str) -> Result<SignIn<RedirectReady>, StepError<NeedsIdentifier>> {
        ready(self, sso, redirect_url).await
    }

    /// `NeedsIdentifier` → wherever the provider's answer leads: goes to the provider in a browser, and comes back.
    /// [`sso`](Self::sso) and [`finish_with`](SignIn::finish_with) in one.
    ///
    /// # Errors
    /// [`StepError::Stayed`] as for [`sso`](Self::sso), or with [`ErrorKind`](crate::ErrorKind) `Capability` if there is no browser; nothing
    /// was sent then. [`StepError::Moved`] to `RedirectReady` as for [`finish_with`](SignIn::finish_with).
    pub async fn sso_with(self, sso: &Sso, browser: &dyn Browser) -> Result<AfterRedirect, StepError<NeedsIdentifier>> {
        there_and_back(self, sso, browser).await
    }
}

/// Single sign-on of a user who is known, and back to a provider that waits.
impl SignIn<NeedsFirstFactor> {
    /// `NeedsFirstFactor` → `RedirectReady`: asks for the way to a provider, which leads back to `redirect_url`.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`; or `POST /v1/client/sign_ins`, which begins anew, if the user
    /// was sent to a provider by OAuth before and has not come back: that way may be open elsewhere.
    ///
    /// # Errors
    /// As for [`sso`](SignIn::sso) at `NeedsIdentifier`, and `enterprise_connection_id_is_required_with_multiple_connections`
    /// if there are several connections: choose one of them by [`Sso::connection`].
    pub async fn sso(
        self,
        sso: &Sso,
        redirect_url: &str,
    ) -> Result<SignIn<RedirectReady>, StepError<NeedsFirstFactor>> {
        ready(self, sso, redirect_url).await
    }

    /// `NeedsFirstFactor` → wherever the provider's answer leads: goes to the provider in a browser, and comes back.
    ///
    /// # Errors
    /// As for [`sso_with`](SignIn::sso_with) at `NeedsIdentifier`.
    pub async fn sso_with(
        self,
        sso: &Sso,
        browser: &dyn Browser,
    ) -> Result<AfterRedirect, StepError<NeedsFirstFactor>> {
        there_and_back(self, sso, browser).await
    }

    /// `NeedsFirstFactor` → `RedirectReady`, without a call: back to a provider that the user may still come back from,
    /// after [`choose_another`](SignIn::choose_another).
    ///
    /// # Errors
    /// The sign-in as it is, if there is no such provider.
    pub fn redirect_ready(self) -> Result<SignIn<RedirectReady>, Self> {
        self.back_to()
    }
}

impl SignIn<RedirectReady> {
    /// `RedirectReady` → `RedirectReady`: asks for another way to a provider, the same or another. By OAuth that begins a new
    /// sign-in (`POST /v1/client/sign_ins`), as a way that is open elsewhere must not be gone twice; by an enterprise
    /// connection it stays the same (`POST /v1/client/sign_ins/{id}/prepare_first_factor`).
    ///
    /// # Errors
    /// As for [`sso`](SignIn::sso) at `NeedsFirstFactor`.
    pub async fn redirect_again(
        self,
        sso: &Sso,
        redirect_url: &str,
    ) -> Result<SignIn<RedirectReady>, StepError<RedirectReady>> {
        ready(self, sso, redirect_url).await
    }

    /// `RedirectReady` → wherever the provider's answer leads: asks for another way and goes it, in a browser.
    /// [`redirect_again`](Self::redirect_again) and [`finish_with`](SignIn::finish_with) in one.
    ///
    /// # Errors
    /// As for [`sso_with`](SignIn::sso_with) at `NeedsIdentifier`.
    pub async fn redirect_again_with(
        self,
        sso: &Sso,
        browser: &dyn Browser,
    ) -> Result<AfterRedirect, StepError<RedirectReady>> {
        there_and_back(self, sso, browser).await
    }
}

async fn ready<From: State>(
    sign_in: SignIn<From>,
    sso: &Sso,
    redirect_url: &str,
) -> Result<SignIn<RedirectReady>, StepError<From>> {
    let client = &sign_in.core.client;
    let complete = sso.complete_redirect_url.as_deref().map(|url| client.resolve(url)).transpose();
    let to = match client.resolve(redirect_url).and_then(|redirect| Ok(Urls { redirect, complete: complete? })) {
        Ok(to) => to,
        Err(error) => return Err(StepError::stayed(error, sign_in)),
    };
    let attempt = &sign_in.core.attempt;
    if !sso.begins_anew(attempt) {
        let factors = attempt.supported_first_factors.as_deref().unwrap_or_default();
        let prepare = sso.prepare(&attempt.id, factors, &to);
        return SignIn::try_from(sign_in.step(Request::PrepareFirstFactor(prepare)).await?).map_err(StepError::moved);
    }
    let create = sso.create(&to);
    let begun = sign_in.step(Request::CreateSignIn(create)).await?;
    if sso.enterprise_connection_id.is_none() {
        return SignIn::try_from(begun).map_err(StepError::moved);
    }
    // Which connection is meant, only a prepared sign-in can say.
    match begun {
        AnySignIn::NeedsIdentifier(begun) => prepared(begun, sso, &to).await,
        AnySignIn::NeedsFirstFactor(begun) => prepared(begun, sso, &to).await,
        AnySignIn::RedirectReady(begun) => prepared(begun, sso, &to).await,
        begun => Err(StepError::moved(begun)),
    }
}

/// Prepares what has just begun, so that the sign-in stands there and not where it came from if that fails.
async fn prepared<Begun: State, From: State>(
    begun: SignIn<Begun>,
    sso: &Sso,
    to: &Urls,
) -> Result<SignIn<RedirectReady>, StepError<From>> {
    let attempt = &begun.core.attempt;
    let prepare = sso.prepare(&attempt.id, attempt.supported_first_factors.as_deref().unwrap_or_default(), to);
    match begun.step(Request::PrepareFirstFactor(prepare)).await {
        Ok(prepared) => SignIn::try_from(prepared).map_err(StepError::moved),
        Err(failed) => Err(moved(failed)),
    }
}

fn moved<Begun: State, From: State>(failed: StepError<Begun>) -> StepError<From> {
    let (sign_in, error) = failed.into_parts();
    StepError::Moved { error, sign_in }
}

async fn there_and_back<From: State>(
    sign_in: SignIn<From>,
    sso: &Sso,
    browser: &dyn Browser,
) -> Result<AfterRedirect, StepError<From>> {
    let visit = match reserve(browser).await {
        Ok(visit) => visit,
        Err(error) => return Err(StepError::stayed(error, sign_in)),
    };
    let sso = Sso { complete_redirect_url: None, ..sso.clone() };
    let redirect_url = visit.redirect_url().to_owned();
    let ready = ready(sign_in, &sso, &redirect_url).await?;
    ready.finish_with(visit).await.map_err(moved)
}
