//! The setup of an `HttpBackend`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use backon::{BackoffBuilder, ExponentialBuilder};
use http::{HeaderMap, HeaderName, HeaderValue, Uri};

use super::reqwest_transport::ReqwestTransport;
use super::{Direct, HttpBackend, without_password};
use crate::backend::call_policy::DEFAULT_TIMEOUT;
use crate::backend::publishable_key::PublishableKey;
use crate::backend::{Backend, BackendError, CallContext, CallPolicy};
use crate::platform::{Timer, TokioTimer};
use crate::wire::{Request, Response, Timestamp};

/// The default limit on how many times a read is sent again.
const DEFAULT_RETRIES: usize = 3;
const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const DEFAULT_MAX_ANSWER_SIZE: usize = 8 * 1024 * 1024;

impl HttpBackend {
    /// Creates a backend that calls the instance with this publishable key.
    ///
    /// # Errors
    /// [`HttpSetupError::Client`] if the HTTP client cannot be made.
    pub fn from_publishable_key(key: &PublishableKey) -> Result<Self, HttpSetupError> {
        Self::builder_for(key).build()
    }

    /// Creates a builder for a backend that calls the instance with this publishable key.
    ///
    /// To use a different server, such as `clerk-fake` in tests, set another
    /// [base URL](HttpBackendBuilder::base_url).
    ///
    /// ```
    /// use clerk_sign_in::{HttpBackend, PublishableKey};
    ///
    /// # fn backend() -> Result<HttpBackend, Box<dyn std::error::Error>> {
    /// let key: PublishableKey = "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k".parse()?;
    /// let mut backend = HttpBackend::builder_for(&key);
    /// if let Ok(url) = std::env::var("CLERK_FAPI_URL") {
    ///     backend = backend.base_url(url);
    /// }
    /// # let backend = backend.build()?;
    /// # Ok(backend)
    /// # }
    /// # assert_eq!(backend().unwrap().base_url(), "https://clerk.example.com");
    /// ```
    pub fn builder_for(key: &PublishableKey) -> HttpBackendBuilder {
        Self::builder(format!("https://{}", key.frontend_api()))
    }

    /// Creates a builder for a backend that calls the Frontend API at this URL (without `/v1`).
    ///
    /// The URL can be the instance's own URL (`https://clerk.example.com`) or the URL of a proxy
    /// (`https://example.com/__clerk`).
    pub fn builder(base_url: impl Into<String>) -> HttpBackendBuilder {
        HttpBackendBuilder {
            base_url: base_url.into(),
            headers: HeaderMap::new(),
            timeout: DEFAULT_TIMEOUT,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            proxy: None,
            root_certificates: Vec::new(),
            retries: DEFAULT_RETRIES,
            max_answer_size: DEFAULT_MAX_ANSWER_SIZE,
        }
    }
}

/// A builder for an [`HttpBackend`], created by [`HttpBackend::builder`].
#[derive(Clone)]
#[must_use = "nothing is set up before `build` is called"]
pub struct HttpBackendBuilder {
    base_url: String,
    headers: HeaderMap,
    timeout: Duration,
    connect_timeout: Duration,
    proxy: Option<String>,
    root_certificates: Vec<Vec<u8>>,
    retries: usize,
    max_answer_size: usize,
}

impl HttpBackendBuilder {
    /// Sets the URL of the server, without `/v1`. It can be the instance's own server, a proxy,
    /// or `clerk-fake`.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// Adds a header to every request. A header with the same name in the [`CallContext`] of a call takes precedence.
    pub fn header(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        // The value may be a secret, so `Debug` must not show it.
        value.set_sensitive(true);
        self.headers.insert(name, value);
        self
    }

    /// Sets the time limit for one call, from its begin to the last byte of the answer.
    ///
    /// The limit includes the wait until the client's earlier calls are done, and the repetitions of a read. The default
    /// is 30 s.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the time limit for opening a connection. The default is 10 s.
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how many times a read is sent again if no answer came. 0 switches the retries off.
    ///
    /// The default is 3. The first pause is about 0.1 s. The second pause is about 0.7 s, and every later pause is twice
    /// as long as the one before, up to 5 s. A random jitter is added to each pause. No try begins after the
    /// [time limit](Self::timeout), and a write is never sent again. See [`CallPolicy`].
    pub const fn retries(mut self, retries: usize) -> Self {
        self.retries = retries;
        self
    }

    /// Sets the maximum size of an answer in bytes. A larger answer is an error ([`BackendError::Protocol`]).
    ///
    /// The default is 8 MiB.
    pub const fn max_answer_size(mut self, bytes: usize) -> Self {
        self.max_answer_size = bytes;
        self
    }

