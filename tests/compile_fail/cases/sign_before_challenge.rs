//! Signs with a wallet before the server gave a challenge.
use clerk_sign_in::platform::Wallet;
use clerk_sign_in::{AfterFirstFactor, Error, NeedsFirstFactor, SignIn};

async fn too_early(sign_in: SignIn<NeedsFirstFactor>, wallet: &dyn Wallet) -> Result<AfterFirstFactor, Error> {
    Ok(sign_in.verify_with(wallet).await?)
}

fn main() {}
