//! Ignores the outcome after a right password.

#![deny(unused_must_use)]

use clerk_sign_in::{Error, NeedsFirstFactor, SignIn};

pub async fn enter_password(sign_in: SignIn<NeedsFirstFactor>, password: &str) -> Result<(), Error> {
    sign_in.password(password).await?;
    Ok(())
}

fn main() {}
