//! Constructs a state without fields by hand.

use clerk_sign_in::{CodeSent, NeedsFirstFactor};

pub fn pretend_that_a_code_was_sent(stage: NeedsFirstFactor) -> CodeSent<NeedsFirstFactor> {
    CodeSent(stage)
}

fn main() {}
