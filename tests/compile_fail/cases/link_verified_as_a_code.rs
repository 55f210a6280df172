//! Verifies a link as if it were a code.

use clerk_sign_in::{AfterFirstFactor, Error, LinkSent, NeedsFirstFactor, SignIn};

pub async fn enter(sign_in: SignIn<LinkSent<NeedsFirstFactor>>, code: &str) -> Result<AfterFirstFactor, Error> {
    Ok(sign_in.verify(code).await?)
}

fn main() {}
