//! The rule that maps an attempt to its state.
//!
//! The rule is applied after every answer, rejection, refresh and resumption. It is also applied to every checkpoint.

use super::state_kind::StateKind;
use crate::fault_switches::without;
use crate::wire::{SignInAttempt, Status, Strategy, Verification, VerificationStatus};

impl StateKind {
    /// Returns the state of an attempt, based only on the server's description of the attempt.
    ///
    /// The rule is total: every description that the server can send leads to a state.
    ///
    /// A protect check takes precedence over everything else. A code or a link counts as sent even after it has expired
    /// or failed, so that it can be sent again. When a challenge or a redirect is over, the sign-in goes back to the
    /// state in which the challenge or redirect began.
    pub(crate) fn from_attempt(attempt: &SignInAttempt) -> Self {
        if attempt.protect_check.is_some() && !without("a protect check comes before the status") {
            return Self::NeedsProtectCheck;
        }
        let (first, second) =
            (attempt.first_factor_verification.as_deref(), attempt.second_factor_verification.as_deref());
        match &attempt.status {
            Some(Status::NeedsIdentifier) => Self::before_identifier(first),
            Some(Status::NeedsFirstFactor) => Self::at_first_factor(first),
            Some(Status::NeedsSecondFactor) => match sent_strategy(second) {
                Some(strategy) if strategy.is_sent_code() => Self::SecondFactorCodeSent,
                Some(Strategy::EmailLink) => Self::SecondFactorLinkSent,
                Some(Strategy::Passkey) if is_passkey_challenged(second) => Self::SecondFactorPasskeyChallenged,
                _ => Self::NeedsSecondFactor,
            },
            Some(Status::NeedsClientTrust) => match sent_strategy(second) {
                Some(strategy) if strategy.is_sent_code() => Self::ClientTrustCodeSent,
                Some(Strategy::EmailLink) => Self::ClientTrustLinkSent,
                Some(Strategy::Passkey) if is_passkey_challenged(second) => Self::ClientTrustPasskeyChallenged,
                _ => Self::NeedsClientTrust,
            },
            Some(Status::NeedsNewPassword) => Self::NeedsNewPassword,
            Some(Status::NeedsProtectCheck) => Self::NeedsProtectCheck,
            Some(Status::Complete) if session_id(attempt).is_some() || without("a complete sign-in has a session") => {
                Self::Complete
            }
            Some(Status::Abandoned) => Self::Abandoned,
            Some(Status::Unknown(_)) | None if without("an unknown status is not complete") => Self::Complete,
            Some(Status::Complete | Status::Unknown(_)) | None => Self::Unrecognized,
        }
    }

    /// Returns the state to which an attempt goes back when the user sets aside the prepared factor.
    pub(super) fn set_aside(attempt: &SignInAttempt) -> Self {
        match (Self::from_attempt(attempt), &attempt.status) {
            (Self::FirstFactorPasskeyChallenged | Self::RedirectReady, Some(Status::NeedsIdentifier)) => {
                Self::NeedsIdentifier
            }
            (prepared, _) => prepared.stage(),
        }
    }

    /// Returns the state of an attempt without an identifier.
    ///
    /// Passkeys and identity providers identify the user, so no identifier is needed for them.
    fn before_identifier(first: Option<&Verification>) -> Self {
        match first {
            Some(first) if is_transferable(first) => Self::Transferable,
            Some(first) if is_redirect_open(first) => Self::RedirectReady,
            first if is_passkey_challenged(first) => Self::FirstFactorPasskeyChallenged,
            _ => Self::NeedsIdentifier,
        }
    }

    fn at_first_factor(first: Option<&Verification>) -> Self {
        let Some(verification) = first else { return Self::NeedsFirstFactor };
        if is_transferable(verification) {
            return Self::Transferable;
        }
        if is_redirect_open(verification) {
            return Self::RedirectReady;
        }
        match open_challenge(verification) {
            Some(Strategy::Passkey) => return Self::FirstFactorPasskeyChallenged,
            Some(Strategy::TrustedDevice) => return Self::TrustedDeviceChallenged,
            Some(_) => return Self::WalletChallenged,
            None => {}
        }
        match sent_strategy(first) {
            Some(strategy) if strategy.is_sent_code() => Self::FirstFactorCodeSent,
            Some(strategy) if strategy.is_reset_code() => Self::ResetCodeSent,
            Some(Strategy::EmailLink) => Self::FirstFactorLinkSent,
            _ => Self::NeedsFirstFactor,
        }
    }
}

/// Returns `true` if the first factor was verified but belongs to no user.
pub(super) fn is_transferable(verification: &Verification) -> bool {
    verification.status == Some(VerificationStatus::Transferable)
        && !without("a transferable sign-in waits for a sign-up")
}

/// Returns the id of the session. Without a session, a sign-in is not complete.
pub(super) fn session_id(attempt: &SignInAttempt) -> Option<&str> {
    attempt.created_session_id.as_deref().filter(|id| !id.is_empty())
}

/// Returns the strategy of a code or a link that was sent, even if that code or link no longer works.
///
/// A code or a link that was already verified is ignored.
fn sent_strategy(verification: Option<&Verification>) -> Option<&Strategy> {
    let verification = verification?;
    match verification.status.as_ref()? {
        _ if without("a verified code is not waited for") => verification.strategy.as_ref(),
        VerificationStatus::Verified | VerificationStatus::Transferable => None,
        VerificationStatus::Unverified
        | VerificationStatus::Expired
        | VerificationStatus::Failed
        | VerificationStatus::Unknown(_) => verification.strategy.as_ref(),
    }
}

/// Returns `true` if the user still has to visit a provider, or has not come back from it yet.
pub(crate) fn is_redirect_open(verification: &Verification) -> bool {
    verification.is_pending() && verification.unchecked_url().is_some()
}

/// Returns the strategy of a challenge that has not been answered yet, if the challenge contains something to sign.
fn open_challenge(verification: &Verification) -> Option<&Strategy> {
    verification.challenge().filter(|_| verification.is_pending()).and(verification.strategy.as_ref())
}

/// Returns `true` if a passkey's challenge has not been answered yet.
fn is_passkey_challenged(verification: Option<&Verification>) -> bool {
    verification.and_then(open_challenge) == Some(&Strategy::Passkey)
}

#[cfg(test)]
mod tests;
