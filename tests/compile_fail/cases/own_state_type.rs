//! An app adds its own state.

use clerk_sign_in::State;

pub struct NeedsCaptcha;

impl State for NeedsCaptcha {}

fn main() {}
