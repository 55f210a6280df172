//! Codes for the first factor, sent to a phone.

use super::Recipient;
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::relation::Step;
use crate::sign_in::states::NeedsFirstFactor;
use crate::sign_in::{SignIn, StateKind};
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
        let id = recipient.id();
        let wanted = if id.is_some() { Step::SendPhoneCodeTo } else { Step::SendPhoneCode };
        let send = |first: SignIn<NeedsFirstFactor>| async move {
            match id {
                Some(id) => first.send_phone_code_to(id, channel).await,
                None => first.send_phone_code(channel).await,
            }
        };
        self.0.send(wanted, &Strategy::PhoneCode, recipient, send).await
    }

    /// Verifies the code that was sent.
    ///
    /// # Errors
    /// [`DynamicError`]: no such code was sent, another call runs, or the step failed.
    #[doc(alias = "verifyCode")]
    pub async fn verify_code(&self, code: &str) -> Result<(), DynamicError> {
        self.0.verify_sent(&[StateKind::FirstFactorCodeSent], &Strategy::PhoneCode, code).await
    }
}
