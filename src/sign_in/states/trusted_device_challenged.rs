//! A trusted device has a challenge to sign.

use std::sync::LazyLock;

use super::{NeedsFirstFactor, NeedsIdentifier};
use crate::platform::TrustedDeviceKey;
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::{AfterCreate, AfterFirstFactor};
use crate::sign_in::step_error::StepError;
use crate::wire::{
    AttemptFactor, CreateSignIn, Factor, Request, Secret, Strategy, Timestamp, TrustedDeviceChallenge, Verification,
};

/// A sign-in with a challenge for the key of a trusted device to sign.
///
/// The sign-in stays here if the key is not at hand, or its user refuses: ask again, or choose another factor. A
/// challenge that expired or was answered wrongly leads back to `NeedsFirstFactor`.
#[derive(Debug)]
pub struct TrustedDeviceChallenged(pub(crate) ());

/// A stand-in for a missing challenge, which the state rules out.
static NO_CHALLENGE: LazyLock<TrustedDeviceChallenge> = LazyLock::new(TrustedDeviceChallenge::default);

impl SignIn<TrustedDeviceChallenged> {
    /// `TrustedDeviceChallenged` → the first factor's outcome: has the device's key sign the challenge.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor`
    ///
    /// It submits the signature.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind) `Capability`: the user refused, the key is not there,
    /// or it failed. Nothing was sent then.
    ///
    /// The other errors are those of [`verify_signature`](Self::verify_signature).
    pub async fn verify_with(
        self,
        key: &dyn TrustedDeviceKey,
    ) -> Result<AfterFirstFactor, StepError<TrustedDeviceChallenged>> {
        match key.sign(self.client_data()).await {
            Ok(signature) => self.verify_signature(signature.expose()).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// `TrustedDeviceChallenged` → the first factor's outcome: submits what the device signed.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor`
    ///
    /// For an app that asks the device itself. The signature is the 64 bytes `r ‖ s` of ES256 (RFC 7518 section 3.4)
    /// over the [`client_data`](Self::client_data), in base64url.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the device was revoked (`trusted_device_not_registered`), or the account is locked
    ///   (`user_locked`).
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](SignIn::refresh) tells what happened.
    ///
    /// [`StepError::Moved`] to `NeedsFirstFactor` with `Rejected` if the challenge is over. Ask for another there.
    /// - Another key or text was signed (`trusted_device_signature_verification_failed`).
    /// - The challenge is too old (`trusted_device_challenge_expired`).
    /// - The challenge was answered before (`trusted_device_challenge_not_found`).
    ///
    /// [`StepError::Moved`] also if the rejection shows the attempt in any other state.
    pub async fn verify_signature(
        self,
        signature: &str,
    ) -> Result<AfterFirstFactor, StepError<TrustedDeviceChallenged>> {
        let attempt = AttemptFactor::trusted_device(self.id(), self.challenge(), Secret::from(signature));
        self.step(Request::AttemptFirstFactor(attempt)).await.map(AfterFirstFactor::from)
    }

    /// `TrustedDeviceChallenged` → `TrustedDeviceChallenged`: asks for another challenge. The old one stops working.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind) `Rejected`, `Transport` or `Protocol`.
    /// [`StepError::Moved`] if the attempt is in another state.
    pub async fn challenge_again(self) -> Result<SignIn<TrustedDeviceChallenged>, StepError<TrustedDeviceChallenged>> {
        let chosen = || self.chosen_for(self.verification())?.trusted_device_id.clone();
        let id = self.challenge().trusted_device_id.clone().or_else(chosen);
        self.prepare_first(factor(id)).await
    }

    /// `TrustedDeviceChallenged` → `NeedsFirstFactor`, without a call: to verify another factor.
    pub fn choose_another(self) -> SignIn<NeedsFirstFactor> {
        self.with_state(NeedsFirstFactor(()))
    }

    /// The challenge that the device has to sign.
    #[must_use]
    pub fn challenge(&self) -> &TrustedDeviceChallenge {
        let challenge = self.verification().and_then(|verification| verification.trusted_device_challenge.as_deref());
        challenge.unwrap_or(&NO_CHALLENGE)
    }

    /// The text that the device has to sign. Never empty.
    #[must_use]
    pub fn client_data(&self) -> &str {
        &self.challenge().client_data
    }

    /// The verification: whether it expired or failed.
    #[must_use]
    pub fn verification(&self) -> Option<&Verification> {
        self.first_factor_verification()
    }

    /// The time until which the server accepts the signature.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.challenge().expires_at
    }
}

