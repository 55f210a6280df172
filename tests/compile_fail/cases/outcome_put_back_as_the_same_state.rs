//! The outcome of a step is assigned to the variable of the sign-in before it.

use clerk_sign_in::{Client, Error};

pub async fn begin(client: &Client) -> Result<(), Error> {
    let mut sign_in = client.sign_in();
    sign_in = sign_in.create("ada@example.com").await?;
    drop(sign_in);
    Ok(())
}

fn main() {}
