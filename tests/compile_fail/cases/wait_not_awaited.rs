//! Starts to wait for a link, and drops the wait.
#![deny(unused_must_use)]

use clerk_sign_in::platform::Timer;
use clerk_sign_in::{LinkSent, NeedsFirstFactor, SignIn};

pub fn wait(sign_in: SignIn<LinkSent<NeedsFirstFactor>>, timer: impl Timer + 'static) {
    sign_in.wait_for_verification(timer);
}

fn main() {}
