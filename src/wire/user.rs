//! The user of a session.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::lenient::null_as_default;
use super::{Timestamp, Verification};

/// A signed-in user, as far as a sign-in needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct User {
    #[serde(skip_deserializing)]
    pub(crate) object: UserObject,
    /// The user's id, `user_…`.
    #[serde(deserialize_with = "null_as_default")]
    pub id: String,
    /// The user name.
    pub username: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// Where the profile image is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// Whether the user chose a profile image.
    #[serde(deserialize_with = "null_as_default")]
    pub has_image: bool,
    /// Which of the email addresses is the primary one.
    pub primary_email_address_id: Option<String>,
    /// Which of the phone numbers is the primary one.
    pub primary_phone_number_id: Option<String>,
    /// Which of the wallets is the primary one.
    pub primary_web3_wallet_id: Option<String>,
    /// The email addresses.
    #[serde(deserialize_with = "null_as_default")]
    pub email_addresses: Vec<EmailAddress>,
    /// The phone numbers.
    #[serde(deserialize_with = "null_as_default")]
    pub phone_numbers: Vec<PhoneNumber>,
    /// The wallets.
    #[serde(deserialize_with = "null_as_default")]
    pub web3_wallets: Vec<Web3Wallet>,
    /// The passkeys.
    #[serde(deserialize_with = "null_as_default")]
    pub passkeys: Vec<Passkey>,
    /// The accounts at other providers, as the server sent them.
    #[serde(deserialize_with = "null_as_default")]
    pub external_accounts: Vec<Value>,
    /// The accounts at SAML connections, as the server sent them.
    #[serde(deserialize_with = "null_as_default")]
    pub saml_accounts: Vec<Value>,
    /// The accounts at enterprise connections, as the server sent them.
    #[serde(deserialize_with = "null_as_default")]
    pub enterprise_accounts: Vec<Value>,
    /// The organizations that the user belongs to, as the server sent them.
    #[serde(deserialize_with = "null_as_default")]
    pub organization_memberships: Vec<Value>,
    /// Whether the user has a password.
    #[serde(deserialize_with = "null_as_default")]
    pub password_enabled: bool,
    /// Whether the user has any second factor.
    #[serde(deserialize_with = "null_as_default")]
    pub two_factor_enabled: bool,
    /// Whether the user has an authenticator app.
    #[serde(deserialize_with = "null_as_default")]
    pub totp_enabled: bool,
    /// Whether the user has backup codes.
    #[serde(deserialize_with = "null_as_default")]
    pub backup_code_enabled: bool,
    /// When the password was set; `None` without a password.
    pub password_last_updated_at: Option<Timestamp>,
    /// When the user set up a second factor first.
    pub mfa_enabled_at: Option<Timestamp>,
    /// When the user removed the last second factor.
    pub mfa_disabled_at: Option<Timestamp>,
    /// Whether an administrator banned the user.
    #[serde(deserialize_with = "null_as_default")]
    pub banned: bool,
    /// Whether the account is locked, by wrong answers or by an administrator.
    #[serde(deserialize_with = "null_as_default")]
    pub locked: bool,
    /// How long the account stays locked, in seconds; `None` if it is not, or has no end.
    pub lockout_expires_in_seconds: Option<u64>,
    /// How many more wrong answers lock the account; `None` if none do.
    pub verification_attempts_remaining: Option<u64>,
    /// Whether the user may delete the account.
    #[serde(deserialize_with = "null_as_default")]
    pub delete_self_enabled: bool,
    /// Whether the user may create organizations.
    #[serde(deserialize_with = "null_as_default")]
    pub create_organization_enabled: bool,
    /// When the user accepted the terms.
    pub legal_accepted_at: Option<Timestamp>,
    /// The user's id in the app's own database.
    pub external_id: Option<String>,
    /// What the app keeps with the user, for everyone to read.
    #[serde(deserialize_with = "null_as_default")]
    pub public_metadata: Map<String, Value>,
    /// What the app keeps with the user, for the user to read and write.
    #[serde(deserialize_with = "null_as_default")]
    pub unsafe_metadata: Map<String, Value>,
    /// When the user signed in last.
    pub last_sign_in_at: Option<Timestamp>,
    /// When the user was seen last.
    pub last_active_at: Option<Timestamp>,
    /// When the user was created.
    pub created_at: Option<Timestamp>,
    /// When the user changed last.
    pub updated_at: Option<Timestamp>,
}

