//! Requests, answers and values that travel between an app and the Frontend API.
//!
//! Every type in this module can also decode answers from a newer server. Enums keep unknown values ([`UnknownValue`]).
//! Fields that are missing or null become `None` or the default value. A field whose value has the wrong type is treated
//! as if it were missing, so it never hides the rest of the answer. It never gets a value that permits more: for example,
//! an unreadable status is an unknown status, a task without a key is still a task, and an unreadable `banned` is `true`.
//!
//! The types follow version 2026-08-20 of the Frontend API.

#[macro_use]
mod macros;

pub(crate) mod any_format;
mod captcha;
mod client;
pub(crate) mod endpoint;
mod endpoints;
mod environment;
mod error_code;
mod external_account;
mod factor;
mod forgotten;
mod form;
mod form_values;
mod identification;
pub(crate) mod lenient;
mod open_enum;
mod organization;
mod protect_check;
mod rejection;
mod request;
mod response;
mod secret;
mod secret_buffer;
#[cfg(feature = "fake")]
mod server;
mod session_token;
mod sign_in;
mod sign_up;
mod strategy;
mod timestamp;
mod totp;
mod trusted_device;
pub(crate) mod typed_text;
mod user;
mod values;
mod verification;
pub(crate) mod web_url;

pub use captcha::{CaptchaAction, CaptchaProvider, CaptchaWidgetType};
pub use client::{ClientResource, PublicUserData, Session, SessionTask};
#[cfg(feature = "fake")]
pub(crate) use endpoints::ALGORITHM;
pub use endpoints::{
    ActingSession, AttemptFactor, AttemptSignUp, AttemptTrustedDevice, ChangePassword, CompleteMagicLink,
    CreateSessionToken, CreateSignIn, CreateSignUp, GetSignIn, GetSignUp, MagicLink, OneSession, PrepareFactor,
    PrepareSignUp, PrepareTrustedDevice, RemovePasskey, RenamePasskey, ResetPassword, RevokeTrustedDevice,
    SignUpFields, SignUpSso, SubmitProof, TouchIntent, TouchSession, UpdateSignUp, ValidateTrustedDevice,
    VerifyCaptcha, VerifyPasskey, VerifyTotp,
};
pub use environment::{Attribute, AuthConfig, DisplayConfig, Environment, PasswordSettings, UserSettings};
pub use error_code::ErrorCode;
pub use external_account::ExternalAccount;
pub use factor::Factor;
pub(crate) use forgotten::{Forgotten, Subject};
pub use identification::{EmailAddress, Passkey, PhoneNumber, Web3Wallet};
pub use open_enum::UnknownValue;
pub use organization::{Organization, OrganizationMembership};
pub use protect_check::ProtectCheck;
pub use rejection::{ApiError, Meta, Rejection};
pub use request::Request;
pub(crate) use response::DevelopmentBrowser;
pub use response::{Answer, ClientUpdate, Response, TokenUpdate};
pub use secret::Secret;
#[cfg(feature = "fake")]
pub use server::{BrowserRequest, OauthCallback, OpenEmailLink, Redirect, RequestError};
pub use session_token::SessionToken;
pub use sign_in::{SignInAttempt, UserData};
pub use sign_up::{SignUpAttempt, SignUpVerification, SignUpVerifications};
pub use strategy::{Provider, Strategy};
pub use timestamp::Timestamp;
pub use totp::Totp;
pub use trusted_device::{
    DevicePlatform, TrustedDevice, TrustedDeviceChallenge, TrustedDeviceStatus, TrustedDeviceValidation,
};
pub use user::{Deleted, User};
pub use values::{
    Channel, ClientTrustState, EmailLinkStatus, IdentifierKind, SessionStatus, SessionTaskKey, SignUpFieldName,
    SignUpStatus, Status, VerificationStatus,
};
pub use verification::Verification;

/// The version of the Frontend API that this crate uses (`__clerk_api_version`, `clerk-api-version`).
pub const API_VERSION: &str = "2026-08-20";

/// The header that names the version of the Frontend API.
pub(crate) const API_VERSION_HEADER: &str = "clerk-api-version";
