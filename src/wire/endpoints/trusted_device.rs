//! `/v1/me/trusted_devices`, `POST /v1/client/trusted_devices/validate`

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Endpoint, Parameters, enveloped};
use crate::wire::{DevicePlatform, Secret, TrustedDevice, TrustedDeviceChallenge, TrustedDeviceValidation};

/// The signature algorithm that trusted devices use.
pub(crate) const ALGORITHM: &str = "ES256";

/// The `POST /v1/me/trusted_devices/prepare` request, which begins the enrolment of a device.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PrepareTrustedDevice {
    /// The session of the user who enrols the device.
    #[serde(rename = "_clerk_session_id")]
    pub session_id: String,
    /// The operating system on which the app runs. The server rejects a request without this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<DevicePlatform>,
    /// The app's bundle identifier or package name. The server rejects a request without this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_identifier: Option<String>,
    /// The name by which the user recognises the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The signature algorithm: `ES256`. The server rejects a request without this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// The device's public key, as a JSON Web Key (RFC 7517). The server rejects a request without this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_key_jwk: Option<String>,
}

impl PrepareTrustedDevice {
    /// Begins the enrolment of the device that has this key. The device is enrolled for the session's user.
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

/// The `POST /v1/me/trusted_devices/attempt` request, which finishes the enrolment of a device.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AttemptTrustedDevice {
    /// The same data about the device as in the request that began the enrolment.
    #[serde(flatten)]
    pub device: PrepareTrustedDevice,
    /// The signed text, exactly as the server sent it. The server rejects a request without this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_data: Option<String>,
    /// The device's signature. The server rejects a request without this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<Secret>,
}

impl AttemptTrustedDevice {
    /// Finishes the enrolment with the device's signature and the signed text.
    #[must_use]
    pub const fn new(device: PrepareTrustedDevice, client_data: String, signature: Secret) -> Self {
        Self { device, client_data: Some(client_data), signature: Some(signature) }
    }
}

/// The `DELETE /v1/me/trusted_devices/{trusted_device_id}` request, which revokes a trusted device.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RevokeTrustedDevice {
    /// The id of the device.
    #[serde(skip_serializing)]
    pub trusted_device_id: String,
    /// The session of the user who owns the device.
    #[serde(rename = "_clerk_session_id")]
    pub session_id: String,
}

impl RevokeTrustedDevice {
    /// Revokes this device, which belongs to the session's user.
    #[must_use]
    pub fn new(session_id: &str, trusted_device_id: &str) -> Self {
        Self { trusted_device_id: trusted_device_id.to_owned(), session_id: session_id.to_owned() }
    }
}

/// The `POST /v1/client/trusted_devices/validate` request, which asks whether a trusted device can be used.
///
/// The answer states whether the device can be used to sign in on this client.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ValidateTrustedDevice {
    /// The id of the device. The server rejects a request without this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_device_id: Option<String>,
}

impl ValidateTrustedDevice {
    /// Asks whether this device can be used to sign in on this client.
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
