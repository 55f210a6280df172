//! The settings of an instance.

use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::fake::crypto::password::PasswordCost;
use crate::fake::records::client::RecentTokens;
use crate::fake::records::enterprise::EnterpriseConnection;
use crate::fake::records::sign_up::SignUpField;
use crate::wire::{ErrorCode, IdentifierKind, PasswordSettings, Secret, Strategy, Timestamp};

/// The settings of an instance. The defaults are Clerk's, where Clerk publishes them.
///
/// In JSON, the name of each duration ends with `_ms`, and the value is a number of milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Settings {
    /// The name of the app, which prebuilt components show.
    pub application_name: String,
    /// The issuer of session tokens.
    ///
    /// It consists of `https://` and the host that the publishable key names.
    pub issuer: String,
    /// The URL at which browsers reach the server. Links in emails also lead to this URL.
    ///
    /// If this is not set, the issuer is used. `clerk-fake` sets this to the address at which it listens.
    pub public_url: Option<String>,
    /// Makes this a development instance, whose browsers send their token in the query instead of in a cookie.
    ///
    /// A development instance rejects or ignores a browser that sends its token in a cookie. A production instance
    /// rejects or ignores a browser that sends its token in the query.
    pub development: bool,
    /// Makes every answer contain a token for each session (`last_active_token`), as Clerk's answers do.
    ///
    /// `clerk-fake` enables this setting. By default, the setting is off, because signing a token takes about 2 ms, or
    /// 50 ms in a build without optimisation. Clients can always request a token explicitly.
    pub session_tokens: bool,
    /// The kinds of identifiers that users may enter.
    pub identifiers: Vec<IdentifierKind>,
    /// Requires a new client to become trusted if a user signs in on it with a password.
    ///
    /// This applies to users without a second factor. These users verify a code that is sent to one of their email
    /// addresses or phone numbers.
    pub client_trust: bool,
    /// Limits a client to one session at a time. A second sign-in is then rejected (`session_exists`).
    pub single_session: bool,
    /// Rejects a sign-in if the client already has a session of the same user (`identifier_already_signed_in`).
    ///
    /// The rejection names the session. This setting has no effect if [`single_session`](Self::single_session) is on.
    pub reject_signed_in_identifiers: bool,
    /// The number of older client tokens that the server still accepts. The default is 256.
    ///
    /// Every answer to a native client contains a new token. The server always accepts the token that was used last, the
    /// one that was used before it, and up to 32 tokens that were issued later. An SDK that makes concurrent calls may
    /// keep an older token, so by default, the server also accepts older ones. With the value 0, the server rejects every
    /// older token (`authentication_invalid`), and a test can show that an SDK never goes back to one.
    pub recent_tokens: usize,
    /// The time for which the server accepts an older token after its replacement or its last use.
    ///
    /// The default is 7 days.
    #[serde(rename = "recent_token_lifetime_ms", with = "crate::fake::records::millis")]
    pub recent_token_lifetime: Duration,
    /// The limits on how often a client may create a sign-in or attempt to verify a factor within a time window.
    ///
    /// There is no limit by default. In most tests, time stands still, so a client that has reached a limit could never
    /// continue. [`RateLimits::published`] returns the real values.
    pub rate_limits: Option<RateLimits>,
    /// Allows email links wherever email codes are allowed. Prebuilt components offer the link before the code.
    pub email_links: bool,
    /// Requires a link to be opened on the client that requested it (`client_mismatch`).
    pub email_link_same_client: bool,
    /// Lets users create passkeys and sign in with them.
    pub passkeys: bool,
    /// The domain to which passkeys belong (RP ID).
    ///
    /// The default is the host of the calling page, or the issuer's host if the caller is not a page. Authenticators
    /// reject an IP address as a domain, so open the page at `localhost`.
    pub passkey_rp_id: Option<String>,
    /// Lets a passkey satisfy the second factor.
    ///
    /// A user who signs in with a passkey then skips the second factor. A user who signs in another way can verify the
    /// second factor with a passkey, and can make a new client trusted with it. A user who has no other second factor
    /// is not asked for one.
    ///
    /// Clerk turns this on for new instances. It is off by default, because prebuilt components before `@clerk/ui` 1.41
    /// cannot show a passkey as a second factor. A client whose version of the API is older than 2026-08-20 is never
    /// offered one.
    pub passkey_satisfies_second_factor: bool,
    /// Makes prebuilt components offer passkeys among the suggestions of the identifier field.
    pub passkey_autofill: bool,
    /// The wallet strategies with which users can sign in.
    pub web3_strategies: Vec<Strategy>,
    /// The providers through which users can sign in, such as `oauth_google` and `oauth_custom_acme`.
    ///
    /// The fake's own provider takes the place of each of these providers.
    pub oauth_strategies: Vec<Strategy>,
    /// The instance's client id at Google One Tap. Google One Tap issues ID tokens for this client id.
    ///
    /// Users can sign in with Google One Tap if `oauth_google` is enabled too. Apps can read the id from the answer to
    /// `GET /v1/environment`.
    pub google_one_tap_client_id: Option<String>,
    /// The enterprise connections. There are none by default.
    pub enterprise_connections: Vec<EnterpriseConnection>,
    /// Makes the provider refuse to exchange its codes for tokens, as if it were down (`oauth_token_exchange_error`).
    pub provider_down: bool,
    /// Lets users enrol trusted devices and sign in with them.
    pub trusted_devices: bool,
    /// The bundle identifiers and package names of the native apps whose users can enrol trusted devices.
    pub app_identifiers: Vec<String>,
    /// The number of consecutive wrong answers after which an account is locked (`user_locked`).
    ///
    /// The default is 10. Zero disables the lockout. The response to each of the last three wrong answers before the
    /// lockout includes a warning (`account_lockout_warning`).
    pub lockout_attempts: u32,
    /// The time for which an account stays locked. The default is 1 hour.
    #[serde(rename = "lockout_duration_ms", with = "crate::fake::records::millis")]
    pub lockout_duration: Duration,
    /// The requirements for new passwords. The default is 8 to 72 characters of any kind.
    #[serde(deserialize_with = "known")]
    pub password_settings: PasswordSettings,
    /// The passwords that count as leaked (`form_password_pwned`).
    ///
    /// The fake uses this list only if the leak check is enabled in [`password_settings`](Self::password_settings). The
    /// default is `password` and `12345678`.
    pub pwned_passwords: Vec<String>,
    /// The cut-off time. Passwords that were set before this time count as outdated.
    ///
    /// Users who sign in with an outdated password must change it (`needs_new_password`).
    pub passwords_valid_since: Option<Timestamp>,
    /// Requires every user to have a second factor.
    ///
    /// A user without a second factor gets a pending session, whose task is to set up a second factor (`setup-mfa`).
    pub mfa_required: bool,
    /// Requires every session to have an active organization.
    ///
    /// A new session is pending until the user has chosen an organization (`choose-organization`).
    pub force_organization_selection: bool,
    /// Sends a protect check together with the provider's URL if a sign-in begins with a provider.
    ///
    /// The user may then visit the provider first. The provider's result takes effect after the proof. If this is off,
    /// the proof comes first, and the sign-in must ask for the redirect again.
    pub protect_check_with_redirect: bool,
    /// Masks the email addresses and phone numbers that factors show, as in `a***@example.com`.
    pub mask_safe_identifiers: bool,
    /// Lets unknown users sign up through a transferable sign-in, at a provider, or with a code sent to an address.
    ///
    /// If this is off, sign-ups are rejected (`sign_up_mode_restricted`). An unknown user who comes back from a
    /// provider gets an error (`external_account_not_found`).
    pub sign_ups: bool,
    /// The fields that a sign-up requires. They are needed in addition to the data that a sign-in or a provider has
    /// already verified.
    ///
    /// If the list contains neither [`EmailAddress`](SignUpField::EmailAddress) nor
    /// [`PhoneNumber`](SignUpField::PhoneNumber), a sign-up needs one of the two.
    ///
    /// A user who signs up through a provider does not need a password.
    pub sign_up_required: Vec<SignUpField>,
    /// Hides whether an identifier is known.
    ///
    /// The server asks unknown users for a password or a code, just as it asks known users, but rejects every answer
    /// (`form_password_or_identifier_incorrect`).
    pub hide_unknown_identifiers: bool,
    /// Rejects a request with a parameter that its endpoint does not take (`form_param_unknown`).
    ///
    /// By default, such a parameter is ignored, and `/_fake/unsupported` lists it. This setting has an effect only over
    /// HTTP, because a request in memory cannot have unknown parameters.
    pub reject_unknown_parameters: bool,
    /// Requires each client to solve a captcha once before it creates a sign-in (`requires_captcha`).
    ///
    /// The fake accepts any solution except `invalid`. The answer to `GET /v1/environment` contains the test keys that
    /// Cloudflare publishes.
    pub captcha_required: bool,
    /// The time for which a code or a link remains valid. The default is 10 minutes.
    #[serde(rename = "code_lifetime_ms", with = "crate::fake::records::millis")]
    pub code_lifetime: Duration,
    /// The minimum time before a code or a link can be sent again (`verification_code_too_many_requests`).
    ///
    /// The default is 30 seconds. Zero means that there is no wait.
    #[serde(rename = "resend_interval_ms", with = "crate::fake::records::millis")]
    pub resend_interval: Duration,
    /// The number of wrong answers after which a code stops working (`verification_failed`).
    ///
    /// The real value is not published. The fake's default is 5.
    pub code_attempts: u32,
    /// Accepts each code from the authenticator app only once (RFC 6238 section 5.2).
    ///
    /// Once a code has been accepted, all older codes are rejected.
    pub totp_codes_once: bool,
    /// The time after which an unfinished attempt is abandoned. The default is 24 hours.
    #[serde(rename = "attempt_lifetime_ms", with = "crate::fake::records::millis")]
    pub attempt_lifetime: Duration,
    /// The lifetime of a session. The default is 7 days.
    #[serde(rename = "session_lifetime_ms", with = "crate::fake::records::millis")]
    pub session_lifetime: Duration,
    /// The error code for a call that does not fit the attempt's status.
    ///
    /// Clerk's own error code is not published. The fake's default is `client_state_invalid`.
    pub wrong_status: ErrorCode,
    /// The cost of hashing a password. The default is the lowest cost that Argon2 allows, so that tests are fast.
    pub password_cost: PasswordCost,
}

