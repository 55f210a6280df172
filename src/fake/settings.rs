//! How an instance is set up.

use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::fake::crypto::password::PasswordCost;
use crate::fake::records::enterprise::EnterpriseConnection;
use crate::fake::records::sign_up::SignUpField;
use crate::wire::{ErrorCode, IdentifierKind, PasswordSettings, Secret, Strategy, Timestamp};

/// How the instance is set up. The defaults are Clerk's, as far as they are published.
///
/// In JSON, what is a time here has `_ms` after its name, and is a number of milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Settings {
    /// The name of the app, which prebuilt components show.
    pub application_name: String,
    /// Who issues session tokens: `https://` and the host that the publishable key names.
    pub issuer: String,
    /// Where browsers reach the server, which is where links in emails lead: the issuer, unless this says otherwise.
    /// `clerk-fake` sets it to where it listens.
    pub public_url: Option<String>,
    /// Whether it is a development instance, whose browsers carry a token in the query instead of a cookie. Either kind of
    /// instance refuses the other kind of browser, or does not know it.
    pub development: bool,
    /// Whether answers carry a token of each session (`last_active_token`), as Clerk's do. `clerk-fake` has it on; it is off
    /// here, since signing takes about 2 ms, and 50 ms without optimisation. A token that is asked for is always there.
    pub session_tokens: bool,
    /// What may be given as an identifier.
    pub identifiers: Vec<IdentifierKind>,
    /// Whether a user without a second factor has to make a new device trusted after the password, by a code to an address or
    /// number that they have.
    pub client_trust: bool,
    /// Whether a device holds one session at a time. A sign-in is then refused while there is one (`session_exists`).
    pub single_session: bool,
    /// How many sign-ins a device may create and how many factors it may attempt in a time. No limit, since time stands
    /// still in most tests; [`RateLimits::published`] has the real figures.
    pub rate_limits: Option<RateLimits>,
    /// Whether a link by email does wherever a code by email does. Prebuilt components offer the link first.
    pub email_links: bool,
    /// Whether a link has to be opened on the device that asked for it (`client_mismatch`).
    pub email_link_same_client: bool,
    /// Whether users can make passkeys, and sign in by them.
    pub passkeys: bool,
    /// The domain that passkeys belong to (RP ID): the host of the page that asks, unless this says otherwise; the issuer's if
    /// no page asks. Authenticators take no IP address for a domain: open the page at `localhost`.
    pub passkey_rp_id: Option<String>,
    /// Whether a user with a second factor need not verify it after a passkey.
    pub passkey_satisfies_second_factor: bool,
    /// Whether prebuilt components offer passkeys among the suggestions of the field for the identifier.
    pub passkey_autofill: bool,
    /// The wallets that users can sign in by.
    pub web3_strategies: Vec<Strategy>,
    /// The providers that users can sign in at: `oauth_google`, `oauth_custom_acme`. The fake's own provider stands for each.
    pub oauth_strategies: Vec<Strategy>,
    /// Who the instance is to Google One Tap, which makes ID tokens for nobody else; with `oauth_google`, users can sign in
    /// by it. The environment names it to apps.
    pub google_one_tap_client_id: Option<String>,
    /// The enterprise connections. None unless set.
    pub enterprise_connections: Vec<EnterpriseConnection>,
    /// Whether the provider gives no tokens for its codes, as if it were down (`oauth_token_exchange_error`).
    pub provider_down: bool,
    /// Whether users can enrol trusted devices, and sign in by them.
    pub trusted_devices: bool,
    /// The bundle identifiers and package names of the instance's native apps, whose users can enrol trusted devices.
    pub app_identifiers: Vec<String>,
    /// After how many wrong answers in a row an account is locked (`user_locked`). 10; zero for never. The last three
    /// before it come with a warning (`account_lockout_warning`).
    pub lockout_attempts: u32,
    /// How long an account stays locked. 1 hour.
    #[serde(rename = "lockout_duration_ms", with = "crate::fake::records::millis")]
    pub lockout_duration: Duration,
    /// What a new password has to be like. 8 to 72 characters, whatever they are.
    #[serde(deserialize_with = "known")]
    pub password_settings: PasswordSettings,
    /// The passwords that count as leaked, where [`password_settings`](Self::password_settings) have it checked
    /// (`form_password_pwned`): `password` and `12345678` to begin with.
    pub pwned_passwords: Vec<String>,
    /// Passwords set before this moment have to be changed after they were given (`needs_new_password`).
    pub passwords_valid_since: Option<Timestamp>,
    /// Whether every user has to have a second factor: whoever has none gets a pending session, with the task to set one
    /// up (`setup-mfa`).
    pub mfa_required: bool,
    /// Whether factors show addresses and numbers shortened: `a***@example.com`.
    pub mask_safe_identifiers: bool,
    /// Whether somebody whom nobody knows can sign up: by a sign-in that becomes a sign-up, at a provider, or by a code to an
    /// address. Where nobody can, it is refused (`sign_up_mode_restricted`), and who comes back from a provider is told that
    /// there is no such account (`external_account_not_found`).
    pub sign_ups: bool,
    /// What everybody has to give who signs up, besides what a sign-in or a provider has verified. Who comes from a provider
    /// needs no password.
    pub sign_up_required: Vec<SignUpField>,
    /// Whether the server does not tell if an identifier is known: an unknown one is asked for a password or code too, and
    /// neither is ever right (`form_password_or_identifier_incorrect`).
    pub hide_unknown_identifiers: bool,
    /// Whether creating a sign-in takes a captcha (`requires_captcha`), once for each device. The fake takes any solution but
    /// `invalid`. The environment names the keys that Cloudflare publishes for tests.
    pub captcha_required: bool,
    /// How long a code or a link works. 10 minutes.
    #[serde(rename = "code_lifetime_ms", with = "crate::fake::records::millis")]
    pub code_lifetime: Duration,
    /// How long to wait before a code or a link is sent again (`verification_code_too_many_requests`). 30 seconds; zero for no wait.
    #[serde(rename = "resend_interval_ms", with = "crate::fake::records::millis")]
    pub resend_interval: Duration,
    /// How many wrong answers a code takes before it stops working (`verification_failed`). The real figure is not
    /// published; 5 here.
    pub code_attempts: u32,
    /// Whether a code of the authenticator app counts once, and none before it (RFC 6238 section 5.2).
    pub totp_codes_once: bool,
    /// How long an attempt may take before it is abandoned. 24 hours.
    #[serde(rename = "attempt_lifetime_ms", with = "crate::fake::records::millis")]
    pub attempt_lifetime: Duration,
    /// How long a session lives. 7 days.
    #[serde(rename = "session_lifetime_ms", with = "crate::fake::records::millis")]
    pub session_lifetime: Duration,
    /// The error for a call at the wrong status, which is not published: `client_state_invalid` here.
    pub wrong_status: ErrorCode,
    /// What hashing a password costs. As little as Argon2 allows, so that tests are fast.
    pub password_cost: PasswordCost,
}

