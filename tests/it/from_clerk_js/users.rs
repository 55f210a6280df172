//! The user of the scenarios, who has a factor of each kind.

use clerk_sign_in::fake::NewUser;
use clerk_sign_in::platform::{LocalWallet, Wallet, WalletProvider};
use clerk_sign_in::wire::{Factor, Strategy};
use clerk_sign_in::{
    AfterCreate, AfterFirstFactor, AnySignIn, Client, Complete, NeedsFirstFactor, NeedsSecondFactor, SignIn,
};
use futures::executor::block_on;
use support::{L, World, take};

pub(crate) const QUINN: &str = "quinn@example.com";
pub(crate) const SECOND_ADDRESS: &str = "second@example.com";
pub(crate) const PHONE: &str = "+15550100151";
pub(crate) const SECOND_PHONE: &str = "+15550100152";
pub(crate) const USERNAME: &str = "quinn";
pub(crate) const PASSWORD: &str = "quinns-password";
pub(crate) const BACKUP_CODE: &str = "backup-code-1";
pub(crate) const PAGE: &str = "https://app.example.com/page";
pub(crate) const HOME: &str = "https://app.example.com/home";
const TOTP_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR";
const KEY: [u8; 32] = [9; 32];

/// Adds a user with a password and two of each kind of address. A new client needs no trust.
pub(crate) fn add_quinn(world: &World) {
    add(world, quinn());
}

/// Adds the same user with second factors.
pub(crate) fn add_careful_quinn(world: &World) {
    let careful = quinn().email_code_second_factor().phone_code_second_factor();
    add(world, careful.totp_secret(TOTP_SECRET).backup_code(BACKUP_CODE));
}

fn add(world: &World, quinn: NewUser) {
    world.fake.configure(|settings| settings.client_trust = false);
    world.fake.add_user(quinn).unwrap();
}

fn quinn() -> NewUser {
    NewUser::new(QUINN)
        .name("Quinn", "Q.")
        .email_address(SECOND_ADDRESS)
        .phone_number(PHONE)
        .phone_number(SECOND_PHONE)
        .username(USERNAME)
        .password(PASSWORD)
        .web3_wallet(address(&wallet(WalletProvider::Metamask)))
        .web3_wallet(address(&wallet(phantom())))
}

/// All kinds of wallet, with the names that clerk-js has for them.
pub(crate) fn wallets() -> [(&'static str, WalletProvider); 5] {
    [
        ("metamask", WalletProvider::Metamask),
        ("base", WalletProvider::Base),
        ("coinbase_wallet", WalletProvider::CoinbaseWallet),
        ("okx_wallet", WalletProvider::OkxWallet),
        ("solana", phantom()),
    ]
}

pub(crate) fn phantom() -> WalletProvider {
    WalletProvider::Solana { wallet_name: "Phantom".to_owned() }
}

/// A wallet of this kind with the user's key.
pub(crate) fn wallet(provider: WalletProvider) -> LocalWallet {
    LocalWallet::new(provider, &KEY).unwrap()
}

pub(crate) fn address(wallet: &LocalWallet) -> String {
    block_on(wallet.address()).unwrap()
}

pub(crate) async fn first(client: &Client, identifier: &str) -> SignIn<NeedsFirstFactor> {
    take!(client.sign_in().create(identifier).await.unwrap(), AfterCreate::NeedsFirstFactor)
}

/// A sign-in at the second factor.
pub(crate) async fn second(client: &Client, identifier: &str) -> SignIn<NeedsSecondFactor> {
    take!(first(client, identifier).await.password(PASSWORD).await.unwrap(), AfterFirstFactor::NeedsSecondFactor)
}

/// A complete sign-in of a demo user.
pub(crate) async fn done(client: &Client) -> SignIn<Complete> {
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete)
}

/// Returns the address to which the newest message was sent.
pub(crate) fn last_recipient(world: &World) -> String {
    world.fake.outbox().pop().unwrap().to
}

/// Returns the first factor with this address or number.
pub(crate) fn factor_of(factors: &[Factor], address: &str) -> Factor {
    factors.iter().find(|factor| factor.safe_identifier.as_deref() == Some(address)).unwrap().clone()
}

/// Returns the strategies of the factors.
pub(crate) fn strategies(factors: &[Factor]) -> Vec<Strategy> {
    factors.iter().map(|factor| factor.strategy.clone()).collect()
}

/// Returns the name of the state.
pub(crate) fn state(sign_in: impl Into<AnySignIn>) -> &'static str {
    sign_in.into().state_name()
}
