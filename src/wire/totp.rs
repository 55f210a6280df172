//! Authenticator apps.

use serde::{Deserialize, Serialize};

use super::lenient::{Lenient, or_default};
use super::{Secret, Timestamp};

/// An authenticator app of a user (`TOTP`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Totp {
    #[serde(skip_deserializing)]
    pub(crate) object: TotpObject,
    /// The id, `totp_…`.
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// The secret in base32, which the user can type into the app. `None` once the app is verified.
    #[serde(deserialize_with = "or_default")]
    pub secret: Option<Secret>,
    /// The secret as an `otpauth://` URI, which the user can scan as a QR code. `None` once the app is verified.
    #[serde(deserialize_with = "or_default")]
    pub uri: Option<Secret>,
    /// `true` if the user has shown that the app works.
    #[serde(deserialize_with = "or_default")]
    pub verified: bool,
    /// The backup codes that the server created with the app. Show them to the user, because they are not shown again.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub backup_codes: Option<Vec<Secret>>,
    /// The time at which the app was added.
    #[serde(deserialize_with = "or_default")]
    pub created_at: Option<Timestamp>,
    /// The time of the last change.
    #[serde(deserialize_with = "or_default")]
    pub updated_at: Option<Timestamp>,
}

impl Lenient for Totp {}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TotpObject {
    #[default]
    Totp,
}
