//! Setting up a client.

use std::fmt;
use std::sync::{Arc, Mutex};

use http::{HeaderMap, HeaderName, HeaderValue};

use super::bookkeeping::Bookkeeping;
use super::{Client, ExportedClient, Inner};
use crate::backend::{Backend, Identity};
use crate::platform::ChallengeSolver;
use crate::wire::Secret;

/// Sets up a [`Client`]; made by [`Client::builder`].
#[must_use = "there is no client before `build` is called"]
pub struct ClientBuilder {
    backend: Arc<dyn Backend>,
    identity: Identity,
    headers: HeaderMap,
    origin: Option<String>,
    code_verifier: Option<Secret>,
    challenge_solver: Option<Arc<dyn ChallengeSolver>>,
}

impl ClientBuilder {
    pub(super) fn new(backend: Arc<dyn Backend>) -> Self {
        Self {
            backend,
            identity: Identity::Native { token: None },
            headers: HeaderMap::new(),
            origin: None,
            code_verifier: None,
            challenge_solver: None,
        }
    }

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

    /// What solves the captchas that the server asks for: a call that it refuses for want of one (`requires_captcha`) did
    /// not happen, and is made again once the captcha is [solved](Client::solve_captcha), up to three times. A step then
    /// waits for the user in between, and fails with the error of the captcha if that is not solved.
    ///
    /// Without it, the step fails and hands the sign-in back. A gate of Clerk Protect is a state of the sign-in and stays
    /// one: see [`solve_with`](crate::SignIn#method.solve_with).
    ///
    /// ```
    /// # use clerk_sign_in::fake::{FakeBackend, FakeSolver};
    /// # use clerk_sign_in::{AfterCreate, Client};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # fake.configure(|settings| settings.captcha_required = true);
    /// let client = Client::builder(fake).challenge_solver(FakeSolver).build();
    /// let AfterCreate::NeedsFirstFactor(ada) = client.sign_in().create("ada@example.com").await? else { panic!() };
    /// # drop(ada);
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    pub fn challenge_solver(mut self, solver: impl ChallengeSolver + 'static) -> Self {
        self.challenge_solver = Some(Arc::new(solver));
        self
    }

    /// Makes the client. No call is made yet.
    #[must_use]
    pub fn build(self) -> Client {
        let mut known = Bookkeeping::new(self.identity);
        known.code_verifier = self.code_verifier;
        let known = Mutex::new(known);
        let Self { backend, headers, origin, challenge_solver, .. } = self;
        Client { inner: Arc::new(Inner { backend, headers, origin, challenge_solver, known }) }
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("backend", &self.backend).finish_non_exhaustive()
    }
}
