//! Sign-up without a sign-in before it.

use super::NeedsIdentifier;
use crate::sign_in::core::SignIn;
use crate::sign_in::sign_up::AfterSignUp;
use crate::sign_in::step_error::StepError;
use crate::wire::{CreateSignUp, SignUpFields};

impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → a sign-up: creates a sign-up, for example with an email address or a phone number.
    /// `POST /v1/client/sign_ups`
    ///
    /// The address or number must then be verified. The sign-up replaces a sign-up that was under way on this client.
    ///
    /// Use this step if the user says that they are new. If you do not know, use
    /// [`create_or_sign_up`](SignIn::create_or_sign_up), which also hides whether the address belongs to a user.
    ///
    /// ```
    /// # use clerk_sign_in::fake::FakeBackend;
    /// # use clerk_sign_in::wire::SignUpFields;
    /// # use clerk_sign_in::{AfterSignUp, Client};
    /// # futures::executor::block_on(async {
    /// # let client = Client::new(FakeBackend::demo());
    /// let fields = SignUpFields::new().email_address("mary+clerk_test@example.com");
    /// let AfterSignUp::MissingRequirements(mary) = client.sign_in().sign_up(fields).await? else {
    ///     panic!()
    /// };
    /// let sent = mary.send_email_code().await?;
    /// let AfterSignUp::Complete(mary) = sent.verify_email_code("424242").await? else { panic!() };
    /// mary.finalize().await?;
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: nobody can sign up on this instance (`sign_up_mode_restricted`).
    /// - `Rejected`: the user name, the address or the number belongs to a user (`form_identifier_exists`). That user
    ///   can sign in.
    /// - `Rejected`: the text is not an email address, or not a phone number in E.164 format
    ///   (`form_param_value_invalid`).
    /// - `Rejected`: the password is not accepted, or a captcha must be solved first (`requires_captcha`).
    /// - `Rejected`: a user is already signed in ([`existing_session`](crate::Error::existing_session)).
    /// - `Transport` or `Protocol`: no readable answer arrived. Call [`Client::resume`](crate::Client::resume), or read
    ///   [`Client::sign_up`](crate::Client::sign_up) after a [`refresh`](crate::Client::refresh).
    pub async fn sign_up(self, fields: SignUpFields) -> Result<AfterSignUp, StepError<NeedsIdentifier>> {
        self.create_sign_up(CreateSignUp::new(fields)).await
    }
}
