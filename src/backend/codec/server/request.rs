//! Reads requests from HTTP messages, for a server.

use std::borrow::Cow;

use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, FORWARDED, HeaderName, HeaderValue, ORIGIN, REFERER, USER_AGENT};
use http::{HeaderMap, Method};

use super::identity::identity_of;
use crate::backend::codec::request::{FORM, session_in};
use crate::backend::{CallContext, Identity};
use crate::wire::{Request, RequestError};

/// Reads a request from an HTTP message whose path starts with `/v1` or `/.well-known`.
///
/// # Errors
/// Returns [`RequestError::UnknownEndpoint`] if no endpoint has the message's method and path, and
/// [`RequestError::MalformedForm`] if the parameters cannot be read.
pub fn decode_request(message: &http::Request<impl AsRef<[u8]>>) -> Result<(CallContext, Request), RequestError> {
    let query = message.uri().query().unwrap_or_default();
    let method = method_of(message)?;
    let body = message.body().as_ref();
    let kind = message.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    if !body.is_empty() && kind.is_some_and(|kind| !kind.starts_with(FORM.as_bytes())) {
        return Err(RequestError::MalformedForm(format!("send them with the header `Content-Type: {FORM}`")));
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
    Ok((context, request))
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
