//! Takes the next step on the outcome, as if it were the sign-in.

use clerk_sign_in::{Error, Finalized, NeedsFirstFactor, SignIn};

pub async fn sign_in_by_password(sign_in: SignIn<NeedsFirstFactor>, password: &str) -> Result<Finalized, Error> {
    let finalized = sign_in.password(password).await?.finalize().await?;
    Ok(finalized)
}

fn main() {}
