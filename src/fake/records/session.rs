//! Sessions.

use serde::{Deserialize, Serialize};

use crate::wire::{Secret, SessionStatus, Timestamp};

/// A stored session. Ended sessions are not stored.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Session {
    pub(in crate::fake) id: String,
    pub(in crate::fake) client_id: String,
    pub(in crate::fake) user_id: String,
    /// The session's status, which is either active or pending.
    pub(in crate::fake) status: SessionStatus,
    pub(in crate::fake) tasks: Vec<String>,
    pub(in crate::fake) second_factor: bool,
    pub(in crate::fake) issued: Option<Issued>,
    pub(in crate::fake) created_at: Timestamp,
    pub(in crate::fake) last_active_at: Timestamp,
    pub(in crate::fake) expire_at: Timestamp,
}

/// The token that was issued last for a session. It is cached because signing a token takes about 2 ms.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Issued {
    pub(in crate::fake) at: Timestamp,
    /// The page for which the token was issued.
    pub(in crate::fake) origin: Option<String>,
    pub(in crate::fake) jwt: Secret,
}

impl Session {
    /// Returns how many minutes ago the first and the second factor were verified.
    ///
    /// The value -1 means that the factor was never verified.
    pub(in crate::fake) fn factor_verification_age(&self, now: Timestamp) -> [i64; 2] {
        let minutes = i64::try_from(self.created_at.until(now).as_secs() / 60).unwrap_or(i64::MAX);
        [minutes, if self.second_factor { minutes } else { -1 }]
    }
}
