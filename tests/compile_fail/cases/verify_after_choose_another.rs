//! Verifies the earlier code after another factor was chosen.

use clerk_sign_in::{AfterFirstFactor, CodeSent, Error, NeedsFirstFactor, SignIn};

pub async fn change_of_mind(sent: SignIn<CodeSent<NeedsFirstFactor>>, code: &str) -> Result<AfterFirstFactor, Error> {
    let sign_in = sent.choose_another();
    let outcome = sign_in.verify(code).await?;
    Ok(outcome)
}

fn main() {}
