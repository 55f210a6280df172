//! Enrolment, listing and revocation of a user's trusted devices.

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::platform::TrustedDeviceKey;
use crate::wire::{
    ActingSession, Answer, AttemptTrustedDevice, DevicePlatform, PrepareTrustedDevice, Request, RevokeTrustedDevice,
    TrustedDevice, TrustedDeviceChallenge, ValidateTrustedDevice,
};

/// A trusted-device enrolment that was begun with [`Client::enroll_trusted_device`].
///
/// [`confirm`](Self::confirm) completes it.
#[derive(Debug)]
#[must_use = "the device is not enrolled before `confirm`"]
pub struct TrustedDeviceEnrollment {
    client: Client,
    device: PrepareTrustedDevice,
    challenge: TrustedDeviceChallenge,
}

impl TrustedDeviceEnrollment {
    /// Signs the challenge with the device's key and enrols the device.
    ///
    /// Calls `POST /v1/me/trusted_devices/attempt`. Save the id of the returned device, because the app needs this id
    /// to [sign in](crate::SignIn::trusted_device).
    ///
    /// # Errors
    /// [`ErrorKind`]
    /// - `Capability`: the user declined, the key does not exist, or signing failed. Nothing was sent.
    /// - `Rejected`: the signature was made with another key (`trusted_device_signature_verification_failed`), or the
    ///   challenge has expired (`trusted_device_challenge_expired`). Begin the enrolment again.
    /// - `NotSent`: nothing was sent, so try again.
    /// - `Transport` or `Protocol`: no readable answer came. [`Client::trusted_devices`] shows whether the device was
    ///   enrolled.
    pub async fn confirm(&self, key: &dyn TrustedDeviceKey) -> Result<TrustedDevice, Error> {
        let client_data = self.challenge.client_data.clone();
        let signature = key.sign(&client_data).await?;
        let attempt = AttemptTrustedDevice::new(self.device.clone(), client_data, signature);
        self.client.trusted_device_answered(Request::AttemptTrustedDevice(attempt)).await
    }

    /// The challenge that the device's key has to sign.
    #[must_use]
    pub const fn challenge(&self) -> &TrustedDeviceChallenge {
        &self.challenge
    }
}

impl Client {
    /// Begins to enrol this device: `POST /v1/me/trusted_devices/prepare`.
    ///
    /// Once the device is enrolled, the session's user can sign in with its key. `platform` is the system on which the
    /// app runs. `app_identifier` is the app's bundle identifier or package name, which must be registered with the
    /// instance. `name` is the device name that is shown to the user.
    ///
    /// # Errors
    /// [`ErrorKind`]
    /// - `Capability`: the key does not exist, or it cannot be created. Nothing was sent.
    /// - `Rejected`: the app is not registered with the instance (`trusted_device_app_identifier_not_configured`), the
    ///   key is already enrolled (`trusted_device_already_enrolled`), the user has too many devices
    ///   (`trusted_device_credential_quota_exceeded`), or the session does not belong to this client.
    /// - `NotSent`: nothing was sent, so try again.
    /// - `Transport` or `Protocol`: no readable answer came. Try again.
    pub async fn enroll_trusted_device(
        &self,
        session_id: &str,
        app: (DevicePlatform, &str),
        name: Option<&str>,
        key: &dyn TrustedDeviceKey,
    ) -> Result<TrustedDeviceEnrollment, Error> {
        let (platform, app_identifier) = app;
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

    /// Lists the trusted devices of the session's user: `GET /v1/me/trusted_devices`.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] if the session does not belong to this client or has ended. [`ErrorKind::NotSent`],
    /// [`ErrorKind::Transport`] or [`ErrorKind::Protocol`] if no readable answer came.
    pub async fn trusted_devices(&self, session_id: &str) -> Result<Vec<TrustedDevice>, Error> {
        match self.answer(Request::ListTrustedDevices(ActingSession::new(session_id))).await? {
            Answer::TrustedDevices(devices) => Ok(devices),
            _ => Err(ErrorKind::Protocol("the answer is no list of trusted devices".to_owned()).into()),
        }
    }

    /// Revokes a trusted device of the session's user, so that the device can no longer be used to sign in.
    ///
    /// Calls `DELETE /v1/me/trusted_devices/{trusted_device_id}`. This does not end the sessions that were started with
    /// the device.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] if the user has no such device or if the device was already revoked.
    /// [`ErrorKind::NotSent`], [`ErrorKind::Transport`] or [`ErrorKind::Protocol`] if no readable answer came.
    pub async fn revoke_trusted_device(
        &self,
        session_id: &str,
        trusted_device_id: &str,
    ) -> Result<TrustedDevice, Error> {
        let revoke = RevokeTrustedDevice::new(session_id, trusted_device_id);
        self.trusted_device_answered(Request::RevokeTrustedDevice(revoke)).await
    }

    /// Asks whether a trusted device can still be used to sign in: `POST /v1/client/trusted_devices/validate`.
    ///
    /// If the device cannot be used, the app should not offer it as a way to sign in.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] if the server rejects the call. [`ErrorKind::NotSent`], [`ErrorKind::Transport`] or
    /// [`ErrorKind::Protocol`] if no readable answer came.
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
