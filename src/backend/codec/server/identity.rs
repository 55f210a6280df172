//! Reads and writes a client's token in HTTP messages, for a server.

use std::borrow::Cow;
use std::time::Duration;

use http::header::{AUTHORIZATION, COOKIE, HeaderValue, SET_COOKIE};
use http::{HeaderMap, Uri};

use crate::backend::Identity;
use crate::backend::codec::identity::{CLIENT_COOKIE, DEVELOPMENT_BROWSER, DEVELOPMENT_BROWSER_HEADER, authorization};
use crate::wire::{ClientResource, Secret, Timestamp, TokenUpdate};

const SIGNED_IN_SINCE: &str = "__client_uat";
/// The name that older clients give to the parameter that identifies a development browser.
const DEVELOPMENT_BROWSER_BEFORE: &str = "__dev_session";
/// The lifetime of the cookie. Browsers allow at most 400 days.
const COOKIE_LIFETIME: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// Reads the identity of the client that sends a request.
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

/// Adds any change of the client's token to the headers of an answer.
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

/// Writes the cookie that tells the app's own backend when the user signed in.
///
/// The Frontend API of a production instance sets the same cookie.
pub(super) fn write_signed_in_since(identity: &Identity, client: Option<&ClientResource>, headers: &mut HeaderMap) {
    if !matches!(identity, Identity::Cookie { .. }) {
        return;
    }
    let sessions = client.into_iter().flat_map(|client| &client.sessions);
    let since = sessions.filter_map(|session| session.created_at).max();
    let seconds = since.map_or(0, Timestamp::as_seconds);
    let cookie = HeaderValue::from_str(&format!("{SIGNED_IN_SINCE}={seconds}; Path=/; SameSite=Lax"));
    headers.extend(cookie.ok().map(|cookie| (SET_COOKIE, cookie)));
}
