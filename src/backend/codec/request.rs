//! Requests to HTTP and back.

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Method, Uri};

use crate::backend::{BackendError, CallContext, Identity};
use crate::wire::{API_VERSION, Request, RequestError, TokenUpdate};

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
    let is_native = matches!(context.identity, Identity::Native { .. });
    if is_native {
        query.append_pair("_is_native", "1");
    }
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
    if is_native {
        headers.insert("x-mobile", HeaderValue::from_static("1"));
    }
    if let Identity::Native { token: Some(token) } = &context.identity {
        let mut value = HeaderValue::from_str(token.expose())
            .map_err(|_| BackendError::Protocol("the client token cannot stand in a header".to_owned()))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    for (name, value) in &context.headers {
        headers.insert(name, value.clone());
    }
    Ok(message)
}

/// Reads a request from an HTTP message whose path starts at `/v1`.
///
/// # Errors
/// [`RequestError::UnknownEndpoint`] if no endpoint has its method and path, [`RequestError::MalformedForm`] if the
/// parameters cannot be read.
pub fn decode_request(message: &http::Request<impl AsRef<[u8]>>) -> Result<(CallContext, Request), RequestError> {
    let query = message.uri().query().unwrap_or_default();
    let mut method = message.method().clone();
    let mut is_native = false;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "_is_native" => is_native = matches!(value.as_ref(), "1" | "true"),
            "_method" => {
                method = value
                    .parse()
                    .map_err(|_| RequestError::MalformedForm("`_method` is not an HTTP method".to_owned()))?;
            }
            _ => {}
        }
    }

    let form = if method == Method::GET { query.as_bytes() } else { message.body().as_ref() };
    let request = Request::parse(&method, message.uri().path(), form)?;
    let identity = if is_native {
        let token = match token_update(message.headers()) {
            TokenUpdate::Replaced(token) => Some(token),
            TokenUpdate::Unchanged | TokenUpdate::Cleared => None,
        };
        Identity::Native { token }
    } else {
        Identity::Anonymous
    };
    Ok((CallContext { identity, headers: message.headers().clone(), ..CallContext::default() }, request))
}

/// What an `Authorization` header says, with or without `Bearer`; an empty one clears the token.
pub(super) fn token_update(headers: &HeaderMap) -> TokenUpdate {
    let Some(value) = headers.get(AUTHORIZATION) else { return TokenUpdate::Unchanged };
    let value = String::from_utf8_lossy(value.as_bytes());
    let value = value.trim();
    let token = match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        None if value.eq_ignore_ascii_case("bearer") => "",
        _ => value,
    };
    if token.is_empty() { TokenUpdate::Cleared } else { TokenUpdate::Replaced(token.into()) }
}
