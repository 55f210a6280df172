//! Session tokens. Each token is issued for one page and cached briefly.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::fake::crypto::jwt::sign_session_token;
use crate::fake::records::session::{Issued, Session};
use crate::fault_switches::without;
use crate::wire::Timestamp;

pub(in crate::fake) const TOKEN_LIFETIME: Duration = Duration::from_secs(60);
/// The number of seconds by which a token's `nbf` time is earlier than its `iat` time.
///
/// Clerk does the same, so that new tokens are accepted even by backends whose clocks are a little behind.
const CLOCK_SKEW: i64 = 10;
/// The version of the claims.
const VERSION: u8 = 2;
/// The plan of every user, in the form that the claim `pla` has. The fake has no billing.
const PLAN: &str = "u:free_user";

impl Session {
    /// Returns `true` if the last issued token can be reused.
    ///
    /// The token must be for the same page, must not be older than `most`, and must not have been issued in a second
    /// before `since`.
    pub(in crate::fake) fn has_token(
        &self,
        origin: Option<&str>,
        most: Duration,
        since: Timestamp,
        now: Timestamp,
    ) -> bool {
        self.issued.as_ref().is_some_and(|last| {
            let is_recent = (last.at..=last.at + most).contains(&now);
            is_recent
                && last.origin.as_deref() == origin
                && (last.at.as_seconds() >= since.as_seconds()
                    || without("a shown token is at least as new as its client"))
        })
    }

    /// Issues a token with the id `jti` for the page at `origin`.
    pub(in crate::fake) fn new_token(
        &self,
        issuer: &str,
        origin: Option<&str>,
        jti: &str,
        organization: Option<Value>,
        now: Timestamp,
    ) -> Option<Issued> {
        let mut claims = self.claims(issuer, origin, jti, now);
        claims.extend(organization.map(|organization| ("o".to_owned(), organization)));
        let jwt = sign_session_token(&claims.into(), now.as_seconds())?;
        Some(Issued { at: now, origin: origin.map(str::to_owned), jwt })
    }

    fn claims(&self, issuer: &str, origin: Option<&str>, jti: &str, now: Timestamp) -> Map<String, Value> {
        let issued_at = now.as_seconds();
        let lifetime = i64::try_from(TOKEN_LIFETIME.as_secs()).unwrap_or(0);
        let claims = json!({
            "v": VERSION,
            "jti": jti,
            "sub": self.user_id,
            "sid": self.id,
            "sts": self.status,
            "iss": issuer,
            "iat": issued_at,
            "nbf": issued_at - CLOCK_SKEW,
            "exp": issued_at + lifetime,
            "fva": self.factor_verification_age(now),
            "pla": PLAN,
            "fea": "",
        });
        let Value::Object(mut claims) = claims else { return Map::new() };
        claims.extend(origin.map(|origin| ("azp".to_owned(), origin.into())));
        claims
    }
}
