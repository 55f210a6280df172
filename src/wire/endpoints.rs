//! The endpoints that a sign-in needs, one file each.

mod attempt_factor;
mod create_sign_in;
mod get_sign_in;
mod prepare_factor;
mod touch_session;

pub use attempt_factor::AttemptFactor;
pub use create_sign_in::CreateSignIn;
pub use get_sign_in::GetSignIn;
pub use prepare_factor::PrepareFactor;
pub use touch_session::{TouchIntent, TouchSession};
