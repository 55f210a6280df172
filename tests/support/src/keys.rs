//! The keys with which a user signs challenges.

use std::sync::Mutex;

use clerk_sign_in::async_trait;
use clerk_sign_in::fake::{FakeBackend, UserChange};
use clerk_sign_in::platform::{
    CapabilityError, LocalDeviceKey, LocalPasskeys, LocalWallet, TrustedDeviceKey, Wallet, WalletProvider,
    WalletRequest,
};
use clerk_sign_in::wire::{DevicePlatform, Secret};
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

/// The request to a wallet: the message, the kind of wallet and the address.
pub type Asked = (String, WalletProvider, Option<String>);

/// A wallet that notes the requests that it gets.
#[derive(Debug)]
pub struct NotingWallet {
    wallet: LocalWallet,
    asked: Mutex<Vec<Asked>>,
}

impl NotingWallet {
    pub fn new(wallet: LocalWallet) -> Self {
        Self { wallet, asked: Mutex::default() }
    }

    /// Returns the requests since the last time that this method was called.
    pub fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

#[async_trait]
impl Wallet for NotingWallet {
    fn provider(&self) -> WalletProvider {
        self.wallet.provider()
    }

    async fn address(&self) -> Result<String, CapabilityError> {
        self.wallet.address().await
    }

    async fn sign_message(&self, request: WalletRequest<'_>) -> Result<Secret, CapabilityError> {
        let asked = (request.message.to_owned(), request.provider.clone(), request.address.map(str::to_owned));
        self.asked.lock().unwrap().push(asked);
        self.wallet.sign_message(request).await
    }
}
