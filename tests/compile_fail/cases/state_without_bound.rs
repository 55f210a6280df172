//! A function that is generic over the state lacks the bound `State`.

use clerk_sign_in::SignIn;

pub fn log<S>(sign_in: &SignIn<S>) {
    println!("at {}", sign_in.state_name());
}

fn main() {}
