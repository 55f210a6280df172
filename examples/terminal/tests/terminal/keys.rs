//! Passkeys, wallets and trusted devices.

use clerk_sign_in::fake::{FakeBackend, NewUser};
use clerk_sign_in::platform::{LocalWallet, TokioTimer, Wallet, WalletProvider};
use clerk_sign_in::server::Server;

use super::program::{Folder, Program};
use support::openapi::Validated;

#[test]
fn passkeys_and_wallets_sign_in() {
    for (ways, state) in [
        (["", "Passkey"], "PasskeyChallenged"),
        (["", "MetaMask"], "WalletChallenged"),
        (["", "Coinbase Wallet"], "WalletChallenged"),
        (["", "Solana wallet"], "WalletChallenged"),
    ] {
        let folder = Folder::new();
        let mut program = Program::start(&["--checkpoint", &folder.file()]);
        program.answer(&ways);
        program.read_until(&format!("── {state} ──"));
        program.answer(&["Ask for another challenge", "1"]);
        let ended = program.finish();
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(ended.has_active_session(), "{ended:?}");
    }
}

#[test]
fn a_passkey_is_the_second_factor_or_makes_the_client_trusted() {
    for (user, password, stage) in [
        ("mary", "two-factors-please", "NeedsSecondFactor"),
        ("wanda@example.com", "three-keys-on-a-ring", "NeedsClientTrust"),
    ] {
        let folder = Folder::new();
        let mut program = Program::start(&["--checkpoint", &folder.file()]);
        program.answer(&[user, "Password", password, "Passkey"]);
        program.read_until(&format!("── PasskeyChallenged<{stage}> ──"));
        program.answer(&["Choose another", "Passkey", "Ask for another challenge", "Use it"]);
        let ended = program.finish();
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(ended.has_active_session(), "{ended:?}");
    }
}

#[test]
fn a_trusted_device_is_offered_beside_the_other_factors() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["", "This device"]);
    program.read_until("── TrustedDeviceChallenged ──");
    program.answer(&["Choose another", "Passkey"]);
    program.read_until("── PasskeyChallenged ──");
    program.answer(&["Choose another", "This device", "Sign"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[test]
fn a_trusted_device_signs_in_after_leaving_at_its_challenge() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["", "This device"]);
    assert_eq!(program.finish().code, Some(1));
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["Go on"]);
    program.read_until("── TrustedDeviceChallenged ──");
    program.answer(&["Sign"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_signs_in_over_http() {
    let fake = FakeBackend::demo().with_timer(TokioTimer);
    let wallet = LocalWallet::new(WalletProvider::OkxWallet, &[0x57; 32]).unwrap();
    fake.add_user(NewUser::default().web3_wallet(wallet.address().await.unwrap())).unwrap();
    let server = Server::bind("127.0.0.1:0", Validated::new(fake)).await.unwrap().spawn();
    let folder = Folder::new();
    let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
    program.answer(&["", "OKX Wallet", "Sign"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}
