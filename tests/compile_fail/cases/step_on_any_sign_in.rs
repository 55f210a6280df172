//! A step is taken on a resumed sign-in, whose state is known only at run time.

use clerk_sign_in::{Client, Error, Resumed};

pub async fn code_entered(client: &Client, code: &str) -> Result<(), Error> {
    if let Resumed::Attempt(sign_in) = client.resume().await? {
        sign_in.verify(code).await?;
    }
    Ok(())
}

fn main() {}
