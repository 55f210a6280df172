//! `GET /v1/oauth_callback`: a provider sends the user back.

use http::Method;
use serde::{Deserialize, Serialize};

use super::no_body;
use crate::wire::Secret;
use crate::wire::endpoint::{Endpoint, Parameters};

/// The user comes back from a provider (RFC 6749 section 4.1.2), in whatever browser they went there.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OauthCallback {
    /// What the server was sent to the provider with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<Secret>,
    /// What the server gets the provider's tokens for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
    /// Why there is no code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What the user agreed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

impl OauthCallback {
    /// A callback without parameters, which the server refuses.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

pub(in crate::wire) static COME_BACK: Endpoint =
    Endpoint { method: Method::GET, path: "/v1/oauth_callback", decode: no_body };

impl Parameters for OauthCallback {}
