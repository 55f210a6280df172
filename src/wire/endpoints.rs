//! The endpoints that a sign-in needs, one file each.

mod attempt_factor;
mod complete_magic_link;
mod create_sign_in;
mod form_values;
mod get_sign_in;
mod oauth_callback;
mod open_email_link;
mod passkey;
mod prepare_factor;
mod redirect;
mod reset_password;
mod session;
mod sign_up;
mod sign_up_verification;
mod submit_proof;
mod touch_session;
mod trusted_device;
mod verify_captcha;

pub use attempt_factor::AttemptFactor;
pub use complete_magic_link::{CompleteMagicLink, MagicLink};
pub use create_sign_in::CreateSignIn;
pub use get_sign_in::GetSignIn;
pub use oauth_callback::OauthCallback;
pub use open_email_link::OpenEmailLink;
pub use passkey::{RemovePasskey, RenamePasskey, VerifyPasskey};
pub use prepare_factor::PrepareFactor;
pub use redirect::Redirect;
pub use reset_password::ResetPassword;
pub use session::{CreateSessionToken, OneSession};
pub use sign_up::{CreateSignUp, GetSignUp, SignUpFields, SignUpSso, UpdateSignUp};
pub use sign_up_verification::{AttemptSignUp, PrepareSignUp};
pub use submit_proof::SubmitProof;
pub use touch_session::{TouchIntent, TouchSession};
#[cfg(feature = "fake")]
pub(crate) use trusted_device::ALGORITHM;
pub use trusted_device::{AttemptTrustedDevice, PrepareTrustedDevice, RevokeTrustedDevice, ValidateTrustedDevice};
pub use verify_captcha::VerifyCaptcha;
