//! Authenticator apps (RFC 6238). Each code works only once.

use serde::{Deserialize, Serialize};
use totp_rs::{Builder, Secret, Totp};

use crate::fault_switches::without;
use crate::wire::{self, Timestamp};

/// A user's authenticator app. It uses SHA-1, 6 digits and steps of 30 seconds. The app's clock may be wrong by one
/// step.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Authenticator {
    secret: wire::Secret,
    /// The time step of the last accepted code. This code and all older codes are now rejected (RFC 6238 section 5.2).
    last_step: Option<u64>,
}

impl Authenticator {
    /// Creates an authenticator app. Returns `None` if the secret is not valid base32 or is shorter than 128 bits.
    pub(in crate::fake) fn new(secret: &str) -> Option<Self> {
        let authenticator = Self { secret: secret.into(), last_step: None };
        authenticator.totp().map(|_| authenticator)
    }

    pub(in crate::fake) fn shows(&self, now: Timestamp) -> Option<String> {
        Some(self.totp()?.generate(seconds(now)).to_string())
    }

    pub(in crate::fake) fn accepts(&mut self, code: &str, once: bool, now: Timestamp) -> bool {
        let step = self.totp().and_then(|totp| totp.check(code, seconds(now)));
        let is_right =
            step.is_some() && (!once || step > self.last_step || without("a code of the authenticator app works once"));
        if is_right {
            self.last_step = step;
        }
        is_right
    }

    fn totp(&self) -> Option<Totp> {
        let secret = Secret::try_from_base32(self.secret.expose()).ok()?;
        Builder::new().with_secret(secret).build().ok()
    }
}

fn seconds(now: Timestamp) -> u64 {
    u64::try_from(now.as_seconds()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_match_rfc_6238() {
        // In the example from RFC 6238, appendix B, the eight-digit code at 59 s is 94287082.
        let authenticator = Authenticator::new(SECRET).unwrap();
        assert_eq!(authenticator.shows(Timestamp::from_millis(59_000)).unwrap(), "287082");
    }

    #[test]
    fn code_works_once_and_older_codes_stop_working() {
        let mut authenticator = Authenticator::new(SECRET).unwrap();
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
        let (earlier, code) = (authenticator.shows(at(60)).unwrap(), authenticator.shows(at(90)).unwrap());
        assert!(authenticator.accepts(&code, true, at(95)));
        assert!(!authenticator.accepts(&code, true, at(95)));
        assert!(!authenticator.accepts(&earlier, true, at(95)));
        assert!(authenticator.accepts(&authenticator.shows(at(120)).unwrap(), true, at(120)));
    }

    #[test]
    fn invalid_secret_is_rejected() {
        assert!(Authenticator::new("not base32!").is_none());
        assert!(Authenticator::new("GEZDGNBV").is_none());
    }
}
