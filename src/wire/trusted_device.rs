//! Devices that sign in by a key of their own.

use serde::{Deserialize, Serialize};

use super::Timestamp;
use super::lenient::null_as_default;
use super::open_enum::open_enum;

/// A device that its user enrolled, as the server keeps it (`TrustedDevice`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TrustedDevice {
    #[serde(skip_deserializing)]
    pub(crate) object: TrustedDeviceObject,
    /// Its id: what a sign-in names it by.
    #[serde(deserialize_with = "null_as_default")]
    pub id: String,
    /// The system that the app runs on.
    pub platform: Option<DevicePlatform>,
    /// The bundle identifier or package name of the app that holds the key.
    #[serde(deserialize_with = "null_as_default")]
    pub app_identifier: String,
    /// What the user knows the device by.
    pub name: Option<String>,
    /// How it signs: `ES256`.
    #[serde(deserialize_with = "null_as_default")]
    pub algorithm: String,
    /// Whether it can still sign in.
    pub status: Option<TrustedDeviceStatus>,
    /// When it was enrolled.
    pub created_at: Option<Timestamp>,
    /// When it changed last.
    pub updated_at: Option<Timestamp>,
    /// When it signed in last.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

open_enum! {
    /// The system that an app with a trusted device's key runs on.
    pub enum DevicePlatform {
        /// iOS.
        Ios = "ios",
        /// Android.
        Android = "android",
    }
}

open_enum! {
    /// Whether a trusted device can sign in.
    pub enum TrustedDeviceStatus {
        /// It can.
        Active = "active",
        /// Its user took it back.
        Revoked = "revoked",
    }
}

/// What a trusted device has to sign, to be enrolled or to sign in (`TrustedDeviceChallenge`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TrustedDeviceChallenge {
    #[serde(skip_deserializing)]
    pub(crate) object: ChallengeObject,
    /// The random part.
    #[serde(deserialize_with = "null_as_default")]
    pub challenge: String,
    /// Which challenge it is.
    #[serde(deserialize_with = "null_as_default")]
    pub challenge_id: String,
    /// Which device signs; `None` for one that is being enrolled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_device_id: Option<String>,
    /// The text that is signed, and given back as it is.
    #[serde(deserialize_with = "null_as_default")]
    pub client_data: String,
    /// Until when the server takes the signature.
    pub expires_at: Option<Timestamp>,
    /// How it is signed: `ES256`.
    #[serde(deserialize_with = "null_as_default")]
    pub algorithm: String,
}

/// Whether a trusted device can sign in from here (`TrustedDeviceValidation`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TrustedDeviceValidation {
    #[serde(skip_deserializing)]
    pub(crate) object: ValidationObject,
    /// Whether it can.
    #[serde(deserialize_with = "null_as_default")]
    pub valid: bool,
}

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
