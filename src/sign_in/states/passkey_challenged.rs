//! A passkey's challenge for the first factor, the second factor, or client trust.

use super::{NeedsFirstFactor, Stage, Started, State, sealed};
use crate::platform::{Mediation, PasskeyAuthenticator, PasskeyRequest};
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::state_kind::StateKind;
use crate::sign_in::step_error::StepError;
use crate::wire::{AttemptFactor, Factor, PrepareFactor, Strategy, Timestamp, Verification};

/// A sign-in that waits for a passkey to answer a challenge (Web Authentication Level 3 section 7.2) at the stage `S`.
///
/// `S` is [`NeedsFirstFactor`], [`NeedsSecondFactor`] or [`NeedsClientTrust`]. `PasskeyChallenged` without a parameter
/// means the first factor. In that case, the user may still be unknown, because a *discoverable* passkey identifies its
/// user when it answers the challenge.
///
/// If the user closes the dialog, the sign-in stays in this state, so the app can ask again or choose another factor.
/// If the challenge expires or the answer is wrong, the sign-in goes back to the state in which the challenge was
/// requested.
///
/// This state comes after `S`, or after [`NeedsIdentifier`] if the passkey identifies the user.
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`verify_with`](SignIn::verify_with) | asks the user for a passkey | the outcome of `S`: [`AfterFirstFactor`], [`AfterSecondFactor`] or [`AfterClientTrust`] |
/// | [`verify_assertion`](SignIn::verify_assertion) | the passkey's answer | the outcome of `S` |
/// | [`challenge_again`](SignIn::challenge_again) | asks for another challenge | [`PasskeyChallenged`] |
/// | [`choose_another`](SignIn#method.choose_another-2) | goes back, without a call | `S`; [`BeforeFirstFactor`] for the first factor |
///
/// ```
/// # #[cfg(feature = "local-passkeys")] {
/// # use clerk_sign_in::fake::{FakeBackend, LINUS};
/// # use clerk_sign_in::platform::{LocalPasskeys, Mediation};
/// # use clerk_sign_in::{AfterFirstFactor, Client};
/// # futures::executor::block_on(async {
/// # let fake = FakeBackend::demo();
/// # let passkeys = LocalPasskeys::new("https://fake.clerk.accounts.dev")?;
/// # let options = fake.new_passkey(LINUS.email_address)?;
/// # fake.add_passkey(LINUS.email_address, passkeys.create(&options).await?.expose())?;
/// # let client = Client::new(fake);
/// let challenged = client.sign_in().challenge_passkey().await?;
/// match challenged.verify_with(&passkeys, Mediation::Modal).await? {
///     AfterFirstFactor::Complete(linus) => linus.finalize().await?,
///     other => return Err(other.unhandled().into()),
/// };
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// # }
/// ```
///
/// [`NeedsIdentifier`]: crate::NeedsIdentifier
/// [`NeedsFirstFactor`]: crate::NeedsFirstFactor
/// [`NeedsSecondFactor`]: crate::NeedsSecondFactor
/// [`NeedsClientTrust`]: crate::NeedsClientTrust
/// [`AfterFirstFactor`]: crate::AfterFirstFactor
/// [`AfterSecondFactor`]: crate::AfterSecondFactor
/// [`AfterClientTrust`]: crate::AfterClientTrust
/// [`BeforeFirstFactor`]: crate::BeforeFirstFactor
#[derive(Debug)]
pub struct PasskeyChallenged<S = NeedsFirstFactor>(pub(crate) S);

