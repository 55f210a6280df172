//! The sign-up that a sign-in can become.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[cfg(feature = "fake")]
use super::VerificationStatus;
use super::lenient::null_as_default;
use super::{SignUpStatus, Strategy, Timestamp, Verification};

/// A sign-up as the server describes it (`Client.SignUp`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SignUpAttempt {
    #[serde(skip_deserializing)]
    pub(crate) object: SignUpObject,
    /// The sign-up's id, `sua_…`.
    #[serde(deserialize_with = "null_as_default")]
    pub id: String,
    /// Where it stands. `None` if the server did not say.
    pub status: Option<SignUpStatus>,
    /// What the instance wants of every user.
    #[serde(deserialize_with = "null_as_default")]
    pub required_fields: Vec<String>,
    /// What a user can give besides.
    #[serde(deserialize_with = "null_as_default")]
    pub optional_fields: Vec<String>,
    /// What is required and was not given yet.
    #[serde(deserialize_with = "null_as_default")]
    pub missing_fields: Vec<String>,
    /// What was given and not verified yet.
    #[serde(deserialize_with = "null_as_default")]
    pub unverified_fields: Vec<String>,
    /// How what was given is verified.
    #[serde(deserialize_with = "null_as_default")]
    pub verifications: SignUpVerifications,
    /// The user name.
    pub username: Option<String>,
    /// The email address.
    pub email_address: Option<String>,
    /// The phone number.
    pub phone_number: Option<String>,
    /// The address of the wallet.
    pub web3_wallet: Option<String>,
    /// Whether a password was given.
    #[serde(deserialize_with = "null_as_default")]
    pub password_enabled: bool,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// What the app wrote down about the user, which the user can change.
    #[serde(deserialize_with = "null_as_default")]
    pub unsafe_metadata: Map<String, Value>,
    /// What the app's own backend wrote down about the user.
    #[serde(deserialize_with = "null_as_default")]
    pub public_metadata: Map<String, Value>,
    /// Whether the instance has something of its own done first.
    #[serde(deserialize_with = "null_as_default")]
    pub custom_action: bool,
    /// The id that the app's own backend gave the user.
    pub external_id: Option<String>,
    /// The session, once complete.
    pub created_session_id: Option<String>,
    /// The user, once complete.
    pub created_user_id: Option<String>,
    /// When an unfinished sign-up ends.
    pub abandon_at: Option<Timestamp>,
    /// When the user agreed to the legal terms.
    pub legal_accepted_at: Option<Timestamp>,
}

/// How what was given to a sign-up is verified (`Client.SignUp.Verifications`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SignUpVerifications {
    /// Of the email address.
    pub email_address: Option<Box<SignUpVerification>>,
    /// Of the phone number.
    pub phone_number: Option<Box<SignUpVerification>>,
    /// Of the wallet.
    pub web3_wallet: Option<Box<SignUpVerification>>,
    /// By an account at a provider.
    pub external_account: Option<Box<Verification>>,
}

/// How something that was given to a sign-up is verified.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SignUpVerification {
    /// How far it is.
    #[serde(flatten)]
    pub verification: Verification,
    /// What has to be done next: `needs_prepare`, `needs_attempt`, or nothing.
    #[serde(default, deserialize_with = "null_as_default")]
    pub next_action: String,
    /// What it can be verified by.
    #[serde(default, deserialize_with = "null_as_default")]
    pub supported_strategies: Vec<Strategy>,
}

impl SignUpVerification {
    /// What has to be done follows from how far it is.
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
