//! The server's side of the wire format: the requests that SDKs never send, and the parsing of all requests.

mod documents;
mod oauth_callback;
mod open_email_link;
mod parse;
mod redirect;

use http::Method;
use serde::de::Error as _;

use super::endpoint::Decoded;
pub use oauth_callback::OauthCallback;
pub use open_email_link::OpenEmailLink;
pub use parse::RequestError;
pub(super) use parse::{from_form, matched};
pub use redirect::Redirect;

requests! {
    /// A request that a browser or an app's own backend sends. SDKs never send such a request.
    pub enum BrowserRequest {
        /// `GET /v1/client/touch`: renews a browser's cookie, then redirects the browser to a page.
        TouchClient(Redirect) = redirect::TOUCH,
        /// `GET /v1/client/handshake`: uses a redirect to pass a browser's session to the app's own backend.
        Handshake(Redirect) = redirect::HANDSHAKE,
        /// `GET /v1/verify`: opens a link from an email.
        OpenEmailLink(OpenEmailLink) = open_email_link::OPEN,
        /// `GET /v1/oauth_callback`: brings the user back from an identity provider.
        OauthCallback(OauthCallback) = oauth_callback::COME_BACK,
        /// `GET /.well-known/jwks.json`: reads the keys for verifying session tokens (RFC 7517).
        GetKeys = documents::KEYS,
        /// `GET /.well-known/openid-configuration`
        GetOpenIdConfiguration = documents::OPENID_CONFIGURATION,
    }
}

impl BrowserRequest {
    /// Returns `true` if the request only reads data.
    ///
    /// Requests that open a link or bring the user back from a provider do not count as reads. A browser sends them
    /// with `GET`, but each link and each callback works only once.
    pub(super) fn is_read(&self) -> bool {
        self.endpoint().method == Method::GET && !matches!(self, Self::OpenEmailLink(_) | Self::OauthCallback(_))
    }
}

/// Returns an error for any body, because the only valid answer is a redirect.
fn no_body(_: &str) -> Result<Decoded, serde_json::Error> {
    Err(serde_json::Error::custom("the answer is not a redirect"))
}
