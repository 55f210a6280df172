//! Sign-ups. A sign-in can become a sign-up.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[cfg(feature = "fake")]
use super::VerificationStatus;
use super::lenient::{Lenient, or_default, or_true};
use super::{SignUpFieldName, SignUpStatus, Strategy, Timestamp, Verification};

/// A sign-up as the server describes it (`Client.SignUp`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SignUpAttempt {
    #[serde(skip_deserializing)]
    pub(crate) object: SignUpObject,
    /// The sign-up's id, `sua_…`.
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// The status of the sign-up. `None` if the server did not send one.
    #[serde(deserialize_with = "or_default")]
    pub status: Option<SignUpStatus>,
    /// The fields that every user must provide.
    #[serde(deserialize_with = "or_default")]
    pub required_fields: Vec<SignUpFieldName>,
    /// The fields that a user can provide but does not have to.
    #[serde(deserialize_with = "or_default")]
    pub optional_fields: Vec<SignUpFieldName>,
    /// The required fields that are still missing.
    #[serde(deserialize_with = "or_default")]
    pub missing_fields: Vec<SignUpFieldName>,
    /// The fields that were provided but are not verified yet.
    #[serde(deserialize_with = "or_default")]
    pub unverified_fields: Vec<SignUpFieldName>,
    /// The verifications of the fields that were provided.
    #[serde(deserialize_with = "or_default")]
    pub verifications: SignUpVerifications,
    /// The user name.
    #[serde(deserialize_with = "or_default")]
    pub username: Option<String>,
    /// The email address.
    #[serde(deserialize_with = "or_default")]
    pub email_address: Option<String>,
    /// The phone number.
    #[serde(deserialize_with = "or_default")]
    pub phone_number: Option<String>,
    /// The address of the wallet.
    #[serde(deserialize_with = "or_default")]
    pub web3_wallet: Option<String>,
    /// `true` if a password was given.
    #[serde(deserialize_with = "or_default")]
    pub password_enabled: bool,
    /// The first name.
    #[serde(deserialize_with = "or_default")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(deserialize_with = "or_default")]
    pub last_name: Option<String>,
    /// Data about the user that the app stores and that the user can change.
    #[serde(deserialize_with = "or_default")]
    pub unsafe_metadata: Map<String, Value>,
    /// Data that the app's own backend stores about the user.
    #[serde(deserialize_with = "or_default")]
    pub public_metadata: Map<String, Value>,
    /// `true` if the instance requires a custom action before the sign-up continues.
    #[serde(deserialize_with = "or_true")]
    pub custom_action: bool,
    /// The user's id in the app's own backend.
    #[serde(deserialize_with = "or_default")]
    pub external_id: Option<String>,
    /// The id of the session that the completed sign-up created.
    #[serde(deserialize_with = "or_default")]
    pub created_session_id: Option<String>,
    /// The id of the user that the completed sign-up created.
    #[serde(deserialize_with = "or_default")]
    pub created_user_id: Option<String>,
    /// The time at which the sign-up ends if it is not finished.
    #[serde(deserialize_with = "or_default")]
    pub abandon_at: Option<Timestamp>,
    /// The time at which the user agreed to the legal terms.
    #[serde(deserialize_with = "or_default")]
    pub legal_accepted_at: Option<Timestamp>,
    /// The user's language, such as `de-DE` (BCP 47).
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub locale: Option<String>,
    /// The user's time zone, such as `Europe/Berlin` (IANA time zone database).
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub timezone: Option<String>,
}

impl Lenient for SignUpAttempt {}

/// The verifications of a sign-up (`Client.SignUp.Verifications`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SignUpVerifications {
    /// The verification of the email address.
    #[serde(deserialize_with = "or_default")]
    pub email_address: Option<Box<SignUpVerification>>,
    /// The verification of the phone number.
    #[serde(deserialize_with = "or_default")]
    pub phone_number: Option<Box<SignUpVerification>>,
    /// The verification of the wallet.
    #[serde(deserialize_with = "or_default")]
    pub web3_wallet: Option<Box<SignUpVerification>>,
    /// The verification of an account at an identity provider.
    #[serde(deserialize_with = "or_default")]
    pub external_account: Option<Box<Verification>>,
}

impl Lenient for SignUpVerifications {}

/// The verification of one field of a sign-up.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SignUpVerification {
    /// The server's record of the verification.
    #[serde(flatten)]
    pub verification: Verification,
    /// The next action: `needs_prepare`, `needs_attempt`, or an empty text.
    #[serde(default, deserialize_with = "or_default")]
    pub next_action: String,
    /// The strategies that can verify the field.
    #[serde(default, deserialize_with = "or_default")]
    pub supported_strategies: Vec<Strategy>,
}

impl Lenient for SignUpVerification {}

impl SignUpVerification {
    /// Creates a verification, and derives the next action from its status and strategy.
    #[cfg(feature = "fake")]
    pub(crate) fn new(verification: Verification, by: Strategy) -> Self {
        let next_action = match (&verification.status, &verification.strategy) {
            (Some(VerificationStatus::Verified), _) => "",
            (Some(VerificationStatus::Unverified), Some(strategy)) if *strategy == by => "needs_attempt",
            _ => "needs_prepare",
        };
        let supported_strategies = if next_action.is_empty() { Vec::new() } else { vec![by] };
        Self { verification, next_action: next_action.to_owned(), supported_strategies }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub(crate) enum SignUpObject {
    #[default]
    #[serde(rename = "sign_up_attempt")]
    SignUpAttempt,
}
