//! The server's whole state, as one value.

mod changes;
mod eviction;
mod sign_ups;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::fake::crypto::password::PasswordHash;
use crate::fake::crypto::random::Random;
use crate::fake::crypto::totp::Authenticator;
use crate::fake::provider::Provider;
use crate::fake::records::authorization::{AttemptId, Authorization};
use crate::fake::records::client::Client;
use crate::fake::records::email_link::Link;
use crate::fake::records::new_user::{NewUser, NewUserError};
use crate::fake::records::organization::Organization;
use crate::fake::records::outbox::Message;
use crate::fake::records::place::Place;
use crate::fake::records::session::Session;
use crate::fake::records::sign_in::Attempt;
use crate::fake::records::sign_up::SignUp;
use crate::fake::records::ticket::Ticket;
use crate::fake::records::trusted_device::{Enrolment, TrustedDevice};
use crate::fake::records::user::{Address, User};
use crate::fake::records::users::Users;
use crate::fake::settings::Settings;
use crate::fault_switches::without;
use crate::wire::{Secret, SessionStatus, Timestamp};
use eviction::Expiry;

/// The maximum number of messages. When this number is reached, the older half of the messages is removed.
const MESSAGES_AT_MOST: usize = 20_000;

/// The server's whole state: users, clients, attempts, sessions, outbox, settings, and random source.
///
/// The whole state is a single value. You can clone the state and restore it later, or compare it with another state.
/// You can also hash the state to recognize it later, or serialise it to save it. The state contains password hashes,
/// codes and tokens, so `Debug` shows only the number of records.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FakeState {
    pub(in crate::fake) settings: Settings,
    pub(in crate::fake) random: Random,
    pub(in crate::fake) users: Users,
    pub(in crate::fake) clients: BTreeMap<String, Client>,
    /// The ids of the clients, keyed by the tokens that identify the clients.
    tokens: BTreeMap<String, String>,
    /// The client ids of the browsers registered with a development instance, keyed by the browsers' tokens.
    ///
    /// A browser gets a client when it sends its first request that changes something.
    pub(in crate::fake) browsers: BTreeMap<String, Option<String>>,
    pub(in crate::fake) attempts: BTreeMap<String, Attempt>,
    pub(in crate::fake) sessions: BTreeMap<String, Session>,
    #[serde(default)]
    pub(in crate::fake) tickets: BTreeMap<String, Ticket>,
    /// The links that were sent by email, keyed by token.
    #[serde(default)]
    pub(in crate::fake) links: BTreeMap<String, Link>,
    #[serde(default)]
    pub(in crate::fake) trusted_devices: BTreeMap<String, TrustedDevice>,
    /// The trusted-device enrolments that users have started, keyed by user id.
    #[serde(default)]
    pub(in crate::fake) enrolments: BTreeMap<String, Enrolment>,
    /// The sign-ups, keyed by id.
    #[serde(default)]
    pub(in crate::fake) sign_ups: BTreeMap<String, SignUp>,
    /// The users who were sent to a provider, keyed by the `state` parameter with which they come back.
    #[serde(default)]
    pub(in crate::fake) authorizations: BTreeMap<String, Authorization>,
    #[serde(default)]
    pub(in crate::fake) provider: Provider,
    /// The organizations, keyed by id.
    #[serde(default)]
    pub(in crate::fake) organizations: BTreeMap<String, Organization>,
    pub(in crate::fake) outbox: Vec<Message>,
    messages_sent: u64,
    /// The number of Clerk Protect challenges that must be solved before the next step.
    pub(in crate::fake) demanded_proofs: u32,
    expiries: BTreeSet<Expiry>,
}

