//! How an instance is set up, as far as its clients may know.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::lenient::null_as_default;
use super::{CaptchaProvider, CaptchaWidgetType, Strategy};

/// How an instance is set up (`Client.Environment`). What is not named here is in `other`, as the server sent it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Environment {
    /// How users sign in.
    #[serde(deserialize_with = "null_as_default")]
    pub auth_config: AuthConfig,
    /// What prebuilt components show.
    #[serde(deserialize_with = "null_as_default")]
    pub display_config: DisplayConfig,
    /// What a user has, and what protects them.
    #[serde(deserialize_with = "null_as_default")]
    pub user_settings: UserSettings,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// How users sign in (`Client.AuthConfig`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AuthConfig {
    /// What a sign-in can begin with: kinds of identifier, and strategies that need none.
    #[serde(deserialize_with = "null_as_default")]
    pub identification_strategies: Vec<String>,
    /// What can verify a first factor.
    #[serde(deserialize_with = "null_as_default")]
    pub first_factors: Vec<Strategy>,
    /// What can verify a second factor.
    #[serde(deserialize_with = "null_as_default")]
    pub second_factors: Vec<Strategy>,
    /// Whether a device holds one session at a time.
    #[serde(deserialize_with = "null_as_default")]
    pub single_session_mode: bool,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What prebuilt components show (`Client.DisplayConfig`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct DisplayConfig {
    /// The name of the app.
    #[serde(deserialize_with = "null_as_default")]
    pub application_name: String,
    /// `development`, `staging` or `production`.
    #[serde(deserialize_with = "null_as_default")]
    pub instance_environment_type: String,
    /// The key of the captcha that users may have to solve; `None` if there is none.
    pub captcha_public_key: Option<String>,
    /// How that captcha shows itself.
    pub captcha_widget_type: Option<CaptchaWidgetType>,
    /// The key of the captcha that users do not see, for where the other cannot be shown.
    pub captcha_public_key_invisible: Option<String>,
    /// Whose captchas they are.
    pub captcha_provider: Option<CaptchaProvider>,
    /// The strategies that need no captcha.
    #[serde(deserialize_with = "null_as_default")]
    pub captcha_oauth_bypass: Vec<Strategy>,
    /// Who the instance is to Google One Tap, which the app asks for a token with; `None` if users cannot sign in by it.
    pub google_one_tap_client_id: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What a user has, and what protects them (`Client.UserSettings`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct UserSettings {
    /// What a user has, by name: `email_address`, `password`, `authenticator_app`, …
    #[serde(deserialize_with = "null_as_default")]
    pub attributes: BTreeMap<String, Attribute>,
    /// What a password has to be like.
    #[serde(deserialize_with = "null_as_default")]
    pub password_settings: PasswordSettings,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Something that a user has (`UserSettings.Attribute`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Attribute {
    /// Whether users can have it.
    #[serde(deserialize_with = "null_as_default")]
    pub enabled: bool,
    /// Whether every user has to have it.
    #[serde(deserialize_with = "null_as_default")]
    pub required: bool,
    /// Whether it can begin a sign-in or verify a first factor.
    #[serde(deserialize_with = "null_as_default")]
    pub used_for_first_factor: bool,
    /// How it verifies a first factor.
    #[serde(deserialize_with = "null_as_default")]
    pub first_factors: Vec<Strategy>,
    /// Whether it can verify a second factor.
    #[serde(deserialize_with = "null_as_default")]
    pub used_for_second_factor: bool,
    /// How it verifies a second factor.
    #[serde(deserialize_with = "null_as_default")]
    pub second_factors: Vec<Strategy>,
    /// How the user shows that it is theirs.
    #[serde(deserialize_with = "null_as_default")]
    pub verifications: Vec<Strategy>,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What a password has to be like (`UserSettings.PasswordSettings`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PasswordSettings {
    /// The fewest characters; 0 for the server's own limit.
    #[serde(deserialize_with = "null_as_default")]
    pub min_length: u32,
    /// The most characters; 0 for the server's own limit.
    #[serde(deserialize_with = "null_as_default")]
    pub max_length: u32,
    /// Whether it needs a lowercase letter.
    #[serde(deserialize_with = "null_as_default")]
    pub require_lowercase: bool,
    /// Whether it needs an uppercase letter.
    #[serde(deserialize_with = "null_as_default")]
    pub require_uppercase: bool,
    /// Whether it needs a digit.
    #[serde(deserialize_with = "null_as_default")]
    pub require_numbers: bool,
    /// Whether it needs a special character.
    #[serde(deserialize_with = "null_as_default")]
    pub require_special_char: bool,
    /// Which characters count as special.
    #[serde(deserialize_with = "null_as_default")]
    pub allowed_special_characters: String,
    /// Whether passwords are rated by zxcvbn.
    #[serde(deserialize_with = "null_as_default")]
    pub show_zxcvbn: bool,
    /// The least strength by zxcvbn, from 0 to 4.
    #[serde(deserialize_with = "null_as_default")]
    pub min_zxcvbn_strength: u8,
    /// Whether new passwords may be ones that are known to be leaked (haveibeenpwned.com).
    #[serde(deserialize_with = "null_as_default")]
    pub disable_hibp: bool,
    /// Whether a password that is known to be leaked does not sign in either.
    #[serde(deserialize_with = "null_as_default")]
    pub enforce_hibp_on_sign_in: bool,
    /// Whether a password can be changed without the old one.
    #[serde(deserialize_with = "null_as_default")]
    pub disable_password_reverification: bool,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
