//! `POST /v1/client/sign_ups/{sign_up_id}/prepare_verification`, `…/attempt_verification`

use http::Method;
use serde::{Deserialize, Serialize};

use super::sign_up::SignUpSso;
use crate::wire::endpoint::{Endpoint, Parameters, enveloped};
use crate::wire::{Channel, Secret, SignUpAttempt, Strategy};

/// A request to begin a verification for a sign-up.
///
/// The server sends a code, or returns the URL of an identity provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PrepareSignUp {
    /// The id of the sign-up.
    #[serde(skip_serializing)]
    pub sign_up_id: String,
    /// The strategy. If the user verifies the sign-up at an identity provider, this field also contains the pages to
    /// which the user returns.
    #[serde(flatten)]
    pub sso: SignUpSso,
    /// The channel through which a phone code is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
}

impl PrepareSignUp {
    /// Begins a verification for the sign-up with this id. The strategy can be, for example, `email_code`.
    #[must_use]
    pub fn new(sign_up_id: &str, strategy: Strategy) -> Self {
        let sso = SignUpSso { strategy: Some(strategy), ..SignUpSso::default() };
        Self { sign_up_id: sign_up_id.to_owned(), sso, channel: None }
    }

    /// Sends a code to the phone number, through this channel.
    #[must_use]
    pub fn phone_code(sign_up_id: &str, channel: Channel) -> Self {
        Self { channel: Some(channel), ..Self::new(sign_up_id, Strategy::PhoneCode) }
    }
}

/// A request that submits the user's answer to a verification.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AttemptSignUp {
    /// The id of the sign-up.
    #[serde(skip_serializing)]
    pub sign_up_id: String,
    /// The strategy that was prepared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    /// The code that was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
}

impl AttemptSignUp {
    /// Submits the code that was sent for the sign-up with this id.
    #[must_use]
    pub fn code(sign_up_id: &str, strategy: Strategy, code: &str) -> Self {
        Self { sign_up_id: sign_up_id.to_owned(), strategy: Some(strategy), code: Some(code.into()) }
    }
}

pub(in crate::wire) static PREPARE: Endpoint = Endpoint {
    method: Method::POST,
    path: "/v1/client/sign_ups/{sign_up_id}/prepare_verification",
    decode: enveloped::<Box<SignUpAttempt>>,
};

pub(in crate::wire) static ATTEMPT: Endpoint = Endpoint {
    method: Method::POST,
    path: "/v1/client/sign_ups/{sign_up_id}/attempt_verification",
    decode: enveloped::<Box<SignUpAttempt>>,
};

impl Parameters for PrepareSignUp {
    fn path_id(&self) -> Option<&str> {
        Some(&self.sign_up_id)
    }
}

impl Parameters for AttemptSignUp {
    fn path_id(&self) -> Option<&str> {
        Some(&self.sign_up_id)
    }
}
