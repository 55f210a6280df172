//! Sign-ups.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::fake::crypto::password::PasswordHash;
use crate::fake::provider::Claims;
use crate::fake::records::authorization::{ProviderChoice, Returned};
use crate::fake::records::external_account::ExternalAccount;
use crate::fake::records::place::Place;
use crate::fake::records::sign_in::Check;
use crate::fault_switches::without;
use crate::wire::{SignUpStatus, Strategy, Timestamp};

/// A stored sign-up. It contains the data that a sign-in verified and the data that the user entered.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct SignUp {
    pub(in crate::fake) id: String,
    pub(in crate::fake) client_id: String,
    pub(in crate::fake) status: SignUpStatus,
    /// The verification of the email address. It is either taken over from a sign-in or done with a code.
    pub(in crate::fake) email_check: Option<Check>,
    /// The verification of the phone number. It is either taken over from a sign-in or done with a code.
    pub(in crate::fake) phone_check: Option<Check>,
    /// The verification of the user by a provider.
    pub(in crate::fake) external: Option<Check>,
    /// The account at the provider, which does not belong to a user yet.
    pub(in crate::fake) external_account: Option<ExternalAccount>,
    /// The account at the provider, if the account or its email address already belongs to a user.
    pub(in crate::fake) known_account: Option<Box<KnownAccount>>,
    /// The `state` parameter of the user's latest visit to a provider.
    ///
    /// The provider sends the user back with the same parameter.
    pub(in crate::fake) authorization: Option<String>,
    /// The result from the provider, which the app still has to fetch.
    pub(in crate::fake) returned: Option<Returned>,
    pub(in crate::fake) email_address: Option<String>,
    /// `true` if the email address is verified. An address from a provider may be unverified.
    pub(in crate::fake) email_address_verified: bool,
    pub(in crate::fake) phone_number: Option<String>,
    pub(in crate::fake) username: Option<String>,
    pub(in crate::fake) first_name: Option<String>,
    pub(in crate::fake) last_name: Option<String>,
    pub(in crate::fake) password: Option<PasswordHash>,
    pub(in crate::fake) legal_accepted_at: Option<Timestamp>,
    pub(in crate::fake) unsafe_metadata: Map<String, Value>,
    #[serde(default)]
    pub(in crate::fake) place: Place,
    pub(in crate::fake) user_id: Option<String>,
    pub(in crate::fake) session_id: Option<String>,
    pub(in crate::fake) abandon_at: Timestamp,
}

/// A user who came from a provider to sign up, but already exists on this server.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct KnownAccount {
    pub(in crate::fake) choice: ProviderChoice,
    pub(in crate::fake) claims: Claims,
}

/// A field that every user of an instance must fill in at sign-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SignUpField {
    /// An email address.
    EmailAddress,
    /// A phone number.
    PhoneNumber,
    /// A first name.
    FirstName,
    /// A last name.
    LastName,
    /// A user name.
    Username,
    /// A password.
    Password,
    /// Agreement to the legal terms.
    LegalAccepted,
}

impl SignUpField {
    pub(in crate::fake) const ALL: [Self; 7] = [
        Self::EmailAddress,
        Self::PhoneNumber,
        Self::FirstName,
        Self::LastName,
        Self::Username,
        Self::Password,
        Self::LegalAccepted,
    ];

    pub(in crate::fake) const fn name(self) -> &'static str {
        match self {
            Self::EmailAddress => "email_address",
            Self::PhoneNumber => "phone_number",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Username => "username",
            Self::Password => "password",
            Self::LegalAccepted => "legal_accepted",
        }
    }
}

impl SignUp {
    /// Creates an empty sign-up on this client.
    pub(in crate::fake) fn new(id: String, client_id: String, abandon_at: Timestamp) -> Self {
        Self {
            id,
            client_id,
            status: SignUpStatus::MissingRequirements,
            email_check: None,
            phone_check: None,
            external: None,
            external_account: None,
            known_account: None,
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
            place: Place::default(),
            user_id: None,
            session_id: None,
            abandon_at,
        }
    }

    /// Adds the data that a provider sent about the user, but keeps the data that the user entered.
    pub(in crate::fake) fn came_from(&mut self, account: ExternalAccount) {
        let claims = &account.claims;
        let has_unverified_address = self.email_address.is_some() && !self.email_address_verified;
        if self.identifier().is_empty() || has_unverified_address {
            self.email_check = None;
            self.email_address = Some(claims.email.clone());
            // An email address from an enterprise account counts as verified.
            self.email_address_verified = claims.email_verified || account.connection_id.is_some();
        }
        self.first_name = self.first_name.take().or_else(|| claims.given_name.clone());
        self.last_name = self.last_name.take().or_else(|| claims.family_name.clone());
        self.external_account = Some(account);
    }

    /// Returns the strategy by which the user was verified.
    pub(in crate::fake) fn verified_by(&self) -> Option<&Strategy> {
        let checks = [&self.external, &self.email_check, &self.phone_check].into_iter().flatten();
        checks.filter(|check| check.is_verified()).map(|check| &check.strategy).next()
    }

    /// Returns the fields that every user must fill in. If no identifier is among the required fields, the user needs
    /// one of them.
    pub(in crate::fake) fn required(&self, required: &[SignUpField]) -> Vec<SignUpField> {
        let names_one =
            required.iter().any(|field| matches!(field, SignUpField::EmailAddress | SignUpField::PhoneNumber));
        let identifier = match (&self.email_address, &self.phone_number) {
            (None, Some(_)) => SignUpField::PhoneNumber,
            _ => SignUpField::EmailAddress,
        };
        (!names_one).then_some(identifier).into_iter().chain(required.iter().copied()).collect()
    }

    /// Returns the identifiers that have an unverified value.
    pub(in crate::fake) fn unverified(&self) -> Vec<SignUpField> {
        let email = self.email_address.is_some() && !self.email_address_verified;
        let phone = self.phone_number.is_some() && !self.phone_check.as_ref().is_some_and(Check::is_verified);
        let email = email.then_some(SignUpField::EmailAddress);
        email.into_iter().chain(phone.then_some(SignUpField::PhoneNumber)).collect()
    }

    /// Returns `true` if all required data is present and verified.
    pub(in crate::fake) fn is_whole(&self, required: &[SignUpField]) -> bool {
        (self.unverified().is_empty() || without("a sign-up verifies every address"))
            && (self.missing(required).is_empty() || without("a sign-up has every required field"))
    }

    /// Returns the email address or the phone number, or an empty string if there is neither.
    pub(in crate::fake) fn identifier(&self) -> &str {
        self.email_address.as_deref().or(self.phone_number.as_deref()).unwrap_or_default()
    }

    /// Returns the required fields that have no value yet.
    ///
    /// A user who comes from a provider has signed in there, and therefore needs no password here. Clerk's prebuilt
    /// components do not ask such a user for a password either.
    pub(in crate::fake) fn missing(&self, required: &[SignUpField]) -> Vec<SignUpField> {
        let is_missing = |field: &SignUpField| match field {
            SignUpField::EmailAddress => self.email_address.is_none(),
            SignUpField::PhoneNumber => self.phone_number.is_none(),
            SignUpField::FirstName => self.first_name.is_none(),
            SignUpField::LastName => self.last_name.is_none(),
            SignUpField::Username => self.username.is_none(),
            SignUpField::Password => self.password.is_none() && self.external_account.is_none(),
            SignUpField::LegalAccepted => self.legal_accepted_at.is_none(),
        };
        self.required(required).into_iter().filter(is_missing).collect()
    }
}
