//! Rejections at sign-up.

use http::StatusCode;

use super::{param_rejection, rejection};
use crate::wire::{ErrorCode, Rejection};

pub(in crate::fake) fn sign_ups_restricted() -> Rejection {
    rejection(StatusCode::FORBIDDEN, ErrorCode::SignUpModeRestricted, "Sign-ups are turned off.")
}

pub(in crate::fake) fn account_transfer_invalid() -> Rejection {
    let message = "There is nothing verified to transfer. Verify an identifier first.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::AccountTransferInvalid, message)
}

pub(in crate::fake) fn sign_up_not_found() -> Rejection {
    rejection(StatusCode::NOT_FOUND, ErrorCode::ResourceNotFound, "This client has no such sign-up.")
}

pub(in crate::fake) fn sign_up_over() -> Rejection {
    rejection(
        StatusCode::FORBIDDEN,
        ErrorCode::ResourceForbidden,
        "The sign-up is complete, or a newer one has replaced it.",
    )
}

pub(in crate::fake) fn identifier_exists(param_name: &str) -> Rejection {
    param_rejection(param_name, ErrorCode::FormIdentifierExists, "This is already taken. Sign in, or choose another.")
}

pub(in crate::fake) fn username_invalid() -> Rejection {
    let message = "A user name can only contain letters, digits, `_`, `-` and `.`.";
    param_rejection("username", ErrorCode::FormUsernameInvalidCharacter, message)
}

/// Returns the rejection for an unknown user who has entered the correct code.
///
/// The client continues with a sign-up, so the user does not see an error.
pub(in crate::fake) fn sign_up_if_missing_transfer() -> Rejection {
    let message = "The identifier is verified, but has no account yet. Sign up to create one.";
    rejection(StatusCode::NOT_FOUND, ErrorCode::SignUpIfMissingTransfer, message)
}

pub(in crate::fake) fn sign_up_if_missing_not_allowed() -> Rejection {
    let message = "Sign-ups with this identifier are turned off.";
    param_rejection("sign_up_if_missing", ErrorCode::SignUpIfMissingNotAllowed, message)
}

pub(in crate::fake) fn sign_up_if_missing_strategy() -> Rejection {
    let message = "Only a code or link can continue as a sign-up. Choose another strategy.";
    param_rejection("strategy", ErrorCode::SignUpIfMissingStrategyNotSupported, message)
}
