//! The endpoints. Each file defines the methods, paths, parameters and answers of its endpoints.

pub(super) mod attempt_factor;
pub(super) mod client;
pub(super) mod complete_magic_link;
pub(super) mod create_sign_in;
pub(super) mod get_sign_in;
pub(super) mod passkey;
pub(super) mod prepare_factor;
pub(super) mod reset_password;
pub(super) mod session;
pub(super) mod sign_up;
pub(super) mod sign_up_verification;
pub(super) mod submit_proof;
pub(super) mod totp;
pub(super) mod touch_session;
pub(super) mod trusted_device;
pub(super) mod user;
pub(super) mod verify_captcha;

pub use attempt_factor::AttemptFactor;
pub use complete_magic_link::{CompleteMagicLink, MagicLink};
pub use create_sign_in::CreateSignIn;
pub use get_sign_in::GetSignIn;
pub use passkey::{RemovePasskey, RenamePasskey, VerifyPasskey};
pub use prepare_factor::PrepareFactor;
pub use reset_password::ResetPassword;
pub use session::{CreateSessionToken, OneSession};
pub use sign_up::{CreateSignUp, GetSignUp, SignUpFields, SignUpSso, UpdateSignUp};
pub use sign_up_verification::{AttemptSignUp, PrepareSignUp};
pub use submit_proof::SubmitProof;
pub use totp::VerifyTotp;
pub use touch_session::{TouchIntent, TouchSession};
#[cfg(feature = "fake")]
pub(crate) use trusted_device::ALGORITHM;
pub use trusted_device::{AttemptTrustedDevice, PrepareTrustedDevice, RevokeTrustedDevice, ValidateTrustedDevice};
pub use user::{ActingSession, ChangePassword};
pub use verify_captcha::VerifyCaptcha;
