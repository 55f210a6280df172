//! `needs_first_factor`: a first factor must be verified.

use super::{CodeSent, ResetCodeSent, Stage, sealed};
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterFirstFactor;
use crate::sign_in::step_error::StepError;
use crate::wire::{self, AttemptFactor, Channel, Factor, PrepareFactor, Request, Strategy, Verification};

/// A sign-in whose first factor must be verified.
///
/// The factor is one of [`supported_first_factors`](SignIn::supported_first_factors).
#[derive(Debug)]
pub struct NeedsFirstFactor(pub(crate) ());

impl SignIn<NeedsFirstFactor> {
    /// `NeedsFirstFactor` → `Complete`, `NeedsSecondFactor` or `NeedsClientTrust`: gives the password.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor`
    ///
    /// ```
    /// # use clerk_sign_in::fake::FakeBackend;
    /// # use clerk_sign_in::{AfterCreate, AfterFirstFactor, Client, StepError};
    /// # futures::executor::block_on(async {
    /// # let client = Client::new(FakeBackend::demo());
    /// # let AfterCreate::NeedsFirstFactor(ada) = client.sign_in().create("ada@example.com").await? else { panic!() };
    /// // A wrong password hands the sign-in back, and the same attempt goes on.
    /// let ada = match ada.password("battery-horse-correct").await {
    ///     Err(StepError::Stayed { error, sign_in }) if error.is_wrong_input() => sign_in,
    ///     other => panic!("{other:?}"),
    /// };
    /// let AfterFirstFactor::NeedsSecondFactor(_) = ada.password("correct-horse-battery").await? else { panic!() };
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the password is wrong (`form_password_incorrect`), the user has none
    ///   (`strategy_for_user_invalid`), the account is locked (`user_locked`, with [`lockout`](crate::Error::lockout)),
    ///   or there were too many tries (429).
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](SignIn::refresh) tells what happened.
    ///
    /// [`StepError::Moved`] if the rejection shows the attempt in another state.
    pub async fn password(self, password: &str) -> Result<AfterFirstFactor, StepError<NeedsFirstFactor>> {
        let attempt = AttemptFactor::password(self.id(), password);
        self.step(Request::AttemptFirstFactor(attempt)).await.map(AfterFirstFactor::from)
    }

    /// `NeedsFirstFactor` → `CodeSent<NeedsFirstFactor>`: sends a code to the user's email address.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// The address is the one that was given as the identifier, else the user's first.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `FactorNotFound`: the user cannot sign in with an email code; nothing was sent.
    /// - `Rejected`: a code was sent a moment ago (`verification_code_too_many_requests`, with
    ///   [`retry_after`](crate::Error::retry_after)).
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](SignIn::refresh) tells what happened.
    ///
    /// [`StepError::Moved`] if the attempt is in another state, so that no code was sent.
    pub async fn send_email_code(self) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsFirstFactor>> {
        self.send_code_by(Strategy::EmailCode, None).await
    }

    /// Sends a code like [`send_email_code`](Self::send_email_code), but to the email address with this id.
    ///
    /// # Errors
    /// The errors of [`send_email_code`](Self::send_email_code). The server checks that the user has the address.
    pub async fn send_email_code_to(
        self,
        email_address_id: &str,
    ) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsFirstFactor>> {
        self.send_code_to(Strategy::EmailCode, email_address_id, None).await
    }

    /// `NeedsFirstFactor` → `CodeSent<NeedsFirstFactor>`: sends a code to the user's phone number.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// The code goes by text message or WhatsApp. The number is the one that was given as the identifier, else the
    /// user's first.
    ///
    /// # Errors
    /// The errors of [`send_email_code`](Self::send_email_code).
    pub async fn send_phone_code(
        self,
        channel: Channel,
    ) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsFirstFactor>> {
        self.send_code_by(Strategy::PhoneCode, Some(channel)).await
    }

    /// Sends a code like [`send_phone_code`](Self::send_phone_code), but to the phone number with this id.
    ///
    /// # Errors
    /// The errors of [`send_email_code`](Self::send_email_code). The server checks that the user has the number.
    pub async fn send_phone_code_to(
        self,
        phone_number_id: &str,
        channel: Channel,
    ) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsFirstFactor>> {
        self.send_code_to(Strategy::PhoneCode, phone_number_id, Some(channel)).await
    }

    /// `NeedsFirstFactor` → `ResetCodeSent`: sends a code for choosing a new password to the user's email address.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// For a user who forgot the password. The address is the one that was given as the identifier, else the user's
    /// first.
    ///
    /// # Errors
    /// The errors of [`send_email_code`](Self::send_email_code).
    pub async fn send_reset_password_email_code(self) -> Result<SignIn<ResetCodeSent>, StepError<NeedsFirstFactor>> {
        self.send_reset_code_by(Strategy::ResetPasswordEmailCode).await
    }

    /// Sends a code to the email address with this id.
    ///
    /// Otherwise it is like [`send_reset_password_email_code`](Self::send_reset_password_email_code).
    ///
    /// # Errors
    /// The errors of [`send_email_code`](Self::send_email_code). The server checks that the user has the address.
    pub async fn send_reset_password_email_code_to(
        self,
        email_address_id: &str,
    ) -> Result<SignIn<ResetCodeSent>, StepError<NeedsFirstFactor>> {
        self.send_reset_code_to(Strategy::ResetPasswordEmailCode, email_address_id).await
    }

    /// `NeedsFirstFactor` → `ResetCodeSent`: sends a code for choosing a new password to a phone number of the user.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// Otherwise it is like [`send_reset_password_email_code`](Self::send_reset_password_email_code).
    ///
    /// # Errors
    /// The errors of [`send_email_code`](Self::send_email_code).
    pub async fn send_reset_password_phone_code(self) -> Result<SignIn<ResetCodeSent>, StepError<NeedsFirstFactor>> {
        self.send_reset_code_by(Strategy::ResetPasswordPhoneCode).await
    }

    /// Sends a code to the phone number with this id.
    ///
    /// Otherwise it is like [`send_reset_password_phone_code`](Self::send_reset_password_phone_code).
    ///
    /// # Errors
    /// The errors of [`send_email_code`](Self::send_email_code). The server checks that the user has the number.
    pub async fn send_reset_password_phone_code_to(
        self,
        phone_number_id: &str,
    ) -> Result<SignIn<ResetCodeSent>, StepError<NeedsFirstFactor>> {
        self.send_reset_code_to(Strategy::ResetPasswordPhoneCode, phone_number_id).await
    }
}

state!(NeedsFirstFactor);

impl Stage for NeedsFirstFactor {
    type Outcome = AfterFirstFactor;
}

impl sealed::StageInternals for NeedsFirstFactor {
    prepared_states!(code: FirstFactorCodeSent, link: FirstFactorLinkSent);

    fn prepare(prepare: PrepareFactor) -> Request {
        Request::PrepareFirstFactor(prepare)
    }

    fn attempt(attempt: AttemptFactor) -> Request {
        Request::AttemptFirstFactor(attempt)
    }

    fn factors(attempt: &wire::SignInAttempt) -> &[Factor] {
        attempt.supported_first_factors.as_deref().unwrap_or_default()
    }

    fn verification(attempt: &wire::SignInAttempt) -> Option<&Verification> {
        attempt.first_factor_verification.as_deref()
    }
}
