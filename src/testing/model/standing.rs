//! Where a sign-in stands, as its description shows.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::sign_in::StateKind;
use crate::wire::{SignInAttempt, Status, Strategy, Verification, VerificationStatus};

/// Where a sign-in stands. It contains no secret, and neither addresses nor ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Standing {
    /// The status.
    pub status: Option<Status>,
    /// `true` if Clerk Protect requires a proof.
    #[serde(default)]
    pub gate: bool,
    /// The verification of the first factor.
    #[serde(default)]
    pub first: Option<Factor>,
    /// The verification of the second factor or of client trust.
    #[serde(default)]
    pub second: Option<Factor>,
    /// `true` if a session was created.
    #[serde(default)]
    pub has_session: bool,
}

/// A verification, as a description shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Factor {
    /// The strategy.
    pub strategy: Strategy,
    /// The status.
    pub status: VerificationStatus,
}

impl Factor {
    /// A verification of this strategy.
    #[must_use]
    pub const fn new(strategy: Strategy, status: VerificationStatus) -> Self {
        Self { strategy, status }
    }

    fn of(verification: Option<&Verification>) -> Option<Self> {
        let verification = verification?;
        Some(Self::new(verification.strategy.clone()?, verification.status.clone()?))
    }

    /// Returns `true` if the user's answer is still awaited, or was wrong or late.
    fn is_pending(&self) -> bool {
        !matches!(self.status, VerificationStatus::Verified | VerificationStatus::Transferable)
    }
}

impl Standing {
    /// A sign-in with this status, whose factors were not prepared.
    #[must_use]
    pub const fn new(status: Status) -> Self {
        Self { status: Some(status), gate: false, first: None, second: None, has_session: false }
    }

    /// Sets the verification of the first factor.
    #[must_use]
    pub fn first(mut self, factor: Factor) -> Self {
        self.first = Some(factor);
        self
    }

    /// Sets the verification of the second factor or of client trust.
    #[must_use]
    pub fn second(mut self, factor: Factor) -> Self {
        self.second = Some(factor);
        self
    }

    /// Returns `true` if Clerk Protect requires a proof.
    #[must_use]
    pub fn is_gated(&self) -> bool {
        self.gate || self.status == Some(Status::NeedsProtectCheck)
    }

    /// The state of the machine.
    #[must_use]
    pub fn state(&self) -> StateKind {
        use StateKind as K;
        if self.is_gated() {
            return K::NeedsProtectCheck;
        }
        let Some(status) = &self.status else { return K::Unrecognized };
        let pending = |factor: &Option<Factor>| factor.clone().filter(Factor::is_pending).map(|factor| factor.strategy);
        let (first, second) = (pending(&self.first), pending(&self.second));
        let is_transferable = self.first.as_ref().is_some_and(|first| first.status == VerificationStatus::Transferable);
        match (status, first, second) {
            (Status::NeedsIdentifier | Status::NeedsFirstFactor, ..) if is_transferable => K::Transferable,
            (Status::NeedsIdentifier | Status::NeedsFirstFactor, Some(first), _) if first.is_redirect() => {
                K::RedirectReady
            }
            (Status::NeedsIdentifier | Status::NeedsFirstFactor, Some(Strategy::Passkey), _) => {
                K::FirstFactorPasskeyChallenged
            }
            (Status::NeedsIdentifier, ..) => K::NeedsIdentifier,
            (Status::NeedsFirstFactor, Some(first), _) if first.is_sent_code() => K::FirstFactorCodeSent,
            (Status::NeedsFirstFactor, Some(first), _) if first.is_reset_code() => K::ResetCodeSent,
            (Status::NeedsFirstFactor, Some(first), _) if first.is_web3() => K::WalletChallenged,
            (Status::NeedsFirstFactor, Some(Strategy::EmailLink), _) => K::FirstFactorLinkSent,
            (Status::NeedsFirstFactor, Some(Strategy::TrustedDevice), _) => K::TrustedDeviceChallenged,
            (Status::NeedsFirstFactor, ..) => K::NeedsFirstFactor,
            (Status::NeedsSecondFactor, _, Some(second)) if second.is_sent_code() => K::SecondFactorCodeSent,
            (Status::NeedsSecondFactor, _, Some(Strategy::EmailLink)) => K::SecondFactorLinkSent,
            (Status::NeedsSecondFactor, _, Some(Strategy::Passkey)) => K::SecondFactorPasskeyChallenged,
            (Status::NeedsSecondFactor, ..) => K::NeedsSecondFactor,
            (Status::NeedsClientTrust, _, Some(second)) if second.is_sent_code() => K::ClientTrustCodeSent,
            (Status::NeedsClientTrust, _, Some(Strategy::EmailLink)) => K::ClientTrustLinkSent,
            (Status::NeedsClientTrust, _, Some(Strategy::Passkey)) => K::ClientTrustPasskeyChallenged,
            (Status::NeedsClientTrust, ..) => K::NeedsClientTrust,
            (Status::NeedsNewPassword, ..) => K::NeedsNewPassword,
            (Status::Complete, ..) if self.has_session => K::Complete,
            (Status::Abandoned, ..) => K::Abandoned,
            _ => K::Unrecognized,
        }
    }