impl Settings {
    /// As Clerk's, which the defaults are not for the sake of fast and short tests: with the published
    /// [rate limits](RateLimits::published), with session tokens in every answer, without links by email, wallets and
    /// providers, which an instance turns on, and without sign-ups, of which the fake has not every kind. `clerk-fake` begins
    /// with these.
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

    /// The same settings but for those that are named, as JSON.
    ///
    /// # Errors
    /// What is wrong with the JSON: a setting that there is not, or a value that it cannot have.
    pub fn changed(&self, change: Map<String, Value>) -> Result<Self, serde_json::Error> {
        let mut settings = serde_json::to_value(self)?;
        if let Some(settings) = settings.as_object_mut() {
            settings.extend(change);
        }
        serde_json::from_value(settings)
    }

    /// The link with this token, whole.
    pub(super) fn link_with(&self, token: &Secret) -> Secret {
        format!("{}/v1/verify?token={}", self.reached_at(), token.expose()).into()
    }

    /// Whom Google One Tap makes tokens for, if users can sign in by it.
    pub(super) fn google_one_tap(&self) -> Option<&str> {
        self.google_one_tap_client_id.as_deref().filter(|_| self.oauth_strategies.contains(&Strategy::oauth("google")))
    }

    /// Where a provider sends users back to.
    pub(crate) fn oauth_callback_url(&self) -> String {
        format!("{}/v1/oauth_callback", self.reached_at())
    }

    /// The fake's provider under this name.
    pub(crate) fn provider_issuer(&self, name: &str) -> String {
        format!("{}/_provider/{name}", self.reached_at())
    }

    fn reached_at(&self) -> &str {
        self.public_url.as_deref().unwrap_or(&self.issuer).trim_end_matches('/')
    }

    /// Lifts what slows a load test or a person who builds a form down: rate limits, the lockout, the wait before a code
    /// is sent again, and that a code of the authenticator app counts once.
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
            mask_safe_identifiers: false,
            hide_unknown_identifiers: false,
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

/// How much a device may do in a time; what is more is refused (429 `too_many_requests`, with `Retry-After`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RateLimits {
    /// How many sign-ins it may create.
    pub creates: usize,
    /// How many factors it may attempt.
    pub attempts: usize,
    /// In which time.
    #[serde(rename = "window_ms", with = "crate::fake::records::millis")]
    pub window: Duration,
}

impl RateLimits {
    /// The published figures: 5 sign-ins and 3 attempts in 10 seconds.
    #[must_use]
    pub const fn published() -> Self {
        Self { creates: 5, attempts: 3, window: Duration::from_secs(10) }
    }
}

fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PasswordSettings, D::Error> {
    let settings = PasswordSettings::deserialize(deserializer)?;
    match settings.other.keys().next() {
        Some(unknown) => Err(D::Error::custom(format!("the password settings have no `{unknown}`"))),
        None => Ok(settings),
    }
}
