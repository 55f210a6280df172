//! `abandoned`: not finished in time.

/// A sign-in that was not finished in time, about 24 hours.
///
/// Begin again with [`start_over`](crate::SignIn::start_over).
#[derive(Debug)]
pub struct Abandoned(pub(crate) ());

state!(Abandoned);
