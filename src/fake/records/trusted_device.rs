//! Trusted devices: the keys that users have enrolled, and the signatures made with these keys.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::wire::{self, ALGORITHM, DevicePlatform, Secret, Timestamp, TrustedDeviceChallenge, TrustedDeviceStatus};

/// The prefix of trusted-device ids. Clerk has not published the prefix that its own server uses.
pub(in crate::fake) const ID_PREFIX: &str = "tdev";

/// A stored trusted device. Revoked devices are kept too, so that their status can be shown.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct TrustedDevice {
    pub(in crate::fake) id: String,
    pub(in crate::fake) user_id: String,
    pub(in crate::fake) binding: Binding,
    pub(in crate::fake) name: Option<String>,
    pub(in crate::fake) created_at: Timestamp,
    pub(in crate::fake) last_used_at: Option<Timestamp>,
    pub(in crate::fake) revoked_at: Option<Timestamp>,
}

/// The platform, app and key to which a trusted device is bound. These values must not change during the enrolment.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Binding {
    pub(in crate::fake) platform: DevicePlatform,
    pub(in crate::fake) app_identifier: String,
    pub(in crate::fake) key: PublicKey,
}

/// An enrolment in progress.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Enrolment {
    pub(in crate::fake) user_id: String,
    pub(in crate::fake) binding: Binding,
    pub(in crate::fake) challenge: TrustedDeviceChallenge,
}

/// A P-256 public key, as a JSON Web Key in normalized form.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct PublicKey(String);

impl PublicKey {
    /// Parses a JSON Web Key. Returns `None` if it is not a P-256 public key (RFC 7518 section 6.2).
    pub(in crate::fake) fn from_jwk(jwk: &str) -> Option<Self> {
        let key = p256::PublicKey::from_jwk_str(jwk).ok()?;
        Some(Self(key.to_jwk_string()))
    }

    /// Returns `true` if the key signed the text with ES256 (RFC 7518 section 3.4).
    pub(in crate::fake) fn signed(&self, text: &str, signature: &Secret) -> bool {
        let signature = URL_SAFE_NO_PAD.decode(signature.expose()).ok();
        let signature = signature.and_then(|bytes| Signature::from_slice(&bytes).ok());
        let key = p256::PublicKey::from_jwk_str(&self.0).ok().map(VerifyingKey::from);
        key.zip(signature).is_some_and(|(key, signature)| key.verify(text.as_bytes(), &signature).is_ok())
    }
}

impl TrustedDevice {
    pub(in crate::fake) const fn is_active(&self) -> bool {
        self.revoked_at.is_none()
    }

    pub(in crate::fake) fn describe(&self) -> wire::TrustedDevice {
        let status = if self.is_active() { TrustedDeviceStatus::Active } else { TrustedDeviceStatus::Revoked };
        wire::TrustedDevice {
            id: self.id.clone(),
            platform: Some(self.binding.platform.clone()),
            app_identifier: self.binding.app_identifier.clone(),
            name: self.name.clone(),
            algorithm: ALGORITHM.to_owned(),
            status: Some(status),
            created_at: Some(self.created_at),
            updated_at: self.revoked_at.or(self.last_used_at).or(Some(self.created_at)),
            last_used_at: self.last_used_at,
            revoked_at: self.revoked_at,
            ..wire::TrustedDevice::default()
        }
    }
}
