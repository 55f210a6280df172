//! What a factor has to sign.

use serde::{Deserialize, Serialize};

use crate::fake::records::passkey::RelyingParty;
use crate::wire::TrustedDeviceChallenge;

/// What a factor has to sign, as the server keeps it until it is answered.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) enum Challenge {
    /// A text for the wallet with this address.
    Wallet { address: String, nonce: String, message: String },
    /// Random bytes for a passkey: this one, or any.
    Passkey(PasskeyChallenge),
    /// A text for a trusted device.
    Device(TrustedDeviceChallenge),
}

/// What a passkey has to sign.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct PasskeyChallenge {
    /// Who asks.
    pub(in crate::fake) relying_party: RelyingParty,
    /// The random bytes, in base64url.
    pub(in crate::fake) challenge: String,
    /// The passkeys that may answer, by id; whoever's it is, if none.
    pub(in crate::fake) passkey_ids: Option<Vec<String>>,
    /// What the authenticator is asked, as JSON.
    pub(in crate::fake) options: String,
}
