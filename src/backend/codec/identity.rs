//! Where a device's token stands in HTTP messages: a header, a cookie, or a query parameter.

use std::borrow::Cow;
use std::time::Duration;

use http::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue, SET_COOKIE};
use http::{HeaderMap, Uri};

use crate::backend::{BackendError, Identity};
use crate::wire::{Client, Secret, Timestamp, TokenUpdate};

const CLIENT_COOKIE: &str = "__client";
const SIGNED_IN_SINCE: &str = "__client_uat";
const DEVELOPMENT_BROWSER: &str = "__clerk_db_jwt";
/// The name of the same parameter in older clients.
const DEVELOPMENT_BROWSER_BEFORE: &str = "__dev_session";
const DEVELOPMENT_BROWSER_HEADER: HeaderName = HeaderName::from_static("clerk-db-jwt");
/// How long a browser keeps the cookie: as long as browsers allow, 400 days.
const COOKIE_LIFETIME: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// What of the identity stands in the query.
pub(super) fn query_of(identity: &Identity, query: &mut form_urlencoded::Serializer<'_, String>) {
    match identity {
        Identity::Native { .. } => drop(query.append_pair("_is_native", "1")),
        Identity::DevelopmentBrowser { token: Some(token) } => {
            query.append_pair(DEVELOPMENT_BROWSER, token.expose());
        }
        Identity::Anonymous | Identity::Cookie { .. } | Identity::DevelopmentBrowser { token: None } => {}
    }
}

/// What of the identity stands in headers.
pub(super) fn headers_of(identity: &Identity, headers: &mut HeaderMap) -> Result<(), BackendError> {
    let secret = |text: &str| {
        let mut value = HeaderValue::from_str(text)
            .map_err(|_| BackendError::Protocol("the client token cannot stand in a header".to_owned()))?;
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

/// Who sends a request.
pub(super) fn identity_of(uri: &Uri, headers: &HeaderMap) -> Identity {
    let query = uri.query().unwrap_or_default().as_bytes();
    let parameter = |name: &str| form_urlencoded::parse(query).find(|(known, _)| known == name).map(|(_, value)| value);
    if parameter("_is_native").is_some_and(|value| matches!(value.as_ref(), "1" | "true")) {
        let token = match authorization(headers) {
            TokenUpdate::Replaced(token) => Some(token),
            TokenUpdate::Unchanged | TokenUpdate::Cleared => None,
        };
        return Identity::Native { token };
    }
    let browser = parameter(DEVELOPMENT_BROWSER).or_else(|| parameter(DEVELOPMENT_BROWSER_BEFORE));
    if let Some(token) = browser.filter(|token| !token.is_empty()) {
        return Identity::DevelopmentBrowser { token: Some(Secret::from(token.into_owned())) };
    }
    let cookies = headers.get_all(COOKIE).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let token = cookies.into_iter().find_map(|cookies| {
        let mut pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, value)| *name == CLIENT_COOKIE && !value.is_empty()).map(|(_, value)| Secret::from(value))
    });
    Identity::Cookie { token }
}

/// What an answer says of the token of the device that asked.
pub(super) fn token_update(identity: &Identity, headers: &HeaderMap) -> TokenUpdate {
    match identity {
        Identity::Anonymous => TokenUpdate::Unchanged,
        Identity::Native { .. } => authorization(headers),
        Identity::Cookie { .. } => headers.get_all(SET_COOKIE).iter().fold(TokenUpdate::Unchanged, |known, cookie| {
            let cookie = String::from_utf8_lossy(cookie.as_bytes());
            let pair = cookie.split(';').next().unwrap_or_default().trim();
            match pair.split_once('=') {
                Some((CLIENT_COOKIE, "")) => TokenUpdate::Cleared,
                Some((CLIENT_COOKIE, value)) => TokenUpdate::Replaced(value.into()),
                _ => known,
            }
        }),
        Identity::DevelopmentBrowser { .. } => match headers.get(DEVELOPMENT_BROWSER_HEADER) {
            Some(token) => TokenUpdate::Replaced(String::from_utf8_lossy(token.as_bytes()).into_owned().into()),
            None => TokenUpdate::Unchanged,
        },
    }
}

/// Writes what an answer says of the token of the device that asked.
pub(super) fn write_token_update(identity: &Identity, update: &TokenUpdate, headers: &mut HeaderMap) {
    let token = match update {
        TokenUpdate::Unchanged => return,
        TokenUpdate::Replaced(token) => token.expose(),
        TokenUpdate::Cleared => "",
    };
    let (name, value) = match identity {
        Identity::Anonymous => return,
        Identity::Native { .. } => (AUTHORIZATION, Cow::Borrowed(token)),
        Identity::Cookie { .. } => {
            let lifetime = if token.is_empty() { 0 } else { COOKIE_LIFETIME.as_secs() };
            let cookie = format!("{CLIENT_COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={lifetime}");
            (SET_COOKIE, Cow::Owned(cookie))
        }
        Identity::DevelopmentBrowser { .. } => (DEVELOPMENT_BROWSER_HEADER, Cow::Borrowed(token)),
    };
    if let Ok(mut value) = HeaderValue::from_str(&value) {
        value.set_sensitive(true);
        headers.append(name, value);
    }
}

/// Tells the app's own backend since when somebody is signed in, as the Frontend API of a production instance does.
pub(super) fn write_signed_in_since(identity: &Identity, client: Option<&Client>, headers: &mut HeaderMap) {
    if !matches!(identity, Identity::Cookie { .. }) {
        return;
    }
    let sessions = client.into_iter().flat_map(|client| &client.sessions);
    let since = sessions.filter_map(|session| session.created_at).max();
    let seconds = since.map_or(0, Timestamp::as_seconds);
    let cookie = HeaderValue::from_str(&format!("{SIGNED_IN_SINCE}={seconds}; Path=/; SameSite=Lax"));
    headers.extend(cookie.ok().map(|cookie| (SET_COOKIE, cookie)));
}

/// What an `Authorization` header says, with or without `Bearer`; an empty one clears the token.
fn authorization(headers: &HeaderMap) -> TokenUpdate {
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