/// An email address of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct EmailAddress {
    #[serde(skip_deserializing)]
    pub(crate) object: EmailAddressObject,
    /// Its id, `idn_…`.
    #[serde(deserialize_with = "null_as_default")]
    pub id: String,
    /// The address.
    #[serde(deserialize_with = "null_as_default")]
    pub email_address: String,
    /// Whether it is kept for the user until it is verified.
    #[serde(deserialize_with = "null_as_default")]
    pub reserved: bool,
    /// How it was verified.
    pub verification: Option<Box<Verification>>,
    /// The accounts at other providers that it came with, as the server sent them.
    #[serde(deserialize_with = "null_as_default")]
    pub linked_to: Vec<Value>,
    /// When it was added.
    pub created_at: Option<Timestamp>,
    /// When it changed last.
    pub updated_at: Option<Timestamp>,
}

/// A phone number of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PhoneNumber {
    #[serde(skip_deserializing)]
    pub(crate) object: PhoneNumberObject,
    /// Its id, `idn_…`.
    #[serde(deserialize_with = "null_as_default")]
    pub id: String,
    /// The number, in E.164 format.
    #[serde(deserialize_with = "null_as_default")]
    pub phone_number: String,
    /// Whether it is a second factor.
    #[serde(deserialize_with = "null_as_default")]
    pub reserved_for_second_factor: bool,
    /// Whether it is the second factor that is offered first.
    #[serde(deserialize_with = "null_as_default")]
    pub default_second_factor: bool,
    /// Whether it is kept for the user until it is verified.
    #[serde(deserialize_with = "null_as_default")]
    pub reserved: bool,
    /// How it was verified.
    pub verification: Option<Box<Verification>>,
    /// The accounts at other providers that it came with, as the server sent them.
    #[serde(deserialize_with = "null_as_default")]
    pub linked_to: Vec<Value>,
    /// When it was added.
    pub created_at: Option<Timestamp>,
    /// When it changed last.
    pub updated_at: Option<Timestamp>,
}

/// A wallet of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Web3Wallet {
    #[serde(skip_deserializing)]
    pub(crate) object: Web3WalletObject,
    /// Its id, `idn_…`.
    #[serde(deserialize_with = "null_as_default")]
    pub id: String,
    /// The address.
    #[serde(deserialize_with = "null_as_default")]
    pub web3_wallet: String,
    /// How it was verified.
    pub verification: Option<Box<Verification>>,
    /// When it was added.
    pub created_at: Option<Timestamp>,
    /// When it changed last.
    pub updated_at: Option<Timestamp>,
}

/// A passkey of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Passkey {
    #[serde(skip_deserializing)]
    pub(crate) object: PasskeyObject,
    /// Its id, `idn_…`.
    #[serde(deserialize_with = "null_as_default")]
    pub id: String,
    /// What the user knows it by.
    #[serde(deserialize_with = "null_as_default")]
    pub name: String,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
    /// How far the making of it is; while it is unverified, the nonce holds the options for the authenticator.
    pub verification: Option<Box<Verification>>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it changed last.
    pub updated_at: Option<Timestamp>,
}

/// Something that was removed (`DeletedObject`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Deleted {
    /// What kind of thing it was: `passkey`.
    #[serde(deserialize_with = "null_as_default")]
    pub object: String,
    /// Its id.
    pub id: Option<String>,
    /// Whether it is gone.
    #[serde(deserialize_with = "null_as_default")]
    pub deleted: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Web3WalletObject {
    #[default]
    Web3Wallet,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PasskeyObject {
    #[default]
    Passkey,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UserObject {
    #[default]
    User,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EmailAddressObject {
    #[default]
    EmailAddress,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PhoneNumberObject {
    #[default]
    PhoneNumber,
}
