//! Passwords: the rules of an instance for a new one, and its strength.

mod policy;
#[cfg(feature = "password-strength")]
mod strength;

pub use policy::{PasswordPolicy, PasswordRule};
#[cfg(feature = "password-strength")]
pub use strength::{PasswordStrength, PasswordSuggestion};
