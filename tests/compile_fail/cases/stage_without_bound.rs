//! A function that is generic over the stage lacks the bound `Stage`.

use clerk_sign_in::State;
use clerk_sign_in::{CodeSent, Error, SignIn};

pub async fn enter_code<S: State>(sent: SignIn<CodeSent<S>>, code: &str) -> Result<(), Error> {
    let _outcome = sent.verify(code).await?;
    Ok(())
}

fn main() {}
