//! Creates a state with a constructor.

use clerk_sign_in::{CodeSent, NeedsFirstFactor};

pub fn pretend_that_a_code_was_sent() -> CodeSent<NeedsFirstFactor> {
    CodeSent::new()
}

fn main() {}
