//! Rejections of requests that send a user to a provider or bring the user back.

use http::StatusCode;

use super::{param_rejection, rejection};
use crate::wire::{ErrorCode, Rejection, Strategy};

pub(in crate::fake) fn provider_not_enabled(strategy: &Strategy) -> Rejection {
    let message = format!("`{strategy}` is turned off for this instance.");
    rejection(StatusCode::BAD_REQUEST, ErrorCode::OauthProviderNotEnabled, &message)
}

pub(in crate::fake) fn provider_unsupported(strategy: &Strategy) -> Rejection {
    let message =
        format!("There is no provider `{strategy}`. The name of a custom provider starts with `oauth_custom_`.");
    rejection(StatusCode::BAD_REQUEST, ErrorCode::OauthUnsupportedProvider, &message)
}

pub(in crate::fake) fn redirect_url_invalid() -> Rejection {
    param_rejection(
        "redirect_url",
        ErrorCode::InvalidRedirectUrl,
        "The URL has no scheme, or contains characters that are not allowed in a URL.",
    )
}

pub(in crate::fake) fn redirect_url_prohibited() -> Rejection {
    param_rejection(
        "redirect_url",
        ErrorCode::ProhibitedRedirectUrl,
        "A browser would run code from this URL. Use the URL of a page or an app.",
    )
}

pub(in crate::fake) fn connection_missing() -> Rejection {
    let message = "No enterprise connection has this domain or id.";
    rejection(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::EnterpriseSsoSignInConnectionMissing, message)
}

pub(in crate::fake) fn sign_up_connection_missing() -> Rejection {
    let message = "No enterprise connection has this domain or id, so it cannot be used to sign up.";
    rejection(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::EnterpriseSsoSignUpConnectionMissing, message)
}

pub(in crate::fake) fn saml_connection_missing() -> Rejection {
    let message = "No SAML connection has this domain or id.";
    rejection(StatusCode::NOT_FOUND, ErrorCode::SamlConnectionActiveNotFound, message)
}

pub(in crate::fake) fn connection_id_required() -> Rejection {
    let code = ErrorCode::EnterpriseConnectionIdIsRequiredWithMultipleConnections;
    param_rejection("enterprise_connection_id", code, "The domain has several enterprise connections. Choose one.")
}

pub(in crate::fake) fn callback_invalid() -> Rejection {
    let message = "This callback does not belong to a sign-in in progress. Start again.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::OauthCallbackInvalid, message)
}

pub(in crate::fake) fn access_denied() -> Rejection {
    rejection(
        StatusCode::FORBIDDEN,
        ErrorCode::OauthAccessDenied,
        "You cancelled at the provider. Start again to sign in.",
    )
}

pub(in crate::fake) fn token_exchange_failed() -> Rejection {
    let message = "The provider issued no tokens for this sign-in. Start again.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::OauthTokenExchangeError, message)
}

pub(in crate::fake) fn id_token_invalid() -> Rejection {
    let message = "The ID token is not from the provider, is not for this instance, or has expired.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::OauthTokenExchangeError, message)
}

pub(in crate::fake) fn one_tap_token_invalid() -> Rejection {
    let message = "The token is not from Google, is not for this instance, or has expired.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::GoogleOneTapTokenInvalid, message)
}

pub(in crate::fake) fn fetch_user_failed() -> Rejection {
    let message = "The provider did not return your user information.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::OauthFetchUserError, message)
}

pub(in crate::fake) fn external_account_not_found() -> Rejection {
    let message = "No account is connected to your account at the provider.";
    rejection(StatusCode::NOT_FOUND, ErrorCode::ExternalAccountNotFound, message)
}

/// Returns the error that tells the app to sign in instead, because the account already belongs to a user.
///
/// The error is part of a successful answer, so Clerk documents no HTTP status for it.
pub(in crate::fake) fn external_account_exists() -> Rejection {
    let message = "This account already belongs to a user. Sign in.";
    rejection(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::ExternalAccountExists, message)
}

pub(in crate::fake) fn domain_mismatch(strategy: &Strategy) -> Rejection {
    let code = match strategy {
        Strategy::Saml => ErrorCode::SamlEmailAddressDomainMismatch,
        _ => ErrorCode::EnterpriseSsoEmailAddressDomainMismatch,
    };
    rejection(StatusCode::BAD_REQUEST, code, "Your email address does not belong to this enterprise's domain.")
}

pub(in crate::fake) fn must_use_connection() -> Rejection {
    let message = "Accounts of this domain must sign in with their enterprise connection.";
    rejection(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::SignInMustUseEnterpriseConnectionIdentifier, message)
}
