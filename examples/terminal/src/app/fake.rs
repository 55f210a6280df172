//! The features that only the embedded fake has: its mail, its identity provider, its authenticator apps and its keys.

use std::sync::Arc;

use clerk_sign_in::fake::{FakeBackend, Message};
use clerk_sign_in::platform::SystemBrowser;
use clerk_sign_in::wire::{ProtectCheck, Secret, Strategy};

use super::App;
use crate::keys::Keys;
use crate::leave::Leave;
use crate::terminal::{complain, say};

impl App {
    /// Shows the messages that the embedded fake has "sent" since the last call of this method.
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

    /// Returns `true` if the embedded fake "sends" the links. In that case, the program can open them.
    pub(crate) const fn has_mailbox(&self) -> bool {
        self.server.embedded().is_some()
    }

    /// Opens the newest link that the embedded fake sent, and says where it leads.
    pub(crate) fn open_link(&self) {
        let Some(fake) = self.server.embedded() else { return };
        let outbox = fake.outbox();
        let Some(link) = outbox.iter().rev().find_map(Message::link) else { return };
        match fake.open_link(link.expose()) {
            Ok(page) => say(format_args!("Opened. It leads to {}", page.as_deref().unwrap_or("no page"))),
            Err(rejection) => complain(rejection),
        }
    }

    /// Returns the browser in which the user visits a provider. If necessary, this method first starts a server for the
    /// pages of the embedded fake's provider.
    pub(crate) async fn browser(&mut self) -> Result<SystemBrowser, Leave> {
        if let Some(fake) = self.server.embedded().filter(|_| self.provider.is_none()) {
            let served = clerk_sign_in::server::Server::bind("127.0.0.1:0", fake.clone()).await;
            let served = served.map_err(|error| Leave::Failed(error.to_string()))?.with_provider(fake.clone());
            fake.configure(|settings| settings.public_url = Some(served.url()));
            self.provider = Some(served.spawn());
        }
        Ok(SystemBrowser::new("the terminal"))
    }

    /// Returns the accounts at the embedded fake's provider.
    pub(crate) fn provider_accounts(&self) -> Option<Vec<String>> {
        let accounts = self.server.embedded()?.provider_accounts();
        Some(accounts.into_iter().map(|account| account.email_address).collect())
    }

    /// Returns the ID token of an account at the embedded fake's provider. With any other server, the app can get such
    /// a token only from the provider's SDK.
    pub(crate) fn provider_token(&self, strategy: &Strategy, account: &str) -> Option<Secret> {
        Some(self.server.embedded()?.provider_credential(strategy, account)?.id_token)
    }

    /// Returns the keys that the embedded fake knows: the passkeys and the trusted device's key.
    pub(crate) fn keys(&self) -> Option<Arc<Keys>> {
        self.server.keys()
    }

    /// Returns the proof that the script of a challenge would compute. A terminal can get the proof only from the
    /// embedded fake.
    pub(crate) fn proof(&self, challenge: Option<&ProtectCheck>) -> Option<String> {
        self.server.embedded()?;
        Some(FakeBackend::proof_for(challenge?.token.as_ref()?.expose()))
    }

    /// Shows the current code of the user's authenticator app if the embedded fake has this user.
    pub(crate) fn show_authenticator(&self, identifier: Option<&str>) {
        let Some((fake, identifier)) = self.server.embedded().zip(identifier) else { return };
        if let Some(code) = fake.totp_code(identifier) {
            say(format_args!("The authenticator app of {identifier} shows {code}."));
        }
    }
}
