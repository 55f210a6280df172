//! Passwords: what an instance requires of a new one, and how hard it is to guess.

mod policy;
#[cfg(feature = "password-strength")]
mod strength;

pub use policy::{PasswordPolicy, PasswordRule};
#[cfg(feature = "password-strength")]
pub use strength::{PasswordStrength, PasswordSuggestion};
