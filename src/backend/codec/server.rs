//! The server's half of the codec. It reads requests from HTTP messages, and writes answers as HTTP messages.

mod identity;
mod request;
mod response;

use http::header::{HeaderValue, LOCATION, SET_COOKIE};

pub use request::decode_request;
#[cfg(feature = "server")]
pub(crate) use request::method_of;
pub use response::encode_response;

use crate::wire::{Answer, Request, Response, TokenUpdate};

/// Returns the answer that redirects a browser to a page, or `None` if the message is not a redirect.
pub(super) fn redirect(
    request: &Request,
    message: &http::Response<impl AsRef<[u8]>>,
    token: &TokenUpdate,
) -> Option<Response> {
    let is_asked = matches!(request, Request::Browser(_));
    let to = message.headers().get(LOCATION).filter(|_| is_asked && message.status().is_redirection())?;
    let cookies = message.headers().get_all(SET_COOKIE).iter();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let answer = Answer::Redirect {
        status: message.status(),
        to: text(to).into(),
        cookies: cookies.map(|cookie| text(cookie).into()).collect(),
    };
    let mut response = Response::new(Ok(answer));
    response.token = token.clone();
    Some(response)
}
