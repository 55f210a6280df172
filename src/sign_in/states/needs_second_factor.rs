//! `needs_second_factor`: a second factor must be verified.

use super::{CodeSent, PasskeyChallenged, Stage, sealed};
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterSecondFactor;
use crate::sign_in::step_error::StepError;
use crate::wire::{AttemptFactor, Request, Strategy, typed_text};

/// A sign-in to an account that requires a second factor.
///
/// The first factor has been verified. [`supported_second_factors`](SignIn::supported_second_factors) lists the second
/// factors.
///
/// This state comes after any state in which a first factor was verified, for example [`NeedsFirstFactor`] or
/// [`CodeSent`]. It also comes after [`NeedsIdentifier`] if the identifier and the password are sent in one call.
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`verify_totp`](SignIn::verify_totp) | the code of the authenticator app | [`AfterSecondFactor`], mostly [`Complete`] |
/// | [`verify_backup_code`](SignIn::verify_backup_code) | a backup code | [`AfterSecondFactor`], mostly [`Complete`] |
/// | [`send_email_code`](SignIn#method.send_email_code-2), [`send_phone_code`](SignIn#method.send_phone_code-2), [`send_code`](SignIn::send_code) | sends a code | [`CodeSent`] |
/// | [`send_email_link`](SignIn#method.send_email_link-1) | sends a link | [`LinkSent`] |
/// | [`challenge_passkey`](SignIn#method.challenge_passkey-2) | asks for a passkey of the user | [`PasskeyChallenged`] |
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AfterCreate, AfterSecondFactor, Client};
/// # futures::executor::block_on(async {
/// # let fake = FakeBackend::demo();
/// # let signing_in = Client::new(fake.clone()).sign_in();
/// # let code = fake.totp_code("ada@example.com").unwrap();
/// let AfterCreate::NeedsSecondFactor(ada) =
///     signing_in.password("ada@example.com", "correct-horse-battery").await? else {
///     panic!("ada has an authenticator app");
/// };
/// match ada.verify_totp(&code).await? {
///     AfterSecondFactor::Complete(ada) => ada.finalize().await?,
///     other => return Err(other.unhandled()),
/// };
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
///
/// [`CodeSent`]: crate::CodeSent
/// [`LinkSent`]: crate::LinkSent
/// [`PasskeyChallenged`]: crate::PasskeyChallenged
/// [`Complete`]: crate::Complete
/// [`AfterSecondFactor`]: crate::AfterSecondFactor
/// [`NeedsFirstFactor`]: crate::NeedsFirstFactor
/// [`NeedsIdentifier`]: crate::NeedsIdentifier
#[derive(Debug)]
pub struct NeedsSecondFactor(pub(crate) ());

impl SignIn<NeedsSecondFactor> {
    /// `NeedsSecondFactor` → `Complete`: submits the code that the authenticator app shows.
    /// `POST /v1/client/sign_ins/{id}/attempt_second_factor`
    ///
    /// The code may be pasted with white space or hyphens, as in
    /// [`SignIn<CodeSent<S>>::verify`](SignIn#method.verify).
    ///
    /// ```
    /// # use clerk_sign_in::fake::{ADA, FakeBackend};
    /// # use clerk_sign_in::{AfterCreate, AfterSecondFactor, Client};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # let client = Client::new(fake.clone());
    /// let AfterCreate::NeedsSecondFactor(ada) =
    ///     client.sign_in().password("ada@example.com", "correct-horse-battery").await? else {
    ///         panic!()
    ///     };
    /// # let shown_by_the_app = fake.totp_code(ADA.email_address).unwrap();
    /// let AfterSecondFactor::Complete(ada) = ada.verify_totp(&shown_by_the_app).await? else {
    ///     panic!()
    /// };
    /// assert!(ada.session_id().starts_with("sess_"));
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the code is wrong or was used before (`form_code_incorrect`), the user has no authenticator app
    ///   (`strategy_for_user_invalid`), or the account is locked (`user_locked`).
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the rejection shows that the attempt is in another state.
    #[doc(alias = "verifyTOTP")]
    #[doc(alias = "attemptSecondFactor")]
    pub async fn verify_totp(self, code: &str) -> Result<AfterSecondFactor, StepError<NeedsSecondFactor>> {
        let attempt = AttemptFactor::code(self.id(), Strategy::Totp, &typed_text::code(code));
        self.step(Request::AttemptSecondFactor(attempt)).await.map(AfterSecondFactor::from)
    }

    /// `NeedsSecondFactor` → `Complete`: submits one of the user's backup codes. Each code works only once.
    /// `POST /v1/client/sign_ins/{id}/attempt_second_factor`
    ///
    /// White space and invisible marks around the code are dropped. Otherwise, the code is sent as it was typed.
    ///
    /// # Errors
    /// The errors are those of [`verify_totp`](Self::verify_totp).
    #[doc(alias = "verifyBackupCode")]
    #[doc(alias = "attemptSecondFactor")]
    pub async fn verify_backup_code(self, code: &str) -> Result<AfterSecondFactor, StepError<NeedsSecondFactor>> {
        let attempt = AttemptFactor::code(self.id(), Strategy::BackupCode, typed_text::trim(code));
        self.step(Request::AttemptSecondFactor(attempt)).await.map(AfterSecondFactor::from)
    }

