//! `/v1/me/passkeys/{passkey_id}`

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Endpoint, Parameters, enveloped};
use crate::wire::{Deleted, Passkey, Secret, Strategy};

/// Ends the making of a passkey, with what the authenticator made:
/// `POST /v1/me/passkeys/{passkey_id}/attempt_verification`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VerifyPasskey {
    /// Which passkey, as `POST /v1/me/passkeys` named it.
    #[serde(skip_serializing)]
    pub passkey_id: String,
    /// Whose passkey: the session of the user who makes it.
    #[serde(rename = "_clerk_session_id")]
    pub session_id: String,
    /// `passkey`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    /// What the authenticator made: a `PublicKeyCredential` as JSON. The server refuses a request without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_key_credential: Option<Secret>,
}

impl VerifyPasskey {
    /// This passkey of this session's user is what the authenticator made.
    #[must_use]
    pub fn new(session_id: &str, passkey_id: &str, public_key_credential: Secret) -> Self {
        Self {
            passkey_id: passkey_id.to_owned(),
            session_id: session_id.to_owned(),
            strategy: Some(Strategy::Passkey),
            public_key_credential: Some(public_key_credential),
        }
    }
}

/// Gives a passkey another name: `PATCH /v1/me/passkeys/{passkey_id}`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RenamePasskey {
    /// Which passkey.
    #[serde(skip_serializing)]
    pub passkey_id: String,
    /// Whose passkey: the session of its user.
    #[serde(rename = "_clerk_session_id")]
    pub session_id: String,
    /// What the user is to know it by. Without one the name stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl RenamePasskey {
    /// This passkey of this session's user has this name from now on.
    #[must_use]
    pub fn new(session_id: &str, passkey_id: &str, name: &str) -> Self {
        Self { passkey_id: passkey_id.to_owned(), session_id: session_id.to_owned(), name: Some(name.to_owned()) }
    }
}

/// Removes a passkey: `DELETE /v1/me/passkeys/{passkey_id}`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RemovePasskey {
    /// Which passkey.
    #[serde(skip_serializing)]
    pub passkey_id: String,
    /// Whose passkey: the session of its user.
    #[serde(rename = "_clerk_session_id")]
    pub session_id: String,
}

impl RemovePasskey {
    /// This passkey of this session's user.
    #[must_use]
    pub fn new(session_id: &str, passkey_id: &str) -> Self {
        Self { passkey_id: passkey_id.to_owned(), session_id: session_id.to_owned() }
    }
}

pub(in crate::wire) static CREATE: Endpoint =
    Endpoint { method: Method::POST, path: "/v1/me/passkeys", decode: enveloped::<Box<Passkey>> };

pub(in crate::wire) static VERIFY: Endpoint = Endpoint {
    method: Method::POST,
    path: "/v1/me/passkeys/{passkey_id}/attempt_verification",
    decode: enveloped::<Box<Passkey>>,
};

pub(in crate::wire) static RENAME: Endpoint =
    Endpoint { method: Method::PATCH, path: "/v1/me/passkeys/{passkey_id}", decode: enveloped::<Box<Passkey>> };

pub(in crate::wire) static REMOVE: Endpoint =
    Endpoint { method: Method::DELETE, path: "/v1/me/passkeys/{passkey_id}", decode: enveloped::<Deleted> };

impl Parameters for VerifyPasskey {
    fn path_id(&self) -> Option<&str> {
        Some(&self.passkey_id)
    }
}

impl Parameters for RenamePasskey {
    fn path_id(&self) -> Option<&str> {
        Some(&self.passkey_id)
    }
}

impl Parameters for RemovePasskey {
    fn path_id(&self) -> Option<&str> {
        Some(&self.passkey_id)
    }
}
