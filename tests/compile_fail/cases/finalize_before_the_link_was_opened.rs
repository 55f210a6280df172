//! Finalizes a sign-in whose link was sent but not opened.

use clerk_sign_in::{Error, Finalized, LinkSent, NeedsFirstFactor, SignIn};

pub async fn finish(sign_in: SignIn<LinkSent<NeedsFirstFactor>>) -> Result<Finalized, Error> {
    Ok(sign_in.finalize().await?)
}

fn main() {}
