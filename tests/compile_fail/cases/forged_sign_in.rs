//! Constructs a sign-in by hand, to skip the second factor.

use clerk_sign_in::{Complete, NeedsSecondFactor, SignIn};

pub fn skip_second_factor(sign_in: SignIn<NeedsSecondFactor>, state: Complete) -> SignIn<Complete> {
    SignIn { core: sign_in.core, state }
}

fn main() {}
