//! HTTP messages contain a client's token in a header, in a cookie, or in a query parameter.

use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue, SET_COOKIE};

use crate::backend::{BackendError, Identity};
use crate::wire::TokenUpdate;

pub(super) const CLIENT_COOKIE: &str = "__client";
pub(super) const DEVELOPMENT_BROWSER: &str = "__clerk_db_jwt";
pub(super) const DEVELOPMENT_BROWSER_HEADER: HeaderName = HeaderName::from_static("clerk-db-jwt");

/// Writes the part of the identity that belongs in the query.
pub(super) fn query_of(identity: &Identity, query: &mut form_urlencoded::Serializer<'_, String>) {
    match identity {
        Identity::Native { .. } => drop(query.append_pair("_is_native", "1")),
        Identity::DevelopmentBrowser { token: Some(token) } => {
            query.append_pair(DEVELOPMENT_BROWSER, token.expose());
        }
        Identity::Anonymous | Identity::Cookie { .. } | Identity::DevelopmentBrowser { token: None } => {}
    }
}

/// Writes the part of the identity that belongs in the headers.
pub(super) fn headers_of(identity: &Identity, headers: &mut HeaderMap) -> Result<(), BackendError> {
    let secret = |text: &str| {
        let mut value = HeaderValue::from_str(text)
            .map_err(|_| BackendError::not_sent("the client token cannot stand in a header"))?;
        value.set_sensitive(true);
        Ok(value)
    };
    if let Identity::Native { token } = identity {
        headers.insert("x-mobile", HeaderValue::from_static("1"));
        if let Some(token) = token {
            headers.insert(AUTHORIZATION, secret(token.expose())?);
        }
    }
    if let Identity::Cookie { token: Some(token) } = identity {
        headers.insert(COOKIE, secret(&format!("{CLIENT_COOKIE}={}", token.expose()))?);
    }
    Ok(())
}

/// Reads the headers of an answer, and returns how they change the client's token.
pub(super) fn token_update(identity: &Identity, headers: &HeaderMap) -> TokenUpdate {
    match identity {
        Identity::Anonymous => TokenUpdate::Unchanged,
        Identity::Native { .. } => authorization(headers),
        Identity::Cookie { .. } => headers.get_all(SET_COOKIE).iter().fold(TokenUpdate::Unchanged, |known, cookie| {
            let pair = cookie.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
            match text(pair).and_then(|pair| pair.trim().split_once('=')) {
                Some((CLIENT_COOKIE, "")) => TokenUpdate::Cleared,
                Some((CLIENT_COOKIE, value)) => TokenUpdate::Replaced(value.into()),
                _ => known,
            }
        }),
        Identity::DevelopmentBrowser { .. } => match headers.get(DEVELOPMENT_BROWSER_HEADER) {
            Some(token) => text(token.as_bytes()).map_or(TokenUpdate::Unchanged, |it| TokenUpdate::Replaced(it.into())),
            None => TokenUpdate::Unchanged,
        },
    }
}

/// Returns the text of a header. A token that is not text could not be sent back as it came, so it is not kept.
fn text(value: &[u8]) -> Option<&str> {
    std::str::from_utf8(value).ok()
}

/// Reads an `Authorization` header, with or without `Bearer`. An empty header clears the token.
pub(super) fn authorization(headers: &HeaderMap) -> TokenUpdate {
    let Some(value) = headers.get(AUTHORIZATION).and_then(|value| text(value.as_bytes())) else {
        return TokenUpdate::Unchanged;
    };
    let value = value.trim();
    let token = match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        None if value.eq_ignore_ascii_case("bearer") => "",
        _ => value,
    };
    if token.is_empty() { TokenUpdate::Cleared } else { TokenUpdate::Replaced(token.into()) }
}
