//! A code that was sent so that the user can choose a new password.

use super::{NeedsFirstFactor, OtherSessions};
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::{AfterReset, AfterResetCode};
use crate::sign_in::step_error::StepError;
use crate::wire::{AttemptFactor, Factor, Request, Strategy, Verification, typed_text};

/// A sign-in that waits for a code. With this code, the user can choose a new password.
///
/// This state is for users who have forgotten their password. If the code expires, or if too many wrong codes are
/// entered, the sign-in stays in this state. The app can then send another code or choose another factor.
///
/// This state comes after [`NeedsFirstFactor`], or after [`NeedsIdentifier`] if the code was sent in the first call.
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`verify`](SignIn#method.verify-1) | the code | [`AfterResetCode`], mostly [`NeedsNewPassword`] |
/// | [`reset_password`](SignIn::reset_password) | code and new password in one call | [`AfterReset`], mostly [`Complete`] |
/// | [`resend`](SignIn#method.resend-2) | sends a new code | [`ResetCodeSent`] |
/// | [`choose_another`](SignIn#method.choose_another-6) | goes back, without a call | [`NeedsFirstFactor`] |
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AfterResetCode, Client, OtherSessions};
/// # futures::executor::block_on(async {
/// # let fake = FakeBackend::demo();
/// # let client = Client::new(fake.clone());
/// let sent = client.sign_in().send_reset_password_email_code("grace@example.com").await?;
/// # let code = fake.outbox().pop().unwrap().code().unwrap().expose().to_owned();
/// match sent.verify(&code).await? {
///     AfterResetCode::NeedsNewPassword(grace) => {
///         grace.submit_password("a-new-nanosecond", OtherSessions::Keep).await?
///     }
///     other => return Err(other.unhandled()),
/// };
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
///
/// [`NeedsFirstFactor`]: crate::NeedsFirstFactor
/// [`NeedsNewPassword`]: crate::NeedsNewPassword
/// [`Complete`]: crate::Complete
/// [`AfterResetCode`]: crate::AfterResetCode
/// [`AfterReset`]: crate::AfterReset
/// [`NeedsIdentifier`]: crate::NeedsIdentifier
#[derive(Debug)]
pub struct ResetCodeSent(pub(crate) ());

impl SignIn<ResetCodeSent> {
    /// `ResetCodeSent` → `NeedsNewPassword`: submits the code that the user received.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor`
    ///
    /// The code may be pasted with white space or hyphens, as in [`SignIn<CodeSent<S>>::verify`](SignIn#method.verify).
    ///
    /// ```
    /// # use clerk_sign_in::fake::FakeBackend;
    /// # use clerk_sign_in::{AfterReset, AfterResetCode, Client, OtherSessions};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # let client = Client::new(fake.clone());
    /// let sent = client.sign_in().send_reset_password_email_code("grace@example.com").await?;
    /// # let email = fake.outbox().pop().unwrap();
    /// # let code = email.code().unwrap();
    /// let AfterResetCode::NeedsNewPassword(new) = sent.verify(code.expose()).await? else {
    ///     panic!()
    /// };
    /// let AfterReset::Complete(_) =
    ///     new.submit_password("a-wire-of-11.8-inches", OtherSessions::SignOut).await? else {
    ///     panic!()
    /// };
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// The errors are those of [`SignIn<CodeSent<S>>::verify`](SignIn#method.verify):
    ///
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the code is wrong (`form_code_incorrect`), or the account is locked (`user_locked`).
    /// - `Rejected`: the code is too old (`verification_expired`), or too many wrong codes were entered
    ///   (`verification_failed`). Send another code.
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the rejection shows that the attempt is in another state, for example because an earlier
    /// answer was lost.
    #[doc(alias = "verifyCode")]
    #[doc(alias = "attemptFirstFactor")]
    pub async fn verify(self, code: &str) -> Result<AfterResetCode, StepError<ResetCodeSent>> {
        let attempt = AttemptFactor::code(self.id(), self.strategy(), &typed_text::code(code));
        self.step(Request::AttemptFirstFactor(attempt)).await.map(AfterResetCode::from)
    }

    /// `ResetCodeSent` → [`AfterReset`], mostly `Complete`: submits the code and the new password.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor`
    ///
    /// If the user's other sessions continue, this step makes one call. This call cannot end the other sessions, so
    /// with [`OtherSessions::SignOut`] the step makes a second one (`POST /v1/client/sign_ins/{id}/reset_password`).
    ///
    /// The code may be pasted as in [`verify`](SignIn#method.verify-1). The password is sent as it was typed.
    ///
    /// # Errors
    /// The errors are those of [`verify`](SignIn#method.verify-1), and those errors of
    /// [`submit_password`](SignIn#method.submit_password) that concern the password.
    ///
    /// [`StepError::Moved`] with the sign-in at `NeedsNewPassword` if the code was right, but the second call failed.
    pub async fn reset_password(
        self,
        code: &str,
        new_password: &str,
        other_sessions: OtherSessions,
    ) -> Result<AfterReset, StepError<ResetCodeSent>> {
        if other_sessions == OtherSessions::SignOut {
            return match self.verify(code).await? {
                AfterResetCode::NeedsNewPassword(new) => {
                    new.submit_password(new_password, other_sessions).await.map_err(StepError::moved_on)
                }
                elsewhere => Ok(AnySignIn::from(elsewhere).into()),
            };
        }
        let code = typed_text::code(code);
        let attempt = AttemptFactor::code_and_new_password(self.id(), self.strategy(), &code, new_password);
        self.step(Request::AttemptFirstFactor(attempt)).await.map(AfterReset::from)
    }

    /// `ResetCodeSent` → `ResetCodeSent`: sends a new code to the same address or number. The old code stops working.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// # Errors
    /// The errors are those of [`SignIn<CodeSent<S>>::resend`](SignIn#method.resend).
    pub async fn resend(self) -> Result<SignIn<ResetCodeSent>, StepError<ResetCodeSent>> {
        if let Some((strategy, identifier)) = self.begun_with(self.verification()) {
            return self.create_sent(strategy, &identifier, None).await;
        }
        match self.factor_again(self.verification(), self.supported_first_factors(), &self.strategy()) {
            Ok(factor) => self.prepare_first(factor).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// `ResetCodeSent` → `NeedsFirstFactor`, without a call: goes back to verify another factor.
    ///
    /// For example, the user may have remembered the password.
    pub fn choose_another(self) -> SignIn<NeedsFirstFactor> {
        self.with_state(NeedsFirstFactor(()))
    }

    /// The factor to which the code was sent. See [`SignIn<CodeSent<S>>::sent_to`](SignIn#method.sent_to).
    #[must_use]
    pub fn sent_to(&self) -> Option<&Factor> {
        self.chosen_for(self.verification())
    }

    /// The verification of the code. It shows the status, the time of expiry, and how often a code was entered.
    #[must_use]
    pub fn verification(&self) -> Option<&Verification> {
        self.first_factor_verification()
    }

    fn strategy(&self) -> Strategy {
        let prepared = self.verification().and_then(|verification| verification.strategy.clone());
        let chosen = || self.sent_to().map(|chosen| chosen.strategy.clone());
        prepared.or_else(chosen).filter(Strategy::is_reset_code).unwrap_or(Strategy::ResetPasswordEmailCode)
    }
}

state!(ResetCodeSent);
