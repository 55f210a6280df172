//! Gives the authenticator app's code before the password.

use clerk_sign_in::{AfterSecondFactor, Error, NeedsFirstFactor, SignIn};

pub async fn enter_totp(sign_in: SignIn<NeedsFirstFactor>, code: &str) -> Result<AfterSecondFactor, Error> {
    let outcome = sign_in.verify_totp(code).await?;
    Ok(outcome)
}

fn main() {}
