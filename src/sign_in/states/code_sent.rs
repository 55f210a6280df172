//! A code that was sent for the first factor, the second factor, or client trust.

use super::{Stage, Started, State, sealed};
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::state_kind::StateKind;
use crate::sign_in::step_error::StepError;
use crate::wire::{AttemptFactor, Channel, Factor, PrepareFactor, Strategy, Timestamp, Verification, typed_text};

/// A sign-in that waits for the code that was sent at the stage `S`.
///
/// `S` is [`NeedsFirstFactor`], [`NeedsSecondFactor`] or [`NeedsClientTrust`]. If the code expires, or if too many
/// wrong codes are entered, the sign-in stays in this state, so the app can send another code or choose another factor.
///
/// This state comes after `S`, or after [`NeedsIdentifier`] if the code was sent in the first call.
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`verify`](SignIn::verify) | the code | the outcome of `S`: [`AfterFirstFactor`], [`AfterSecondFactor`] or [`AfterClientTrust`] |
/// | [`resend`](SignIn::resend) | sends a new code | [`CodeSent`] |
/// | [`choose_another`](SignIn::choose_another) | goes back, without a call | `S` |
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AfterFirstFactor, Client, StepError};
/// # futures::executor::block_on(async {
/// # let client = Client::new(FakeBackend::demo());
/// # let mut typed = ["424242", "000000"].to_vec();
/// # let mut ask = || typed.pop().unwrap().to_owned();
/// let mut sent = client.sign_in().send_email_code("linus+clerk_test@example.com").await?;
/// let done = loop {
///     match sent.verify(&ask()).await {
///         Ok(AfterFirstFactor::Complete(done)) => break done,
///         Ok(other) => return Err(other.unhandled()),
///         // A wrong code hands the sign-in back.
///         Err(StepError::Stayed { error, sign_in }) if error.is_wrong_input() => sent = sign_in,
///         Err(failed) => return Err(failed.into()),
///     }
/// };
/// done.finalize().await?;
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
///
/// [`NeedsFirstFactor`]: crate::NeedsFirstFactor
/// [`NeedsSecondFactor`]: crate::NeedsSecondFactor
/// [`NeedsClientTrust`]: crate::NeedsClientTrust
/// [`AfterFirstFactor`]: crate::AfterFirstFactor
/// [`AfterSecondFactor`]: crate::AfterSecondFactor
/// [`AfterClientTrust`]: crate::AfterClientTrust
/// [`NeedsIdentifier`]: crate::NeedsIdentifier
#[derive(Debug)]
pub struct CodeSent<S>(pub(crate) S);

/// Steps that are possible after a code was sent, whatever the stage.
impl<S: Stage> SignIn<CodeSent<S>> {
    /// `CodeSent<S>` → the outcome of `S`: submits the code that the user received.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor` or `…/attempt_second_factor`
    ///
    /// The code may be pasted with white space, invisible marks or hyphens, and in the digits of another script. If
    /// only digits remain, they are sent. Otherwise, the code is sent as it was typed.
    ///
    /// ```
    /// # use clerk_sign_in::fake::FakeBackend;
    /// # use clerk_sign_in::{AfterFirstFactor, Client, StepError};
    /// # futures::executor::block_on(async {
    /// # let client = Client::new(FakeBackend::demo());
    /// let sent = client.sign_in().send_email_code("linus+clerk_test@example.com").await?;
    /// // A wrong code hands the sign-in back, still waiting for the code that was sent.
    /// let sent = match sent.verify("000000").await {
    ///     Err(StepError::Stayed { error, sign_in }) if error.is_wrong_input() => sign_in,
    ///     other => panic!("{other:?}"),
    /// };
    /// let AfterFirstFactor::Complete(_) = sent.verify("424242").await? else { panic!() };
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
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
    #[doc(alias = "verifyEmailCode")]
    #[doc(alias = "verifyPhoneCode")]
    #[doc(alias = "attemptFirstFactor")]
    #[doc(alias = "attemptSecondFactor")]
    pub async fn verify(self, code: &str) -> Result<S::Outcome, StepError<CodeSent<S>>> {
        let attempt = AttemptFactor::code(self.id(), self.strategy(), &typed_text::code(code));
        self.step(S::attempt(attempt)).await.map(S::Outcome::from)
    }

