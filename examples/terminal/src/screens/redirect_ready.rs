//! The screen of `RedirectReady`, and the browser visit to an identity provider.

use std::fmt::{self, Display};

use clerk_sign_in::{AnySignIn, NeedsFirstFactor, NeedsIdentifier, RedirectReady, SignIn, Sso};

use crate::app::{App, Next, Pick};
use crate::leave::Leave;
use crate::terminal::say;

fn waiting() -> String {
    "Waiting for the browser".to_owned()
}

pub(super) async fn from_the_start(app: &mut App, sign_in: SignIn<NeedsIdentifier>, sso: &Sso) -> Result<Next, Leave> {
    let browser = app.browser().await?;
    match app.long_step(waiting, sign_in, |sign_in| sign_in.sso_with(sso, &browser)).await? {
        Ok(Ok(next)) => Ok(AnySignIn::from(next).into()),
        Ok(Err(failed)) => app.after_failure(failed).await,
        Err(stopped) => Ok(stopped),
    }
}

pub(super) async fn as_a_factor(app: &mut App, sign_in: SignIn<NeedsFirstFactor>, sso: &Sso) -> Result<Next, Leave> {
    let browser = app.browser().await?;
    match app.long_step(waiting, sign_in, |sign_in| sign_in.sso_with(sso, &browser)).await? {
        Ok(Ok(next)) => Ok(AnySignIn::from(next).into()),
        Ok(Err(failed)) => app.after_failure(failed).await,
        Err(stopped) => Ok(stopped),
    }
}

/// Offers to visit the provider again or to choose another way. This screen appears after a restart of the program,
/// which then no longer waits for the browser to come back.
pub(super) async fn redirect_ready(app: &mut App, sign_in: SignIn<RedirectReady>) -> Result<Next, Leave> {
    let factor = sign_in.verification().and_then(|it| it.strategy.clone()).map(clerk_sign_in::wire::Factor::new);
    let again = factor.as_ref().and_then(Sso::from_factor);
    let ways = again.is_some().then_some(Way::GoAgain).into_iter().chain([Way::ChooseAnother]).collect();
    match (app.menu("The provider", ways).await?, again) {
        (Pick::Way(Way::GoAgain), Some(sso)) => {
            let browser = app.browser().await?;
            match app.long_step(waiting, sign_in, |sign_in| sign_in.redirect_again_with(&sso, &browser)).await? {
                Ok(Ok(next)) => Ok(AnySignIn::from(next).into()),
                Ok(Err(failed)) => app.after_failure(failed).await,
                Err(stopped) => Ok(stopped),
            }
        }
        (Pick::Way(_) | Pick::Back, _) => {
            say("Choose another way.");
            Ok(AnySignIn::from(sign_in.choose_another()).into())
        }
        (Pick::StartOver, _) => Ok(sign_in.start_over().into()),
    }
}

enum Way {
    GoAgain,
    ChooseAnother,
}

impl Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GoAgain => "Go there again",
            Self::ChooseAnother => "Choose another",
        })
    }
}
