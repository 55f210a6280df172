//! Clerk's client. It holds a token and the server's description of the client, and reports changes to observers.

mod builder;
mod send;
mod place;
mod rotating_token;
mod bookkeeping;
mod captcha;
mod sessions;
mod finalize;
mod session_tasks;
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

use crate::backend::{Backend, CallPolicy, Identity, ProtectParameters};
use crate::error::{Error, ErrorKind};
use crate::fault_switches::without;
use crate::platform::ChallengeSolver;
use crate::wire::{self, Request, Secret};
use bookkeeping::Bookkeeping;
use place::Place;

/// Clerk's client, which is one browser, app installation or program that signs in.
///
/// The value is cheap to clone, and all clones refer to the same client.
///
/// The client holds a token that identifies it to the server. Every answer, including a rejection, updates the token
/// and the description of the client. Any task may make calls at any time. A native client sends its calls one after
/// the other, because each call carries the token from the previous answer.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    backend: Arc<dyn Backend>,
    headers: HeaderMap,
    /// The URL against which relative URLs are resolved.
    origin: Option<String>,
    place: Place,
    protect: Mutex<Option<Arc<ProtectParameters>>>,
    challenge_solver: Option<Arc<dyn ChallengeSolver>>,
    /// The policy that takes precedence over that of the backend.
    call_policy: Option<CallPolicy>,
    known: Mutex<Bookkeeping>,
    /// The lock that a native client holds during each call.
    turn: futures::lock::Mutex<()>,
}

impl Client {
    /// Creates a new client. The server does not know about the client until the first call.
    #[must_use]
    pub fn new(backend: impl Backend + 'static) -> Self {
        Self::builder(backend).build()
    }

    /// Returns a builder that sets up a client, or restores one that was [exported](Self::export).
    pub fn builder(backend: impl Backend + 'static) -> ClientBuilder {
        ClientBuilder::new(Arc::new(backend))
    }

    /// The server's latest description of the client; `None` before the first answer.
    #[must_use]
    pub fn snapshot(&self) -> Option<Arc<wire::ClientResource>> {
        self.known().client()
    }

    /// The first-factor strategy that was last used to sign in on this client.
    ///
    /// An app can offer this strategy first. It is `None` before the first answer, or if nobody has signed in. The
    /// server reports it (`last_authentication_strategy`) and still remembers it after the user signs out.
    #[must_use]
    pub fn last_authentication_strategy(&self) -> Option<wire::Strategy> {
        self.snapshot()?.last_authentication_strategy.clone()
    }

    /// The active session of this client.
    ///
    /// This is the session that was last finalized or [set active](Self::set_active). If there is no such session, it
    /// is the session that the server reported as active in a [`refresh`](Self::refresh). It is never a pending or
    /// ended session.
    #[must_use]
    pub fn active_session(&self) -> Option<wire::Session> {
        self.known().active_session().cloned()
    }

    /// Asks the server for this client, its sessions and its open sign-in: `GET /v1/client`.
    ///
    /// Returns the new description, or `None` if the server knows no client. If the server no longer knows this client,
    /// the next call begins a new one.
    ///
    /// # Errors
    /// The kind of the error is [`ErrorKind::Rejected`], [`ErrorKind::NotSent`], [`ErrorKind::Transport`] or
    /// [`ErrorKind::Protocol`].
    pub async fn refresh(&self) -> Result<Option<Arc<wire::ClientResource>>, Error> {
        self.send(Request::GetClient).await?.result.map_err(ErrorKind::Rejected)?;
        let mut known = self.known();
        known.adopt_active_session();
        Ok(known.client())
    }

