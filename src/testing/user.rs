//! A simulated user, who knows what to type.

use std::collections::BTreeMap;
use std::fmt;

use super::Person;
use crate::fake::{FakeBackend, Message, TEST_CODE};
use crate::wire::Secret;

/// A simulated user of the [demo server](FakeBackend::demo), who knows the password, reads the mail, and has the
/// authenticator app.
///
/// Each method takes whether the user gives the right answer.
#[derive(Clone)]
pub struct SimulatedUser {
    fake: FakeBackend,
    pub(super) person: Person,
    /// The passwords that were chosen since the beginning.
    chosen: BTreeMap<Person, String>,
}

impl SimulatedUser {
    /// The user of a demo server. At first, it is somebody whom the server does not know.
    #[must_use]
    pub const fn new(fake: FakeBackend) -> Self {
        Self { fake, person: Person::Nobody, chosen: BTreeMap::new() }
    }

    /// Returns who the user is.
    #[must_use]
    pub const fn person(&self) -> Person {
        self.person
    }

    /// Returns the user's email address.
    #[must_use]
    pub fn email_address(&self) -> &'static str {
        self.person.email_address()
    }

    /// Returns the user's password, or a wrong one. A user without a password has only wrong ones.
    #[must_use]
    pub fn password(&self, right: bool) -> String {
        let chosen = self.chosen.get(&self.person).map(String::as_str);
        chosen.or_else(|| self.person.password()).filter(|_| right).unwrap_or("wrong").to_owned()
    }

    /// Returns a new password, or one that is too short.
    #[must_use]
    pub fn new_password(&self, acceptable: bool) -> String {
        match self.password(true) {
            _ if !acceptable => "short".to_owned(),
            // So that the password does not become too long.
            old => old.strip_suffix("-and-more").map_or_else(|| format!("{old}-and-more"), str::to_owned),
        }
    }

    /// Remembers the new password. Call this when the server has accepted it.
    pub fn remember_password(&mut self, new_password: String) {
        self.chosen.insert(self.person, new_password);
    }

    /// Returns the newest code that was sent to the user, or a wrong one.
    #[must_use]
    pub fn code(&self, right: bool) -> String {
        let outbox = self.fake.outbox();
        let mailed = outbox.iter().rev().filter(|message| message.to == self.email_address());
        let mailed = mailed.filter_map(Message::code).map(Secret::expose).next();
        typed(mailed.or((self.person == Person::Linus).then_some(TEST_CODE)), right)
    }

    /// Returns the code that the user's authenticator app shows now, or a wrong one.
    #[must_use]
    pub fn totp_code(&self, right: bool) -> String {
        typed(self.fake.totp_code(self.email_address()).as_deref(), right)
    }

    /// Returns the newest link that was sent to the user.
    #[must_use]
    pub fn link(&self) -> Option<Secret> {
        let outbox = self.fake.outbox();
        outbox.iter().rev().filter(|message| message.to == self.email_address()).find_map(Message::link).cloned()
    }

    /// Returns the server, for everything else.
    #[must_use]
    pub const fn server(&self) -> &FakeBackend {
        &self.fake
    }
}

fn typed(code: Option<&str>, right: bool) -> String {
    match code {
        Some(code) if right => code,
        Some("000000") => "111111",
        _ => "000000",
    }
    .to_owned()
}

impl fmt::Debug for SimulatedUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedUser").field("person", &self.person).finish_non_exhaustive()
    }
}
