//! Single sign-on: how to choose a provider and redirect the user to it.

use std::fmt;

use super::{RedirectReady, reserve};
use crate::fault_switches::without;
use crate::platform::Browser;
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::{Core, SignIn};
use crate::sign_in::outcomes::AfterRedirect;
use crate::sign_in::state_from_attempt::is_redirect_open;
use crate::sign_in::states::State;
use crate::sign_in::step_error::StepError;
use crate::wire::{CreateSignIn, Factor, PrepareFactor, Request, Strategy, typed_text};

/// The settings for a single sign-on: which provider the user visits, and how the provider prompts the user.
///
/// ```
/// use clerk_sign_in::Sso;
///
/// let google = Sso::oauth("google").prompt("select_account").login_hint("ada@example.com");
/// let custom = Sso::oauth("custom_acme");
/// let company = Sso::enterprise().identifier("ada@acme.example");
/// # let _ = (google, custom, company);
/// ```
#[derive(Clone, PartialEq, Eq)]
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
    /// The identifier that a new attempt begins with.
    pub(crate) fn typed_identifier(&self) -> Option<&str> {
        self.identifier.as_deref()
    }

    /// Uses the OAuth provider with this name, such as `google`, `github` or the custom provider `custom_acme`.
    #[doc(alias = "OAuthStrategy")]
    pub fn oauth(provider: &str) -> Self {
        Self::new(Strategy::oauth(provider))
    }

    /// Uses an enterprise connection that is based on SAML or OpenID Connect.
    ///
    /// The domain of the [identifier](Self::identifier) determines the connection, unless
    /// [`connection`](Self::connection) sets it.
    pub fn enterprise() -> Self {
        Self::new(Strategy::EnterpriseSso)
    }

    /// Uses an enterprise connection that is based on SAML.
    ///
    /// This connection uses the older strategy `saml`. In contrast, [`enterprise`](Self::enterprise) uses the strategy
    /// `enterprise_sso`.
    pub fn saml() -> Self {
        Self::new(Strategy::Saml)
    }

    /// Returns the single sign-on that verifies this listed factor, or `None` if no provider verifies this factor.
    ///
    /// The single sign-on uses the factor's strategy and connection.
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

    /// Sets the user's email address. The domain of the address determines the connection.
    ///
    /// The address applies only to enterprise connections, and only if the sign-in has no identifier yet. White space
    /// and invisible marks around it are dropped.
    pub fn identifier(mut self, identifier: impl Into<String>) -> Self {
        self.identifier = Some(typed_text::trim(&identifier.into()).to_owned());
        self
    }

    /// Sets the connection to use if the domain has several connections.
    ///
    /// `id` is the [`enterprise_connection_id`](crate::wire::Factor::enterprise_connection_id) of a factor. That factor
    /// also contains the connection's name.
    #[doc(alias = "enterpriseConnectionId")]
    pub fn connection(mut self, id: impl Into<String>) -> Self {
        self.enterprise_connection_id = Some(id.into());
        self
    }

    /// Sets the URL that the user comes back to if the sign-in is then complete (`action_complete_redirect_url`).
    ///
    /// Without this URL, the user always comes back to the redirect URL. `sso_with` and `redirect_again_with` use this
    /// URL only if the browser's visit [ends there](crate::platform::BrowserVisit::ends_at).
    #[doc(alias = "actionCompleteRedirectUrl")]
    #[doc(alias = "redirectUrlComplete")]
    pub fn complete_redirect_url(mut self, url: impl Into<String>) -> Self {
        self.complete_redirect_url = Some(url.into());
        self
    }

    /// Sets how the provider prompts the user (OpenID Connect Core 1.0 section 3.1.2.1).
    ///
    /// The value is `login`, `consent`, `select_account`, `none`, or several of these values, separated by spaces.
    #[doc(alias = "oidcPrompt")]
    pub fn prompt(mut self, prompt: impl Into<String>) -> Self {
        self.prompt = Some(prompt.into());
        self
    }

    /// Sets the user whom the provider suggests first (OpenID Connect Core 1.0 section 3.1.2.1).
    #[doc(alias = "oidcLoginHint")]
    pub fn login_hint(mut self, login_hint: impl Into<String>) -> Self {
        self.login_hint = Some(login_hint.into());
        self
    }

    /// The strategy of the single sign-on.
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
        // If only one connection is listed, that one is used. If several connections are listed, the server asks the
        // user to choose one.
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

    /// Returns `true` if a new sign-in must begin.
    ///
    /// If an OAuth or SAML redirect is still open, another redirect requires a new sign-in. If the same sign-in
    /// requested another redirect, the server could no longer match the provider's answer to the first redirect. With
    /// the strategy `enterprise_sso`, by contrast, the same sign-in can be prepared again.
    fn begins_anew(&self, core: &Core) -> bool {
        let attempt = &core.attempt;
        let verification = attempt.first_factor_verification.as_deref();
        let waits = verification.is_some_and(is_redirect_open) || core.unsafe_url().is_some();
        let waits = waits && !without("an open redirect is not used twice");
        let names_somebody_else = self.identifier.is_some() && self.identifier != attempt.identifier;
        attempt.id.is_empty() || names_somebody_else || waits && self.strategy != Strategy::EnterpriseSso
    }
}

