//! Finalizes the sign-in although a second factor is missing.

use clerk_sign_in::{Error, Finalized, NeedsSecondFactor, SignIn};

pub async fn finish(sign_in: SignIn<NeedsSecondFactor>) -> Result<Finalized, Error> {
    let finalized = sign_in.finalize().await?;
    Ok(finalized)
}

fn main() {}
