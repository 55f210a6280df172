//! A code was sent that allows to choose a new password.

use super::NeedsFirstFactor;
use super::factors::{choose, with_id};
use crate::error::ErrorKind;
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::{AfterReset, AfterResetCode};
use crate::sign_in::step_error::StepError;
use crate::wire::{AttemptFactor, Factor, Request, Strategy, Verification};

/// The user forgot the password, and a code was sent that allows to choose a new one.
///
/// A code that expired or was wrong too often leaves the sign-in here: send another, or choose another factor.
#[derive(Debug)]
pub struct ResetCodeSent(pub(crate) ());

impl SignIn<ResetCodeSent> {
    /// `ResetCodeSent` → `NeedsNewPassword`: gives the code that the user received.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor`
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
    /// let AfterResetCode::NeedsNewPassword(new) = sent.verify(code.expose()).await? else { panic!() };
    /// let AfterReset::Complete(_) = new.submit_password("a-wire-of-11.8-inches", OtherSessions::SignOut).await? else {
    ///     panic!()
    /// };
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// As for [`SignIn<CodeSent<S>>::verify`](SignIn#method.verify).
    pub async fn verify(self, code: &str) -> Result<AfterResetCode, StepError<ResetCodeSent>> {
        let attempt = AttemptFactor::code(self.id(), self.strategy(), code);
        self.step(Request::AttemptFirstFactor(attempt)).await.map(AfterResetCode::from)
    }

    /// `ResetCodeSent` → `Complete` or `NeedsSecondFactor`: gives the code and the new password, in one call. The user's
    /// other sessions stay; [`verify`](Self::verify) first to choose.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor`
    ///
    /// # Errors
    /// As for [`verify`](Self::verify), and what is wrong with the password, as for
    /// [`submit_password`](SignIn#method.submit_password).
    pub async fn reset_password(self, code: &str, new_password: &str) -> Result<AfterReset, StepError<ResetCodeSent>> {
        let attempt = AttemptFactor::code_and_new_password(self.id(), self.strategy(), code, new_password);
        self.step(Request::AttemptFirstFactor(attempt)).await.map(AfterReset::from)
    }

    /// `ResetCodeSent` → `ResetCodeSent`: sends a new code to the same address or number; the old one stops working.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// # Errors
    /// As for [`SignIn<CodeSent<S>>::resend`](SignIn#method.resend).
    pub async fn resend(self) -> Result<SignIn<ResetCodeSent>, StepError<ResetCodeSent>> {
        match self.factor_again(self.verification(), self.supported_first_factors(), &self.strategy()) {
            Ok(factor) => self.prepare_first(factor).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// `ResetCodeSent` → `NeedsFirstFactor`, without a call: the user remembers the password, or verifies by something
    /// else.
    pub fn choose_another(self) -> SignIn<NeedsFirstFactor> {
        self.with_state(NeedsFirstFactor(()))
    }

    /// The factor that the code was sent to; see [`SignIn<CodeSent<S>>::sent_to`](SignIn#method.sent_to).
    #[must_use]
    pub fn sent_to(&self) -> Option<&Factor> {
        self.chosen_for(self.verification())
    }

    /// How far the verification of the code is: whether it expired or failed, by when and how often it can be answered.
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

/// The ways to a new password, and back to a code that is out.
impl SignIn<NeedsFirstFactor> {
    /// `NeedsFirstFactor` → `ResetCodeSent`: sends a code by one of the supported first factors that reset the password,
    /// such as the user chose from a list. `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// # Errors
    /// As for [`send_email_code`](SignIn#method.send_email_code). `FactorNotFound` also if the factor resets no password.
    pub async fn send_reset_code(self, factor: &Factor) -> Result<SignIn<ResetCodeSent>, StepError<NeedsFirstFactor>> {
        if factor.strategy.is_reset_code() {
            self.prepare_first(factor.clone()).await
        } else {
            Err(StepError::stayed(ErrorKind::FactorNotFound { strategy: factor.strategy.clone() }, self))
        }
    }

    /// `NeedsFirstFactor` → `ResetCodeSent`, without a call: back to a code that is out, after
    /// [`choose_another`](SignIn::choose_another).
    ///
    /// # Errors
    /// The sign-in as it is, if no such code was sent last.
    pub fn reset_code_sent(self) -> Result<SignIn<ResetCodeSent>, Self> {
        self.back_to()
    }

    /// To the email address or phone number with this id.
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

state!(ResetCodeSent);