    /// `CodeSent<S>` → `CodeSent<S>`: sends a new code to the same address or number, through the same channel.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor` or `…/prepare_second_factor`
    ///
    /// The old code stops working. If the code was sent in the first call, and the listed addresses are masked in such
    /// a way that several of them may be the one that the user typed, the step begins a new attempt with the same
    /// identifier (`POST /v1/client/sign_ins`). The server then chooses the same address again.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the last code was sent less than [`RESEND_INTERVAL`](Verification::RESEND_INTERVAL) ago
    ///   (`verification_code_too_many_requests`). [`retry_after`](crate::Error::retry_after) says how long to wait.
    /// - `FactorNotFound`: the server no longer lists the factor; nothing was sent.
    /// - `AmbiguousFactor`: [`sent_to`](Self::sent_to) returns `None`, and several masked addresses may be the one that
    ///   the user typed. Nothing was sent.
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the attempt is in another state. In that case, no code was sent.
    pub async fn resend(self) -> Result<SignIn<CodeSent<S>>, StepError<CodeSent<S>>> {
        if let Some((strategy, identifier)) = self.begun_with(self.verification()) {
            return self.create_sent(strategy, &identifier, None).await;
        }
        match self.factor_again(self.verification(), S::factors(&self.core.attempt), &self.strategy()) {
            Ok(factor) => {
                let channel = self.verification().and_then(|verification| verification.channel.clone());
                prepare_code(self, factor, channel).await
            }
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// `CodeSent<S>` → `S`, without a call: goes back, so that another factor can be verified.
    ///
    /// The code keeps working until another one is sent.
    pub fn choose_another(self) -> SignIn<S> {
        self.with_state(S::stage())
    }

    /// The factor to which the code was sent.
    ///
    /// The server does not report which factor was used. The result is `None` if another handle sent the code, or if
    /// the answer was lost and [`Client::resume`](crate::Client::resume) was called. A
    /// [`Checkpoint`](crate::Checkpoint) stores the factor. The result is also `None` if the server chose among several
    /// addresses in the first call, and its answer does not show which one.
    #[must_use]
    pub fn sent_to(&self) -> Option<&Factor> {
        self.chosen_for(self.verification())
    }

    /// The verification of the code. It contains the status, the time at which the code expires, and the number of
    /// codes that were entered.
    #[must_use]
    pub fn verification(&self) -> Option<&Verification> {
        S::verification(&self.core.attempt)
    }

    /// The time at which the code expires.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.verification()?.expire_at
    }

    /// The number of codes that the user has entered, whether right or wrong.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.verification().and_then(|verification| verification.attempts).unwrap_or_default()
    }

    fn strategy(&self) -> Strategy {
        let prepared = self.verification().and_then(|verification| verification.strategy.clone());
        let chosen = || self.sent_to().map(|chosen| chosen.strategy.clone());
        prepared.or_else(chosen).filter(Strategy::is_sent_code).unwrap_or(Strategy::EmailCode)
    }
}

/// Sends a code, either for the first time or again.
pub(super) async fn prepare_code<S: Stage, From: State>(
    sign_in: SignIn<From>,
    factor: Factor,
    channel: Option<Channel>,
) -> Result<SignIn<CodeSent<S>>, StepError<From>> {
    let prepare = PrepareFactor { channel, ..PrepareFactor::new(&sign_in.core.attempt.id, &factor) };
    sign_in.prepare(factor, S::prepare(prepare)).await
}

impl<S: Stage> State for CodeSent<S> {}

impl<S: Stage> Started for CodeSent<S> {}

impl<S: Stage> sealed::Sealed for CodeSent<S> {
    const KIND: StateKind = S::CODE_SENT;

    fn into_any(sign_in: SignIn<Self>) -> AnySignIn {
        S::code_sent_into_any(sign_in)
    }

    fn from_any(any: AnySignIn) -> Result<SignIn<Self>, AnySignIn> {
        S::code_sent_from_any(any)
    }
}
