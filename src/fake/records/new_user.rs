//! New users.

use serde::Deserialize;

use crate::fake::records::user::UserAccess;
use crate::wire::Secret;

/// A user to [add](crate::fake::FakeBackend::add_user) to the fake.
///
/// In JSON, the values that these methods set are stored in fields such as `email_addresses`, `password` and
/// `totp_secret`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[must_use = "it does nothing until it is added to a server"]
pub struct NewUser {
    pub(in crate::fake) email_addresses: Vec<String>,
    pub(in crate::fake) phone_numbers: Vec<String>,
    pub(in crate::fake) web3_wallets: Vec<String>,
    pub(in crate::fake) first_name: Option<String>,
    pub(in crate::fake) last_name: Option<String>,
    pub(in crate::fake) username: Option<String>,
    pub(in crate::fake) password: Option<Secret>,
    pub(in crate::fake) totp_secret: Option<Secret>,
    pub(in crate::fake) backup_codes: Vec<Secret>,
    pub(in crate::fake) email_code_second_factor: bool,
    pub(in crate::fake) phone_code_second_factor: bool,
    pub(in crate::fake) default_second_factor: Option<String>,
    pub(in crate::fake) session_tasks: Vec<String>,
    pub(in crate::fake) access: UserAccess,
}

impl NewUser {
    /// Creates a user who has this email address and can sign in with an email code.
    pub fn new(email_address: impl Into<String>) -> Self {
        Self { email_addresses: vec![email_address.into()], ..Self::default() }
    }

    /// Sets the user's name.
    pub fn name(mut self, first: impl Into<String>, last: impl Into<String>) -> Self {
        self.first_name = Some(first.into());
        self.last_name = Some(last.into());
        self
    }

    /// Sets a user name with which the user can sign in.
    pub fn username(mut self, username: impl Into<String>) -> Self {
        self.username = Some(username.into());
        self
    }

    /// Adds an email address.
    pub fn email_address(mut self, email_address: impl Into<String>) -> Self {
        self.email_addresses.push(email_address.into());
        self
    }

    /// Adds a phone number, in E.164 format, with which the user can sign in.
    ///
    /// This method may be called more than once.
    pub fn phone_number(mut self, phone_number: impl Into<String>) -> Self {
        self.phone_numbers.push(phone_number.into());
        self
    }

    /// Adds a wallet with which the user can sign in.
    ///
    /// `address` is the address of the wallet's account. An Ethereum address begins with `0x`, and a Solana address is
    /// written in base58. This method may be called more than once.
    pub fn web3_wallet(mut self, address: impl Into<String>) -> Self {
        self.web3_wallets.push(address.into());
        self
    }

    /// Sets the user's password.
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Adds an authenticator app with this base32 secret as a second factor.
    pub fn totp_secret(mut self, secret: &str) -> Self {
        self.totp_secret = Some(secret.into());
        self
    }

    /// Adds a backup code as a second factor. Each code works only once.
    ///
    /// This method may be called more than once.
    pub fn backup_code(mut self, code: &str) -> Self {
        self.backup_codes.push(code.into());
        self
    }

    /// Lets the user verify a second factor with codes that are sent to the user's phone numbers.
    pub fn phone_code_second_factor(mut self) -> Self {
        self.phone_code_second_factor = true;
        self
    }

    /// Lets the user verify a second factor with codes that are sent to the user's phone numbers. Apps propose this
    /// number first.
    pub fn default_second_factor(mut self, phone_number: impl Into<String>) -> Self {
        self.phone_code_second_factor = true;
        self.default_second_factor = Some(phone_number.into());
        self
    }

    /// Sets whether the user may sign in.
    pub fn access(mut self, access: UserAccess) -> Self {
        self.access = access;
        self
    }

    /// Lets the user verify a second factor with codes and links that are sent to the user's email addresses.
    pub fn email_code_second_factor(mut self) -> Self {
        self.email_code_second_factor = true;
        self
    }

    /// Keeps the user's sessions pending until the user completes this task (for example `choose-organization`).
    pub fn session_task(mut self, key: impl Into<String>) -> Self {
        self.session_tasks.push(key.into());
        self
    }
}

impl Default for NewUser {
    /// Creates a user without any identifier.
    fn default() -> Self {
        Self {
            email_addresses: Vec::new(),
            phone_numbers: Vec::new(),
            web3_wallets: Vec::new(),
            first_name: None,
            last_name: None,
            username: None,
            password: None,
            totp_secret: None,
            backup_codes: Vec::new(),
            email_code_second_factor: false,
            phone_code_second_factor: false,
            default_second_factor: None,
            session_tasks: Vec::new(),
            access: UserAccess::Allowed,
        }
    }
}

/// The reason why a user cannot be added or changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NewUserError {
    /// The identifier already belongs to another user, or it is listed twice for this user.
    #[error("`{0}` belongs to another user, or was given twice")]
    IdentifierTaken(String),
    /// The text is not an email address.
    #[error("`{0}` is not an email address")]
    EmailAddress(String),
    /// The text is not a phone number in E.164 format.
    #[error("`{0}` is not a phone number in E.164 format, such as +4930123456")]
    PhoneNumber(String),
    /// The text is not the address of an Ethereum or Solana account.
    #[error(
        "`{0}` is not the address of an account on Ethereum (`0x` and 40 hex digits) or Solana (base58 of 32 bytes)"
    )]
    Web3Wallet(String),
    /// The user already has the maximum number of passkeys.
    #[error("the user has too many passkeys: remove one with `remove_passkey`")]
    TooManyPasskeys,
    /// The issuer's host is not a domain name, or it is outside the domain in the setting `passkey_rp_id`.
    #[error("passkeys need a domain: the issuer's host is not a domain, or `passkey_rp_id` does not belong to it")]
    PasskeyDomain,
    /// The authenticator's response does not match the options.
    #[error("the passkey does not match the request: create it with the options of `new_passkey`")]
    Passkey,
    /// The key of a trusted device is not a P-256 key.
    #[error("the key is not a P-256 public key in JSON Web Key format (RFC 7518 section 6.2)")]
    InvalidTrustedDeviceKey,
    /// There is no user with this id.
    #[error("there is no user `{0}`")]
    UserNotFound(String),
    /// The user has no identifier, so nobody can sign in as this user.
    #[error("a user needs an email address, a phone number, a wallet or a user name")]
    NoIdentifier,
    /// The authenticator app's secret is not valid base32, or it is shorter than 128 bits.
    #[error("the secret of the authenticator app is not base32 of at least 128 bits")]
    TotpSecret,
}
