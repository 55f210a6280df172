//! `POST /v1/client/sign_ups`, `GET|PATCH /v1/client/sign_ups/{sign_up_id}`

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::form_values::{bool_from_form, object_from_form};
use crate::wire::Secret;

/// What a user gives to a sign-up.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SignUpFields {
    /// The first name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The user name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// Whether the user agrees to the legal terms.
    #[serde(default, deserialize_with = "bool_from_form", skip_serializing_if = "Option::is_none")]
    pub legal_accepted: Option<bool>,
    /// What the app writes down about the user, which the user can change later.
    #[serde(default, deserialize_with = "object_from_form", skip_serializing_if = "Option::is_none")]
    pub unsafe_metadata: Option<Map<String, Value>>,
    /// The user's language, such as `de-DE` (BCP 47).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

impl SignUpFields {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With a first and a last name.
    #[must_use]
    pub fn name(mut self, first_name: &str, last_name: &str) -> Self {
        (self.first_name, self.last_name) = (Some(first_name.to_owned()), Some(last_name.to_owned()));
        self
    }

    /// With a user name.
    #[must_use]
    pub fn username(mut self, username: &str) -> Self {
        self.username = Some(username.to_owned());
        self
    }

    /// With a password.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.into());
        self
    }

    /// The user agrees to the legal terms.
    #[must_use]
    pub fn legal_accepted(mut self) -> Self {
        self.legal_accepted = Some(true);
        self
    }

    /// With what the app writes down about the user, which the user can change later.
    #[must_use]
    pub fn unsafe_metadata(mut self, metadata: Map<String, Value>) -> Self {
        self.unsafe_metadata = Some(metadata);
        self
    }

    /// With the user's language, such as `de-DE` (BCP 47).
    #[must_use]
    pub fn locale(mut self, locale: &str) -> Self {
        self.locale = Some(locale.to_owned());
        self
    }
}

/// Creates the device's sign-up, or replaces the one under way.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CreateSignUp {
    /// Whether it takes over what the sign-in under way has verified.
    #[serde(default, deserialize_with = "bool_from_form", skip_serializing_if = "Option::is_none")]
    pub transfer: Option<bool>,
    /// What the user gives.
    #[serde(flatten)]
    pub fields: SignUpFields,
}

impl CreateSignUp {
    /// Makes a sign-up of the sign-in under way.
    #[must_use]
    pub const fn transfer(fields: SignUpFields) -> Self {
        Self { transfer: Some(true), fields }
    }
}

/// Gives a sign-up what it lacks.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UpdateSignUp {
    /// Which sign-up.
    #[serde(skip)]
    pub sign_up_id: String,
    /// What the user gives.
    #[serde(flatten)]
    pub fields: SignUpFields,
}

impl UpdateSignUp {
    /// Gives this to the sign-up with this id.
    #[must_use]
    pub fn new(sign_up_id: &str, fields: SignUpFields) -> Self {
        Self { sign_up_id: sign_up_id.to_owned(), fields }
    }
}

/// Reads a sign-up.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GetSignUp {
    /// Which sign-up.
    pub sign_up_id: String,
}

impl GetSignUp {
    /// The sign-up with this id.
    #[must_use]
    pub fn new(sign_up_id: &str) -> Self {
        Self { sign_up_id: sign_up_id.to_owned() }
    }
}
