//! Sessions.

use serde::{Deserialize, Serialize};

use crate::wire::{Secret, SessionStatus, Timestamp};

/// The task of choosing the active organization.
pub(in crate::fake) const CHOOSE_ORGANIZATION: &str = "choose-organization";
/// The task of setting a new password.
pub(in crate::fake) const RESET_PASSWORD: &str = "reset-password";
/// The task of setting up a second factor.
pub(in crate::fake) const SETUP_MFA: &str = "setup-mfa";

/// A stored session. Ended sessions are not stored.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Session {
    pub(in crate::fake) id: String,
    pub(in crate::fake) client_id: String,
    pub(in crate::fake) user_id: String,
    /// The session's status, which is either active or pending.
    pub(in crate::fake) status: SessionStatus,
    pub(in crate::fake) tasks: Vec<String>,
    /// The active organization.
    #[serde(default)]
    pub(in crate::fake) organization_id: Option<String>,
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
    /// Makes an organization the active one, or selects the personal account.
    ///
    /// Choosing an organization completes the task [`CHOOSE_ORGANIZATION`].
    pub(in crate::fake) fn select(&mut self, organization_id: Option<String>) {
        if organization_id.is_some() {
            self.complete_task(CHOOSE_ORGANIZATION);
        }
        if self.organization_id != organization_id {
            self.organization_id = organization_id;
            self.issued = None;
        }
    }

    pub(in crate::fake) fn has_task(&self, key: &str) -> bool {
        self.tasks.iter().any(|task| task == key)
    }

    /// Completes a task. Once all tasks are done, the session is active.
    pub(in crate::fake) fn complete_task(&mut self, key: &str) {
        self.tasks.retain(|task| task != key);
        if self.tasks.is_empty() && self.status == SessionStatus::Pending {
            self.status = SessionStatus::Active;
            self.issued = None;
        }
    }

    /// Returns how many minutes ago the first and the second factor were verified.
    ///
    /// The value -1 means that the factor was never verified.
    pub(in crate::fake) fn factor_verification_age(&self, now: Timestamp) -> [i64; 2] {
        let minutes = i64::try_from(self.created_at.until(now).as_secs() / 60).unwrap_or(i64::MAX);
        [minutes, if self.second_factor { minutes } else { -1 }]
    }
}
