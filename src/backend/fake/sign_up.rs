//! Sign-ups.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::password::PasswordHash;
use super::user::ExternalAccount;
use crate::wire::{SignUpStatus, Strategy, Timestamp};

/// A sign-up as the server keeps it: what a sign-in verified, and what the user gave besides.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct SignUp {
    pub(super) id: String,
    pub(super) device_id: String,
    pub(super) status: SignUpStatus,
    /// How the address or number was verified.
    pub(super) verified_by: Strategy,
    /// Until when that could be done.
    pub(super) verifiable_until: Option<Timestamp>,
    /// The account at a provider that it was verified by.
    pub(super) external_account: Option<ExternalAccount>,
    pub(super) email_address: Option<String>,
    /// Whether the address is known to be theirs, which a provider may not know.
    pub(super) email_address_verified: bool,
    pub(super) phone_number: Option<String>,
    pub(super) username: Option<String>,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) password: Option<PasswordHash>,
    pub(super) legal_accepted_at: Option<Timestamp>,
    pub(super) unsafe_metadata: Map<String, Value>,
    pub(super) user_id: Option<String>,
    pub(super) session_id: Option<String>,
    pub(super) abandon_at: Timestamp,
}

/// Something that every user of an instance has to give when they sign up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SignUpField {
    /// A first name.
    FirstName,
    /// A last name.
    LastName,
    /// A user name.
    Username,
    /// A password.
    Password,
    /// That they agree to the legal terms.
    LegalAccepted,
}

impl SignUpField {
    pub(super) const ALL: [Self; 5] =
        [Self::FirstName, Self::LastName, Self::Username, Self::Password, Self::LegalAccepted];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Username => "username",
            Self::Password => "password",
            Self::LegalAccepted => "legal_accepted",
        }
    }
}

impl SignUp {
    /// What was verified: the email address or the phone number.
    pub(super) fn identifier(&self) -> &str {
        self.email_address.as_deref().or(self.phone_number.as_deref()).unwrap_or_default()
    }

    /// What is required and was not given yet. Whoever comes from a provider signs in there, and needs no password: the
    /// prebuilt components do not ask them for one.
    pub(super) fn missing(&self, required: &[SignUpField]) -> Vec<SignUpField> {
        let is_missing = |field: &SignUpField| match field {
            SignUpField::FirstName => self.first_name.is_none(),
            SignUpField::LastName => self.last_name.is_none(),
            SignUpField::Username => self.username.is_none(),
            SignUpField::Password => self.password.is_none() && self.external_account.is_none(),
            SignUpField::LegalAccepted => self.legal_accepted_at.is_none(),
        };
        required.iter().copied().filter(is_missing).collect()
    }
}
