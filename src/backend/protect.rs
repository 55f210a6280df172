//! The parameters of Clerk Protect, which accompany requests.

use crate::wire::{Request, Secret};

/// The values that Clerk Protect's script and the app's own backend supply about this client.
///
/// The client sends these parameters with every request that changes a sign-in or a sign-up. They are always in the
/// body, never in a URL. This crate does not produce them and does not read them.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ProtectParameters {
    /// The app's own assertion about the client (`__clerk_protect_assertion`).
    pub assertion: Option<Secret>,
    /// The token that the script obtained (`__clerk_protect_token`).
    pub token: Option<Secret>,
    /// The status of the token, such as `ok`, `timeout` or `unsupported` (`__clerk_protect_status`).
    pub status: Option<String>,
    /// The id with which the script's requests can be correlated (`__clerk_protect_cid`).
    pub correlation_id: Option<Secret>,
}

impl ProtectParameters {
    /// Creates parameters that contain nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the parameters to the body of a request, if the request takes them.
    pub(super) fn add_to(&self, request: &Request, body: &mut Vec<u8>) {
        if !takes_them(request) {
            return;
        }
        let named = [
            ("__clerk_protect_assertion", self.assertion.as_ref().map(Secret::expose)),
            ("__clerk_protect_token", self.token.as_ref().map(Secret::expose)),
            ("__clerk_protect_status", self.status.as_deref()),
            ("__clerk_protect_cid", self.correlation_id.as_ref().map(Secret::expose)),
        ];
        for (name, value) in named {
            let Some(value) = value else { continue };
            body.extend_from_slice(if body.is_empty() { b"" } else { b"&" });
            body.extend_from_slice(name.as_bytes());
            body.push(b'=');
            for part in form_urlencoded::byte_serialize(value.as_bytes()) {
                body.extend_from_slice(part.as_bytes());
            }
        }
    }
}

/// Returns `true` if the request changes a sign-in or a sign-up.
fn takes_them(request: &Request) -> bool {
    let path = request.path();
    let is_theirs = ["/v1/client/sign_ins", "/v1/client/sign_ups"].iter().any(|begin| path.starts_with(begin));
    is_theirs && request.method() != http::Method::GET
}