impl FakeState {
    /// Creates the state of a server without users. The server derives its ids, codes and salts from this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            settings: Settings::default(),
            random: Random::new(seed),
            users: Users::default(),
            clients: BTreeMap::new(),
            tokens: BTreeMap::new(),
            browsers: BTreeMap::new(),
            attempts: BTreeMap::new(),
            sessions: BTreeMap::new(),
            tickets: BTreeMap::new(),
            links: BTreeMap::new(),
            trusted_devices: BTreeMap::new(),
            enrolments: BTreeMap::new(),
            sign_ups: BTreeMap::new(),
            authorizations: BTreeMap::new(),
            provider: Provider::default(),
            organizations: BTreeMap::new(),
            outbox: Vec::new(),
            messages_sent: 0,
            demanded_proofs: 0,
            expiries: BTreeSet::new(),
        }
    }

    /// Returns the settings of the instance.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the settings of the instance, so that they can be changed.
    pub const fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// Restores the initial state, but keeps the random source and the count of sent messages.
    ///
    /// Because the random source is kept, a new client never gets a token that another client had before.
    #[cfg(feature = "server")]
    pub(crate) fn begin_again(&mut self, beginning: &Self) {
        let before = std::mem::replace(self, beginning.clone());
        self.random = before.random;
        self.messages_sent = before.messages_sent;
    }

    /// Returns all sent messages, starting with the oldest.
    #[must_use]
    pub fn outbox(&self) -> &[Message] {
        &self.outbox
    }

    pub(in crate::fake) fn add_user(&mut self, new: NewUser, now: Timestamp) -> Result<String, NewUserError> {
        let Self { users, .. } = &self;
        users.admit(None, &new.email_addresses, &new.phone_numbers, &new.web3_wallets, new.username.as_ref())?;
        let authenticator = match &new.totp_secret {
            Some(secret) => Some(Authenticator::new(secret.expose()).ok_or(NewUserError::TotpSecret)?),
            None => None,
        };
        let password = new.password.map(|password| self.hash(&password));
        let mut address = |value| Address { id: self.random.id("idn"), value };
        let user = User {
            email_addresses: new.email_addresses.into_iter().map(&mut address).collect(),
            phone_numbers: new.phone_numbers.into_iter().map(&mut address).collect(),
            web3_wallets: new.web3_wallets.into_iter().map(&mut address).collect(),
            passkeys: Vec::new(),
            external_accounts: Vec::new(),
            id: self.random.id("user"),
            username: new.username,
            first_name: new.first_name,
            last_name: new.last_name,
            password,
            password_set_at: now,
            authenticator,
            new_totp: None,
            backup_codes: new.backup_codes,
            email_code_second_factor: new.email_code_second_factor,
            phone_code_second_factor: new.phone_code_second_factor,
            default_second_factor: new.default_second_factor,
            session_tasks: new.session_tasks,
            unsafe_metadata: Map::new(),
            place: Place::default(),
            legal_accepted_at: None,
            access: new.access,
            failed_attempts: 0,
            locked_until: None,
            session_ids: BTreeSet::new(),
            last_sign_in_at: None,
            last_active_at: None,
            created_at: now,
        };
        let id = user.id.clone();
        self.users.insert(user);
        Ok(id)
    }

    pub(in crate::fake) fn hash(&mut self, password: &Secret) -> PasswordHash {
        PasswordHash::new(password.expose(), self.settings.password_cost, &mut self.random)
    }

    pub(in crate::fake) fn totp_code(&self, id_or_identifier: &str, now: Timestamp) -> Option<String> {
        let user = self.users.find(id_or_identifier)?;
        let new = user.new_totp.as_ref().map(|new| &new.authenticator);
        user.authenticator.as_ref().or(new)?.shows(now)
    }

    /// Returns the client that this token identifies. Using a token invalidates the client's oldest tokens.
    pub(in crate::fake) fn client_by_token(&mut self, token: &str, now: Timestamp) -> Option<String> {
        let id = self.tokens.get(token)?.clone();
        let limits = self.settings.recent_tokens();
        let mut is_valid = true;
        for forgotten in self.clients.get_mut(&id)?.tokens.used(token, limits, now) {
            is_valid &= forgotten != token;
            self.tokens.remove(&forgotten);
        }
        is_valid.then_some(id)
    }

    pub(in crate::fake) fn new_client(&mut self, now: Timestamp) -> String {
        let id = self.random.id("client");
        let client = Client {
            id: id.clone(),
            tokens: crate::fake::records::client::Tokens::default(),
            sign_in_id: None,
            sign_up_id: None,
            sign_up_ids: BTreeSet::new(),
            attempt_ids: BTreeSet::new(),
            session_ids: BTreeSet::new(),
            trusted_by: BTreeSet::new(),
            captcha_solved: false,
            predates_passkey_second_factor: false,
            last_active_session_id: None,
            last_authentication_strategy: None,
            recent_creates: Vec::new(),
            recent_attempts: Vec::new(),
            created_at: now,
            updated_at: now,
            shown: 0,
            last_seen_at: now,
        };
        self.clients.insert(id.clone(), client);
        self.expiries.insert(Expiry::client(now + self.settings.attempt_lifetime, &id));
        id
    }

    /// Registers a browser with a development instance, and returns the token that identifies the browser from now on.
    pub(in crate::fake) fn new_browser(&mut self, client_id: Option<&str>, now: Timestamp) -> String {
        let token = self.random.id("dvb");
        self.browsers.insert(token.clone(), client_id.map(str::to_owned));
        self.expiries.insert(Expiry::browser(now + self.settings.attempt_lifetime, &token));
        token
    }

    /// Issues the next token for a client. Returns `None` if there is no such client.
    pub(in crate::fake) fn issue_token(&mut self, client_id: &str, now: Timestamp) -> Option<String> {
        let limits = self.settings.recent_tokens();
        let client = self.clients.get_mut(client_id)?;
        let token = self.random.token();
        for forgotten in client.tokens.issue(token.clone(), limits, now) {
            self.tokens.remove(&forgotten);
        }
        self.tokens.insert(token.clone(), client_id.to_owned());
        Some(token)
    }

    pub(in crate::fake) fn add_attempt(&mut self, attempt: Attempt) {
        if let Some(client) = self.clients.get_mut(&attempt.client_id) {
            let kept = client.sign_in_id.take().filter(|_| without("a new attempt replaces the current one"));
            client.sign_in_id = kept.or_else(|| Some(attempt.id.clone()));
            client.attempt_ids.insert(attempt.id.clone());
        }
        self.expiries.insert(Expiry::attempt(attempt.abandon_at, &attempt.id));
        self.attempts.insert(attempt.id.clone(), attempt);
    }

    pub(in crate::fake) fn add_session(&mut self, session: Session) {
        if let Some(client) = self.clients.get_mut(&session.client_id) {
            client.trusted_by.insert(session.user_id.clone());
            client.session_ids.insert(session.id.clone());
            client.last_active_session_id = Some(session.id.clone());
        }
        if let Some(user) = self.users.get_mut(&session.user_id) {
            user.session_ids.insert(session.id.clone());
            user.last_sign_in_at = Some(session.created_at);
            user.last_active_at = Some(session.last_active_at);
        }
        self.sessions.insert(session.id.clone(), session);
    }

    /// Ends a session, and returns it with its final status.
    pub(in crate::fake) fn end_session(&mut self, id: &str, how: SessionStatus) -> Option<Session> {
        let mut session = self.sessions.remove(id)?;
        session.status = how;
        self.drop_complete_sign_in(&session.client_id, id);
        if let Some(user) = self.users.get_mut(&session.user_id) {
            user.session_ids.remove(id);
        }
        if let Some(client) = self.clients.get_mut(&session.client_id) {
            client.session_ids.remove(id);
            if client.last_active_session_id.as_deref() == Some(id) {
                client.last_active_session_id = client.session_ids.last().cloned();
            }
        }
        Some(session)
    }

    /// Takes the sign-in that led to this session off the client, if the client still shows it.
    pub(in crate::fake) fn drop_complete_sign_in(&mut self, client_id: &str, session_id: &str) {
        let Some(client) = self.clients.get_mut(client_id) else { return };
        let sign_in = client.sign_in_id.as_ref().and_then(|id| self.attempts.get(id));
        if sign_in.is_some_and(|attempt| attempt.session_id.as_deref() == Some(session_id)) {
            client.sign_in_id = None;
        }
    }

    /// Returns the client whose user was sent to a provider with this `state` parameter.
    pub(in crate::fake) fn sent_from(&self, state: &str) -> Option<String> {
        match &self.authorizations.get(state)?.attempt_id {
            AttemptId::SignIn(id) => self.attempts.get(id).map(|attempt| attempt.client_id.clone()),
            AttemptId::SignUp(id) => self.sign_ups.get(id).map(|sign_up| sign_up.client_id.clone()),
        }
    }

    pub(in crate::fake) fn sessions_on<'a>(&'a self, client_id: &str) -> impl Iterator<Item = &'a Session> {
        let ids = self.clients.get(client_id).map(|client| &client.session_ids);
        ids.into_iter().flatten().filter_map(|id| self.sessions.get(id))
    }

    pub(in crate::fake) fn send(&mut self, mut message: Message) {
        self.messages_sent = self.messages_sent.saturating_add(1);
        message.number = self.messages_sent;
        if self.outbox.len() >= MESSAGES_AT_MOST {
            self.outbox.drain(..MESSAGES_AT_MOST / 2);
        }
        self.outbox.push(message);
    }

    pub(in crate::fake) fn forget_attempt(&mut self, id: &str) {
        let Some(attempt) = self.attempts.remove(id) else { return };
        for token in &attempt.link_tokens {
            self.links.remove(token);
        }
        if let Some(state) = &attempt.authorization {
            self.authorizations.remove(state);
        }
        if let Some(client) = self.clients.get_mut(&attempt.client_id) {
            client.attempt_ids.remove(id);
            client.sign_in_id.take_if(|current| current == id);
        }
    }

    pub(in crate::fake) fn forget_client(&mut self, client_id: &str) {
        let sessions: Vec<_> = self.sessions_on(client_id).map(|session| session.id.clone()).collect();
        for id in sessions {
            self.end_session(&id, SessionStatus::Removed);
        }
        if let Some(client) = self.clients.remove(client_id) {
            for token in client.tokens.all() {
                self.tokens.remove(token);
            }
            for id in &client.attempt_ids {
                self.forget_attempt(id);
            }
            for id in &client.sign_up_ids {
                self.forget_sign_up(id);
            }
        }
    }
}

impl fmt::Debug for FakeState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeState")
            .field("users", &self.users.len())
            .field("clients", &self.clients.len())
            .field("attempts", &self.attempts.len())
            .field("sessions", &self.sessions.len())
            .field("outbox", &self.outbox.len())
            .finish_non_exhaustive()
    }
}
