//! `POST /v1/client/magic_links/complete`

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::Secret;
use crate::wire::endpoint::{Endpoint, Parameters, plain_or_enveloped};

/// A request that proves that a link opened the same native app that had requested the link (RFC 7636 section 4.5).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CompleteMagicLink {
    /// The id of the flow, taken from the link. The server rejects a request without this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow_id: Option<String>,
    /// The token from the link, which proves that the link was opened.
    ///
    /// The server rejects a request without this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_token: Option<Secret>,
    /// The code verifier, from which the code challenge was derived. The server rejects a request without this
    /// parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_verifier: Option<Secret>,
}

impl CompleteMagicLink {
    /// Completes the flow with the token from an opened link and with the code verifier.
    #[must_use]
    pub const fn new(flow_id: String, approval_token: Secret, code_verifier: Secret) -> Self {
        Self { flow_id: Some(flow_id), approval_token: Some(approval_token), code_verifier: Some(code_verifier) }
    }
}

/// The ticket that a native app uses to sign in after its link was opened.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MagicLink {
    /// The id of the flow.
    pub flow_id: String,
    /// The ticket.
    pub ticket: Secret,
}

pub(in crate::wire) static COMPLETE: Endpoint =
    Endpoint { method: Method::POST, path: "/v1/client/magic_links/complete", decode: plain_or_enveloped::<MagicLink> };

impl Parameters for CompleteMagicLink {}
