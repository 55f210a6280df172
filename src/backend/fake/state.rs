//! Everything that the server holds, as one value.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::attempt::Attempt;
use super::device::Device;
use super::outbox::Message;
use super::password::PasswordHash;
use super::random::Random;
use super::session::Session;
use super::settings::Settings;
use super::totp::Authenticator;
use super::user::{Address, NewUser, NewUserError, User};
use crate::wire::{SessionStatus, Status, Timestamp};

/// Everything that the server holds: users, devices, attempts, sessions, outbox, settings, and where its seed is.
///
/// One value: clone it to go back to it, compare two, hash it to find it again, serialise it to keep it. It holds
/// password hashes, codes and tokens, so `Debug` shows only how much there is.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FakeState {
    pub(super) settings: Settings,
    pub(super) random: Random,
    pub(super) users: BTreeMap<String, User>,
    pub(super) devices: BTreeMap<String, Device>,
    /// Which device a token proves.
    tokens: BTreeMap<String, String>,
    pub(super) attempts: BTreeMap<String, Attempt>,
    pub(super) sessions: BTreeMap<String, Session>,
    pub(super) outbox: Vec<Message>,
    /// How many challenges of Clerk Protect the next step meets.
    pub(super) demanded_proofs: u32,
}

impl FakeState {
    /// A server without users, whose ids, codes and salts follow from this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            settings: Settings::default(),
            random: Random::new(seed),
            users: BTreeMap::new(),
            devices: BTreeMap::new(),
            tokens: BTreeMap::new(),
            attempts: BTreeMap::new(),
            sessions: BTreeMap::new(),
            outbox: Vec::new(),
            demanded_proofs: 0,
        }
    }

    /// How the instance is set up.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How the instance is set up, to change.
    pub const fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// Everything sent, oldest first.
    #[must_use]
    pub fn outbox(&self) -> &[Message] {
        &self.outbox
    }

    pub(super) fn add_user(&mut self, new: NewUser, now: Timestamp) -> Result<String, NewUserError> {
        let mut identifiers = new.email_addresses.iter().chain(&new.phone_numbers).chain(&new.username);
        if let Some(taken) = identifiers.find(|it| self.user_known_as(it).is_some()) {
            return Err(NewUserError::Taken(taken.clone()));
        }
        let authenticator = match &new.totp_secret {
            Some(secret) => Some(Authenticator::new(secret.expose()).ok_or(NewUserError::TotpSecret)?),
            None => None,
        };
        let cost = self.settings.password_cost;
        let password = new.password.map(|password| PasswordHash::of(password.expose(), cost, &mut self.random));
        let mut address = |value| Address { id: self.random.id("idn"), value };
        let user = User {
            email_addresses: new.email_addresses.into_iter().map(&mut address).collect(),
            phone_numbers: new.phone_numbers.into_iter().map(&mut address).collect(),
            id: self.random.id("user"),
            username: new.username,
            first_name: new.first_name,
            last_name: new.last_name,
            password,
            password_set_at: now,
            authenticator,
            backup_codes: new.backup_codes,
            email_code_second_factor: new.email_code_second_factor,
            phone_code_second_factor: new.phone_code_second_factor,
            session_tasks: new.session_tasks,
            access: new.access,
            failed_attempts: 0,
            locked_until: None,
            created_at: now,
        };
        let id = user.id.clone();
        self.users.insert(id.clone(), user);
        Ok(id)
    }

    pub(super) fn totp_code(&self, identifier: &str, now: Timestamp) -> Option<String> {
        self.user_known_as(identifier)?.authenticator.as_ref()?.shows(now)
    }

    pub(super) fn user_known_as(&self, identifier: &str) -> Option<&User> {
        self.users.values().find(|user| user.is_known_as(identifier))
    }

    /// The device that this token proves. Using a token makes older ones useless.
    pub(super) fn device_of(&mut self, token: &str) -> Option<String> {
        let id = self.tokens.get(token)?.clone();
        let device = self.devices.get_mut(&id).filter(|device| device.tokens.knows(token))?;
        for forgotten in device.tokens.used(token) {
            self.tokens.remove(&forgotten);
        }
        Some(id)
    }

    pub(super) fn new_device(&mut self, now: Timestamp) -> String {
        let id = self.random.id("client");
        let device = Device {
            id: id.clone(),
            tokens: super::device::Tokens::default(),
            sign_in_id: None,
            trusted_by: std::collections::BTreeSet::new(),
            last_active_session_id: None,
            last_authentication_strategy: None,
            recent_creates: Vec::new(),
            recent_attempts: Vec::new(),
            created_at: now,
            updated_at: now,
        };
        self.devices.insert(id.clone(), device);
        id
    }

    /// Issues the next token of a device; `None` if there is no such device.
    pub(super) fn issue_token(&mut self, device_id: &str) -> Option<String> {
        let device = self.devices.get_mut(device_id)?;
        let token = self.random.token();
        if let Some(forgotten) = device.tokens.issue(token.clone()) {
            self.tokens.remove(&forgotten);
        }
        self.tokens.insert(token.clone(), device_id.to_owned());
        Some(token)
    }

    pub(super) fn sessions_on<'a>(&'a self, device_id: &'a str) -> impl Iterator<Item = &'a Session> {
        self.sessions.values().filter(move |session| session.device_id == device_id && session.is_live())
    }

    pub(super) fn forget_device(&mut self, device_id: &str) {
        if let Some(device) = self.devices.remove(device_id) {
            for token in device.tokens.all() {
                self.tokens.remove(token);
            }
        }
        self.attempts.retain(|_, attempt| attempt.device_id != device_id);
        for session in self.sessions.values_mut().filter(|session| session.device_id == device_id) {
            session.status = SessionStatus::Removed;
        }
    }

    /// What the passing of time does by itself: attempts are abandoned and later forgotten, sessions expire.
    pub(super) fn let_time_pass(&mut self, device_id: &str, now: Timestamp) {
        for session in self.sessions.values_mut().filter(|session| session.device_id == device_id) {
            if session.is_live() && now >= session.expire_at {
                session.status = SessionStatus::Expired;
            }
        }
        let Some(device) = self.devices.get(device_id) else { return };
        let current = device.sign_in_id.as_deref();
        self.attempts
            .retain(|id, attempt| attempt.device_id != device_id || now < attempt.abandon_at || current == Some(id));
        if let Some(attempt) = current.and_then(|id| self.attempts.get_mut(id))
            && now >= attempt.abandon_at
        {
            attempt.status = Status::Abandoned;
            attempt.gate = None;
        }
    }
}

impl fmt::Debug for FakeState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeState")
            .field("users", &self.users.len())
            .field("devices", &self.devices.len())
            .field("attempts", &self.attempts.len())
            .field("sessions", &self.sessions.len())
            .field("outbox", &self.outbox.len())
            .finish_non_exhaustive()
    }
}
