//! Which of the legal steps the user's factors allow.

use crate::fault_switches::without;
use crate::relation::{LeadsTo, Step, Transition};
use crate::sign_in::{StateKind, is_redirect_open};
use crate::wire::{Factor, SignInAttempt, Strategy};

/// Returns `true` if the attempt offers what the step needs, such as a factor of its strategy.
///
/// At [`NeedsIdentifier`](StateKind::NeedsIdentifier) nothing is known of the user yet, so every step is offered.
pub(super) fn is_offered(step: Step, kind: StateKind, attempt: &SignInAttempt) -> bool {
    let factors = match kind {
        StateKind::NeedsFirstFactor => attempt.supported_first_factors.as_deref(),
        StateKind::NeedsSecondFactor | StateKind::NeedsClientTrust => attempt.supported_second_factors.as_deref(),
        StateKind::NeedsProtectCheck => return can_return(step, kind, attempt),
        _ => return true,
    };
    let has = |is: fn(&Factor) -> bool| {
        factors.is_some_and(|factors| factors.iter().any(is)) || without("only what the user has is offered")
    };
    match step {
        Step::Password => has(|factor| factor.strategy == Strategy::Password),
        Step::SendEmailCode | Step::SendEmailCodeTo => has(|factor| factor.strategy == Strategy::EmailCode),
        Step::SendPhoneCode | Step::SendPhoneCodeTo | Step::SendCodeThrough => {
            has(|factor| factor.strategy == Strategy::PhoneCode)
        }
        Step::SendCode => has(|factor| factor.strategy.is_sent_code()),
        Step::SendEmailLinkToApp if cfg!(not(feature = "pkce")) => false,
        Step::SendEmailLink | Step::SendEmailLinkTo | Step::SendEmailLinkToApp => {
            has(|factor| factor.strategy == Strategy::EmailLink)
        }
        Step::SendResetPasswordEmailCode | Step::SendResetPasswordEmailCodeTo => {
            has(|factor| factor.strategy == Strategy::ResetPasswordEmailCode)
        }
        Step::SendResetPasswordPhoneCode | Step::SendResetPasswordPhoneCodeTo => {
            has(|factor| factor.strategy == Strategy::ResetPasswordPhoneCode)
        }
        Step::SendResetCode => has(|factor| factor.strategy.is_reset_code()),
        Step::ChallengePasskey | Step::ChallengePasskeyWithId => has(|factor| factor.strategy == Strategy::Passkey),
        Step::ChallengeWallet | Step::ChallengeWalletOf => has(|factor| factor.strategy.is_web3()),
        Step::ChallengeTrustedDevice => has(|factor| factor.strategy == Strategy::TrustedDevice),
        Step::Sso | Step::SsoWith => has(|factor| factor.strategy.is_redirect()),
        Step::VerifyTotp => has(|factor| factor.strategy == Strategy::Totp),
        Step::VerifyBackupCode => has(|factor| factor.strategy == Strategy::BackupCode),
        step => can_return(step, kind, attempt),
    }
}

/// Returns `false` for a step that goes back to what was prepared, if there is no such thing.
fn can_return(step: Step, kind: StateKind, attempt: &SignInAttempt) -> bool {
    let goes_back = |step| {
        matches!(
            step,
            Step::CodeSent
                | Step::LinkSent
                | Step::ResetCodeSent
                | Step::PasskeyChallenged
                | Step::WalletChallenged
                | Step::TrustedDeviceChallenged
                | Step::RedirectReady
        )
    };
    if !goes_back(step) {
        return true;
    }
    if kind == StateKind::NeedsProtectCheck {
        return attempt.first_factor_verification.as_deref().is_some_and(is_redirect_open);
    }
    match kind.transition(step) {
        Some(Transition { leads_to: LeadsTo::States(states), .. }) => {
            states.contains(&StateKind::from_attempt(attempt))
        }
        _ => false,
    }
}
