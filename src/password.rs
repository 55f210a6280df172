//! The instance's rules for a new password, and the strength of a password.

mod policy;
#[cfg(feature = "password-strength")]
mod strength;

pub use policy::{PasswordPolicy, PasswordRule};
#[cfg(feature = "password-strength")]
pub use strength::{PasswordStrength, PasswordSuggestion};
