//! Uses the old sign-in after a wrong password, not the one that the error handed back.

use clerk_sign_in::{AfterFirstFactor, Error, NeedsFirstFactor, SignIn};

pub async fn try_both(sign_in: SignIn<NeedsFirstFactor>, old: &str, new: &str) -> Result<AfterFirstFactor, Error> {
    if let Ok(outcome) = sign_in.password(new).await {
        return Ok(outcome);
    }
    Ok(sign_in.password(old).await?)
}

fn main() {}