impl Settings {
    /// Returns settings that resemble those of a new Clerk instance.
    ///
    /// The defaults keep tests fast and short. These settings differ from the defaults as follows:
    ///
    /// - The published [rate limits](RateLimits::published) apply.
    /// - Every answer contains session tokens.
    /// - Email links, wallets and providers are off, as they are in a new Clerk instance until somebody enables them.
    /// - Sign-ups are off, because the fake does not support every kind of sign-up.
    ///
    /// `clerk-fake` starts with these settings.
    #[must_use]
    pub fn strict() -> Self {
        let rate_limits = Some(RateLimits::published());
        Self {
            session_tokens: true,
            rate_limits,
            email_links: false,
            web3_strategies: Vec::new(),
            oauth_strategies: Vec::new(),
            google_one_tap_client_id: None,
            sign_ups: false,
            ..Self::default()
        }
    }

    /// Returns a copy of these settings in which the fields of this JSON object replace the old values.
    ///
    /// # Errors
    /// An error if the JSON contains an unknown setting or an invalid value.
    pub fn with_json(&self, change: Map<String, Value>) -> Result<Self, serde_json::Error> {
        let mut settings = serde_json::to_value(self)?;
        if let Some(settings) = settings.as_object_mut() {
            settings.extend(change);
        }
        serde_json::from_value(settings)
    }

