//! The secret part of a client, which an app saves so that it can restore the client after a restart.

use serde::{Deserialize, Serialize};

use super::Client;
use crate::backend::Identity;
use crate::wire::{Secret, any_format};

/// The secret part of a client. Anyone who has it can use the client's sessions. Protect it like a password.
///
/// The `Debug` output reveals none of it. Serialise it into a keychain or an encrypted file, and later pass it to
/// [`ClientBuilder::exported`](super::ClientBuilder::exported).
///
/// Any format of serde can hold it. In a text format, such as JSON, it is an object. In a binary format, such as CBOR,
/// `MessagePack` or postcard, it is a string that contains JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExportedClient(#[serde(with = "any_format")] Saved);

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Saved {
    version: Version,
    #[serde(default)]
    identity: Kind,
    token: Option<Secret>,
    /// The code verifier of a link that leads back into the app and that the user may not have opened yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code_verifier: Option<Secret>,
}

/// The version of the saved data.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Version {
    #[serde(rename = "1")]
    One,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    #[default]
    Native,
    Cookie,
    DevelopmentBrowser,
    Anonymous,
}

impl Client {
    /// Exports the secret part of this client.
    ///
    /// The exported data contains the token. Every answer replaces the token, so export the client after the last call.
    #[must_use]
    pub fn export(&self) -> ExportedClient {
        let known = self.known();
        let identity = match known.token.identity() {
            Identity::Anonymous => Kind::Anonymous,
            Identity::Native { .. } => Kind::Native,
            Identity::Cookie { .. } => Kind::Cookie,
            Identity::DevelopmentBrowser { .. } => Kind::DevelopmentBrowser,
        };
        ExportedClient(Saved {
            version: Version::One,
            identity,
            token: known.token.identity().token().cloned(),
            code_verifier: known.code_verifier.clone(),
        })
    }
}

impl ExportedClient {
    pub(super) fn into_known(self) -> (Identity, Option<Secret>) {
        let Saved { version: Version::One, identity, token, code_verifier } = self.0;
        let identity = match identity {
            Kind::Anonymous => Identity::Anonymous,
            Kind::Native => Identity::Native { token },
            Kind::Cookie => Identity::Cookie { token },
            Kind::DevelopmentBrowser => Identity::DevelopmentBrowser { token },
        };
        (identity, code_verifier)
    }
}
