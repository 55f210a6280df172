//! Where a sign-in stands, from what the server said of it and from nothing else.

use crate::wire::{self, Status, Strategy, VerificationStatus};

/// Where an attempt stands, from what the server said of it. Total: whatever the server says has a standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    NeedsIdentifier,
    NeedsFirstFactor,
    FirstFactorCodeSent,
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
        let code_sent = |verification: Option<&wire::Verification>| {
            verification.is_some_and(|verification| {
                verification.strategy.as_ref().is_some_and(is_by_code) && verification.is_pending()
            })
        };
        let first = code_sent(attempt.first_factor_verification.as_deref());
        let second = code_sent(attempt.second_factor_verification.as_deref());
        match &attempt.status {
            Some(Status::NeedsIdentifier) => Self::NeedsIdentifier,
            Some(Status::NeedsFirstFactor) if first => Self::FirstFactorCodeSent,
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

/// Whether a code is sent by this strategy.
pub(crate) const fn is_by_code(strategy: &Strategy) -> bool {
    matches!(strategy, Strategy::EmailCode | Strategy::PhoneCode)
}

/// The session, which is what makes a sign-in complete.
pub(crate) fn session_id(attempt: &wire::SignInAttempt) -> Option<&str> {
    attempt.created_session_id.as_deref().filter(|id| !id.is_empty())
}
