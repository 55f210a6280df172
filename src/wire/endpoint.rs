//! The method and the path of each endpoint, and the decoding of its answer.
//!
//! Each endpoint is defined in the same file as its parameters.

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::lenient::{Lenient, from_text, or_default, required};
use super::{Answer, ClientResource, ClientUpdate, Secret};

/// An endpoint of the Frontend API.
pub(crate) struct Endpoint {
    pub(crate) method: Method,
    /// The path, which starts with `/v1` or `/.well-known`. If the path contains an id, the id's name is written in
    /// braces.
    pub(crate) path: &'static str,
    /// Decodes the body of a successful answer.
    pub(crate) decode: fn(&str) -> Result<Decoded, serde_json::Error>,
}

/// The decoded body of a successful answer.
pub(crate) struct Decoded {
    pub(crate) answer: Answer,
    pub(crate) client: ClientUpdate,
    /// The token of a browser that was just registered with a development instance.
    ///
    /// The server sends this token only in the body.
    pub(crate) token: Option<Secret>,
}

/// The parameters of a request.
pub(crate) trait Parameters {
    /// Returns the id in the path, if there is one.
    fn path_id(&self) -> Option<&str> {
        None
    }
}

impl Endpoint {
    /// Returns the path that contains this id in percent-encoded form.
    pub(crate) fn path_for(&self, id: Option<&str>) -> String {
        match (self.path.split_once('{'), self.path.split_once('}')) {
            (Some((before, _)), Some((_, after))) => {
                format!("{before}{}{after}", encode_segment(id.unwrap_or_default()))
            }
            _ => self.path.to_owned(),
        }
    }
}

impl Decoded {
    pub(crate) fn new(answer: impl Into<Answer>, client: Option<Box<ClientResource>>) -> Self {
        let client = client.map_or(ClientUpdate::Unchanged, ClientUpdate::Known);
        Self { answer: answer.into(), client, token: None }
    }
}

/// Decodes an answer in an envelope: `{ "response": …, "client": … }`.
pub(crate) fn enveloped<T: Lenient + Into<Answer>>(body: &str) -> Result<Decoded, serde_json::Error> {
    let Envelope { response, client } = from_text::<Envelope<T>>(body)?;
    Ok(Decoded::new(response, client))
}

/// Decodes an answer without an envelope.
pub(crate) fn plain<T: Lenient + Into<Answer>>(body: &str) -> Result<Decoded, serde_json::Error> {
    Ok(Decoded::new(from_text::<T>(body)?, None))
}

/// Decodes an answer that consists of the client itself. The answer is null if the server does not know the client.
pub(crate) fn client(body: &str) -> Result<Decoded, serde_json::Error> {
    let Envelope { response, client } = from_text::<Envelope<Option<Box<ClientResource>>>>(body)?;
    let client = response.or(client).map_or(ClientUpdate::Gone, ClientUpdate::Known);
    Ok(Decoded { answer: Answer::Client, client, token: None })
}

/// The client beside an answer is not what was asked for. If it cannot be read, the answer still counts.
#[derive(Deserialize)]
#[serde(bound = "T: Lenient")]
struct Envelope<T> {
    #[serde(deserialize_with = "required")]
    response: T,
    #[serde(default, deserialize_with = "or_default")]
    client: Option<Box<ClientResource>>,
}

impl<T: Lenient> Lenient for Envelope<T> {}

/// The characters that are encoded in a path segment.
///
/// All characters are encoded except the unreserved ones (RFC 3986 section 2.3).
const PATH_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn encode_segment(segment: &str) -> String {
    // Without encoding, a segment that consists only of dots (`.` or `..`) would change the path.
    if segment.bytes().all(|byte| byte == b'.') {
        return segment.replace('.', "%2E");
    }
    utf8_percent_encode(segment, PATH_SEGMENT).to_string()
}
