//! Rejections, each with the HTTP status that is documented for its code.

mod keys;
mod passwords;
mod sign_ups;
mod sso;

use std::time::Duration;

use http::StatusCode;

pub(super) use keys::*;
pub(super) use passwords::*;
pub(super) use sign_ups::*;
pub(super) use sso::*;

use crate::wire::{ApiError, ErrorCode, Rejection, Strategy};

fn rejection(status: StatusCode, code: ErrorCode, message: &str) -> Rejection {
    Rejection::new(status, ApiError::new(code, message))
}

/// Rounds the waiting time up to whole seconds, so that no client retries too early.
pub(super) const fn whole_seconds(wait: Duration) -> u64 {
    if wait.subsec_nanos() == 0 { wait.as_secs() } else { wait.as_secs().saturating_add(1) }
}

/// Creates a rejection that names a parameter and has the HTTP status 422.
fn param_rejection(param_name: &str, code: ErrorCode, message: &str) -> Rejection {
    let mut error = ApiError::new(code, message);
    error.meta.param_name = Some(param_name.to_owned());
    Rejection::new(StatusCode::UNPROCESSABLE_ENTITY, error)
}

pub(super) fn param_missing(param_name: &str) -> Rejection {
    param_rejection(param_name, ErrorCode::FormParamMissing, &format!("`{param_name}` is required."))
}

pub(super) fn param_nil(param_name: &str) -> Rejection {
    param_rejection(param_name, ErrorCode::FormParamNil, &format!("`{param_name}` must not be empty."))
}

pub(super) fn param_value_invalid(param_name: &str) -> Rejection {
    param_rejection(
        param_name,
        ErrorCode::FormParamValueInvalid,
        &format!("The value of `{param_name}` is not accepted here."),
    )
}

pub(super) fn identifier_not_found() -> Rejection {
    param_rejection("identifier", ErrorCode::FormIdentifierNotFound, "There is no account with this identifier.")
}

pub(super) fn password_incorrect() -> Rejection {
    param_rejection(
        "password",
        ErrorCode::FormPasswordIncorrect,
        "The password is wrong. Try again, or sign in another way.",
    )
}

pub(super) fn code_incorrect() -> Rejection {
    param_rejection("code", ErrorCode::FormCodeIncorrect, "The code is wrong.")
}

pub(super) fn strategy_for_user_invalid(strategy: &Strategy) -> Rejection {
    let message = format!("The account is not set up for `{strategy}`. Choose another way to verify.");
    rejection(StatusCode::BAD_REQUEST, ErrorCode::StrategyForUserInvalid, &message)
}

pub(super) fn verification_missing() -> Rejection {
    let message = "This verification was not prepared. Prepare it first.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::VerificationMissing, message)
}

pub(super) fn verification_expired() -> Rejection {
    rejection(StatusCode::BAD_REQUEST, ErrorCode::VerificationExpired, "The code has expired. Request a new one.")
}

pub(super) fn verification_failed() -> Rejection {
    rejection(StatusCode::BAD_REQUEST, ErrorCode::VerificationFailed, "Too many wrong codes. Request a new one.")
}

pub(super) fn verification_already_verified() -> Rejection {
    let message = "This factor is already verified.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::VerificationAlreadyVerified, message)
}

pub(super) fn sent_a_moment_ago(wait: Duration) -> Rejection {
    let message = "A code was sent a moment ago. Wait before you request another.";
    let code = ErrorCode::VerificationCodeTooManyRequests;
    Rejection { retry_after: Some(wait), ..rejection(StatusCode::TOO_MANY_REQUESTS, code, message) }
}

pub(super) fn sign_in_not_found() -> Rejection {
    rejection(StatusCode::NOT_FOUND, ErrorCode::ResourceNotFound, "This client has no such sign-in.")
}

pub(super) fn sign_in_replaced() -> Rejection {
    let message = "A newer sign-in has replaced this one.";
    rejection(StatusCode::FORBIDDEN, ErrorCode::ResourceForbidden, message)
}

pub(super) fn session_not_found() -> Rejection {
    rejection(StatusCode::NOT_FOUND, ErrorCode::ResourceNotFound, "This client has no such session.")
}

pub(super) fn totp_already_enabled() -> Rejection {
    let message = "The user already has an authenticator app.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::TotpAlreadyEnabled, message)
}

pub(super) fn not_a_member() -> Rejection {
    let message = "The user is not a member of this organization, or it does not exist.";
    rejection(StatusCode::FORBIDDEN, ErrorCode::NotAMemberInOrganization, message)
}

pub(super) fn session_not_authorized() -> Rejection {
    let message = "This client has no such session, so it may not act in it. Sign in first.";
    rejection(StatusCode::UNAUTHORIZED, ErrorCode::ActionForSessionNotAuthorized, message)
}

pub(super) fn session_exists() -> Rejection {
    rejection(StatusCode::BAD_REQUEST, ErrorCode::SessionExists, "This client is already signed in.")
}

pub(super) fn wrong_status(code: ErrorCode) -> Rejection {
    rejection(StatusCode::BAD_REQUEST, code, "This step is not possible in the sign-in's current status.")
}

pub(super) fn authentication_invalid() -> Rejection {
    let message = "This server did not issue the client token.";
    rejection(StatusCode::UNAUTHORIZED, ErrorCode::AuthenticationInvalid, message)
}

pub(super) fn dev_browser_unauthenticated() -> Rejection {
    let message = "This browser is not known. Register it with POST /v1/dev_browser.";
    rejection(StatusCode::UNAUTHORIZED, ErrorCode::DevBrowserUnauthenticated, message)
}

