//! A window holds the sign-in and takes a step without taking it out.

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
