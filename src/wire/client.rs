//! The client and its sessions.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lenient::null_as_default;
use super::{SessionStatus, SessionToken, SignInAttempt, SignUpAttempt, Strategy, Timestamp, User, UserData};

/// The server's description of a client, which includes its sessions and the sign-in that is under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ClientResource {
    #[serde(skip_deserializing)]
    pub(crate) object: ClientObject,
    /// The client's id, `client_…`.
    #[serde(deserialize_with = "null_as_default")]
    pub id: String,
    /// The sessions on this client.
    #[serde(deserialize_with = "null_as_default")]
    pub sessions: Vec<Session>,
    /// The sign-in that is under way; `None` once it is complete.
    pub sign_in: Option<Box<SignInAttempt>>,
    /// The sign-up that is under way; `None` once it is complete.
    pub sign_up: Option<Box<SignUpAttempt>>,
    /// The id of the session that was used last.
    pub last_active_session_id: Option<String>,
    /// The strategy of the last sign-in on this client.
    pub last_authentication_strategy: Option<Strategy>,
    /// The time at which the browser's cookie expires.
    pub cookie_expires_at: Option<Timestamp>,
    /// `true` if this client does not have to solve a captcha.
    #[serde(deserialize_with = "null_as_default")]
    pub captcha_bypass: bool,
    /// The time at which the server first saw the client.
    pub created_at: Option<Timestamp>,
    /// The time at which this description last changed.
    ///
    /// If an app has two descriptions, it must use the one with the later time.
    pub updated_at: Option<Timestamp>,
}

impl ClientResource {
    /// Returns the session with this id, if it is on this client.
    #[must_use]
    pub fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }
}

/// A user's session on a client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Session {
    #[serde(skip_deserializing)]
    pub(crate) object: SessionObject,
    /// The session's id, `sess_…`.
    #[serde(deserialize_with = "null_as_default")]
    pub id: String,
    /// The status of the session. `None` if the server did not send one.
    pub status: Option<SessionStatus>,
    /// The time at which the session ends.
    pub expire_at: Option<Timestamp>,
    /// The time at which the session ends if it is not used.
    pub abandon_at: Option<Timestamp>,
    /// The time at which the session was last used.
    pub last_active_at: Option<Timestamp>,
    /// The id of the organization that was used last in the session.
    pub last_active_organization_id: Option<String>,
    /// The person who acts on the user's behalf; `None` if there is no such person.
    pub actor: Option<Value>,
    /// The user of the session.
    pub user: Option<Box<User>>,
    /// The user's public data.
    pub public_user_data: Option<Box<PublicUserData>>,
    /// The minutes since the first factor was verified, followed by the minutes since the second factor was verified.
    /// The value -1 means never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor_verification_age: Option<Vec<i64>>,
    /// The tasks that the user must complete before a pending session is usable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Vec<SessionTask>>,
    /// The session token for the app's own backend, as it was when the server sent this answer.
    pub last_active_token: Option<SessionToken>,
    /// The time at which the session was created.
    pub created_at: Option<Timestamp>,
    /// The time at which the session last changed.
    pub updated_at: Option<Timestamp>,
}

impl Session {
    /// Returns `true` if the session is active, or pending until the user has completed its tasks.
    pub(crate) fn is_usable(&self) -> bool {
        matches!(self.status, Some(SessionStatus::Active | SessionStatus::Pending))
    }
}

/// A task that a user must complete before a session is usable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SessionTask {
    /// The key of the task, such as `choose-organization` or `reset-password`.
    #[serde(deserialize_with = "null_as_default")]
    pub key: String,
}

/// The public data about the user of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PublicUserData {
    /// The user's names and profile image.
    #[serde(flatten)]
    pub user_data: UserData,
    /// The email address, phone number or name with which the user signs in.
    #[serde(deserialize_with = "null_as_default")]
    pub identifier: String,
    /// The user name.
    pub username: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClientObject {
    #[default]
    Client,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SessionObject {
    #[default]
    Session,
}
