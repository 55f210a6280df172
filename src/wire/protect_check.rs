//! Protect checks.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Timestamp;

/// A challenge of Clerk Protect. Its script yields a proof that the sign-in waits for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ProtectCheck {
    /// The status: `pending` while a proof is still required.
    pub status: Option<String>,
    /// The token of the challenge, for the script.
    pub token: Option<String>,
    /// The URL of the script.
    pub sdk_url: Option<String>,
    /// The time until which the challenge can be answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Hints for the script.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ui_hints: Option<Value>,
}
