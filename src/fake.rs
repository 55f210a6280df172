//! A sign-in server in memory: strict, with real cryptography, and with everything a test wants in its hand.
//!
//! ```
//! use clerk_sign_in::fake::{FakeBackend, NewUser};
//! use clerk_sign_in::{AfterFirstFactor, Client};
//!
//! # futures::executor::block_on(async {
//! let fake = FakeBackend::new();
//! fake.add_user(NewUser::new("ada@example.com").name("Ada", "Lovelace"))?;
//!
//! let client = Client::new(fake.clone());
//! let sent = client.sign_in().send_email_code("ada@example.com").await?;
//! let email = fake.outbox().pop().unwrap();
//! let code = email.code().unwrap().expose();
//! let AfterFirstFactor::Complete(ada) = sent.verify(code).await? else { panic!() };
//! # let _ = ada;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! Users with their passwords (Argon2) and authenticator apps (RFC 6238, each code once), devices kept apart, device
//! trust, attempts that expire, rules and errors as the Frontend API documents them. What it "sends" is in the
//! [outbox](FakeBackend::outbox); an address with `+clerk_test` gets no code sent: its code is always
//! [`TEST_CODE`]. Ids and codes follow from a seed and time from a [clock](FakeClock) in the test's hand, so that a run
//! can be repeated to the letter. The whole [state](FakeState) is one value, to compare, save and restore.

mod controls;
mod doubles;
mod settings;
mod clock;
mod rules;
mod rejections;
mod describe;
mod provider;
mod records;
mod crypto;
mod page_url;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

pub use clock::FakeClock;
pub use controls::accounts::{Change, FakeUser, UserChange};
pub use controls::people::{ADA, DemoPerson, GRACE, LINUS};
pub use crypto::jwt::PUBLIC_KEY;
pub use crypto::password::PasswordCost;
pub use doubles::{FakeBrowser, FakeSolver, Scripted};
#[cfg(feature = "server")]
pub(crate) use provider::AuthorizationRequest;
pub use provider::{ProviderAccount, ProviderCredential};
pub use records::enterprise::EnterpriseConnection;
pub use records::new_user::{NewUser, NewUserError};
pub use records::outbox::{Content, Message, TEST_CODE};
pub use records::sign_up::SignUpField;
pub use records::state::FakeState;
pub use records::ticket::{NewTicket, TicketStatus};
pub use records::user::UserAccess;
pub use settings::{RateLimits, Settings};

use crate::backend::{Backend, BackendError, CallContext};
use crate::platform::Timer;
use crate::wire::{Answer, BrowserRequest, OpenEmailLink, Rejection, Request, Response};

/// A sign-in server in memory. Cheap to clone: clones are the same server.
#[derive(Clone)]
pub struct FakeBackend {
    state: Arc<Mutex<FakeState>>,
    clock: FakeClock,
}

impl FakeBackend {
    /// A server without users, with seed 0, at the beginning of 2026 by its own clock.
    #[must_use]
    pub fn new() -> Self {
        Self::restored(FakeState::new(0))
    }

