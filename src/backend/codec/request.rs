//! Requests to HTTP and back.

use std::borrow::Cow;

use http::header::{
    ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, FORWARDED, HeaderName, HeaderValue, ORIGIN, REFERER, USER_AGENT,
};
use http::{HeaderMap, Method, Uri};

use super::identity;
use crate::backend::{BackendError, CallContext, Identity};
use crate::wire::{API_VERSION, Request, RequestError};

const SESSION: &str = "_clerk_session_id";
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
    let method = method_of(message)?;
    let body = message.body().as_ref();
    let kind = message.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    if !body.is_empty() && kind.is_some_and(|kind| !kind.starts_with(FORM.as_bytes())) {
        return Err(RequestError::MalformedForm(format!("send them with the header `Content-Type: {FORM}`")));
    }
    let (_, session) = without_session(query);
    let form = match session {
        _ if method == Method::GET => Cow::Borrowed(query.as_bytes()),
        Some(session) => Cow::Owned([session.as_bytes(), b"&", body].concat()),
        None => Cow::Borrowed(body),
    };
    let request = Request::parse(&method, message.uri().path(), &form)?;
    let identity = match request {
        // It has no token yet that would tell.
        Request::CreateDevelopmentBrowser => Identity::DevelopmentBrowser { token: None },
        _ => identity::identity_of(message.uri(), message.headers()),
    };
    let mut context = CallContext::new(identity);
    context.headers = forwarded(message.headers());
    Ok((context, request))
}

/// The session that acts stands in the query, whatever the method: parameters without it, and it alone.
fn without_session(form: &str) -> (String, Option<String>) {
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

/// The method that a message asks for, which is not its own if `_method` names another.
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

/// What of a message's headers says something of who sent it, and is not written again from the context.
fn forwarded(headers: &HeaderMap) -> HeaderMap {
    const KNOWN: [HeaderName; 5] = [ORIGIN, USER_AGENT, ACCEPT_LANGUAGE, REFERER, FORWARDED];
    let is_forwarded = |name: &HeaderName| {
        KNOWN.contains(name) || ["x-", "clerk-"].iter().any(|prefix| name.as_str().starts_with(prefix))
    };
    let forwarded = headers.iter().filter(|(name, _)| is_forwarded(name));
    forwarded.map(|(name, value)| (name.clone(), value.clone())).collect()
}
