//! A state without fields to fill in is written down by hand.

use clerk_sign_in::{CodeSent, NeedsFirstFactor};

pub fn pretend_that_a_code_was_sent(stage: NeedsFirstFactor) -> CodeSent<NeedsFirstFactor> {
    CodeSent(stage)
}

fn main() {}
