//! Calls a step without awaiting it.

#![deny(unused_must_use)]

use clerk_sign_in::{NeedsFirstFactor, SignIn};

pub async fn enter_password(sign_in: SignIn<NeedsFirstFactor>, password: &str) {
    sign_in.password(password);
}

fn main() {}
