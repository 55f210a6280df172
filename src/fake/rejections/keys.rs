//! Rejections of passkeys, wallets and trusted devices.

use http::StatusCode;

use super::{about, refusal};
use crate::wire::{ErrorCode, Rejection};

pub(in crate::fake) fn no_passkeys_found() -> Rejection {
    let message = "This account has no passkey.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::NoPasskeysFoundForUser, message)
}

pub(in crate::fake) fn passkey_not_registered() -> Rejection {
    let message = "The passkey is none of this account, or was removed.";
    refusal(StatusCode::NOT_FOUND, ErrorCode::PasskeyNotRegistered, message)
}

pub(in crate::fake) fn passkey_not_verified() -> Rejection {
    let message = "The passkey was never made: the authenticator gave no answer.";
    refusal(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::PasskeyIdentificationNotVerified, message)
}

pub(in crate::fake) fn passkey_authentication_failure() -> Rejection {
    let message = "The passkey did not sign what was asked for.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::PasskeyAuthenticationFailure, message)
}

pub(in crate::fake) fn passkey_registration_failure() -> Rejection {
    let message = "The authenticator did not make the passkey that was asked for.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::PasskeyRegistrationFailure, message)
}

pub(in crate::fake) fn passkey_invalid_verification() -> Rejection {
    let message = "The passkey does not wait to be made: begin again.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::PasskeyInvalidVerification, message)
}

pub(in crate::fake) fn passkey_invalid_credential() -> Rejection {
    let message = "The answer of the authenticator cannot be read.";
    about("public_key_credential", ErrorCode::PasskeyInvalidPublicKeyCredential, message)
}

pub(in crate::fake) fn passkey_quota_exceeded(most: usize) -> Rejection {
    let message = format!("An account has {most} passkeys at most: remove one first.");
    refusal(StatusCode::FORBIDDEN, ErrorCode::PasskeyQuotaExceeded, &message)
}

pub(in crate::fake) fn passkeys_impossible_here() -> Rejection {
    let message = "Passkeys belong to a domain, and this page is at none: open it at localhost, not at an IP address.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::BadRequest, message)
}

pub(in crate::fake) fn passkey_not_found() -> Rejection {
    refusal(StatusCode::NOT_FOUND, ErrorCode::ResourceNotFound, "This account has no such passkey.")
}

pub(in crate::fake) fn signature_incorrect() -> Rejection {
    let message = "The wallet of this account did not sign this message.";
    about("signature", ErrorCode::FormIncorrectSignature, message)
}

pub(in crate::fake) fn device_not_registered() -> Rejection {
    let message = "The device is not enrolled, or was revoked.";
    about("trusted_device_id", ErrorCode::TrustedDeviceNotRegistered, message)
}

pub(in crate::fake) fn device_already_enrolled() -> Rejection {
    refusal(
        StatusCode::CONFLICT,
        ErrorCode::TrustedDeviceAlreadyEnrolled,
        "A device with this key is enrolled already.",
    )
}

pub(in crate::fake) fn device_app_not_configured() -> Rejection {
    let message = "The instance has no app with this identifier.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::TrustedDeviceAppIdentifierNotConfigured, message)
}

pub(in crate::fake) fn device_binding_mismatch(param_name: &str) -> Rejection {
    let message = "It is another than the enrolment was begun with.";
    about(param_name, ErrorCode::TrustedDeviceBindingMismatch, message)
}

pub(in crate::fake) fn device_challenge_not_found() -> Rejection {
    let message = "The challenge was answered already, or is none of this server: ask for another.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::TrustedDeviceChallengeNotFound, message)
}

pub(in crate::fake) fn device_challenge_expired() -> Rejection {
    let message = "The challenge is too old: ask for another.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::TrustedDeviceChallengeExpired, message)
}

pub(in crate::fake) fn device_quota_exceeded(most: usize) -> Rejection {
    let message = format!("An account has {most} trusted devices at most: revoke one first.");
    refusal(StatusCode::BAD_REQUEST, ErrorCode::TrustedDeviceCredentialQuotaExceeded, &message)
}

pub(in crate::fake) fn device_client_data_invalid() -> Rejection {
    about("client_data", ErrorCode::TrustedDeviceInvalidClientData, "It is not what the server gave to sign.")
}

pub(in crate::fake) fn device_public_key_invalid() -> Rejection {
    about("public_key_jwk", ErrorCode::TrustedDeviceInvalidPublicKey, "It is no public key of P-256 (RFC 7518).")
}

pub(in crate::fake) fn device_signature_incorrect() -> Rejection {
    let message = "The device did not sign this challenge.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::TrustedDeviceSignatureVerificationFailed, message)
}

pub(in crate::fake) fn device_not_found() -> Rejection {
    refusal(StatusCode::NOT_FOUND, ErrorCode::ResourceNotFound, "This account has no such trusted device.")
}
