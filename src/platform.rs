//! What an app lends to a sign-in: so far, time.

mod timer;

pub use timer::Timer;
#[cfg(any(feature = "http", feature = "server"))]
pub use timer::TokioTimer;
