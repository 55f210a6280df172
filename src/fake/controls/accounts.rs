//! Functions that tests use to list, change and remove users.

use serde::{Deserialize, Deserializer, Serialize};

use crate::fake::FakeBackend;
use crate::fake::crypto::totp::Authenticator;
use crate::fake::records::new_user::NewUserError;
use crate::fake::records::state::FakeState;
use crate::fake::records::user::{Address, User, UserAccess};
use crate::platform::Timer;
use crate::wire::{Secret, SessionStatus, Timestamp};

/// A stored user, without secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FakeUser {
    /// The user's id, `user_…`.
    pub id: String,
    /// The email addresses; the first is the primary one.
    pub email_addresses: Vec<String>,
    /// The phone numbers; the first is the primary one.
    pub phone_numbers: Vec<String>,
    /// The wallets; the first is the primary one.
    pub web3_wallets: Vec<String>,
    /// The ids of the user's passkeys.
    pub passkeys: Vec<String>,
    /// The ids of the trusted devices with which the user can sign in.
    pub trusted_devices: Vec<String>,
    /// The user name.
    pub username: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// `true` if the user has a password.
    pub has_password: bool,
    /// `true` if the user has an authenticator app.
    pub has_totp: bool,
    /// The number of unused backup codes.
    pub backup_codes_left: usize,
    /// `true` if the user can use a code sent by email as a second factor.
    pub email_code_second_factor: bool,
    /// `true` if the user can use a code sent to a phone as a second factor.
    pub phone_code_second_factor: bool,
    /// The tasks that the user must complete before their sessions are usable.
    pub session_tasks: Vec<String>,
    /// The user's permission to sign in.
    pub access: UserAccess,
    /// The number of wrong answers since the last correct answer.
    pub failed_attempts: u32,
    /// The time until which the account is locked after too many wrong answers.
    pub locked_until: Option<Timestamp>,
    /// The number of sessions that the user has across all clients.
    pub sessions: usize,
    /// The ids of these sessions.
    pub session_ids: Vec<String>,
    /// The time at which the user was added.
    pub created_at: Timestamp,
}

impl FakeUser {
    /// Returns the identifiers with which the user can sign in.
    pub fn identifiers(&self) -> impl Iterator<Item = &str> {
        let addresses = self.email_addresses.iter().chain(&self.phone_numbers).chain(&self.web3_wallets);
        addresses.chain(&self.username).map(String::as_str)
    }
}

/// A change to a user.
///
/// Fields that are left out keep their values. In JSON, `null` removes an optional value.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct UserChange {
    /// The email addresses.
    #[serde(deserialize_with = "emptied_by_null")]
    pub email_addresses: Option<Vec<String>>,
    /// The phone numbers.
    #[serde(deserialize_with = "emptied_by_null")]
    pub phone_numbers: Option<Vec<String>>,
    /// The wallets.
    #[serde(deserialize_with = "emptied_by_null")]
    pub web3_wallets: Option<Vec<String>>,
    /// The user name.
    pub username: Change<String>,
    /// The first name.
    pub first_name: Change<String>,
    /// The last name.
    pub last_name: Change<String>,
    /// The password.
    pub password: Change<Secret>,
    /// The secret of the authenticator app, in base32.
    pub totp_secret: Change<Secret>,
    /// The backup codes.
    #[serde(deserialize_with = "emptied_by_null")]
    pub backup_codes: Option<Vec<Secret>>,
    /// `true` if the user can use a code sent by email as a second factor.
    pub email_code_second_factor: Option<bool>,
    /// `true` if the user can use a code sent to a phone as a second factor.
    pub phone_code_second_factor: Option<bool>,
    /// The tasks that the user must complete before their sessions are usable.
    #[serde(deserialize_with = "emptied_by_null")]
    pub session_tasks: Option<Vec<String>>,
    /// The user's permission to sign in.
    pub access: Option<UserAccess>,
    /// The time until which the account is locked.
    ///
    /// Removing this time unlocks the account and resets the count of wrong answers.
    pub locked_until: Change<Timestamp>,
}

fn emptied_by_null<'de, T, D>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(Some(Option::deserialize(deserializer)?.unwrap_or_default()))
}

/// A change to an optional value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change<T> {
    /// The value stays.
    #[default]
    Keep,
    /// The value is removed.
    Remove,
    /// The value is replaced with a new one.
    Set(T),
}

impl<T> Change<T> {
    fn apply(self, to: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Remove => *to = None,
            Self::Set(value) => *to = Some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Remove, Self::Set))
    }
}

impl FakeBackend {
    /// Returns all users, sorted by id.
    #[must_use]
    pub fn users(&self) -> Vec<FakeUser> {
        let state = self.lock();
        state.users.iter().map(|user| described(&state, user)).collect()
    }

    /// Returns the user with this id, email address, phone number, wallet address or user name.
    #[must_use]
    pub fn user(&self, id_or_identifier: &str) -> Option<FakeUser> {
        let state = self.lock();
        state.users.find(id_or_identifier).map(|user| described(&state, user))
    }

    /// Returns `true` if this is the password of the user with this id.
    #[cfg(any(feature = "server", feature = "testing"))]
    pub(crate) fn is_password(&self, id: &str, password: &str) -> bool {
        let state = self.lock();
        let hash = state.users.get(id).and_then(|user| user.password.as_ref());
        hash.is_some_and(|hash| hash.verifies(password))
    }

    /// Changes a user without ending their sessions.
    ///
    /// # Errors
    /// [`NewUserError`] if there is no user with this id, or if one of the conditions listed at
    /// [`add_user`](Self::add_user) applies. If an error is returned, nothing changes.
    pub fn change_user(&self, id: &str, change: UserChange) -> Result<(), NewUserError> {
        let now = self.clock().now();
        self.lock().change_user(id, change, now)
    }

