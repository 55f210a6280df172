//! `POST /v1/client/sign_ins/{sign_in_id}/prepare_first_factor`,
//! `POST /v1/client/sign_ins/{sign_in_id}/prepare_second_factor`

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Endpoint, Parameters, enveloped};
use crate::wire::{Channel, Factor, SignInAttempt, Strategy};

/// A request that prepares the verification of a factor, for example by making the server send a code.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PrepareFactor {
    /// The id of the sign-in.
    #[serde(skip_serializing)]
    pub sign_in_id: String,
    /// The strategy that verifies the factor. The server rejects a request without this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    /// The id of the email address to which the server sends a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_address_id: Option<String>,
    /// The id of the phone number to which the server sends a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number_id: Option<String>,
    /// The id of the wallet with which the user signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web3_wallet_id: Option<String>,
    /// The id of the passkey with which the user signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passkey_id: Option<String>,
    /// The id of the trusted device with which the user signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_device_id: Option<String>,
    /// The id of the enterprise connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise_connection_id: Option<String>,
    /// The page to which a link or an identity provider sends the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// The page to which an identity provider sends the user if the sign-in is complete at that point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_complete_redirect_url: Option<String>,
    /// The kind of prompt that the provider shows (OpenID Connect Core 1.0 section 3.1.2.1, `prompt`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_prompt: Option<String>,
    /// A hint that tells the provider who the user is (OpenID Connect Core 1.0 section 3.1.2.1, `login_hint`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_login_hint: Option<String>,
    /// The URI that a link uses to open the native app. The URI has the app's own scheme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// The code challenge. The server later uses it to check that the same app completes the flow (RFC 7636).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<String>,
    /// The method of the code challenge, which is `S256`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_challenge_method: Option<String>,
    /// The channel through which a code is sent to a phone. The default is a text message.
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
