//! `/v1/client/sessions/{session_id}` and what can be done to a session.

use serde::{Deserialize, Serialize};

/// Names a session of this device: to read, end or remove it, or to name whose sessions or profile are read.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OneSession {
    /// Which session.
    #[serde(rename = "_clerk_session_id")]
    pub session_id: String,
}

impl OneSession {
    /// This session.
    #[must_use]
    pub fn new(session_id: &str) -> Self {
        Self { session_id: session_id.to_owned() }
    }
}

/// Asks for a token of a session: `POST /v1/client/sessions/{session_id}/tokens`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CreateSessionToken {
    /// Which session.
    #[serde(skip)]
    pub session_id: String,
    /// Which organization the token speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
}

impl CreateSessionToken {
    /// A token of this session.
    #[must_use]
    pub fn new(session_id: &str) -> Self {
        Self { session_id: session_id.to_owned(), organization_id: None }
    }
}
