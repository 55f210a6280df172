//! The keys with which this program signs: the key that all wallets use, the passkeys, and the key of the trusted device.

use std::error::Error;

use clerk_sign_in::fake::FakeBackend;
use clerk_sign_in::platform::{LocalDeviceKey, LocalPasskeys, LocalWallet, TrustedDeviceKey, Wallet, WalletProvider};
use clerk_sign_in::wire::{DevicePlatform, Strategy};
use futures::executor::block_on;

use crate::embedded::{Mary, Wanda};

/// The private key that all wallets use. It need not be kept secret, because it protects nothing of value.
const WALLET_KEY: [u8; 32] = [0x57; 32];
const DEVICE_KEY: &str = "V1dXV1dXV1dXV1dXV1dXV1dXV1dXV1dXV1dXV1dXV1c";
const APP: (DevicePlatform, &str) = (DevicePlatform::Android, "com.example.terminal");

/// The keys that an embedded fake knows.
pub(crate) struct Keys {
    pub(crate) passkeys: LocalPasskeys,
    pub(crate) device_id: String,
    pub(crate) device: LocalDeviceKey,
}

impl Keys {
    /// Creates passkeys for Mary and Wanda and enrols this device for Wanda, as if they had done so earlier. A fake that
    /// was restored already knows the device. Such a fake also knows older passkeys, whose private keys are lost.
    pub(crate) fn known_to(fake: &FakeBackend) -> Result<Self, Box<dyn Error>> {
        let device = LocalDeviceKey::from_secret(&DEVICE_KEY.into())?;
        let known = fake.user(Wanda::EMAIL_ADDRESS).and_then(|wanda| wanda.trusted_devices.into_iter().next());
        let device_id = match known {
            Some(id) => id,
            None => fake.add_trusted_device(Wanda::EMAIL_ADDRESS, APP, &now(device.public_key_jwk())?)?,
        };
        Ok(Self { passkeys: passkeys(fake)?, device_id, device })
    }
}

fn passkeys(fake: &FakeBackend) -> Result<LocalPasskeys, Box<dyn Error>> {
    let passkeys = LocalPasskeys::new(&fake.settings().issuer)?;
    // The newest passkey is Wanda's. It is the one that signs if no user is named.
    for user in [Mary::EMAIL_ADDRESS, Wanda::EMAIL_ADDRESS] {
        for passkey in fake.user(user).into_iter().flat_map(|user| user.passkeys) {
            fake.remove_passkey(&passkey);
        }
        let made = now(passkeys.create(&fake.new_passkey(user)?))?;
        fake.add_passkey(user, made.expose())?;
    }
    Ok(passkeys)
}

/// Returns one wallet of each kind. All of them have the same key.
pub(crate) fn wallets() -> impl Iterator<Item = LocalWallet> {
    let providers = [
        WalletProvider::Metamask,
        WalletProvider::Base,
        WalletProvider::CoinbaseWallet,
        WalletProvider::OkxWallet,
        WalletProvider::Solana { wallet_name: "Phantom".to_owned() },
    ];
    providers.into_iter().filter_map(|provider| LocalWallet::new(provider, &WALLET_KEY).ok())
}

/// Returns the wallet for this strategy.
pub(crate) fn wallet_for(strategy: &Strategy) -> Option<LocalWallet> {
    wallets().find(|wallet| wallet.provider().strategy() == *strategy)
}

pub(crate) fn address(wallet: &LocalWallet) -> String {
    now(wallet.address()).unwrap_or_default()
}

/// Runs a future that never has to wait, because everything happens in memory.
fn now<T>(answer: impl Future<Output = T>) -> T {
    block_on(answer)
}
