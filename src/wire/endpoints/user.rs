//! `/v1/me`: the user of a session.

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Endpoint, Parameters, enveloped, plain};
use crate::wire::{Session, User};

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

impl Parameters for ActingSession {}

pub(in crate::wire) static GET: Endpoint =
    Endpoint { method: Method::GET, path: "/v1/me", decode: enveloped::<Box<User>> };

pub(in crate::wire) static LIST_SESSIONS: Endpoint =
    Endpoint { method: Method::GET, path: "/v1/me/sessions/active", decode: plain::<Vec<Session>> };