    /// `NeedsSecondFactor` → `CodeSent<NeedsSecondFactor>`: sends a code to the user's email address.
    /// `POST /v1/client/sign_ins/{id}/prepare_second_factor`
    ///
    /// If the user typed an email address as the identifier, the code goes to that address, whatever its case.
    /// Otherwise, it goes to the user's [default](crate::wire::Factor::default) or first email address.
    ///
    /// # Errors
    /// The errors are the same as those of
    /// [`SignIn<NeedsFirstFactor>::send_email_code`](SignIn#method.send_email_code-1), except that they concern second
    /// factors:
    ///
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `FactorNotFound`: the user cannot verify the second factor with an email code, so nothing was sent.
    /// - `AmbiguousFactor`: several masked addresses may be the one that the user typed; nothing was sent.
    /// - `Rejected`: a code was sent only a moment ago (`verification_code_too_many_requests`).
    ///   [`retry_after`](crate::Error::retry_after) says how long to wait.
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the attempt is in another state. In that case, no code was sent.
    #[doc(alias = "sendEmailCode")]
    #[doc(alias = "prepareSecondFactor")]
    pub async fn send_email_code(self) -> Result<SignIn<CodeSent<NeedsSecondFactor>>, StepError<NeedsSecondFactor>> {
        self.send_code_by(Strategy::EmailCode, None).await
    }

    /// Works like [`send_email_code`](SignIn#method.send_email_code-2), but uses the email address with this id.
    ///
    /// # Errors
    /// The errors are those of [`send_email_code`](SignIn#method.send_email_code-2). The server checks that the address
    /// belongs to the user.
    pub async fn send_email_code_to(
        self,
        email_address_id: &str,
    ) -> Result<SignIn<CodeSent<NeedsSecondFactor>>, StepError<NeedsSecondFactor>> {
        self.send_code_to(Strategy::EmailCode, email_address_id, None).await
    }

    /// `NeedsSecondFactor` → `CodeSent<NeedsSecondFactor>`: sends a code to the user's phone number.
    /// `POST /v1/client/sign_ins/{id}/prepare_second_factor`
    ///
    /// If the user typed a phone number as the identifier, the code goes to that number. Otherwise, it goes to the
    /// user's [default](crate::wire::Factor::default) or first phone number. The server always sends a text message
    /// here, so the channel cannot be chosen.
    ///
    /// # Errors
    /// The errors are those of [`send_email_code`](SignIn#method.send_email_code-2).
    #[doc(alias = "sendPhoneCode")]
    #[doc(alias = "prepareSecondFactor")]
    pub async fn send_phone_code(self) -> Result<SignIn<CodeSent<NeedsSecondFactor>>, StepError<NeedsSecondFactor>> {
        self.send_code_by(Strategy::PhoneCode, None).await
    }

    /// Works like [`send_phone_code`](SignIn#method.send_phone_code-2), but uses the phone number with this id.
    ///
    /// # Errors
    /// The errors are those of [`send_email_code`](SignIn#method.send_email_code-2). The server checks that the number
    /// belongs to the user.
    pub async fn send_phone_code_to(
        self,
        phone_number_id: &str,
    ) -> Result<SignIn<CodeSent<NeedsSecondFactor>>, StepError<NeedsSecondFactor>> {
        self.send_code_to(Strategy::PhoneCode, phone_number_id, None).await
    }

    /// `NeedsSecondFactor` → `PasskeyChallenged<NeedsSecondFactor>`: requests a challenge that each of the user's passkeys
    /// can answer.
    /// `POST /v1/client/sign_ins/{id}/prepare_second_factor`
    ///
    /// The server offers passkeys at this stage if the instance lets them satisfy the second factor, and if the user
    /// has one.
    ///
    /// ```
    /// # #[cfg(feature = "local-passkeys")] {
    /// # use clerk_sign_in::fake::{ADA, FakeBackend};
    /// # use clerk_sign_in::platform::{LocalPasskeys, Mediation};
    /// # use clerk_sign_in::{AfterCreate, AfterSecondFactor, Client};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # fake.configure(|settings| settings.passkey_satisfies_second_factor = true);
    /// # let passkeys = LocalPasskeys::new("https://fake.clerk.accounts.dev")?;
    /// # let options = fake.new_passkey(ADA.email_address)?;
    /// # fake.add_passkey(ADA.email_address, passkeys.create(&options).await?.expose())?;
    /// # let client = Client::new(fake);
    /// let AfterCreate::NeedsSecondFactor(ada) =
    ///     client.sign_in().password("ada@example.com", "correct-horse-battery").await? else {
    ///         panic!()
    ///     };
    /// let challenged = ada.challenge_passkey().await?;
    /// let AfterSecondFactor::Complete(ada) =
    ///     challenged.verify_with(&passkeys, Mediation::Modal).await? else {
    ///         panic!()
    ///     };
    /// # drop(ada);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `FactorNotFound`: no passkey is offered at this stage; nothing was sent.
    /// - `Rejected`: the account is locked (`user_locked`), or the user has removed the passkey in the meantime
    ///   (`no_passkeys_found_for_user`).
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the attempt is in another state. In that case, there is no challenge.
    #[doc(alias = "mfa.passkey")]
    #[doc(alias = "authenticateWithPasskey")]
    #[doc(alias = "passkey")]
    #[doc(alias = "prepareSecondFactor")]
    pub async fn challenge_passkey(
        self,
    ) -> Result<SignIn<PasskeyChallenged<NeedsSecondFactor>>, StepError<NeedsSecondFactor>> {
        self.challenge_any_passkey().await
    }
}

state!(NeedsSecondFactor);

impl Stage for NeedsSecondFactor {
    type Outcome = AfterSecondFactor;
    type BeforePasskey = SignIn<Self>;
}

impl sealed::StageInternals for NeedsSecondFactor {
    prepared_states!(code: SecondFactorCodeSent, link: SecondFactorLinkSent, passkey: SecondFactorPasskeyChallenged);
}
