//! The endpoints whose paths begin with `/v1/client/sessions/{session_id}`.

use crate::wire::endpoint::{Endpoint, Parameters, client, enveloped, plain};
use crate::wire::{Session, SessionToken};
use http::Method;
use serde::{Deserialize, Serialize};

/// The parameter of the requests that read, end or remove one of this client's sessions.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OneSession {
    /// The id of the session.
    #[serde(skip_serializing)]
    pub session_id: String,
}

impl OneSession {
    /// Creates the parameter that selects this session.
    #[must_use]
    pub fn new(session_id: &str) -> Self {
        Self { session_id: session_id.to_owned() }
    }
}

/// The `POST /v1/client/sessions/{session_id}/tokens` request, which asks for a session token.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CreateSessionToken {
    /// The id of the session.
    #[serde(skip_serializing)]
    pub session_id: String,
    /// The id of the organization that the token is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
}

impl CreateSessionToken {
    /// Asks for a token for this session.
    #[must_use]
    pub fn new(session_id: &str) -> Self {
        Self { session_id: session_id.to_owned(), organization_id: None }
    }
}

pub(in crate::wire) static GET: Endpoint =
    Endpoint { method: Method::GET, path: "/v1/client/sessions/{session_id}", decode: enveloped::<Box<Session>> };

pub(in crate::wire) static END: Endpoint =
    Endpoint { method: Method::POST, path: "/v1/client/sessions/{session_id}/end", decode: enveloped::<Box<Session>> };

pub(in crate::wire) static REMOVE: Endpoint = Endpoint {
    method: Method::POST,
    path: "/v1/client/sessions/{session_id}/remove",
    decode: enveloped::<Box<Session>>,
};

pub(in crate::wire) static END_ALL: Endpoint =
    Endpoint { method: Method::DELETE, path: "/v1/client/sessions", decode: client };

pub(in crate::wire) static CREATE_TOKEN: Endpoint =
    Endpoint { method: Method::POST, path: "/v1/client/sessions/{session_id}/tokens", decode: plain::<SessionToken> };

impl Parameters for OneSession {
    fn path_id(&self) -> Option<&str> {
        Some(&self.session_id)
    }
}

impl Parameters for CreateSessionToken {
    fn path_id(&self) -> Option<&str> {
        Some(&self.session_id)
    }
}
