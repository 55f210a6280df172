//! What every screen works with: the device, the server, and how a step is taken.

mod captcha;
mod failure;
mod sign_up;

use std::fmt::{self, Display};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clerk_sign_in::State;
use clerk_sign_in::fake::{FakeBackend, Message};
use clerk_sign_in::platform::SystemBrowser;
use clerk_sign_in::server::RunningServer;
use clerk_sign_in::wire::{Environment, ProtectCheck, Secret, Strategy};
use clerk_sign_in::{AfterSignUp, AnySignIn, Client, Finalized, PasswordPolicy, SignIn};

use crate::keys::Keys;
use crate::leave::Leave;
use crate::saved::{LeftAt, Saved};
use crate::server::Server;
use crate::terminal::{Terminal, complain, say};
pub(crate) use failure::Failed;

/// Where a screen leads.
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

pub(crate) struct App {
    pub(crate) terminal: Terminal,
    server: Server,
    client: Client,
    file: PathBuf,
    /// A step that is interrupted takes the sign-in with it: this is what it was before.
    left_at: LeftAt,
    /// Whether there is anything to come back to: a call was made that no answer has undone.
    has_begun: bool,
    /// The identifier typed last.
    pub(crate) identifier: Option<String>,
    /// The identifier that nobody has, as the server said.
    pub(crate) unknown: Option<String>,
    /// How many messages of the server in memory were shown.
    mail_shown: usize,
    /// The pages of the provider of the server in memory, once they are needed.
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
            identifier: None,
            unknown: None,
            mail_shown: 0,
            provider: None,
        }
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    pub(crate) fn saved(&self) -> Saved {
        Saved {
            server: self.server.saved(),
            device: self.client.export(),
            left_at: self.left_at.clone(),
            identifier: self.identifier.clone(),
        }
    }

    /// Returns `true` if a sign-in or a sign-up would be lost without a checkpoint.
    pub(crate) const fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Begins where the user left, so that leaving at once keeps the checkpoint.
    pub(crate) const fn continue_from_checkpoint(&mut self) {
        self.has_begun = true;
    }

    pub(crate) fn remember(&mut self, sign_in: &AnySignIn) {
        self.has_begun |= sign_in.id().is_some();
        self.left_at = LeftAt::SignIn(sign_in.checkpoint());
    }

    /// A sign-in from the beginning.
    pub(crate) fn anew(&self) -> Next {
        self.client.sign_in().into()
    }

    /// Takes a step: one call to the server.
    pub(crate) async fn step<S: State, T, F: Future<Output = T>>(
        &mut self,
        doing: &str,
        sign_in: SignIn<S>,
        step: impl FnOnce(SignIn<S>) -> F,
    ) -> Result<T, Leave> {
        self.left_at = LeftAt::SignIn(sign_in.checkpoint());
        // An interrupted call may have reached the server. One that was answered leads to a state that is remembered.
        let had_begun = std::mem::replace(&mut self.has_begun, true);
        let result = self.terminal.wait(doing, step(sign_in)).await?;
        self.has_begun = had_begun;
        self.show_mail();
        Ok(result)
    }

    /// Lets the user choose one of a screen's ways. `None` is to start over, which every screen offers.
    pub(crate) async fn menu<W: Display>(&mut self, question: &str, ways: Vec<W>) -> Result<Option<W>, Leave> {
        let ways = ways.into_iter().map(Entry::Way);
        match self.terminal.choose(question, ways.chain([Entry::StartOver, Entry::Leave]).collect()).await? {
            Entry::Way(way) => Ok(Some(way)),
            Entry::StartOver => Ok(None),
            Entry::Leave => Err(Leave::Chosen),
        }
    }

    /// What new passwords have to be like; `None` if the server does not say, which judges them in the end anyway.
    pub(crate) async fn password_policy(&mut self) -> Result<Option<PasswordPolicy>, Leave> {
        Ok(self
            .environment("Asking what a password has to be like")
            .await?
            .as_ref()
            .map(PasswordPolicy::from_environment))
    }

    /// How the instance is set up; `None` if the server does not say.
    pub(crate) async fn environment(&mut self, doing: &str) -> Result<Option<Environment>, Leave> {
        Ok(self.terminal.wait(doing, self.client.environment()).await?.ok())
    }

    /// What the server in memory "sent" since the last time.
    pub(crate) fn show_mail(&mut self) {
        let Some(fake) = self.server.embedded() else { return };
        let outbox = fake.outbox();
        for message in outbox.iter().skip(self.mail_shown) {
            let Some(content) = message.code().or(message.link()) else { continue };
            let kind = match message.strategy {
                Strategy::PhoneCode | Strategy::ResetPasswordPhoneCode => "Message",
                _ => "Mail",
            };
            say(format_args!("{kind} to {}: {}", message.to, content.expose()));
        }
        self.mail_shown = outbox.len();
    }

    /// Whether links can be opened here, since they came from the server in memory.
    pub(crate) const fn has_mailbox(&self) -> bool {
        self.server.embedded().is_some()
    }

    /// Opens the newest link that the server in memory sent, and says what its page is told.
    pub(crate) fn open_link(&self) {
        let Some(fake) = self.server.embedded() else { return };
        let outbox = fake.outbox();
        let Some(link) = outbox.iter().rev().find_map(Message::link) else { return };
        match fake.open_link(link.expose()) {
            Ok(page) => say(format_args!("Opened. It leads to {}", page.as_deref().unwrap_or("no page"))),
            Err(refusal) => complain(refusal),
        }
    }

    /// The browser that the user goes to a provider in. The one of the server in memory has to be served first.
    pub(crate) async fn browser(&mut self) -> Result<SystemBrowser, Leave> {
        if let Some(fake) = self.server.embedded().filter(|_| self.provider.is_none()) {
            let served = clerk_sign_in::server::Server::bind("127.0.0.1:0", fake.clone()).await;
            let served = served.map_err(|error| Leave::Failed(error.to_string()))?.with_provider(fake.clone());
            fake.configure(|settings| settings.public_url = Some(served.url()));
            self.provider = Some(served.spawn());
        }
        Ok(SystemBrowser::new("the terminal"))
    }

    /// Who has an account at the provider of the server in memory.
    pub(crate) fn provider_accounts(&self) -> Option<Vec<String>> {
        let accounts = self.server.embedded()?.provider_accounts();
        Some(accounts.into_iter().map(|account| account.email_address).collect())
    }

    /// What the provider's own SDK would hand over, which only the server in memory lets a terminal know.
    pub(crate) fn provider_token(&self, strategy: &Strategy, account: &str) -> Option<Secret> {
        Some(self.server.embedded()?.provider_credential(strategy, account)?.id_token)
    }

    /// The passkeys and the device's key that the server in memory knows.
    pub(crate) fn keys(&self) -> Option<Arc<Keys>> {
        self.server.keys()
    }

    /// What the script of a challenge yields, which only the server in memory lets a terminal know.
    pub(crate) fn proof(&self, challenge: Option<&ProtectCheck>) -> Option<String> {
        self.server.embedded()?;
        Some(FakeBackend::proof_of(challenge?.token.as_deref()?))
    }

    /// What the authenticator app of a user of the server in memory shows.
    pub(crate) fn show_authenticator(&self, identifier: Option<&str>) {
        let Some((fake, identifier)) = self.server.embedded().zip(identifier) else { return };
        if let Some(code) = fake.totp_code(identifier) {
            say(format_args!("The authenticator app of {identifier} shows {code}."));
        }
    }
}

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
