//! The instance settings that clients can read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::lenient::{Lenient, or_default, or_true};
use super::{CaptchaProvider, CaptchaWidgetType, SessionTaskKey, Strategy, web_url};

/// The settings of an instance (`Client.Environment`).
///
/// The field `other` contains all settings that have no field of their own, exactly as the server sent them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Environment {
    /// The sign-in settings.
    #[serde(deserialize_with = "or_default")]
    pub auth_config: AuthConfig,
    /// The settings of prebuilt components.
    #[serde(deserialize_with = "or_default")]
    pub display_config: DisplayConfig,
    /// The settings for users' attributes and for the protection of users.
    #[serde(deserialize_with = "or_default")]
    pub user_settings: UserSettings,
    /// All other settings.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Lenient for Environment {}

/// The sign-in settings (`Client.AuthConfig`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct AuthConfig {
    /// The kinds of identifier with which a sign-in can start, and the strategies that work without an identifier.
    #[serde(deserialize_with = "or_default")]
    pub identification_strategies: Vec<String>,
    /// The strategies with which a first factor can be verified.
    #[serde(deserialize_with = "or_default")]
    pub first_factors: Vec<Strategy>,
    /// The strategies with which a second factor can be verified.
    #[serde(deserialize_with = "or_default")]
    pub second_factors: Vec<Strategy>,
    /// `true` if a client can have only one session at a time.
    #[serde(deserialize_with = "or_true")]
    pub single_session_mode: bool,
    /// All other settings.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Lenient for AuthConfig {}

/// The settings of prebuilt components (`Client.DisplayConfig`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct DisplayConfig {
    /// The name of the app.
    #[serde(deserialize_with = "or_default")]
    pub application_name: String,
    /// The kind of instance: `development`, `staging` or `production`.
    #[serde(deserialize_with = "or_default")]
    pub instance_environment_type: String,
    /// The URL of the page on which users sign in. It is Clerk's page or the app's own page.
    #[serde(deserialize_with = "or_default")]
    pub sign_in_url: String,
    /// The public key of the captcha that users may have to solve; `None` if there is no captcha.
    #[serde(deserialize_with = "or_default")]
    pub captcha_public_key: Option<String>,
    /// The appearance of the captcha that `captcha_public_key` belongs to.
    #[serde(deserialize_with = "or_default")]
    pub captcha_widget_type: Option<CaptchaWidgetType>,
    /// The public key of the invisible captcha. This captcha is used on pages that cannot show the other captcha.
    #[serde(deserialize_with = "or_default")]
    pub captcha_public_key_invisible: Option<String>,
    /// The provider of the captchas.
    #[serde(deserialize_with = "or_default")]
    pub captcha_provider: Option<CaptchaProvider>,
    /// The strategies that need no captcha.
    #[serde(deserialize_with = "or_default")]
    pub captcha_oauth_bypass: Vec<Strategy>,
    /// The app's client id for Google One Tap; `None` if users cannot sign in with Google One Tap.
    #[serde(deserialize_with = "or_default")]
    pub google_one_tap_client_id: Option<String>,
    /// All other settings.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Lenient for DisplayConfig {}

impl DisplayConfig {
    /// Returns the URL of the page on which the user can complete a task of a pending session.
    ///
    /// The page belongs to the [sign-in page](Self::sign_in_url). If the user is not signed in in the browser, it asks
    /// for that first. Returns `None` if the task is not known, or if the URL is not one that an app can open: it must
    /// begin with `https://`, or with `http://` and a loopback address.
    ///
    /// ```
    /// # use clerk_sign_in::wire::{DisplayConfig, SessionTaskKey};
    /// # use serde_json::json;
    /// # let url = json!({ "sign_in_url": "https://accounts.example.com/sign-in" });
    /// # let display_config: DisplayConfig = serde_json::from_value(url).unwrap();
    /// let url = display_config.task_url(&SessionTaskKey::SetupMfa);
    /// assert_eq!(url.as_deref(), Some("https://accounts.example.com/sign-in#/tasks/setup-mfa"));
    /// ```
    #[doc(alias = "buildTasksUrl")]
    #[must_use]
    pub fn task_url(&self, key: &SessionTaskKey) -> Option<String> {
        let is_known = !matches!(key, SessionTaskKey::Unknown(_));
        let page = self.sign_in_url.split('#').next().filter(|page| is_known && web_url::check(page, None).is_ok())?;
        Some(format!("{page}#/tasks/{key}"))
    }
}

