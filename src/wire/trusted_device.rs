//! Trusted devices, each of which signs in with its own key.

use serde::{Deserialize, Deserializer, Serialize};

use super::Timestamp;
use super::lenient::{Lenient, or_default};
use super::open_enum::open_enum;

/// The server's record of a device that a user enrolled (`TrustedDevice`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TrustedDevice {
    #[serde(skip_deserializing)]
    pub(crate) object: TrustedDeviceObject,
    /// The id of the device. Sign-ins refer to the device by this id.
    #[serde(deserialize_with = "or_default")]
    pub id: String,
    /// The operating system on which the app runs.
    #[serde(deserialize_with = "or_default")]
    pub platform: Option<DevicePlatform>,
    /// The bundle identifier or package name of the app that holds the key.
    #[serde(deserialize_with = "or_default")]
    pub app_identifier: String,
    /// The name by which the user recognises the device.
    #[serde(deserialize_with = "or_default")]
    pub name: Option<String>,
    /// The signature algorithm: `ES256`.
    #[serde(deserialize_with = "or_default")]
    pub algorithm: String,
    /// The status, which tells whether the device can still sign in.
    #[serde(deserialize_with = "or_default")]
    pub status: Option<TrustedDeviceStatus>,
    /// The time at which the device was enrolled.
    #[serde(deserialize_with = "or_default")]
    pub created_at: Option<Timestamp>,
    /// The time of the last change.
    #[serde(deserialize_with = "or_default")]
    pub updated_at: Option<Timestamp>,
    /// The time of the last sign-in with the device.
    #[serde(deserialize_with = "or_default")]
    pub last_used_at: Option<Timestamp>,
    /// The time at which the device was revoked.
    #[serde(deserialize_with = "or_default")]
    pub revoked_at: Option<Timestamp>,
}

impl Lenient for TrustedDevice {}

open_enum! {
    /// The operating system of a trusted device.
    pub enum DevicePlatform {
        /// iOS.
        Ios = "ios",
        /// Android.
        Android = "android",
    }
}

open_enum! {
    /// The status of a trusted device.
    pub enum TrustedDeviceStatus {
        /// The device can sign in.
        Active = "active",
        /// The user revoked the device.
        Revoked = "revoked",
    }
}

/// A challenge that a device signs, either for its enrolment or for a sign-in (`TrustedDeviceChallenge`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TrustedDeviceChallenge {
    #[serde(skip_deserializing)]
    pub(crate) object: ChallengeObject,
    /// The random part of the challenge.
    #[serde(deserialize_with = "or_default")]
    pub challenge: String,
    /// The id of the challenge.
    #[serde(deserialize_with = "or_default")]
    pub challenge_id: String,
    /// The id of the device that signs; `None` for a device that is being enrolled.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "or_default")]
    pub trusted_device_id: Option<String>,
    /// The text that the device signs. The app sends this text back unchanged.
    #[serde(deserialize_with = "or_default")]
    pub client_data: String,
    /// The time after which the server no longer accepts the signature.
    #[serde(deserialize_with = "seconds_or_millis")]
    pub expires_at: Option<Timestamp>,
    /// The signature algorithm: `ES256`.
    #[serde(deserialize_with = "or_default")]
    pub algorithm: String,
}

impl Lenient for TrustedDeviceChallenge {}

/// Reads a time that some versions of the Frontend API send in seconds and others in milliseconds.
fn seconds_or_millis<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    // As seconds, this number is a time in the year 2286. As milliseconds, it is one in 1970.
    const LAST_SECOND: i64 = 10_000_000_000;
    let time: Option<Timestamp> = or_default(deserializer)?;
    Ok(time.map(|time| match time.as_millis() {
        seconds @ ..=LAST_SECOND => Timestamp::from_millis(seconds.saturating_mul(1000)),
        millis => Timestamp::from_millis(millis),
    }))
}

/// The result of validating a trusted device (`TrustedDeviceValidation`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TrustedDeviceValidation {
    #[serde(skip_deserializing)]
    pub(crate) object: ValidationObject,
    /// `true` if the device can sign in on this client.
    #[serde(deserialize_with = "or_default")]
    pub valid: bool,
}

impl Lenient for TrustedDeviceValidation {}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TrustedDeviceObject {
    #[default]
    TrustedDevice,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChallengeObject {
    #[default]
    TrustedDeviceChallenge,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ValidationObject {
    #[default]
    TrustedDeviceValidation,
}