impl fmt::Debug for Sso {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The identifier and the hint say who the user is, and the URL belongs to the app.
        f.debug_struct("Sso")
            .field("strategy", &self.strategy)
            .field("enterprise_connection_id", &self.enterprise_connection_id)
            .field("prompt", &self.prompt)
            .finish_non_exhaustive()
    }
}

/// The absolute URLs that the user comes back to.
struct Urls {
    redirect: String,
    complete: Option<String>,
}

pub(in crate::sign_in::states) async fn ready<From: State>(
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
    if !sso.begins_anew(&sign_in.core) {
        let factors = attempt.supported_first_factors.as_deref().unwrap_or_default();
        let prepare = sso.prepare(&attempt.id, factors, &to);
        return redirect(sign_in.step(Request::PrepareFirstFactor(prepare)).await?);
    }
    let create = sso.create(&to);
    let begun = sign_in.step(Request::CreateSignIn(create)).await?;
    if sso.enterprise_connection_id.is_none() {
        return redirect(begun);
    }
    // The connection can be sent only in the request that prepares the sign-in, not in the request that creates it.
    match begun {
        AnySignIn::NeedsIdentifier(begun) => prepared(begun, sso, &to).await,
        AnySignIn::NeedsFirstFactor(begun) => prepared(begun, sso, &to).await,
        AnySignIn::RedirectReady(begun) => prepared(begun, sso, &to).await,
        begun => Err(StepError::moved(begun)),
    }
}

/// Returns the sign-in with the redirect that the server sent, even if the server asks for a proof as well.
///
/// The user may visit the provider first, as with Clerk's JavaScript client.
fn redirect<From: State>(prepared: AnySignIn) -> Result<SignIn<RedirectReady>, StepError<From>> {
    match prepared {
        AnySignIn::NeedsProtectCheck(gated) => gated.redirect_ready().map_err(|gated| StepError::moved(gated.into())),
        prepared => SignIn::try_from(prepared).map_err(StepError::moved),
    }
}

/// Prepares a sign-in that has just begun.
///
/// If that fails, the error hands back the new sign-in, not the previous one.
async fn prepared<Begun: State, From: State>(
    begun: SignIn<Begun>,
    sso: &Sso,
    to: &Urls,
) -> Result<SignIn<RedirectReady>, StepError<From>> {
    let attempt = &begun.core.attempt;
    let prepare = sso.prepare(&attempt.id, attempt.supported_first_factors.as_deref().unwrap_or_default(), to);
    match begun.step(Request::PrepareFirstFactor(prepare)).await {
        Ok(prepared) => redirect(prepared),
        Err(failed) => Err(failed.moved_on()),
    }
}

pub(in crate::sign_in::states) async fn there_and_back<From: State>(
    sign_in: SignIn<From>,
    sso: &Sso,
    browser: &dyn Browser,
) -> Result<AfterRedirect, StepError<From>> {
    let visit = match reserve(browser).await {
        Ok(visit) => visit,
        Err(error) => return Err(StepError::stayed(error, sign_in)),
    };
    let mut sso = sso.clone();
    sso.complete_redirect_url.take_if(|url| !visit.ends_at(url));
    let redirect_url = visit.redirect_url().to_owned();
    let ready = ready(sign_in, &sso, &redirect_url).await?;
    ready.finish_with(visit).await.map_err(StepError::moved_on)
}
