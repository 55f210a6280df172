//! New passwords for users who forgot theirs.

use super::Recipient;
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::relation::Step;
use crate::sign_in::states::{NeedsFirstFactor, OtherSessions};
use crate::sign_in::{SignIn, StateKind};
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
        let id = recipient.id();
        let step = if id.is_some() { Step::SendResetPasswordEmailCodeTo } else { Step::SendResetPasswordEmailCode };
        let send = |first: SignIn<NeedsFirstFactor>| async move {
            match id {
                Some(id) => first.send_reset_password_email_code_to(id).await,
                None => first.send_reset_password_email_code().await,
            }
        };
        self.0.send(step, &Strategy::ResetPasswordEmailCode, recipient, send).await
    }

    /// Verifies the code that was sent. A new password is needed next.
    ///
    /// # Errors
    /// [`DynamicError`]: no such code was sent, another call runs, or the step failed.
    #[doc(alias = "verifyCode")]
    pub async fn verify_code(&self, code: &str) -> Result<(), DynamicError> {
        self.0.verify_sent(&[StateKind::ResetCodeSent], &Strategy::ResetPasswordEmailCode, code).await
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
        let id = recipient.id();
        let step = if id.is_some() { Step::SendResetPasswordPhoneCodeTo } else { Step::SendResetPasswordPhoneCode };
        let send = |first: SignIn<NeedsFirstFactor>| async move {
            match id {
                Some(id) => first.send_reset_password_phone_code_to(id).await,
                None => first.send_reset_password_phone_code().await,
            }
        };
        self.0.send(step, &Strategy::ResetPasswordPhoneCode, recipient, send).await
    }

    /// Verifies the code that was sent. A new password is needed next.
    ///
    /// # Errors
    /// [`DynamicError`]: no such code was sent, another call runs, or the step failed.
    #[doc(alias = "verifyCode")]
    pub async fn verify_code(&self, code: &str) -> Result<(), DynamicError> {
        self.0.verify_sent(&[StateKind::ResetCodeSent], &Strategy::ResetPasswordPhoneCode, code).await
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
