//! An app adds a state of its own.

use clerk_sign_in::State;

pub struct NeedsCaptcha;

impl State for NeedsCaptcha {}

fn main() {}
