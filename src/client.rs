//! Clerk's client: its token, the server's description of it, and observers of its changes.

mod builder;
mod send;
mod rotating_token;
mod bookkeeping;
mod captcha;
mod sessions;
mod finalize;
mod export;
mod landing;
mod magic_link;
#[cfg(feature = "pkce")]
pub(crate) mod pkce;
mod trusted_devices;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::Stream;
use http::HeaderMap;

pub use builder::ClientBuilder;
pub use export::ExportedClient;
pub use finalize::{ActiveSession, Finalized, Navigation, PendingSession};
pub use landing::{EmailLinkLanding, Landing, MagicLinkLanding};
pub(crate) use send::Received;
pub use trusted_devices::TrustedDeviceEnrollment;

use crate::backend::{Backend, Identity};
use crate::error::{Error, ErrorKind};
use crate::platform::ChallengeSolver;
use crate::wire::{self, Request, Secret};
use bookkeeping::Bookkeeping;

/// A client of Clerk: one browser, app installation or program that signs in.
///
/// The handle is cheap to clone, and its clones are the same client.
///
/// It holds the token by which the server knows it. Every answer, including a rejection, updates the token and the
/// description of the client. It never holds a lock while it waits, so calls may run at the same time.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    backend: Arc<dyn Backend>,
    headers: HeaderMap,
    /// The URL that relative URLs are resolved against.
    origin: Option<String>,
    challenge_solver: Option<Arc<dyn ChallengeSolver>>,
    known: Mutex<Bookkeeping>,
}

impl Client {
    /// Makes a new client. The server knows it from its first call on.
    #[must_use]
    pub fn new(backend: impl Backend + 'static) -> Self {
        Self::builder(backend).build()
    }

    /// Sets up a client, or restores one that was [exported](Self::export) before.
    pub fn builder(backend: impl Backend + 'static) -> ClientBuilder {
        ClientBuilder::new(Arc::new(backend))
    }

    /// The server's latest description of the client; `None` before the first answer.
    #[must_use]
    pub fn snapshot(&self) -> Option<Arc<wire::ClientResource>> {
        self.known().client()
    }

    /// The strategy of the first factor with which a user last signed in on this client.
    ///
    /// An app can offer it first. It is `None` before the first answer, and if nobody has signed in. It comes from the
    /// server (`last_authentication_strategy`), which remembers it after the user signs out.
    #[must_use]
    pub fn last_authentication_strategy(&self) -> Option<wire::Strategy> {
        self.snapshot()?.last_authentication_strategy.clone()
    }

    /// The session in use on this client.
    ///
    /// It is the session that was finalized or [set active](Self::set_active) last, or that a
    /// [`refresh`](Self::refresh) found in use. It is never a session that is pending or over.
    #[must_use]
    pub fn active_session(&self) -> Option<wire::Session> {
        self.known().active_session().cloned()
    }

    /// Asks the server for this client, its sessions and the sign-in under way: `GET /v1/client`.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`], [`ErrorKind::Transport`] or [`ErrorKind::Protocol`].
    pub async fn refresh(&self) -> Result<Option<Arc<wire::ClientResource>>, Error> {
        self.send(Request::GetClient).await?.result.map_err(ErrorKind::Rejected)?;
        let mut known = self.known();
        known.adopt_active_session();
        Ok(known.client())
    }

    /// Returns a stream of every change of this client from now on, as the server describes it.
    ///
    /// A slow reader misses nothing.
    pub fn changes(&self) -> impl Stream<Item = Arc<wire::ClientResource>> + Send + Unpin + use<> {
        self.known().subscribe()
    }

    /// Returns `true` if the server knows the client by a token that every answer replaces.
    ///
    /// Otherwise it knows the client by something that a browser holds.
    pub(crate) fn is_native(&self) -> bool {
        matches!(self.known().token.identity(), Identity::Native { .. })
    }

    pub(crate) fn public_url(&self) -> Option<&str> {
        self.inner.backend.public_url()
    }

    /// Returns the absolute URL of a page of the app.
    pub(crate) fn resolve(&self, url: &str) -> Result<String, Error> {
        // A scheme ends at the first colon, and no `/`, `?` or `#` comes before it (RFC 3986 section 4.1).
        let is_whole = url.split(['/', '?', '#']).next().is_some_and(|start| start.contains(':'));
        match &self.inner.origin {
            _ if is_whole => Ok(url.to_owned()),
            Some(origin) => Ok(format!("{}/{}", origin.trim_end_matches('/'), url.trim_start_matches('/'))),
            None => Err(ErrorKind::InvalidUrl { url: url.to_owned() }.into()),
        }
    }

    /// The code verifier of the link that this client asked for last.
    ///
    /// It proves that a link that leads back into the app is that link.
    pub(crate) fn code_verifier(&self) -> Option<Secret> {
        self.known().code_verifier.clone()
    }

    pub(crate) fn keep_code_verifier(&self, code_verifier: Option<Secret>) {
        self.known().code_verifier = code_verifier;
    }

    /// The id of the attempt that an answer showed last, for when the server no longer names it.
    pub(crate) fn last_attempt_id(&self) -> Option<String> {
        self.known().attempt_id().map(str::to_owned)
    }

    pub(crate) fn remember_attempt(&self, id: &str) {
        self.known().remember_attempt(id);
    }

    pub(crate) fn switch_to(&self, session: wire::Session) {
        self.known().switch_to(session);
    }

    fn known(&self) -> MutexGuard<'_, Bookkeeping> {
        // No code that can panic runs while the lock is held, so the data is whole even if the lock is poisoned.
        self.inner.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.snapshot().map(|client| client.id.clone());
        f.debug_struct("Client").field("id", &id).field("backend", &self.inner.backend).finish_non_exhaustive()
    }
}
