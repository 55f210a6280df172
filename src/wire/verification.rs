//! How far the verification of a factor is.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::lenient::null_as_default;
use super::{ApiError, Channel, Strategy, Timestamp, TrustedDeviceChallenge, VerificationStatus};

/// The verification of one factor (`VerificationResource`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Verification {
    /// Which kind of verification it is: `verification_password`, `verification_otp`, …
    #[serde(default, skip_serializing_if = "str::is_empty", deserialize_with = "null_as_default")]
    pub object: Cow<'static, str>,
    /// How far it is.
    pub status: Option<VerificationStatus>,
    /// Which strategy was prepared or attempted.
    pub strategy: Option<Strategy>,
    /// How often an answer was given; a strategy without answers has `None`.
    #[serde(default)]
    pub attempts: Option<u32>,
    /// Until when it can be answered; `None` if it does not expire.
    #[serde(default)]
    pub expire_at: Option<Timestamp>,
    /// Why it failed, for the strategies that leave the app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Box<ApiError>>,
    /// How a phone code travels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// What a passkey or an older wallet strategy has to sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// What a wallet has to sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What a trusted device has to sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trusted_device_challenge: Option<Box<TrustedDeviceChallenge>>,
    /// Where the user has to go, for the strategies that leave the app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_verification_redirect_url: Option<String>,
    /// The id of the client on which an email link was opened; `None` if it was on none that the server knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_at_client: Option<String>,
}

impl Verification {
    /// The time before a code or a link can be sent again: 30 seconds.
    pub const RESEND_INTERVAL: Duration = Duration::from_secs(30);
    /// The lifetime of an email link: 10 minutes.
    pub const LINK_LIFETIME: Duration = Duration::from_secs(10 * 60);

    /// A verification of which only strategy and status are known.
    #[must_use]
    pub fn new(strategy: Strategy, status: VerificationStatus) -> Self {
        Self {
            object: object_of(&strategy).into(),
            status: Some(status),
            strategy: Some(strategy),
            attempts: None,
            expire_at: None,
            error: None,
            channel: None,
            nonce: None,
            message: None,
            trusted_device_challenge: None,
            external_verification_redirect_url: None,
            verified_at_client: None,
        }
    }

    /// Whether it was sent or shown to the user and waits for the answer.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.status == Some(VerificationStatus::Unverified)
    }

    /// Where the user has to go for it, and come back from. `None` for every strategy that does not leave the app, and if the
    /// server did not say.
    #[must_use]
    pub fn external_url(&self) -> Option<&str> {
        self.strategy.as_ref().filter(|strategy| strategy.is_redirect())?;
        self.external_verification_redirect_url.as_deref().filter(|url| !url.is_empty())
    }

    /// What has to be signed for it: the text that a wallet shows and signs, the options of a passkey as JSON, the client
    /// data of a trusted device. `None` for every other strategy, and if the server gave nothing to sign.
    #[must_use]
    pub fn challenge(&self) -> Option<&str> {
        let challenge = match self.strategy.as_ref()? {
            Strategy::Passkey => self.nonce.as_deref(),
            Strategy::TrustedDevice => self.trusted_device_challenge.as_ref().map(|it| it.client_data.as_str()),
            strategy if strategy.is_web3() => self.message.as_deref().or(self.nonce.as_deref()),
            _ => None,
        };
        challenge.filter(|challenge| !challenge.is_empty())
    }
}

fn object_of(strategy: &Strategy) -> &'static str {
    match strategy {
        Strategy::Password => "verification_password",
        Strategy::Totp => "verification_totp",
        Strategy::BackupCode => "verification_backup_code",
        Strategy::EmailLink => "verification_email_link",
        Strategy::Passkey => "verification_passkey",
        Strategy::Ticket => "verification_ticket",
        Strategy::TrustedDevice => "verification_trusted_device",
        Strategy::GoogleOneTap => "verification_google_one_tap",
        Strategy::Oauth(_) | Strategy::OauthToken(_) => "verification_oauth",
        Strategy::Saml | Strategy::EnterpriseSso => "verification_saml",
        Strategy::Web3MetamaskSignature
        | Strategy::Web3BaseSignature
        | Strategy::Web3CoinbaseWalletSignature
        | Strategy::Web3OkxWalletSignature
        | Strategy::Web3SolanaSignature => "verification_web3",
        Strategy::EmailCode
        | Strategy::PhoneCode
        | Strategy::ResetPasswordEmailCode
        | Strategy::ResetPasswordPhoneCode => "verification_otp",
        // An administrator added the address: not a way to sign in.
        Strategy::Unknown(name) if name.as_str() == "admin" => "verification_admin",
        Strategy::Unknown(_) => "",
    }
}
