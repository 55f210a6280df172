//! `GET /v1/verify`: a link in an email is opened.

use serde::{Deserialize, Serialize};

use crate::wire::Secret;

/// Opens a link that was sent by email, in whatever browser: what the link itself asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OpenEmailLink {
    /// What makes the link this link. The server refuses a request without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
}

impl OpenEmailLink {
    /// The link with this token.
    #[must_use]
    pub fn new(token: &str) -> Self {
        Self { token: Some(token.into()) }
    }
}