/// Steps that are possible after a passkey was challenged, whatever the stage.
impl<S: Stage> SignIn<PasskeyChallenged<S>> {
    /// `PasskeyChallenged<S>` → the outcome of `S`: asks the user for a passkey, and submits the passkey's answer.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor` or `…/attempt_second_factor`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind) `Capability`: the user declined, no passkey is
    /// available, or the passkey failed. In these cases, nothing was sent.
    ///
    /// The other errors are those of [`verify_assertion`](Self::verify_assertion).
    pub async fn verify_with(
        self,
        authenticator: &dyn PasskeyAuthenticator,
        mediation: Mediation,
    ) -> Result<S::Outcome, StepError<PasskeyChallenged<S>>> {
        match authenticator.get_assertion(PasskeyRequest::new(self.options(), mediation)).await {
            Ok(credential) => self.verify_assertion(credential.expose()).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// `PasskeyChallenged<S>` → the outcome of `S`: submits the passkey's answer.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor` or `…/attempt_second_factor`
    ///
    /// Use this step if the app's own code asks the user for the passkey. The answer is a `PublicKeyCredential` in the
    /// JSON form that Web Authentication Level 3 section 5.1.8 defines (`AuthenticationResponseJSON`).
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the passkey is not registered, or it belongs to another user (`passkey_not_registered`), the
    ///   credential cannot be read (`passkey_invalid_public_key_credential`), or the account is locked (`user_locked`).
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] with `Rejected` if the challenge is over. The sign-in is then in the state `S` or
    /// `NeedsIdentifier`, in which the app can ask for another challenge. The challenge is over in each of these cases:
    /// - The passkey signed something other than this challenge (`passkey_authentication_failure`).
    /// - The answer came too late (`verification_expired`).
    /// - An earlier answer to the challenge was wrong (`verification_failed`).
    ///
    /// The error is also [`StepError::Moved`] if the rejection shows that the attempt is in any other state.
    #[doc(alias = "attemptFirstFactor")]
    pub async fn verify_assertion(
        self,
        public_key_credential: &str,
    ) -> Result<S::Outcome, StepError<PasskeyChallenged<S>>> {
        let attempt = AttemptFactor::passkey(self.id(), public_key_credential.into());
        self.step(S::attempt(attempt)).await.map(S::Outcome::from)
    }

    /// `PasskeyChallenged<S>` → `PasskeyChallenged<S>`: asks for another challenge. The old challenge stops working.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor` or `…/prepare_second_factor`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind) `Rejected`, `Transport` or `Protocol`.
    /// [`StepError::Moved`] if the attempt is in another state.
    pub async fn challenge_again(self) -> Result<SignIn<PasskeyChallenged<S>>, StepError<PasskeyChallenged<S>>> {
        let chosen = self.chosen_for(self.verification()).cloned();
        challenge_passkey(self, chosen.unwrap_or_else(|| Factor::new(Strategy::Passkey))).await
    }

    /// `PasskeyChallenged<S>` → `S`, without a call: goes back, so that another factor can be verified.
    ///
    /// The challenge can be answered until another factor is prepared or attempted.
    ///
    /// For the first factor, the result is a [`BeforeFirstFactor`](crate::BeforeFirstFactor), because the user may not
    /// have given an identifier. For the second factor and for client trust, the result is a `SignIn<S>`.
    pub fn choose_another(self) -> S::BeforePasskey {
        sealed::SetAside::set_aside(self)
    }

    /// The request that asks the user for a passkey. It is never empty.
    ///
    /// The request is in the JSON form that Web Authentication Level 3 section 5.1.10 defines
    /// (`PublicKeyCredentialRequestOptionsJSON`).
    #[must_use]
    pub fn options(&self) -> &str {
        self.verification().and_then(Verification::challenge).unwrap_or_default()
    }

    /// The verification of the challenge, which shows whether the challenge has expired or failed.
    #[must_use]
    pub fn verification(&self) -> Option<&Verification> {
        S::verification(&self.core.attempt)
    }

    /// The time after which the server no longer accepts an answer.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.verification()?.expire_at
    }
}

/// Requests a challenge, either for the first time or again.
pub(super) async fn challenge_passkey<S: Stage, From: State>(
    sign_in: SignIn<From>,
    factor: Factor,
) -> Result<SignIn<PasskeyChallenged<S>>, StepError<From>> {
    let prepare = PrepareFactor::new(&sign_in.core.attempt.id, &factor);
    sign_in.prepare(factor, S::prepare(prepare)).await
}

impl<S: Stage> State for PasskeyChallenged<S> {}

impl<S: Stage> Started for PasskeyChallenged<S> {}

impl<S: Stage> sealed::Sealed for PasskeyChallenged<S> {
    const KIND: StateKind = S::PASSKEY_CHALLENGED;

    fn into_any(sign_in: SignIn<Self>) -> AnySignIn {
        S::passkey_challenged_into_any(sign_in)
    }

    fn from_any(any: AnySignIn) -> Result<SignIn<Self>, AnySignIn> {
        S::passkey_challenged_from_any(any)
    }
}
