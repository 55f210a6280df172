//! Answers a passkey's challenge with a wallet.
use clerk_sign_in::platform::{Mediation, Wallet};
use clerk_sign_in::{AfterFirstFactor, Error, PasskeyChallenged, SignIn};

async fn mixed_up(sign_in: SignIn<PasskeyChallenged>, wallet: &impl Wallet) -> Result<AfterFirstFactor, Error> {
    Ok(sign_in.verify_with(wallet, Mediation::Modal).await?)
}

fn main() {}
