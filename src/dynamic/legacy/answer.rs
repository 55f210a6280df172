//! Verifying a factor by its strategy.

use std::fmt;

use crate::dynamic::turn::{After, Wanted, after};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::relation::Step;
use crate::sign_in::states::OtherSessions;
use crate::sign_in::{AnySignIn, StateKind};

/// An answer that verifies a first factor.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum FirstFactorAnswer<'a> {
    /// The password.
    Password(&'a str),
    /// The code that was sent by email.
    EmailCode(&'a str),
    /// The code that was sent to a phone.
    PhoneCode(&'a str),
    /// The code that was sent by email for a new password.
    ResetPasswordEmailCode(&'a str),
    /// The code that was sent to a phone for a new password.
    ResetPasswordPhoneCode(&'a str),
    /// Such a code, with the new password.
    ResetPassword {
        /// The code.
        code: &'a str,
        /// The new password.
        new_password: &'a str,
        /// What happens to the user's other sessions.
        other_sessions: OtherSessions,
    },
    /// The answer of a passkey, as JSON (WebAuthn Level 3, `PublicKeyCredential.toJSON`).
    Passkey(&'a str),
    /// The signature of a wallet.
    Web3(&'a str),
    /// The signature of a trusted device.
    TrustedDevice(&'a str),
}

/// An answer that verifies a second factor, or makes a new client trusted.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum SecondFactorAnswer<'a> {
    /// The code that was sent by email.
    EmailCode(&'a str),
    /// The code that was sent to a phone.
    PhoneCode(&'a str),
    /// The code of an authenticator app.
    Totp(&'a str),
    /// A backup code.
    BackupCode(&'a str),
    /// The answer of a passkey, as JSON (WebAuthn Level 3, `PublicKeyCredential.toJSON`).
    Passkey(&'a str),
}

impl DynamicSignIn {
    /// Verifies a first factor. `POST /v1/client/sign_ins/{id}/attempt_first_factor`
    ///
    /// # Errors
    /// [`DynamicError`]: the factor was not prepared, another call runs, or the step failed.
    #[doc(alias = "attemptFirstFactor")]
    pub async fn attempt_first_factor(&self, answer: FirstFactorAnswer<'_>) -> Result<(), DynamicError> {
        use FirstFactorAnswer as A;
        let (step, state) = match answer {
            A::Password(password) => return self.password(None, password).await,
            A::EmailCode(code) => return self.email_code().verify_code(code).await,
            A::PhoneCode(code) => return self.phone_code().verify_code(code).await,
            A::ResetPasswordEmailCode(code) => return self.reset_password_email_code().verify_code(code).await,
            A::ResetPasswordPhoneCode(code) => return self.reset_password_phone_code().verify_code(code).await,
            A::ResetPassword { .. } => (Step::ResetPassword, StateKind::ResetCodeSent),
            A::Passkey(_) => (Step::VerifyAssertion, StateKind::FirstFactorPasskeyChallenged),
            A::Web3(_) => (Step::VerifySignature, StateKind::WalletChallenged),
            A::TrustedDevice(_) => (Step::VerifySignature, StateKind::TrustedDeviceChallenged),
        };
        let (turn, sign_in) = self.place.begin(Wanted::at(step, &[state]), |_| None).await?;
        turn.end(match (sign_in, answer) {
            (AnySignIn::ResetCodeSent(at), A::ResetPassword { code, new_password, other_sessions }) => {
                after(at.reset_password(code, new_password, other_sessions).await)
            }
            (AnySignIn::FirstFactorPasskeyChallenged(at), A::Passkey(credential)) => {
                after(at.verify_assertion(credential).await)
            }
            (AnySignIn::WalletChallenged(at), A::Web3(signature)) => after(at.verify_signature(signature).await),
            (AnySignIn::TrustedDeviceChallenged(at), A::TrustedDevice(signature)) => {
                after(at.verify_signature(signature).await)
            }
            (elsewhere, _) => After::Illegal(elsewhere),
        })
    }

    /// Verifies a second factor, or makes a new client trusted.
    /// `POST /v1/client/sign_ins/{id}/attempt_second_factor`
    ///
    /// # Errors
    /// [`DynamicError`]: the factor was not prepared, another call runs, or the step failed.
    #[doc(alias = "attemptSecondFactor")]
    pub async fn attempt_second_factor(&self, answer: SecondFactorAnswer<'_>) -> Result<(), DynamicError> {
        match answer {
            SecondFactorAnswer::EmailCode(code) => self.mfa().verify_email_code(code).await,
            SecondFactorAnswer::PhoneCode(code) => self.mfa().verify_phone_code(code).await,
            SecondFactorAnswer::Totp(code) => self.mfa().verify_totp(code).await,
            SecondFactorAnswer::BackupCode(code) => self.mfa().verify_backup_code(code).await,
            SecondFactorAnswer::Passkey(credential) => {
                let states = [StateKind::SecondFactorPasskeyChallenged, StateKind::ClientTrustPasskeyChallenged];
                let (turn, sign_in) = self.place.begin(Wanted::at(Step::VerifyAssertion, &states), |_| None).await?;
                turn.end(match sign_in {
                    AnySignIn::SecondFactorPasskeyChallenged(at) => after(at.verify_assertion(credential).await),
                    AnySignIn::ClientTrustPasskeyChallenged(at) => after(at.verify_assertion(credential).await),
                    elsewhere => After::Illegal(elsewhere),
                })
            }
        }
    }
}

/// Shows the kind of answer only, because the answer is a secret.
impl fmt::Debug for FirstFactorAnswer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Password(_) => "Password",
            Self::EmailCode(_) => "EmailCode",
            Self::PhoneCode(_) => "PhoneCode",
            Self::ResetPasswordEmailCode(_) => "ResetPasswordEmailCode",
            Self::ResetPasswordPhoneCode(_) => "ResetPasswordPhoneCode",
            Self::ResetPassword { .. } => "ResetPassword",
            Self::Passkey(_) => "Passkey",
            Self::Web3(_) => "Web3",
            Self::TrustedDevice(_) => "TrustedDevice",
        })
    }
}

/// Shows the kind of answer only, because the answer is a secret.
impl fmt::Debug for SecondFactorAnswer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmailCode(_) => "EmailCode",
            Self::PhoneCode(_) => "PhoneCode",
            Self::Totp(_) => "Totp",
            Self::BackupCode(_) => "BackupCode",
            Self::Passkey(_) => "Passkey",
        })
    }
}