    /// Drops the client from this program: its token, its description, its sessions and its open sign-in.
    ///
    /// The next call makes a new client. Calls that are still under way change nothing anymore. Use this method if the
    /// user wants to leave and the server cannot be reached or rejects every call.
    ///
    /// **This revokes nothing on the server.** The sessions continue there until they end by themselves, and whoever
    /// has a copy of the token can still use it. To end the sessions, call [`sign_out`](Self::sign_out) first.
    ///
    /// ```
    /// # use clerk_sign_in::Client;
    /// # use clerk_sign_in::fake::FakeBackend;
    /// # futures::executor::block_on(async {
    /// # let client = Client::new(FakeBackend::demo());
    /// if client.sign_out().await.is_err() {
    ///     client.forget();
    /// }
    /// assert!(client.active_session().is_none());
    /// # });
    /// ```
    pub fn forget(&self) {
        self.update(Bookkeeping::forget);
    }

    /// Sets the parameters of Clerk Protect. Later calls that change a sign-in or a sign-up send them.
    ///
    /// Use this method if the app runs Clerk Protect's script, or if the app's own backend makes an assertion about the
    /// client. The parameters are secret, so they never appear in a URL or in `Debug`. `None` removes them.
    pub fn set_protect_parameters(&self, parameters: impl Into<Option<ProtectParameters>>) {
        let parameters = parameters.into().map(Arc::new);
        *self.inner.protect.lock().unwrap_or_else(PoisonError::into_inner) = parameters;
    }

    /// Returns a stream that yields this client's new description whenever the description changes.
    ///
    /// An item is `None` if the server no longer knows the client. A slow reader gets only the latest description. The
    /// stream ends when the last handle of the client is dropped.
    pub fn changes(&self) -> impl Stream<Item = Option<Arc<wire::ClientResource>>> + Send + Unpin + use<> {
        self.known().subscribe()
    }

    /// Returns `true` if the server identifies the client by a token that every answer replaces.
    ///
    /// If the result is `false`, the server identifies the client by a value that a browser stores, such as a cookie.
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

    /// The code verifier of the last link that this client requested.
    ///
    /// It proves that the link that leads back into the app was requested by this client.
    pub(crate) fn code_verifier(&self) -> Option<Secret> {
        self.known().code_verifier.clone()
    }

    pub(crate) fn keep_code_verifier(&self, code_verifier: Option<Secret>) {
        self.known().code_verifier = code_verifier;
    }

    /// Puts an earlier code verifier back, unless another link was requested in the meantime.
    #[cfg(feature = "pkce")]
    pub(crate) fn withdraw_code_verifier(&self, code_verifier: &Secret, earlier: Option<Secret>) {
        let mut known = self.known();
        let is_latest = known.code_verifier.as_ref() == Some(code_verifier);
        if is_latest || without("a rejected link does not displace a newer one") {
            known.code_verifier = earlier;
        }
    }

    /// The id of the attempt that the server described most recently. If later answers no longer contain this attempt,
    /// the client asks for it.
    pub(crate) fn last_attempt_id(&self) -> Option<String> {
        self.known().attempt_id().map(str::to_owned)
    }

    pub(crate) fn remember_attempt(&self, id: &str) {
        self.known().remember_attempt(id);
    }

    pub(crate) fn forget_attempt(&self, id: &str) {
        self.known().forget_attempt(id);
    }

    /// Changes the client's data, releases the lock, and then wakes the observers.
    fn update<T>(&self, change: impl FnOnce(&mut Bookkeeping) -> T) -> T {
        let mut known = self.known();
        let result = change(&mut known);
        let observers = known.take_observers_to_wake();
        if !without("no waker runs under a lock") {
            drop(known);
        }
        for observer in observers {
            observer.wake();
        }
        result
    }

    fn known(&self) -> MutexGuard<'_, Bookkeeping> {
        // No code that can panic runs while the lock is held, so the data is consistent even if the lock is poisoned.
        self.inner.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.snapshot().map(|client| client.id.clone());
        f.debug_struct("Client").field("id", &id).field("backend", &self.inner.backend).finish_non_exhaustive()
    }
}
