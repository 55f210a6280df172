//! A wallet whose key the program holds.

use std::fmt;

use alloy_primitives::{Address, Signature, eip191_hash_message, hex};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;

use super::{CapabilityError, Wallet, WalletProvider, WalletRequest};
use crate::wire::Secret;

/// A wallet whose key the program holds.
///
/// It is intended for tests and for programs that sign in without a user.
///
/// It signs without asking anybody. `Debug` shows the address but not the key.
pub struct LocalWallet {
    provider: WalletProvider,
    key: Key,
}

enum Key {
    Ethereum(k256::ecdsa::SigningKey),
    Solana(ed25519_dalek::SigningKey),
}

impl LocalWallet {
    /// Creates a wallet of the given kind from a secret key.
    ///
    /// For Ethereum, the secret key is a secp256k1 key. For Solana, it is the seed of an Ed25519 key (RFC 8032 section
    /// 5.1.5).
    ///
    /// # Errors
    /// [`CapabilityError::Unavailable`] if the bytes are not a valid secp256k1 key. A valid key is greater than zero
    /// and less than the order of the curve.
    pub fn new(provider: WalletProvider, secret_key: &[u8; 32]) -> Result<Self, CapabilityError> {
        let key = if let WalletProvider::Solana { .. } = provider {
            Key::Solana(ed25519_dalek::SigningKey::from_bytes(secret_key))
        } else {
            let key = k256::ecdsa::SigningKey::from_slice(secret_key);
            Key::Ethereum(key.map_err(|_| CapabilityError::unavailable("the bytes are no key of secp256k1"))?)
        };
        Ok(Self { provider, key })
    }

    fn account(&self) -> String {
        match &self.key {
            Key::Ethereum(key) => Address::from_private_key(key).to_checksum(None),
            Key::Solana(key) => bs58::encode(key.verifying_key().as_bytes()).into_string(),
        }
    }
}

#[async_trait]
impl Wallet for LocalWallet {
    fn provider(&self) -> WalletProvider {
        self.provider.clone()
    }

    async fn address(&self) -> Result<String, CapabilityError> {
        Ok(self.account())
    }

    async fn sign_message(&self, request: WalletRequest<'_>) -> Result<Secret, CapabilityError> {
        match &self.key {
            Key::Ethereum(key) => {
                let hash = eip191_hash_message(request.message);
                let signature = key.sign_prehash_recoverable(hash.as_slice()).map_err(CapabilityError::failed)?;
                Ok(hex::encode_prefixed(Signature::from(signature).as_bytes()).into())
            }
            Key::Solana(key) => Ok(STANDARD.encode(key.sign(request.message.as_bytes()).to_bytes()).into()),
        }
    }
}

impl fmt::Debug for LocalWallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalWallet")
            .field("provider", &self.provider)
            .field("address", &self.account())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;

    #[test]
    fn ethereum_signatures_match_a_known_example() {
        // Many development chains use the same mnemonic. This is the key of the first account that is derived from it.
        let key = hex!("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
        let wallet = LocalWallet::new(WalletProvider::Metamask, &key).unwrap();
        assert_eq!(block_on(wallet.address()).unwrap(), "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
        let signature: Signature = block_on(wallet.sign_message(WalletRequest::new("hello", &wallet.provider())))
            .unwrap()
            .expose()
            .parse()
            .unwrap();
        assert_eq!(signature.recover_address_from_msg("hello").unwrap().to_checksum(None), wallet.account());
    }

    #[test]
    fn solana_signatures_match_the_standard() {
        // This is test 2 of RFC 8032 section 7.1, whose message is the single byte 0x72.
        let key = hex!("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let wallet = LocalWallet::new(WalletProvider::Solana { wallet_name: "Phantom".into() }, &key).unwrap();
        let signed = hex!(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee
             b00d291612bb0c00"
        );
        assert_eq!(
            block_on(wallet.sign_message(WalletRequest::new("r", &wallet.provider()))).unwrap().expose(),
            STANDARD.encode(signed)
        );
        let public = hex!("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        assert_eq!(bs58::decode(wallet.account()).into_vec().unwrap(), public);
    }

    #[test]
    fn an_invalid_key_is_rejected_without_showing_it() {
        let error = LocalWallet::new(WalletProvider::Base, &[0; 32]).unwrap_err();
        assert!(matches!(error, CapabilityError::Unavailable(_)), "{error}");
        let shown = format!("{:?}", LocalWallet::new(WalletProvider::Base, &[7; 32]).unwrap());
        assert!(!shown.contains("0707") && !shown.contains("7, 7"), "{shown}");
    }
}
