//! `GET /v1/oauth_callback`: the request that brings the user back from an identity provider.

use http::Method;
use serde::{Deserialize, Serialize};

use super::no_body;
use crate::wire::Secret;
use crate::wire::endpoint::{Endpoint, Parameters};

/// The request that the browser makes when an identity provider sends the user back (RFC 6749 section 4.1.2).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OauthCallback {
    /// The `state` value that the server sent to the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<Secret>,
    /// The code that the server exchanges for the provider's tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
    /// The reason why the provider sent no code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The scope that the user agreed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

impl OauthCallback {
    /// Creates a callback without parameters. The server rejects such a callback, so add parameters.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

pub(in crate::wire) static COME_BACK: Endpoint =
    Endpoint { method: Method::GET, path: "/v1/oauth_callback", decode: no_body };

impl Parameters for OauthCallback {}
