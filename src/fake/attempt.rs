//! Sign-in attempts.

use serde::{Deserialize, Serialize};

use super::authorization::Returned;
use super::challenge::Challenge;
use super::external_account::ExternalAccount;
use crate::wire::{ApiError, Channel, Secret, Status, Strategy, Timestamp, VerificationStatus};

/// A sign-in as the server keeps it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Attempt {
    pub(super) id: String,
    pub(super) device_id: String,
    pub(super) status: Status,
    pub(super) identifier: Option<String>,
    pub(super) user_id: Option<String>,
    pub(super) first: Option<Check>,
    pub(super) second: Option<Check>,
    pub(super) session_id: Option<String>,
    /// Whether somebody whom nobody knows can go on to sign up.
    #[serde(default)]
    pub(super) sign_up_if_missing: bool,
    /// Whose account at a provider is verified and belongs to nobody.
    #[serde(default)]
    pub(super) newcomer: Option<Box<ExternalAccount>>,
    pub(super) abandon_at: Timestamp,
    /// The links that were sent for it.
    pub(super) link_tokens: Vec<String>,
    /// What the user comes back with from the provider that they were sent to last.
    #[serde(default)]
    pub(super) authorization: Option<String>,
    /// What came of it at a provider, and waits to be fetched.
    #[serde(default)]
    pub(super) returned: Option<Returned>,
    /// What Clerk Protect asks for before the attempt goes on.
    pub(super) gate: Option<Gate>,
}

/// A challenge of Clerk Protect.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Gate {
    pub(super) token: String,
    pub(super) expires_at: Timestamp,
    /// How many more challenges follow.
    pub(super) then: u32,
}

/// The verification of one factor.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Check {
    pub(super) strategy: Strategy,
    pub(super) status: VerificationStatus,
    pub(super) attempts: u32,
    pub(super) expire_at: Option<Timestamp>,
    pub(super) channel: Option<Channel>,
    pub(super) sent: Option<Sent>,
    /// What has to be signed.
    pub(super) challenge: Option<Challenge>,
    /// The device on which a link was opened.
    pub(super) verified_at_client: Option<String>,
    /// Where the user has to go, at a provider.
    #[serde(default)]
    pub(super) external_url: Option<String>,
    /// Why the provider's answer did not do.
    #[serde(default)]
    pub(super) error: Option<Box<ApiError>>,
}

/// A code that is out, or the token of a link.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Sent {
    pub(super) code: Secret,
    pub(super) at: Timestamp,
}

/// Which factor of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Which {
    First,
    Second,
}

impl Attempt {
    pub(super) const fn check(&self, which: Which) -> Option<&Check> {
        match which {
            Which::First => self.first.as_ref(),
            Which::Second => self.second.as_ref(),
        }
    }

    pub(super) fn set_check(&mut self, which: Which, check: Check) {
        match which {
            Which::First => self.first = Some(check),
            Which::Second => self.second = Some(check),
        }
    }
}

impl Check {
    pub(super) const fn new(strategy: Strategy) -> Self {
        Self {
            strategy,
            status: VerificationStatus::Unverified,
            attempts: 0,
            expire_at: None,
            channel: None,
            sent: None,
            challenge: None,
            verified_at_client: None,
            external_url: None,
            error: None,
        }
    }

    pub(super) fn is_verified(&self) -> bool {
        self.status == VerificationStatus::Verified
    }

    /// The status, with the passing of time taken into account.
    pub(super) fn status_at(&self, now: Timestamp) -> VerificationStatus {
        let over = self.expire_at.is_some_and(|expire_at| now >= expire_at);
        if over && self.status == VerificationStatus::Unverified {
            VerificationStatus::Expired
        } else {
            self.status.clone()
        }
    }
}
