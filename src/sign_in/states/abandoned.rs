//! `abandoned`: not finished in time.

/// The attempt was not finished in time, about 24 hours: [`start_over`](crate::SignIn::start_over).
#[derive(Debug)]
pub struct Abandoned(pub(crate) ());

state!(Abandoned);
