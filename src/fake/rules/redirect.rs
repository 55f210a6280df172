//! `GET /v1/client/touch`, `GET /v1/client/handshake`: a browser visits the server, which redirects it to a page.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;

use super::issue_session_token;
use crate::backend::Identity;
use crate::fake::crypto::jwt;
use crate::fake::page_url::with_parameters;
use crate::fake::records::state::FakeState;
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{Answer, Redirect, Rejection, Secret, Timestamp};

/// Redirects a browser to the requested page. The redirect also renews the browser's cookie.
pub(super) fn touch_client(redirect: &Redirect) -> Result<Answer, Rejection> {
    Ok(sent_on(page(redirect)?.to_owned()))
}

/// Tells the app's own backend who is signed in. The backend runs on a different host than this server.
///
/// The URL of the page contains a signed list of the cookies that the backend must set.
pub(super) fn handshake(
    state: &mut FakeState,
    client_id: Option<&str>,
    identity: &Identity,
    now: Timestamp,
    redirect: &Redirect,
) -> Result<Answer, Rejection> {
    let page = page(redirect)?;
    let client = client_id.and_then(|id| state.clients.get(id));
    let session_id = client.and_then(|client| client.last_active_session_id.clone());
    let session = session_id.as_deref().and_then(|id| state.sessions.get(id));
    let signed_in_at = session.map_or(0, |session| session.created_at.as_seconds());
    let token = session_id.and_then(|id| issue_session_token(state, &id, None, now, Duration::ZERO));

    let mut cookies = vec![
        cookie("__session", token.as_ref().map_or("", Secret::expose)),
        cookie("__client_uat", &signed_in_at.to_string()),
    ];
    let is_known = matches!(identity, Identity::DevelopmentBrowser { token: Some(token) } if state.browsers.contains_key(token.expose()));
    if state.settings.development && !is_known {
        let browser = state.new_browser(client_id, now);
        cookies.push(cookie("__clerk_db_jwt", &browser));
    }
    let handshake = jwt::sign(&json!({ "handshake": cookies })).ok_or_else(rejections::session_not_found)?;
    Ok(sent_on(with_parameters(page, &[("__clerk_handshake", handshake.expose())])))
}

fn sent_on(to: String) -> Answer {
    Answer::Redirect { status: StatusCode::TEMPORARY_REDIRECT, to: to.into(), cookies: Vec::new() }
}

fn page(redirect: &Redirect) -> Result<&str, Rejection> {
    let url = redirect.redirect_url.as_deref().ok_or_else(|| rejections::param_missing("redirect_url"))?;
    let is_page = ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme));
    // A header can contain only these characters.
    let is_plain = url.bytes().all(|byte| byte.is_ascii_graphic());
    let is_right = is_page && is_plain || without("a redirect leads to a page");
    if is_right { Ok(url) } else { Err(rejections::param_value_invalid("redirect_url")) }
}

fn cookie(name: &str, value: &str) -> String {
    let lifetime = if value.is_empty() { "; Max-Age=0" } else { "" };
    format!("{name}={value}; Path=/; SameSite=Lax{lifetime}")
}
