//! A loop asks for the code again, without the sign-in that the error handed back.

use clerk_sign_in::{AfterFirstFactor, CodeSent, NeedsFirstFactor, SignIn};

pub async fn first_that_fits(sent: SignIn<CodeSent<NeedsFirstFactor>>, codes: &[&str]) -> Option<AfterFirstFactor> {
    for code in codes {
        if let Ok(outcome) = sent.verify(code).await {
            return Some(outcome);
        }
    }
    None
}

fn main() {}
