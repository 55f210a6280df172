//! Verified, but there is no such user.

use super::{Started, State, sealed};
use crate::any::AnySignIn;
use crate::sign_in::SignIn;
use crate::standing::Standing;

/// The first factor was verified, but no user has this identifier: the sign-in can become a sign-up.
#[derive(Debug)]
pub struct Transferable(pub(crate) ());

impl State for Transferable {}

impl sealed::Sealed for Transferable {
    const NAME: &'static str = "Transferable";
    const STANDING: Standing = Standing::Transferable;

    fn into_any(sign_in: SignIn<Self>) -> AnySignIn {
        AnySignIn::Transferable(sign_in)
    }
}

impl Started for Transferable {}
