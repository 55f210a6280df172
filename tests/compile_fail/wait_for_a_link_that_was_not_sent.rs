//! A link is waited for before one was sent.

use clerk_sign_in::platform::TokioTimer;
use clerk_sign_in::{AfterFirstFactor, Error, NeedsFirstFactor, SignIn};

pub async fn wait(sign_in: SignIn<NeedsFirstFactor>) -> Result<AfterFirstFactor, Error> {
    Ok(sign_in.wait_for_verification(TokioTimer).await?)
}

fn main() {}
