//! The keys that a walker uses to sign.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::FutureExt;

use crate::fake::{FakeBackend, LINUS, UserChange};
use crate::platform::{LocalDeviceKey, LocalWallet, TrustedDeviceKey, Wallet, WalletProvider};
use crate::wire::{DevicePlatform, Secret};

/// The secret key. It is the same in every walk, so that a walk can be repeated.
const KEY: [u8; 32] = [0x11; 32];

#[derive(Debug)]
pub(super) struct Keys {
    pub(super) wallet: LocalWallet,
    pub(super) address: String,
    pub(super) device: LocalDeviceKey,
    pub(super) device_id: String,
}

impl Keys {
    /// Makes a wallet and a trusted device for Linus.
    ///
    /// If the user Linus does not exist, the wallet and the device belong to nobody.
    #[allow(clippy::expect_used, reason = "the key is one of both curves, and keys in memory wait for nothing")]
    pub(super) fn for_linus(fake: &FakeBackend) -> Self {
        let wallet = LocalWallet::new(WalletProvider::Metamask, &KEY).expect("a key of secp256k1");
        let address = wallet.address().now_or_never().and_then(Result::ok).unwrap_or_default();
        let device = LocalDeviceKey::from_secret(&Secret::from(URL_SAFE_NO_PAD.encode(KEY))).expect("a key of P-256");
        let jwk = device.public_key_jwk().now_or_never().and_then(Result::ok).unwrap_or_default();
        if let Some(linus) = fake.user(LINUS.email_address) {
            let change = UserChange { web3_wallets: Some(vec![address.clone()]), ..UserChange::default() };
            // This cannot fail, because no other user has this wallet.
            let _ = fake.change_user(&linus.id, change);
        }
        let app = (DevicePlatform::Ios, "com.example.app");
        let device_id = fake.add_trusted_device(LINUS.email_address, app, &jwk).unwrap_or_default();
        Self { wallet, address, device, device_id }
    }
}
