//! Where a sign-in stands, from what the server said of it and from nothing else.

use crate::wire::{self, Status, Strategy, VerificationStatus};

/// Where an attempt stands, from what the server said of it. Total: whatever the server says has a standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    NeedsIdentifier,
    NeedsFirstFactor,
    FirstFactorCodeSent,
    FirstFactorLinkSent,
    PasskeyChallenged,
    WalletChallenged,
    DeviceChallenged,
    RedirectReady,
    ResetCodeSent,
    NeedsSecondFactor,
    SecondFactorCodeSent,
    SecondFactorLinkSent,
    NeedsClientTrust,
    ClientTrustCodeSent,
    ClientTrustLinkSent,
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
        match &attempt.status {
            // Whose account it is, the provider says.
            Some(Status::NeedsIdentifier | Status::NeedsFirstFactor) if waits_for_redirect(attempt) => {
                Self::RedirectReady
            }
            Some(Status::NeedsIdentifier) => match challenged_strategy(attempt) {
                // Whose it is, a passkey says itself.
                Some(Strategy::Passkey) => Self::PasskeyChallenged,
                _ => Self::NeedsIdentifier,
            },
            Some(Status::NeedsFirstFactor) => Self::of_first_factor(attempt),
            Some(Status::NeedsSecondFactor) => match pending_strategy(attempt.second_factor_verification.as_deref()) {
                Some(strategy) if strategy.is_sent_code() => Self::SecondFactorCodeSent,
                Some(Strategy::EmailLink) => Self::SecondFactorLinkSent,
                _ => Self::NeedsSecondFactor,
            },
            Some(Status::NeedsClientTrust) => match pending_strategy(attempt.second_factor_verification.as_deref()) {
                Some(strategy) if strategy.is_sent_code() => Self::ClientTrustCodeSent,
                Some(Strategy::EmailLink) => Self::ClientTrustLinkSent,
                _ => Self::NeedsClientTrust,
            },
            Some(Status::NeedsNewPassword) => Self::NeedsNewPassword,
            Some(Status::NeedsProtectCheck) => Self::NeedsProtectCheck,
            Some(Status::Complete) if session_id(attempt).is_some() => Self::Complete,
            Some(Status::Abandoned) => Self::Abandoned,
            Some(Status::Complete | Status::Unknown(_)) | None => Self::Unrecognized,
        }
    }

    fn of_first_factor(attempt: &wire::SignInAttempt) -> Self {
        match challenged_strategy(attempt) {
            Some(Strategy::Passkey) => return Self::PasskeyChallenged,
            Some(Strategy::TrustedDevice) => return Self::DeviceChallenged,
            Some(_) => return Self::WalletChallenged,
            None => {}
        }
        match pending_strategy(attempt.first_factor_verification.as_deref()) {
            Some(strategy) if strategy.is_sent_code() => Self::FirstFactorCodeSent,
            Some(strategy) if strategy.is_reset_code() => Self::ResetCodeSent,
            Some(Strategy::EmailLink) => Self::FirstFactorLinkSent,
            _ => Self::NeedsFirstFactor,
        }
    }

    pub(crate) fn is_transferable(attempt: &wire::SignInAttempt) -> bool {
        let verification = attempt.first_factor_verification.as_ref();
        verification.is_some_and(|verification| verification.status == Some(VerificationStatus::Transferable))
    }

    /// The same, as if nothing had been prepared.
    pub(crate) const fn stage(self) -> Self {
        match self {
            Self::FirstFactorCodeSent
            | Self::FirstFactorLinkSent
            | Self::PasskeyChallenged
            | Self::WalletChallenged
            | Self::DeviceChallenged
            | Self::RedirectReady
            | Self::ResetCodeSent => Self::NeedsFirstFactor,
            Self::SecondFactorCodeSent | Self::SecondFactorLinkSent => Self::NeedsSecondFactor,
            Self::ClientTrustCodeSent | Self::ClientTrustLinkSent => Self::NeedsClientTrust,
            unprepared => unprepared,
        }
    }
}

/// The strategy that was prepared and waits for its answer.
fn pending_strategy(verification: Option<&wire::Verification>) -> Option<&Strategy> {
    verification.filter(|verification| verification.is_pending())?.strategy.as_ref()
}

/// Whether the user has to go to a provider, or is there.
fn waits_for_redirect(attempt: &wire::SignInAttempt) -> bool {
    let verification = attempt.first_factor_verification.as_deref().filter(|verification| verification.is_pending());
    verification.and_then(wire::Verification::external_url).is_some()
}

/// The strategy of a challenge that waits for its answer, if there is something to answer.
fn challenged_strategy(attempt: &wire::SignInAttempt) -> Option<&Strategy> {
    let verification = attempt.first_factor_verification.as_deref().filter(|verification| verification.is_pending())?;
    verification.challenge().and(verification.strategy.as_ref())
}

/// The session, which is what makes a sign-in complete.
pub(crate) fn session_id(attempt: &wire::SignInAttempt) -> Option<&str> {
    attempt.created_session_id.as_deref().filter(|id| !id.is_empty())
}
