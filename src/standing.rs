//! Where a sign-in stands, from what the server said of it and from nothing else.

use crate::wire::{self, Status, Strategy, VerificationStatus};

/// Where an attempt stands, from what the server said of it. Total: whatever the server says has a standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    NeedsIdentifier,
    NeedsFirstFactor,
    FirstFactorCodeSent,
    ResetCodeSent,
    NeedsSecondFactor,
    SecondFactorCodeSent,
    NeedsClientTrust,
    ClientTrustCodeSent,
    NeedsNewPassword,
    NeedsProtectCheck,
    Transferable,
    Complete,
    Abandoned,
    Unrecognized,
}

impl Standing {
    /// A gate wins over everything, a transfer over the status; and a session is what makes a sign-in complete.
    pub(crate) fn of(attempt: &wire::SignInAttempt) -> Self {
        if attempt.protect_check.is_some() {
            return Self::NeedsProtectCheck;
        }
        if Self::is_transferable(attempt) {
            return Self::Transferable;
        }
        let first = pending_strategy(attempt.first_factor_verification.as_deref());
        let second =
            pending_strategy(attempt.second_factor_verification.as_deref()).is_some_and(Strategy::is_sent_code);
        match &attempt.status {
            Some(Status::NeedsIdentifier) => Self::NeedsIdentifier,
            Some(Status::NeedsFirstFactor) if first.is_some_and(Strategy::is_sent_code) => Self::FirstFactorCodeSent,
            Some(Status::NeedsFirstFactor) if first.is_some_and(Strategy::is_reset_code) => Self::ResetCodeSent,
            Some(Status::NeedsFirstFactor) => Self::NeedsFirstFactor,
            Some(Status::NeedsSecondFactor) if second => Self::SecondFactorCodeSent,
            Some(Status::NeedsSecondFactor) => Self::NeedsSecondFactor,
            Some(Status::NeedsClientTrust) if second => Self::ClientTrustCodeSent,
            Some(Status::NeedsClientTrust) => Self::NeedsClientTrust,
            Some(Status::NeedsNewPassword) => Self::NeedsNewPassword,
            Some(Status::NeedsProtectCheck) => Self::NeedsProtectCheck,
            Some(Status::Complete) if session_id(attempt).is_some() => Self::Complete,
            Some(Status::Abandoned) => Self::Abandoned,
            Some(Status::Complete | Status::Unknown(_)) | None => Self::Unrecognized,
        }
    }

    pub(crate) fn is_transferable(attempt: &wire::SignInAttempt) -> bool {
        let verification = attempt.first_factor_verification.as_ref();
        verification.is_some_and(|verification| verification.status == Some(VerificationStatus::Transferable))
    }
}

/// The strategy that was prepared and waits for its answer.
fn pending_strategy(verification: Option<&wire::Verification>) -> Option<&Strategy> {
    verification.filter(|verification| verification.is_pending())?.strategy.as_ref()
}

/// The session, which is what makes a sign-in complete.
pub(crate) fn session_id(attempt: &wire::SignInAttempt) -> Option<&str> {
    attempt.created_session_id.as_deref().filter(|id| !id.is_empty())
}
