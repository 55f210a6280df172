//! `needs_protect_check`: Clerk Protect wants a proof.

use super::{Started, State, sealed};
use crate::any::AnySignIn;
use crate::sign_in::SignIn;
use crate::standing::Standing;

/// Clerk Protect wants a proof before the sign-in goes on: [`protect_check`](SignIn::protect_check) says which.
///
/// The step that led here did not happen and is not kept: once the gate is open, take it again.
#[derive(Debug)]
pub struct NeedsProtectCheck(pub(crate) ());

impl State for NeedsProtectCheck {}

impl sealed::Sealed for NeedsProtectCheck {
    const NAME: &'static str = "NeedsProtectCheck";
    const STANDING: Standing = Standing::NeedsProtectCheck;

    fn into_any(sign_in: SignIn<Self>) -> AnySignIn {
        AnySignIn::NeedsProtectCheck(sign_in)
    }
}

impl Started for NeedsProtectCheck {}
