//! `/v1/me`: the user of a session.

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Endpoint, Parameters, enveloped, plain};
use crate::wire::form_values::bool_from_form;
use crate::wire::{Secret, Session, User};

/// The parameter that selects a session. The request acts on behalf of that session's user.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ActingSession {
    /// The id of the session.
    #[serde(rename = "_clerk_session_id")]
    pub session_id: String,
}

impl ActingSession {
    /// Creates the parameter that selects this session.
    #[must_use]
    pub fn new(session_id: &str) -> Self {
        Self { session_id: session_id.to_owned() }
    }
}

/// The `POST /v1/me/change_password` request, which sets a new password for the user of a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChangePassword {
    /// The session of the user.
    #[serde(rename = "_clerk_session_id")]
    pub session_id: String,
    /// The current password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_password: Option<Secret>,
    /// The new password. The server rejects a request without this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_password: Option<Secret>,
    /// `true` to end the user's other sessions.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "bool_from_form")]
    pub sign_out_of_other_sessions: Option<bool>,
}

impl ChangePassword {
    /// Sets this password for the session's user.
    #[must_use]
    pub fn new(session_id: &str, new_password: &str) -> Self {
        Self {
            session_id: session_id.to_owned(),
            current_password: None,
            new_password: Some(new_password.into()),
            sign_out_of_other_sessions: None,
        }
    }

    /// Proves with the current password that the user is at the device.
    ///
    /// The server asks for it, unless the task `reset-password` demands the change.
    #[must_use]
    pub fn current_password(mut self, current_password: &str) -> Self {
        self.current_password = Some(current_password.into());
        self
    }

    /// Also ends the user's other sessions.
    #[must_use]
    pub const fn sign_out_of_other_sessions(mut self) -> Self {
        self.sign_out_of_other_sessions = Some(true);
        self
    }
}

impl Parameters for ActingSession {}

impl Parameters for ChangePassword {}

pub(in crate::wire) static GET: Endpoint =
    Endpoint { method: Method::GET, path: "/v1/me", decode: enveloped::<Box<User>> };

pub(in crate::wire) static LIST_SESSIONS: Endpoint =
    Endpoint { method: Method::GET, path: "/v1/me/sessions/active", decode: plain::<Vec<Session>> };

pub(in crate::wire) static CHANGE_PASSWORD: Endpoint =
    Endpoint { method: Method::POST, path: "/v1/me/change_password", decode: enveloped::<Box<User>> };
