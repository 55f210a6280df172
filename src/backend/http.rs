//! Access to the Frontend API over HTTP.

#[cfg(feature = "http")]
mod builder;
#[cfg(feature = "http")]
mod reqwest_transport;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use http::HeaderMap;

#[cfg(feature = "http")]
pub use builder::{HttpBackendBuilder, HttpSetupError};

use super::{Backend, BackendError, CallContext, CallPolicy, decode_response, encode_request};
use crate::wire::{Request, Response};

/// An HTTP client that [`HttpBackend`] uses to send its messages.
///
/// The feature `http` includes an implementation. Implement this trait to use an HTTP client that your program
/// already has.
///
/// # Contract
/// - Send the message once, without changes. The method of the message is GET or POST. If the request needs any other
///   method, the query parameter `_method` contains that method.
/// - Return the answer, whatever its status. A rejection with status 4xx is an answer, not an error of the transport.
/// - Do not follow redirects. The Frontend API does not redirect its JSON clients.
/// - The returned future is `Send`. In a browser, where futures are not `Send` and there is only one thread, wrap the
///   future in a type such as `SendWrapper` of the crate `send_wrapper`.
/// - Do not log or keep the body or the query of a message. They can contain passwords, codes and tokens.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends a message and returns the answer, including the whole body.
    ///
    /// # Errors
    /// Returns [`BackendError::NotSent`] if no connection was made, and [`BackendError::Transport`] if no answer came.
    async fn send(&self, message: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, BackendError>;
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for Arc<T> {
    async fn send(&self, message: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, BackendError> {
        (**self).send(message).await
    }
}

/// A backend that talks to the Frontend API over HTTP.
///
/// Cloning is cheap, because clones share their connections.
#[derive(Clone)]
pub struct HttpBackend {
    base_url: Arc<str>,
    inner: Arc<dyn Backend>,
    call_policy: Option<CallPolicy>,
}

impl HttpBackend {
    /// Creates a backend that uses the program's own HTTP client to reach the Frontend API at `base_url`.
    ///
    /// The backend has no [call policy](Backend::call_policy), so unanswered reads are not repeated. To set a policy, use
    /// [`ClientBuilder::call_policy`](crate::ClientBuilder::call_policy).
    ///
    /// `base_url` is the URL of the Frontend API (`https://clerk.example.com`) or of a proxy
    /// (`https://example.com/__clerk`), without `/v1`.
    #[must_use]
    pub fn with_transport(base_url: &str, transport: impl Transport + 'static) -> Self {
        let base_url: Arc<str> = base_url.trim_end_matches('/').into();
        let direct = Direct { base_url: Arc::clone(&base_url), headers: HeaderMap::new(), transport };
        Self { base_url, inner: Arc::new(direct), call_policy: None }
    }

    /// Returns the URL to which requests are sent.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }
}

#[async_trait]
impl Backend for HttpBackend {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        self.inner.call(context, request).await
    }

    fn public_url(&self) -> Option<&str> {
        Some(&self.base_url)
    }

    fn call_policy(&self) -> Option<&CallPolicy> {
        self.call_policy.as_ref()
    }
}

/// A backend that sends one message for each request.
struct Direct<T> {
    base_url: Arc<str>,
    headers: HeaderMap,
    transport: T,
}

#[async_trait]
impl<T: Transport> Backend for Direct<T> {
    async fn call(&self, mut context: CallContext, request: Request) -> Result<Response, BackendError> {
        for (name, value) in &self.headers {
            context.headers.entry(name).or_insert_with(|| value.clone());
        }
        let message = encode_request(&self.base_url, &context, &request)?;
        let answer = self.transport.send(message).await?;
        decode_response(&context, &request, &answer)
    }
}

impl fmt::Debug for HttpBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<T: fmt::Debug> fmt::Debug for Direct<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpBackend")
            .field("base_url", &without_password(&self.base_url))
            // Header values may be secrets.
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("transport", &self.transport)
            .finish()
    }
}

/// Returns a base URL as it may be shown: without the user name and password that it may contain, and without a query.
///
/// The URL may be malformed, so everything before the last `@` is hidden, except a known scheme.
fn without_password(url: &str) -> String {
    let (hidden, shown) = match url.rsplit_once('@') {
        None => (String::new(), url),
        Some((before, after)) => {
            let scheme = ["https://", "http://"].into_iter().find(|scheme| before.starts_with(scheme));
            (format!("{}[secret]@", scheme.unwrap_or_default()), after)
        }
    };
    let base = shown.split(['?', '#']).next().unwrap_or_default();
    let query = if base.len() < shown.len() { "?[secret]" } else { "" };
    format!("{hidden}{base}{query}")
}
