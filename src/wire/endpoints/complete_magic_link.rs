//! `POST /v1/client/magic_links/complete`

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::Secret;
use crate::wire::endpoint::{Endpoint, Parameters, plain_or_enveloped};

/// Shows that the native app that asked for a link by email is the one that the link led to (RFC 7636 section 4.5).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CompleteMagicLink {
    /// Which flow, as the link told the app. The server refuses a request without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow_id: Option<String>,
    /// What shows that the link was opened, as the link told the app. The server refuses a request without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_token: Option<Secret>,
    /// What the code challenge was made of. The server refuses a request without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_verifier: Option<Secret>,
}

impl CompleteMagicLink {
    /// The link of this flow was opened, and here is what its code challenge was made of.
    #[must_use]
    pub const fn new(flow_id: String, approval_token: Secret, code_verifier: Secret) -> Self {
        Self { flow_id: Some(flow_id), approval_token: Some(approval_token), code_verifier: Some(code_verifier) }
    }
}

/// What a native app signs in with after its link was opened.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MagicLink {
    /// Which flow.
    pub flow_id: String,
    /// The ticket.
    pub ticket: Secret,
}

pub(in crate::wire) static COMPLETE: Endpoint =
    Endpoint { method: Method::POST, path: "/v1/client/magic_links/complete", decode: plain_or_enveloped::<MagicLink> };

impl Parameters for CompleteMagicLink {}
