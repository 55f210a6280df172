//! The codec, which converts requests and answers to and from HTTP messages.
//!
//! A program with its own HTTP stack needs only [`encode_request`] and [`decode_response`]. A server that makes a
//! [`Backend`](super::Backend) available over HTTP needs `decode_request` and `encode_response`, which require the
//! feature `fake`.

mod identity;
mod request;
mod response;
#[cfg(feature = "fake")]
mod server;

pub use request::encode_request;
pub use response::decode_response;
#[cfg(feature = "server")]
pub(crate) use server::method_of;
#[cfg(feature = "fake")]
pub use server::{decode_request, encode_response};
