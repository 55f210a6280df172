//! `needs_new_password`: choose a new password.

use super::{Started, State, sealed};
use crate::any::AnySignIn;
use crate::sign_in::SignIn;
use crate::standing::Standing;

/// The user has to choose a new password: after a code that resets it, or because the instance wants it changed.
#[derive(Debug)]
pub struct NeedsNewPassword(pub(crate) ());

impl State for NeedsNewPassword {}

impl sealed::Sealed for NeedsNewPassword {
    const NAME: &'static str = "NeedsNewPassword";
    const STANDING: Standing = Standing::NeedsNewPassword;

    fn into_any(sign_in: SignIn<Self>) -> AnySignIn {
        AnySignIn::NeedsNewPassword(sign_in)
    }
}

impl Started for NeedsNewPassword {}