    /// Sends everything through the HTTP or HTTPS proxy at this URL.
    ///
    /// By default, the HTTP client uses the system's proxy settings.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// Trusts these certificates, which must be in PEM format, in addition to those of the system.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Creates the backend. This call does not open a connection yet.
    ///
    /// A call outside a tokio runtime fails with [`BackendError::NotSent`].
    ///
    /// # Errors
    /// - [`HttpSetupError::Url`] if the base URL does not start with `http://` or `https://`, or if it contains no
    ///   host.
    /// - [`HttpSetupError::Proxy`] if the proxy's URL is not valid.
    /// - [`HttpSetupError::Certificate`] if a certificate is not in PEM format.
    /// - [`HttpSetupError::Client`] if the HTTP client cannot be made, for example because there is no
    ///   trusted certificate.
    pub fn build(self) -> Result<HttpBackend, HttpSetupError> {
        let base_url = self.base_url.trim_end_matches('/');
        let is_url = base_url.parse::<Uri>().is_ok_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some() && uri.query().is_none()
        });
        if !is_url {
            return Err(HttpSetupError::Url(without_password(&self.base_url)));
        }
        let base_url: Arc<str> = base_url.into();

        let mut client = reqwest::Client::builder()
            .timeout(self.timeout)
            .connect_timeout(self.connect_timeout)
            .redirect(reqwest::redirect::Policy::none());
        if let Some(url) = self.proxy {
            client = client.proxy(reqwest::Proxy::all(url).map_err(|_| HttpSetupError::Proxy)?);
        }
        for pem in &self.root_certificates {
            let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(HttpSetupError::certificate)?;
            client = client.tls_certs_merge(certificates);
        }
        let client = client.build().map_err(HttpSetupError::client)?;
        let transport = ReqwestTransport { client, max_answer_size: self.max_answer_size };

        let direct = Direct { base_url: Arc::clone(&base_url), headers: self.headers, transport };
        let retries = self.retries;
        let policy = CallPolicy::new(TimerInTokio).timeout(self.timeout).pauses(move || pauses(retries));
        Ok(HttpBackend { base_url, inner: Arc::new(InTokio(direct)), call_policy: Some(policy) })
    }
}

/// Returns the pauses before the repetitions of a read.
fn pauses(retries: usize) -> impl Iterator<Item = Duration> + Send {
    let backoff = |first: u64, times: usize| {
        ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(first))
            .with_max_delay(Duration::from_secs(5))
            .with_max_times(times)
            .with_jitter()
            .build()
    };
    backoff(100, retries.min(1)).chain(backoff(700, retries.saturating_sub(1)))
}

/// A wrapper that checks whether each call runs inside a tokio runtime.
///
/// Without a runtime, the HTTP client would panic.
#[derive(Debug)]
struct InTokio<B>(B);

#[async_trait]
impl<B: Backend> Backend for InTokio<B> {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        if tokio::runtime::Handle::try_current().is_err() {
            let what = "`HttpBackend` was called outside a tokio runtime: call it inside one, or give \
                        `HttpBackend::with_transport` an HTTP client of your own";
            return Err(BackendError::not_sent(what));
        }
        self.0.call(context, request).await
    }
}

/// A timer that never ends a wait outside a tokio runtime, where tokio's own timer would panic.
#[derive(Debug)]
struct TimerInTokio;

#[async_trait]
impl Timer for TimerInTokio {
    fn now(&self) -> Timestamp {
        TokioTimer.now()
    }

    async fn sleep(&self, duration: Duration) {
        match tokio::runtime::Handle::try_current() {
            Ok(_) => TokioTimer.sleep(duration).await,
            Err(_) => std::future::pending().await,
        }
    }
}

impl fmt::Debug for HttpBackendBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The proxy's URL may contain a password, and so may the base URL.
        let base_url = without_password(&self.base_url);
        f.debug_struct("HttpBackendBuilder").field("base_url", &base_url).finish_non_exhaustive()
    }
}

/// The reason why an [`HttpBackend`] cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpSetupError {
    /// The base URL is not valid. This is the URL without the password and the query that it may contain.
    #[error("`{0}` is not the URL of a Frontend API: give `https://` and a host, without `/v1`")]
    Url(String),
    /// The proxy's URL is not valid. The URL may contain a password, so it is not part of this error.
    #[error("the proxy's URL is not one: give `http://` or `https://` and a host")]
    Proxy,
    /// A certificate is not in PEM format.
    #[error("a root certificate cannot be read: give it in PEM format")]
    Certificate(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be made")]
    Client(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl HttpSetupError {
    fn certificate(error: reqwest::Error) -> Self {
        Self::Certificate(error.into())
    }

    fn client(error: reqwest::Error) -> Self {
        Self::Client(error.into())
    }
}
