//! The way to the server: one trait, with a real and a fake implementation.

mod codec;
mod context;
pub(crate) mod http;
#[cfg(feature = "publishable-key")]
pub(crate) mod publishable_key;
#[cfg(feature = "http")]
mod retry;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

#[cfg(feature = "server")]
pub(crate) use codec::method_of;
#[cfg(feature = "fake")]
pub use codec::{decode_request, encode_response};
pub use codec::{decode_response, encode_request};
pub use context::{CallContext, Identity};
pub use http::Transport;
#[cfg(feature = "http")]
pub use http::{HttpBackendBuilder, HttpSetupError};
#[cfg(feature = "http")]
pub use retry::Retry;

use crate::wire::{Request, Response};

/// Carries one request to a sign-in server, and brings its answer back.
///
/// [`HttpBackend`](crate::HttpBackend) speaks to the Frontend API, `FakeBackend` is a server in
/// memory, and a wrapper around either is a few lines.
///
/// # Contract
/// - **Stateless.** The [`CallContext`] says who calls. One backend serves any number of clients at the same time.
/// - **A rejection is an answer.** `Err` means that there is no answer, or none that can be read. A rejection by the
///   server is in [`Response::result`], together with the client and the token that every answer carries.
/// - **No silent retries of writes.** A request that is not [`is_read`](Request::is_read) goes out at most once.
/// - **Cancel-safe.** Dropping the future may or may not stop the request; nothing else happens.
///
/// # Examples
/// A backend that counts:
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
/// use clerk_sign_in::async_trait;
/// use clerk_sign_in::backend::{Backend, BackendError, CallContext};
/// use clerk_sign_in::wire::{Request, Response};
///
/// #[derive(Debug)]
/// struct Counting<B> { inner: B, calls: AtomicUsize }
///
/// #[async_trait]
/// impl<B: Backend> Backend for Counting<B> {
///     async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
///         self.calls.fetch_add(1, Ordering::Relaxed);
///         self.inner.call(context, request).await
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a backend",
    label = "not a backend",
    note = "a publishable key becomes one with `HttpBackend::from_publishable_key(&\"pk_…\".parse()?)?`",
    note = "a builder becomes one with `.build()`",
    note = "for tests there is `FakeBackend`"
)]
#[async_trait]
pub trait Backend: fmt::Debug + Send + Sync {
    /// Sends the request and waits for the answer.
    ///
    /// # Errors
    /// [`BackendError::NotSent`] if nothing was sent, [`BackendError::Transport`] if no answer came,
    /// [`BackendError::Protocol`] if the answer cannot be read.
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError>; // #[async_trait]

    /// The URL at which a browser reaches the same server, without `/v1`; `None` if there is none.
    ///
    /// A wrapper passes it on.
    fn public_url(&self) -> Option<&str> {
        None
    }
}

#[async_trait]
impl<B: Backend + ?Sized> Backend for Arc<B> {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        (**self).call(context, request).await
    }

    fn public_url(&self) -> Option<&str> {
        (**self).public_url()
    }
}

#[async_trait]
impl<B: Backend + ?Sized> Backend for Box<B> {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        (**self).call(context, request).await
    }

    fn public_url(&self) -> Option<&str> {
        (**self).public_url()
    }
}

/// The reason that there is no readable answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackendError {
    /// Nothing was sent: no connection was made, or the request cannot be written.
    #[error("the request was not sent")]
    NotSent(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No answer came. It is unknown whether the server carried the request out.
    #[error("no answer from the server; whether it carried the request out is unknown")]
    Transport(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// An answer came that cannot be read.
    #[error("{0}")]
    Protocol(String),
}

impl BackendError {
    /// Makes the error of a request that was not sent, with the cause.
    pub fn not_sent(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::NotSent(source.into())
    }

    /// Makes the error of an answer that did not come, with the cause.
    pub fn transport(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Transport(source.into())
    }
}
