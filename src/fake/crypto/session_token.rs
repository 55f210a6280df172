//! Session tokens: JWTs signed with RS256, by a key that everybody may know.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use serde_json::{Value, json};

use crate::fake::records::session::{Issued, Session};
use crate::wire::{Secret, SessionStatus, Timestamp};

/// The key that session tokens are verified with, in PEM format: what an app's backend takes for offline verification
/// (`CLERK_JWT_KEY`). The same on every server and in every version, and its private half is no secret: accept it in
/// tests only.
pub const PUBLIC_KEY: &str = include_str!("public_key.pem");

const PRIVATE_KEY: &str = include_str!("signing_key.pem");
const KEY_ID: &str = "ins_fake";
pub(in crate::fake) const TOKEN_LIFETIME: Duration = Duration::from_secs(60);
/// Clerk's tokens are valid a little before they are issued, for backends whose clock is behind.
const CLOCK_SKEW: i64 = 10;

/// A token of this session for this page. The one issued last does if it is not older than `most`.
pub(in crate::fake) fn issued(
    most: Duration,
    session: &Session,
    issuer: &str,
    origin: Option<&str>,
    now: Timestamp,
) -> Option<Issued> {
    if let Some(last) = &session.issued
        && last.origin.as_deref() == origin
        && now <= last.at + most
        && now >= last.at
    {
        return Some(last.clone());
    }
    let jwt = sign(&claims(session, issuer, origin, now))?;
    Some(Issued { at: now, origin: origin.map(str::to_owned), jwt })
}

fn claims(session: &Session, issuer: &str, origin: Option<&str>, now: Timestamp) -> Value {
    let issued_at = now.as_seconds();
    let lifetime = i64::try_from(TOKEN_LIFETIME.as_secs()).unwrap_or(0);
    let mut claims = json!({
        "sub": session.user_id,
        "sid": session.id,
        "iss": issuer,
        "iat": issued_at,
        "nbf": issued_at - CLOCK_SKEW,
        "exp": issued_at + lifetime,
        "fva": session.factor_verification_age(now),
    });
    if let Some(claims) = claims.as_object_mut() {
        claims.extend(origin.map(|origin| ("azp".to_owned(), origin.into())));
        claims.extend((session.status == SessionStatus::Pending).then(|| ("sts".to_owned(), "pending".into())));
    }
    claims
}

/// A JWT of these claims. `None` only if the key that is compiled in were damaged.
pub(in crate::fake) fn sign(claims: &Value) -> Option<Secret> {
    let key = EncodingKey::from_rsa_pem(PRIVATE_KEY.as_bytes()).ok()?;
    // The provider is named, since the one of the process is the app's to choose.
    let signer = (DEFAULT_PROVIDER.signer_factory)(&Algorithm::RS256, &key).ok()?;
    let header = json!({ "alg": "RS256", "kid": KEY_ID, "typ": "JWT" });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(&header), part(claims));
    let signature = signer.try_sign(message.as_bytes()).ok()?;
    Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)).into())
}

/// The claims of a JWT that this key has signed.
pub(in crate::fake) fn verified(jwt: &Secret) -> Option<Value> {
    let (message, signature) = jwt.expose().rsplit_once('.')?;
    let (_, claims) = message.split_once('.')?;
    let key = DecodingKey::from_rsa_pem(PUBLIC_KEY.as_bytes()).ok()?;
    let verifier = (DEFAULT_PROVIDER.verifier_factory)(&Algorithm::RS256, &key).ok()?;
    verifier.verify(message.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

/// The public key as a JSON Web Key Set (RFC 7517).
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
