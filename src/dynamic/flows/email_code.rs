//! Codes for the first factor, sent by email.

use super::Recipient;
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::relation::Step;
use crate::sign_in::states::NeedsFirstFactor;
use crate::sign_in::{SignIn, StateKind};
use crate::wire::Strategy;

/// Codes for the first factor, sent by email. See [`DynamicSignIn::email_code`].
#[derive(Clone, Debug)]
#[doc(alias = "emailCode")]
pub struct EmailCode(DynamicSignIn);

impl DynamicSignIn {
    /// Codes for the first factor, sent by email.
    #[doc(alias = "emailCode")]
    #[must_use]
    pub fn email_code(&self) -> EmailCode {
        EmailCode(self.clone())
    }
}

impl EmailCode {
    /// Sends a code.
    ///
    /// With an identifier, two calls are made: the attempt is created, and then the code is sent. If the second call
    /// fails, the attempt exists and needs a first factor.
    ///
    /// # Errors
    /// [`DynamicError`]: no first factor can be prepared now, another call runs, or a step failed.
    #[doc(alias = "sendCode")]
    pub async fn send_code(&self, recipient: Recipient<'_>) -> Result<(), DynamicError> {
        let id = recipient.id();
        let wanted = if id.is_some() { Step::SendEmailCodeTo } else { Step::SendEmailCode };
        let send = |first: SignIn<NeedsFirstFactor>| async move {
            match id {
                Some(id) => first.send_email_code_to(id).await,
                None => first.send_email_code().await,
            }
        };
        self.0.send(wanted, &Strategy::EmailCode, recipient, send).await
    }

    /// Verifies the code that was sent.
    ///
    /// # Errors
    /// [`DynamicError`]: no such code was sent, another call runs, or the step failed.
    #[doc(alias = "verifyCode")]
    pub async fn verify_code(&self, code: &str) -> Result<(), DynamicError> {
        self.0.verify_sent(&[StateKind::FirstFactorCodeSent], &Strategy::EmailCode, code).await
    }
}
