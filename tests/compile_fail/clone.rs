//! A sign-in is cloned, to go back to it later.

use clerk_sign_in::{AfterFirstFactor, Error, NeedsFirstFactor, SignIn};

pub async fn enter_password(sign_in: &SignIn<NeedsFirstFactor>, password: &str) -> Result<AfterFirstFactor, Error> {
    let outcome = sign_in.clone().password(password).await?;
    Ok(outcome)
}

fn main() {}
