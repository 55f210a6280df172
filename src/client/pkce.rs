//! The proof that a link leads back to the app that requested it (RFC 7636).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind};
use crate::platform::CapabilityError;
use crate::wire::Secret;

/// The method that computes the challenge from the code verifier.
pub(crate) const CHALLENGE_METHOD: &str = "S256";

/// Generates a new code verifier: 32 random bytes (section 4.1).
pub(crate) fn code_verifier() -> Result<Secret, Error> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut()).map_err(|error| ErrorKind::Capability(CapabilityError::failed(error)))?;
    Ok(Secret::from(URL_SAFE_NO_PAD.encode(bytes.as_ref())))
}

/// Returns the challenge for a code verifier (section 4.2).
pub(crate) fn code_challenge(code_verifier: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(code_verifier.expose().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_matches_the_example_of_the_rfc() {
        // The example from RFC 7636, appendix B.
        let verifier = Secret::from("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(code_challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn verifiers_are_long_and_all_different() {
        let (one, other) = (code_verifier().unwrap(), code_verifier().unwrap());
        assert_ne!(one, other);
        assert!((43..=128).contains(&one.expose().len()), "section 4.1");
    }
}
