//! Verifications of factors.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::lenient::{Lenient, or_default};
use super::web_url;
use super::{ApiError, Channel, Secret, Strategy, Timestamp, TrustedDeviceChallenge, VerificationStatus};

/// The verification of one factor (`VerificationResource`).
#[doc(alias = "VerificationResource")]
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Verification {
    /// The kind of verification, such as `verification_password` or `verification_otp`.
    #[serde(default, skip_serializing_if = "str::is_empty", deserialize_with = "or_default")]
    pub object: Cow<'static, str>,
    /// The status of the verification.
    #[serde(default, deserialize_with = "or_default")]
    pub status: Option<VerificationStatus>,
    /// The strategy that was prepared or attempted.
    #[serde(default, deserialize_with = "or_default")]
    pub strategy: Option<Strategy>,
    /// The number of answers submitted so far; `None` for a strategy that does not use answers.
    #[serde(default, deserialize_with = "or_default")]
    pub attempts: Option<u32>,
    /// The time at which the verification expires; `None` if it does not expire.
    #[doc(alias = "expireAt")]
    #[serde(default, deserialize_with = "or_default")]
    pub expire_at: Option<Timestamp>,
    /// The error that occurred outside the app, if the strategy leads out of the app.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub error: Option<Box<ApiError>>,
    /// The channel through which a phone code is sent.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub channel: Option<Channel>,
    /// The value to sign, if the strategy is a passkey or an older wallet strategy.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub nonce: Option<String>,
    /// The message that a wallet signs.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub message: Option<String>,
    /// The challenge that a trusted device signs.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub trusted_device_challenge: Option<Box<TrustedDeviceChallenge>>,
    /// The URL to which the user must go if the strategy leads out of the app.
    ///
    /// This is the server's text. Do not open it unless [`external_url`](Self::external_url) returns it.
    #[doc(alias = "externalVerificationRedirectURL")]
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub external_verification_redirect_url: Option<String>,
    /// The id of the client that opened an email link; `None` if the server does not know that client.
    #[doc(alias = "verifiedAtClient")]
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub verified_at_client: Option<String>,
}

impl Lenient for Verification {}

impl Verification {
    /// The time to wait before a code or a link can be sent again (30 seconds).
    pub const RESEND_INTERVAL: Duration = Duration::from_secs(30);
    /// The lifetime of an email link (10 minutes).
    pub const LINK_LIFETIME: Duration = Duration::from_secs(10 * 60);

    /// Creates a verification that has only a strategy and a status.
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

    /// Returns `true` if the verification is prepared and is waiting for the user's answer.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.status == Some(VerificationStatus::Unverified)
    }

    /// Returns the URL to which the user must go before returning to the app.
    ///
    /// Returns `None` if the strategy keeps the user in the app, if the server sent no URL, or if the URL is not safe to
    /// open. A safe URL begins with `https://`, or with `http://` and a loopback address. It contains no password.
    #[must_use]
    pub fn external_url(&self) -> Option<&str> {
        self.unchecked_url().filter(|url| web_url::check(url, None).is_ok())
    }

    /// Returns the URL of the identity provider as the server sent it.
    pub(crate) fn unchecked_url(&self) -> Option<&str> {
        self.strategy.as_ref().filter(|strategy| strategy.is_redirect())?;
        self.external_verification_redirect_url.as_deref().filter(|url| !url.is_empty())
    }

    /// Returns the challenge to sign.
    ///
    /// For a wallet, the challenge is a text. For a passkey, it is JSON with the options for the authenticator. For a
    /// trusted device, it is the client data. Returns `None` for every other strategy, or if the server sent nothing to
    /// sign.
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

/// Hides the provider's URL, which contains secrets, and the challenges, which can contain the user's address.
impl fmt::Debug for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_hidden = |is_present: bool| is_present.then(|| Secret::from(""));
        f.debug_struct("Verification")
            .field("status", &self.status)
            .field("strategy", &self.strategy)
            .field("attempts", &self.attempts)
            .field("expire_at", &self.expire_at)
            .field("error", &self.error)
            .field("channel", &self.channel)
            .field("challenge", &is_hidden(self.challenge().is_some()))
            .field("external_verification_redirect_url", &is_hidden(self.external_verification_redirect_url.is_some()))
            .field("verified_at_client", &self.verified_at_client)
            .finish_non_exhaustive()
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
        // The strategy `admin` means that an administrator added the address. Users cannot sign in with this strategy.
        Strategy::Unknown(name) if name.as_str() == "admin" => "verification_admin",
        Strategy::Unknown(_) => "",
    }
}
