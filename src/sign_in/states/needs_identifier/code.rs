//! Codes by email and phone, with the identifier in one call.

use super::NeedsIdentifier;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::{CodeSent, NeedsFirstFactor};
use crate::sign_in::step_error::StepError;
use crate::wire::Strategy;

/// Codes by email and phone, with the identifier in one call.
impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `CodeSent<NeedsFirstFactor>`: sends a code to the user's email address, in one call.
    /// `POST /v1/client/sign_ins`
    ///
    /// # Errors
    /// The errors of [`create`](Self::create). In addition, `Rejected` with `strategy_for_user_invalid` if the user
    /// cannot sign in with an email code.
    ///
    /// [`StepError::Moved`] if the attempt began, but no code was sent.
    pub async fn send_email_code(
        self,
        email_address: &str,
    ) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsIdentifier>> {
        self.create_sent(email_address, Strategy::EmailCode).await
    }

    /// `NeedsIdentifier` → `CodeSent<NeedsFirstFactor>`: sends a code to the user's phone number, in one call.
    /// `POST /v1/client/sign_ins`
    ///
    /// The code goes by text message. For WhatsApp, [`create`](Self::create) the sign-in first. Then choose the channel
    /// at [`NeedsFirstFactor`](SignIn#method.send_phone_code).
    ///
    /// # Errors
    /// The errors of [`create`](Self::create). In addition, `Rejected` with `strategy_for_user_invalid` if the user
    /// cannot sign in with a phone code.
    ///
    /// [`StepError::Moved`] if the attempt began, but no code was sent.
    pub async fn send_phone_code(
        self,
        phone_number: &str,
    ) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsIdentifier>> {
        self.create_sent(phone_number, Strategy::PhoneCode).await
    }
}
