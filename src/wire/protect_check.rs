//! Protect checks.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lenient::{Lenient, or_default};
use super::{Secret, Timestamp};

/// A challenge from Clerk Protect.
///
/// The challenge's script produces a proof. The sign-in cannot continue without this proof.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ProtectCheck {
    /// The status, which is `pending` while a proof is still required.
    #[serde(deserialize_with = "or_default")]
    pub status: Option<String>,
    /// The challenge's token, which the script needs.
    #[serde(deserialize_with = "or_default")]
    pub token: Option<Secret>,
    /// The URL of the script.
    #[serde(deserialize_with = "or_default")]
    pub sdk_url: Option<String>,
    /// The time at which the challenge expires.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub expires_at: Option<Timestamp>,
    /// Hints for the script.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub ui_hints: Option<Value>,
}

impl Lenient for ProtectCheck {
    fn unreadable() -> Option<Self> {
        Some(Self::default())
    }
}
