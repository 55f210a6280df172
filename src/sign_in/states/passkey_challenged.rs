//! The state in which a passkey must answer a challenge.

use crate::platform::{Mediation, PasskeyAuthenticator, PasskeyRequest};
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::{AfterFirstFactor, BeforeFirstFactor};
use crate::sign_in::step_error::StepError;
use crate::wire::{AttemptFactor, Factor, Request, Strategy, Timestamp, Verification};

/// A sign-in that waits for one of the user's passkeys to answer a challenge (Web Authentication Level 3 section 7.2).
///
/// The user may still be unknown, because a *discoverable* passkey identifies its user when it answers the challenge.
/// If the user closes the dialog, the sign-in stays in this state, so the app can ask again or choose another factor.
/// If the challenge expires or the answer is wrong, the sign-in goes back to the state in which the challenge was
/// requested.
///
/// This state comes after [`NeedsIdentifier`] or [`NeedsFirstFactor`].
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`verify_with`](SignIn::verify_with) | asks the user for a passkey | [`AfterFirstFactor`], mostly [`Complete`] |
/// | [`verify_assertion`](SignIn::verify_assertion) | the passkey's answer | [`AfterFirstFactor`], mostly [`Complete`] |
/// | [`challenge_again`](SignIn::challenge_again) | asks for another challenge | [`PasskeyChallenged`] |
/// | [`choose_another`](SignIn#method.choose_another-2) | goes back, without a call | [`BeforeFirstFactor`] |
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
/// [`Complete`]: crate::Complete
/// [`AfterFirstFactor`]: crate::AfterFirstFactor
/// [`BeforeFirstFactor`]: crate::BeforeFirstFactor
/// [`NeedsIdentifier`]: crate::NeedsIdentifier
/// [`NeedsFirstFactor`]: crate::NeedsFirstFactor
#[derive(Debug)]
pub struct PasskeyChallenged(pub(crate) ());

impl SignIn<PasskeyChallenged> {
    /// `PasskeyChallenged` → the first factor's outcome: asks the user for a passkey, and submits the passkey's answer.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor`
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
    ) -> Result<AfterFirstFactor, StepError<PasskeyChallenged>> {
        match authenticator.get_assertion(PasskeyRequest::new(self.options(), mediation)).await {
            Ok(credential) => self.verify_assertion(credential.expose()).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// `PasskeyChallenged` → the first factor's outcome: submits the passkey's answer.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor`
    ///
    /// Use this step if the app's own code asks the user for the passkey. The answer is a `PublicKeyCredential` in the
    /// JSON form that Web Authentication Level 3 section 5.1.8 defines (`AuthenticationResponseJSON`).
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the passkey is not registered with the instance (`passkey_not_registered`), the credential cannot
    ///   be read (`passkey_invalid_public_key_credential`), or the account is locked (`user_locked`).
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] with `Rejected` if the challenge is over. The sign-in is then in the state
    /// `NeedsFirstFactor` or `NeedsIdentifier`, in which the app can ask for another challenge. The challenge is over
    /// in each of these cases:
    /// - The passkey signed something other than this challenge (`passkey_authentication_failure`).
    /// - The answer came too late (`verification_expired`).
    /// - An earlier answer to the challenge was wrong (`verification_failed`).
    ///
    /// The error is also [`StepError::Moved`] if the rejection shows that the attempt is in any other state.
    pub async fn verify_assertion(
        self,
        public_key_credential: &str,
    ) -> Result<AfterFirstFactor, StepError<PasskeyChallenged>> {
        let attempt = AttemptFactor::passkey(self.id(), public_key_credential.into());
        self.step(Request::AttemptFirstFactor(attempt)).await.map(AfterFirstFactor::from)
    }

    /// `PasskeyChallenged` → `PasskeyChallenged`: asks for another challenge. The old challenge stops working.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind) `Rejected`, `Transport` or `Protocol`.
    /// [`StepError::Moved`] if the attempt is in another state.
    pub async fn challenge_again(self) -> Result<SignIn<PasskeyChallenged>, StepError<PasskeyChallenged>> {
        let chosen = self.chosen_for(self.verification()).cloned();
        self.prepare_first(chosen.unwrap_or_else(|| Factor::new(Strategy::Passkey))).await
    }

    /// `PasskeyChallenged` → `NeedsFirstFactor`, or `NeedsIdentifier` if the user has not given an identifier.
    ///
    /// This step makes no call. After this step, another factor can be verified.
    pub fn choose_another(self) -> BeforeFirstFactor {
        BeforeFirstFactor::set_aside(self)
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
        self.first_factor_verification()
    }

    /// The time after which the server no longer accepts an answer.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.verification()?.expire_at
    }
}

state!(PasskeyChallenged);
