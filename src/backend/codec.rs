//! Requests and answers as HTTP messages, both directions.
//!
//! A host with an HTTP stack of its own needs no more than [`encode_request`] and [`decode_response`]; a server in front
//! of a [`Backend`](super::Backend) needs the other two.

mod identity;
mod request;
mod response;

#[cfg(feature = "server")]
pub(crate) use request::method_of;
pub use request::{decode_request, encode_request};
pub use response::{decode_response, encode_response};
