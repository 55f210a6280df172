//! Codes sent to an email address or a phone number. One call submits the identifier and asks for the code.

use super::NeedsIdentifier;
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterCreate;
use crate::sign_in::states::{CodeSent, NeedsFirstFactor};
use crate::sign_in::step_error::StepError;
use crate::wire::{Channel, Strategy};

/// Codes sent to an email address or a phone number. One call submits the identifier and asks for the code.
impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `CodeSent<NeedsFirstFactor>`: submits the email address and sends a code to it, in one call.
    /// `POST /v1/client/sign_ins`
    ///
    /// White space and invisible marks around the address are dropped.
    ///
    /// # Errors
    /// The errors are those of [`create`](Self::create). In addition, the server rejects the step with
    /// `strategy_for_user_invalid` if the user cannot sign in with an email code.
    ///
    /// [`StepError::Moved`] if the attempt began, but no code was sent.
    #[doc(alias = "sendCode")]
    pub async fn send_email_code(
        self,
        email_address: &str,
    ) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsIdentifier>> {
        self.create_sent(Strategy::EmailCode, email_address, None).await
    }

    /// `NeedsIdentifier` → `CodeSent<NeedsFirstFactor>`: submits the phone number and sends a code to it.
    /// `POST /v1/client/sign_ins`
    ///
    /// The first call takes no channel, so the code is then sent by text message. For any other channel, the step makes
    /// two calls: the second one is `POST /v1/client/sign_ins/{id}/prepare_first_factor`.
    ///
    /// White space and invisible marks around the number are dropped.
    ///
    /// # Errors
    /// The errors are those of [`create`](Self::create). In addition, the server rejects the step with
    /// `strategy_for_user_invalid` if the user cannot sign in with a phone code.
    ///
    /// [`StepError::Moved`] if the attempt began, but no code was sent.
    #[doc(alias = "sendCode")]
    pub async fn send_phone_code(
        self,
        phone_number: &str,
        channel: Channel,
    ) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsIdentifier>> {
        if channel == Channel::Sms {
            return self.create_sent(Strategy::PhoneCode, phone_number, None).await;
        }
        match self.create(phone_number).await? {
            AfterCreate::NeedsFirstFactor(begun) => begun.send_phone_code(channel).await.map_err(StepError::moved_on),
            elsewhere => Err(StepError::moved(elsewhere.into())),
        }
    }
}
