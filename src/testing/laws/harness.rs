//! The part of a server that only its owner reaches: users, messages, the clock.

use std::time::Duration;

use async_trait::async_trait;

use crate::fake::Content;
use crate::wire::Secret;

/// The controls of a server, which the laws need beside the backend.
///
/// A backend carries what clients send. A harness does what happens outside of clients: it adds users, reads their
/// mail and moves the clock. [`FakeBackend`](crate::fake::FakeBackend) implements this trait for itself. If you bring
/// your own server, implement it with your server's controls.
///
/// The laws need the three required methods. Every other method has a default that returns
/// [`HarnessError::Cannot`]. A law that needs such a method is then reported as skipped.
///
/// The laws never share a user or an address, so one server can serve several runs. Do not advance the clock of a
/// server that others use at the same time.
#[async_trait]
pub trait Harness: Send + Sync {
    /// Adds a user, and returns the user's addresses and secrets.
    ///
    /// Each call adds another user. The addresses must be new, and messages to them must be
    /// [readable](Self::messages_to).
    ///
    /// # Errors
    /// [`HarnessError`] if the user cannot be added.
    async fn add_user(&self, wanted: WantedUser) -> Result<TestUser, HarnessError>; // #[async_trait]

    /// Returns an email address that belongs to no user. Messages to it must be [readable](Self::messages_to).
    ///
    /// A law may sign up with the address, so that the next call must return another.
    ///
    /// # Errors
    /// [`HarnessError`] if there is no such address.
    async fn unused_address(&self) -> Result<String, HarnessError>; // #[async_trait]

    /// Returns the codes and links that were sent to an email address or a phone number, oldest first.
    ///
    /// If your server takes a while to send messages, wait here until they have arrived.
    ///
    /// # Errors
    /// [`HarnessError`] if the messages cannot be read.
    async fn messages_to(&self, address: &str) -> Result<Vec<Content>, HarnessError>; // #[async_trait]

    /// Returns the settings of the instance. The default is [`Instance::published`].
    fn instance(&self) -> Instance {
        Instance::published()
    }

    /// Advances the server's clock.
    ///
    /// # Errors
    /// [`HarnessError`] if the clock cannot be moved.
    async fn advance(&self, duration: Duration) -> Result<(), HarnessError> {
        let _ = duration;
        Err(HarnessError::Cannot("advance the clock"))
    }

    /// Returns the code that the user's authenticator app shows now.
    ///
    /// # Errors
    /// [`HarnessError`] if the code is unknown.
    async fn totp_code(&self, user: &TestUser) -> Result<Secret, HarnessError> {
        let _ = user;
        Err(HarnessError::Cannot("show the code of an authenticator app"))
    }

    /// Opens a link from a message, in a browser that the server does not know.
    ///
    /// It is no error if the server says that the link does not work.
    ///
    /// # Errors
    /// [`HarnessError`] if the server cannot be reached.
    async fn open_link(&self, link: &Secret) -> Result<(), HarnessError> {
        let _ = link;
        Err(HarnessError::Cannot("open a link"))
    }

    /// Creates a ticket with which this user can sign in once. The ticket expires after `lifetime`.
    ///
    /// # Errors
    /// [`HarnessError`] if the ticket cannot be created.
    async fn add_ticket(&self, user: &TestUser, lifetime: Duration) -> Result<Secret, HarnessError> {
        let _ = (user, lifetime);
        Err(HarnessError::Cannot("create a ticket"))
    }

    /// Makes the server require this many protect checks, one after the other, at the next step of a sign-in.
    ///
    /// # Errors
    /// [`HarnessError`] if the server has no protect checks.
    async fn require_protect_checks(&self, checks: u32) -> Result<(), HarnessError> {
        let _ = checks;
        Err(HarnessError::Cannot("require protect checks"))
    }

