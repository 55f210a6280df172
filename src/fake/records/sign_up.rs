//! Sign-ups.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::fake::crypto::password::PasswordHash;
use crate::fake::provider::Claims;
use crate::fake::records::authorization::{At, Returned};
use crate::fake::records::external_account::ExternalAccount;
use crate::fake::records::sign_in::Check;
use crate::wire::{SignUpStatus, Strategy, Timestamp};

/// A sign-up as the server keeps it: what a sign-in verified, and what the user gave besides.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct SignUp {
    pub(in crate::fake) id: String,
    pub(in crate::fake) device_id: String,
    pub(in crate::fake) status: SignUpStatus,
    /// How far it is with the address or number, which a sign-in has verified or a code does.
    pub(in crate::fake) check: Option<Check>,
    /// How far it is at a provider.
    pub(in crate::fake) external: Option<Check>,
    /// The account there, which nobody else has.
    pub(in crate::fake) external_account: Option<ExternalAccount>,
    /// Who they are there, if somebody here has that account or its address.
    pub(in crate::fake) somebody: Option<Box<Somebody>>,
    /// What they come back with from the provider that they were sent to last.
    pub(in crate::fake) authorization: Option<String>,
    /// What came of it there, and waits to be fetched.
    pub(in crate::fake) returned: Option<Returned>,
    pub(in crate::fake) email_address: Option<String>,
    /// Whether the address is known to be theirs, which a provider may not know.
    pub(in crate::fake) email_address_verified: bool,
    pub(in crate::fake) phone_number: Option<String>,
    pub(in crate::fake) username: Option<String>,
    pub(in crate::fake) first_name: Option<String>,
    pub(in crate::fake) last_name: Option<String>,
    pub(in crate::fake) password: Option<PasswordHash>,
    pub(in crate::fake) legal_accepted_at: Option<Timestamp>,
    pub(in crate::fake) unsafe_metadata: Map<String, Value>,
    pub(in crate::fake) user_id: Option<String>,
    pub(in crate::fake) session_id: Option<String>,
    pub(in crate::fake) abandon_at: Timestamp,
}

/// Who came from a provider to sign up, and has an account here.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Somebody {
    pub(in crate::fake) at: At,
    pub(in crate::fake) claims: Claims,
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
    pub(in crate::fake) const ALL: [Self; 5] =
        [Self::FirstName, Self::LastName, Self::Username, Self::Password, Self::LegalAccepted];

    pub(in crate::fake) const fn name(self) -> &'static str {
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
    /// A sign-up of somebody on this device, of whom nothing is known yet.
    pub(in crate::fake) fn new(id: String, device_id: String, abandon_at: Timestamp) -> Self {
        Self {
            id,
            device_id,
            status: SignUpStatus::MissingRequirements,
            check: None,
            external: None,
            external_account: None,
            somebody: None,
            authorization: None,
            returned: None,
            email_address: None,
            email_address_verified: false,
            phone_number: None,
            username: None,
            first_name: None,
            last_name: None,
            password: None,
            legal_accepted_at: None,
            unsafe_metadata: Map::new(),
            user_id: None,
            session_id: None,
            abandon_at,
        }
    }

    /// Takes over who the user is at a provider. What they gave themselves stays.
    pub(in crate::fake) fn came_from(&mut self, account: ExternalAccount) {
        let claims = &account.claims;
        if self.identifier().is_empty() || self.unverified().is_some() {
            self.check = None;
            self.email_address = Some(claims.email.clone());
            // An enterprise vouches for its addresses.
            self.email_address_verified = claims.email_verified || account.connection_id.is_some();
        }
        self.first_name = self.first_name.take().or_else(|| claims.given_name.clone());
        self.last_name = self.last_name.take().or_else(|| claims.family_name.clone());
        self.external_account = Some(account);
    }

    /// How it is known who the user is.
    pub(in crate::fake) fn verified_by(&self) -> Option<&Strategy> {
        let checks = [&self.external, &self.check].into_iter().flatten();
        checks.filter(|check| check.is_verified()).map(|check| &check.strategy).next()
    }

    /// What the email address or phone number is called that it is known by.
    pub(in crate::fake) const fn identified_by(&self) -> &'static str {
        match (&self.email_address, &self.phone_number) {
            (None, Some(_)) => "phone_number",
            _ => "email_address",
        }
    }

    /// What was given and nobody vouches for.
    pub(in crate::fake) fn unverified(&self) -> Option<&'static str> {
        (self.email_address.is_some() && !self.email_address_verified).then_some("email_address")
    }

    /// Whether it lacks nothing any more.
    pub(in crate::fake) fn is_whole(&self, required: &[SignUpField]) -> bool {
        !self.identifier().is_empty() && self.unverified().is_none() && self.missing(required).is_empty()
    }

    /// What was verified: the email address or the phone number.
    pub(in crate::fake) fn identifier(&self) -> &str {
        self.email_address.as_deref().or(self.phone_number.as_deref()).unwrap_or_default()
    }

    /// What is required and was not given yet. Whoever comes from a provider signs in there, and needs no password: the
    /// prebuilt components do not ask them for one.
    pub(in crate::fake) fn missing(&self, required: &[SignUpField]) -> Vec<SignUpField> {
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
