//! The server's direction of the wire: requests that only a server answers, and reading every request.

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
    /// A request of a browser or an app's own backend, which no SDK makes.
    pub enum BrowserRequest {
        /// `GET /v1/client/touch`: renews a browser's cookie on the way to a page.
        TouchClient(Redirect) = redirect::TOUCH,
        /// `GET /v1/client/handshake`: brings a browser's session to the app's own backend, on the way to a page.
        Handshake(Redirect) = redirect::HANDSHAKE,
        /// `GET /v1/verify`: a link in an email is opened.
        OpenEmailLink(OpenEmailLink) = open_email_link::OPEN,
        /// `GET /v1/oauth_callback`: a provider sends the user back.
        OauthCallback(OauthCallback) = oauth_callback::COME_BACK,
        /// `GET /.well-known/jwks.json`: the keys that session tokens are verified with (RFC 7517).
        GetKeys = documents::KEYS,
        /// `GET /.well-known/openid-configuration`
        GetOpenIdConfiguration = documents::OPENID_CONFIGURATION,
    }
}

impl BrowserRequest {
    /// A link is opened and a callback followed by a GET, since a browser knows nothing else, and each works once.
    pub(super) fn is_read(&self) -> bool {
        self.endpoint().method == Method::GET && !matches!(self, Self::OpenEmailLink(_) | Self::OauthCallback(_))
    }
}

/// Never a body: the answer is a redirect.
fn no_body(_: &[u8]) -> Result<Decoded, serde_json::Error> {
    Err(serde_json::Error::custom("the answer is not a redirect"))
}
