//! `POST /v1/client/sign_ins`

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Endpoint, Parameters, enveloped};
use crate::wire::form_values::bool_from_form;
use crate::wire::{CaptchaWidgetType, Secret, SignInAttempt, Strategy};

/// A request that creates a sign-in for the client, or replaces the one that is under way.
///
/// If the request names a strategy that sends something to the user, the server prepares that strategy at once. If the
/// request contains a password, the server checks the password at once.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CreateSignIn {
    /// The user's identifier, which is an email address, phone number, user name or wallet address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// The strategy, if the request contains more than the identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    /// The password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// The ticket, which identifies the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Secret>,
    /// An ID token from an identity provider (OpenID Connect Core 1.0 section 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
    /// An authorization code from an identity provider (RFC 6749 section 4.1.2).
    ///
    /// A request can contain this code, the ID token, or both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
    /// The page to which a link or an identity provider sends the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// `true` if an unknown user can continue with a sign-up.
    ///
    /// If the value is `true`, the server does not reveal whether the user exists.
    #[serde(default, deserialize_with = "bool_from_form", skip_serializing_if = "Option::is_none")]
    pub sign_up_if_missing: Option<bool>,
    /// `true` to reuse the verified data of the sign-up that is under way.
    #[serde(default, deserialize_with = "bool_from_form", skip_serializing_if = "Option::is_none")]
    pub transfer: Option<bool>,
    /// The page to which an identity provider sends the user if the sign-in is complete at that point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_complete_redirect_url: Option<String>,
    /// The kind of prompt that the provider shows (OpenID Connect Core 1.0 section 3.1.2.1, `prompt`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_prompt: Option<String>,
    /// A hint that tells the provider who the user is (OpenID Connect Core 1.0 section 3.1.2.1, `login_hint`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_login_hint: Option<String>,
    /// The id of the trusted device that will sign the challenge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_device_id: Option<String>,
    /// The language of the messages that the user receives, such as `de-DE` (BCP 47).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The user's time zone, such as `Europe/Berlin` (IANA time zone database).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// The token of a solved captcha. Some attempts need a captcha, for instance those that may become a sign-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_token: Option<Secret>,
    /// The kind of captcha.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_widget_type: Option<CaptchaWidgetType>,
    /// The reason why there is no captcha token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_error: Option<String>,
}

impl CreateSignIn {
    /// Creates a request without an identifier.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a request with an identifier.
    #[must_use]
    pub fn with_identifier(identifier: impl Into<String>) -> Self {
        Self { identifier: Some(identifier.into()), ..Self::default() }
    }
}

pub(in crate::wire) static CREATE: Endpoint =
    Endpoint { method: Method::POST, path: "/v1/client/sign_ins", decode: enveloped::<Box<SignInAttempt>> };

impl Parameters for CreateSignIn {}
