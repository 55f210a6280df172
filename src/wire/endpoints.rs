//! The endpoints that a sign-in needs, one file each.

mod attempt_factor;
mod create_sign_in;
mod form_values;
mod get_sign_in;
mod prepare_factor;
mod reset_password;
mod submit_proof;
mod touch_session;

pub use attempt_factor::AttemptFactor;
pub use create_sign_in::CreateSignIn;
pub use get_sign_in::GetSignIn;
pub use prepare_factor::PrepareFactor;
pub use reset_password::ResetPassword;
pub use submit_proof::SubmitProof;
pub use touch_session::{TouchIntent, TouchSession};
