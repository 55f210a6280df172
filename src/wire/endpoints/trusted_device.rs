//! `/v1/me/trusted_devices`, `POST /v1/client/trusted_devices/validate`

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Endpoint, Parameters, enveloped};
use crate::wire::{DevicePlatform, Secret, TrustedDevice, TrustedDeviceChallenge, TrustedDeviceValidation};

/// How trusted devices sign.
pub(crate) const ALGORITHM: &str = "ES256";

/// Begins to enrol a device: `POST /v1/me/trusted_devices/prepare`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PrepareTrustedDevice {
    /// Whose device: the session of the user who enrols it.
    #[serde(rename = "_clerk_session_id")]
    pub session_id: String,
    /// The system that the app runs on. The server refuses a request without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<DevicePlatform>,
    /// The app's bundle identifier or package name. The server refuses a request without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_identifier: Option<String>,
    /// What the user knows the device by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How the device signs: `ES256`. The server refuses a request without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// The device's public key, as a JSON Web Key (RFC 7517). The server refuses a request without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_key_jwk: Option<String>,
}

impl PrepareTrustedDevice {
    /// This session's user enrols a device with this key.
    #[must_use]
    pub fn new(session_id: &str, platform: DevicePlatform, app_identifier: &str, public_key_jwk: String) -> Self {
        Self {
            session_id: session_id.to_owned(),
            platform: Some(platform),
            app_identifier: Some(app_identifier.to_owned()),
            name: None,
            algorithm: Some(ALGORITHM.to_owned()),
            public_key_jwk: Some(public_key_jwk),
        }
    }
}

/// Ends the enrolment of a device: `POST /v1/me/trusted_devices/attempt`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AttemptTrustedDevice {
    /// The device, as it was prepared.
    #[serde(flatten)]
    pub device: PrepareTrustedDevice,
    /// What was signed, as the server gave it. The server refuses a request without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_data: Option<String>,
    /// What the device signed. The server refuses a request without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<Secret>,
}

impl AttemptTrustedDevice {
    /// The device signed this.
    #[must_use]
    pub const fn new(device: PrepareTrustedDevice, client_data: String, signature: Secret) -> Self {
        Self { device, client_data: Some(client_data), signature: Some(signature) }
    }
}

/// Takes a device back: `DELETE /v1/me/trusted_devices/{trusted_device_id}`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RevokeTrustedDevice {
    /// Which device.
    #[serde(skip_serializing)]
    pub trusted_device_id: String,
    /// Whose device: the session of its user.
    #[serde(rename = "_clerk_session_id")]
    pub session_id: String,
}

impl RevokeTrustedDevice {
    /// This device of this session's user.
    #[must_use]
    pub fn new(session_id: &str, trusted_device_id: &str) -> Self {
        Self { trusted_device_id: trusted_device_id.to_owned(), session_id: session_id.to_owned() }
    }
}

/// Asks whether a device can sign in from here: `POST /v1/client/trusted_devices/validate`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ValidateTrustedDevice {
    /// Which device. The server refuses a request without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_device_id: Option<String>,
}

impl ValidateTrustedDevice {
    /// This device.
    #[must_use]
    pub fn new(trusted_device_id: &str) -> Self {
        Self { trusted_device_id: Some(trusted_device_id.to_owned()) }
    }
}

pub(in crate::wire) static LIST: Endpoint =
    Endpoint { method: Method::GET, path: "/v1/me/trusted_devices", decode: enveloped::<Vec<TrustedDevice>> };

pub(in crate::wire) static PREPARE: Endpoint = Endpoint {
    method: Method::POST,
    path: "/v1/me/trusted_devices/prepare",
    decode: enveloped::<Box<TrustedDeviceChallenge>>,
};

pub(in crate::wire) static ATTEMPT: Endpoint =
    Endpoint { method: Method::POST, path: "/v1/me/trusted_devices/attempt", decode: enveloped::<Box<TrustedDevice>> };

pub(in crate::wire) static REVOKE: Endpoint = Endpoint {
    method: Method::DELETE,
    path: "/v1/me/trusted_devices/{trusted_device_id}",
    decode: enveloped::<Box<TrustedDevice>>,
};

pub(in crate::wire) static VALIDATE: Endpoint = Endpoint {
    method: Method::POST,
    path: "/v1/client/trusted_devices/validate",
    decode: enveloped::<TrustedDeviceValidation>,
};

impl Parameters for PrepareTrustedDevice {}

impl Parameters for AttemptTrustedDevice {}

impl Parameters for RevokeTrustedDevice {
    fn path_id(&self) -> Option<&str> {
        Some(&self.trusted_device_id)
    }
}

impl Parameters for ValidateTrustedDevice {}
