//! A passkey's challenge is answered by an authenticator, not by a wallet.
use clerk_sign_in::platform::{Mediation, Wallet};
use clerk_sign_in::{AfterFirstFactor, Error, PasskeyChallenged, SignIn};

async fn mixed_up(sign_in: SignIn<PasskeyChallenged>, wallet: &impl Wallet) -> Result<AfterFirstFactor, Error> {
    Ok(sign_in.verify_with(wallet, Mediation::Modal).await?)
}

fn main() {}
