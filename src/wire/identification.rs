//! The email addresses, phone numbers, wallets and passkeys of a user.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lenient::{Lenient, or_default};
use super::{Timestamp, Verification};

/// An email address of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct EmailAddress {
    #[serde(skip_deserializing)]
    pub(crate) object: EmailAddressObject,
    /// The id of the email address, `idn_…`.
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// The address.
    #[serde(deserialize_with = "or_default")]
    pub email_address: String,
    /// `true` if the address is still unverified, but already reserved for the user.
    #[serde(deserialize_with = "or_default")]
    pub reserved: bool,
    /// The verification of the address.
    #[serde(deserialize_with = "or_default")]
    pub verification: Option<Box<Verification>>,
    /// The identity-provider accounts from which the address was taken, as the server sent them.
    #[serde(deserialize_with = "or_default")]
    pub linked_to: Vec<Value>,
    /// The time at which the address was added.
    #[serde(deserialize_with = "or_default")]
    pub created_at: Option<Timestamp>,
    /// The time of the last change.
    #[serde(deserialize_with = "or_default")]
    pub updated_at: Option<Timestamp>,
}

impl Lenient for EmailAddress {}

/// A phone number of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PhoneNumber {
    #[serde(skip_deserializing)]
    pub(crate) object: PhoneNumberObject,
    /// The id of the phone number, `idn_…`.
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// The number, in E.164 format.
    #[serde(deserialize_with = "or_default")]
    pub phone_number: String,
    /// `true` if the number can be used as a second factor.
    #[serde(deserialize_with = "or_default")]
    pub reserved_for_second_factor: bool,
    /// `true` if the number is the default second factor.
    #[serde(deserialize_with = "or_default")]
    pub default_second_factor: bool,
    /// `true` if the number is still unverified, but already reserved for the user.
    #[serde(deserialize_with = "or_default")]
    pub reserved: bool,
    /// The verification of the number.
    #[serde(deserialize_with = "or_default")]
    pub verification: Option<Box<Verification>>,
    /// The identity-provider accounts from which the number was taken, as the server sent them.
    #[serde(deserialize_with = "or_default")]
    pub linked_to: Vec<Value>,
    /// The time at which the number was added.
    #[serde(deserialize_with = "or_default")]
    pub created_at: Option<Timestamp>,
    /// The time of the last change.
    #[serde(deserialize_with = "or_default")]
    pub updated_at: Option<Timestamp>,
}

impl Lenient for PhoneNumber {}

/// A wallet of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Web3Wallet {
    #[serde(skip_deserializing)]
    pub(crate) object: Web3WalletObject,
    /// The id of the wallet, `idn_…`.
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// The address of the wallet.
    #[serde(deserialize_with = "or_default")]
    pub web3_wallet: String,
    /// The verification of the wallet.
    #[serde(deserialize_with = "or_default")]
    pub verification: Option<Box<Verification>>,
    /// The time at which the wallet was added.
    #[serde(deserialize_with = "or_default")]
    pub created_at: Option<Timestamp>,
    /// The time of the last change.
    #[serde(deserialize_with = "or_default")]
    pub updated_at: Option<Timestamp>,
}

impl Lenient for Web3Wallet {}

/// A passkey of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Passkey {
    #[serde(skip_deserializing)]
    pub(crate) object: PasskeyObject,
    /// The id of the passkey, `idn_…`.
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// The name by which the user recognises the passkey.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// The time at which the passkey was last used.
    #[serde(deserialize_with = "or_default")]
    pub last_used_at: Option<Timestamp>,
    /// The verification of the new passkey.
    ///
    /// Until the passkey is verified, the nonce holds the options for the authenticator.
    #[serde(deserialize_with = "or_default")]
    pub verification: Option<Box<Verification>>,
    /// The time at which the passkey was created.
    #[serde(deserialize_with = "or_default")]
    pub created_at: Option<Timestamp>,
    /// The time of the last change.
    #[serde(deserialize_with = "or_default")]
    pub updated_at: Option<Timestamp>,
}

impl Lenient for Passkey {}

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
