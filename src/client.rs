//! One device's identity: its token, what the server says of it, and who wants to hear of changes.

mod export;
mod known;
mod sessions;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::Stream;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::backend::{Backend, CallContext, Identity};
use crate::error::{Error, ErrorKind};
use crate::wire::{self, Answer, Rejection, Request, Secret};
pub use export::ExportedClient;
use known::Known;

/// A device that signs in: a cheap handle, whose clones are the same device.
///
/// It holds the token by which the server knows the device and applies what every answer says: the newer token, the
/// newer description of the device, refusals included. It never holds a lock while it waits, so calls may run at the
/// same time.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    backend: Arc<dyn Backend>,
    headers: HeaderMap,
    /// What relative URLs are resolved against.
    origin: Option<String>,
    known: Mutex<Known>,
}

/// An answer, after the client took out what is its own.
pub(crate) struct Received {
    pub(crate) result: Result<Answer, Rejection>,
    /// The device as this answer described it.
    pub(crate) client: Option<Arc<wire::Client>>,
}

impl Client {
    /// A new device, known to the server from its first call on.
    #[must_use]
    pub fn new(backend: impl Backend + 'static) -> Self {
        Self::builder(backend).build()
    }

    /// A device with settings, or one that was [exported](Self::export) before.
    pub fn builder(backend: impl Backend + 'static) -> ClientBuilder {
        ClientBuilder {
            backend: Arc::new(backend),
            identity: Identity::Native { token: None },
            headers: HeaderMap::new(),
            origin: None,
            code_verifier: None,
        }
    }

    /// The device as the server described it last; `None` before the first answer.
    #[must_use]
    pub fn snapshot(&self) -> Option<Arc<wire::Client>> {
        self.known().client()
    }

    /// How somebody signed in on this device last, by their first factor, so that an app can offer it first; `None` before
    /// the first answer, and if nobody did. From the server (`last_authentication_strategy`), which remembers it after they
    /// sign out.
    #[must_use]
    pub fn last_authentication_strategy(&self) -> Option<wire::Strategy> {
        self.snapshot()?.last_authentication_strategy.clone()
    }

    /// The session in use on this device: the one that was finalized or [set active](Self::set_active) last, or that a
    /// [`refresh`](Self::refresh) found in use. Never one that is pending or over.
    #[must_use]
    pub fn active_session(&self) -> Option<wire::Session> {
        self.known().active_session().cloned()
    }

    /// Asks the server for the device, its sessions and the sign-in under way: `GET /v1/client`.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`], [`ErrorKind::Transport`] or [`ErrorKind::Protocol`].
    pub async fn refresh(&self) -> Result<Option<Arc<wire::Client>>, Error> {
        self.send(Request::GetClient).await?.result.map_err(ErrorKind::Rejected)?;
        let mut known = self.known();
        known.adopt_active_session();
        Ok(known.client())
    }

    /// Every change of this device from now on, as the server describes it. A slow reader misses nothing.
    pub fn changes(&self) -> impl Stream<Item = Arc<wire::Client>> + Send + Unpin + use<> {
        self.known().subscribe()
    }

    pub(crate) async fn send(&self, request: Request) -> Result<Received, Error> {
        if matches!(self.known().identity(), Identity::DevelopmentBrowser { token: None }) {
            self.call(Request::CreateDevelopmentBrowser).await?.result.map_err(ErrorKind::Rejected)?;
        }
        self.call(request).await
    }

    async fn call(&self, request: Request) -> Result<Received, Error> {
        let (identity, sequence) = self.known().begin_call();
        let mut context = CallContext::new(identity);
        context.sequence = sequence;
        context.headers.clone_from(&self.inner.headers);
        let response = self.inner.backend.call(context, request).await?;
        Ok(self.known().apply(sequence, response))
    }

    /// Whether the server knows the device by a token that every answer replaces, rather than by what a browser holds.
    pub(crate) fn is_native(&self) -> bool {
        matches!(self.known().identity(), Identity::Native { .. })
    }

    pub(crate) fn public_url(&self) -> Option<&str> {
        self.inner.backend.public_url()
    }

    /// The whole URL of a page of the app.
    pub(crate) fn resolve(&self, url: &str) -> Result<String, Error> {
        // A scheme comes before anything else that may hold a colon (RFC 3986 section 4.1).
        let is_whole = url.split(['/', '?', '#']).next().is_some_and(|start| start.contains(':'));
        match &self.inner.origin {
            _ if is_whole => Ok(url.to_owned()),
            Some(origin) => Ok(format!("{}/{}", origin.trim_end_matches('/'), url.trim_start_matches('/'))),
            None => Err(ErrorKind::InvalidUrl { url: url.to_owned() }.into()),
        }
    }

    /// What shows that the link which leads back into the app is the one that this device asked for last.
    pub(crate) fn code_verifier(&self) -> Option<Secret> {
        self.known().code_verifier.clone()
    }

    pub(crate) fn keep_code_verifier(&self, code_verifier: Option<Secret>) {
        self.known().code_verifier = code_verifier;
    }

    /// The attempt that an answer showed last, for when the server no longer names it.
    pub(crate) fn last_attempt_id(&self) -> Option<String> {
        self.known().attempt_id().map(str::to_owned)
    }

    pub(crate) fn remember_attempt(&self, id: &str) {
        self.known().remember_attempt(id);
    }

    pub(crate) fn switch_to(&self, session: wire::Session) {
        self.known().switch_to(session);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Nothing that can panic runs while it is locked, so nobody has left it half done.
        self.inner.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.snapshot().map(|client| client.id.clone());
        f.debug_struct("Client").field("id", &id).field("backend", &self.inner.backend).finish_non_exhaustive()
    }
}

/// Sets up a [`Client`]; made by [`Client::builder`].
#[must_use = "there is no client before `build` is called"]
pub struct ClientBuilder {
    backend: Arc<dyn Backend>,
    identity: Identity,
    headers: HeaderMap,
    origin: Option<String>,
    code_verifier: Option<Secret>,
}

impl ClientBuilder {
    /// The device that was exported, instead of a new one.
    pub fn exported(mut self, exported: ExportedClient) -> Self {
        (self.identity, self.code_verifier) = exported.into_known();
        self
    }

    /// How the device proves which one it is, for a host that stores the token itself.
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = identity;
        self
    }

    /// Where the app's pages are, such as `https://app.example.com`: what a relative URL of a page is resolved against,
    /// `/verified` of an email link for instance.
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// Adds a header to every call of this device: the user's address in a web tier, for instance.
    pub fn header(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        // It may be a secret, which `Debug` then hides.
        value.set_sensitive(true);
        self.headers.insert(name, value);
        self
    }

    /// Makes the client. No call is made yet.
    #[must_use]
    pub fn build(self) -> Client {
        let mut known = Known::new(self.identity);
        known.code_verifier = self.code_verifier;
        let known = Mutex::new(known);
        Client { inner: Arc::new(Inner { backend: self.backend, headers: self.headers, origin: self.origin, known }) }
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("backend", &self.backend).finish_non_exhaustive()
    }
}
