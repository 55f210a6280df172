//! Reads answers from HTTP messages.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::identity;
use crate::backend::{BackendError, CallContext};
use crate::wire::endpoint::Decoded;
use crate::wire::lenient::{Lenient, from_text, or_default};
use crate::wire::{ApiError, ClientResource, ClientUpdate, Rejection, Request, Response, Timestamp, TokenUpdate};

/// Reads the answer to `request` from an HTTP message. `context` is the context in which the request was sent.
///
/// An answer whose status is not 2xx is a rejection, even if it does not have the format of Clerk's rejections. For
/// example, a gateway's error page becomes a [`Rejection`] whose list of errors is empty. A redirect counts as success
/// only if a browser sent the request.
///
/// # Errors
/// [`BackendError::Protocol`] if the answer has a 2xx status but is not JSON, or is not the object that is documented for
/// the endpoint. A field of that object whose value has the wrong type counts as missing.
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
    let date = date(message.headers()).map(Timestamp::from);
    let body = text(message.body().as_ref());
    if !message.status().is_success() {
        let (rejection, client) = decode_rejection(message.status(), message.headers(), &body);
        return Ok(Response { result: Err(rejection), client, token, date });
    }
    let decoded = (request.endpoint().decode)(&body).map_err(|error| unreadable(request, &error))?;
    let Decoded { answer, client, token: told } = decoded;
    Ok(Response { result: Ok(answer), client, token: told.map_or(token, TokenUpdate::Replaced), date })
}

/// Returns the body as text. Bytes that are not UTF-8 are replaced, so that they do not hide the rest.
fn text(body: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(body).map_or_else(|_| String::from_utf8_lossy(body), Cow::Borrowed)
}

fn decode_rejection(status: StatusCode, headers: &HeaderMap, body: &str) -> (Rejection, ClientUpdate) {
    let body: RejectionBody = from_text(body).unwrap_or_default();
    let rejection =
        Rejection { status, errors: body.errors, retry_after: retry_after(headers), trace_id: body.clerk_trace_id };
    (rejection, known(body.meta.and_then(|meta| meta.client).or(body.client)))
}

fn known(client: Option<Box<ClientResource>>) -> ClientUpdate {
    client.map_or(ClientUpdate::Unchanged, ClientUpdate::Known)
}

/// Reads `Retry-After` (RFC 9110 section 10.2.3).
///
/// The value is a number of seconds or a date. If it is a date, it is compared with the `Date` header of the same
/// answer.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    Some(until.duration_since(date(headers)?).unwrap_or_default())
}

/// Reads `Date`, which is the server's time.
fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()
}

/// Creates the error for an answer that cannot be read.
///
/// The message gives the position of the problem, but does not quote the text, because the text may be a secret.
fn unreadable(request: &Request, error: &serde_json::Error) -> BackendError {
    let (method, path) = (request.method(), request.path());
    let wrong = match error.classify() {
        // This crate created the error itself, so the error has no position.
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
struct RejectionBody {
    #[serde(deserialize_with = "or_default")]
    errors: Vec<ApiError>,
    #[serde(deserialize_with = "or_default")]
    meta: Option<RejectionMeta>,
    #[serde(deserialize_with = "or_default")]
    client: Option<Box<ClientResource>>,
    #[serde(deserialize_with = "or_default")]
    clerk_trace_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RejectionMeta {
    #[serde(deserialize_with = "or_default")]
    client: Option<Box<ClientResource>>,
}

impl Lenient for RejectionBody {}

impl Lenient for RejectionMeta {}
