//! `GET /v1/client/sign_ins/{sign_in_id}`

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Endpoint, Parameters, enveloped};
use crate::wire::{Secret, SignInAttempt};

/// A request to read a sign-in of this client.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GetSignIn {
    /// The id of the sign-in.
    #[serde(skip_serializing)]
    pub sign_in_id: String,
    /// The nonce that the app received when the user returned from a provider.
    ///
    /// A native client needs this nonce to read the result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotating_token_nonce: Option<Secret>,
}

impl GetSignIn {
    /// Reads the sign-in with this id.
    #[must_use]
    pub fn new(sign_in_id: &str) -> Self {
        Self { sign_in_id: sign_in_id.to_owned(), rotating_token_nonce: None }
    }
}

pub(in crate::wire) static GET: Endpoint =
    Endpoint { method: Method::GET, path: "/v1/client/sign_ins/{sign_in_id}", decode: enveloped::<Box<SignInAttempt>> };

impl Parameters for GetSignIn {
    fn path_id(&self) -> Option<&str> {
        Some(&self.sign_in_id)
    }
}
