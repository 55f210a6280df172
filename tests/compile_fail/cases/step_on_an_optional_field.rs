//! A window takes a step on the sign-in in its `Option`, without taking it out.

use clerk_sign_in::{AnySignIn, Error};

pub struct Window {
    sign_in: Option<AnySignIn>,
}

impl Window {
    pub async fn on_submit(&mut self, password: &str) -> Result<(), Error> {
        if let Some(AnySignIn::NeedsFirstFactor(first)) = self.sign_in {
            self.sign_in = Some(first.password(password).await?.into());
        }
        Ok(())
    }
}

fn main() {}
