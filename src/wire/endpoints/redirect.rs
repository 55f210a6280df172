//! `GET /v1/client/touch`, `GET /v1/client/handshake`: a browser is sent on.

use serde::{Deserialize, Serialize};

/// Sends a browser through the server, which renews its cookies, and on to a page.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Redirect {
    /// The page. The server refuses a request without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
}

impl Redirect {
    /// On to this page.
    #[must_use]
    pub fn to(redirect_url: &str) -> Self {
        Self { redirect_url: Some(redirect_url.to_owned()) }
    }
}
