//! Endpoints: method, path, and how the answer is read. Each is in the file of its parameters.

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Answer, ClientResource, ClientUpdate, Secret};

/// An endpoint of the Frontend API.
pub(crate) struct Endpoint {
    pub(crate) method: Method,
    /// From `/v1` or `/.well-known` on, with the name of the id in braces.
    pub(crate) path: &'static str,
    /// Reads the body of a successful answer.
    pub(crate) decode: fn(&[u8]) -> Result<Decoded, serde_json::Error>,
}

/// The body of a successful answer, decoded.
pub(crate) struct Decoded {
    pub(crate) answer: Answer,
    pub(crate) client: ClientUpdate,
    /// The token of a new development browser, which the body alone holds.
    pub(crate) token: Option<Secret>,
}

/// Parameters of a request.
pub(crate) trait Parameters {
    /// The id in the path, if it has one.
    fn path_id(&self) -> Option<&str> {
        None
    }
}

impl Endpoint {
    /// The path for the thing with this id, percent-encoded.
    pub(crate) fn path_for(&self, id: Option<&str>) -> String {
        match (self.path.split_once('{'), self.path.split_once('}')) {
            (Some((before, _)), Some((_, after))) => {
                format!("{before}{}{after}", encode_segment(id.unwrap_or_default()))
            }
            _ => self.path.to_owned(),
        }
    }
}

/// `{ "response": …, "client": … }`, as most endpoints answer.
pub(crate) fn enveloped<T: DeserializeOwned + Into<Answer>>(body: &[u8]) -> Result<Decoded, serde_json::Error> {
    let envelope: Envelope<T> = serde_json::from_slice(body)?;
    let client = envelope.client.map_or(ClientUpdate::Unchanged, ClientUpdate::Known);
    Ok(Decoded { answer: envelope.response.into(), client, token: None })
}

/// The answer alone.
pub(crate) fn plain<T: DeserializeOwned + Into<Answer>>(body: &[u8]) -> Result<Decoded, serde_json::Error> {
    Ok(Decoded { answer: serde_json::from_slice::<T>(body)?.into(), client: ClientUpdate::Unchanged, token: None })
}

/// The published document shows the answer alone; most answers come in an envelope.
pub(crate) fn plain_or_enveloped<T: DeserializeOwned + Into<Answer>>(
    body: &[u8],
) -> Result<Decoded, serde_json::Error> {
    enveloped::<T>(body)
        .map(|decoded| Decoded { client: ClientUpdate::Unchanged, ..decoded })
        .or_else(|_| plain::<T>(body))
}

/// The client itself, which is null if the server knows none.
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

/// Characters that stand for themselves in a path segment (RFC 3986 section 2.3).
const PATH_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn encode_segment(segment: &str) -> String {
    // A segment of dots alone would be a step through the path.
    if segment.bytes().all(|byte| byte == b'.') {
        return segment.replace('.', "%2E");
    }
    utf8_percent_encode(segment, PATH_SEGMENT).to_string()
}
