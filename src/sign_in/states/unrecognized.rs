//! What this version of the crate cannot place.

/// The server said something that this version of the crate has no state for: a new status, or `complete` without a session.
/// It is never taken for a success.
///
/// [`refresh`](crate::SignIn::refresh) asks again, [`start_over`](crate::SignIn::start_over) leaves it, and
/// [`status`](crate::SignIn::status) tells what the server said.
#[derive(Debug)]
pub struct Unrecognized(pub(crate) ());

state!(Unrecognized);
