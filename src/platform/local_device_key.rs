//! A trusted-device key that the program holds.

use std::fmt;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::rand_core::OsRng;

use super::{CapabilityError, TrustedDeviceKey};
use crate::wire::Secret;

/// A trusted-device key that the program holds.
///
/// It is intended for tests and for systems without a secure enclave.
///
/// It signs without asking the user. `Debug` does not show the key.
pub struct LocalDeviceKey(SigningKey);

impl LocalDeviceKey {
    /// Generates a new key from the system's source of randomness.
    #[must_use]
    pub fn generate() -> Self {
        Self(SigningKey::random(&mut OsRng))
    }

    /// Restores a key that was [saved](Self::to_secret).
    ///
    /// # Errors
    /// [`CapabilityError::Unavailable`] if the secret is not a P-256 key.
    pub fn from_secret(secret: &Secret) -> Result<Self, CapabilityError> {
        let bytes = URL_SAFE_NO_PAD.decode(secret.expose()).ok();
        let key = bytes.and_then(|bytes| SigningKey::from_slice(&bytes).ok());
        key.map(Self).ok_or_else(|| CapabilityError::unavailable("what was saved is no key of P-256"))
    }

    /// Returns the key as text, so that it can be saved.
    ///
    /// Anyone who has the key can sign as this device. Protect the key like a password.
    #[must_use]
    pub fn to_secret(&self) -> Secret {
        URL_SAFE_NO_PAD.encode(self.0.to_bytes()).into()
    }
}

#[async_trait]
impl TrustedDeviceKey for LocalDeviceKey {
    async fn public_key_jwk(&self) -> Result<String, CapabilityError> {
        Ok(p256::PublicKey::from(self.0.verifying_key()).to_jwk_string())
    }

    async fn sign(&self, text: &str) -> Result<Secret, CapabilityError> {
        let signature: Signature = self.0.sign(text.as_bytes());
        Ok(URL_SAFE_NO_PAD.encode(signature.to_bytes()).into())
    }
}

impl fmt::Debug for LocalDeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalDeviceKey").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;

    #[test]
    fn a_key_is_the_same_after_it_was_saved() {
        let key = LocalDeviceKey::generate();
        let again = LocalDeviceKey::from_secret(&key.to_secret()).unwrap();
        let public = |key: &LocalDeviceKey| block_on(key.public_key_jwk()).unwrap();
        assert_eq!(public(&key), public(&again));
        assert!(public(&key).contains(r#""crv":"P-256""#));
        assert_ne!(public(&key), public(&LocalDeviceKey::generate()));
        assert!(LocalDeviceKey::from_secret(&"nothing".into()).is_err());
    }

    #[test]
    fn a_signature_is_64_bytes() {
        let signature = block_on(LocalDeviceKey::generate().sign("text")).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(signature.expose()).unwrap().len(), 64);
    }
}
