//! Password hashes, which are computed with Argon2.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, Params};
use serde::{Deserialize, Serialize};

use crate::fake::crypto::random::Random;

/// The cost of hashing a password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PasswordCost {
    /// The lowest cost that Argon2 allows. Use it for tests.
    #[default]
    Lowest,
    /// The minimum cost that OWASP recommends (19 MiB and 2 passes). Use it for measurements.
    Recommended,
}

/// The Argon2id hash of a password, in PHC format.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct PasswordHash(String);

impl PasswordHash {
    pub(in crate::fake) fn new(password: &str, cost: PasswordCost, random: &mut Random) -> Self {
        let params = match cost {
            PasswordCost::Lowest => Params::new(Params::MIN_M_COST, 1, 1, None).unwrap_or_default(),
            PasswordCost::Recommended => Params::default(),
        };
        let hash = Argon2::from(params).hash_password_with_salt(password.as_bytes(), &random.salt());
        // A password that is too long for Argon2 (over 4 GiB) gets an empty hash, which matches no password.
        Self(hash.map(|hash| hash.to_string()).unwrap_or_default())
    }

    pub(in crate::fake) fn verifies(&self, password: &str) -> bool {
        Argon2::default().verify_password(password.as_bytes(), self.0.as_str()).is_ok()
    }
}