    /// Returns the proof that answers a protect check. `token` is the token of the challenge.
    ///
    /// # Errors
    /// [`HarnessError`] if the challenge cannot be solved.
    async fn proof_for(&self, token: &Secret) -> Result<Secret, HarnessError> {
        let _ = token;
        Err(HarnessError::Cannot("solve a protect check"))
    }
}

/// The reason why a harness did not do its part.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HarnessError {
    /// The harness has no such control. Laws that need it are skipped. The text completes "cannot …".
    #[error("the harness cannot {0}")]
    Cannot(&'static str),
    /// The control failed. The law counts as broken, so that a run with a faulty harness never passes.
    #[error("the harness failed: {0}")]
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

impl HarnessError {
    /// Creates the error for a control that failed.
    pub fn failed(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Failed(source.into())
    }
}

/// The properties that a law needs of a new user. Every user has an email address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct WantedUser {
    /// `true` if the user has a password.
    pub password: bool,
    /// `true` if the user has an authenticator app, which turns on multi-factor authentication.
    pub totp: bool,
    /// `true` if the user has at least two backup codes. Such a user also has an authenticator app.
    pub backup_codes: bool,
    /// `true` if the user can sign in with a phone number.
    pub phone_number: bool,
}

impl WantedUser {
    /// A user who has only an email address.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a password.
    #[must_use]
    pub const fn password(mut self) -> Self {
        self.password = true;
        self
    }

    /// Adds an authenticator app.
    #[must_use]
    pub const fn totp(mut self) -> Self {
        self.totp = true;
        self
    }

    /// Adds an authenticator app and backup codes.
    #[must_use]
    pub const fn backup_codes(mut self) -> Self {
        (self.totp, self.backup_codes) = (true, true);
        self
    }

    /// Adds a phone number.
    #[must_use]
    pub const fn phone_number(mut self) -> Self {
        self.phone_number = true;
        self
    }
}

/// A user that a harness added for one law.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TestUser {
    /// The email address, which is also the identifier.
    pub email_address: String,
    /// The phone number, if the law wants one.
    pub phone_number: Option<String>,
    /// The password, if the law wants one.
    pub password: Option<Secret>,
    /// The backup codes, if the law wants them.
    pub backup_codes: Vec<Secret>,
}

impl TestUser {
    /// Creates a description of a user who has only this email address.
    #[must_use]
    pub fn new(email_address: impl Into<String>) -> Self {
        Self { email_address: email_address.into(), phone_number: None, password: None, backup_codes: Vec::new() }
    }
}

/// The settings of an instance, on which some laws depend.
///
/// A law about a setting that is off is skipped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Instance {
    /// `true` if a new client must become trusted after a password.
    pub client_trust: bool,
    /// The number of wrong answers after which an account is locked; `None` if accounts are never locked.
    pub lockout_attempts: Option<u32>,
    /// The lifetime of a code and of a link.
    pub code_lifetime: Duration,
    /// The time after which a code or a link can be sent again.
    pub resend_interval: Duration,
    /// The time after which an unfinished sign-in is abandoned.
    pub attempt_lifetime: Duration,
    /// `true` if users can sign in with email links.
    pub email_links: bool,
    /// `true` if a client can have only one session at a time.
    pub single_session: bool,
    /// `true` if the server does not reveal whether an identifier belongs to a user.
    pub hides_unknown_identifiers: bool,
    /// `true` if an unknown user can sign up with only a verified email address.
    pub sign_ups: bool,
}

impl Instance {
    /// Returns the settings that Clerk's documents name, and otherwise those of a new instance.
    #[must_use]
    pub const fn published() -> Self {
        Self {
            client_trust: true,
            lockout_attempts: Some(10),
            code_lifetime: Duration::from_secs(10 * 60),
            resend_interval: Duration::from_secs(30),
            attempt_lifetime: Duration::from_secs(24 * 60 * 60),
            email_links: true,
            single_session: false,
            hides_unknown_identifiers: false,
            sign_ups: true,
        }
    }
}

impl Default for Instance {
    fn default() -> Self {
        Self::published()
    }
}
