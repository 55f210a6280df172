//! Refusals, with the HTTP status that each code is documented with.

use std::time::Duration;

use http::StatusCode;

use crate::wire::{ApiError, ErrorCode, Rejection, Strategy};

fn refusal(status: StatusCode, code: ErrorCode, message: &str) -> Rejection {
    Rejection::new(status, ApiError::new(code, message))
}

/// 422, about a parameter.
fn about(param_name: &str, code: ErrorCode, message: &str) -> Rejection {
    let mut error = ApiError::new(code, message);
    error.meta.param_name = Some(param_name.to_owned());
    Rejection::new(StatusCode::UNPROCESSABLE_ENTITY, error)
}

pub(super) fn param_missing(param_name: &str) -> Rejection {
    about(param_name, ErrorCode::FormParamMissing, &format!("`{param_name}` must be given."))
}

pub(super) fn param_nil(param_name: &str) -> Rejection {
    about(param_name, ErrorCode::FormParamNil, &format!("`{param_name}` must not be empty."))
}

pub(super) fn param_value_invalid(param_name: &str) -> Rejection {
    about(param_name, ErrorCode::FormParamValueInvalid, &format!("The value of `{param_name}` is not possible here."))
}

pub(super) fn identifier_not_found() -> Rejection {
    about("identifier", ErrorCode::FormIdentifierNotFound, "There is no account with this identifier.")
}

pub(super) fn password_incorrect() -> Rejection {
    about("password", ErrorCode::FormPasswordIncorrect, "The password is wrong. Try again, or sign in another way.")
}

pub(super) fn code_incorrect() -> Rejection {
    about("code", ErrorCode::FormCodeIncorrect, "The code is wrong.")
}

pub(super) fn strategy_for_user_invalid(strategy: &Strategy) -> Rejection {
    let message = format!("This account cannot verify by `{strategy}`.");
    refusal(StatusCode::BAD_REQUEST, ErrorCode::StrategyForUserInvalid, &message)
}

pub(super) fn verification_missing() -> Rejection {
    let message = "No code was sent for this strategy: prepare it first.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::VerificationMissing, message)
}

pub(super) fn verification_expired() -> Rejection {
    refusal(StatusCode::BAD_REQUEST, ErrorCode::VerificationExpired, "The code is too old: ask for another.")
}

pub(super) fn verification_failed() -> Rejection {
    refusal(StatusCode::BAD_REQUEST, ErrorCode::VerificationFailed, "Too many wrong codes: ask for another.")
}

pub(super) fn verification_already_verified() -> Rejection {
    let message = "This factor is verified already.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::VerificationAlreadyVerified, message)
}

pub(super) fn code_sent_a_moment_ago(wait: Duration) -> Rejection {
    let message = "A code was sent a moment ago: wait before asking for another.";
    let code = ErrorCode::VerificationCodeTooManyRequests;
    Rejection { retry_after: Some(wait), ..refusal(StatusCode::TOO_MANY_REQUESTS, code, message) }
}

pub(super) fn sign_in_not_found() -> Rejection {
    refusal(StatusCode::NOT_FOUND, ErrorCode::ResourceNotFound, "There is no such sign-in on this device.")
}

pub(super) fn sign_in_replaced() -> Rejection {
    let message = "A newer sign-in has replaced this one.";
    refusal(StatusCode::FORBIDDEN, ErrorCode::ResourceForbidden, message)
}

pub(super) fn session_not_found() -> Rejection {
    refusal(StatusCode::NOT_FOUND, ErrorCode::ResourceNotFound, "There is no such session on this device.")
}

pub(super) fn session_exists() -> Rejection {
    refusal(StatusCode::BAD_REQUEST, ErrorCode::SessionExists, "This device is signed in already.")
}

pub(super) fn wrong_status(code: ErrorCode) -> Rejection {
    refusal(StatusCode::BAD_REQUEST, code, "The sign-in does not stand where this step can be taken.")
}

pub(super) fn authentication_invalid() -> Rejection {
    let message = "The client token is not one of this server.";
    refusal(StatusCode::UNAUTHORIZED, ErrorCode::AuthenticationInvalid, message)
}

pub(super) fn device_not_found() -> Rejection {
    refusal(StatusCode::NOT_FOUND, ErrorCode::ResourceNotFound, "This device is not known.")
}
