//! The state in which a trusted device must sign a challenge.

use std::sync::LazyLock;

use super::NeedsFirstFactor;
use crate::platform::TrustedDeviceKey;
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterFirstFactor;
use crate::sign_in::step_error::StepError;
use crate::wire::{AttemptFactor, Factor, Request, Secret, Strategy, Timestamp, TrustedDeviceChallenge, Verification};

/// A sign-in that waits for a trusted device to sign a challenge.
///
/// If the key is not available or the user does not sign, the sign-in stays in this state. The app can then ask again
/// or choose another factor. If the challenge expires or the signature is wrong, the sign-in goes back to
/// `NeedsFirstFactor`.
///
/// This state comes after [`NeedsFirstFactor`].
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`verify_with`](SignIn#method.verify_with-2) | signs with the key | [`AfterFirstFactor`], mostly [`Complete`] |
/// | [`verify_signature`](SignIn#method.verify_signature-1) | the key's signature | [`AfterFirstFactor`], mostly [`Complete`] |
/// | [`challenge_again`](SignIn#method.challenge_again-2) | asks for another challenge | [`TrustedDeviceChallenged`] |
/// | [`choose_another`](SignIn#method.choose_another-4) | goes back, without a call | [`NeedsFirstFactor`] |
///
/// ```
/// # use clerk_sign_in::platform::TrustedDeviceKey;
/// # use clerk_sign_in::{AfterCreate, AfterFirstFactor, Client, Error};
/// # async fn sign_in(client: Client, device_id: &str, key: &dyn TrustedDeviceKey) -> Result<(), Error> {
/// let AfterCreate::NeedsFirstFactor(first) =
///     client.sign_in().trusted_device(device_id).await? else {
///     panic!()
/// };
/// let challenged = first.challenge_trusted_device(device_id).await?;
/// match challenged.verify_with(key).await? {
///     AfterFirstFactor::Complete(done) => done.finalize().await?,
///     other => return Err(other.unhandled()),
/// };
/// # Ok(())
/// # }
/// ```
///
/// [`trusted_device`](SignIn::trusted_device) shows how to enrol the device.
///
/// [`NeedsFirstFactor`]: crate::NeedsFirstFactor
/// [`Complete`]: crate::Complete
/// [`AfterFirstFactor`]: crate::AfterFirstFactor
#[derive(Debug)]
pub struct TrustedDeviceChallenged(pub(crate) ());

/// A placeholder for a missing challenge. In this state, the challenge is never missing.
static NO_CHALLENGE: LazyLock<TrustedDeviceChallenge> = LazyLock::new(TrustedDeviceChallenge::default);

impl SignIn<TrustedDeviceChallenged> {
    /// `TrustedDeviceChallenged` → the first factor's outcome: signs the challenge with the device's key.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor`
    ///
    /// The step then submits the signature.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind) `Capability` if the user declined, if the key is not
    /// available, or if signing failed. In these cases, nothing was sent.
    ///
    /// The other errors are those of [`verify_signature`](SignIn#method.verify_signature-1).
    pub async fn verify_with(
        self,
        key: &dyn TrustedDeviceKey,
    ) -> Result<AfterFirstFactor, StepError<TrustedDeviceChallenged>> {
        match key.sign(self.client_data()).await {
            Ok(signature) => self.verify_signature(signature.expose()).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// `TrustedDeviceChallenged` → the first factor's outcome: submits the device's signature.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor`
    ///
    /// This step is for an app whose own code asks the device to sign. The signature is an ES256 signature over the
    /// [`client_data`](Self::client_data). It consists of the 64 bytes `r ‖ s` (RFC 7518 section 3.4), written in
    /// base64url.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the device was revoked (`trusted_device_not_registered`), or the account is locked
    ///   (`user_locked`).
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// If the challenge is over, the error is [`StepError::Moved`]. Its kind is `Rejected`, and the sign-in is at
    /// `NeedsFirstFactor`. In that state, ask for another challenge. The challenge is over for one of these reasons:
    /// - The signature was made with a different key or for a different text
    ///   (`trusted_device_signature_verification_failed`).
    /// - The challenge is too old (`trusted_device_challenge_expired`).
    /// - The challenge was already answered (`trusted_device_challenge_not_found`).
    ///
    /// The error is also [`StepError::Moved`] if the rejection shows that the attempt is in any other state.
    pub async fn verify_signature(
        self,
        signature: &str,
    ) -> Result<AfterFirstFactor, StepError<TrustedDeviceChallenged>> {
        let attempt = AttemptFactor::trusted_device(self.id(), self.challenge(), Secret::from(signature));
        self.step(Request::AttemptFirstFactor(attempt)).await.map(AfterFirstFactor::from)
    }

    /// `TrustedDeviceChallenged` → `TrustedDeviceChallenged`: asks for a new challenge, which replaces the old one.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with the [`ErrorKind`](crate::ErrorKind) `Rejected`, `Transport` or `Protocol`.
    /// [`StepError::Moved`] if the attempt is in another state.
    pub async fn challenge_again(self) -> Result<SignIn<TrustedDeviceChallenged>, StepError<TrustedDeviceChallenged>> {
        let chosen = || self.chosen_for(self.verification())?.trusted_device_id.clone();
        let id = self.challenge().trusted_device_id.clone().or_else(chosen);
        self.prepare_first(factor(id)).await
    }

    /// `TrustedDeviceChallenged` → `NeedsFirstFactor`, without a call: goes back to verify another factor.
    pub fn choose_another(self) -> SignIn<NeedsFirstFactor> {
        self.with_state(NeedsFirstFactor(()))
    }

    /// The challenge that the device has to sign.
    #[must_use]
    pub fn challenge(&self) -> &TrustedDeviceChallenge {
        let challenge = self.verification().and_then(|verification| verification.trusted_device_challenge.as_deref());
        challenge.unwrap_or(&NO_CHALLENGE)
    }

    /// The text that the device has to sign. It is never empty.
    #[must_use]
    pub fn client_data(&self) -> &str {
        &self.challenge().client_data
    }

    /// The verification of the challenge, which shows whether the challenge expired or failed.
    #[must_use]
    pub fn verification(&self) -> Option<&Verification> {
        self.first_factor_verification()
    }

    /// The time after which the server no longer accepts a signature.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.challenge().expires_at
    }
}

pub(super) fn factor(trusted_device_id: Option<String>) -> Factor {
    Factor { trusted_device_id, ..Factor::new(Strategy::TrustedDevice) }
}

state!(TrustedDeviceChallenged);
