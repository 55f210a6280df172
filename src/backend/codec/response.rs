//! Answers to HTTP and back.

use std::time::{Duration, SystemTime};

use http::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderValue, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::request::token_update;
use crate::backend::BackendError;
use crate::wire::{
    Answer, ApiError, Client, ClientUpdate, Rejection, Request, Response, Session, SignInAttempt, TokenUpdate,
};

/// Reads the answer to `request` from an HTTP message.
///
/// An answer outside 2xx is a refusal, even if it does not have the shape that Clerk gives to one: a gateway's error
/// page becomes a [`Rejection`] without errors.
///
/// # Errors
/// [`BackendError::Protocol`] if a 2xx answer is not JSON of the shape that the endpoint is documented with.
pub fn decode_response(
    request: &Request,
    message: &http::Response<impl AsRef<[u8]>>,
) -> Result<Response, BackendError> {
    let body = message.body().as_ref();
    let token = token_update(message.headers());
    let (result, client) = if message.status().is_success() {
        decode_success(request, body)?
    } else {
        let (rejection, client) = decode_rejection(message.status(), message.headers(), body);
        (Err(rejection), client)
    };
    Ok(Response { result, client, token })
}

/// Writes an answer as an HTTP message.
#[must_use]
pub fn encode_response(response: &Response) -> http::Response<Vec<u8>> {
    let client = match &response.client {
        ClientUpdate::Known(client) => Some(&**client),
        ClientUpdate::Unchanged | ClientUpdate::Gone => None,
    };
    let (status, body) = match &response.result {
        Ok(Answer::Client) => (StatusCode::OK, to_json(&Wrapped { response: client, client: None })),
        Ok(Answer::SignInAttempt(sign_in)) => (StatusCode::OK, to_json(&Wrapped { response: sign_in, client })),
        Ok(Answer::Session(session)) => (StatusCode::OK, to_json(&Wrapped { response: session, client })),
        Err(rejection) => {
            let body = Refused {
                errors: &rejection.errors,
                meta: RefusedMeta { client },
                clerk_trace_id: rejection.trace_id.as_deref(),
            };
            (rejection.status, to_json(&body))
        }
    };

    let mut message = http::Response::new(body);
    *message.status_mut() = status;
    let headers = message.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let token = match &response.token {
        TokenUpdate::Unchanged => None,
        TokenUpdate::Replaced(token) => HeaderValue::from_str(token.expose()).ok(),
        TokenUpdate::Cleared => Some(HeaderValue::from_static("")),
    };
    if let Some(mut token) = token {
        token.set_sensitive(true);
        headers.insert(AUTHORIZATION, token);
    }
    if let Some(wait) = response.result.as_ref().err().and_then(|rejection| rejection.retry_after) {
        // Whole seconds only: rounded up, so that nobody comes back too early.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    message
}

fn decode_success(request: &Request, body: &[u8]) -> Result<(Result<Answer, Rejection>, ClientUpdate), BackendError> {
    match request {
        Request::GetClient | Request::CreateClient | Request::DeleteClient => {
            let envelope: Envelope<Option<Box<Client>>> = from_json(request, body)?;
            let client = envelope.response.or(envelope.client).map_or(ClientUpdate::Gone, ClientUpdate::Known);
            Ok((Ok(Answer::Client), client))
        }
        Request::TouchSession(_) => {
            let envelope: Envelope<Box<Session>> = from_json(request, body)?;
            Ok((Ok(Answer::Session(envelope.response)), known(envelope.client)))
        }
        Request::CreateSignIn(_)
        | Request::GetSignIn(_)
        | Request::PrepareFirstFactor(_)
        | Request::AttemptFirstFactor(_)
        | Request::PrepareSecondFactor(_)
        | Request::AttemptSecondFactor(_)
        | Request::ResetPassword(_)
        | Request::SubmitProof(_) => {
            let envelope: Envelope<Box<SignInAttempt>> = from_json(request, body)?;
            Ok((Ok(Answer::SignInAttempt(envelope.response)), known(envelope.client)))
        }
    }
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

fn known(client: Option<Box<Client>>) -> ClientUpdate {
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
fn from_json<T: DeserializeOwned>(request: &Request, body: &[u8]) -> Result<T, BackendError> {
    serde_json::from_slice(body).map_err(|error| {
        let wrong = if error.is_data() { "has an unexpected value" } else { "is not complete JSON" };
        BackendError::Protocol(format!(
            "the answer to {} {} {wrong} (line {}, column {})",
            request.method(),
            request.path(),
            error.line(),
            error.column(),
        ))
    })
}

fn to_json(body: &impl Serialize) -> Vec<u8> {
    // Maps have string keys throughout, so there is nothing that JSON cannot hold.
    serde_json::to_vec(body).unwrap_or_default()
}

#[derive(Deserialize)]
struct Envelope<T> {
    response: T,
    #[serde(default)]
    client: Option<Box<Client>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    errors: Vec<ApiError>,
    meta: Option<RefusalMeta>,
    client: Option<Box<Client>>,
    clerk_trace_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RefusalMeta {
    client: Option<Box<Client>>,
}

#[derive(Serialize)]
struct Wrapped<'a, T> {
    response: T,
    client: Option<&'a Client>,
}

#[derive(Serialize)]
struct Refused<'a> {
    errors: &'a [ApiError],
    meta: RefusedMeta<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clerk_trace_id: Option<&'a str>,
}

#[derive(Serialize)]
struct RefusedMeta<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a Client>,
}
