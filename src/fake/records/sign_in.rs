//! Sign-in attempts.

use serde::{Deserialize, Serialize};

use crate::fake::records::authorization::{ProviderResult, Returned};
use crate::fake::records::challenge::Challenge;
use crate::fake::records::external_account::ExternalAccount;
use crate::fake::records::place::Place;
use crate::wire::{ApiError, Channel, Secret, Status, Strategy, Timestamp, VerificationStatus};

/// A stored sign-in.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Attempt {
    pub(in crate::fake) id: String,
    pub(in crate::fake) client_id: String,
    pub(in crate::fake) status: Status,
    pub(in crate::fake) identifier: Option<String>,
    pub(in crate::fake) user_id: Option<String>,
    pub(in crate::fake) first: Option<Check>,
    pub(in crate::fake) second: Option<Check>,
    pub(in crate::fake) session_id: Option<String>,
    /// `true` if the sign-in of an unknown user can continue as a sign-up.
    #[serde(default)]
    pub(in crate::fake) sign_up_if_missing: bool,
    /// The verified account at a provider, if the account belongs to no user yet.
    #[serde(default)]
    pub(in crate::fake) newcomer: Option<Box<ExternalAccount>>,
    pub(in crate::fake) abandon_at: Timestamp,
    #[serde(default)]
    pub(in crate::fake) place: Place,
    /// The tokens of the links that were sent for this sign-in.
    pub(in crate::fake) link_tokens: Vec<String>,
    /// The `state` parameter of the user's latest visit to a provider.
    ///
    /// The provider sends the user back with the same parameter.
    #[serde(default)]
    pub(in crate::fake) authorization: Option<String>,
    /// The provider's result, which the app must fetch.
    #[serde(default)]
    pub(in crate::fake) returned: Option<Returned>,
    /// The Clerk Protect challenge that must be solved before the sign-in continues.
    pub(in crate::fake) gate: Option<Gate>,
}

/// A Clerk Protect challenge.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Gate {
    pub(in crate::fake) token: String,
    pub(in crate::fake) expires_at: Timestamp,
    /// The number of challenges that follow this one.
    pub(in crate::fake) then: u32,
    /// `true` if the challenge came together with a provider's URL, so that the user may visit the provider first.
    #[serde(default)]
    pub(in crate::fake) comes_with_redirect: bool,
    /// The provider's result, which takes effect after the proof.
    #[serde(default)]
    pub(in crate::fake) account: Option<Box<ProviderResult>>,
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
    /// The challenge that must be signed.
    pub(in crate::fake) challenge: Option<Challenge>,
    /// The client on which a link was opened.
    pub(in crate::fake) verified_at_client: Option<String>,
    /// The provider's URL, to which the user must go.
    #[serde(default)]
    pub(in crate::fake) external_url: Option<String>,
    /// The reason why the provider's answer was rejected.
    #[serde(default)]
    pub(in crate::fake) error: Option<Box<ApiError>>,
}

/// A code that was sent, or the token of a link that was sent.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Sent {
    pub(in crate::fake) code: Secret,
    pub(in crate::fake) at: Timestamp,
}

/// The first or the second factor of an attempt.
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

    /// Returns the status at this time, which is `expired` if the verification was not completed in time.
    pub(in crate::fake) fn status_at(&self, now: Timestamp) -> VerificationStatus {
        let over = self.expire_at.is_some_and(|expire_at| now >= expire_at);
        if over && self.status == VerificationStatus::Unverified {
            VerificationStatus::Expired
        } else {
            self.status.clone()
        }
    }
}
