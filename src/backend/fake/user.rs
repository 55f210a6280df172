//! Users.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::password::PasswordHash;
use super::totp::Authenticator;
use crate::wire::{Factor, Secret, Strategy, Timestamp};

/// A user to [add](super::FakeBackend::add_user): someone with an email address, and whatever else is given.
#[derive(Clone, Debug)]
#[must_use = "it does nothing until it is added to a server"]
pub struct NewUser {
    pub(super) email_address: String,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) username: Option<String>,
    pub(super) phone_number: Option<String>,
    pub(super) password: Option<Secret>,
    pub(super) totp_secret: Option<Secret>,
    pub(super) email_code_second_factor: bool,
    pub(super) session_tasks: Vec<String>,
}

impl NewUser {
    /// Someone with this email address, who can sign in by email code.
    pub fn new(email_address: impl Into<String>) -> Self {
        Self {
            email_address: email_address.into(),
            first_name: None,
            last_name: None,
            username: None,
            phone_number: None,
            password: None,
            totp_secret: None,
            email_code_second_factor: false,
            session_tasks: Vec::new(),
        }
    }

    /// Gives them a name.
    pub fn name(mut self, first: impl Into<String>, last: impl Into<String>) -> Self {
        self.first_name = Some(first.into());
        self.last_name = Some(last.into());
        self
    }

    /// Gives them a user name to sign in with.
    pub fn username(mut self, username: impl Into<String>) -> Self {
        self.username = Some(username.into());
        self
    }

    /// Gives them a phone number, in E.164 format, to sign in with.
    pub fn phone_number(mut self, phone_number: impl Into<String>) -> Self {
        self.phone_number = Some(phone_number.into());
        self
    }

    /// Gives them a password.
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Gives them an authenticator app with this secret, in base32, as a second factor.
    pub fn totp_secret(mut self, secret: &str) -> Self {
        self.totp_secret = Some(secret.into());
        self
    }

    /// Makes a code to their email address a second factor.
    pub fn email_code_second_factor(mut self) -> Self {
        self.email_code_second_factor = true;
        self
    }

    /// Makes their sessions pending until this task is done: `choose-organization`, for instance.
    pub fn session_task(mut self, key: impl Into<String>) -> Self {
        self.session_tasks.push(key.into());
        self
    }
}

/// Why a user cannot be added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NewUserError {
    /// Another user has this address, number or name.
    #[error("`{0}` belongs to another user")]
    Taken(String),
    /// The authenticator app's secret is not base32 of at least 128 bits.
    #[error("the secret of the authenticator app is not base32 of at least 128 bits")]
    TotpSecret,
}

/// A user as the server keeps them.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct User {
    pub(super) id: String,
    pub(super) email_address_id: String,
    pub(super) email_address: String,
    pub(super) phone_number_id: Option<String>,
    pub(super) phone_number: Option<String>,
    pub(super) username: Option<String>,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) password: Option<PasswordHash>,
    pub(super) authenticator: Option<Authenticator>,
    pub(super) email_code_second_factor: bool,
    pub(super) session_tasks: Vec<String>,
    pub(super) created_at: Timestamp,
}

impl User {
    /// Whether they sign in with this email address, phone number or user name.
    pub(super) fn is_known_as(&self, identifier: &str) -> bool {
        self.email_address.eq_ignore_ascii_case(identifier)
            || self.phone_number.as_deref() == Some(identifier)
            || self.username.as_deref() == Some(identifier)
    }

    pub(super) fn first_factors(&self) -> Vec<Factor> {
        let password = self.password.as_ref().map(|_| Factor::new(Strategy::Password));
        password.into_iter().chain([self.email_code()]).collect()
    }

    /// What the user chose as a second factor; whoever chose one has to verify one.
    pub(super) fn second_factors(&self) -> Vec<Factor> {
        let totp = self.authenticator.as_ref().map(|_| Factor::new(Strategy::Totp));
        let email_code = self.email_code_second_factor.then(|| self.email_code());
        totp.into_iter().chain(email_code).collect()
    }

    /// What makes a new device trusted.
    pub(super) fn client_trust_factors(&self) -> Vec<Factor> {
        vec![self.email_code()]
    }

    fn email_code(&self) -> Factor {
        Factor {
            safe_identifier: Some(self.email_address.clone()),
            email_address_id: Some(self.email_address_id.clone()),
            primary: Some(true),
            ..Factor::new(Strategy::EmailCode)
        }
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("id", &self.id).finish_non_exhaustive()
    }
}
