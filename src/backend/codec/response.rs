//! Answers from HTTP.

use std::time::{Duration, SystemTime};

use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::identity;
use crate::backend::{BackendError, CallContext};
use crate::wire::endpoint::Decoded;
use crate::wire::{ApiError, ClientResource, ClientUpdate, Rejection, Request, Response, TokenUpdate};

/// Reads the answer to `request`, which went out in this context, from an HTTP message.
///
/// An answer outside 2xx is a rejection, even without the shape that Clerk gives to one: a gateway's error page becomes a
/// [`Rejection`] without errors. Only what sends a browser on is answered by a redirect.
///
/// # Errors
/// [`BackendError::Protocol`] if a 2xx answer is not JSON of the shape that the endpoint is documented with.
pub fn decode_response(
    context: &CallContext,
    request: &Request,
    message: &http::Response<impl AsRef<[u8]>>,
) -> Result<Response, BackendError> {
    let token = identity::token_update(&context.identity, message.headers());
    #[cfg(feature = "fake")]
    if let Some(response) = super::server::redirect(request, message, &token) {
        return Ok(response);
    }
    let body = message.body().as_ref();
    if !message.status().is_success() {
        let (rejection, client) = decode_rejection(message.status(), message.headers(), body);
        return Ok(Response { result: Err(rejection), client, token });
    }
    let decoded = (request.endpoint().decode)(body).map_err(|error| unreadable(request, &error))?;
    let Decoded { answer, client, token: told } = decoded;
    Ok(Response { result: Ok(answer), client, token: told.map_or(token, TokenUpdate::Replaced) })
}

fn decode_rejection(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> (Rejection, ClientUpdate) {
    let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let rejection = Rejection {
        status,
        errors: refusal.errors,
        retry_after: retry_after(headers),
        trace_id: refusal.clerk_trace_id,
    };
    (rejection, known(refusal.meta.and_then(|meta| meta.client).or(refusal.client)))
}

fn known(client: Option<Box<ClientResource>>) -> ClientUpdate {
    client.map_or(ClientUpdate::Unchanged, ClientUpdate::Known)
}

/// `Retry-After` in seconds, or as a date measured against the `Date` of the same answer (RFC 9110 section 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = |text: &str| -> Option<SystemTime> { httpdate::parse_http_date(text).ok() };
    let now = date(headers.get(DATE)?.to_str().ok()?)?;
    Some(date(value)?.duration_since(now).unwrap_or_default())
}

/// The message names the place and not the text there, which may be a secret.
fn unreadable(request: &Request, error: &serde_json::Error) -> BackendError {
    let (method, path) = (request.method(), request.path());
    let wrong = match error.classify() {
        // Of our own: there is no place.
        serde_json::error::Category::Data if error.line() == 0 => {
            return BackendError::Protocol(format!("{method} {path}: {error}"));
        }
        serde_json::error::Category::Data => "has an unexpected value",
        _ => "is not complete JSON",
    };
    let (line, column) = (error.line(), error.column());
    BackendError::Protocol(format!("the answer to {method} {path} {wrong} (line {line}, column {column})"))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    errors: Vec<ApiError>,
    meta: Option<RefusalMeta>,
    client: Option<Box<ClientResource>>,
    clerk_trace_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RefusalMeta {
    client: Option<Box<ClientResource>>,
}
