//! The key of a trusted device.

use std::fmt;

use async_trait::async_trait;

use super::CapabilityError;
use crate::wire::Secret;

/// A key that never leaves the device, such as one in a secure enclave: P-256, used after the user has unlocked it.
///
/// # Contract
/// - Both methods use the same key, whenever they are called.
/// - [`sign`](Self::sign) may ask the user to unlock the key, and takes as long as the user does.
/// - Dropping a future closes what it shows; it signs nothing else.
#[async_trait]
pub trait TrustedDeviceKey: fmt::Debug + Send + Sync {
    /// The public half, as the JSON text of a JSON Web Key (RFC 7518 section 6.2): `kty`, `crv`, `x` and `y`.
    ///
    /// # Errors
    /// [`CapabilityError`] if there is no such key, or it cannot be made.
    async fn public_key_jwk(&self) -> Result<String, CapabilityError>;

    /// Signs the UTF-8 bytes of a text by ES256 (RFC 7518 section 3.4), and returns the 64 bytes `r ‖ s` in base64url.
    ///
    /// # Errors
    /// [`CapabilityError`] if the user says no, there is no such key, or it fails.
    async fn sign(&self, text: &str) -> Result<Secret, CapabilityError>;
}
