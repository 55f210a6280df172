//! A strict in-memory sign-in server, which uses real cryptography and is fully controlled by tests.
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
//! The server implements the rules and errors that are documented for the Frontend API. It has:
//!
//! - users with passwords (Argon2) and authenticator apps (RFC 6238; each code works once),
//! - separate clients, client trust, and attempts that expire.
//!
//! Messages that the server "sends" are stored in the [outbox](FakeBackend::outbox). No code is sent to an address with
//! `+clerk_test`, because the code of such an address is always [`TEST_CODE`].
//!
//! Ids and codes are derived from a seed, and the test controls the [clock](FakeClock). A test run can therefore be
//! repeated exactly. The whole [state](FakeState) is one value that you can compare, save and restore.

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
pub use controls::people::{ADA, DemoUser, GRACE, LINUS};
pub use crypto::jwt::PUBLIC_KEY;
pub use crypto::password::PasswordCost;
pub use doubles::{FakeBrowser, FakeSolver, Scripted};
#[cfg(feature = "server")]
pub(crate) use provider::AuthorizationRequest;
pub use provider::{ProviderAccount, ProviderCredential};
pub use records::enterprise::EnterpriseConnection;
pub use records::new_user::{NewUser, NewUserError};
pub use records::organization::{FakeOrganization, NewOrganization, NewOrganizationError};
pub use records::outbox::{Content, Message, TEST_CODE};
pub use records::sign_up::SignUpField;
pub use records::state::FakeState;
pub use records::ticket::{NewTicket, TicketStatus};
pub use records::user::UserAccess;
pub use settings::{RateLimits, Settings};

use crate::backend::{Backend, BackendError, CallContext};
use crate::platform::Timer;
use crate::wire::{Answer, BrowserRequest, OpenEmailLink, Rejection, Request, Response};

/// An in-memory sign-in server.
///
/// Cloning is cheap: all clones share the same server.
#[derive(Clone)]
pub struct FakeBackend {
    state: Arc<Mutex<FakeState>>,
    clock: FakeClock,
}

impl FakeBackend {
    /// Creates a server that has no users and the seed 0. Its clock stands still at the beginning of 2026.
    #[must_use]
    pub fn new() -> Self {
        Self::restored(FakeState::new(0))
    }

    /// Creates a server whose ids, codes and salts are derived from `seed`.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::restored(FakeState::new(seed))
    }

    /// Creates a server with the demo users.
    ///
    /// - [`ADA`] has a password and an authenticator app.
    /// - [`GRACE`] has only a password. On a new client, she can sign in only after that client has become trusted.
    /// - [`LINUS`] signs in with an email code.
    #[must_use]
    pub fn demo() -> Self {
        Self::new().with_demo_users()
    }

    /// Adds the demo users to this server.
    #[must_use]
    pub fn with_demo_users(self) -> Self {
        controls::people::move_in(&mut self.lock());
        self
    }

    /// Creates a server that starts from an earlier [state](Self::state).
    #[must_use]
    pub fn restored(state: FakeState) -> Self {
        Self { state: Arc::new(Mutex::new(state)), clock: FakeClock::new() }
    }

    /// Replaces the [clock](Self::clock) with one that follows `timer` from now on.
    ///
    /// Use `SystemTimer` if a person signs in with a real authenticator app.
    #[must_use]
    pub fn with_timer(mut self, timer: impl Timer + 'static) -> Self {
        self.clock = FakeClock::with_timer(timer);
        self
    }

    /// Returns the server's clock, which tests can move.
    #[must_use]
    pub const fn clock(&self) -> &FakeClock {
        &self.clock
    }

    /// Advances the clock.
    ///
    /// As time passes, codes expire, attempts are abandoned, and authenticator apps show the next code.
    pub fn advance(&self, duration: Duration) {
        self.clock.advance(duration);
    }

    /// Adds a user, and returns the user's id (`user_…`).
    ///
    /// # Errors
    /// [`NewUserError`] if:
    /// - the user has no identifier to sign in with,
    /// - an address is taken or invalid,
    /// - a phone number is not in E.164 format,
    /// - the authenticator app's secret is not valid base32 or is shorter than 128 bits.
    pub fn add_user(&self, user: NewUser) -> Result<String, NewUserError> {
        let now = self.clock.now();
        self.lock().add_user(user, now)
    }

    /// Returns all messages sent, oldest first.
    #[must_use]
    pub fn outbox(&self) -> Vec<Message> {
        self.lock().outbox().to_vec()
    }

    /// Removes all messages from the outbox.
    pub fn clear_outbox(&self) {
        self.lock().outbox.clear();
    }

    /// Opens a link from the [outbox](Self::outbox), like a user whose browser the server does not know.
    ///
    /// Returns the URL of the page or app to which the link leads. The query of the URL contains the result. Returns
    /// `None` if the link leads to neither a page nor an app.
    ///
    /// # Errors
    /// Returns the server's rejection if the link does not belong to this server. The server also rejects a link that
    /// does not work and that leads to neither a page nor an app.
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

    /// Returns the code that a user's authenticator app shows now.
    ///
    /// The user can be specified by id or by identifier. Returns `None` if the user does not exist or has no
    /// authenticator app. An app that the user has begun to set up counts.
    #[must_use]
    pub fn totp_code(&self, id_or_identifier: &str) -> Option<String> {
        let now = self.clock.now();
        self.lock().totp_code(id_or_identifier, now)
    }

    /// Requires this many Clerk Protect challenges, one after the other, at the next step of a sign-in.
    pub fn require_protect_checks(&self, challenges: u32) {
        self.lock().demanded_proofs = challenges;
    }

    /// Returns the proof that the script of a challenge would produce.
    ///
    /// `token` is the challenge's token ([`ProtectCheck::token`](crate::wire::ProtectCheck::token)).
    #[must_use]
    pub fn proof_for(token: &str) -> String {
        rules::proof_for(token)
    }

    /// Returns the settings of the instance.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.lock().settings().clone()
    }

    /// Changes the settings of the instance.
    ///
    /// The change applies to everything that happens from now on. `change` may use the server, for example to read its
    /// settings. If two threads change the settings at the same time, the changes of one of them are lost.
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.settings();
        change(&mut settings);
        *self.lock().settings_mut() = settings;
    }

    #[cfg(feature = "server")]
    pub(crate) fn begin_again(&self, beginning: &FakeState) {
        self.lock().begin_again(beginning);
    }

    /// Reads the state without cloning it.
    #[cfg(feature = "server")]
    pub(crate) fn inspect<T>(&self, look: impl FnOnce(&FakeState) -> T) -> T {
        look(&self.lock())
    }

    /// Returns the server's whole state, which can be compared, saved or [restored](Self::restored).
    #[must_use]
    pub fn state(&self) -> FakeState {
        self.lock().clone()
    }

    /// Restores an earlier [state](Self::state).
    ///
    /// This affects all clones of the server. The clock does not change.
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
        let mut response = rules::answer(&mut self.lock(), now, &context, request);
        response.date = Some(now);
        Ok(response)
    }
}

impl fmt::Debug for FakeBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeBackend").field("now", &self.clock.now()).finish_non_exhaustive()
    }
}
