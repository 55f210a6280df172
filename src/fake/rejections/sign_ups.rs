//! Rejections at sign-up.

use http::StatusCode;

use super::{about, refusal};
use crate::wire::{ErrorCode, Rejection};

pub(in crate::fake) fn sign_ups_restricted() -> Rejection {
    refusal(StatusCode::FORBIDDEN, ErrorCode::SignUpModeRestricted, "Nobody can sign up here.")
}

pub(in crate::fake) fn account_transfer_invalid() -> Rejection {
    let message = "There is nothing verified here that could be taken over.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::AccountTransferInvalid, message)
}

pub(in crate::fake) fn sign_up_not_found() -> Rejection {
    refusal(StatusCode::NOT_FOUND, ErrorCode::ResourceNotFound, "There is no such sign-up on this device.")
}

pub(in crate::fake) fn sign_up_over() -> Rejection {
    refusal(StatusCode::FORBIDDEN, ErrorCode::ResourceForbidden, "The sign-up is complete, or another has replaced it.")
}

pub(in crate::fake) fn identifier_exists(param_name: &str) -> Rejection {
    about(param_name, ErrorCode::FormIdentifierExists, "Somebody has this already. Sign in, or give another.")
}

pub(in crate::fake) fn username_invalid() -> Rejection {
    let message = "A user name has letters, digits, `_`, `-` and `.` only.";
    about("username", ErrorCode::FormUsernameInvalidCharacter, message)
}

/// The code was right, but no user has the address to which it was sent. Users do not see this as an error.
pub(in crate::fake) fn sign_up_if_missing_transfer() -> Rejection {
    let message = "It was verified, and nobody has it yet: sign up.";
    refusal(StatusCode::NOT_FOUND, ErrorCode::SignUpIfMissingTransfer, message)
}

pub(in crate::fake) fn sign_up_if_missing_not_allowed() -> Rejection {
    let message = "Nobody can sign up here by this identifier.";
    about("sign_up_if_missing", ErrorCode::SignUpIfMissingNotAllowed, message)
}

pub(in crate::fake) fn sign_up_if_missing_strategy() -> Rejection {
    let message = "Only a code or a link that is sent can lead on to a sign-up.";
    about("strategy", ErrorCode::SignUpIfMissingStrategyNotSupported, message)
}
