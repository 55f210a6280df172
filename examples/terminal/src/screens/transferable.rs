//! The screen of `Transferable`: no user has the verified identifier, so the screen offers to sign up with it.

use clerk_sign_in::wire::{ErrorCode, Factor, SignUpFields};
use clerk_sign_in::{SignIn, StepError, Transferable};

use super::taken;
use super::unknown_identifier::takes_no_sign_ups;
use crate::app::{App, Failed, Next};
use crate::leave::Leave;
use crate::terminal::{complain, say};
use crate::words;

pub(super) async fn transferable(app: &mut App, mut sign_in: SignIn<Transferable>) -> Result<Next, Leave> {
    let what = verified(&sign_in);
    say(format_args!("You have verified that {what} is yours. Nobody has an account with it yet."));
    loop {
        if app.menu("What now?", vec![format!("Sign up with {what}")]).await?.way().is_none() {
            app.identifier = None;
            return Ok(sign_in.start_over().into());
        }
        let sign_up = |sign_in: SignIn<Transferable>| sign_in.sign_up(SignUpFields::new());
        let failed = match app.step("Signing up", sign_in, sign_up).await? {
            Ok(sign_up) => return Ok(Next::SignUp(sign_up)),
            Err(failed) => failed,
        };
        sign_in = match failed {
            StepError::Stayed { error, sign_in } if takes_no_sign_ups(&error) => {
                complain(words::error(&error));
                app.identifier = None;
                return Ok(sign_in.start_over().into());
            }
            StepError::Stayed { error, sign_in } if error.has_code(&ErrorCode::AccountTransferInvalid) => {
                complain(words::error(&error));
                say("This sign-in is over, so it starts from the beginning.");
                return Ok(sign_in.start_over().into());
            }
            StepError::Stayed { error, sign_in } if taken::is_taken(&error) => {
                return taken::taken(app, sign_in.start_over(), Some(&what)).await;
            }
            failed => match app.failed(failed).await? {
                Failed::AskAgain(sign_in) => sign_in,
                Failed::GoOn(next) => return Ok(next),
            },
        };
    }
}

/// Returns the verified email address, phone number or provider account.
fn verified(sign_in: &SignIn<Transferable>) -> String {
    if let Some(identifier) = sign_in.identifier() {
        return identifier.to_owned();
    }
    let strategy = sign_in.first_factor_verification().and_then(|verification| verification.strategy.clone());
    strategy.map_or_else(
        || "the identifier".to_owned(),
        |strategy| format!("this {}", words::factor(&Factor::new(strategy))),
    )
}
