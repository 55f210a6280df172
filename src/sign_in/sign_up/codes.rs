//! The codes that verify the email address and the phone number of a sign-up.

use super::{AfterSignUp, SignUp, SignUpError};
use crate::wire::{AttemptSignUp, Channel, PrepareSignUp, Request, Strategy, typed_text};

impl SignUp {
    /// Sends a code to an email address that must be verified ([`unverified_fields`](Self::unverified_fields)).
    /// `POST /v1/client/sign_ups/{sign_up_id}/prepare_verification`
    ///
    /// If a provider supplies an address but does not vouch for it, the address must be verified.
    ///
    /// # Errors
    /// The error hands the sign-up back. It has one of these kinds ([`ErrorKind`](crate::ErrorKind)):
    /// - `Rejected`: a code was sent a moment ago (`verification_code_too_many_requests`). The time to wait is in
    ///   [`retry_after`](crate::Error::retry_after).
    /// - `Rejected`: the address is already verified (`verification_already_verified`), or the sign-up has no address
    ///   (`form_param_value_invalid`).
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](Self::refresh) shows what happened.
    pub async fn send_email_code(self) -> Result<Self, SignUpError> {
        let prepare = PrepareSignUp::new(self.id(), Strategy::EmailCode);
        self.call(Request::PrepareSignUp(prepare)).await.map(AfterSignUp::into_sign_up)
    }

    /// Verifies the email address with the code that was [sent](Self::send_email_code) to it.
    /// `POST /v1/client/sign_ups/{sign_up_id}/attempt_verification`
    ///
    /// The code may be pasted with white space or hyphens.
    ///
    /// # Errors
    /// The error hands the sign-up back. It has one of these kinds ([`ErrorKind`](crate::ErrorKind)):
    /// - `Rejected`: the code is wrong (`form_code_incorrect`), or no code was sent (`verification_missing`).
    /// - `Rejected`: the code is too old (`verification_expired`), or too many wrong codes were entered
    ///   (`verification_failed`). Send another code.
    /// - `Rejected`: another user has taken the address in the meantime (`form_identifier_exists`). The owner of the
    ///   address can [sign in](crate::SignIn::transfer).
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](Self::refresh) shows what happened.
    pub async fn verify_email_code(self, code: &str) -> Result<AfterSignUp, SignUpError> {
        let attempt = AttemptSignUp::code(self.id(), Strategy::EmailCode, &typed_text::code(code));
        self.call(Request::AttemptSignUp(attempt)).await
    }

    /// Sends a code to the phone number that must be verified ([`unverified_fields`](Self::unverified_fields)).
    /// `POST /v1/client/sign_ups/{sign_up_id}/prepare_verification`
    ///
    /// # Errors
    /// The errors are those of [`send_email_code`](Self::send_email_code), for the phone number. In addition, the
    /// server rejects a channel that it does not know (`form_param_value_invalid`).
    pub async fn send_phone_code(self, channel: Channel) -> Result<Self, SignUpError> {
        let prepare = PrepareSignUp::phone_code(self.id(), channel);
        self.call(Request::PrepareSignUp(prepare)).await.map(AfterSignUp::into_sign_up)
    }

    /// Verifies the phone number with the code that was [sent](Self::send_phone_code) to it.
    /// `POST /v1/client/sign_ups/{sign_up_id}/attempt_verification`
    ///
    /// The code may be pasted with white space or hyphens.
    ///
    /// ```
    /// # use clerk_sign_in::fake::{FakeBackend, SignUpField};
    /// # use clerk_sign_in::wire::{Channel, SignUpFieldName, SignUpFields};
    /// # use clerk_sign_in::{AfterCreate, AfterFirstFactor, AfterSignUp, Client};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::new();
    /// # fake.configure(|settings| settings.sign_up_required = vec![SignUpField::PhoneNumber]);
    /// # let client = Client::new(fake.clone());
    /// # let begun = client.sign_in().create_or_sign_up("mary+clerk_test@example.com").await?;
    /// # let AfterCreate::NeedsFirstFactor(first) = begun else { panic!() };
    /// # let sent = first.send_email_code().await?;
    /// # let AfterFirstFactor::Transferable(new) = sent.verify("424242").await? else { panic!() };
    /// let AfterSignUp::MissingRequirements(mary) = new.sign_up(SignUpFields::new()).await? else {
    ///     panic!()
    /// };
    /// assert_eq!(mary.missing_fields(), [SignUpFieldName::PhoneNumber]);
    /// let number = SignUpFields::new().phone_number("+12015550123");
    /// let AfterSignUp::MissingRequirements(mary) = mary.update(number).await? else { panic!() };
    /// let sent = mary.send_phone_code(Channel::Sms).await?;
    /// # let code = "424242";
    /// let AfterSignUp::Complete(mary) = sent.verify_phone_code(code).await? else { panic!() };
    /// # let _ = mary;
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// The errors are those of [`verify_email_code`](Self::verify_email_code), for the phone number.
    pub async fn verify_phone_code(self, code: &str) -> Result<AfterSignUp, SignUpError> {
        let attempt = AttemptSignUp::code(self.id(), Strategy::PhoneCode, &typed_text::code(code));
        self.call(Request::AttemptSignUp(attempt)).await
    }
}
