//! Verification strategies.

use super::UnknownValue;
use super::open_enum::string_impls;

/// A way to verify a factor (`strategy`).
///
/// `oauth_<provider>` and `oauth_token_<provider>` contain the provider's name, because each instance can define its
/// own providers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Strategy {
    /// The account's password.
    Password,
    /// A code sent by email.
    EmailCode,
    /// A link sent by email.
    EmailLink,
    /// A code sent to a phone.
    PhoneCode,
    /// A code from an authenticator app (RFC 6238).
    Totp,
    /// A backup code, which the user saved earlier.
    BackupCode,
    /// A code that is sent by email and lets the user choose a new password.
    ResetPasswordEmailCode,
    /// A code that is sent to a phone and lets the user choose a new password.
    ResetPasswordPhoneCode,
    /// A passkey (`WebAuthn`).
    Passkey,
    /// A signature with the key of a device that the user enrolled.
    TrustedDevice,
    /// A ticket from the Backend API.
    Ticket,
    /// Google One Tap.
    GoogleOneTap,
    /// An enterprise connection that uses SAML or `OpenID` Connect.
    EnterpriseSso,
    /// An older name of the strategy for an enterprise connection that uses SAML.
    Saml,
    /// A signature by `MetaMask`.
    Web3MetamaskSignature,
    /// A signature by Base.
    Web3BaseSignature,
    /// A signature by Coinbase Wallet.
    Web3CoinbaseWalletSignature,
    /// A signature by OKX Wallet.
    Web3OkxWalletSignature,
    /// A signature by a Solana wallet.
    Web3SolanaSignature,
    /// A redirect to an identity provider: `oauth_<provider>`.
    Oauth(Provider),
    /// An ID token from an identity provider: `oauth_token_<provider>`.
    OauthToken(Provider),
    /// A strategy that this version of the crate does not know.
    Unknown(UnknownValue),
}

/// The identity provider that `oauth_<provider>` names, for example `google`, `github` or `custom_acme`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Provider {
    strategy: Box<str>,
    name_starts_at: usize,
}

impl Provider {
    /// Returns the provider's name, without the prefix.
    #[must_use]
    pub fn name(&self) -> &str {
        self.strategy.get(self.name_starts_at..).unwrap_or_default()
    }
}

const OAUTH: &str = "oauth_";
const OAUTH_TOKEN: &str = "oauth_token_";

