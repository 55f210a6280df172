//! Sign-in attempts.

use serde::{Deserialize, Serialize};

use crate::fake::records::authorization::Returned;
use crate::fake::records::challenge::Challenge;
use crate::fake::records::external_account::ExternalAccount;
use crate::wire::{ApiError, Channel, Secret, Status, Strategy, Timestamp, VerificationStatus};

/// A sign-in as the server keeps it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Attempt {
    pub(in crate::fake) id: String,
    pub(in crate::fake) device_id: String,
    pub(in crate::fake) status: Status,
    pub(in crate::fake) identifier: Option<String>,
    pub(in crate::fake) user_id: Option<String>,
    pub(in crate::fake) first: Option<Check>,
    pub(in crate::fake) second: Option<Check>,
    pub(in crate::fake) session_id: Option<String>,
    /// Whether somebody whom nobody knows can go on to sign up.
    #[serde(default)]
    pub(in crate::fake) sign_up_if_missing: bool,
    /// Whose account at a provider is verified and belongs to nobody.
    #[serde(default)]
    pub(in crate::fake) newcomer: Option<Box<ExternalAccount>>,
    pub(in crate::fake) abandon_at: Timestamp,
    /// The links that were sent for it.
    pub(in crate::fake) link_tokens: Vec<String>,
    /// What the user comes back with from the provider that they were sent to last.
    #[serde(default)]
    pub(in crate::fake) authorization: Option<String>,
    /// What came of it at a provider, and waits to be fetched.
    #[serde(default)]
    pub(in crate::fake) returned: Option<Returned>,
    /// What Clerk Protect asks for before the attempt goes on.
    pub(in crate::fake) gate: Option<Gate>,
}

/// A challenge of Clerk Protect.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Gate {
    pub(in crate::fake) token: String,
    pub(in crate::fake) expires_at: Timestamp,
    /// How many more challenges follow.
    pub(in crate::fake) then: u32,
}

/// The verification of one factor.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Check {
    pub(in crate::fake) strategy: Strategy,
    pub(in crate::fake) status: VerificationStatus,
    pub(in crate::fake) attempts: u32,
    pub(in crate::fake) expire_at: Option<Timestamp>,
    pub(in crate::fake) channel: Option<Channel>,
    pub(in crate::fake) sent: Option<Sent>,
    /// What has to be signed.
    pub(in crate::fake) challenge: Option<Challenge>,
    /// The device on which a link was opened.
    pub(in crate::fake) verified_at_client: Option<String>,
    /// Where the user has to go, at a provider.
    #[serde(default)]
    pub(in crate::fake) external_url: Option<String>,
    /// Why the provider's answer did not do.
    #[serde(default)]
    pub(in crate::fake) error: Option<Box<ApiError>>,
}

/// A code that is out, or the token of a link.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Sent {
    pub(in crate::fake) code: Secret,
    pub(in crate::fake) at: Timestamp,
}

/// Which factor of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) enum Which {
    First,
    Second,
}

impl Attempt {
    pub(in crate::fake) const fn check(&self, which: Which) -> Option<&Check> {
        match which {
            Which::First => self.first.as_ref(),
            Which::Second => self.second.as_ref(),
        }
    }

    pub(in crate::fake) fn set_check(&mut self, which: Which, check: Check) {
        match which {
            Which::First => self.first = Some(check),
            Which::Second => self.second = Some(check),
        }
    }
}

impl Check {
    pub(in crate::fake) const fn new(strategy: Strategy) -> Self {
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

    pub(in crate::fake) fn is_verified(&self) -> bool {
        self.status == VerificationStatus::Verified
    }

    /// The status, with the passing of time taken into account.
    pub(in crate::fake) fn status_at(&self, now: Timestamp) -> VerificationStatus {
        let over = self.expire_at.is_some_and(|expire_at| now >= expire_at);
        if over && self.status == VerificationStatus::Unverified {
            VerificationStatus::Expired
        } else {
            self.status.clone()
        }
    }
}
