//! A step is taken on the result of `resume`, as if it were the sign-in.

use clerk_sign_in::{Client, Error};

pub async fn code_entered(client: &Client, code: &str) -> Result<(), Error> {
    client.resume().await?.verify(code).await?;
    Ok(())
}

fn main() {}
