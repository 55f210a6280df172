//! What an app lends to a sign-in: so far, time.

mod timer;

pub use timer::Timer;
#[cfg(feature = "http")]
pub use timer::TokioTimer;
