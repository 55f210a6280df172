//! Constructs a state by hand.

use clerk_sign_in::Complete;
use clerk_sign_in::wire::TouchSession;

pub fn skip_everything() -> Complete {
    Complete { touch: Box::new(TouchSession::select("sess_1")) }
}

fn main() {}
