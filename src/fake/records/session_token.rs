//! Session tokens. Each token is issued for one page and cached briefly.

use std::time::Duration;

use serde_json::{Value, json};

use crate::fake::crypto::jwt::sign;
use crate::fake::records::session::{Issued, Session};
use crate::wire::{SessionStatus, Timestamp};

pub(in crate::fake) const TOKEN_LIFETIME: Duration = Duration::from_secs(60);
/// The number of seconds by which a token's `nbf` time is earlier than its `iat` time.
///
/// Clerk does the same, so that new tokens are accepted even by backends whose clocks are a little behind.
const CLOCK_SKEW: i64 = 10;

/// Returns a token for this session and this page.
///
/// The last issued token is reused if it is for the same page, is not older than `most`, and was not issued in a second
/// before `since`.
pub(in crate::fake) fn issued(
    most: Duration,
    since: Timestamp,
    session: &Session,
    issuer: &str,
    origin: Option<&str>,
    now: Timestamp,
) -> Option<Issued> {
    if let Some(last) = &session.issued
        && last.origin.as_deref() == origin
        && now <= last.at + most
        && now >= last.at
        && last.at.as_seconds() >= since.as_seconds()
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
