//! Uses a session as active without checking whether it is pending.

use clerk_sign_in::{ActiveSession, Complete, Error, SignIn};

fn welcome(session: &ActiveSession) {
    println!("signed in: {}", session.id());
}

pub async fn finish(sign_in: SignIn<Complete>) -> Result<(), Error> {
    let session = sign_in.finalize().await?;
    welcome(&session);
    Ok(())
}

fn main() {}
