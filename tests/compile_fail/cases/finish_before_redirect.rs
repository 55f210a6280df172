//! Finishes a sign-in with a callback before a redirect was requested.

use clerk_sign_in::{AfterRedirect, Error, NeedsFirstFactor, SignIn};

pub async fn finish(sign_in: SignIn<NeedsFirstFactor>, callback_url: &str) -> Result<AfterRedirect, Error> {
    Ok(sign_in.finish(callback_url).await?)
}

fn main() {}
