//! A struct holds the sign-in through all its states, and names none.

use clerk_sign_in::SignIn;

pub struct Window {
    pub sign_in: Option<SignIn>,
}

fn main() {}
