//! Single sign-on through an identity provider.

use super::NeedsFirstFactor;
use crate::platform::Browser;
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterRedirect;
use crate::sign_in::states::redirect_ready::sso::{ready, there_and_back};
use crate::sign_in::states::{RedirectReady, Sso};
use crate::sign_in::step_error::StepError;

/// Single sign-on.
impl SignIn<NeedsFirstFactor> {
    /// `NeedsFirstFactor` → `RedirectReady`: asks for a redirect to a provider. The user returns to `redirect_url`.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`, or `POST /v1/client/sign_ins` if a new sign-in begins
    ///
    /// If the user was already sent to an OAuth provider and has not come back, this step begins a new sign-in, because
    /// that provider's page may still be open elsewhere.
    ///
    /// # Errors
    /// The errors are those of [`SignIn<NeedsIdentifier>::sso`](SignIn::sso). In addition, the server rejects the step
    /// with `enterprise_connection_id_is_required_with_multiple_connections` if there are several connections. In that
    /// case, choose one of the connections with [`Sso::connection`].
    #[doc(alias = "authenticateWithRedirect")]
    #[doc(alias = "prepareFirstFactor")]
    pub async fn sso(
        self,
        sso: &Sso,
        redirect_url: &str,
    ) -> Result<SignIn<RedirectReady>, StepError<NeedsFirstFactor>> {
        ready(self, sso, redirect_url).await
    }

    /// `NeedsFirstFactor` → the state after the redirect: opens the provider in a browser, and waits for the user.
    ///
    /// # Errors
    /// The errors are those of [`SignIn<NeedsIdentifier>::sso_with`](SignIn::sso_with):
    ///
    /// [`StepError::Stayed`] with one of the errors of `sso` in this state. If there is no browser, the
    /// [`ErrorKind`](crate::ErrorKind) is `Capability`, and nothing was sent.
    ///
    /// [`StepError::Moved`], with the sign-in at `RedirectReady`, if [`finish_with`](SignIn::finish_with) fails.
    #[doc(alias = "authenticateWithPopup")]
    pub async fn sso_with(
        self,
        sso: &Sso,
        browser: &dyn Browser,
    ) -> Result<AfterRedirect, StepError<NeedsFirstFactor>> {
        there_and_back(self, sso, browser).await
    }

    /// `NeedsFirstFactor` → `RedirectReady`, without a call: goes back to a redirect that is not finished yet.
    ///
    /// Use this step after [`SignIn<RedirectReady>::choose_another`](SignIn#method.choose_another-5).
    ///
    /// # Errors
    /// If there is no unfinished redirect, the sign-in is handed back unchanged.
    pub fn redirect_ready(self) -> Result<SignIn<RedirectReady>, Self> {
        self.back_to()
    }
}
