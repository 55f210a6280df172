//! The client and its sessions.

use serde::de::MapAccess;
use serde::de::value::MapAccessDeserializer;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::lenient::{Lenient, or_default};
use super::{
    SessionStatus, SessionTaskKey, SessionToken, SignInAttempt, SignUpAttempt, Strategy, Timestamp, User, UserData,
};

/// The server's description of a client, which includes its sessions and the sign-in that is under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ClientResource {
    #[serde(skip_deserializing)]
    pub(crate) object: ClientObject,
    /// The client's id, `client_…`.
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// The sessions on this client.
    #[serde(deserialize_with = "or_default")]
    pub sessions: Vec<Session>,
    /// The sign-in that is under way; `None` once it is complete.
    #[serde(deserialize_with = "or_default")]
    pub sign_in: Option<Box<SignInAttempt>>,
    /// The sign-up that is under way; `None` once it is complete.
    #[serde(deserialize_with = "or_default")]
    pub sign_up: Option<Box<SignUpAttempt>>,
    /// The id of the session that was used last.
    #[serde(deserialize_with = "or_default")]
    pub last_active_session_id: Option<String>,
    /// The strategy of the last sign-in on this client.
    #[serde(deserialize_with = "or_default")]
    pub last_authentication_strategy: Option<Strategy>,
    /// The time at which the browser's cookie expires.
    #[serde(deserialize_with = "or_default")]
    pub cookie_expires_at: Option<Timestamp>,
    /// `true` if this client does not have to solve a captcha.
    #[serde(deserialize_with = "or_default")]
    pub captcha_bypass: bool,
    /// The time at which the server first saw the client.
    #[serde(deserialize_with = "or_default")]
    pub created_at: Option<Timestamp>,
    /// The time at which this description last changed.
    ///
    /// If an app has two descriptions, it must use the one with the later time.
    #[serde(deserialize_with = "or_default")]
    pub updated_at: Option<Timestamp>,
}

/// A description that does not name its client describes nothing.
impl Lenient for ClientResource {
    fn from_object<'de, O: MapAccess<'de>>(object: O) -> Result<Option<Self>, O::Error> {
        let client = Self::deserialize(MapAccessDeserializer::new(object))?;
        Ok(Some(client).filter(|client| !client.id.is_empty()))
    }
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
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// The status of the session. `None` if the server did not send one.
    #[serde(deserialize_with = "or_default")]
    pub status: Option<SessionStatus>,
    /// The time at which the session ends.
    #[serde(deserialize_with = "or_default")]
    pub expire_at: Option<Timestamp>,
    /// The time at which the session ends if it is not used.
    #[serde(deserialize_with = "or_default")]
    pub abandon_at: Option<Timestamp>,
    /// The time at which the session was last used.
    #[serde(deserialize_with = "or_default")]
    pub last_active_at: Option<Timestamp>,
    /// The id of the organization that was used last in the session.
    #[serde(deserialize_with = "or_default")]
    pub last_active_organization_id: Option<String>,
    /// The person who acts on the user's behalf; `None` if there is no such person.
    #[serde(deserialize_with = "or_default")]
    pub actor: Option<Value>,
    /// The user of the session.
    #[serde(deserialize_with = "or_default")]
    pub user: Option<Box<User>>,
    /// The user's public data.
    #[serde(deserialize_with = "or_default")]
    pub public_user_data: Option<Box<PublicUserData>>,
    /// The minutes since the first factor was verified, followed by the minutes since the second factor was verified.
    /// The value -1 means never.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "ages")]
    pub factor_verification_age: Option<Vec<i64>>,
    /// The tasks that the user must complete before a pending session is usable.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub tasks: Option<Vec<SessionTask>>,
    /// The session token for the app's own backend, as it was when the server sent this answer.
    #[serde(deserialize_with = "or_default")]
    pub last_active_token: Option<SessionToken>,
    /// The time at which the session was created.
    #[serde(deserialize_with = "or_default")]
    pub created_at: Option<Timestamp>,
    /// The time at which the session last changed.
    #[serde(deserialize_with = "or_default")]
    pub updated_at: Option<Timestamp>,
}

impl Session {
    /// Returns `true` if the session is active, or pending until the user has completed its tasks.
    pub(crate) fn is_usable(&self) -> bool {
        matches!(self.status, Some(SessionStatus::Active | SessionStatus::Pending))
    }

    /// Returns `true` if the user must complete tasks before the session is active.
    pub(crate) fn is_pending(&self) -> bool {
        let has_tasks = self.tasks.as_ref().is_some_and(|tasks| !tasks.is_empty());
        self.status == Some(SessionStatus::Pending) || self.status == Some(SessionStatus::Active) && has_tasks
    }
}

impl Lenient for Session {}

/// The age of a verification in minutes. An age that cannot be read counts as -1, which means never.
#[derive(Deserialize)]
struct Age(i64);

impl Lenient for Age {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(Some(Self(i64::read(deserializer)?.unwrap_or(-1))))
    }
}

fn ages<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<i64>>, D::Error> {
    let ages: Option<Vec<Age>> = or_default(deserializer)?;
    Ok(ages.map(|ages| ages.into_iter().map(|Age(minutes)| minutes).collect()))
}

/// A task that a user must complete before a session is usable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SessionTask {
    /// The key of the task. It says what the user must do.
    #[serde(default, deserialize_with = "or_default")]
    pub key: SessionTaskKey,
}

impl Lenient for SessionTask {
    fn unreadable() -> Option<Self> {
        Some(Self::default())
    }
}

/// The public data about the user of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PublicUserData {
    /// The user's names and profile image.
    #[serde(flatten)]
    pub user_data: UserData,
    /// The user's id, `user_…`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub user_id: Option<String>,
    /// The email address, phone number or name with which the user signs in.
    #[serde(deserialize_with = "or_default")]
    pub identifier: String,
    /// The user name.
    #[serde(deserialize_with = "or_default")]
    pub username: Option<String>,
}

impl Lenient for PublicUserData {}

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
