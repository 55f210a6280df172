//! Sessions.

use serde::{Deserialize, Serialize};

use crate::wire::{Secret, SessionStatus, Timestamp};

/// A session as the server keeps it. One that is over is not kept.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) device_id: String,
    pub(super) user_id: String,
    /// Active or pending.
    pub(super) status: SessionStatus,
    pub(super) tasks: Vec<String>,
    pub(super) second_factor: bool,
    pub(super) issued: Option<Issued>,
    pub(super) created_at: Timestamp,
    pub(super) last_active_at: Timestamp,
    pub(super) expire_at: Timestamp,
}

/// A session's token as it was issued last, since signing takes about 2 ms.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Issued {
    pub(super) at: Timestamp,
    /// The page it was issued for.
    pub(super) origin: Option<String>,
    pub(super) jwt: Secret,
}

impl Session {
    /// Minutes since the first and the second factor were verified; -1 is never.
    pub(super) fn factor_verification_age(&self, now: Timestamp) -> [i64; 2] {
        let minutes = i64::try_from(self.created_at.until(now).as_secs() / 60).unwrap_or(i64::MAX);
        [minutes, if self.second_factor { minutes } else { -1 }]
    }
}
