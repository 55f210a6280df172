//! `abandoned`: not finished in time.

use super::{Started, State, sealed};
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::standing::Standing;

/// The attempt was not finished in time, about 24 hours: [`start_over`](SignIn::start_over).
#[derive(Debug)]
pub struct Abandoned(pub(crate) ());

impl State for Abandoned {}

impl sealed::Sealed for Abandoned {
    const NAME: &'static str = "Abandoned";
    const STANDING: Standing = Standing::Abandoned;

    fn into_any(sign_in: SignIn<Self>) -> AnySignIn {
        AnySignIn::Abandoned(sign_in)
    }
}

impl Started for Abandoned {}
