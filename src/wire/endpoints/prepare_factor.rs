//! `POST /v1/client/sign_ins/{sign_in_id}/prepare_first_factor`,
//! `POST /v1/client/sign_ins/{sign_in_id}/prepare_second_factor`

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Endpoint, Parameters, enveloped};
use crate::wire::{Channel, Factor, SignInAttempt, Strategy};

/// Prepares the verification of a factor: sends the code, for instance.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PrepareFactor {
    /// Which sign-in.
    #[serde(skip_serializing)]
    pub sign_in_id: String,
    /// How the factor is to be verified. The server refuses a request without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    /// Which email address to write to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_address_id: Option<String>,
    /// Which phone number to write to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number_id: Option<String>,
    /// Which wallet signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web3_wallet_id: Option<String>,
    /// Which passkey signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passkey_id: Option<String>,
    /// Which trusted device signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_device_id: Option<String>,
    /// Which enterprise connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise_connection_id: Option<String>,
    /// The page that a link or a provider leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// The page that a provider leads to if that completes the sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_complete_redirect_url: Option<String>,
    /// How the provider asks the user (OpenID Connect Core 1.0 section 3.1.2.1, `prompt`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_prompt: Option<String>,
    /// Who signs in, as a hint for the provider (OpenID Connect Core 1.0 section 3.1.2.1, `login_hint`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_login_hint: Option<String>,
    /// The native app that a link leads to, by its own scheme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// What shows later that the same app asks (RFC 7636).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<String>,
    /// How the code challenge was made: `S256`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_challenge_method: Option<String>,
    /// How a phone code travels; the server sends a text message if this is not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
}

impl PrepareFactor {
    /// Prepares this factor.
    #[must_use]
    pub fn new(sign_in_id: &str, factor: &Factor) -> Self {
        Self {
            sign_in_id: sign_in_id.to_owned(),
            strategy: Some(factor.strategy.clone()),
            email_address_id: factor.email_address_id.clone(),
            phone_number_id: factor.phone_number_id.clone(),
            web3_wallet_id: factor.web3_wallet_id.clone(),
            passkey_id: factor.passkey_id.clone(),
            trusted_device_id: factor.trusted_device_id.clone(),
            enterprise_connection_id: factor.enterprise_connection_id.clone(),
            redirect_url: None,
            action_complete_redirect_url: None,
            oidc_prompt: None,
            oidc_login_hint: None,
            redirect_uri: None,
            code_challenge: None,
            code_challenge_method: None,
            channel: None,
        }
    }
}

pub(in crate::wire) static PREPARE_FIRST: Endpoint = Endpoint {
    method: Method::POST,
    path: "/v1/client/sign_ins/{sign_in_id}/prepare_first_factor",
    decode: enveloped::<Box<SignInAttempt>>,
};

pub(in crate::wire) static PREPARE_SECOND: Endpoint = Endpoint {
    method: Method::POST,
    path: "/v1/client/sign_ins/{sign_in_id}/prepare_second_factor",
    decode: enveloped::<Box<SignInAttempt>>,
};

impl Parameters for PrepareFactor {
    fn path_id(&self) -> Option<&str> {
        Some(&self.sign_in_id)
    }
}
