//! Sends a code, and drops the sign-in that waits for it.

#![deny(unused_must_use)]

use clerk_sign_in::{Error, NeedsFirstFactor, SignIn};

pub async fn send_code(sign_in: SignIn<NeedsFirstFactor>) -> Result<(), Error> {
    sign_in.send_email_code().await?;
    Ok(())
}

fn main() {}
