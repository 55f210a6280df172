//! Protect checks.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Secret, Timestamp};

/// A challenge from Clerk Protect.
///
/// The challenge's script produces a proof. The sign-in cannot continue without this proof.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ProtectCheck {
    /// The status, which is `pending` while a proof is still required.
    pub status: Option<String>,
    /// The challenge's token, which the script needs.
    pub token: Option<Secret>,
    /// The URL of the script.
    pub sdk_url: Option<String>,
    /// The time at which the challenge expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Hints for the script.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ui_hints: Option<Value>,
}
