//! A link is waited for, and the wait is thrown away.
#![deny(unused_must_use)]

use clerk_sign_in::platform::TokioTimer;
use clerk_sign_in::{LinkSent, NeedsFirstFactor, SignIn};

pub fn wait(sign_in: SignIn<LinkSent<NeedsFirstFactor>>) {
    sign_in.wait_for_verification(TokioTimer);
}

fn main() {}
