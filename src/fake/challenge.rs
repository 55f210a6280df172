//! What a factor has to sign.

use serde::{Deserialize, Serialize};

use super::passkey::RelyingParty;
use crate::wire::TrustedDeviceChallenge;

/// What a factor has to sign, as the server keeps it until it is answered.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Challenge {
    /// A text for the wallet with this address.
    Wallet { address: String, nonce: String, message: String },
    /// Random bytes for a passkey: this one, or any.
    Passkey(PasskeyChallenge),
    /// A text for a trusted device.
    Device(TrustedDeviceChallenge),
}

/// What a passkey has to sign.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct PasskeyChallenge {
    /// Who asks.
    pub(super) relying_party: RelyingParty,
    /// The random bytes, in base64url.
    pub(super) challenge: String,
    /// The passkeys that may answer, by id; whoever's it is, if none.
    pub(super) passkey_ids: Option<Vec<String>>,
    /// What the authenticator is asked, as JSON.
    pub(super) options: String,
}
