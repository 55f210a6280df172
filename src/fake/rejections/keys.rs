//! Rejections of passkeys, wallets and trusted devices.

use http::StatusCode;

use super::{about, refusal};
use crate::wire::{ErrorCode, Rejection};

pub(in crate::fake) fn no_passkeys_found() -> Rejection {
    let message = "This account has no passkey.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::NoPasskeysFoundForUser, message)
}

pub(in crate::fake) fn passkey_not_registered() -> Rejection {
    let message = "The passkey does not belong to this account, or it was removed.";
    refusal(StatusCode::NOT_FOUND, ErrorCode::PasskeyNotRegistered, message)
}

pub(in crate::fake) fn passkey_not_verified() -> Rejection {
    let message = "The passkey was never completed. Create it again.";
    refusal(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::PasskeyIdentificationNotVerified, message)
}

pub(in crate::fake) fn passkey_authentication_failure() -> Rejection {
    let message = "The passkey's signature does not match the challenge. Try again.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::PasskeyAuthenticationFailure, message)
}

pub(in crate::fake) fn passkey_registration_failure() -> Rejection {
    let message = "The new passkey does not match the request. Start again.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::PasskeyRegistrationFailure, message)
}

pub(in crate::fake) fn passkey_invalid_verification() -> Rejection {
    let message = "This passkey is not waiting to be completed. Start again.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::PasskeyInvalidVerification, message)
}

pub(in crate::fake) fn passkey_invalid_credential() -> Rejection {
    let message = "The authenticator's response could not be read.";
    about("public_key_credential", ErrorCode::PasskeyInvalidPublicKeyCredential, message)
}

pub(in crate::fake) fn passkey_quota_exceeded(most: usize) -> Rejection {
    let message = format!("An account can have at most {most} passkeys. Remove one first.");
    refusal(StatusCode::FORBIDDEN, ErrorCode::PasskeyQuotaExceeded, &message)
}

pub(in crate::fake) fn passkeys_impossible_here() -> Rejection {
    let message = "Passkeys need a domain name. Open this page at localhost, not at an IP address.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::BadRequest, message)
}

pub(in crate::fake) fn passkey_not_found() -> Rejection {
    refusal(StatusCode::NOT_FOUND, ErrorCode::ResourceNotFound, "This account has no such passkey.")
}

pub(in crate::fake) fn signature_incorrect() -> Rejection {
    let message = "The signature is not by this account's wallet, or is for another message.";
    about("signature", ErrorCode::FormIncorrectSignature, message)
}

pub(in crate::fake) fn device_not_registered() -> Rejection {
    let message = "The trusted device is not enrolled, or it was revoked.";
    about("trusted_device_id", ErrorCode::TrustedDeviceNotRegistered, message)
}

pub(in crate::fake) fn device_already_enrolled() -> Rejection {
    refusal(
        StatusCode::CONFLICT,
        ErrorCode::TrustedDeviceAlreadyEnrolled,
        "A trusted device with this key is already enrolled.",
    )
}

pub(in crate::fake) fn device_app_not_configured() -> Rejection {
    let message = "The instance has no app with this identifier. Add it to the instance's apps.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::TrustedDeviceAppIdentifierNotConfigured, message)
}

pub(in crate::fake) fn device_binding_mismatch(param_name: &str) -> Rejection {
    let message = "The value differs from the one at the start. Start again.";
    about(param_name, ErrorCode::TrustedDeviceBindingMismatch, message)
}

pub(in crate::fake) fn device_challenge_not_found() -> Rejection {
    let message = "There is no such challenge, or it was already answered. Request a new one.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::TrustedDeviceChallengeNotFound, message)
}

pub(in crate::fake) fn device_challenge_expired() -> Rejection {
    let message = "The challenge has expired. Request a new one.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::TrustedDeviceChallengeExpired, message)
}

pub(in crate::fake) fn device_quota_exceeded(most: usize) -> Rejection {
    let message = format!("An account can have at most {most} trusted devices. Revoke one first.");
    refusal(StatusCode::BAD_REQUEST, ErrorCode::TrustedDeviceCredentialQuotaExceeded, &message)
}

pub(in crate::fake) fn device_client_data_invalid() -> Rejection {
    about(
        "client_data",
        ErrorCode::TrustedDeviceInvalidClientData,
        "The client data is not the challenge that the server sent.",
    )
}

pub(in crate::fake) fn device_public_key_invalid() -> Rejection {
    about("public_key_jwk", ErrorCode::TrustedDeviceInvalidPublicKey, "The key is not a P-256 public key (RFC 7518).")
}

pub(in crate::fake) fn device_signature_incorrect() -> Rejection {
    let message = "The trusted device's signature does not match the challenge.";
    refusal(StatusCode::BAD_REQUEST, ErrorCode::TrustedDeviceSignatureVerificationFailed, message)
}

pub(in crate::fake) fn device_not_found() -> Rejection {
    refusal(StatusCode::NOT_FOUND, ErrorCode::ResourceNotFound, "This account has no such trusted device.")
}
