//! Parses requests: finds the endpoint and reads its parameters.

use std::borrow::Cow;

use http::Method;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::BrowserRequest;
use crate::wire::Request;
use crate::wire::endpoint::Endpoint;

/// Undocumented HTTP methods that the JavaScript client or a provider uses, each with its path and the documented
/// method.
const ALSO: [(Method, &str, Method); 3] = [
    (Method::PATCH, "/v1/environment", Method::GET),
    (Method::PUT, "/v1/client", Method::POST),
    (Method::POST, "/v1/oauth_callback", Method::GET),
];

/// The reason why a request cannot be parsed: the endpoint does not exist, or the parameters are unreadable.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// No endpoint has this method and path.
    #[error("no endpoint for {method} {path}")]
    UnknownEndpoint {
        /// The method of the request. The parameter `_method` overrides the method of the HTTP message.
        method: Method,
        /// The path.
        path: String,
    },
    /// The parameters are not a form (`application/x-www-form-urlencoded`), or one of the values is not accepted.
    #[error("the parameters cannot be read: {0}")]
    MalformedForm(String),
    /// The body is not a form. For example, it is JSON.
    #[error("the body is not a form: send the parameters as `application/x-www-form-urlencoded`")]
    NotAForm,
}

impl Request {
    /// Parses a request from its method, its path and its form.
    ///
    /// If there is a parameter `_method`, pass its value as the method. The path starts with `/v1` or `/.well-known`.
    /// Unknown parameters are ignored.
    ///
    /// # Errors
    /// [`RequestError::UnknownEndpoint`] if no endpoint has this method and path, or [`RequestError::MalformedForm`] if
    /// the endpoint does not accept the values in the form.
    pub fn parse(method: &Method, path: &str, form: &[u8]) -> Result<Self, RequestError> {
        let unknown = || RequestError::UnknownEndpoint { method: method.clone(), path: path.to_owned() };
        let documented = ALSO.iter().find(|(also, of, _)| also == method && *of == path).map(|(_, _, method)| method);
        let documented = documented.unwrap_or(method);
        let segments: Vec<String> = path
            .split('/')
            .skip(1)
            .map(|segment| percent_decode_str(segment).decode_utf8().map(Cow::into_owned))
            .collect::<Result<_, _>>()
            .map_err(|_| unknown())?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();

        if let Some(request) = Self::parse_here(documented, &segments, form)? {
            return Ok(request);
        }
        BrowserRequest::parse_here(documented, &segments, form)?.map(Self::Browser).ok_or_else(unknown)
    }
}

/// Segments of paths that newer clients use, and the segments that the endpoints are documented with.
const ALIASES: [(&str, &str); 1] = [("biometric_credentials", "trusted_devices")];

/// The parameter in the path, if there is one.
pub(in crate::wire) struct PathId<'a>(Option<(&'static str, &'a str)>);

/// Returns the parameter in the path, or `None` if the endpoint has another method or another path.
pub(in crate::wire) fn matched<'a>(endpoint: &Endpoint, method: &Method, path: &[&'a str]) -> Option<PathId<'a>> {
    if endpoint.method != *method {
        return None;
    }
    let mut id = None;
    let mut expected = endpoint.path.split('/').skip(1);
    for segment in path {
        let expected = expected.next()?;
        match expected.strip_prefix('{') {
            Some(name) => id = Some((name.trim_end_matches('}'), *segment)),
            None if expected == *segment => {}
            None if ALIASES.contains(&(*segment, expected)) => {}
            None => return None,
        }
    }
    expected.next().is_none().then_some(PathId(id))
}

pub(in crate::wire) fn from_form<T: DeserializeOwned>(form: &[u8], PathId(id): &PathId<'_>) -> Result<T, RequestError> {
    let mut parameters = Map::new();
    for (name, value) in form_urlencoded::parse(form) {
        let name = name.into_owned();
        if parameters.contains_key(&name) {
            return Err(RequestError::MalformedForm(format!("`{name}` is given more than once")));
        }
        parameters.insert(name, Value::String(value.into_owned()));
    }
    if let Some((name, id)) = id {
        parameters.insert((*name).to_owned(), Value::String((*id).to_owned()));
    }
    serde_json::from_value(Value::Object(parameters)).map_err(|error| {
        // Only messages about a missing field are shown. Other messages quote the value, which may be a secret.
        let missing = Some(error.to_string()).filter(|error| error.starts_with("missing field"));
        RequestError::MalformedForm(
            missing.unwrap_or_else(|| "a value is not of the kind that the endpoint takes".into()),
        )
    })
}

#[cfg(test)]
mod tests;
