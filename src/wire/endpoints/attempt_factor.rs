//! `POST /v1/client/sign_ins/{sign_in_id}/attempt_first_factor`,
//! `POST /v1/client/sign_ins/{sign_in_id}/attempt_second_factor`

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Endpoint, Parameters, enveloped};
use crate::wire::{Secret, SignInAttempt, Strategy, TrustedDeviceChallenge};

/// A request that submits a code, a password or another answer in order to verify a factor.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AttemptFactor {
    /// The id of the sign-in.
    #[serde(skip_serializing)]
    pub sign_in_id: String,
    /// The strategy of the verification. The server rejects a request without this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    /// The code that was sent, or that the authenticator app shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
    /// The password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// The signature of a wallet or a trusted device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<Secret>,
    /// The passkey's answer, which is a `PublicKeyCredential` as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_key_credential: Option<Secret>,
    /// The id of the trusted device that signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_device_id: Option<String>,
    /// The text that a trusted device signed, exactly as the server sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_data: Option<String>,
    /// The signature algorithm that trusted devices use, which is `ES256`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
}

impl AttemptFactor {
    /// Submits a code.
    #[must_use]
    pub fn code(sign_in_id: &str, strategy: Strategy, code: &str) -> Self {
        Self { code: Some(code.into()), ..Self::new(sign_in_id, strategy) }
    }

    /// Submits a code for resetting the password, and sets the new password in the same request.
    #[must_use]
    pub fn code_and_new_password(sign_in_id: &str, strategy: Strategy, code: &str, new_password: &str) -> Self {
        Self { password: Some(new_password.into()), ..Self::code(sign_in_id, strategy, code) }
    }

    /// Submits a password.
    #[must_use]
    pub fn password(sign_in_id: &str, password: &str) -> Self {
        Self { password: Some(password.into()), ..Self::new(sign_in_id, Strategy::Password) }
    }

    /// Submits a wallet's signature.
    #[must_use]
    pub fn wallet_signature(sign_in_id: &str, strategy: Strategy, signature: Secret) -> Self {
        Self { signature: Some(signature), ..Self::new(sign_in_id, strategy) }
    }

    /// Submits a passkey's credential.
    #[must_use]
    pub fn passkey(sign_in_id: &str, public_key_credential: Secret) -> Self {
        Self { public_key_credential: Some(public_key_credential), ..Self::new(sign_in_id, Strategy::Passkey) }
    }

    /// Submits the signature with which a trusted device answers a challenge.
    #[must_use]
    pub fn trusted_device(sign_in_id: &str, challenge: &TrustedDeviceChallenge, signature: Secret) -> Self {
        Self {
            trusted_device_id: challenge.trusted_device_id.clone(),
            client_data: Some(challenge.client_data.clone()),
            signature: Some(signature),
            algorithm: Some(challenge.algorithm.clone()),
            ..Self::new(sign_in_id, Strategy::TrustedDevice)
        }
    }

    fn new(sign_in_id: &str, strategy: Strategy) -> Self {
        Self {
            sign_in_id: sign_in_id.to_owned(),
            strategy: Some(strategy),
            code: None,
            password: None,
            signature: None,
            public_key_credential: None,
            trusted_device_id: None,
            client_data: None,
            algorithm: None,
        }
    }
}

pub(in crate::wire) static ATTEMPT_FIRST: Endpoint = Endpoint {
    method: Method::POST,
    path: "/v1/client/sign_ins/{sign_in_id}/attempt_first_factor",
    decode: enveloped::<Box<SignInAttempt>>,
};

pub(in crate::wire) static ATTEMPT_SECOND: Endpoint = Endpoint {
    method: Method::POST,
    path: "/v1/client/sign_ins/{sign_in_id}/attempt_second_factor",
    decode: enveloped::<Box<SignInAttempt>>,
};

impl Parameters for AttemptFactor {
    fn path_id(&self) -> Option<&str> {
        Some(&self.sign_in_id)
    }
}
