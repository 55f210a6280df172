//! The method and the path of each endpoint, and the decoding of its answer.
//!
//! Each endpoint is defined in the same file as its parameters.

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Answer, ClientResource, ClientUpdate, Secret};

/// An endpoint of the Frontend API.
pub(crate) struct Endpoint {
    pub(crate) method: Method,
    /// The path, which starts with `/v1` or `/.well-known`. If the path contains an id, the id's name is written in
    /// braces.
    pub(crate) path: &'static str,
    /// Decodes the body of a successful answer.
    pub(crate) decode: fn(&[u8]) -> Result<Decoded, serde_json::Error>,
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

/// Decodes an answer in an envelope: `{ "response": …, "client": … }`.
pub(crate) fn enveloped<T: DeserializeOwned + Into<Answer>>(body: &[u8]) -> Result<Decoded, serde_json::Error> {
    let envelope: Envelope<T> = serde_json::from_slice(body)?;
    let client = envelope.client.map_or(ClientUpdate::Unchanged, ClientUpdate::Known);
    Ok(Decoded { answer: envelope.response.into(), client, token: None })
}

/// Decodes an answer without an envelope.
pub(crate) fn plain<T: DeserializeOwned + Into<Answer>>(body: &[u8]) -> Result<Decoded, serde_json::Error> {
    Ok(Decoded { answer: serde_json::from_slice::<T>(body)?.into(), client: ClientUpdate::Unchanged, token: None })
}

/// Decodes an answer with or without an envelope.
///
/// Clerk's documentation shows these answers without an envelope. Because most other answers have an envelope, this
/// function accepts both forms.
pub(crate) fn plain_or_enveloped<T: DeserializeOwned + Into<Answer>>(
    body: &[u8],
) -> Result<Decoded, serde_json::Error> {
    enveloped::<T>(body)
        .map(|decoded| Decoded { client: ClientUpdate::Unchanged, ..decoded })
        .or_else(|_| plain::<T>(body))
}

/// Decodes an answer that consists of the client itself. The answer is null if the server does not know the client.
pub(crate) fn client(body: &[u8]) -> Result<Decoded, serde_json::Error> {
    let envelope: Envelope<Option<Box<ClientResource>>> = serde_json::from_slice(body)?;
    let client = envelope.response.or(envelope.client).map_or(ClientUpdate::Gone, ClientUpdate::Known);
    Ok(Decoded { answer: Answer::Client, client, token: None })
}

#[derive(Deserialize)]
struct Envelope<T> {
    response: T,
    #[serde(default)]
    client: Option<Box<ClientResource>>,
}

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
