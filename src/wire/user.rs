//! The user of a session.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::lenient::{Lenient, or_default, or_true};
use super::{EmailAddress, ExternalAccount, OrganizationMembership, Passkey, PhoneNumber, Timestamp, Web3Wallet};

/// A signed-in user, described by the data that is relevant to signing in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct User {
    #[serde(skip_deserializing)]
    pub(crate) object: UserObject,
    /// The user's id, `user_…`.
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// The user name.
    #[serde(deserialize_with = "or_default")]
    pub username: Option<String>,
    /// The first name.
    #[serde(deserialize_with = "or_default")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(deserialize_with = "or_default")]
    pub last_name: Option<String>,
    /// The URL of the profile image.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub image_url: Option<String>,
    /// `true` if the user chose a profile image.
    #[serde(deserialize_with = "or_default")]
    pub has_image: bool,
    /// The id of the primary email address.
    #[serde(deserialize_with = "or_default")]
    pub primary_email_address_id: Option<String>,
    /// The id of the primary phone number.
    #[serde(deserialize_with = "or_default")]
    pub primary_phone_number_id: Option<String>,
    /// The id of the primary wallet.
    #[serde(deserialize_with = "or_default")]
    pub primary_web3_wallet_id: Option<String>,
    /// The email addresses.
    #[serde(deserialize_with = "or_default")]
    pub email_addresses: Vec<EmailAddress>,
    /// The phone numbers.
    #[serde(deserialize_with = "or_default")]
    pub phone_numbers: Vec<PhoneNumber>,
    /// The wallets.
    #[serde(deserialize_with = "or_default")]
    pub web3_wallets: Vec<Web3Wallet>,
    /// The passkeys.
    #[serde(deserialize_with = "or_default")]
    pub passkeys: Vec<Passkey>,
    /// The accounts at identity providers.
    #[serde(deserialize_with = "or_default")]
    pub external_accounts: Vec<ExternalAccount>,
    /// The accounts at SAML connections, as the server sent them.
    #[serde(deserialize_with = "or_default")]
    pub saml_accounts: Vec<Value>,
    /// The accounts at enterprise connections, as the server sent them.
    #[serde(deserialize_with = "or_default")]
    pub enterprise_accounts: Vec<Value>,
    /// The organizations that the user belongs to, each with the user's role in it.
    #[serde(deserialize_with = "or_default")]
    pub organization_memberships: Vec<OrganizationMembership>,
    /// `true` if the user has a password.
    #[serde(deserialize_with = "or_default")]
    pub password_enabled: bool,
    /// `true` if the user has at least one second factor.
    #[serde(deserialize_with = "or_default")]
    pub two_factor_enabled: bool,
    /// `true` if the user has an authenticator app.
    #[serde(deserialize_with = "or_default")]
    pub totp_enabled: bool,
    /// `true` if the user has backup codes.
    #[serde(deserialize_with = "or_default")]
    pub backup_code_enabled: bool,
    /// The time at which the password was set; `None` if the user has no password.
    #[serde(deserialize_with = "or_default")]
    pub password_last_updated_at: Option<Timestamp>,
    /// The time at which the user first set up a second factor.
    #[serde(deserialize_with = "or_default")]
    pub mfa_enabled_at: Option<Timestamp>,
    /// The time at which the user removed the only remaining second factor.
    #[serde(deserialize_with = "or_default")]
    pub mfa_disabled_at: Option<Timestamp>,
    /// `true` if an administrator banned the user.
    #[serde(deserialize_with = "or_true")]
    pub banned: bool,
    /// `true` if the account is locked, either because of wrong answers or by an administrator.
    #[serde(deserialize_with = "or_true")]
    pub locked: bool,
    /// The number of seconds until the account is unlocked; `None` if it is not locked, or if the lock does not expire.
    #[serde(deserialize_with = "or_default")]
    pub lockout_expires_in_seconds: Option<u64>,
    /// The number of wrong answers that remain before the account is locked; `None` if wrong answers do not lock it.
    #[serde(deserialize_with = "or_default")]
    pub verification_attempts_remaining: Option<u64>,
    /// `true` if the user may delete the account.
    #[serde(deserialize_with = "or_default")]
    pub delete_self_enabled: bool,
    /// `true` if the user may create organizations.
    #[serde(deserialize_with = "or_default")]
    pub create_organization_enabled: bool,
    /// The time at which the user agreed to the legal terms.
    #[serde(deserialize_with = "or_default")]
    pub legal_accepted_at: Option<Timestamp>,
    /// The user's language, such as `de-DE` (BCP 47).
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub locale: Option<String>,
    /// The user's time zone, such as `Europe/Berlin` (IANA time zone database).
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub timezone: Option<String>,
    /// The user's id in the app's own database.
    #[serde(deserialize_with = "or_default")]
    pub external_id: Option<String>,
    /// Data that the app stores about the user and that everyone can read.
    #[serde(deserialize_with = "or_default")]
    pub public_metadata: Map<String, Value>,
    /// Data that the app stores about the user and that the user can read and write.
    #[serde(deserialize_with = "or_default")]
    pub unsafe_metadata: Map<String, Value>,
    /// The time of the last sign-in.
    #[serde(deserialize_with = "or_default")]
    pub last_sign_in_at: Option<Timestamp>,
    /// The time at which the user was last seen.
    #[serde(deserialize_with = "or_default")]
    pub last_active_at: Option<Timestamp>,
    /// The time at which the user was created.
    #[serde(deserialize_with = "or_default")]
    pub created_at: Option<Timestamp>,
    /// The time of the last change.
    #[serde(deserialize_with = "or_default")]
    pub updated_at: Option<Timestamp>,
}

impl Lenient for User {}

impl User {
    /// The primary email address; `None` if the user has no email address.
    #[doc(alias = "primaryEmailAddress")]
    #[must_use]
    pub fn primary_email_address(&self) -> Option<&EmailAddress> {
        let id = self.primary_email_address_id.as_ref()?;
        self.email_addresses.iter().find(|address| address.id == *id)
    }

    /// The primary phone number; `None` if the user has no phone number.
    #[doc(alias = "primaryPhoneNumber")]
    #[must_use]
    pub fn primary_phone_number(&self) -> Option<&PhoneNumber> {
        let id = self.primary_phone_number_id.as_ref()?;
        self.phone_numbers.iter().find(|number| number.id == *id)
    }

    /// The primary wallet; `None` if the user has no wallet.
    #[doc(alias = "primaryWeb3Wallet")]
    #[must_use]
    pub fn primary_web3_wallet(&self) -> Option<&Web3Wallet> {
        let id = self.primary_web3_wallet_id.as_ref()?;
        self.web3_wallets.iter().find(|wallet| wallet.id == *id)
    }

    /// Returns the first name and the last name, separated by a space. `None` if the user has neither.
    #[doc(alias = "fullName")]
    #[must_use]
    pub fn full_name(&self) -> Option<String> {
        let names = [&self.first_name, &self.last_name].into_iter().flatten();
        let names: Vec<_> = names.map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
        (!names.is_empty()).then(|| names.join(" "))
    }
}

/// An object that was deleted (`DeletedObject`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Deleted {
    /// The kind of the deleted object (`passkey`).
    #[serde(deserialize_with = "or_default")]
    pub object: String,
    /// The id of the object.
    #[serde(deserialize_with = "or_default")]
    pub id: Option<String>,
    /// `true` if the object was deleted.
    #[serde(deserialize_with = "or_default")]
    pub deleted: bool,
}

impl Lenient for Deleted {}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UserObject {
    #[default]
    User,
}
