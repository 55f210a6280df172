//! Rejections on the way to a provider and back.

use http::StatusCode;

use super::{about, refusal};
use crate::wire::{ErrorCode, Rejection, Strategy};

pub(in crate::fake) fn provider_not_enabled(strategy: &Strategy) -> Rejection {
    let message = format!("The instance does not have `{strategy}` on.");
    refusal(StatusCode::BAD_REQUEST, ErrorCode::OauthProviderNotEnabled, &message)
}

pub(in crate::fake) fn provider_unsupported(strategy: &Strategy) -> Rejection {
    let message = format!("There is no provider `{strategy}`; one of the instance's own begins with `oauth_custom_`.");
    refusal(StatusCode::BAD_REQUEST, ErrorCode::OauthUnsupportedProvider, &message)
}

pub(in crate::fake) fn redirect_url_invalid() -> Rejection {
    about("redirect_url", ErrorCode::InvalidRedirectUrl, "The URL has no scheme, or characters that a URL cannot have.")
}

pub(in crate::fake) fn redirect_url_prohibited() -> Rejection {
    about("redirect_url", ErrorCode::ProhibitedRedirectUrl, "A browser would run what this URL holds.")
}

pub(in crate::fake) fn connection_missing() -> Rejection {
    let message = "No enterprise connection has this domain or id.";
    refusal(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::EnterpriseSsoSignInConnectionMissing, message)
}

pub(in crate::fake) fn sign_up_connection_missing() -> Rejection {
    let message = "No enterprise connection has this domain or id: nobody can sign up by one.";
    refusal(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::EnterpriseSsoSignUpConnectionMissing, message)
}

pub(in crate::fake) fn saml_connection_missing() -> Rejection {
    let message = "No enterprise connection by SAML has this domain or id.";
    refusal(StatusCode::NOT_FOUND, ErrorCode::SamlConnectionActiveNotFound, message)
}

pub(in crate::fake) fn connection_id_required() -> Rejection {
    let code = ErrorCode::EnterpriseConnectionIdIsRequiredWithMultipleConnections;
    about("enterprise_connection_id", code, "The domain has several enterprise connections: choose one.")
}

pub(in crate::fake) fn callback_invalid() -> Rejection {
    let message = "Nobody is waited for who comes back with this: begin again.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::OauthCallbackInvalid, message)
}

pub(in crate::fake) fn access_denied() -> Rejection {
    refusal(StatusCode::FORBIDDEN, ErrorCode::OauthAccessDenied, "You did not allow it at the provider.")
}

pub(in crate::fake) fn token_exchange_failed() -> Rejection {
    let message = "The provider gave no tokens that are for this sign-in.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::OauthTokenExchangeError, message)
}

pub(in crate::fake) fn id_token_invalid() -> Rejection {
    let message = "The ID token is none of the provider's for this instance, or is too old.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::OauthTokenExchangeError, message)
}

pub(in crate::fake) fn one_tap_token_invalid() -> Rejection {
    let message = "The token is none of Google's for this instance, or is too old.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::GoogleOneTapTokenInvalid, message)
}

pub(in crate::fake) fn fetch_user_failed() -> Rejection {
    let message = "The provider did not say who you are.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::OauthFetchUserError, message)
}

pub(in crate::fake) fn external_account_not_found() -> Rejection {
    let message = "There is no account for who you are at the provider.";
    refusal(StatusCode::NOT_FOUND, ErrorCode::ExternalAccountNotFound, message)
}

/// The error of a transferable verification. It is part of a successful answer, so its own status is not published.
pub(in crate::fake) fn external_account_exists() -> Rejection {
    let message = "Somebody here has this account: sign in.";
    refusal(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::ExternalAccountExists, message)
}

pub(in crate::fake) fn domain_mismatch(strategy: &Strategy) -> Rejection {
    let code = match strategy {
        Strategy::Saml => ErrorCode::SamlEmailAddressDomainMismatch,
        _ => ErrorCode::EnterpriseSsoEmailAddressDomainMismatch,
    };
    refusal(StatusCode::BAD_REQUEST, code, "Your account at the provider is none of this enterprise.")
}

pub(in crate::fake) fn must_use_connection() -> Rejection {
    let message = "Accounts of this domain sign in by their enterprise connection.";
    refusal(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::SignInMustUseEnterpriseConnectionIdentifier, message)
}
