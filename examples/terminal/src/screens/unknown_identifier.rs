//! The screen for an unknown identifier, on which the user can sign up with the identifier or correct it.

use std::fmt::{self, Display};

use clerk_sign_in::wire::ErrorCode;
use clerk_sign_in::{Error, NeedsIdentifier, SignIn, StepError};

use crate::app::{App, Failed, Next, Pick};
use crate::leave::Leave;
use crate::terminal::complain;
use crate::words;

pub(super) async fn unknown_identifier(
    app: &mut App,
    mut sign_in: SignIn<NeedsIdentifier>,
    identifier: &str,
) -> Result<Next, Leave> {
    complain(format_args!("Nobody has an account with {identifier}."));
    if !can_sign_up_with(identifier) {
        complain("To sign up, type an email address or a phone number.");
        return Ok(another(app, sign_in));
    }
    loop {
        match app.menu("What now?", vec![Way::SignUp(identifier), Way::TypeAnother]).await? {
            Pick::Way(Way::SignUp(_)) => {}
            Pick::Way(Way::TypeAnother) | Pick::Back => return Ok(another(app, sign_in)),
            Pick::StartOver => return Ok(sign_in.start_over().into()),
        }
        sign_in = match sign_in_or_up(app, sign_in, identifier).await? {
            Failed::AskAgain(sign_in) => sign_in,
            Failed::GoOn(next @ Next::SignIn(_)) => {
                app.unknown = Some(identifier.to_owned());
                return Ok(next);
            }
            Failed::GoOn(next) => return Ok(next),
        };
    }
}

/// Begins a sign-in that becomes a sign-up if the identifier is unknown.
pub(super) async fn sign_in_or_up(
    app: &mut App,
    sign_in: SignIn<NeedsIdentifier>,
    identifier: &str,
) -> Result<Failed<SignIn<NeedsIdentifier>>, Leave> {
    match app.step("Asking", sign_in, |sign_in| sign_in.create_or_sign_up(identifier)).await? {
        Ok(created) => Ok(Failed::GoOn(created.into())),
        Err(StepError::Stayed { error, sign_in }) if takes_no_sign_ups(&error) => {
            complain(words::error(&error));
            Ok(Failed::GoOn(another(app, sign_in)))
        }
        Err(failed) => app.failed(failed).await,
    }
}

/// Returns `true` if the instance does not allow sign-ups.
pub(super) fn takes_no_sign_ups(error: &Error) -> bool {
    let codes =
        [ErrorCode::SignUpModeRestricted, ErrorCode::SignUpRestrictedWaitlist, ErrorCode::SignUpIfMissingNotAllowed];
    codes.iter().any(|code| error.has_code(code))
}

/// Returns `true` if the identifier can be verified with a code that is sent to it.
pub(super) fn can_sign_up_with(identifier: &str) -> bool {
    identifier.contains('@') || identifier.starts_with('+')
}

fn another(app: &mut App, sign_in: SignIn<NeedsIdentifier>) -> Next {
    app.mistyped = app.identifier.take();
    sign_in.into()
}

enum Way<'a> {
    SignUp(&'a str),
    TypeAnother,
}

impl Display for Way<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignUp(identifier) => write!(f, "Sign up with {identifier}"),
            Self::TypeAnother => f.write_str("Type another"),
        }
    }
}
