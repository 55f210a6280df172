//! Challenges that a wallet, a passkey or a trusted device must sign.

use serde::{Deserialize, Serialize};

use crate::fake::records::passkey::RelyingParty;
use crate::wire::TrustedDeviceChallenge;

/// A challenge that a wallet, a passkey or a trusted device must sign. It is stored until it is answered.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) enum Challenge {
    /// A text that the wallet with this address must sign.
    Wallet { address: String, nonce: String, message: String },
    /// Random bytes that one of the given passkeys must sign. If no passkeys are given, any passkey may sign the bytes.
    Passkey(PasskeyChallenge),
    /// A text that a trusted device must sign.
    Device(TrustedDeviceChallenge),
}

/// A challenge for a passkey.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct PasskeyChallenge {
    /// The party that asks for the signature.
    pub(in crate::fake) relying_party: RelyingParty,
    /// The random bytes, in base64url.
    pub(in crate::fake) challenge: String,
    /// The ids of the passkeys that may answer. If this is `None`, any passkey of any user may answer.
    pub(in crate::fake) passkey_ids: Option<Vec<String>>,
    /// The options for the authenticator, as JSON.
    pub(in crate::fake) options: String,
}
