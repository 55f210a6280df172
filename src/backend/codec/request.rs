//! Writes requests as HTTP messages.

use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use http::{Method, Uri};

use super::identity;
use crate::backend::{BackendError, CallContext};
use crate::wire::{API_VERSION, Request};

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
    let body = if method == Method::GET {
        if !form.is_empty() {
            query.push('&');
            query.push_str(&form);
        }
        None
    } else {
        let (body, session) = without_session(&form);
        if let Some(session) = session {
            query.push_str(if query.is_empty() { "" } else { "&" });
            query.push_str(&session);
        }
        Some(body.into_bytes())
    };

    let base_url = base_url.trim_end_matches('/');
    let mut uri = format!("{base_url}{}", request.path());
    if !query.is_empty() {
        uri.push('?');
        uri.push_str(query.trim_start_matches('&'));
    }
    let uri: Uri = uri.parse().map_err(|_| BackendError::not_sent(format!("`{base_url}` is not a URL to call")))?;

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

/// Separates the acting session's parameter, which always goes into the query, from the other parameters.
///
/// Returns two forms: the first contains all other parameters, and the second contains only the session's parameter.
pub(super) fn without_session(form: &str) -> (String, Option<String>) {
    let mut others = form_urlencoded::Serializer::new(String::new());
    let mut session = None;
    for (name, value) in form_urlencoded::parse(form.as_bytes()) {
        if name == SESSION {
            let mut only = form_urlencoded::Serializer::new(String::new());
            session = Some(only.append_pair(SESSION, &value).finish());
        } else {
            others.append_pair(&name, &value);
        }
    }
    (others.finish(), session)
}
