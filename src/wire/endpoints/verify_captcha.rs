//! `POST /v1/client/verify`

use serde::{Deserialize, Serialize};

use crate::wire::Secret;

/// Shows that a captcha was solved on this device.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VerifyCaptcha {
    /// What the captcha yielded. The server refuses a request without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_token: Option<Secret>,
    /// Which kind of captcha it was: `smart` or `invisible`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_widget_type: Option<String>,
}

impl VerifyCaptcha {
    /// This captcha was solved.
    #[must_use]
    pub fn new(captcha_token: &str) -> Self {
        Self { captcha_token: Some(captcha_token.into()), captcha_widget_type: None }
    }
}
