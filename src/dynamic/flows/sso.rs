//! Single sign-on.

use crate::dynamic::slot::{After, after};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::platform::Browser;
use crate::relation::Step;
use crate::sign_in::states::Sso;
use crate::sign_in::{AnySignIn, StateKind};

impl DynamicSignIn {
    /// Begins single sign-on, or begins it again. See [`SignIn<NeedsIdentifier>::sso`](crate::SignIn::sso).
    ///
    /// This is possible in every state. The attempt continues if it waits for an identifier or a first factor.
    /// Otherwise, a new attempt begins. Then send the user to [`external_url`](Self::external_url).
    ///
    /// # Errors
    /// [`DynamicError`]: another call runs, or the step failed.
    #[doc(alias = "authenticateWithRedirect")]
    pub async fn sso(&self, sso: &Sso, redirect_url: &str) -> Result<(), DynamicError> {
        if !self.continues_with_sso() {
            let (anew, fresh) = self.place.begin_anew(Step::Sso, None)?;
            return anew.end(fresh.sso(sso, redirect_url).await);
        }
        let (turn, sign_in) = self.begin_at(Step::Sso, &STATES, None, |_| None).await?;
        turn.end(match sign_in {
            AnySignIn::NeedsIdentifier(at) => after(at.sso(sso, redirect_url).await),
            AnySignIn::NeedsFirstFactor(at) => after(at.sso(sso, redirect_url).await),
            AnySignIn::RedirectReady(at) => after(at.redirect_again(sso, redirect_url).await),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    /// Takes the user to the identity provider and back. See
    /// [`SignIn<NeedsIdentifier>::sso_with`](crate::SignIn::sso_with).
    ///
    /// # Errors
    /// [`DynamicError`]: another call runs, or a step failed.
    #[doc(alias = "authenticateWithPopup")]
    pub async fn sso_with(&self, sso: &Sso, browser: &dyn Browser) -> Result<(), DynamicError> {
        if !self.continues_with_sso() {
            let (anew, fresh) = self.place.begin_anew(Step::SsoWith, None)?;
            return anew.end(fresh.sso_with(sso, browser).await);
        }
        let (turn, sign_in) = self.begin_at(Step::SsoWith, &STATES, None, |_| None).await?;
        turn.end(match sign_in {
            AnySignIn::NeedsIdentifier(at) => after(at.sso_with(sso, browser).await),
            AnySignIn::NeedsFirstFactor(at) => after(at.sso_with(sso, browser).await),
            AnySignIn::RedirectReady(at) => after(at.redirect_again_with(sso, browser).await),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    fn continues_with_sso(&self) -> bool {
        let kind = self.place.attempt().map(|(kind, _)| kind.stage());
        matches!(kind, Some(StateKind::NeedsIdentifier | StateKind::NeedsFirstFactor))
    }
}

const STATES: [StateKind; 3] = [StateKind::RedirectReady, StateKind::NeedsFirstFactor, StateKind::NeedsIdentifier];
