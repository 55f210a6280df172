//! The sign-in attempt.

use serde::{Deserialize, Serialize};

use super::lenient::null_as_default;
use super::{ClientTrustState, Factor, IdentifierKind, ProtectCheck, Status, Timestamp, Verification};

/// A sign-in attempt as the server describes it.
///
/// `None` is the server's `null`: lists and verifications are null until they mean something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SignInAttempt {
    #[serde(skip_deserializing)]
    pub(crate) object: Object,
    /// The attempt's id, `sia_…`.
    #[serde(deserialize_with = "null_as_default")]
    pub id: String,
    /// Where it stands. `None` if the server did not say.
    pub status: Option<Status>,
    /// What the instance takes as an identifier.
    #[serde(deserialize_with = "null_as_default")]
    pub supported_identifiers: Vec<IdentifierKind>,
    /// What the user may verify first.
    pub supported_first_factors: Option<Vec<Factor>>,
    /// What the user may verify next; known once the first factor is verified.
    pub supported_second_factors: Option<Vec<Factor>>,
    /// The verification of the first factor.
    pub first_factor_verification: Option<Box<Verification>>,
    /// The verification of the second factor, and of client trust.
    pub second_factor_verification: Option<Box<Verification>>,
    /// The identifier given.
    pub identifier: Option<String>,
    /// What may be shown of the user.
    pub user_data: Option<Box<UserData>>,
    /// The session, once complete.
    pub created_session_id: Option<String>,
    /// When an unfinished attempt ends.
    pub abandon_at: Option<Timestamp>,
    /// The language of the messages sent to the user.
    pub locale: Option<String>,
    /// What the server knows of this device for this user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_trust_state: Option<ClientTrustState>,
    /// What Clerk Protect asks for before the sign-in goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protect_check: Option<Box<ProtectCheck>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub(crate) enum Object {
    #[default]
    #[serde(rename = "sign_in_attempt")]
    SignInAttempt,
}

/// What may be shown of a user who is not signed in yet (`UserData`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct UserData {
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
}
