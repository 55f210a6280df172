//! `POST /v1/client/sign_ups`, `GET|PATCH /v1/client/sign_ups/{sign_up_id}`

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::wire::endpoint::{Endpoint, Parameters, enveloped};
use crate::wire::form_values::{bool_from_form, object_from_form};
use crate::wire::{CaptchaWidgetType, Secret, SignUpAttempt, Strategy, typed_text};

/// The data that a user gives for a sign-up.
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
    /// The email address.
    ///
    /// If an enterprise connection is used, that connection must belong to the domain of the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_address: Option<String>,
    /// The phone number, in E.164 format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// The password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// `true` if the user agrees to the legal terms.
    #[serde(default, deserialize_with = "bool_from_form", skip_serializing_if = "Option::is_none")]
    pub legal_accepted: Option<bool>,
    /// Data that the app stores about the user and that the user can change later.
    #[serde(default, deserialize_with = "object_from_form", skip_serializing_if = "Option::is_none")]
    pub unsafe_metadata: Option<Map<String, Value>>,
    /// The user's language, such as `de-DE` (BCP 47).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The user's time zone, such as `Europe/Berlin` (IANA time zone database).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
}

impl SignUpFields {
    /// Creates an empty set of fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a first name and a last name.
    #[must_use]
    pub fn name(mut self, first_name: &str, last_name: &str) -> Self {
        (self.first_name, self.last_name) = (Some(first_name.to_owned()), Some(last_name.to_owned()));
        self
    }

    /// Adds a user name. White space and invisible marks around it are dropped.
    #[must_use]
    pub fn username(mut self, username: &str) -> Self {
        self.username = Some(typed_text::trim(username).to_owned());
        self
    }

    /// Adds an email address. It replaces an address that the sign-up has and that is not verified yet.
    ///
    /// White space and invisible marks around the address are dropped.
    #[must_use]
    pub fn email_address(mut self, email_address: &str) -> Self {
        self.email_address = Some(typed_text::trim(email_address).to_owned());
        self
    }

    /// Adds a phone number, in E.164 format. It replaces a number that the sign-up has and that is not verified yet.
    ///
    /// White space and invisible marks around the number are dropped.
    #[must_use]
    pub fn phone_number(mut self, phone_number: &str) -> Self {
        self.phone_number = Some(typed_text::trim(phone_number).to_owned());
        self
    }

    /// Adds a password.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Records that the user agrees to the legal terms.
    #[doc(alias = "legalAccepted")]
    #[must_use]
    pub fn legal_accepted(mut self) -> Self {
        self.legal_accepted = Some(true);
        self
    }

    /// Adds data that the app stores about the user and that the user can change later.
    #[doc(alias = "unsafeMetadata")]
    #[must_use]
    pub fn unsafe_metadata(mut self, metadata: Map<String, Value>) -> Self {
        self.unsafe_metadata = Some(metadata);
        self
    }

    /// Adds the user's language, such as `de-DE` (BCP 47).
    #[must_use]
    pub fn locale(mut self, locale: &str) -> Self {
        self.locale = Some(locale.to_owned());
        self
    }

    /// Adds the user's time zone, such as `Europe/Berlin` (IANA time zone database).
    #[must_use]
    pub fn timezone(mut self, timezone: &str) -> Self {
        self.timezone = Some(timezone.to_owned());
        self
    }
}

/// A sign-up with an identity provider or an enterprise connection.
///
/// Either the app sends the user to the provider, or it already has an ID token or a code from the provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SignUpSso {
    /// The strategy.
    ///
    /// For example, `oauth_google` and `enterprise_sso` send the user to the provider, while `google_one_tap` and
    /// `oauth_token_apple` use the ID token or code that the app already has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    /// The page to which the user returns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// The page to which the user returns if the sign-up is complete at that point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_complete_redirect_url: Option<String>,
    /// The kind of prompt that the provider shows (OpenID Connect Core 1.0 section 3.1.2.1, `prompt`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_prompt: Option<String>,
    /// A hint that tells the provider who the user is (OpenID Connect Core 1.0 section 3.1.2.1, `login_hint`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_login_hint: Option<String>,
    /// The id of the enterprise connection, if the domain of the email address has several connections.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise_connection_id: Option<String>,
    /// An ID token from the provider (OpenID Connect Core 1.0 section 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
    /// An authorization code from the provider (RFC 6749 section 4.1.2).
    ///
    /// A request can contain this code, the ID token, or both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
}