    pub(super) const fn recent_tokens(&self) -> RecentTokens {
        RecentTokens { most: self.recent_tokens, lifetime: self.recent_token_lifetime }
    }

    /// Returns the complete link that contains this token.
    pub(super) fn link_with(&self, token: &Secret) -> Secret {
        format!("{}/v1/verify?token={}", self.reached_at(), token.expose()).into()
    }

    /// Returns Google One Tap's client id, or `None` if users cannot sign in with Google One Tap.
    pub(super) fn google_one_tap(&self) -> Option<&str> {
        self.google_one_tap_client_id.as_deref().filter(|_| self.oauth_strategies.contains(&Strategy::oauth("google")))
    }

    /// Returns the URL to which a provider sends users back.
    pub(crate) fn oauth_callback_url(&self) -> String {
        format!("{}/v1/oauth_callback", self.reached_at())
    }

    /// Returns the issuer of the fake's provider that has this name.
    pub(crate) fn provider_issuer(&self, name: &str) -> String {
        format!("{}/_provider/{name}", self.reached_at())
    }

    fn reached_at(&self) -> &str {
        self.public_url.as_deref().unwrap_or(&self.issuer).trim_end_matches('/')
    }

    /// Lifts the limits that would slow down a load test or a developer who is building a form:
    ///
    /// - the rate limits and the lockout,
    /// - the wait before a code can be sent again,
    /// - the rule that a code from the authenticator app works only once.
    pub const fn lift_limits(&mut self) {
        self.rate_limits = None;
        self.lockout_attempts = 0;
        self.resend_interval = Duration::ZERO;
        self.totp_codes_once = false;
    }
}

