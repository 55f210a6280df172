//! A window takes a step on a sign-in that it only borrows.

use clerk_sign_in::{AfterFirstFactor, Error, NeedsFirstFactor, SignIn};

pub struct Window {
    sign_in: SignIn<NeedsFirstFactor>,
}

impl Window {
    pub async fn on_submit(&mut self, password: &str) -> Result<AfterFirstFactor, Error> {
        Ok(self.sign_in.password(password).await?)
    }
}

fn main() {}