    /// A server whose ids, codes and salts follow from this seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::restored(FakeState::new(seed))
    }

    /// A server with the demo people: [`ADA`] has a password and an authenticator app, [`GRACE`] a password only, so that
    /// a new device has to become trusted, and [`LINUS`] signs in by email code.
    #[must_use]
    pub fn demo() -> Self {
        Self::new().with_demo_people()
    }

    /// The same server, with the demo people.
    #[must_use]
    pub fn with_demo_people(self) -> Self {
        controls::people::move_in(&mut self.lock());
        self
    }

    /// A server that goes on from a state that was [taken](Self::state) before.
    #[must_use]
    pub fn restored(state: FakeState) -> Self {
        Self { state: Arc::new(Mutex::new(state)), clock: FakeClock::new() }
    }

    /// The same server, with a [clock](Self::clock) that goes with `timer` from now on: `TokioTimer` for a person with a
    /// real authenticator app.
    #[must_use]
    pub fn with_timer(mut self, timer: impl Timer + 'static) -> Self {
        self.clock = FakeClock::with_timer(timer);
        self
    }

    /// The server's clock, to be moved by hand.
    #[must_use]
    pub const fn clock(&self) -> &FakeClock {
        &self.clock
    }

    /// Lets time pass: codes expire, attempts are abandoned, the authenticator app shows the next code.
    pub fn advance(&self, duration: Duration) {
        self.clock.advance(duration);
    }

    /// Adds a user and returns their id, `user_…`.
    ///
    /// # Errors
    /// [`NewUserError`] if they have nothing to sign in with, an address is taken or none, a phone number is not in E.164
    /// format, or the authenticator app's secret is not base32 of at least 128 bits.
    pub fn add_user(&self, user: NewUser) -> Result<String, NewUserError> {
        let now = self.clock.now();
        self.lock().add_user(user, now)
    }

    /// Everything sent, oldest first.
    #[must_use]
    pub fn outbox(&self) -> Vec<Message> {
        self.lock().outbox().to_vec()
    }

    /// Forgets everything sent.
    pub fn clear_outbox(&self) {
        self.lock().outbox.clear();
    }

    /// Opens a link from the [outbox](Self::outbox), as the user does in a browser that the server does not know. Returns the
    /// page or the app that it leads to, with how it went in its query; `None` if it leads to none.
    ///
    /// # Errors
    /// What the server answers instead: the link is none of its own, or does not work and leads to no page.
    pub fn open_link(&self, link: &str) -> Result<Option<String>, Rejection> {
        let now = self.clock.now();
        let query = link.split_once('?').map_or("", |(_, query)| query);
        let mut parameters = form_urlencoded::parse(query.as_bytes());
        let token = parameters.find(|(name, _)| name == "token").map(|(_, token)| token).unwrap_or_default();
        let open = Request::Browser(BrowserRequest::OpenEmailLink(OpenEmailLink::new(&token)));
        match rules::answer(&mut self.lock(), now, &CallContext::default(), open).result? {
            Answer::Redirect { to, .. } => Ok(Some(to.expose().to_owned())),
            _ => Ok(None),
        }
    }

    /// What the authenticator app of the user with this id or identifier shows now; `None` if there is no such user or app.
    #[must_use]
    pub fn totp_code(&self, id_or_identifier: &str) -> Option<String> {
        let now = self.clock.now();
        self.lock().totp_code(id_or_identifier, now)
    }

    /// Makes the next step of a sign-in meet this many challenges of Clerk Protect, one after the other.
    pub fn demand_proofs(&self, challenges: u32) {
        self.lock().demanded_proofs = challenges;
    }

    /// The proof that a challenge's script would yield, from the challenge's token
    /// ([`ProtectCheck::token`](crate::wire::ProtectCheck::token)).
    #[must_use]
    pub fn proof_of(token: &str) -> String {
        rules::proof_of(token)
    }

    /// How the instance is set up.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.lock().settings().clone()
    }

    /// Sets the instance up otherwise, for everything that happens from now on.
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        change(self.lock().settings_mut());
    }

    #[cfg(feature = "server")]
    pub(crate) fn begin_again(&self, beginning: &FakeState) {
        self.lock().begin_again(beginning);
    }

    /// Looks at what the server holds, without taking it.
    #[cfg(feature = "server")]
    pub(crate) fn inspect<T>(&self, look: impl FnOnce(&FakeState) -> T) -> T {
        look(&self.lock())
    }

    /// Everything that the server holds, to compare, save or [restore](Self::restored).
    #[must_use]
    pub fn state(&self) -> FakeState {
        self.lock().clone()
    }

    /// Goes back to a state that was [taken](Self::state) before, on every clone of this server. The clock stays.
    pub fn restore(&self, state: FakeState) {
        *self.lock() = state;
    }

    fn lock(&self) -> MutexGuard<'_, FakeState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for FakeBackend {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Backend for FakeBackend {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let now = self.clock.now();
        Ok(rules::answer(&mut self.lock(), now, &context, request))
    }
}

impl fmt::Debug for FakeBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeBackend").field("now", &self.clock.now()).finish_non_exhaustive()
    }
}
