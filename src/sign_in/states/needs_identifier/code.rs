//! Codes sent to an email address or a phone number. One call submits the identifier and asks for the code.

use super::NeedsIdentifier;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::{CodeSent, NeedsFirstFactor};
use crate::sign_in::step_error::StepError;
use crate::wire::Strategy;

/// Codes sent to an email address or a phone number. One call submits the identifier and asks for the code.
impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `CodeSent<NeedsFirstFactor>`: submits the email address and sends a code to it, in one call.
    /// `POST /v1/client/sign_ins`
    ///
    /// # Errors
    /// The errors are those of [`create`](Self::create). In addition, the server rejects the step with
    /// `strategy_for_user_invalid` if the user cannot sign in with an email code.
    ///
    /// [`StepError::Moved`] if the attempt began, but no code was sent.
    pub async fn send_email_code(
        self,
        email_address: &str,
    ) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsIdentifier>> {
        self.create_sent(email_address, Strategy::EmailCode).await
    }

    /// `NeedsIdentifier` → `CodeSent<NeedsFirstFactor>`: submits the phone number and sends a code to it, in one call.
    /// `POST /v1/client/sign_ins`
    ///
    /// The code is sent by text message. To send the code through WhatsApp, call [`create`](Self::create) first, and
    /// then choose the channel in the state [`NeedsFirstFactor`](SignIn#method.send_phone_code).
    ///
    /// # Errors
    /// The errors are those of [`create`](Self::create). In addition, the server rejects the step with
    /// `strategy_for_user_invalid` if the user cannot sign in with a phone code.
    ///
    /// [`StepError::Moved`] if the attempt began, but no code was sent.
    pub async fn send_phone_code(
        self,
        phone_number: &str,
    ) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsIdentifier>> {
        self.create_sent(phone_number, Strategy::PhoneCode).await
    }
}
