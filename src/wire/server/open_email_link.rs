//! `GET /v1/verify`: the request that opens a link from an email.

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Decoded, Endpoint, Parameters};
use crate::wire::{Answer, ClientUpdate, Secret};

/// The request that a browser sends when the user opens a link from an email. Any browser can send this request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OpenEmailLink {
    /// The token that identifies the link. The server rejects a request without this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
}

impl OpenEmailLink {
    /// Creates the request that opens the link with this token.
    #[must_use]
    pub fn new(token: &str) -> Self {
        Self { token: Some(token.into()) }
    }
}

pub(in crate::wire) static OPEN: Endpoint = Endpoint { method: Method::GET, path: "/v1/verify", decode: words };

/// Decodes the short text that the server sends if the link does not lead to a page.
#[expect(clippy::unnecessary_wraps, reason = "every endpoint reads its answer by a function of this type")]
fn words(body: &str) -> Result<Decoded, serde_json::Error> {
    let words = serde_json::from_str(body).unwrap_or_default();
    Ok(Decoded { answer: Answer::Document(words), client: ClientUpdate::Unchanged, token: None })
}

impl Parameters for OpenEmailLink {}
