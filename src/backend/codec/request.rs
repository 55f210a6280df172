//! Requests to HTTP and back.

use http::header::{
    ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, HeaderName, HeaderValue,
    TRANSFER_ENCODING,
};
use http::{HeaderMap, Method, Uri};

use super::identity;
use crate::backend::{BackendError, CallContext};
use crate::wire::{API_VERSION, Request, RequestError};

const FORM: &str = "application/x-www-form-urlencoded";

/// Writes a request as an HTTP message to the Frontend API at `base_url`, such as `https://clerk.example.com` or
/// `https://example.com/__clerk`.
///
/// Parameters go into the body of a POST and into the query of a GET; other methods become POST with `_method`.
///
/// # Errors
/// [`BackendError::Protocol`] if the base URL or the token cannot stand in an HTTP message.
pub fn encode_request(
    base_url: &str,
    context: &CallContext,
    request: &Request,
) -> Result<http::Request<Vec<u8>>, BackendError> {
    let method = request.method();
    let mut query = form_urlencoded::Serializer::new(String::new());
    identity::query_of(&context.identity, &mut query);
    let overridden = method != Method::GET && method != Method::POST;
    if overridden {
        query.append_pair("_method", method.as_str());
    }
    let mut query = query.finish();
    let form = request.form();
    let body = if method == Method::GET {
        if !form.is_empty() {
            query.push('&');
            query.push_str(&form);
        }
        None
    } else {
        Some(form.into_bytes())
    };

    let base_url = base_url.trim_end_matches('/');
    let mut uri = format!("{base_url}{}", request.path());
    if !query.is_empty() {
        uri.push('?');
        uri.push_str(query.trim_start_matches('&'));
    }
    let uri: Uri = uri.parse().map_err(|_| BackendError::Protocol(format!("`{base_url}` is not a URL to call")))?;

    let mut message = http::Request::new(body.unwrap_or_default());
    *message.method_mut() = if overridden { Method::POST } else { method.clone() };
    *message.uri_mut() = uri;
    let headers = message.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert("clerk-api-version", HeaderValue::from_static(API_VERSION));
    if method != Method::GET {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(FORM));
    }
    identity::headers_of(&context.identity, headers)?;
    for (name, value) in &context.headers {
        headers.insert(name, value.clone());
    }
    Ok(message)
}

/// Reads a request from an HTTP message whose path starts at `/v1` or `/.well-known`.
///
/// # Errors
/// [`RequestError::UnknownEndpoint`] if no endpoint has its method and path, [`RequestError::MalformedForm`] if the
/// parameters cannot be read.
pub fn decode_request(message: &http::Request<impl AsRef<[u8]>>) -> Result<(CallContext, Request), RequestError> {
    let query = message.uri().query().unwrap_or_default();
    let mut method = message.method().clone();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name == "_method" {
            method =
                value.parse().map_err(|_| RequestError::MalformedForm("`_method` is not an HTTP method".to_owned()))?;
        }
    }

    let form = if method == Method::GET { query.as_bytes() } else { message.body().as_ref() };
    let request = Request::parse(&method, message.uri().path(), form)?;
    let mut context = CallContext::new(identity::identity_of(message.uri(), message.headers()));
    context.headers = forwarded(message.headers());
    Ok((context, request))
}

/// The headers that are neither of this one message nor written again from the context.
fn forwarded(headers: &HeaderMap) -> HeaderMap {
    const OWN: [HeaderName; 8] =
        [ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, TRANSFER_ENCODING];
    let mut headers = headers.clone();
    for name in &OWN {
        headers.remove(name);
    }
    headers
}
