//! Waits for a link before one was sent.

use clerk_sign_in::platform::Timer;
use clerk_sign_in::{AfterFirstFactor, Error, NeedsFirstFactor, SignIn};

pub async fn wait(sign_in: SignIn<NeedsFirstFactor>, timer: impl Timer + 'static) -> Result<AfterFirstFactor, Error> {
    Ok(sign_in.wait_for_verification(timer).await?)
}

fn main() {}
