//! The screen for a sign-up whose identifier now belongs to an existing user. The screen offers to sign in with that
//! identifier.

use clerk_sign_in::wire::ErrorCode;
use clerk_sign_in::{Error, NeedsIdentifier, SignIn, StepError};

use crate::app::{App, Failed, Next};
use crate::leave::Leave;
use crate::terminal::{complain, say};
use crate::words;

/// Returns `true` if the email address, the phone number or the provider account belongs to another user. If only the
/// user name belongs to another user, the result is `false`.
pub(super) fn is_taken(error: &Error) -> bool {
    error.has_code(&ErrorCode::FormIdentifierExists) && !error.is_about("username")
}

pub(super) async fn taken(
    app: &mut App,
    mut sign_in: SignIn<NeedsIdentifier>,
    what: Option<&str>,
) -> Result<Next, Leave> {
    complain(format_args!("There is an account with {} by now.", what.unwrap_or("this")));
    loop {
        if app.menu("What now?", vec!["Sign in with it"]).await?.way().is_none() {
            return Ok(sign_in.start_over().into());
        }
        let failed = match app.sign_up_step("Signing in", sign_in.transfer()).await? {
            Ok(next) => return Ok(next.into()),
            Err(failed) => failed,
        };
        if failed.error().is_outcome_unknown() {
            complain(words::error(failed.error()));
            return app.resume_sign_up().await;
        }
        sign_in = match failed {
            StepError::Stayed { error, sign_in } if error.has_code(&ErrorCode::AccountTransferInvalid) => {
                complain(words::error(&error));
                say("This sign-up is over, so it starts from the beginning.");
                return Ok(sign_in.into());
            }
            failed => match app.failed(failed).await? {
                Failed::AskAgain(sign_in) => sign_in,
                Failed::GoOn(next) => return Ok(next),
            },
        };
    }
}
