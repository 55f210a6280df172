//! Where a step can lead: one enum a stage, with only the targets that can occur there.
//!
//! The enums are exhaustive on purpose, as [`AnySignIn`] is. An answer that does not belong to a stage is
//! `Unrecognized` there; nothing of it is lost.

mod before_first_factor;
mod after_create;
mod after_first_factor;
mod after_redirect;
mod after_second_factor;
mod after_client_trust;
mod after_reset_code;
mod after_reset;

pub use after_client_trust::AfterClientTrust;
pub use after_create::AfterCreate;
pub use after_first_factor::AfterFirstFactor;
pub use after_redirect::AfterRedirect;
pub use after_reset::AfterReset;
pub use after_reset_code::AfterResetCode;
pub use after_second_factor::AfterSecondFactor;
pub use before_first_factor::BeforeFirstFactor;