impl Strategy {
    /// All strategies that this version of the crate knows, except those that contain a provider's name.
    pub const KNOWN: &'static [Self] = &[
        Self::Password,
        Self::EmailCode,
        Self::EmailLink,
        Self::PhoneCode,
        Self::Totp,
        Self::BackupCode,
        Self::ResetPasswordEmailCode,
        Self::ResetPasswordPhoneCode,
        Self::Passkey,
        Self::TrustedDevice,
        Self::Ticket,
        Self::GoogleOneTap,
        Self::EnterpriseSso,
        Self::Saml,
        Self::Web3MetamaskSignature,
        Self::Web3BaseSignature,
        Self::Web3CoinbaseWalletSignature,
        Self::Web3OkxWalletSignature,
        Self::Web3SolanaSignature,
    ];

    /// Creates the strategy for a redirect to this provider, for example `oauth_google` for `google`.
    #[must_use]
    pub fn oauth(provider: &str) -> Self {
        Self::from(format!("{OAUTH}{provider}").as_str())
    }

    /// Creates the strategy for an ID token from this provider, for example `oauth_token_apple` for `apple`.
    #[must_use]
    pub fn oauth_token(provider: &str) -> Self {
        Self::from(format!("{OAUTH_TOKEN}{provider}").as_str())
    }

    /// Returns `true` if the strategy verifies a factor with a code that is sent by email or to a phone.
    #[must_use]
    pub const fn is_sent_code(&self) -> bool {
        matches!(self, Self::EmailCode | Self::PhoneCode)
    }

    /// Returns `true` if the strategy sends a code that lets the user choose a new password.
    #[must_use]
    pub const fn is_reset_code(&self) -> bool {
        matches!(self, Self::ResetPasswordEmailCode | Self::ResetPasswordPhoneCode)
    }

    /// Returns `true` if the strategy needs a wallet's signature.
    #[must_use]
    pub const fn is_web3(&self) -> bool {
        matches!(
            self,
            Self::Web3MetamaskSignature
                | Self::Web3BaseSignature
                | Self::Web3CoinbaseWalletSignature
                | Self::Web3OkxWalletSignature
                | Self::Web3SolanaSignature
        )
    }

    /// Returns `true` if the strategy redirects the user to an identity provider and back.
    #[must_use]
    pub const fn is_redirect(&self) -> bool {
        matches!(self, Self::Oauth(_) | Self::EnterpriseSso | Self::Saml)
    }

    /// Returns `true` if the provider's own SDK verifies the user inside the app, without a redirect.
    #[must_use]
    pub const fn is_id_token(&self) -> bool {
        matches!(self, Self::GoogleOneTap | Self::OauthToken(_))
    }

    /// Returns the text that represents the strategy in requests and answers.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Password => "password",
            Self::EmailCode => "email_code",
            Self::EmailLink => "email_link",
            Self::PhoneCode => "phone_code",
            Self::Totp => "totp",
            Self::BackupCode => "backup_code",
            Self::ResetPasswordEmailCode => "reset_password_email_code",
            Self::ResetPasswordPhoneCode => "reset_password_phone_code",
            Self::Passkey => "passkey",
            Self::TrustedDevice => "trusted_device",
            Self::Ticket => "ticket",
            Self::GoogleOneTap => "google_one_tap",
            Self::EnterpriseSso => "enterprise_sso",
            Self::Saml => "saml",
            Self::Web3MetamaskSignature => "web3_metamask_signature",
            Self::Web3BaseSignature => "web3_base_signature",
            Self::Web3CoinbaseWalletSignature => "web3_coinbase_wallet_signature",
            Self::Web3OkxWalletSignature => "web3_okx_wallet_signature",
            Self::Web3SolanaSignature => "web3_solana_signature",
            Self::Oauth(provider) | Self::OauthToken(provider) => &provider.strategy,
            Self::Unknown(value) => value.as_str(),
        }
    }
}

impl From<&str> for Strategy {
    fn from(text: &str) -> Self {
        if let Some(known) = Self::KNOWN.iter().find(|strategy| strategy.as_str() == text) {
            return known.clone();
        }
        let provider = |prefix: &str| Provider { strategy: text.into(), name_starts_at: prefix.len() };
        match text {
            _ if text.len() > OAUTH_TOKEN.len() && text.starts_with(OAUTH_TOKEN) => {
                Self::OauthToken(provider(OAUTH_TOKEN))
            }
            _ if text.len() > OAUTH.len() && text.starts_with(OAUTH) => Self::Oauth(provider(OAUTH)),
            _ => Self::Unknown(UnknownValue::new(text)),
        }
    }
}

string_impls!(Strategy);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_keep_their_name() {
        let github = Strategy::oauth("github");
        let Strategy::Oauth(provider) = &github else { panic!("{github:?}") };
        assert_eq!((provider.name(), github.as_str()), ("github", "oauth_github"));

        let apple = Strategy::oauth_token("apple");
        assert_eq!(apple.as_str(), "oauth_token_apple");
        let Strategy::OauthToken(provider) = &apple else { panic!("{apple:?}") };
        assert_eq!(provider.name(), "apple");
    }

    #[test]
    fn prefix_alone_is_not_a_provider() {
        for text in ["oauth_", "", "passwort"] {
            assert!(matches!(Strategy::from(text), Strategy::Unknown(value) if value.as_str() == text));
        }
    }
}
