//! Sign-in attempts.

use serde::{Deserialize, Serialize};

use super::lenient::{Lenient, or_default};
use super::{
    ClientTrustState, ErrorCode, Factor, IdentifierKind, ProtectCheck, Status, Timestamp, Verification,
    VerificationStatus,
};

/// A sign-in attempt as the server describes it.
///
/// `None` stands for `null` in the server's answer. The server sends `null` for lists and verifications that do not
/// apply yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct SignInAttempt {
    #[serde(skip_deserializing)]
    pub(crate) object: Object,
    /// The attempt's id, `sia_…`.
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// The status of the attempt. `None` if the server did not send one.
    #[serde(deserialize_with = "or_default")]
    pub status: Option<Status>,
    /// The kinds of identifier that the instance accepts.
    #[serde(deserialize_with = "or_default")]
    pub supported_identifiers: Vec<IdentifierKind>,
    /// The first factors that the user may verify.
    #[serde(deserialize_with = "or_default")]
    pub supported_first_factors: Option<Vec<Factor>>,
    /// The first factors with which the user may sign in without the single sign-on that is otherwise enforced.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub sso_bypass_first_factors: Option<Vec<Factor>>,
    /// The second factors that the user may verify, which are known only after the first factor is verified.
    #[serde(deserialize_with = "or_default")]
    pub supported_second_factors: Option<Vec<Factor>>,
    /// The verification of the first factor.
    #[serde(deserialize_with = "or_default")]
    pub first_factor_verification: Option<Box<Verification>>,
    /// The verification of the second factor or of client trust.
    #[serde(deserialize_with = "or_default")]
    pub second_factor_verification: Option<Box<Verification>>,
    /// The identifier that the user gave.
    #[serde(deserialize_with = "or_default")]
    pub identifier: Option<String>,
    /// The part of the user's data that may be shown before the user is signed in.
    #[serde(deserialize_with = "or_default")]
    pub user_data: Option<Box<UserData>>,
    /// The id of the session that the completed attempt created.
    #[serde(deserialize_with = "or_default")]
    pub created_session_id: Option<String>,
    /// The time at which an unfinished attempt ends.
    #[serde(deserialize_with = "or_default")]
    pub abandon_at: Option<Timestamp>,
    /// The language of the messages sent to the user.
    #[serde(deserialize_with = "or_default")]
    pub locale: Option<String>,
    /// The user's time zone, such as `Europe/Berlin` (IANA time zone database).
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub timezone: Option<String>,
    /// The server's assessment of whether this client is trusted for this user.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub client_trust_state: Option<ClientTrustState>,
    /// The protect check that must be answered before the sign-in continues.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub protect_check: Option<Box<ProtectCheck>>,
}

impl Lenient for SignInAttempt {}

impl SignInAttempt {
    /// Returns `true` if the first factor was verified but belongs to no user, so that the sign-in can become a
    /// sign-up.
    #[must_use]
    pub fn is_transferable(&self) -> bool {
        let status = self.first_factor_verification.as_ref().and_then(|verification| verification.status.as_ref());
        status == Some(&VerificationStatus::Transferable)
    }

    /// The existing session if the identifier was already signed in. In that case, no new session was created.
    #[must_use]
    pub fn existing_session(&self) -> Option<&str> {
        let error = self.first_factor_verification.as_ref()?.error.as_ref()?;
        (error.code == ErrorCode::IdentifierAlreadySignedIn).then_some(error.meta.session_id.as_deref()).flatten()
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub(crate) enum Object {
    #[default]
    #[serde(rename = "sign_in_attempt")]
    SignInAttempt,
}

/// The part of a user's data that may be shown before the user is signed in (`UserData`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct UserData {
    /// The first name.
    #[doc(alias = "firstName")]
    #[serde(deserialize_with = "or_default")]
    pub first_name: Option<String>,
    /// The last name.
    #[doc(alias = "lastName")]
    #[serde(deserialize_with = "or_default")]
    pub last_name: Option<String>,
    /// The URL of the profile image.
    #[doc(alias = "imageUrl")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub image_url: Option<String>,
    /// `true` if the user chose a profile image.
    #[doc(alias = "hasImage")]
    #[serde(deserialize_with = "or_default")]
    pub has_image: bool,
}

impl Lenient for UserData {}
