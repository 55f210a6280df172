//! JWTs signed with RS256 and a publicly known key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use serde_json::{Value, json};

use crate::fault_switches::without;
use crate::wire::Secret;

/// The PEM-encoded public key with which session tokens are verified.
///
/// An app's backend uses it for offline verification (`CLERK_JWT_KEY`). The key is the same on every fake server and in
/// every version. The matching private key is not secret, so trust the public key only in tests.
pub const PUBLIC_KEY: &str = include_str!("public_key.pem");

const PRIVATE_KEY: &str = include_str!("signing_key.pem");
const KEY_ID: &str = "ins_fake";

/// Signs these claims as a JWT. Returns `None` only if the compiled-in key is damaged.
pub(in crate::fake) fn sign(claims: &Value) -> Option<Secret> {
    sign_with(&json!({ "alg": "RS256", "kid": KEY_ID, "typ": "JWT" }), claims)
}

/// Signs the claims of a session token.
///
/// The header names the time of issue too (`oiat`). The JavaScript client compares these times to find the newer token.
pub(in crate::fake) fn sign_session_token(claims: &Value, issued_at: i64) -> Option<Secret> {
    sign_with(&json!({ "alg": "RS256", "kid": KEY_ID, "oiat": issued_at, "typ": "JWT" }), claims)
}

fn sign_with(header: &Value, claims: &Value) -> Option<Secret> {
    let key = EncodingKey::from_rsa_pem(PRIVATE_KEY.as_bytes()).ok()?;
    // This code names the crypto provider instead of setting the process-wide default, which only the app may choose.
    let signer = (DEFAULT_PROVIDER.signer_factory)(&Algorithm::RS256, &key).ok()?;
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = signer.try_sign(message.as_bytes()).ok()?;
    Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)).into())
}

/// Returns the claims of a JWT if the JWT was signed with this key.
pub(in crate::fake) fn verified(jwt: &Secret) -> Option<Value> {
    let (message, signature) = jwt.expose().rsplit_once('.')?;
    let (_, claims) = message.split_once('.')?;
    let key = DecodingKey::from_rsa_pem(PUBLIC_KEY.as_bytes()).ok()?;
    let verifier = (DEFAULT_PROVIDER.verifier_factory)(&Algorithm::RS256, &key).ok()?;
    let checked = verifier.verify(message.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?);
    checked.ok().or(without("an ID token is signed").then_some(()))?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

/// Returns the public key as a JSON Web Key Set (RFC 7517).
pub(in crate::fake) fn keys() -> Value {
    let key = EncodingKey::from_rsa_pem(PRIVATE_KEY.as_bytes()).ok();
    let public =
        key.and_then(|key| (DEFAULT_PROVIDER.key_utils.rsa_pub_components_from_private_key)(key.as_bytes()).ok());
    let (modulus, exponent) = public.unwrap_or_default();
    json!({ "keys": [{
        "use": "sig",
        "kty": "RSA",
        "kid": KEY_ID,
        "alg": "RS256",
        "n": URL_SAFE_NO_PAD.encode(modulus),
        "e": URL_SAFE_NO_PAD.encode(exponent),
    }] })
}
