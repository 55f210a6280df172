//! Authorization requests, which the server sends to the provider through the user's browser.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::CLIENT_ID;
use crate::fake::page_url::with_parameters;

/// An authorization request (RFC 6749 section 4.1.1, RFC 7636 section 4.3, OpenID Connect Core 1.0 section 3.1.2.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AuthorizationRequest {
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) response_type: String,
    pub(crate) scope: String,
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) code_challenge: String,
    pub(crate) code_challenge_method: String,
    pub(crate) prompt: String,
    pub(crate) login_hint: String,
}

impl AuthorizationRequest {
    /// Parses a request to this issuer from the query of the URL to which the user was sent.
    pub(crate) fn read(issuer: &str, query: &str) -> Self {
        let parameters: BTreeMap<_, _> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let parameter = |name: &str| parameters.get(name).cloned().unwrap_or_default();
        Self {
            issuer: issuer.to_owned(),
            client_id: parameter("client_id"),
            redirect_uri: parameter("redirect_uri"),
            response_type: parameter("response_type"),
            scope: parameter("scope"),
            state: parameter("state"),
            nonce: parameter("nonce"),
            code_challenge: parameter("code_challenge"),
            code_challenge_method: parameter("code_challenge_method"),
            prompt: parameter("prompt"),
            login_hint: parameter("login_hint"),
        }
    }

    /// Returns the request as the query of a URL.
    pub(crate) fn query(&self) -> String {
        let parameters = [
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("response_type", &self.response_type),
            ("scope", &self.scope),
            ("state", &self.state),
            ("nonce", &self.nonce),
            ("code_challenge", &self.code_challenge),
            ("code_challenge_method", &self.code_challenge_method),
            ("prompt", &self.prompt),
            ("login_hint", &self.login_hint),
        ];
        let given = parameters.into_iter().filter(|(_, value)| !value.is_empty());
        form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish()
    }

    /// Returns the reason why the request is invalid, or `None` if it is valid.
    ///
    /// The reason is shown to the user on a page, because a redirect could lead to an untrusted site.
    pub(crate) fn rejection_reason(&self, redirect_uri: &str) -> Option<&'static str> {
        if self.client_id != CLIENT_ID {
            Some("The client id is unknown to this provider.")
        } else if self.redirect_uri != redirect_uri {
            Some("The redirect URI is not registered for this client.")
        } else if self.response_type != "code" || self.code_challenge_method != "S256" {
            Some("This provider supports only the response type `code`, with an S256 code challenge (RFC 7636).")
        } else if self.state.is_empty() || self.nonce.is_empty() || self.code_challenge.is_empty() {
            Some("`state`, `nonce` and `code_challenge` are required.")
        } else {
            None
        }
    }

    /// Returns a callback URL that reports an error (RFC 6749 section 4.1.2.1).
    pub(crate) fn denied(&self, error: &str) -> String {
        with_parameters(&self.redirect_uri, &[("error", error), ("state", &self.state)])
    }
}