impl Default for Settings {
    fn default() -> Self {
        let minutes = |count: u64| Duration::from_secs(60 * count);
        Self {
            application_name: "Clerk fake".to_owned(),
            issuer: "https://fake.clerk.accounts.dev".to_owned(),
            public_url: None,
            development: true,
            session_tokens: false,
            identifiers: vec![
                IdentifierKind::EmailAddress,
                IdentifierKind::PhoneNumber,
                IdentifierKind::Username,
                IdentifierKind::Web3Wallet,
            ],
            client_trust: true,
            single_session: false,
            reject_signed_in_identifiers: true,
            recent_tokens: 256,
            recent_token_lifetime: minutes(7 * 24 * 60),
            rate_limits: None,
            email_links: true,
            email_link_same_client: false,
            passkeys: true,
            passkey_rp_id: None,
            passkey_satisfies_second_factor: false,
            passkey_autofill: false,
            web3_strategies: crate::fake::crypto::web3::every_strategy(),
            oauth_strategies: ["google", "github", "apple", "custom_acme"].map(Strategy::oauth).into(),
            google_one_tap_client_id: Some(super::provider::CLIENT_ID.to_owned()),
            enterprise_connections: Vec::new(),
            provider_down: false,
            trusted_devices: true,
            app_identifiers: Vec::new(),
            lockout_attempts: 10,
            lockout_duration: minutes(60),
            password_settings: PasswordSettings {
                min_length: 8,
                disable_hibp: true,
                disable_password_reverification: true,
                ..PasswordSettings::default()
            },
            sign_ups: true,
            sign_up_required: Vec::new(),
            pwned_passwords: ["password", "12345678"].map(str::to_owned).to_vec(),
            passwords_valid_since: None,
            mfa_required: false,
            force_organization_selection: false,
            mask_safe_identifiers: false,
            protect_check_with_redirect: false,
            hide_unknown_identifiers: false,
            reject_unknown_parameters: false,
            captcha_required: false,
            code_lifetime: minutes(10),
            resend_interval: Duration::from_secs(30),
            code_attempts: 5,
            totp_codes_once: true,
            attempt_lifetime: minutes(24 * 60),
            session_lifetime: minutes(7 * 24 * 60),
            wrong_status: ErrorCode::ClientStateInvalid,
            password_cost: PasswordCost::Lowest,
        }
    }
}

/// The limits on what a client may do in a time window.
///
/// Requests beyond these limits are rejected (429 `too_many_requests`, with `Retry-After`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RateLimits {
    /// The number of sign-ins that a client may create in the time window.
    pub creates: usize,
    /// The number of times that a client may attempt to verify a factor in the time window.
    pub attempts: usize,
    /// The time window.
    #[serde(rename = "window_ms", with = "crate::fake::records::millis")]
    pub window: Duration,
}

impl RateLimits {
    /// Returns the published limits: 5 new sign-ins and 3 attempts to verify a factor, both per 10 seconds.
    #[must_use]
    pub const fn published() -> Self {
        Self { creates: 5, attempts: 3, window: Duration::from_secs(10) }
    }
}

fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PasswordSettings, D::Error> {
    let given = Map::deserialize(deserializer)?;
    let settings = PasswordSettings::deserialize(Value::Object(given.clone())).map_err(D::Error::custom)?;
    if let Some(unknown) = settings.other.keys().next() {
        return Err(D::Error::custom(format!("there is no password setting `{unknown}`")));
    }
    // An answer may contain a value of the wrong type, but a setting may not.
    let read = serde_json::to_value(&settings).map_err(D::Error::custom)?;
    match given.iter().find(|(name, value)| read.get(name) != Some(value)) {
        Some((name, _)) => Err(D::Error::custom(format!("the password setting `{name}` has the wrong type"))),
        None => Ok(settings),
    }
}