pub(super) fn ticket_invalid() -> Rejection {
    rejection(StatusCode::BAD_REQUEST, ErrorCode::TicketInvalidCode, "This server did not issue the ticket.")
}

pub(super) fn ticket_expired() -> Rejection {
    rejection(StatusCode::BAD_REQUEST, ErrorCode::TicketExpiredCode, "The ticket has expired. Ask for a new one.")
}

pub(super) fn ticket_used() -> Rejection {
    let message = "The ticket was already used. Ask for a new one.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::SignInTokenAlreadyUsedCode, message)
}

pub(super) fn ticket_revoked() -> Rejection {
    rejection(StatusCode::BAD_REQUEST, ErrorCode::SignInTokenRevokedCode, "The ticket was revoked. Ask for a new one.")
}

pub(super) fn link_token_invalid() -> Rejection {
    let message = "This server did not issue the link.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::VerificationLinkTokenInvalid, message)
}

pub(super) fn link_token_expired() -> Rejection {
    let message = "The link has expired. Request a new one.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::VerificationLinkTokenExpired, message)
}

pub(super) fn link_token_stale() -> Rejection {
    let message = "The link was already used, or a newer link was sent.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::VerificationLinkTokenStale, message)
}

pub(super) fn link_not_same_client() -> Rejection {
    let message = "Open the link in the browser in which you started to sign in.";
    rejection(StatusCode::FORBIDDEN, ErrorCode::SignInEmailLinkNotSameClient, message)
}

pub(super) fn pkce_required() -> Rejection {
    param_rejection(
        "code_challenge",
        ErrorCode::FormPublicClientRequiresPkce,
        "An app must send a code challenge (RFC 7636).",
    )
}

pub(super) fn flow_not_approved() -> Rejection {
    let message = "The link was not opened yet. Open it first.";
    rejection(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::FlowNotApproved, message)
}

pub(super) fn approval_token_invalid() -> Rejection {
    let message = "The approval does not belong to this flow.";
    rejection(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::ApprovalTokenInvalid, message)
}

pub(super) fn approval_token_expired() -> Rejection {
    let message = "The approval has expired. Request a new link.";
    rejection(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::ApprovalTokenExpired, message)
}

pub(super) fn approval_token_consumed() -> Rejection {
    let message = "The approval was already used. Request a new link.";
    rejection(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::ApprovalTokenConsumed, message)
}

pub(super) fn pkce_verification_failed() -> Rejection {
    let message =
        "The code verifier does not match the code challenge. Complete the sign-in in the app that requested the link.";
    rejection(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::PkceVerificationFailed, message)
}

pub(super) fn captcha_invalid() -> Rejection {
    rejection(StatusCode::BAD_REQUEST, ErrorCode::CaptchaInvalid, "The captcha was not solved.")
}

pub(super) fn captcha_missing_token() -> Rejection {
    rejection(
        StatusCode::BAD_REQUEST,
        ErrorCode::CaptchaMissingToken,
        "The captcha's token is missing. Solve the captcha and send its token.",
    )
}

pub(super) fn captcha_not_enabled() -> Rejection {
    rejection(StatusCode::BAD_REQUEST, ErrorCode::CaptchaNotEnabled, "This instance does not require a captcha.")
}

pub(super) fn password_or_identifier_incorrect() -> Rejection {
    let message = "The identifier or the password is wrong.";
    param_rejection("password", ErrorCode::FormPasswordOrIdentifierIncorrect, message)
}

pub(super) fn too_many_requests(wait: Duration) -> Rejection {
    let message = "Too many requests. Wait before you try again.";
    Rejection {
        retry_after: Some(wait),
        ..rejection(StatusCode::TOO_MANY_REQUESTS, ErrorCode::TooManyRequests, message)
    }
}

/// Returns the rejection for an account that is locked, either for a limited time or until an administrator unlocks it.
pub(super) fn user_locked(wait: Option<Duration>) -> Rejection {
    let mut error = ApiError::new(ErrorCode::UserLocked, "This account is locked.");
    error.meta.lockout_expires_in_seconds = wait.map(whole_seconds);
    Rejection::new(StatusCode::FORBIDDEN, error)
}

pub(super) fn lockout_warning(attempts_left: u32) -> ApiError {
    let answers = if attempts_left == 1 { "answer" } else { "answers" };
    let message = format!("The account will be locked after {attempts_left} more wrong {answers}.");
    ApiError::new(ErrorCode::AccountLockoutWarning, &message)
}

pub(super) fn user_banned() -> Rejection {
    rejection(StatusCode::FORBIDDEN, ErrorCode::UserBanned, "This account is banned.")
}

pub(super) fn user_deactivated() -> Rejection {
    rejection(StatusCode::FORBIDDEN, ErrorCode::UserDeactivated, "This account is deactivated.")
}

pub(super) fn already_signed_in(session_id: &str) -> Rejection {
    let mut error = ApiError::new(ErrorCode::IdentifierAlreadySignedIn, "You are already signed in with this account.");
    error.meta.session_id = Some(session_id.to_owned());
    Rejection::new(StatusCode::BAD_REQUEST, error)
}

pub(super) fn captcha_required() -> Rejection {
    rejection(StatusCode::UNAUTHORIZED, ErrorCode::RequiresCaptcha, "Solve the captcha first.")
}

pub(super) fn protect_check_required() -> Rejection {
    rejection(StatusCode::FORBIDDEN, ErrorCode::RequiresProtectCheck, "A protect check comes first. Send its proof.")
}

pub(super) fn protect_check_already_resolved() -> Rejection {
    rejection(StatusCode::BAD_REQUEST, ErrorCode::ProtectCheckAlreadyResolved, "No protect check is pending.")
}
