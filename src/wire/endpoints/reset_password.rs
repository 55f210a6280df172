//! `POST /v1/client/sign_ins/{sign_in_id}/reset_password`

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Endpoint, Parameters, enveloped};
use crate::wire::form_values::bool_from_form;
use crate::wire::{Secret, SignInAttempt};

/// A request to set the new password that a sign-in requires.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResetPassword {
    /// The id of the sign-in.
    #[serde(skip_serializing)]
    pub sign_in_id: String,
    /// The new password. The server rejects a request without this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// `true` to end the user's other sessions.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "bool_from_form")]
    pub sign_out_of_other_sessions: Option<bool>,
}

impl ResetPassword {
    /// Sets this password.
    #[must_use]
    pub fn new(sign_in_id: &str, password: &str, sign_out_of_other_sessions: bool) -> Self {
        Self {
            sign_in_id: sign_in_id.to_owned(),
            password: Some(password.into()),
            sign_out_of_other_sessions: Some(sign_out_of_other_sessions),
        }
    }
}

pub(in crate::wire) static RESET: Endpoint = Endpoint {
    method: Method::POST,
    path: "/v1/client/sign_ins/{sign_in_id}/reset_password",
    decode: enveloped::<Box<SignInAttempt>>,
};

impl Parameters for ResetPassword {
    fn path_id(&self) -> Option<&str> {
        Some(&self.sign_in_id)
    }
}
