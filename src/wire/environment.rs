//! Settings of an instance that its clients may know.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::lenient::null_as_default;
use super::{CaptchaProvider, CaptchaWidgetType, Strategy};

/// The settings of an instance (`Client.Environment`).
///
/// Settings that are not named here are in `other`, as the server sent them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Environment {
    /// The sign-in settings.
    #[serde(deserialize_with = "null_as_default")]
    pub auth_config: AuthConfig,
    /// The settings of prebuilt components.
    #[serde(deserialize_with = "null_as_default")]
    pub display_config: DisplayConfig,
    /// The attributes of users, and the settings that protect users.
    #[serde(deserialize_with = "null_as_default")]
    pub user_settings: UserSettings,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The sign-in settings (`Client.AuthConfig`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AuthConfig {
    /// The kinds of identifier that can start a sign-in, and the strategies that need no identifier.
    #[serde(deserialize_with = "null_as_default")]
    pub identification_strategies: Vec<String>,
    /// The strategies that can verify a first factor.
    #[serde(deserialize_with = "null_as_default")]
    pub first_factors: Vec<Strategy>,
    /// The strategies that can verify a second factor.
    #[serde(deserialize_with = "null_as_default")]
    pub second_factors: Vec<Strategy>,
    /// `true` if a client holds one session at a time.
    #[serde(deserialize_with = "null_as_default")]
    pub single_session_mode: bool,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The settings of prebuilt components (`Client.DisplayConfig`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct DisplayConfig {
    /// The name of the app.
    #[serde(deserialize_with = "null_as_default")]
    pub application_name: String,
    /// The kind of instance: `development`, `staging` or `production`.
    #[serde(deserialize_with = "null_as_default")]
    pub instance_environment_type: String,
    /// The public key of the captcha that users may have to solve; `None` if there is none.
    pub captcha_public_key: Option<String>,
    /// The appearance of that captcha.
    pub captcha_widget_type: Option<CaptchaWidgetType>,
    /// The public key of the invisible captcha, for places where the other cannot be shown.
    pub captcha_public_key_invisible: Option<String>,
    /// The provider of the captchas.
    pub captcha_provider: Option<CaptchaProvider>,
    /// The strategies that need no captcha.
    #[serde(deserialize_with = "null_as_default")]
    pub captcha_oauth_bypass: Vec<Strategy>,
    /// The client id with which the app asks Google One Tap for a token; `None` if users cannot sign in with it.
    pub google_one_tap_client_id: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The attributes of users, and the settings that protect users (`Client.UserSettings`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct UserSettings {
    /// The attributes of a user, by name: `email_address`, `password`, `authenticator_app`, …
    #[serde(deserialize_with = "null_as_default")]
    pub attributes: BTreeMap<String, Attribute>,
    /// The rules for passwords.
    #[serde(deserialize_with = "null_as_default")]
    pub password_settings: PasswordSettings,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An attribute of a user (`UserSettings.Attribute`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Attribute {
    /// `true` if users can have it.
    #[serde(deserialize_with = "null_as_default")]
    pub enabled: bool,
    /// `true` if every user must have it.
    #[serde(deserialize_with = "null_as_default")]
    pub required: bool,
    /// `true` if it can begin a sign-in or verify a first factor.
    #[serde(deserialize_with = "null_as_default")]
    pub used_for_first_factor: bool,
    /// The strategies with which it verifies a first factor.
    #[serde(deserialize_with = "null_as_default")]
    pub first_factors: Vec<Strategy>,
    /// `true` if it can verify a second factor.
    #[serde(deserialize_with = "null_as_default")]
    pub used_for_second_factor: bool,
    /// The strategies with which it verifies a second factor.
    #[serde(deserialize_with = "null_as_default")]
    pub second_factors: Vec<Strategy>,
    /// The strategies with which a user proves that it is theirs.
    #[serde(deserialize_with = "null_as_default")]
    pub verifications: Vec<Strategy>,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The rules for passwords (`UserSettings.PasswordSettings`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PasswordSettings {
    /// The minimum number of characters; 0 for the server's own limit.
    #[serde(deserialize_with = "null_as_default")]
    pub min_length: u32,
    /// The maximum number of characters; 0 for the server's own limit.
    #[serde(deserialize_with = "null_as_default")]
    pub max_length: u32,
    /// `true` if a password needs a lowercase letter.
    #[serde(deserialize_with = "null_as_default")]
    pub require_lowercase: bool,
    /// `true` if a password needs an uppercase letter.
    #[serde(deserialize_with = "null_as_default")]
    pub require_uppercase: bool,
    /// `true` if a password needs a digit.
    #[serde(deserialize_with = "null_as_default")]
    pub require_numbers: bool,
    /// `true` if a password needs a special character.
    #[serde(deserialize_with = "null_as_default")]
    pub require_special_char: bool,
    /// The characters that count as special.
    #[serde(deserialize_with = "null_as_default")]
    pub allowed_special_characters: String,
    /// `true` if zxcvbn rates passwords.
    #[serde(deserialize_with = "null_as_default")]
    pub show_zxcvbn: bool,
    /// The minimum zxcvbn strength, from 0 to 4.
    #[serde(deserialize_with = "null_as_default")]
    pub min_zxcvbn_strength: u8,
    /// `true` if a new password may appear in a known data breach (haveibeenpwned.com).
    #[serde(deserialize_with = "null_as_default")]
    pub disable_hibp: bool,
    /// `true` if a password that appears in a known data breach is also rejected at sign-in.
    #[serde(deserialize_with = "null_as_default")]
    pub enforce_hibp_on_sign_in: bool,
    /// `true` if a password can be changed without the old one.
    #[serde(deserialize_with = "null_as_default")]
    pub disable_password_reverification: bool,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
