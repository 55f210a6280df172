//! `POST /v1/client/magic_links/complete`

use http::Method;
use serde::de::Error;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Decoded, Endpoint, Parameters, enveloped, plain};
use crate::wire::lenient::{Lenient, from_text, or_default};
use crate::wire::{Answer, ClientResource, Secret, SignUpAttempt};

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
    /// The id of the flow. `None` if the server did not send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow_id: Option<String>,
    /// The ticket.
    pub ticket: Secret,
}

pub(in crate::wire) static COMPLETE: Endpoint =
    Endpoint { method: Method::POST, path: "/v1/client/magic_links/complete", decode: ticket_or_sign_up };

/// Decodes the three answers of the endpoint: a ticket with the id of its flow, a ticket alone, or a sign-up.
///
/// Clerk's documentation shows the ticket without an envelope. Because most other answers have an envelope, both forms
/// are accepted.
fn ticket_or_sign_up(body: &str) -> Result<Decoded, serde_json::Error> {
    let outer: Fields = from_text(body)?;
    let client = outer.client;
    let inner = outer.response.map(|response| *response);
    for Ticket { flow_id, ticket } in [outer.ticket].into_iter().chain(inner) {
        if let Some(ticket) = ticket.filter(|ticket| !ticket.expose().is_empty()) {
            return Ok(Decoded::new(MagicLink { flow_id, ticket }, client));
        }
    }
    let decoded = enveloped::<Box<SignUpAttempt>>(body).or_else(|_| plain::<Box<SignUpAttempt>>(body))?;
    match &decoded.answer {
        Answer::SignUpAttempt(sign_up) if !sign_up.id.is_empty() && sign_up.status.is_some() => Ok(decoded),
        _ => Err(serde_json::Error::custom("the answer is neither a ticket nor a sign-up")),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    #[serde(flatten)]
    ticket: Ticket,
    #[serde(deserialize_with = "or_default")]
    response: Option<Box<Ticket>>,
    #[serde(deserialize_with = "or_default")]
    client: Option<Box<ClientResource>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Ticket {
    #[serde(deserialize_with = "or_default")]
    flow_id: Option<String>,
    #[serde(deserialize_with = "or_default")]
    ticket: Option<Secret>,
}

impl Lenient for Fields {}

impl Lenient for Ticket {}

impl Parameters for CompleteMagicLink {}
