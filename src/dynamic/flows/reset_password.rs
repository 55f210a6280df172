//! New passwords for users who forgot theirs.

use super::Recipient;
use crate::dynamic::slot::{After, after};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::relation::Step;
use crate::sign_in::states::OtherSessions;
use crate::sign_in::{AnySignIn, StateKind};
use crate::wire::Strategy;

/// A new password for a user who forgot it, by a code that is sent by email. See
/// [`DynamicSignIn::reset_password_email_code`].
#[derive(Clone, Debug)]
#[doc(alias = "resetPasswordEmailCode")]
pub struct ResetPasswordEmailCode(DynamicSignIn);

impl DynamicSignIn {
    /// A new password for a user who forgot it, by a code that is sent by email.
    #[doc(alias = "resetPasswordEmailCode")]
    #[must_use]
    pub fn reset_password_email_code(&self) -> ResetPasswordEmailCode {
        ResetPasswordEmailCode(self.clone())
    }
}

impl ResetPasswordEmailCode {
    /// Sends the code.
    ///
    /// With an identifier, two calls are made: the attempt is created, and then the code is sent. If the second call
    /// fails, the attempt exists and needs a first factor.
    ///
    /// # Errors
    /// [`DynamicError`]: no first factor can be prepared now, another call runs, or a step failed.
    #[doc(alias = "sendCode")]
    pub async fn send_code(&self, recipient: Recipient<'_>) -> Result<(), DynamicError> {
        let strategy = Strategy::ResetPasswordEmailCode;
        if let Recipient::Identifier(identifier) = recipient {
            let (turn, first) = self.0.create_first(Step::Create, identifier, &strategy).await?;
            return turn.end(after(first.send_reset_password_email_code().await));
        }
        let id = if let Recipient::Id(id) = recipient { Some(id) } else { None };
        let states = [StateKind::NeedsFirstFactor];
        let choosing = |sign_in: &AnySignIn| sign_in.factor_to_prepare(&strategy, id);
        let (turn, sign_in) = self.0.begin_at(Step::SendResetPasswordEmailCode, &states, None, choosing).await?;
        turn.end(match (sign_in, id) {
            (AnySignIn::NeedsFirstFactor(at), Some(id)) => after(at.send_reset_password_email_code_to(id).await),
            (AnySignIn::NeedsFirstFactor(at), None) => after(at.send_reset_password_email_code().await),
            (elsewhere, _) => After::Illegal(elsewhere),
        })
    }

    /// Verifies the code that was sent. A new password is needed next.
    ///
    /// # Errors
    /// [`DynamicError`]: no such code was sent, another call runs, or the step failed.
    #[doc(alias = "verifyCode")]
    pub async fn verify_code(&self, code: &str) -> Result<(), DynamicError> {
        let states = [StateKind::ResetCodeSent];
        let (turn, sign_in) =
            self.0.begin_at(Step::Verify, &states, Some(&Strategy::ResetPasswordEmailCode), |_| None).await?;
        turn.end(match sign_in {
            AnySignIn::ResetCodeSent(at) => after(at.verify(code).await),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    /// Chooses the new password. See [`submit_password`](DynamicSignIn::submit_password).
    ///
    /// # Errors
    /// [`DynamicError`]: no new password is needed now, another call runs, or the step failed.
    #[doc(alias = "submitPassword")]
    pub async fn submit_password(&self, new_password: &str, other_sessions: OtherSessions) -> Result<(), DynamicError> {
        self.0.submit_password(new_password, other_sessions).await
    }
}

/// A new password for a user who forgot it, by a code that is sent to a phone. See
/// [`DynamicSignIn::reset_password_phone_code`].
#[derive(Clone, Debug)]
#[doc(alias = "resetPasswordPhoneCode")]
pub struct ResetPasswordPhoneCode(DynamicSignIn);

impl DynamicSignIn {
    /// A new password for a user who forgot it, by a code that is sent to a phone.
    #[doc(alias = "resetPasswordPhoneCode")]
    #[must_use]
    pub fn reset_password_phone_code(&self) -> ResetPasswordPhoneCode {
        ResetPasswordPhoneCode(self.clone())
    }
}

impl ResetPasswordPhoneCode {
    /// Sends the code.
    ///
    /// With an identifier, two calls are made: the attempt is created, and then the code is sent. If the second call
    /// fails, the attempt exists and needs a first factor.
    ///
    /// # Errors
    /// [`DynamicError`]: no first factor can be prepared now, another call runs, or a step failed.
    #[doc(alias = "sendCode")]
    pub async fn send_code(&self, recipient: Recipient<'_>) -> Result<(), DynamicError> {
        let strategy = Strategy::ResetPasswordPhoneCode;
        if let Recipient::Identifier(identifier) = recipient {
            let (turn, first) = self.0.create_first(Step::Create, identifier, &strategy).await?;
            return turn.end(after(first.send_reset_password_phone_code().await));
        }
        let id = if let Recipient::Id(id) = recipient { Some(id) } else { None };
        let states = [StateKind::NeedsFirstFactor];
        let choosing = |sign_in: &AnySignIn| sign_in.factor_to_prepare(&strategy, id);
        let (turn, sign_in) = self.0.begin_at(Step::SendResetPasswordPhoneCode, &states, None, choosing).await?;
        turn.end(match (sign_in, id) {
            (AnySignIn::NeedsFirstFactor(at), Some(id)) => after(at.send_reset_password_phone_code_to(id).await),
            (AnySignIn::NeedsFirstFactor(at), None) => after(at.send_reset_password_phone_code().await),
            (elsewhere, _) => After::Illegal(elsewhere),
        })
    }

    /// Verifies the code that was sent. A new password is needed next.
    ///
    /// # Errors
    /// [`DynamicError`]: no such code was sent, another call runs, or the step failed.
    #[doc(alias = "verifyCode")]
    pub async fn verify_code(&self, code: &str) -> Result<(), DynamicError> {
        let states = [StateKind::ResetCodeSent];
        let (turn, sign_in) =
            self.0.begin_at(Step::Verify, &states, Some(&Strategy::ResetPasswordPhoneCode), |_| None).await?;
        turn.end(match sign_in {
            AnySignIn::ResetCodeSent(at) => after(at.verify(code).await),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    /// Chooses the new password. See [`submit_password`](DynamicSignIn::submit_password).
    ///
    /// # Errors
    /// [`DynamicError`]: no new password is needed now, another call runs, or the step failed.
    #[doc(alias = "submitPassword")]
    pub async fn submit_password(&self, new_password: &str, other_sessions: OtherSessions) -> Result<(), DynamicError> {
        self.0.submit_password(new_password, other_sessions).await
    }
}
