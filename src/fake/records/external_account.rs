//! Accounts at providers.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::fake::provider::Claims;
use crate::wire::Strategy;

/// An account at a provider. The account may belong to a user of the instance, or to nobody.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct ExternalAccount {
    /// The strategy with which the user was sent to the provider.
    pub(in crate::fake) strategy: Strategy,
    /// The id of the enterprise connection, if this is an enterprise account.
    pub(in crate::fake) connection_id: Option<String>,
    /// The provider's claims about the user.
    pub(in crate::fake) claims: Claims,
}

impl ExternalAccount {
    /// Returns a key that stays the same when the address or the name changes.
    pub(in crate::fake) fn key(&self) -> String {
        let connection = self.connection_id.as_deref().unwrap_or_default();
        format!("{} {connection} {}", self.strategy, self.claims.sub)
    }

    /// Returns the account's id, which is derived from the key.
    pub(in crate::fake) fn id(&self) -> String {
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(self.key()));
        format!("eac_{}", hash.chars().filter(char::is_ascii_alphanumeric).take(27).collect::<String>())
    }
}
