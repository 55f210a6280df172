//! `GET /v1/client/touch`, `GET /v1/client/handshake`: requests that redirect a browser.

use super::no_body;
use crate::wire::endpoint::{Endpoint, Parameters};
use http::Method;
use serde::{Deserialize, Serialize};

/// A request to redirect the browser to a page. When the server redirects the browser, it also renews the browser's
/// cookies.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Redirect {
    /// The URL of the page. The server rejects a request without this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
}

impl Redirect {
    /// Creates a request to redirect the browser to this page.
    #[must_use]
    pub fn new(redirect_url: &str) -> Self {
        Self { redirect_url: Some(redirect_url.to_owned()) }
    }
}

pub(in crate::wire) static TOUCH: Endpoint =
    Endpoint { method: Method::GET, path: "/v1/client/touch", decode: no_body };

pub(in crate::wire) static HANDSHAKE: Endpoint =
    Endpoint { method: Method::GET, path: "/v1/client/handshake", decode: no_body };

impl Parameters for Redirect {}
