//! Serves the Frontend API over HTTP: decodes each message, calls the backend, and encodes the backend's answer.

use std::time::Duration;

use http::header::{HeaderName, HeaderValue};
use http::{Method, StatusCode, Uri};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use serde_json::json;

use super::reply::{json, rejection};
use super::unsupported::{Missing, ignored_parameters};
use crate::backend::{Backend, BackendError, CallContext, decode_request, encode_response};
use crate::testing::Exchange;
use crate::wire::{ApiError, BrowserRequest, ErrorCode, Rejection, Request, RequestError, Response};

/// The time that a client may take to send the body of a request.
const BODY_WITHIN: Duration = Duration::from_secs(30);

/// The error code for an endpoint that this server does not have. The Frontend API has no such code, so a missing
/// endpoint cannot be confused with a resource that does not exist.
const NO_ENDPOINT: &str = "fake_has_no_endpoint";
/// The response header that says the same.
const MISSING: HeaderName = HeaderName::from_static("clerk-fake-missing");

/// Returns the path without a proxy's prefix, so that it begins with `/v1` or `/.well-known`.
pub(super) fn path_of(uri: &Uri) -> &str {
    let path = uri.path();
    let begins = ["/v1/", "/.well-known/"].iter().filter_map(|beginning| path.rfind(beginning)).max();
    begins.and_then(|begins| path.get(begins..)).unwrap_or(path)
}

/// Reads the whole body. Fails if the body has more than `most` bytes.
pub(super) async fn read(body: Incoming, most: usize) -> Result<Bytes, Rejection> {
    let body = tokio::time::timeout(BODY_WITHIN, Limited::new(body, most).collect()).await.map_err(|_| {
        let message = format!("The body did not arrive within {} seconds.", BODY_WITHIN.as_secs());
        rejection(StatusCode::REQUEST_TIMEOUT, ErrorCode::RequestBodyInvalid, &message)
    })?;
    body.map(http_body_util::Collected::to_bytes).map_err(|error| {
        if error.is::<LengthLimitError>() {
            let message = format!("The body is too large. It can have at most {most} bytes.");
            rejection(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::RequestBodyTooLarge, &message)
        } else {
            rejection(StatusCode::BAD_REQUEST, ErrorCode::RequestBodyInvalid, "The body is incomplete.")
        }
    })
}

/// Answers a message whose path begins with `/v1` or `/.well-known`.
///
/// The answer has the [`Exchange`] attached. If this server does not have a part of the request, it also has a
/// [`Missing`] attached. With `is_strict`, a
/// request with a parameter that its endpoint does not take is rejected.
pub(super) async fn answer(
    backend: &dyn Backend,
    message: &http::Request<Bytes>,
    is_strict: bool,
) -> http::Response<Vec<u8>> {
    let (method, path) = (message.method(), message.uri().path());
    let reads = matches!(*method, Method::GET | Method::HEAD);
    if reads && matches!(path, "/v1/health" | "/v1/proxy-health") {
        return json(StatusCode::OK, &json!({ "status": "healthy" }));
    }
    let (context, request) = match decode_request(message) {
        // The app's own backend gets the keys from this path. The path belongs to Clerk's Backend API. This server
        // stands in for that API too.
        _ if reads && path == "/v1/jwks" => (CallContext::default(), Request::Browser(BrowserRequest::GetKeys)),
        Ok(decoded) => decoded,
        Err(error) => return unreadable(&error),
    };
    let ignored = ignored_parameters(message.uri(), message.body(), &request);
    let asked = request.clone();
    let response = match ignored.first().filter(|_| is_strict) {
        Some(name) => Err(unknown_parameter(name)),
        None => call(backend, context.clone(), request).await,
    };
    let response = response.unwrap_or_else(|rejection| Response::new(Err(rejection)));
    let mut answer = encode_response(&context, &response);
    answer.extensions_mut().insert(Exchange::new(&asked, Some(&response)));
    if !ignored.is_empty() {
        answer.extensions_mut().insert(Missing::Parameters(ignored));
    }
    answer
}

/// Encodes a rejection that did not come from the backend.
pub(super) fn rejected(rejection: Rejection) -> http::Response<Vec<u8>> {
    encode_response(&CallContext::default(), &Response::new(Err(rejection)))
}

fn unreadable(error: &RequestError) -> http::Response<Vec<u8>> {
    let (status, code) = match error {
        RequestError::UnknownEndpoint { .. } => (StatusCode::NOT_FOUND, ErrorCode::from(NO_ENDPOINT)),
        RequestError::MalformedForm(_) => (StatusCode::BAD_REQUEST, ErrorCode::RequestBodyInvalid),
        RequestError::NotAForm => (StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::UnsupportedContentType),
    };
    let mut answer = rejected(rejection(status, code, &error.to_string()));
    if let RequestError::UnknownEndpoint { .. } = error {
        answer.headers_mut().insert(MISSING, HeaderValue::from_static("endpoint"));
        answer.extensions_mut().insert(Missing::Endpoint);
    }
    answer
}

fn unknown_parameter(name: &str) -> Rejection {
    let mut error =
        ApiError::new(ErrorCode::FormParamUnknown, &format!("`{name}` is not a parameter of this request."));
    error.meta.param_name = Some(name.to_owned());
    Rejection::new(StatusCode::UNPROCESSABLE_ENTITY, error)
}

async fn call(backend: &dyn Backend, context: CallContext, request: Request) -> Result<Response, Rejection> {
    backend.call(context, request).await.map_err(|error| {
        let (status, code) = match error {
            BackendError::NotSent(_) | BackendError::Transport(_) => {
                (StatusCode::GATEWAY_TIMEOUT, ErrorCode::GatewayTimeout)
            }
            BackendError::Protocol(_) => (StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::InternalClerkError),
        };
        rejection(status, code, &error.to_string())
    })
}
