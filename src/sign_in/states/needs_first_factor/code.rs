//! Codes sent to an email address or a phone number.

use super::NeedsFirstFactor;
use crate::error::ErrorKind;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::CodeSent;
use crate::sign_in::states::code_sent::prepare_code;
use crate::sign_in::step_error::StepError;
use crate::wire::{Channel, Factor, Strategy};

/// Codes sent to an email address or a phone number.
impl SignIn<NeedsFirstFactor> {
    /// `NeedsFirstFactor` → `CodeSent<NeedsFirstFactor>`: sends a code to the user's email address.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// If the user typed an email address as the identifier, the code goes to that address, whatever its case.
    /// Otherwise, it goes to the user's [default](Factor::default) or first email address.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `FactorNotFound`: the user cannot sign in with an email code; nothing was sent.
    /// - `AmbiguousFactor`: several masked addresses may be the one that the user typed; nothing was sent.
    /// - `Rejected`: a code was sent a moment ago (`verification_code_too_many_requests`).
    ///   [`retry_after`](crate::Error::retry_after) returns the time to wait.
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the attempt is in another state. In that case, no code was sent.
    #[doc(alias = "sendCode")]
    #[doc(alias = "prepareFirstFactor")]
    pub async fn send_email_code(self) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsFirstFactor>> {
        self.send_code_by(Strategy::EmailCode, None).await
    }

    /// Works like [`send_email_code`](SignIn#method.send_email_code-1), but uses the email address with this id.
    ///
    /// # Errors
    /// The errors are those of [`send_email_code`](SignIn#method.send_email_code-1). The server checks that the address
    /// belongs to the user.
    pub async fn send_email_code_to(
        self,
        email_address_id: &str,
    ) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsFirstFactor>> {
        self.send_code_to(Strategy::EmailCode, email_address_id, None).await
    }

    /// `NeedsFirstFactor` → `CodeSent<NeedsFirstFactor>`: sends a code to the user's phone number.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// The code is sent by text message or WhatsApp. If the user typed a phone number as the identifier, the code goes
    /// to that number. Otherwise, it goes to the user's [default](Factor::default) or first phone number.
    ///
    /// # Errors
    /// The errors are those of [`send_email_code`](SignIn#method.send_email_code-1).
    #[doc(alias = "sendCode")]
    #[doc(alias = "prepareFirstFactor")]
    pub async fn send_phone_code(
        self,
        channel: Channel,
    ) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsFirstFactor>> {
        self.send_code_by(Strategy::PhoneCode, Some(channel)).await
    }

    /// Works like [`send_code`](SignIn::send_code), but sends the code through this channel.
    ///
    /// # Errors
    /// The errors are those of [`send_code`](SignIn::send_code). The step fails with `FactorNotFound` if the factor is
    /// not a phone number, because only codes for phone numbers have a channel.
    pub async fn send_code_through(
        self,
        factor: &Factor,
        channel: Channel,
    ) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsFirstFactor>> {
        if factor.strategy == Strategy::PhoneCode {
            prepare_code(self, factor.clone(), Some(channel)).await
        } else {
            Err(StepError::stayed(ErrorKind::FactorNotFound { strategy: factor.strategy.clone() }, self))
        }
    }

    /// Works like [`send_phone_code`](SignIn#method.send_phone_code-1), but uses the phone number with this id.
    ///
    /// # Errors
    /// The errors are those of [`send_email_code`](SignIn#method.send_email_code-1). The server checks that the number
    /// belongs to the user.
    pub async fn send_phone_code_to(
        self,
        phone_number_id: &str,
        channel: Channel,
    ) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsFirstFactor>> {
        self.send_code_to(Strategy::PhoneCode, phone_number_id, Some(channel)).await
    }
}
