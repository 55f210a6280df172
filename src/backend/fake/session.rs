//! Sessions.

use serde::{Deserialize, Serialize};

use crate::wire::{SessionStatus, Timestamp};

/// A session as the server keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) device_id: String,
    pub(super) user_id: String,
    pub(super) status: SessionStatus,
    pub(super) tasks: Vec<String>,
    pub(super) second_factor: bool,
    pub(super) created_at: Timestamp,
    pub(super) last_active_at: Timestamp,
    pub(super) expire_at: Timestamp,
}

impl Session {
    pub(super) fn is_live(&self) -> bool {
        matches!(self.status, SessionStatus::Active | SessionStatus::Pending)
    }
}
