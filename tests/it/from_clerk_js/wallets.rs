//! Wallets.

use clerk_sign_in::AfterFirstFactor;
use clerk_sign_in::platform::{Wallet, WalletProvider, WalletRequest};
use support::World;
use support::keys::{Asked, NotingWallet};

use super::shown::{Recorder, Shown};
use super::users::{add_quinn, address, phantom, wallet, wallets as every_kind};

pub(super) async fn wallets(world: &World, shown: &mut Shown) {
    add_quinn(world);
    for (name, provider) in every_kind() {
        let (client, recorder) = Recorder::client(world);
        let wallet = wallet(provider.clone());
        let address = wallet.address().await.unwrap();
        let challenged = client.sign_in().challenge_wallet(&provider, &address).await.unwrap();
        let strategy = format!("web3_{name}_signature");
        let is_sent = recorder.sent("strategy", &strategy) && recorder.sent("identifier", &address);
        shown.row(&format!("web3().strategy: '{strategy}'"), is_sent && provider.strategy().as_str() == strategy);
        let outcome = challenged.verify_with(&wallet).await.unwrap();
        let is_complete = matches!(outcome, AfterFirstFactor::Complete(_));
        shown.row(&format!("web3().provider: '{name}'"), is_complete);
        let method = match name {
            "metamask" => "Metamask",
            "base" => "Base",
            "coinbase_wallet" => "CoinbaseWallet",
            "okx_wallet" => "OKXWallet",
            _ => "Solana",
        };
        shown.row(&format!("authenticateWith{method}()"), is_complete);
        shown.row("web3()", is_complete && recorder.endpoint() == "attempt_first_factor");
    }
    let asked = asked_to_sign(world, phantom()).await;
    let is_named = matches!(asked.1, WalletProvider::Solana { wallet_name } if wallet_name == "Phantom");
    shown.row("web3().walletName", is_named);
    shown.row("authenticateWithSolana().walletName", is_named);
}

/// Signs in with a wallet of this kind, and returns what the wallet was asked to sign.
async fn asked_to_sign(world: &World, provider: WalletProvider) -> Asked {
    let wallet = NotingWallet::new(wallet(provider.clone()));
    let address = wallet.address().await.unwrap();
    let challenged = world.client().sign_in().challenge_wallet(&provider, &address).await.unwrap();
    drop(challenged.verify_with(&wallet).await.unwrap());
    wallet.take_asked().pop().unwrap()
}

pub(super) async fn callbacks(world: &World, shown: &mut Shown) {
    add_quinn(world);
    let owner = address(&wallet(WalletProvider::Metamask));
    let (client, recorder) = Recorder::client(world);
    let challenged = client.sign_in().challenge_wallet(&WalletProvider::Metamask, &owner).await.unwrap();
    shown.row("authenticateWithWeb3().identifier", recorder.sent("identifier", &owner));
    shown.row("authenticateWithWeb3().strategy", recorder.sent("strategy", "web3_metamask_signature"));
    let request = WalletRequest::new(challenged.message(), &WalletProvider::Metamask);
    let signature = wallet(WalletProvider::Metamask).sign_message(request).await.unwrap();
    let outcome = challenged.verify_signature(signature.expose()).await.unwrap();
    shown.row("authenticateWithWeb3().generateSignature", recorder.sent("signature", signature.expose()));
    shown.row("authenticateWithWeb3()", matches!(outcome, AfterFirstFactor::Complete(_)));

    let (message, provider, address) = asked_to_sign(world, WalletProvider::Metamask).await;
    shown.row("GenerateSignatureParams.identifier", address.as_deref() == Some(&owner));
    shown.row("GenerateSignatureParams.nonce", message.contains(&owner));
    shown.row("GenerateSignatureParams.provider", provider == WalletProvider::Metamask);
    let (_, provider, _) = asked_to_sign(world, phantom()).await;
    shown.row("GenerateSignatureParams.walletName", provider == phantom());
    let (client, recorder) = Recorder::client(world);
    let solana = address_of(&phantom());
    drop(client.sign_in().challenge_wallet(&phantom(), &solana).await.unwrap());
    shown.row("authenticateWithWeb3().walletName", recorder.value("wallet_name").is_none());
}

fn address_of(provider: &WalletProvider) -> String {
    address(&wallet(provider.clone()))
}
