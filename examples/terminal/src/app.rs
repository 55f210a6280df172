//! The parts that all screens use: the client, the server, and the functions that take a step.

mod captcha;
mod failure;
mod fake;
mod sign_up;

use std::fmt::{self, Display};
use std::future::Future;
use std::path::{Path, PathBuf};

use clerk_sign_in::State;
use clerk_sign_in::server::RunningServer;
use clerk_sign_in::wire::Environment;
use clerk_sign_in::{AfterSignUp, AnySignIn, Client, Finalized, PasswordPolicy, SignIn};

use crate::leave::Leave;
use crate::saved::{LeftAt, Saved};
use crate::server::Server;
use crate::terminal::{Terminal, complain};
use crate::words;
pub(crate) use failure::Failed;

/// The sign-in or sign-up for the next screen, or the session.
pub(crate) enum Next {
    SignIn(AnySignIn),
    SignUp(AfterSignUp),
    Session(Finalized),
}

impl<T: Into<AnySignIn>> From<T> for Next {
    fn from(sign_in: T) -> Self {
        Self::SignIn(sign_in.into())
    }
}

/// The user's choice in a menu.
pub(crate) enum Pick<W> {
    Way(W),
    StartOver,
    /// Esc.
    Back,
}

impl<W> Pick<W> {
    /// Returns the way that the user chose, or `None` if the user wants to start over. Esc counts as starting over.
    pub(crate) fn way(self) -> Option<W> {
        match self {
            Self::Way(way) => Some(way),
            Self::StartOver | Self::Back => None,
        }
    }
}

pub(crate) struct App {
    pub(crate) terminal: Terminal,
    server: Server,
    client: Client,
    file: PathBuf,
    /// The sign-in as it was before the current step. It is needed because an interrupted step loses the sign-in.
    left_at: LeftAt,
    /// `true` if there is a sign-in or a sign-up that must be saved so that the user can continue it later.
    has_begun: bool,
    is_signed_out: bool,
    /// `true` if the current screen is shown for the first time, `false` if it is shown again after a step.
    is_first_showing: bool,
    /// The last identifier that the user typed.
    pub(crate) identifier: Option<String>,
    /// An identifier for which there is no account. The user can correct it.
    pub(crate) mistyped: Option<String>,
    /// The identifier for which the server found no account.
    pub(crate) unknown: Option<String>,
    /// The number of the embedded fake's messages that the program has already shown.
    mail_shown: usize,
    /// The server that delivers the pages of the embedded fake's provider; `None` until these pages are needed.
    provider: Option<RunningServer>,
}

