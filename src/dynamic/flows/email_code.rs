//! Codes for the first factor, sent by email.

use super::Recipient;
use crate::dynamic::slot::{After, after};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::relation::Step;
use crate::sign_in::{AnySignIn, StateKind};
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
        let strategy = Strategy::EmailCode;
        if let Recipient::Identifier(email_address) = recipient {
            let (turn, first) = self.0.create_first(Step::Create, email_address, &strategy).await?;
            return turn.end(after(first.send_email_code().await));
        }
        let id = if let Recipient::Id(id) = recipient { Some(id) } else { None };
        let wanted = if id.is_some() { Step::SendEmailCodeTo } else { Step::SendEmailCode };
        let states = [StateKind::NeedsFirstFactor];
        let choosing = |sign_in: &AnySignIn| sign_in.factor_to_prepare(&strategy, id);
        let (turn, sign_in) = self.0.begin_at(wanted, &states, None, choosing).await?;
        turn.end(match (sign_in, id) {
            (AnySignIn::NeedsFirstFactor(at), Some(id)) => after(at.send_email_code_to(id).await),
            (AnySignIn::NeedsFirstFactor(at), None) => after(at.send_email_code().await),
            (elsewhere, _) => After::Illegal(elsewhere),
        })
    }

    /// Verifies the code that was sent.
    ///
    /// # Errors
    /// [`DynamicError`]: no such code was sent, another call runs, or the step failed.
    #[doc(alias = "verifyCode")]
    pub async fn verify_code(&self, code: &str) -> Result<(), DynamicError> {
        let states = [StateKind::FirstFactorCodeSent];
        let (turn, sign_in) = self.0.begin_at(Step::Verify, &states, Some(&Strategy::EmailCode), |_| None).await?;
        turn.end(match sign_in {
            AnySignIn::FirstFactorCodeSent(at) => after(at.verify(code).await),
            elsewhere => After::Illegal(elsewhere),
        })
    }
}
