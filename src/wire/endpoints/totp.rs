//! `/v1/me/totp`: the authenticator app of the user of a session.

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Endpoint, Parameters, enveloped};
use crate::wire::{Secret, Totp};

/// The `POST /v1/me/totp/attempt_verification` request, which finishes the setup of an authenticator app.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VerifyTotp {
    /// The session of the user who sets up the app.
    #[serde(rename = "_clerk_session_id")]
    pub session_id: String,
    /// The code that the app shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
}

impl VerifyTotp {
    /// Submits the code that the app of the session's user shows.
    #[must_use]
    pub fn new(session_id: &str, code: &str) -> Self {
        Self { session_id: session_id.to_owned(), code: Some(code.into()) }
    }
}

pub(in crate::wire) static CREATE: Endpoint =
    Endpoint { method: Method::POST, path: "/v1/me/totp", decode: enveloped::<Box<Totp>> };

pub(in crate::wire) static VERIFY: Endpoint =
    Endpoint { method: Method::POST, path: "/v1/me/totp/attempt_verification", decode: enveloped::<Box<Totp>> };

impl Parameters for VerifyTotp {}
