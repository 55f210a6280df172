//! Codes that reset a forgotten password. One call submits the identifier and asks for the code.

use super::NeedsIdentifier;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::ResetCodeSent;
use crate::sign_in::step_error::StepError;
use crate::wire::Strategy;

/// Forgotten passwords. One call submits the identifier and asks for the code.
impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `ResetCodeSent`: submits the email address and sends a reset code to it, in one call.
    /// `POST /v1/client/sign_ins`
    ///
    /// This step is for users who forgot their password.
    ///
    /// White space and invisible marks around the address are dropped.
    ///
    /// # Errors
    /// The errors are those of [`create`](Self::create). In addition, the server rejects the step with
    /// `strategy_for_user_invalid` if the user cannot use such a reset code.
    ///
    /// [`StepError::Moved`] if the attempt began, but no code was sent.
    #[doc(alias = "resetPasswordEmailCode")]
    #[doc(alias = "sendCode")]
    pub async fn send_reset_password_email_code(
        self,
        email_address: &str,
    ) -> Result<SignIn<ResetCodeSent>, StepError<NeedsIdentifier>> {
        self.create_sent(Strategy::ResetPasswordEmailCode, email_address, None).await
    }

    /// `NeedsIdentifier` → `ResetCodeSent`: sends a password-reset code to this phone number (E.164).
    /// `POST /v1/client/sign_ins`
    ///
    /// In all other respects, this step is like
    /// [`send_reset_password_email_code`](Self::send_reset_password_email_code).
    ///
    /// # Errors
    /// The errors are those of [`create`](Self::create). In addition, the server rejects the step with
    /// `strategy_for_user_invalid` if the user cannot use such a reset code.
    ///
    /// [`StepError::Moved`] if the attempt began, but no code was sent.
    #[doc(alias = "resetPasswordPhoneCode")]
    #[doc(alias = "sendCode")]
    pub async fn send_reset_password_phone_code(
        self,
        phone_number: &str,
    ) -> Result<SignIn<ResetCodeSent>, StepError<NeedsIdentifier>> {
        self.create_sent(Strategy::ResetPasswordPhoneCode, phone_number, None).await
    }
}