/// Trusted devices at the start.
impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `NeedsFirstFactor`: names the trusted device that signs in.
    /// `POST /v1/client/sign_ins`
    ///
    /// The id comes from [enrolling](crate::Client::enroll_trusted_device) the device. Then
    /// [`challenge_trusted_device`](SignIn::challenge_trusted_device) asks for the challenge to sign.
    ///
    /// ```
    /// # #[cfg(feature = "local-device-key")] {
    /// # use clerk_sign_in::fake::{FakeBackend, LINUS};
    /// # use clerk_sign_in::platform::LocalDeviceKey;
    /// # use clerk_sign_in::wire::DevicePlatform;
    /// # use clerk_sign_in::{AfterCreate, AfterFirstFactor, Client};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # fake.configure(|settings| settings.app_identifiers.push("com.example.app".to_owned()));
    /// # let client = Client::new(fake);
    /// # let sent = client.sign_in().send_email_code(LINUS.email_address).await?;
    /// # let AfterFirstFactor::Complete(linus) = sent.verify("424242").await? else { panic!() };
    /// # let session = linus.finalize().await?;
    /// // Once, while Linus is signed in:
    /// let key = LocalDeviceKey::generate();
    /// let app = (DevicePlatform::Android, "com.example.app");
    /// let enrolled = client.enroll_trusted_device(&session.session().id, app, Some("Linus' phone"), &key).await?;
    /// let device = enrolled.confirm(&key).await?;
    /// # client.sign_out().await?;
    ///
    /// // And ever after:
    /// let AfterCreate::NeedsFirstFactor(linus) = client.sign_in().trusted_device(&device.id).await? else { panic!() };
    /// let challenged = linus.challenge_trusted_device(&device.id).await?;
    /// let AfterFirstFactor::Complete(linus) = challenged.verify_with(&key).await? else { panic!() };
    /// # drop(linus);
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// # }
    /// ```
    ///
    /// # Errors
    /// The errors of [`create`](SignIn::create). In addition, `Rejected` with `trusted_device_not_registered` if there
    /// is no such device, or it was revoked.
    pub async fn trusted_device(self, trusted_device_id: &str) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let create = CreateSignIn {
            strategy: Some(Strategy::TrustedDevice),
            trusted_device_id: Some(trusted_device_id.to_owned()),
            ..CreateSignIn::new()
        };
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }
}

/// Trusted devices at the first factor, and the return to a challenge that waits for its signature.
impl SignIn<NeedsFirstFactor> {
    /// `NeedsFirstFactor` → `TrustedDeviceChallenged`: asks for a challenge for the trusted device with this id.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the user has no such device, or it was revoked (`trusted_device_not_registered`); or the account
    ///   is locked (`user_locked`).
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](SignIn::refresh) tells what happened.
    ///
    /// [`StepError::Moved`] if the attempt is in another state, so that there is no challenge.
    pub async fn challenge_trusted_device(
        self,
        trusted_device_id: &str,
    ) -> Result<SignIn<TrustedDeviceChallenged>, StepError<NeedsFirstFactor>> {
        self.prepare_first(factor(Some(trusted_device_id.to_owned()))).await
    }

    /// `NeedsFirstFactor` → `TrustedDeviceChallenged`, without a call: returns to a challenge that is not signed yet.
    ///
    /// Use it after [`choose_another`](SignIn::choose_another), or for a challenge that came when the sign-in was
    /// created.
    ///
    /// # Errors
    /// The unchanged sign-in, if there is no such challenge.
    pub fn trusted_device_challenged(self) -> Result<SignIn<TrustedDeviceChallenged>, Self> {
        self.back_to()
    }
}

fn factor(trusted_device_id: Option<String>) -> Factor {
    Factor { trusted_device_id, ..Factor::new(Strategy::TrustedDevice) }
}

state!(TrustedDeviceChallenged);
