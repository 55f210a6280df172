//! Proof Key for Code Exchange (RFC 7636), which proves that a code is redeemed by the party that requested it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Returns the code challenge of a code verifier (RFC 7636 section 4.2).
pub(in crate::fake) fn code_challenge(code_verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(code_verifier.as_bytes()))
}
