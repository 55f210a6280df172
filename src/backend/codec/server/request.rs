//! Reads requests from HTTP messages, for a server.

use std::borrow::Cow;

use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, FORWARDED, HeaderName, HeaderValue, ORIGIN, REFERER, USER_AGENT};
use http::{HeaderMap, Method};

use super::identity::identity_of;
use crate::backend::codec::request::{FORM, session_in};
use crate::backend::{CallContext, Identity};
use crate::wire::{API_VERSION_HEADER, Request, RequestError};

/// Reads a request from an HTTP message whose path starts with `/v1` or `/.well-known`.
///
/// # Errors
/// Returns [`RequestError::UnknownEndpoint`] if no endpoint has the message's method and path,
/// [`RequestError::NotAForm`] if the body is not a form, and [`RequestError::MalformedForm`] if the parameters cannot be
/// read.
pub fn decode_request(message: &http::Request<impl AsRef<[u8]>>) -> Result<(CallContext, Request), RequestError> {
    let query = message.uri().query().unwrap_or_default();
    let method = match method_of(message)? {
        // The answer to HEAD is the answer to GET without its body (RFC 9110 section 9.3.2).
        Method::HEAD => Method::GET,
        method => method,
    };
    let body = message.body().as_ref();
    let kind = message.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let has_other_kind = kind.is_some_and(|kind| !kind.starts_with(FORM.as_bytes()));
    if !body.is_empty() && (has_other_kind || is_json(body)) {
        return Err(RequestError::NotAForm);
    }
    let form = match session_in(query) {
        _ if method == Method::GET => Cow::Borrowed(query.as_bytes()),
        Some(session) => Cow::Owned([session.as_bytes(), b"&", body].concat()),
        None => Cow::Borrowed(body),
    };
    let request = Request::parse(&method, message.uri().path(), &form)?;
    let identity = match request {
        // This request creates the token, so the client does not have a token yet.
        Request::CreateDevelopmentBrowser => Identity::DevelopmentBrowser { token: None },
        _ => identity_of(message.uri(), message.headers()),
    };
    let mut context = CallContext::new(identity);
    context.headers = forwarded(message.headers());
    if let Some(version) = api_version(query) {
        context.headers.entry(API_VERSION_HEADER).or_insert(version);
    }
    Ok((context, request))
}

/// Returns `true` if the body is a JSON object or array, even if its content type says that it is a form.
///
/// No parameter's name begins with a bracket.
fn is_json(body: &[u8]) -> bool {
    matches!(body.trim_ascii_start(), [b'{' | b'[', ..])
}

/// Returns the method of a request. The parameter `_method` overrides the method of the HTTP message.
pub(crate) fn method_of<B>(message: &http::Request<B>) -> Result<Method, RequestError> {
    let query = message.uri().query().unwrap_or_default().as_bytes();
    let overridden = form_urlencoded::parse(query).find(|(name, _)| name == "_method");
    overridden.map_or_else(
        || Ok(message.method().clone()),
        |(_, method)| {
            method.parse().map_err(|_| RequestError::MalformedForm("`_method` is not an HTTP method".to_owned()))
        },
    )
}

/// Returns the version of the API that the query names. Web clients name it there instead of in a header.
fn api_version(query: &str) -> Option<HeaderValue> {
    let (_, version) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "__clerk_api_version")?;
    HeaderValue::from_str(&version).ok()
}

/// Returns the headers that describe the sender.
///
/// It leaves out each header whose content is already elsewhere in the context. An example is `Authorization`.
fn forwarded(headers: &HeaderMap) -> HeaderMap {
    const KNOWN: [HeaderName; 5] = [ORIGIN, USER_AGENT, ACCEPT_LANGUAGE, REFERER, FORWARDED];
    let is_forwarded = |name: &HeaderName| {
        KNOWN.contains(name) || ["x-", "clerk-"].iter().any(|prefix| name.as_str().starts_with(prefix))
    };
    let forwarded = headers.iter().filter(|(name, _)| is_forwarded(name));
    forwarded.map(|(name, value)| (name.clone(), value.clone())).collect()
}