/// The settings for users' attributes and for the protection of users (`Client.UserSettings`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct UserSettings {
    /// The attributes of a user. Each key is a name such as `email_address`, `password` or `authenticator_app`.
    #[serde(deserialize_with = "or_default")]
    pub attributes: BTreeMap<String, Attribute>,
    /// The rules for passwords.
    #[serde(deserialize_with = "or_default")]
    pub password_settings: PasswordSettings,
    /// All other settings.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Lenient for UserSettings {}

/// An attribute of a user (`UserSettings.Attribute`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Attribute {
    /// `true` if users can have this attribute.
    #[serde(deserialize_with = "or_default")]
    pub enabled: bool,
    /// `true` if every user must have this attribute.
    #[serde(deserialize_with = "or_true")]
    pub required: bool,
    /// `true` if this attribute can be used to begin a sign-in or to verify a first factor.
    #[serde(deserialize_with = "or_default")]
    pub used_for_first_factor: bool,
    /// The strategies that use this attribute to verify a first factor.
    #[serde(deserialize_with = "or_default")]
    pub first_factors: Vec<Strategy>,
    /// `true` if this attribute can be used to verify a second factor.
    #[serde(deserialize_with = "or_default")]
    pub used_for_second_factor: bool,
    /// The strategies that use this attribute to verify a second factor.
    #[serde(deserialize_with = "or_default")]
    pub second_factors: Vec<Strategy>,
    /// The strategies with which users prove that this attribute belongs to them.
    #[serde(deserialize_with = "or_default")]
    pub verifications: Vec<Strategy>,
    /// All other settings.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Lenient for Attribute {}

/// The rules for passwords (`UserSettings.PasswordSettings`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PasswordSettings {
    /// The minimum number of characters; 0 means that the server's own limit applies.
    #[serde(deserialize_with = "or_default")]
    pub min_length: u32,
    /// The maximum number of characters; 0 means that the server's own limit applies.
    #[serde(deserialize_with = "or_default")]
    pub max_length: u32,
    /// `true` if a password needs a lowercase letter.
    #[serde(deserialize_with = "or_true")]
    pub require_lowercase: bool,
    /// `true` if a password needs an uppercase letter.
    #[serde(deserialize_with = "or_true")]
    pub require_uppercase: bool,
    /// `true` if a password needs a digit.
    #[serde(deserialize_with = "or_true")]
    pub require_numbers: bool,
    /// `true` if a password needs a special character.
    #[serde(deserialize_with = "or_true")]
    pub require_special_char: bool,
    /// The characters that count as special characters.
    #[serde(deserialize_with = "or_default")]
    pub allowed_special_characters: String,
    /// `true` if the strength of passwords is rated with zxcvbn.
    #[serde(deserialize_with = "or_true")]
    pub show_zxcvbn: bool,
    /// The minimum strength of a password, which zxcvbn rates from 0 to 4.
    #[serde(deserialize_with = "or_default")]
    pub min_zxcvbn_strength: u8,
    /// `true` if new passwords are accepted even if they appear in a known data breach (haveibeenpwned.com).
    #[serde(deserialize_with = "or_default")]
    pub disable_hibp: bool,
    /// `true` if a sign-in is rejected when its password appears in a known data breach.
    #[serde(deserialize_with = "or_true")]
    pub enforce_hibp_on_sign_in: bool,
    /// `true` if a password can be changed without the old one.
    #[serde(deserialize_with = "or_default")]
    pub disable_password_reverification: bool,
    /// All other settings.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Lenient for PasswordSettings {}
