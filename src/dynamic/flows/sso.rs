//! Single sign-on.

use crate::dynamic::turn::{After, Begun, Wanted, after};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::platform::Browser;
use crate::relation::Step;
use crate::sign_in::states::{RedirectReady, Sso, State};
use crate::sign_in::{AnySignIn, SignIn, StateKind, StepError};
use crate::wire::SignInAttempt;

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
        self.redirect(sso, redirect_url).await.map(drop)
    }

    /// Takes the user to the identity provider and back. See
    /// [`SignIn<NeedsIdentifier>::sso_with`](crate::SignIn::sso_with).
    ///
    /// # Errors
    /// [`DynamicError`]: another call runs, or a step failed.
    #[doc(alias = "authenticateWithPopup")]
    pub async fn sso_with(&self, sso: &Sso, browser: &dyn Browser) -> Result<(), DynamicError> {
        match self
            .place
            .begin_or_continue(Wanted::at(Step::SsoWith, &STATES).identifier(sso.typed_identifier()), continues)
            .await?
        {
            Begun::Anew(anew, fresh) => anew.end(fresh.sso_with(sso, browser).await),
            Begun::Continued(turn, sign_in) => turn.end(match sign_in {
                AnySignIn::NeedsIdentifier(at) => after(at.sso_with(sso, browser).await),
                AnySignIn::NeedsFirstFactor(at) => after(at.sso_with(sso, browser).await),
                AnySignIn::RedirectReady(at) => after(at.redirect_again_with(sso, browser).await),
                elsewhere => After::Illegal(elsewhere),
            }),
        }
    }

    /// Begins single sign-on, and returns the provider's URL.
    pub(in crate::dynamic) async fn redirect(&self, sso: &Sso, redirect_url: &str) -> Result<String, DynamicError> {
        match self
            .place
            .begin_or_continue(Wanted::at(Step::Sso, &STATES).identifier(sso.typed_identifier()), continues)
            .await?
        {
            Begun::Anew(anew, fresh) => {
                let ready = fresh.sso(sso, redirect_url).await;
                let url = url_of(&ready);
                anew.end(ready).map(|()| url)
            }
            Begun::Continued(turn, sign_in) => {
                let (after, url) = continued(sign_in, sso, redirect_url).await;
                turn.end(after).map(|()| url)
            }
        }
    }

    /// Continues the attempt with single sign-on, and returns the provider's URL.
    pub(in crate::dynamic) async fn continue_with_redirect(
        &self,
        sso: &Sso,
        redirect_url: &str,
    ) -> Result<String, DynamicError> {
        let wanted = Wanted::at(Step::Sso, &[StateKind::RedirectReady, StateKind::NeedsFirstFactor])
            .identifier(sso.typed_identifier());
        let (turn, sign_in) = self.place.begin(wanted, |_| None).await?;
        let (after, url) = continued(sign_in, sso, redirect_url).await;
        turn.end(after).map(|()| url)
    }
}

async fn continued(sign_in: AnySignIn, sso: &Sso, redirect_url: &str) -> (After, String) {
    match sign_in {
        AnySignIn::NeedsIdentifier(at) => ready(at.sso(sso, redirect_url).await),
        AnySignIn::NeedsFirstFactor(at) => ready(at.sso(sso, redirect_url).await),
        AnySignIn::RedirectReady(at) => ready(at.redirect_again(sso, redirect_url).await),
        elsewhere => (After::Illegal(elsewhere), String::new()),
    }
}

fn ready<S: State>(step: Result<SignIn<RedirectReady>, StepError<S>>) -> (After, String) {
    let url = url_of(&step);
    (after(step), url)
}

fn url_of<E>(ready: &Result<SignIn<RedirectReady>, E>) -> String {
    ready.as_ref().map_or_else(|_| String::new(), |ready| ready.external_url().to_owned())
}

const fn continues(state: StateKind, _: &SignInAttempt) -> bool {
    matches!(state.stage(), StateKind::NeedsIdentifier | StateKind::NeedsFirstFactor)
}

const STATES: [StateKind; 3] = [StateKind::RedirectReady, StateKind::NeedsFirstFactor, StateKind::NeedsIdentifier];
