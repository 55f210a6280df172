//! `/v1/me/passkeys/{passkey_id}`

use http::Method;
use serde::{Deserialize, Serialize};

use crate::wire::endpoint::{Endpoint, Parameters, enveloped};
use crate::wire::{Deleted, Passkey, Secret, Strategy};

/// The `POST /v1/me/passkeys/{passkey_id}/attempt_verification` request, which finishes the creation of a passkey.
///
/// The request contains the credential that the authenticator created.
/// `POST /v1/me/passkeys/{passkey_id}/attempt_verification`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VerifyPasskey {
    /// The id of the passkey, which `POST /v1/me/passkeys` returned.
    #[serde(skip_serializing)]
    pub passkey_id: String,
    /// The session of the user who creates the passkey.
    #[serde(rename = "_clerk_session_id")]
    pub session_id: String,
    /// The strategy: `passkey`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    /// The authenticator's credential, which is a `PublicKeyCredential` as JSON.
    ///
    /// The server rejects a request without this parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_key_credential: Option<Secret>,
}

impl VerifyPasskey {
    /// Uses the authenticator's credential to finish the creation of this passkey for the session's user.
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

/// The `PATCH /v1/me/passkeys/{passkey_id}` request, which renames a passkey.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RenamePasskey {
    /// The id of the passkey.
    #[serde(skip_serializing)]
    pub passkey_id: String,
    /// The session of the user who owns the passkey.
    #[serde(rename = "_clerk_session_id")]
    pub session_id: String,
    /// The new name of the passkey. If this field is `None`, the name does not change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl RenamePasskey {
    /// Gives this name to a passkey that belongs to the session's user.
    #[must_use]
    pub fn new(session_id: &str, passkey_id: &str, name: &str) -> Self {
        Self { passkey_id: passkey_id.to_owned(), session_id: session_id.to_owned(), name: Some(name.to_owned()) }
    }
}

/// The `DELETE /v1/me/passkeys/{passkey_id}` request, which removes a passkey.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RemovePasskey {
    /// The id of the passkey.
    #[serde(skip_serializing)]
    pub passkey_id: String,
    /// The session of the user who owns the passkey.
    #[serde(rename = "_clerk_session_id")]
    pub session_id: String,
}

impl RemovePasskey {
    /// Removes this passkey, which belongs to the session's user.
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
