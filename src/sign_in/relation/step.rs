//! The steps of the machine, as plain data.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The calls that a step makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    /// The step makes no call.
    None,
    /// The step only asks the server where the attempt stands.
    Reads,
    /// The step changes the attempt, or creates one.
    Writes,
}

macro_rules! steps {
    ($($step:ident $name:literal $calls:ident,)+) => {
        /// A step of the machine. Each variant has the name of a method of [`SignIn`](crate::SignIn).
        ///
        /// One step can be legal in several states, with other parameters in each. In serde's formats, the names are
        /// those of the methods, such as `send_email_code`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Step {
            $(
                #[doc = concat!("The method `", $name, "`.")]
                $step,
            )+
        }

        impl Step {
            /// All steps.
            pub const ALL: &[Self] = &[$(Self::$step),+];

            /// The name of the method, such as `send_email_code`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$step => $name,)+
                }
            }

            /// The calls that the step makes.
            #[must_use]
            pub const fn calls(self) -> Calls {
                match self {
                    $(Self::$step => Calls::$calls,)+
                }
            }
        }
    };
}

impl Step {
    /// Returns `true` if the step sends the user a code or a link.
    pub(crate) fn sends_to_the_user(self) -> bool {
        self.name().starts_with("send_") || self == Self::Resend
    }
}

steps! {
    Create "create" Writes,
    CreateWithoutIdentifier "create_without_identifier" Writes,
    CreateOrSignUp "create_or_sign_up" Writes,
    Transfer "transfer" Writes,
    Password "password" Writes,
    SendEmailCode "send_email_code" Writes,
    SendEmailCodeTo "send_email_code_to" Writes,
    SendPhoneCode "send_phone_code" Writes,
    SendPhoneCodeTo "send_phone_code_to" Writes,
    SendCode "send_code" Writes,
    SendCodeThrough "send_code_through" Writes,
    CodeSent "code_sent" None,
    SendResetPasswordEmailCode "send_reset_password_email_code" Writes,
    SendResetPasswordEmailCodeTo "send_reset_password_email_code_to" Writes,
    SendResetPasswordPhoneCode "send_reset_password_phone_code" Writes,
    SendResetPasswordPhoneCodeTo "send_reset_password_phone_code_to" Writes,
    SendResetCode "send_reset_code" Writes,
    ResetCodeSent "reset_code_sent" None,
    SendEmailLink "send_email_link" Writes,
    SendEmailLinkTo "send_email_link_to" Writes,
    SendEmailLinkToApp "send_email_link_to_app" Writes,
    LinkSent "link_sent" None,
    ChallengePasskey "challenge_passkey" Writes,
    ChallengePasskeyWithId "challenge_passkey_with_id" Writes,
    PasskeyChallenged "passkey_challenged" None,
    ChallengeWallet "challenge_wallet" Writes,
    ChallengeWalletOf "challenge_wallet_of" Writes,
    WalletChallenged "wallet_challenged" None,
    TrustedDevice "trusted_device" Writes,
    ChallengeTrustedDevice "challenge_trusted_device" Writes,
    TrustedDeviceChallenged "trusted_device_challenged" None,
    Sso "sso" Writes,
    SsoWith "sso_with" Writes,
    RedirectReady "redirect_ready" None,
    IdToken "id_token" Writes,
    SignUpByIdToken "sign_up_by_id_token" Writes,
    Ticket "ticket" Writes,
    SignUp "sign_up" Writes,
    Verify "verify" Writes,
    Resend "resend" Writes,
    WaitForVerification "wait_for_verification" Reads,
    VerifyWith "verify_with" Writes,
    VerifyAssertion "verify_assertion" Writes,
    VerifySignature "verify_signature" Writes,
    ChallengeAgain "challenge_again" Writes,
    Finish "finish" Reads,
    FinishHere "finish_here" Reads,
    FinishWith "finish_with" Reads,
    RedirectAgain "redirect_again" Writes,
    RedirectAgainWith "redirect_again_with" Writes,
    ResetPassword "reset_password" Writes,
    VerifyTotp "verify_totp" Writes,
    VerifyBackupCode "verify_backup_code" Writes,
    SubmitPassword "submit_password" Writes,
    SolveWith "solve_with" Writes,
    SubmitProof "submit_proof" Writes,
    Organization "organization" None,
    Finalize "finalize" Writes,
    FinalizeWith "finalize_with" Writes,
    ChooseAnother "choose_another" None,
    Refresh "refresh" Reads,
    StartOver "start_over" None,
}

/// The name of the method.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