    /// The number of factors that were verified, by a user who has an account or not.
    pub(in crate::testing) fn verified(&self) -> usize {
        [&self.first, &self.second].into_iter().flatten().filter(|factor| !factor.is_pending()).count()
    }

    pub(in crate::testing) fn is_complete(&self) -> bool {
        self.status == Some(Status::Complete)
    }

    /// Returns `true` if this state belongs to the sign-in's status.
    pub(super) fn is_stage(&self, state: StateKind) -> bool {
        match self.status {
            Some(Status::NeedsIdentifier) => state == StateKind::NeedsIdentifier,
            Some(Status::NeedsFirstFactor) => state == StateKind::NeedsFirstFactor,
            Some(Status::NeedsSecondFactor) => state == StateKind::NeedsSecondFactor,
            Some(Status::NeedsClientTrust) => state == StateKind::NeedsClientTrust,
            _ => false,
        }
    }

    /// Returns `true` if the sign-in may move without a request: a link may be opened, or a provider be visited.
    pub(in crate::testing) fn may_move_by_itself(&self) -> bool {
        let waits = |factor: &Option<Factor>| {
            let of_elsewhere = |it: &Factor| it.strategy == Strategy::EmailLink || it.strategy.is_redirect();
            factor.as_ref().is_some_and(|factor| factor.is_pending() && of_elsewhere(factor))
        };
        waits(&self.first) || waits(&self.second)
    }

    /// Returns `true` if time alone can lead to the other standing: a verification expires, and nothing else changes.
    pub(super) fn may_expire_to(&self, after: &Self) -> bool {
        let expires = |before: &Option<Factor>, after: &Option<Factor>| match (before, after) {
            (Some(before), Some(after)) if before != after => {
                before.strategy == after.strategy && before.is_pending() && after.status == VerificationStatus::Expired
            }
            (before, after) => before == after,
        };
        let same = (&self.status, self.gate, self.has_session) == (&after.status, after.gate, after.has_session);
        same && expires(&self.first, &after.first) && expires(&self.second, &after.second)
    }
}

impl From<&SignInAttempt> for Standing {
    fn from(attempt: &SignInAttempt) -> Self {
        Self {
            status: attempt.status.clone(),
            gate: attempt.protect_check.is_some(),
            first: Factor::of(attempt.first_factor_verification.as_deref()),
            second: Factor::of(attempt.second_factor_verification.as_deref()),
            has_session: attempt.created_session_id.as_deref().is_some_and(|id| !id.is_empty()),
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.status.as_ref().map_or("no status", Status::as_str))?;
        for (which, factor) in [("first", &self.first), ("second", &self.second)] {
            if let Some(factor) = factor {
                write!(f, ", {which} {} {}", factor.strategy, factor.status.as_str())?;
            }
        }
        f.write_str(if self.gate { ", gated" } else { "" })
    }
}
