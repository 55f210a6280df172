//! Rejections of passkeys, wallets and trusted devices.

use http::StatusCode;

use super::{param_rejection, rejection};
use crate::wire::{ErrorCode, Rejection};

pub(in crate::fake) fn no_passkeys_found() -> Rejection {
    let message = "This account has no passkey.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::NoPasskeysFoundForUser, message)
}

pub(in crate::fake) fn passkey_not_registered() -> Rejection {
    let message = "The passkey does not belong to this account, or it was removed.";
    rejection(StatusCode::NOT_FOUND, ErrorCode::PasskeyNotRegistered, message)
}

pub(in crate::fake) fn passkey_not_verified() -> Rejection {
    let message = "The passkey was never completed. Create it again.";
    rejection(StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::PasskeyIdentificationNotVerified, message)
}

pub(in crate::fake) fn passkey_authentication_failure() -> Rejection {
    let message = "The passkey's signature does not match the challenge. Try again.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::PasskeyAuthenticationFailure, message)
}

pub(in crate::fake) fn passkey_registration_failure() -> Rejection {
    let message = "The new passkey does not match the request. Start again.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::PasskeyRegistrationFailure, message)
}

pub(in crate::fake) fn passkey_invalid_verification() -> Rejection {
    let message = "This passkey is not waiting to be completed. Start again.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::PasskeyInvalidVerification, message)
}

pub(in crate::fake) fn passkey_invalid_credential() -> Rejection {
    let message = "The authenticator's response could not be read.";
    param_rejection("public_key_credential", ErrorCode::PasskeyInvalidPublicKeyCredential, message)
}

pub(in crate::fake) fn passkey_quota_exceeded(most: usize) -> Rejection {
    let message = format!("An account can have at most {most} passkeys. Remove one first.");
    rejection(StatusCode::FORBIDDEN, ErrorCode::PasskeyQuotaExceeded, &message)
}

pub(in crate::fake) fn passkeys_impossible_here() -> Rejection {
    let message = "Passkeys need a domain name. Open this page at localhost, not at an IP address.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::BadRequest, message)
}

pub(in crate::fake) fn passkey_not_found() -> Rejection {
    rejection(StatusCode::NOT_FOUND, ErrorCode::ResourceNotFound, "This account has no such passkey.")
}

pub(in crate::fake) fn signature_incorrect() -> Rejection {
    let message = "The signature is not by this account's wallet, or is for another message.";
    param_rejection("signature", ErrorCode::FormIncorrectSignature, message)
}

pub(in crate::fake) fn trusted_device_not_registered() -> Rejection {
    let message = "The trusted device is not enrolled, or it was revoked.";
    param_rejection("trusted_device_id", ErrorCode::TrustedDeviceNotRegistered, message)
}

pub(in crate::fake) fn trusted_device_already_enrolled() -> Rejection {
    rejection(
        StatusCode::CONFLICT,
        ErrorCode::TrustedDeviceAlreadyEnrolled,
        "A trusted device with this key is already enrolled.",
    )
}

pub(in crate::fake) fn trusted_device_app_not_configured() -> Rejection {
    let message = "The instance has no app with this identifier. Add it to the instance's apps.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::TrustedDeviceAppIdentifierNotConfigured, message)
}

pub(in crate::fake) fn trusted_device_binding_mismatch(param_name: &str) -> Rejection {
    let message = "The value differs from the one at the start. Start again.";
    param_rejection(param_name, ErrorCode::TrustedDeviceBindingMismatch, message)
}

pub(in crate::fake) fn trusted_device_challenge_not_found() -> Rejection {
    let message = "There is no such challenge, or it was already answered. Request a new one.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::TrustedDeviceChallengeNotFound, message)
}

pub(in crate::fake) fn trusted_device_challenge_expired() -> Rejection {
    let message = "The challenge has expired. Request a new one.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::TrustedDeviceChallengeExpired, message)
}

pub(in crate::fake) fn trusted_device_quota_exceeded(most: usize) -> Rejection {
    let message = format!("An account can have at most {most} trusted devices. Revoke one first.");
    rejection(StatusCode::BAD_REQUEST, ErrorCode::TrustedDeviceCredentialQuotaExceeded, &message)
}

pub(in crate::fake) fn trusted_device_client_data_invalid() -> Rejection {
    param_rejection(
        "client_data",
        ErrorCode::TrustedDeviceInvalidClientData,
        "The client data is not the challenge that the server sent.",
    )
}

pub(in crate::fake) fn trusted_device_public_key_invalid() -> Rejection {
    param_rejection(
        "public_key_jwk",
        ErrorCode::TrustedDeviceInvalidPublicKey,
        "The key is not a P-256 public key (RFC 7518).",
    )
}

pub(in crate::fake) fn trusted_device_signature_incorrect() -> Rejection {
    let message = "The trusted device's signature does not match the challenge.";
    rejection(StatusCode::BAD_REQUEST, ErrorCode::TrustedDeviceSignatureVerificationFailed, message)
}

pub(in crate::fake) fn trusted_device_not_found() -> Rejection {
    rejection(StatusCode::NOT_FOUND, ErrorCode::ResourceNotFound, "This account has no such trusted device.")
}
