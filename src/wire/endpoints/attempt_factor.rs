//! `POST /v1/client/sign_ins/{sign_in_id}/attempt_first_factor`,
//! `POST /v1/client/sign_ins/{sign_in_id}/attempt_second_factor`

use serde::{Deserialize, Serialize};

use crate::wire::{Secret, Strategy};

/// Answers the verification of a factor.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AttemptFactor {
    /// Which sign-in.
    #[serde(skip)]
    pub sign_in_id: String,
    /// Which strategy is answered. The server refuses a request without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    /// The code that was sent, or that the authenticator app shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
    /// The password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
}

impl AttemptFactor {
    /// Answers with a code.
    #[must_use]
    pub fn code(sign_in_id: &str, strategy: Strategy, code: &str) -> Self {
        Self { sign_in_id: sign_in_id.to_owned(), strategy: Some(strategy), code: Some(code.into()), password: None }
    }

    /// Answers a code that resets the password, and sets the new one at once.
    #[must_use]
    pub fn code_and_new_password(sign_in_id: &str, strategy: Strategy, code: &str, new_password: &str) -> Self {
        Self { password: Some(new_password.into()), ..Self::code(sign_in_id, strategy, code) }
    }

    /// Answers with a password.
    #[must_use]
    pub fn password(sign_in_id: &str, password: &str) -> Self {
        Self {
            sign_in_id: sign_in_id.to_owned(),
            strategy: Some(Strategy::Password),
            code: None,
            password: Some(password.into()),
        }
    }
}
