//! The accounts of a user at identity providers.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::lenient::{Lenient, or_default};
use super::{Timestamp, Verification};

/// A user's account at an identity provider (`ExternalAccountWithVerification`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ExternalAccount {
    #[serde(skip_deserializing)]
    pub(crate) object: ExternalAccountObject,
    /// The account's id, `eac_…`.
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// The name of the provider, such as `google` or `oauth_google`.
    #[serde(deserialize_with = "or_default")]
    pub provider: String,
    /// The id under which the server stores the account among the user's identifiers, `idn_…`.
    #[serde(deserialize_with = "or_default")]
    pub identification_id: String,
    /// The id of the account at the provider.
    #[serde(deserialize_with = "or_default")]
    pub provider_user_id: String,
    /// The scopes that the user granted, separated by spaces (RFC 6749 section 3.3).
    #[serde(deserialize_with = "or_default")]
    pub approved_scopes: String,
    /// The email address of the account; empty if the provider did not supply one.
    #[serde(deserialize_with = "or_default")]
    pub email_address: String,
    /// `true` if the provider had verified the address. `None` if this is not known.
    #[serde(deserialize_with = "or_default")]
    pub email_address_verified: Option<bool>,
    /// The first name; empty if the provider did not supply one.
    #[serde(deserialize_with = "or_default")]
    pub first_name: String,
    /// The last name; empty if the provider did not supply one.
    #[serde(deserialize_with = "or_default")]
    pub last_name: String,
    /// The URL of the profile image.
    #[serde(deserialize_with = "or_default")]
    pub image_url: Option<String>,
    /// The user name at the provider.
    #[serde(deserialize_with = "or_default")]
    pub username: Option<String>,
    /// The phone number of the account.
    #[serde(deserialize_with = "or_default")]
    pub phone_number: Option<String>,
    /// Data that the app stores about the account.
    #[serde(deserialize_with = "or_default")]
    pub public_metadata: Map<String, Value>,
    /// A text that distinguishes several accounts at the same provider.
    #[serde(deserialize_with = "or_default")]
    pub label: Option<String>,
    /// The verification of the account. Its [`error`](Verification::error) says why the account cannot be used.
    #[serde(deserialize_with = "or_default")]
    pub verification: Option<Box<Verification>>,
    /// The time at which the account was connected.
    #[serde(deserialize_with = "or_default")]
    pub created_at: Option<Timestamp>,
    /// The time of the last change.
    #[serde(deserialize_with = "or_default")]
    pub updated_at: Option<Timestamp>,
}

impl Lenient for ExternalAccount {}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ExternalAccountObject {
    #[default]
    ExternalAccount,
}
