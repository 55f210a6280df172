//! Cryptography, and the values that are derived from the seed.

pub(in crate::fake) mod password;
pub(in crate::fake) mod pkce;
pub(in crate::fake) mod random;
pub(in crate::fake) mod jwt;
pub(in crate::fake) mod totp;
pub(in crate::fake) mod web3;