    /// Removes a user together with their sessions and sign-ins.
    ///
    /// Does nothing if there is no user with this id.
    pub fn remove_user(&self, id: &str) {
        self.lock().remove_user(id);
    }

    /// Ends all sessions of the user with this id, on all clients, as an administrator could.
    ///
    /// Does nothing if there is no such user.
    pub fn end_sessions(&self, user_id: &str) {
        self.lock().end_sessions(user_id);
    }
}

impl FakeState {
    pub(in crate::fake) fn user_id(&self, id_or_identifier: &str) -> Result<String, NewUserError> {
        let user =
            self.users.find(id_or_identifier).ok_or_else(|| NewUserError::UserNotFound(id_or_identifier.to_owned()));
        user.map(|user| user.id.clone())
    }

    pub(in crate::fake) fn end_sessions(&mut self, user_id: &str) {
        let ids = self.users.get(user_id).map(|user| user.session_ids.clone()).unwrap_or_default();
        for id in ids {
            self.end_session(&id, SessionStatus::Revoked);
        }
    }

    fn remove_user(&mut self, id: &str) {
        self.end_sessions(id);
        let attempts = self.attempts.values().filter(|attempt| attempt.user_id.as_deref() == Some(id));
        let attempts: Vec<_> = attempts.map(|attempt| attempt.id.clone()).collect();
        for attempt in attempts {
            self.forget_attempt(&attempt);
        }
        for client in self.clients.values_mut() {
            client.trusted_by.remove(id);
        }
        self.tickets.retain(|_, ticket| ticket.user_id != id);
        self.trusted_devices.retain(|_, device| device.user_id != id);
        self.enrolments.remove(id);
        for organization in self.organizations.values_mut() {
            organization.members.remove(id);
        }
        self.users.remove(id);
    }

    fn change_user(&mut self, id: &str, change: UserChange, now: Timestamp) -> Result<(), NewUserError> {
        let mut user = self.users.get(id).cloned().ok_or_else(|| NewUserError::UserNotFound(id.to_owned()))?;
        change.username.apply(&mut user.username);
        self.users.admit(
            Some(id),
            &change.email_addresses.clone().unwrap_or_else(|| values(&user.email_addresses)),
            &change.phone_numbers.clone().unwrap_or_else(|| values(&user.phone_numbers)),
            &change.web3_wallets.clone().unwrap_or_else(|| values(&user.web3_wallets)),
            user.username.as_ref(),
        )?;
        match change.totp_secret {
            Change::Keep => {}
            Change::Remove => user.authenticator = None,
            Change::Set(secret) => {
                user.authenticator = Some(Authenticator::new(secret.expose()).ok_or(NewUserError::TotpSecret)?);
            }
        }
        if let Some(addresses) = change.email_addresses {
            user.email_addresses = self.addresses(&user.email_addresses, addresses);
        }
        if let Some(numbers) = change.phone_numbers {
            user.phone_numbers = self.addresses(&user.phone_numbers, numbers);
        }
        if let Some(wallets) = change.web3_wallets {
            user.web3_wallets = self.addresses(&user.web3_wallets, wallets);
        }
        change.first_name.apply(&mut user.first_name);
        change.last_name.apply(&mut user.last_name);
        match change.password {
            Change::Keep => {}
            Change::Remove => user.password = None,
            Change::Set(password) => {
                user.password = Some(self.hash(&password));
                user.password_set_at = now;
            }
        }
        set(&mut user.backup_codes, change.backup_codes);
        set(&mut user.email_code_second_factor, change.email_code_second_factor);
        set(&mut user.phone_code_second_factor, change.phone_code_second_factor);
        set(&mut user.session_tasks, change.session_tasks);
        set(&mut user.access, change.access);
        if change.locked_until != Change::Keep {
            user.failed_attempts = 0;
        }
        change.locked_until.apply(&mut user.locked_until);
        self.users.insert(user);
        Ok(())
    }

    /// Creates these addresses. Existing addresses keep their ids.
    fn addresses(&mut self, before: &[Address], values: Vec<String>) -> Vec<Address> {
        let id = |value: &String| before.iter().find(|known| known.value == *value).map(|known| known.id.clone());
        let address = |value| Address { id: id(&value).unwrap_or_else(|| self.random.id("idn")), value };
        values.into_iter().map(address).collect()
    }
}

fn set<T>(value: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *value = new;
    }
}

fn values(addresses: &[Address]) -> Vec<String> {
    addresses.iter().map(|address| address.value.clone()).collect()
}

fn described(state: &FakeState, user: &User) -> FakeUser {
    FakeUser {
        id: user.id.clone(),
        email_addresses: values(&user.email_addresses),
        phone_numbers: values(&user.phone_numbers),
        web3_wallets: values(&user.web3_wallets),
        passkeys: user.passkeys.iter().map(|passkey| passkey.id.clone()).collect(),
        trusted_devices: state.trusted_devices_of(&user.id).map(|device| device.id.clone()).collect(),
        username: user.username.clone(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        has_password: user.password.is_some(),
        has_totp: user.authenticator.is_some(),
        backup_codes_left: user.backup_codes.len(),
        email_code_second_factor: user.email_code_second_factor,
        phone_code_second_factor: user.phone_code_second_factor,
        session_tasks: user.session_tasks.clone(),
        access: user.access,
        failed_attempts: user.failed_attempts,
        locked_until: user.locked_until,
        sessions: user.session_ids.len(),
        session_ids: user.session_ids.iter().cloned().collect(),
        created_at: user.created_at,
    }
}
