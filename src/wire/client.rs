//! The device, and the sessions on it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lenient::null_as_default;
use super::{SessionStatus, SessionToken, SignInAttempt, SignUpAttempt, Strategy, Timestamp, User, UserData};

/// A device as the server describes it: its sessions, and the sign-in under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ClientResource {
    #[serde(skip_deserializing)]
    pub(crate) object: ClientObject,
    /// The device's id, `client_…`.
    #[serde(deserialize_with = "null_as_default")]
    pub id: String,
    /// The sessions on this device.
    #[serde(deserialize_with = "null_as_default")]
    pub sessions: Vec<Session>,
    /// The sign-in under way; `None` as soon as it is complete.
    pub sign_in: Option<Box<SignInAttempt>>,
    /// The sign-up under way; `None` as soon as it is complete.
    pub sign_up: Option<Box<SignUpAttempt>>,
    /// The session used last.
    pub last_active_session_id: Option<String>,
    /// How the user signed in last on this device.
    pub last_authentication_strategy: Option<Strategy>,
    /// When the browser's cookie ends.
    pub cookie_expires_at: Option<Timestamp>,
    /// Whether this device needs no captcha.
    #[serde(deserialize_with = "null_as_default")]
    pub captcha_bypass: bool,
    /// When the server saw the device first.
    pub created_at: Option<Timestamp>,
    /// When this description changed last: the newer one of two wins.
    pub updated_at: Option<Timestamp>,
}

impl ClientResource {
    /// The session with this id, if it is on this device.
    #[must_use]
    pub fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }
}

/// A session of a user on a device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Session {
    #[serde(skip_deserializing)]
    pub(crate) object: SessionObject,
    /// The session's id, `sess_…`.
    #[serde(deserialize_with = "null_as_default")]
    pub id: String,
    /// What has become of it. `None` if the server did not say.
    pub status: Option<SessionStatus>,
    /// When it ends.
    pub expire_at: Option<Timestamp>,
    /// When it ends if it is not used.
    pub abandon_at: Option<Timestamp>,
    /// When it was used last.
    pub last_active_at: Option<Timestamp>,
    /// The organization used last in it.
    pub last_active_organization_id: Option<String>,
    /// Who acts in the user's name, if somebody does.
    pub actor: Option<Value>,
    /// Whose session it is.
    pub user: Option<Box<User>>,
    /// What may be shown of the user.
    pub public_user_data: Option<Box<PublicUserData>>,
    /// Minutes since the first and the second factor were verified; -1 is never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor_verification_age: Option<Vec<i64>>,
    /// What has to be done before a pending session is usable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Vec<SessionTask>>,
    /// The token for the app's own backend, as of this answer.
    pub last_active_token: Option<SessionToken>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it changed last.
    pub updated_at: Option<Timestamp>,
}

/// Something that a user has to do before a session is usable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SessionTask {
    /// Which task: `choose-organization`, `reset-password`, …
    #[serde(deserialize_with = "null_as_default")]
    pub key: String,
}

/// What may be shown of the user of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PublicUserData {
    /// The names and the image.
    #[serde(flatten)]
    pub user_data: UserData,
    /// The address, number or name that the user signs in with.
    #[serde(deserialize_with = "null_as_default")]
    pub identifier: String,
    /// The user name.
    pub username: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClientObject {
    #[default]
    ClientResource,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SessionObject {
    #[default]
    Session,
}
