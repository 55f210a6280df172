//! `GET /v1/verify`: a link in an email is opened.

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Decoded, Endpoint, Parameters};
use crate::wire::{Answer, ClientUpdate, Secret};

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

pub(in crate::wire) static OPEN: Endpoint = Endpoint { method: Method::GET, path: "/v1/verify", decode: words };

/// A link that leads to no page is answered by a few words to whoever opened it.
#[expect(clippy::unnecessary_wraps, reason = "every endpoint reads its answer by a function of this type")]
fn words(body: &[u8]) -> Result<Decoded, serde_json::Error> {
    let words = serde_json::from_slice(body).unwrap_or_default();
    Ok(Decoded { answer: Answer::Document(words), client: ClientUpdate::Unchanged, token: None })
}

impl Parameters for OpenEmailLink {}
