//! `POST /v1/client/sign_ins/{sign_in_id}/prepare_first_factor`,
//! `POST /v1/client/sign_ins/{sign_in_id}/prepare_second_factor`

use serde::{Deserialize, Serialize};

use crate::wire::{Channel, Factor, Strategy};

/// Prepares the verification of a factor: sends the code, for instance.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PrepareFactor {
    /// Which sign-in.
    #[serde(skip)]
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
            channel: None,
        }
    }
}
