//! A function for every state does not say that its parameter is one.

use clerk_sign_in::SignIn;

pub fn log<S>(sign_in: &SignIn<S>) {
    println!("at {}", sign_in.state_name());
}

fn main() {}
