//! Single sign-on through an identity provider.

use super::NeedsIdentifier;
use crate::platform::Browser;
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterRedirect;
use crate::sign_in::states::redirect_ready::sso::{ready, there_and_back};
use crate::sign_in::states::{RedirectReady, Sso};
use crate::sign_in::step_error::StepError;

/// Single sign-on.
impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `RedirectReady`: asks for a redirect to a provider.
    /// `POST /v1/client/sign_ins`, and `…/prepare_first_factor` if a [connection](Sso::connection) is named or the
    /// attempt already exists
    ///
    /// At the end of the redirect, the user comes back to `redirect_url`. This is either the URL of a page, or a URI
    /// with which the system opens a native app. A relative URL is resolved against the client's
    /// [`origin`](crate::ClientBuilder::origin).
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the instance does not offer the provider (`oauth_provider_not_enabled`,
    ///   `oauth_unsupported_provider`), or it has no connection for the identifier
    ///   (`enterprise_sso_sign_in_connection_missing`, `saml_connection_active_not_found`).
    /// - `Rejected`: the server refuses to redirect to the URL (`invalid_redirect_url`, `prohibited_redirect_url`).
    /// - `Rejected`: any of the reasons listed for [`create`](SignIn::create).
    /// - `InvalidUrl`: the URL is relative, but the client has no origin.
    /// - `NotSent`, `Transport` or `Protocol`: see [errors common to all steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the attempt began, but the server sent no redirect. If the reason is that the
    /// identifier's domain has several connections, the sign-in is now in the state `NeedsFirstFactor`. In that state,
    /// the list of supported first factors contains the connections.
    #[doc(alias = "authenticateWithRedirect")]
    pub async fn sso(self, sso: &Sso, redirect_url: &str) -> Result<SignIn<RedirectReady>, StepError<NeedsIdentifier>> {
        ready(self, sso, redirect_url).await
    }

    /// `NeedsIdentifier` → the state after the redirect: opens the provider in a browser, and waits for the user.
    ///
    /// This step combines [`sso`](Self::sso) and [`finish_with`](SignIn::finish_with). The browser has its own redirect
    /// URL, so [`complete_redirect_url`](Sso::complete_redirect_url) is not sent.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with one of the errors of [`sso`](Self::sso). If there is no browser, the
    /// [`ErrorKind`](crate::ErrorKind) is `Capability`, and nothing was sent.
    ///
    /// [`StepError::Moved`], with the sign-in at `RedirectReady`, if [`finish_with`](SignIn::finish_with) fails.
    #[doc(alias = "authenticateWithPopup")]
    pub async fn sso_with(self, sso: &Sso, browser: &dyn Browser) -> Result<AfterRedirect, StepError<NeedsIdentifier>> {
        there_and_back(self, sso, browser).await
    }
}
