//! `POST /v1/client/verify`

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Endpoint, Parameters, client};
use crate::wire::{CaptchaAction, CaptchaWidgetType, Secret};

/// A request to report that a captcha was solved on this client.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VerifyCaptcha {
    /// The token of the solved captcha. The server rejects a request without this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_token: Option<Secret>,
    /// The kind of captcha. Each kind has its own public key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_widget_type: Option<CaptchaWidgetType>,
    /// The reason why there is no token. The server always rejects a request without a token, even if this field gives
    /// a reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_error: Option<String>,
    /// The reason for solving the captcha.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_action: Option<CaptchaAction>,
}

impl VerifyCaptcha {
    /// Reports the solution of a captcha that the server asked for.
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
