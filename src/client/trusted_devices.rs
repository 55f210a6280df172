//! The trusted devices of a user: enrolled, listed, taken back.

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::platform::TrustedDeviceKey;
use crate::wire::{
    ActingSession, Answer, AttemptTrustedDevice, DevicePlatform, PrepareTrustedDevice, Request, RevokeTrustedDevice,
    TrustedDevice, TrustedDeviceChallenge, ValidateTrustedDevice,
};

/// A trusted device whose enrolment was begun; [`confirm`](Self::confirm) ends it. Made by
/// [`Client::enroll_trusted_device`].
#[derive(Debug)]
#[must_use = "the device is not enrolled before `confirm`"]
pub struct TrustedDeviceEnrollment {
    client: Client,
    device: PrepareTrustedDevice,
    challenge: TrustedDeviceChallenge,
}

impl TrustedDeviceEnrollment {
    /// Has the device's key sign the challenge, and enrols the device: `POST /v1/me/trusted_devices/attempt`. Keep the id of
    /// the device that is returned: a sign-in [names](crate::SignIn::trusted_device) the device by it.
    ///
    /// # Errors
    /// [`ErrorKind`]
    /// - `Capability`: the user said no, the key is not there, or it failed; nothing was sent.
    /// - `Rejected`: another key signed (`trusted_device_signature_verification_failed`), or the challenge is too old
    ///   (`trusted_device_challenge_expired`): begin again.
    /// - `Transport` or `Protocol`: no readable answer came; [`Client::trusted_devices`] tells what happened.
    pub async fn confirm(&self, key: &dyn TrustedDeviceKey) -> Result<TrustedDevice, Error> {
        let client_data = self.challenge.client_data.clone();
        let signature = key.sign(&client_data).await?;
        let attempt = AttemptTrustedDevice::new(self.device.clone(), client_data, signature);
        self.client.trusted_device_answered(Request::AttemptTrustedDevice(attempt)).await
    }

    /// What the key has to sign.
    #[must_use]
    pub const fn challenge(&self) -> &TrustedDeviceChallenge {
        &self.challenge
    }
}

impl Client {
    /// Begins to enrol this device, so that the user of a session can sign in by its key from then on:
    /// `POST /v1/me/trusted_devices/prepare`. `app` is the system that the app runs on, and its bundle identifier or package
    /// name, which the instance has to know; `name` is what the user knows the device by.
    ///
    /// # Errors
    /// [`ErrorKind`]
    /// - `Capability`: there is no key, or it cannot be made; nothing was sent.
    /// - `Rejected`: the instance has no such app (`trusted_device_app_identifier_not_configured`), the key is enrolled
    ///   already (`trusted_device_already_enrolled`), the user has too many devices
    ///   (`trusted_device_credential_quota_exceeded`), or the session is not on this device.
    /// - `Transport` or `Protocol`: no readable answer came; it can be tried again.
    pub async fn enroll_trusted_device(
        &self,
        session_id: &str,
        (platform, app_identifier): (DevicePlatform, &str),
        name: Option<&str>,
        key: &dyn TrustedDeviceKey,
    ) -> Result<TrustedDeviceEnrollment, Error> {
        let jwk = key.public_key_jwk().await?;
        let device = PrepareTrustedDevice {
            name: name.map(str::to_owned),
            ..PrepareTrustedDevice::new(session_id, platform, app_identifier, jwk)
        };
        match self.answer(Request::PrepareTrustedDevice(device.clone())).await? {
            Answer::TrustedDeviceChallenge(challenge) => {
                Ok(TrustedDeviceEnrollment { client: self.clone(), device, challenge: *challenge })
            }
            _ => Err(ErrorKind::Protocol("the answer is no challenge".to_owned()).into()),
        }
    }

    /// The trusted devices of the user of a session: `GET /v1/me/trusted_devices`.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] if the session is not on this device or over, [`ErrorKind::Transport`] or
    /// [`ErrorKind::Protocol`] if no readable answer came.
    pub async fn trusted_devices(&self, session_id: &str) -> Result<Vec<TrustedDevice>, Error> {
        match self.answer(Request::ListTrustedDevices(ActingSession::new(session_id))).await? {
            Answer::TrustedDevices(devices) => Ok(devices),
            _ => Err(ErrorKind::Protocol("the answer is no list of trusted devices".to_owned()).into()),
        }
    }

    /// Takes a trusted device of the user of a session back, so that it cannot sign in any more:
    /// `DELETE /v1/me/trusted_devices/{trusted_device_id}`. Sessions that it began go on.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] if the user has no such device, or it was revoked before, [`ErrorKind::Transport`] or
    /// [`ErrorKind::Protocol`] if no readable answer came.
    pub async fn revoke_trusted_device(
        &self,
        session_id: &str,
        trusted_device_id: &str,
    ) -> Result<TrustedDevice, Error> {
        let revoke = RevokeTrustedDevice::new(session_id, trusted_device_id);
        self.trusted_device_answered(Request::RevokeTrustedDevice(revoke)).await
    }

    /// Whether a trusted device can sign in, so that an app need not offer it in vain:
    /// `POST /v1/client/trusted_devices/validate`.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`], [`ErrorKind::Transport`] or [`ErrorKind::Protocol`].
    pub async fn validate_trusted_device(&self, trusted_device_id: &str) -> Result<bool, Error> {
        match self.answer(Request::ValidateTrustedDevice(ValidateTrustedDevice::new(trusted_device_id))).await? {
            Answer::TrustedDeviceValidation(validation) => Ok(validation.valid),
            _ => Err(ErrorKind::Protocol("the answer does not say whether the device is valid".to_owned()).into()),
        }
    }

    async fn trusted_device_answered(&self, request: Request) -> Result<TrustedDevice, Error> {
        match self.answer(request).await? {
            Answer::TrustedDevice(device) => Ok(*device),
            _ => Err(ErrorKind::Protocol("the answer is no trusted device".to_owned()).into()),
        }
    }
}
