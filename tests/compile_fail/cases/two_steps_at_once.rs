//! Runs two steps concurrently on one sign-in.

use clerk_sign_in::{NeedsFirstFactor, SignIn};

pub async fn hurry(sign_in: SignIn<NeedsFirstFactor>, password: &str) {
    let _ = futures::join!(sign_in.password(password), sign_in.send_email_code());
}

fn main() {}
