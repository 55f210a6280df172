//! Accounts at providers.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::fake::provider::Claims;
use crate::wire::Strategy;

/// An account at a provider, whoever has it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct ExternalAccount {
    /// What the user is sent there by.
    pub(in crate::fake) strategy: Strategy,
    /// The connection, of an enterprise.
    pub(in crate::fake) connection_id: Option<String>,
    /// Who they are there.
    pub(in crate::fake) claims: Claims,
}

impl ExternalAccount {
    /// What is the same of it forever, whatever becomes of the address and the name.
    pub(in crate::fake) fn key(&self) -> String {
        let connection = self.connection_id.as_deref().unwrap_or_default();
        format!("{} {connection} {}", self.strategy, self.claims.sub)
    }

    /// Its id, which follows from the key.
    pub(in crate::fake) fn id(&self) -> String {
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(self.key()));
        format!("eac_{}", hash.chars().filter(char::is_ascii_alphanumeric).take(27).collect::<String>())
    }
}
