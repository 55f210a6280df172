//! The keys with which a user signs challenges.

use clerk_sign_in::fake::{FakeBackend, UserChange};
use clerk_sign_in::platform::{LocalDeviceKey, LocalPasskeys, LocalWallet, TrustedDeviceKey, Wallet, WalletProvider};
use clerk_sign_in::wire::DevicePlatform;
use futures::executor::block_on;

pub struct Keys {
    pub wallet: LocalWallet,
    pub passkeys: LocalPasskeys,
    pub device: LocalDeviceKey,
}

impl Keys {
    pub fn new(fake: &FakeBackend) -> Self {
        Self {
            wallet: LocalWallet::new(WalletProvider::Metamask, &[9; 32]).unwrap(),
            passkeys: LocalPasskeys::new(&fake.settings().issuer).unwrap(),
            device: LocalDeviceKey::generate(),
        }
    }

    pub fn address(&self) -> String {
        block_on(self.wallet.address()).unwrap()
    }

    /// Registers the keys for this user.
    pub fn give_to(&self, fake: &FakeBackend, user: &str) {
        let id = fake.user(user).unwrap().id;
        let mut change = UserChange::default();
        change.web3_wallets = Some(vec![self.address()]);
        fake.change_user(&id, change).unwrap();
        self.give_passkey_to(fake, user);
        let jwk = block_on(self.device.public_key_jwk()).unwrap();
        fake.add_trusted_device(&id, (DevicePlatform::Ios, "com.example.app"), &jwk).unwrap();
    }

    /// Registers a passkey for this user.
    pub fn give_passkey_to(&self, fake: &FakeBackend, user: &str) {
        let made = block_on(self.passkeys.create(&fake.new_passkey(user).unwrap())).unwrap();
        fake.add_passkey(user, made.expose()).unwrap();
    }
}

/// Returns the id of this user's trusted device.
pub fn device_of(fake: &FakeBackend, user: &str) -> String {
    fake.user(user).unwrap().trusted_devices[0].clone()
}
