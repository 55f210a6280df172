//! The second factor, and the trust in a new client, which clerk-js treats alike.

use crate::dynamic::turn::{After, Wanted, after};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::platform::{Mediation, PasskeyAuthenticator};
use crate::relation::Step;
use crate::sign_in::{AnySignIn, StateKind};
use crate::wire::Strategy;

/// The second factor, and the trust in a new client. See [`DynamicSignIn::mfa`].
#[derive(Clone, Debug)]
pub struct Mfa(DynamicSignIn);

const STAGES: [StateKind; 2] = [StateKind::NeedsSecondFactor, StateKind::NeedsClientTrust];
const CODE_SENT: [StateKind; 2] = [StateKind::SecondFactorCodeSent, StateKind::ClientTrustCodeSent];

impl DynamicSignIn {
    /// The second factor, and the trust in a new client.
    #[must_use]
    pub fn mfa(&self) -> Mfa {
        Mfa(self.clone())
    }
}

impl Mfa {
    /// Sends a code by email.
    ///
    /// # Errors
    /// [`DynamicError`]: no second factor is needed now, another call runs, or the step failed.
    #[doc(alias = "sendEmailCode")]
    pub async fn send_email_code(&self) -> Result<(), DynamicError> {
        let choosing = |sign_in: &AnySignIn| sign_in.factor_to_prepare(&Strategy::EmailCode, None);
        let (turn, sign_in) = self.0.place.begin(Wanted::at(Step::SendEmailCode, &STAGES), choosing).await?;
        turn.end(match sign_in {
            AnySignIn::NeedsSecondFactor(at) => after(at.send_email_code().await),
            AnySignIn::NeedsClientTrust(at) => after(at.send_email_code().await),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    /// Verifies the code that was sent by email.
    ///
    /// # Errors
    /// [`DynamicError`]: no such code was sent, another call runs, or the step failed.
    #[doc(alias = "verifyEmailCode")]
    pub async fn verify_email_code(&self, code: &str) -> Result<(), DynamicError> {
        self.0.verify_sent(&CODE_SENT, &Strategy::EmailCode, code).await
    }

    /// Sends a code to a phone.
    ///
    /// # Errors
    /// [`DynamicError`]: no second factor is needed now, another call runs, or the step failed.
    #[doc(alias = "sendPhoneCode")]
    pub async fn send_phone_code(&self) -> Result<(), DynamicError> {
        let choosing = |sign_in: &AnySignIn| sign_in.factor_to_prepare(&Strategy::PhoneCode, None);
        let (turn, sign_in) = self.0.place.begin(Wanted::at(Step::SendPhoneCode, &STAGES), choosing).await?;
        turn.end(match sign_in {
            AnySignIn::NeedsSecondFactor(at) => after(at.send_phone_code().await),
            AnySignIn::NeedsClientTrust(at) => after(at.send_phone_code().await),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    /// Verifies the code that was sent to a phone.
    ///
    /// # Errors
    /// [`DynamicError`]: no such code was sent, another call runs, or the step failed.
    #[doc(alias = "verifyPhoneCode")]
    pub async fn verify_phone_code(&self, code: &str) -> Result<(), DynamicError> {
        self.0.verify_sent(&CODE_SENT, &Strategy::PhoneCode, code).await
    }

    /// Verifies a code of an authenticator app.
    ///
    /// # Errors
    /// [`DynamicError`]: no second factor is needed now, another call runs, or the step failed.
    #[doc(alias = "verifyTOTP")]
    pub async fn verify_totp(&self, code: &str) -> Result<(), DynamicError> {
        let wanted = Wanted::at(Step::VerifyTotp, &[StateKind::NeedsSecondFactor]);
        let (turn, sign_in) = self.0.place.begin(wanted, |_| None).await?;
        turn.end(match sign_in {
            AnySignIn::NeedsSecondFactor(at) => after(at.verify_totp(code).await),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    /// Verifies a backup code.
    ///
    /// # Errors
    /// [`DynamicError`]: no second factor is needed now, another call runs, or the step failed.
    #[doc(alias = "verifyBackupCode")]
    pub async fn verify_backup_code(&self, code: &str) -> Result<(), DynamicError> {
        let wanted = Wanted::at(Step::VerifyBackupCode, &[StateKind::NeedsSecondFactor]);
        let (turn, sign_in) = self.0.place.begin(wanted, |_| None).await?;
        turn.end(match sign_in {
            AnySignIn::NeedsSecondFactor(at) => after(at.verify_backup_code(code).await),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    /// Lets a passkey answer: requests a challenge, and verifies the passkey's answer.
    ///
    /// If the authenticator or the second call fails, the challenge stays open:
    /// [`verify_with_passkey`](DynamicSignIn::verify_with_passkey) answers it.
    ///
    /// # Errors
    /// [`DynamicError`]: no second factor is needed now, another call runs, or a step failed.
    #[doc(alias = "mfa.passkey")]
    pub async fn passkey(
        &self,
        authenticator: &dyn PasskeyAuthenticator,
        mediation: Mediation,
    ) -> Result<(), DynamicError> {
        let (turn, sign_in) = self.0.place.begin(Wanted::at(Step::ChallengePasskey, &STAGES), |_| None).await?;
        let challenged = match sign_in {
            AnySignIn::NeedsSecondFactor(at) => after(at.challenge_passkey().await),
            AnySignIn::NeedsClientTrust(at) => after(at.challenge_passkey().await),
            elsewhere => After::Illegal(elsewhere),
        };
        let (turn, challenged) = turn.go_on(challenged)?;
        let after = match challenged {
            AnySignIn::SecondFactorPasskeyChallenged(at) => after(at.verify_with(authenticator, mediation).await),
            AnySignIn::ClientTrustPasskeyChallenged(at) => after(at.verify_with(authenticator, mediation).await),
            elsewhere => return Err(turn.stop_at(elsewhere)),
        };
        turn.end(after)
    }
}
