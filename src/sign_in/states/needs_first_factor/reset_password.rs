//! Codes with which a user can reset a forgotten password.

use super::NeedsFirstFactor;
use crate::error::ErrorKind;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::ResetCodeSent;
use crate::sign_in::states::factors::{choose, with_id};
use crate::sign_in::step_error::StepError;
use crate::wire::{Factor, Strategy};

/// Forgotten passwords.
impl SignIn<NeedsFirstFactor> {
    /// `NeedsFirstFactor` → `ResetCodeSent`: sends a password-reset code to the user's email address.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// This step is for users who forgot their password. If the user typed an email address as the identifier, the code
    /// goes to that address, whatever its case. If not, the code goes to the user's first email address.
    ///
    /// # Errors
    /// The errors are those of [`send_email_code`](SignIn#method.send_email_code-1).
    #[doc(alias = "resetPasswordEmailCode")]
    #[doc(alias = "sendCode")]
    #[doc(alias = "prepareFirstFactor")]
    pub async fn send_reset_password_email_code(self) -> Result<SignIn<ResetCodeSent>, StepError<NeedsFirstFactor>> {
        self.send_reset_code_by(Strategy::ResetPasswordEmailCode).await
    }

    /// Sends a password-reset code to the email address with this id.
    ///
    /// In all other respects, this step is like
    /// [`send_reset_password_email_code`](SignIn#method.send_reset_password_email_code-1).
    ///
    /// # Errors
    /// The errors are those of [`send_email_code`](SignIn#method.send_email_code-1). The server checks that the address
    /// belongs to the user.
    pub async fn send_reset_password_email_code_to(
        self,
        email_address_id: &str,
    ) -> Result<SignIn<ResetCodeSent>, StepError<NeedsFirstFactor>> {
        self.send_reset_code_to(Strategy::ResetPasswordEmailCode, email_address_id).await
    }

    /// `NeedsFirstFactor` → `ResetCodeSent`: sends a password-reset code to the user's phone number.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// In all other respects, this step is like
    /// [`send_reset_password_email_code`](SignIn#method.send_reset_password_email_code-1).
    ///
    /// # Errors
    /// The errors are those of [`send_email_code`](SignIn#method.send_email_code-1).
    #[doc(alias = "resetPasswordPhoneCode")]
    #[doc(alias = "sendCode")]
    #[doc(alias = "prepareFirstFactor")]
    pub async fn send_reset_password_phone_code(self) -> Result<SignIn<ResetCodeSent>, StepError<NeedsFirstFactor>> {
        self.send_reset_code_by(Strategy::ResetPasswordPhoneCode).await
    }

    /// Sends a password-reset code to the phone number with this id.
    ///
    /// In all other respects, this step is like
    /// [`send_reset_password_phone_code`](SignIn#method.send_reset_password_phone_code-1).
    ///
    /// # Errors
    /// The errors are those of [`send_email_code`](SignIn#method.send_email_code-1). The server checks that the number
    /// belongs to the user.
    pub async fn send_reset_password_phone_code_to(
        self,
        phone_number_id: &str,
    ) -> Result<SignIn<ResetCodeSent>, StepError<NeedsFirstFactor>> {
        self.send_reset_code_to(Strategy::ResetPasswordPhoneCode, phone_number_id).await
    }

    /// `NeedsFirstFactor` → `ResetCodeSent`: sends a code for a supported first factor that can reset the password.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// Use this step, for example, if the user chose the factor from a list.
    ///
    /// # Errors
    /// The errors are those of [`send_email_code`](SignIn#method.send_email_code-1). The step also fails with
    /// `FactorNotFound` if the factor cannot reset the password.
    pub async fn send_reset_code(self, factor: &Factor) -> Result<SignIn<ResetCodeSent>, StepError<NeedsFirstFactor>> {
        if factor.strategy.is_reset_code() {
            self.prepare_first(factor.clone()).await
        } else {
            Err(StepError::stayed(ErrorKind::FactorNotFound { strategy: factor.strategy.clone() }, self))
        }
    }

    /// `NeedsFirstFactor` → `ResetCodeSent`, without a call: goes back to a code that was already sent.
    ///
    /// Use this step after [`SignIn<ResetCodeSent>::choose_another`](SignIn#method.choose_another-6).
    ///
    /// # Errors
    /// If there is no such code, the sign-in is handed back unchanged.
    pub fn reset_code_sent(self) -> Result<SignIn<ResetCodeSent>, Self> {
        self.back_to()
    }

    /// Sends a password-reset code to the email address or phone number with this id.
    pub(super) async fn send_reset_code_to(
        self,
        strategy: Strategy,
        id: &str,
    ) -> Result<SignIn<ResetCodeSent>, StepError<NeedsFirstFactor>> {
        let factor = with_id(self.supported_first_factors(), &strategy, id);
        self.prepare_first(factor).await
    }

    pub(super) async fn send_reset_code_by(
        self,
        strategy: Strategy,
    ) -> Result<SignIn<ResetCodeSent>, StepError<NeedsFirstFactor>> {
        match choose(self.supported_first_factors(), &strategy, self.identifier()) {
            Ok(factor) => self.prepare_first(factor).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }
}
