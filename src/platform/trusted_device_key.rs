//! The key of a trusted device.

use std::fmt;

use async_trait::async_trait;

use super::CapabilityError;
use crate::wire::Secret;

/// A P-256 key that never leaves the device, such as a key in a secure enclave.
///
/// The key can be used only after the user has unlocked it.
///
/// # Contract
/// - Both methods always use the same key.
/// - [`sign`](Self::sign) may ask the user to unlock the key, and may take as long as the user needs.
/// - When a future is dropped, it closes any prompt that it has opened. After that, nothing is signed.
#[async_trait]
pub trait TrustedDeviceKey: fmt::Debug + Send + Sync {
    /// Returns the public key as the text of a JSON Web Key (RFC 7518 section 6.2).
    ///
    /// The JSON Web Key contains `kty`, `crv`, `x` and `y`.
    ///
    /// # Errors
    /// [`CapabilityError`] if the key does not exist, or if it cannot be created.
    async fn public_key_jwk(&self) -> Result<String, CapabilityError>;

    /// Signs the UTF-8 bytes of a text with ES256 (RFC 7518 section 3.4).
    ///
    /// The signature consists of the 64 bytes `r ‖ s`. The method returns it in base64url.
    ///
    /// # Errors
    /// [`CapabilityError`] if the user declines, if the key does not exist, or if signing fails.
    async fn sign(&self, text: &str) -> Result<Secret, CapabilityError>;
}
