//! A state that this version of the crate does not know.

/// A sign-in in a state that this version of the crate does not know.
///
/// The server reported a new status, or `complete` without a session. It is never taken for a success.
///
/// [`refresh`](crate::SignIn::refresh) asks the server again, and [`start_over`](crate::SignIn::start_over) leaves the
/// sign-in. [`status`](crate::SignIn::status) returns what the server said.
#[derive(Debug)]
pub struct Unrecognized(pub(crate) ());

state!(Unrecognized);
