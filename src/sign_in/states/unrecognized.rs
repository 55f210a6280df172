//! What this version of the crate cannot place.

use super::{Started, State, sealed};
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::standing::Standing;

/// The server said something that this version of the crate has no state for: a new status, or `complete` without a session.
/// It is never taken for a success.
///
/// [`refresh`](SignIn::refresh) asks again, [`start_over`](SignIn::start_over) leaves it, and
/// [`status`](SignIn::status) tells what the server said.
#[derive(Debug)]
pub struct Unrecognized(pub(crate) ());

impl State for Unrecognized {}

impl sealed::Sealed for Unrecognized {
    const NAME: &'static str = "Unrecognized";
    const STANDING: Standing = Standing::Unrecognized;

    fn into_any(sign_in: SignIn<Self>) -> AnySignIn {
        AnySignIn::Unrecognized(sign_in)
    }
}

impl Started for Unrecognized {}
