//! `POST /v1/client/verify`

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Endpoint, Parameters, client};
use crate::wire::{CaptchaAction, CaptchaWidgetType, Secret};

/// Shows that a captcha was solved on this device.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VerifyCaptcha {
    /// What the captcha yielded. The server refuses a request without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_token: Option<Secret>,
    /// Which kind of captcha it was, which has a key of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_widget_type: Option<CaptchaWidgetType>,
    /// Why there is no token, for the server to know. It refuses it all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_error: Option<String>,
    /// Why it was solved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_action: Option<CaptchaAction>,
}

impl VerifyCaptcha {
    /// The captcha that the server asked for was solved.
    #[must_use]
    pub const fn new(captcha_token: Secret, captcha_widget_type: CaptchaWidgetType) -> Self {
        Self {
            captcha_token: Some(captcha_token),
            captcha_widget_type: Some(captcha_widget_type),
            captcha_error: None,
            captcha_action: Some(CaptchaAction::Verify),
        }
    }
}

pub(in crate::wire) static VERIFY: Endpoint =
    Endpoint { method: Method::POST, path: "/v1/client/verify", decode: client };

impl Parameters for VerifyCaptcha {}
