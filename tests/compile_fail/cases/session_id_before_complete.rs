//! Reads the session although a second factor is missing.

use clerk_sign_in::{NeedsSecondFactor, SignIn};

pub fn session_of(sign_in: SignIn<NeedsSecondFactor>) -> String {
    sign_in.session_id().to_owned()
}

fn main() {}
