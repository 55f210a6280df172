//! Verifies a code before one was sent.

use clerk_sign_in::{AfterFirstFactor, Error, NeedsFirstFactor, SignIn};

pub async fn enter_code(sign_in: SignIn<NeedsFirstFactor>, code: &str) -> Result<AfterFirstFactor, Error> {
    let outcome = sign_in.verify(code).await?;
    Ok(outcome)
}

fn main() {}
