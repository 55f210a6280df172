//! The caller, which is either the client that a token identifies or a new client.

use crate::backend::Identity;
use crate::fake::records::state::FakeState;
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{Answer, ClientUpdate, Rejection, Request, Response, Timestamp, TokenUpdate};

/// Returns the client that a token identifies, or `None` if there is no token yet.
pub(super) fn known_client(
    state: &mut FakeState,
    identity: &Identity,
    now: Timestamp,
) -> Result<Option<String>, Rejection> {
    match identity {
        Identity::Anonymous | Identity::Native { token: None } => Ok(None),
        Identity::Native { token: Some(token) } => {
            state.client_by_token(token.expose(), now).map(Some).ok_or_else(rejections::authentication_invalid)
        }
        Identity::Cookie { .. }
            if state.settings.development && !without("a development instance knows its browsers") =>
        {
            Err(rejections::dev_browser_unauthenticated())
        }
        // A browser does not control the contents of its cookies, so an unknown token is treated like a missing token.
        Identity::Cookie { token } => Ok(token.as_ref().and_then(|token| state.client_by_token(token.expose(), now))),
        Identity::DevelopmentBrowser { .. } if !state.settings.development => {
            Err(rejections::dev_browser_unauthenticated())
        }
        Identity::DevelopmentBrowser { token } => {
            let browser = token.as_ref().and_then(|token| state.browsers.get(token.expose()));
            let client_id = browser.ok_or_else(rejections::dev_browser_unauthenticated)?;
            Ok(client_id.clone().filter(|id| state.clients.contains_key(id)))
        }
    }
}

/// Returns `true` if the request is answered for this caller even if no client is known.
///
/// Some requests are answered for any caller, even for a caller with an invalid token. The environment and the client
/// can also be read by a browser that is not registered.
pub(super) const fn is_public(request: &Request, identity: &Identity) -> bool {
    match request {
        Request::CreateDevelopmentBrowser | Request::Browser(_) => true,
        Request::GetEnvironment | Request::GetClient => matches!(identity, Identity::Cookie { .. }),
        _ => false,
    }
}

pub(super) fn new_browser(state: &mut FakeState, now: Timestamp) -> Response {
    let token = state.new_browser(None, now);
    let mut response = Response::new(Ok(Answer::DevelopmentBrowser));
    response.token = TokenUpdate::Replaced(token.into());
    response
}

pub(super) fn unknown_client(state: &FakeState, identity: &Identity) -> Response {
    let mut response = Response::new(Ok(Answer::Client));
    response.client = ClientUpdate::Gone;
    if let Identity::Cookie { token: Some(_) } = identity
        && !state.settings.development
    {
        response.token = TokenUpdate::Cleared;
    }
    response
}
