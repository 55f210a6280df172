//! Codes for the first factor, sent to a phone.

use super::Recipient;
use crate::dynamic::slot::{After, after};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::relation::Step;
use crate::sign_in::{AnySignIn, StateKind};
use crate::wire::{Channel, Strategy};

/// Codes for the first factor, sent to a phone. See [`DynamicSignIn::phone_code`].
#[derive(Clone, Debug)]
#[doc(alias = "phoneCode")]
pub struct PhoneCode(DynamicSignIn);

impl DynamicSignIn {
    /// Codes for the first factor, sent to a phone.
    #[doc(alias = "phoneCode")]
    #[must_use]
    pub fn phone_code(&self) -> PhoneCode {
        PhoneCode(self.clone())
    }
}

impl PhoneCode {
    /// Sends a code.
    ///
    /// With an identifier, two calls are made: the attempt is created, and then the code is sent. If the second call
    /// fails, the attempt exists and needs a first factor.
    ///
    /// The channel is SMS or WhatsApp.
    ///
    /// # Errors
    /// [`DynamicError`]: no first factor can be prepared now, another call runs, or a step failed.
    #[doc(alias = "sendCode")]
    pub async fn send_code(&self, recipient: Recipient<'_>, channel: Channel) -> Result<(), DynamicError> {
        let strategy = Strategy::PhoneCode;
        if let Recipient::Identifier(phone_number) = recipient {
            let (turn, first) = self.0.create_first(Step::Create, phone_number, &strategy).await?;
            return turn.end(after(first.send_phone_code(channel).await));
        }
        let id = if let Recipient::Id(id) = recipient { Some(id) } else { None };
        let wanted = if id.is_some() { Step::SendPhoneCodeTo } else { Step::SendPhoneCode };
        let states = [StateKind::NeedsFirstFactor];
        let choosing = |sign_in: &AnySignIn| sign_in.factor_to_prepare(&strategy, id);
        let (turn, sign_in) = self.0.begin_at(wanted, &states, None, choosing).await?;
        turn.end(match (sign_in, id) {
            (AnySignIn::NeedsFirstFactor(at), Some(id)) => after(at.send_phone_code_to(id, channel).await),
            (AnySignIn::NeedsFirstFactor(at), None) => after(at.send_phone_code(channel).await),
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
        let (turn, sign_in) = self.0.begin_at(Step::Verify, &states, Some(&Strategy::PhoneCode), |_| None).await?;
        turn.end(match sign_in {
            AnySignIn::FirstFactorCodeSent(at) => after(at.verify(code).await),
            elsewhere => After::Illegal(elsewhere),
        })
    }
}