impl App {
    pub(crate) fn new(terminal: Terminal, server: Server, client: Client, file: PathBuf) -> Self {
        let left_at = LeftAt::SignIn(client.sign_in().checkpoint());
        Self {
            terminal,
            server,
            client,
            file,
            left_at,
            has_begun: false,
            is_signed_out: false,
            is_first_showing: true,
            identifier: None,
            mistyped: None,
            unknown: None,
            mail_shown: 0,
            provider: None,
        }
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Returns `true` if the session is saved in the file.
    pub(crate) const fn is_kept(&self) -> bool {
        matches!(self.left_at, LeftAt::Session)
    }

    pub(crate) fn keep_session(&mut self) {
        self.left_at = LeftAt::Session;
    }

    pub(crate) fn sign_out(&mut self) {
        self.forget_session();
        self.is_signed_out = true;
    }

    /// Forgets the session, as if no sign-in had begun.
    pub(crate) fn forget_session(&mut self) {
        self.left_at = LeftAt::SignIn(self.client.sign_in().checkpoint());
        self.has_begun = false;
        self.identifier = None;
        self.unknown = None;
    }

    /// Returns `true` if the user has signed out and has not yet begun another sign-in.
    pub(crate) const fn is_signed_out(&self) -> bool {
        self.is_signed_out && !self.has_begun
    }

    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn saved(&self) -> Saved {
        Saved {
            server: self.server.saved(),
            client: self.client.export(),
            left_at: self.left_at.clone(),
            identifier: self.identifier.clone(),
        }
    }

    /// Returns `true` if there is a sign-in or a sign-up that must be saved so that the user can continue it later.
    pub(crate) const fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Continues from the point at which the user left the program. If the user leaves again at once, the program keeps
    /// the file.
    pub(crate) fn continue_from(&mut self, left_at: LeftAt, identifier: Option<String>) {
        self.left_at = left_at;
        self.has_begun = true;
        self.identifier = identifier;
    }

    pub(crate) fn remember(&mut self, sign_in: &AnySignIn) {
        self.has_begun |= sign_in.id().is_some();
        self.left_at = LeftAt::SignIn(sign_in.checkpoint());
    }

    /// Records whether the next screen is shown for the first time or again.
    pub(crate) const fn shows(&mut self, is_first_showing: bool) {
        self.is_first_showing = is_first_showing;
    }

    /// Returns a new sign-in.
    pub(crate) fn anew(&self) -> Next {
        self.client.sign_in().into()
    }

    /// Takes a step that makes one call to the server.
    pub(crate) async fn step<S: State, T, F: Future<Output = T>>(
        &mut self,
        doing: &str,
        sign_in: SignIn<S>,
        step: impl FnOnce(SignIn<S>) -> F,
    ) -> Result<T, Leave> {
        let had_begun = self.before_step(&sign_in);
        let result = self.terminal.wait(doing, step(sign_in)).await?;
        self.has_begun = had_begun;
        self.show_mail();
        Ok(result)
    }

    /// Takes a step that waits until the user has done something elsewhere. If the user presses Esc, the wait stops,
    /// and this returns the sign-in as it was before the step.
    pub(crate) async fn long_step<S: State, T, F: Future<Output = T>>(
        &mut self,
        doing: impl Fn() -> String,
        sign_in: SignIn<S>,
        step: impl FnOnce(SignIn<S>) -> F,
    ) -> Result<Result<T, Next>, Leave> {
        let (client, before) = (self.client.clone(), sign_in.checkpoint());
        let had_begun = self.before_step(&sign_in);
        let result = self.terminal.wait_or_stop(doing, step(sign_in)).await?;
        self.has_begun = had_begun;
        self.show_mail();
        Ok(result.ok_or_else(|| match client.restore(before) {
            Ok(restored) => restored.into(),
            Err(error) => {
                complain(words::error(&error));
                client.sign_in().into()
            }
        }))
    }

    /// Records the sign-in before a call, and returns the previous value of `has_begun`. `has_begun` stays `true` until
    /// the call is answered, because an interrupted call may have reached the server.
    fn before_step<S: State>(&mut self, sign_in: &SignIn<S>) -> bool {
        self.left_at = LeftAt::SignIn(sign_in.checkpoint());
        std::mem::replace(&mut self.has_begun, true)
    }

    /// Lets the user choose one of the ways that the screen offers. Every menu also lets the user start over or leave.
    pub(crate) async fn menu<W: Display>(&mut self, question: &str, ways: Vec<W>) -> Result<Pick<W>, Leave> {
        let ways = ways.into_iter().map(Entry::Way);
        match self.terminal.choose(question, ways.chain([Entry::StartOver, Entry::Leave]).collect(), BACK).await? {
            Some(Entry::Way(way)) => Ok(Pick::Way(way)),
            Some(Entry::StartOver) => Ok(Pick::StartOver),
            Some(Entry::Leave) => Err(Leave::Chosen),
            None => Ok(Pick::Back),
        }
    }

    /// Does the same as [`menu`](Self::menu). However, if the screen offers only one way and is shown for the first
    /// time, the program takes that way without asking.
    pub(crate) async fn menu_of_factors<W: Display>(
        &mut self,
        question: &str,
        mut ways: Vec<W>,
    ) -> Result<Pick<W>, Leave> {
        match ways.pop() {
            Some(only) if ways.is_empty() && self.is_first_showing => Ok(Pick::Way(only)),
            last => self.menu(question, ways.into_iter().chain(last).collect()).await,
        }
    }

    /// Returns the rules for new passwords, or `None` if the call fails. The server also checks every new password.
    pub(crate) async fn password_policy(&mut self) -> Result<Option<PasswordPolicy>, Leave> {
        Ok(self.environment("Asking for the rules for passwords").await?.as_ref().map(PasswordPolicy::from_environment))
    }

    /// Returns the settings of the instance, or `None` if the call fails.
    pub(crate) async fn environment(&mut self, doing: &str) -> Result<Option<Environment>, Leave> {
        Ok(self.terminal.wait(doing, self.client.environment()).await?.ok())
    }
}

/// The text that says what Esc does in most lists.
const BACK: &str = "to go back";

enum Entry<W> {
    Way(W),
    StartOver,
    Leave,
}

impl<W: Display> Display for Entry<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Way(way) => way.fmt(f),
            Self::StartOver => f.write_str("Start over"),
            Self::Leave => f.write_str("Leave, and come back later"),
        }
    }
}
