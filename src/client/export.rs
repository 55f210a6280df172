//! The device's secret part, for keeping it over a restart.

use serde::{Deserialize, Serialize};

use super::Client;
use crate::backend::Identity;
use crate::wire::Secret;

/// What makes this device this device: whoever holds it holds the device's sessions. Keep it like a password.
///
/// `Debug` shows nothing of it. Serialise it into a keychain or an encrypted file, and give it back to
/// [`ClientBuilder::exported`](super::ClientBuilder::exported).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExportedClient(Version);

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "version")]
enum Version {
    #[serde(rename = "1")]
    One { token: Option<Secret> },
}

impl Client {
    /// The secret part of this device. The token in it is replaced by every answer, so export after the last call.
    #[must_use]
    pub fn export(&self) -> ExportedClient {
        let token = match self.known().identity() {
            Identity::Native { token } => token.clone(),
            Identity::Anonymous => None,
        };
        ExportedClient(Version::One { token })
    }
}

impl ExportedClient {
    pub(super) fn into_identity(self) -> Identity {
        let Version::One { token } = self.0;
        Identity::Native { token }
    }
}