impl SignUpSso {
    /// Uses this strategy, which sends the user to a provider and afterwards to the page `redirect_url`.
    #[must_use]
    pub fn new(strategy: Strategy, redirect_url: &str) -> Self {
        Self { strategy: Some(strategy), redirect_url: Some(redirect_url.to_owned()), ..Self::default() }
    }

    /// Signs up with an ID token, a code, or both.
    #[must_use]
    pub fn id_token(strategy: Strategy, token: Option<Secret>, code: Option<Secret>) -> Self {
        Self { strategy: Some(strategy), token, code, ..Self::default() }
    }
}

/// A request that creates a sign-up for the client, or replaces the client's current sign-up.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CreateSignUp {
    /// `true` to reuse the verified data of the sign-in that is under way.
    #[serde(default, deserialize_with = "bool_from_form", skip_serializing_if = "Option::is_none")]
    pub transfer: Option<bool>,
    /// The data that the user gives.
    #[serde(flatten)]
    pub fields: SignUpFields,
    /// The identity provider, if the user signs up with one.
    #[serde(flatten)]
    pub sso: Box<SignUpSso>,
    /// The token of a solved captcha.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_token: Option<Secret>,
    /// The kind of captcha.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_widget_type: Option<CaptchaWidgetType>,
    /// The reason why there is no captcha token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_error: Option<String>,
}

impl CreateSignUp {
    /// Creates a sign-up in which nothing is verified yet.
    #[must_use]
    pub fn new(fields: SignUpFields) -> Self {
        Self { fields, ..Self::default() }
    }

    /// Turns the sign-in that is under way into a sign-up.
    #[must_use]
    pub fn transfer(fields: SignUpFields) -> Self {
        Self { transfer: Some(true), ..Self::new(fields) }
    }

    /// Creates a sign-up that begins at an identity provider.
    #[must_use]
    pub fn sso(sso: SignUpSso, fields: SignUpFields) -> Self {
        Self { sso: Box::new(sso), ..Self::new(fields) }
    }
}

/// A request to add missing data to a sign-up.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UpdateSignUp {
    /// The id of the sign-up.
    #[serde(skip_serializing)]
    pub sign_up_id: String,
    /// The data that the user gives.
    #[serde(flatten)]
    pub fields: SignUpFields,
    /// The identity provider, if the user continues the sign-up with one.
    #[serde(flatten)]
    pub sso: Box<SignUpSso>,
}

impl UpdateSignUp {
    /// Adds these fields to the sign-up with this id.
    #[must_use]
    pub fn new(sign_up_id: &str, fields: SignUpFields) -> Self {
        Self { sign_up_id: sign_up_id.to_owned(), fields, sso: Box::default() }
    }

    /// Continues the sign-up with this id at an identity provider.
    #[must_use]
    pub fn sso(sign_up_id: &str, sso: SignUpSso) -> Self {
        Self { sso: Box::new(sso), ..Self::new(sign_up_id, SignUpFields::new()) }
    }
}

/// A request to read a sign-up.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GetSignUp {
    /// The id of the sign-up.
    #[serde(skip_serializing)]
    pub sign_up_id: String,
    /// The nonce that the app received when the user returned from a provider.
    ///
    /// A native client needs this nonce to read the result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotating_token_nonce: Option<Secret>,
}

impl GetSignUp {
    /// Reads the sign-up with this id.
    #[must_use]
    pub fn new(sign_up_id: &str) -> Self {
        Self { sign_up_id: sign_up_id.to_owned(), rotating_token_nonce: None }
    }
}

pub(in crate::wire) static CREATE: Endpoint =
    Endpoint { method: Method::POST, path: "/v1/client/sign_ups", decode: enveloped::<Box<SignUpAttempt>> };

pub(in crate::wire) static GET: Endpoint =
    Endpoint { method: Method::GET, path: "/v1/client/sign_ups/{sign_up_id}", decode: enveloped::<Box<SignUpAttempt>> };

pub(in crate::wire) static UPDATE: Endpoint = Endpoint {
    method: Method::PATCH,
    path: "/v1/client/sign_ups/{sign_up_id}",
    decode: enveloped::<Box<SignUpAttempt>>,
};

impl Parameters for CreateSignUp {}

impl Parameters for GetSignUp {
    fn path_id(&self) -> Option<&str> {
        Some(&self.sign_up_id)
    }
}

impl Parameters for UpdateSignUp {
    fn path_id(&self) -> Option<&str> {
        Some(&self.sign_up_id)
    }
}
