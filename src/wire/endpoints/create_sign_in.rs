//! `POST /v1/client/sign_ins`

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Endpoint, Parameters, enveloped};
use crate::wire::form_values::bool_from_form;
use crate::wire::{CaptchaWidgetType, Secret, SignInAttempt, Strategy};

/// Creates the device's sign-in, or replaces the one under way.
///
/// With a strategy that sends something, it also prepares that strategy; with a password it also attempts it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CreateSignIn {
    /// Who signs in: email address, phone number, user name or wallet address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// How, if more than the identifier is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    /// The password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// The ticket, which says who signs in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Secret>,
    /// An ID token of a provider (OpenID Connect Core 1.0 section 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
    /// An authorization code of a provider, beside the token or instead of it (RFC 6749 section 4.1.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
    /// The page that a link or a provider leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// Whether somebody whom nobody knows can go on to sign up. Then the server does not tell if they are known.
    #[serde(default, deserialize_with = "bool_from_form", skip_serializing_if = "Option::is_none")]
    pub sign_up_if_missing: Option<bool>,
    /// Whether it takes over what the sign-up under way has verified.
    #[serde(default, deserialize_with = "bool_from_form", skip_serializing_if = "Option::is_none")]
    pub transfer: Option<bool>,
    /// The page that a provider leads to if that completes the sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_complete_redirect_url: Option<String>,
    /// How the provider asks the user (OpenID Connect Core 1.0 section 3.1.2.1, `prompt`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_prompt: Option<String>,
    /// Who signs in, as a hint for the provider (OpenID Connect Core 1.0 section 3.1.2.1, `login_hint`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_login_hint: Option<String>,
    /// Which trusted device signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_device_id: Option<String>,
    /// What a captcha yielded, which some attempts need: one that may become a sign-up, for instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_token: Option<Secret>,
    /// Which kind of captcha it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_widget_type: Option<CaptchaWidgetType>,
    /// Why there is no token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_error: Option<String>,
}

impl CreateSignIn {
    /// An attempt without an identifier yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

pub(in crate::wire) static CREATE: Endpoint =
    Endpoint { method: Method::POST, path: "/v1/client/sign_ins", decode: enveloped::<Box<SignInAttempt>> };

impl Parameters for CreateSignIn {}
