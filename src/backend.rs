//! The connection to the server: a trait that has a real and a fake implementation.

mod call_policy;
mod codec;
mod context;
mod protect;
pub(crate) mod http;
#[cfg(feature = "publishable-key")]
pub(crate) mod publishable_key;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

pub use call_policy::CallPolicy;
#[cfg(feature = "server")]
pub(crate) use codec::method_of;
#[cfg(feature = "fake")]
pub use codec::{decode_request, encode_response};
pub use codec::{decode_response, encode_request};
pub use context::{CallContext, Identity};
pub use http::Transport;
#[cfg(feature = "http")]
pub use http::{HttpBackendBuilder, HttpSetupError};
pub use protect::ProtectParameters;

use crate::wire::{Request, Response};

/// A way to send requests to a sign-in server and to receive its answers.
///
/// [`HttpBackend`](crate::HttpBackend) talks to the Frontend API, and `FakeBackend` is a server in memory. A wrapper
/// around either of these backends needs only a few lines of code.
///
/// # Contract
/// - **Stateless.** The [`CallContext`] identifies the caller. One backend serves any number of clients
///   at the same time.
/// - **A rejection is an answer.** `Err` means that no answer came, or that the answer cannot be read. A rejection is
///   in [`Response::result`]. Like every answer, a rejection also contains the client's description and the client's
///   token.
/// - **No retries.** A call sends its request at most once. The client repeats reads, as the
///   [policy](Self::call_policy) says.
/// - **Cancel-safe.** Dropping the future may or may not stop the request, but has no other effect.
///
/// The laws in `testing::laws` (feature `testing`) check a backend. `docs/backend.md` shows how to run them.
///
/// # Examples
/// A backend that counts its calls:
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
    /// [`BackendError::NotSent`] if nothing was sent, [`BackendError::Transport`] if no answer came, or
    /// [`BackendError::Protocol`] if the answer cannot be read.
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError>; // #[async_trait]

    /// Returns the URL (without `/v1`) at which a browser reaches the same server, or `None` if there is no such URL.
    ///
    /// A wrapper should return the URL of the backend that it wraps.
    fn public_url(&self) -> Option<&str> {
        None
    }

    /// Returns how long a call to this backend may take, and when a read is sent again.
    ///
    /// `None` means that a call has no time limit and that nothing is repeated. A wrapper should return the policy of
    /// the backend that it wraps.
    fn call_policy(&self) -> Option<&CallPolicy> {
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

    fn call_policy(&self) -> Option<&CallPolicy> {
        (**self).call_policy()
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

    fn call_policy(&self) -> Option<&CallPolicy> {
        (**self).call_policy()
    }
}

/// The reason why there is no readable answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackendError {
    /// Nothing was sent, because no connection was made or because the request cannot be encoded.
    #[error("the request was not sent")]
    NotSent(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No answer came. The server may or may not have carried out the request.
    #[error("no answer from the server; whether it carried the request out is unknown")]
    Transport(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// An answer came, but it cannot be read.
    #[error("{0}")]
    Protocol(String),
}

impl BackendError {
    /// Creates the error for a request that was not sent. `source` is the cause of the error.
    pub fn not_sent(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::NotSent(source.into())
    }

    /// Creates the error for a request that got no answer. `source` is the cause of the error.
    pub fn transport(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Transport(source.into())
    }
}
