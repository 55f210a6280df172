//! The setup of a client.

use std::fmt;
use std::sync::{Arc, Mutex};

use http::{HeaderMap, HeaderName, HeaderValue};

use super::bookkeeping::Bookkeeping;
use super::place::Place;
use super::{Client, ExportedClient, Inner};
use crate::backend::{Backend, CallPolicy, Identity};
use crate::platform::ChallengeSolver;
use crate::wire::Secret;

/// A builder of a [`Client`]. [`Client::builder`] creates it.
#[must_use = "there is no client before `build` is called"]
pub struct ClientBuilder {
    backend: Arc<dyn Backend>,
    identity: Identity,
    headers: HeaderMap,
    origin: Option<String>,
    place: Place,
    code_verifier: Option<Secret>,
    challenge_solver: Option<Arc<dyn ChallengeSolver>>,
    call_policy: Option<CallPolicy>,
}

impl ClientBuilder {
    pub(super) fn new(backend: Arc<dyn Backend>) -> Self {
        Self {
            backend,
            identity: Identity::Native { token: None },
            headers: HeaderMap::new(),
            origin: None,
            place: Place::default(),
            code_verifier: None,
            challenge_solver: None,
            call_policy: None,
        }
    }

    /// Restores an exported client instead of creating a new one.
    pub fn exported(mut self, exported: ExportedClient) -> Self {
        (self.identity, self.code_verifier) = exported.into_known();
        self
    }

    /// Sets the identity of the client. Use this method if the app itself stores the token.
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = identity;
        self
    }

    /// Sets the origin of the app's pages, such as `https://app.example.com`.
    ///
    /// A relative URL of a page, such as `/verified` for an email link, is resolved against this origin.
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// Sets the user's language, such as `de-DE` (BCP 47).
    ///
    /// The client sends the language with each new sign-in and each new sign-up, so that the user receives messages in
    /// this language.
    pub fn locale(mut self, locale: impl Into<String>) -> Self {
        self.place.locale = Some(locale.into());
        self
    }

    /// Sets the user's time zone, such as `Europe/Berlin` (IANA time zone database).
    ///
    /// The client sends the time zone with each new sign-in and each new sign-up.
    pub fn timezone(mut self, timezone: impl Into<String>) -> Self {
        self.place.timezone = Some(timezone.into());
        self
    }

    /// Adds a header to every call of this client, for example to forward the user's IP address from a web server.
    pub fn header(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        // The value may be a secret, so `Debug` must not show it.
        value.set_sensitive(true);
        self.headers.insert(name, value);
        self
    }

    /// Sets the solver for the captchas that the server requires.
    ///
    /// If a captcha is required, the server rejects the call (`requires_captcha`), and the call has no effect. The
    /// client then uses the solver to [solve the captcha](Client::solve_captcha) and repeats the call. It does this up
    /// to three times. While a captcha is open, the step waits for the user. If the captcha is not solved, the step
    /// fails with the captcha's error.
    ///
    /// Without a solver, the step fails and hands the sign-in back. The client does not use the solver for protect
    /// checks, because a sign-in has a separate state for protect checks. See
    /// [`solve_with`](crate::SignIn#method.solve_with).
    ///
    /// ```
    /// # use clerk_sign_in::fake::{FakeBackend, FakeSolver};
    /// # use clerk_sign_in::{AfterCreate, Client};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # fake.configure(|settings| settings.captcha_required = true);
    /// let client = Client::builder(fake).challenge_solver(FakeSolver).build();
    /// let AfterCreate::NeedsFirstFactor(ada) =
    ///     client.sign_in().create("ada@example.com").await? else {
    ///     panic!()
    /// };
    /// # drop(ada);
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    pub fn challenge_solver(mut self, solver: impl ChallengeSolver + 'static) -> Self {
        self.challenge_solver = Some(Arc::new(solver));
        self
    }

    /// Sets how long a call of this client may take, and when a read is sent again.
    ///
    /// By default, the client uses the [policy of the backend](Backend::call_policy).
    pub fn call_policy(mut self, policy: CallPolicy) -> Self {
        self.call_policy = Some(policy);
        self
    }

    /// Builds the client. This makes no call to the server.
    #[must_use]
    pub fn build(self) -> Client {
        let mut known = Bookkeeping::new(self.identity);
        known.code_verifier = self.code_verifier;
        let known = Mutex::new(known);
        let Self { backend, headers, origin, place, challenge_solver, call_policy, .. } = self;
        Client {
            inner: Arc::new(Inner {
                backend,
                headers,
                origin,
                place,
                protect: Mutex::new(None),
                challenge_solver,
                call_policy,
                known,
                turn: futures::lock::Mutex::new(()),
            }),
        }
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("backend", &self.backend).finish_non_exhaustive()
    }
}
