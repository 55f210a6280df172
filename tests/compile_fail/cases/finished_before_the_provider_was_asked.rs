//! A sign-in is finished by a callback although no provider was asked.

use clerk_sign_in::{AfterRedirect, Error, NeedsFirstFactor, SignIn};

pub async fn finish(sign_in: SignIn<NeedsFirstFactor>, callback_url: &str) -> Result<AfterRedirect, Error> {
    Ok(sign_in.finish(callback_url).await?)
}

fn main() {}
