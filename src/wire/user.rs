//! The user of a session.

use serde::{Deserialize, Serialize};

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
    pub image_url: Option<String>,
    /// Whether the user chose a profile image.
    #[serde(deserialize_with = "null_as_default")]
    pub has_image: bool,
    /// Which of the email addresses is the primary one.
    pub primary_email_address_id: Option<String>,
    /// Which of the phone numbers is the primary one.
    pub primary_phone_number_id: Option<String>,
    /// The email addresses.
    #[serde(deserialize_with = "null_as_default")]
    pub email_addresses: Vec<EmailAddress>,
    /// The phone numbers.
    #[serde(deserialize_with = "null_as_default")]
    pub phone_numbers: Vec<PhoneNumber>,
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
    /// Its id, `idn_…`.
    #[serde(deserialize_with = "null_as_default")]
    pub id: String,
    /// The address.
    #[serde(deserialize_with = "null_as_default")]
    pub email_address: String,
    /// How it was verified.
    pub verification: Option<Box<Verification>>,
}

/// A phone number of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PhoneNumber {
    /// Its id, `idn_…`.
    #[serde(deserialize_with = "null_as_default")]
    pub id: String,
    /// The number, in E.164 format.
    #[serde(deserialize_with = "null_as_default")]
    pub phone_number: String,
    /// Whether it is a second factor.
    #[serde(deserialize_with = "null_as_default")]
    pub reserved_for_second_factor: bool,
    /// How it was verified.
    pub verification: Option<Box<Verification>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UserObject {
    #[default]
    User,
}
