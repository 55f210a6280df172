//! Writes requests as HTTP messages.

use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use http::{Method, Uri};

use super::identity;
use crate::backend::{BackendError, CallContext};
use crate::wire::{API_VERSION, API_VERSION_HEADER, Request};

const SESSION: &str = "_clerk_session_id";
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// Writes a request as an HTTP message to the Frontend API at `base_url`.
///
/// The base URL can be the instance's own URL (`https://clerk.example.com`) or the URL of a proxy
/// (`https://example.com/__clerk`).
///
/// Parameters go into the body of a POST and into the query of a GET. A request with any other method is sent as a
/// POST, and its parameter `_method` contains the real method.
///
/// # Errors
/// [`BackendError::NotSent`] if the base URL or the token cannot be part of an HTTP message.
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
    let form = form.expose();
    let mut body = Vec::new();
    if method == Method::GET {
        if !form.is_empty() {
            query.push('&');
            query.push_str(form);
        }
    } else {
        // The body may contain a password. With this capacity it never moves, so no copy is left behind.
        body.reserve_exact(form.len());
        for pair in form.split('&').filter(|pair| !pair.is_empty()) {
            if is_session(pair) {
                query.push_str(if query.is_empty() { "" } else { "&" });
                query.push_str(pair);
            } else {
                body.extend_from_slice(if body.is_empty() { b"" } else { b"&" });
                body.extend_from_slice(pair.as_bytes());
            }
        }
        if let Some(protect) = &context.protect {
            protect.add_to(request, &mut body);
        }
    }

    let base_url = base_url.trim_end_matches('/');
    let mut uri = format!("{base_url}{}", request.path());
    if !query.is_empty() {
        uri.push('?');
        uri.push_str(query.trim_start_matches('&'));
    }
    let uri: Uri = uri.parse().map_err(|_| BackendError::not_sent("the base URL is not a URL to call"))?;

    let mut message = http::Request::new(body);
    *message.method_mut() = if overridden { Method::POST } else { method.clone() };
    *message.uri_mut() = uri;
    let headers = message.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(API_VERSION_HEADER, HeaderValue::from_static(API_VERSION));
    if method != Method::GET {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(FORM));
    }
    identity::headers_of(&context.identity, headers)?;
    for (name, value) in &context.headers {
        headers.insert(name, value.clone());
    }
    Ok(message)
}

/// Returns `true` if an encoded pair is the acting session's parameter, which always goes into the query.
fn is_session(pair: &str) -> bool {
    pair.split_once('=').is_some_and(|(name, _)| name == SESSION)
}

/// Returns the acting session's parameter in a query, as a form.
#[cfg(feature = "fake")]
pub(super) fn session_in(query: &str) -> Option<String> {
    let (_, session) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == SESSION)?;
    Some(form_urlencoded::Serializer::new(String::new()).append_pair(SESSION, &session).finish())
}
