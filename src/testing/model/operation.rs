//! The requests about one sign-in.

use std::fmt;

use super::{Factor, Standing};
use crate::relation::Step;
use crate::sign_in::StateKind;
use crate::wire::{Request, Status, Strategy, VerificationStatus};

/// A request about one sign-in. It contains no secret, and neither addresses nor ids.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// `POST /v1/client/sign_ins`: a new sign-in replaces the old one.
    Create,
    /// `POST …/prepare_first_factor`
    PrepareFirst(Strategy),
    /// `POST …/attempt_first_factor`
    AttemptFirst(Strategy),
    /// `POST …/prepare_second_factor`
    PrepareSecond(Strategy),
    /// `POST …/attempt_second_factor`
    AttemptSecond(Strategy),
    /// `POST …/reset_password`
    ResetPassword,
    /// `PATCH …/protect_check`
    SubmitProof,
    /// `GET /v1/client/sign_ins/{id}`
    Read,
}

impl Operation {
    /// The request as an operation, and the id of the sign-in that it names. `None` if it is about something else, or
    /// names no strategy.
    #[must_use]
    pub fn of(request: &Request) -> Option<(Self, Option<&str>)> {
        Some(match request {
            Request::CreateSignIn(_) => (Self::Create, None),
            Request::GetSignIn(get) => (Self::Read, Some(&get.sign_in_id)),
            Request::PrepareFirstFactor(prepare) => {
                (Self::PrepareFirst(prepare.strategy.clone()?), Some(&prepare.sign_in_id))
            }
            Request::AttemptFirstFactor(attempt) => {
                (Self::AttemptFirst(attempt.strategy.clone()?), Some(&attempt.sign_in_id))
            }
            Request::PrepareSecondFactor(prepare) => {
                (Self::PrepareSecond(prepare.strategy.clone()?), Some(&prepare.sign_in_id))
            }
            Request::AttemptSecondFactor(attempt) => {
                (Self::AttemptSecond(attempt.strategy.clone()?), Some(&attempt.sign_in_id))
            }
            Request::ResetPassword(reset) => (Self::ResetPassword, Some(&reset.sign_in_id)),
            Request::SubmitProof(proof) => (Self::SubmitProof, Some(&proof.sign_in_id)),
            _ => return None,
        })
    }

    /// The strategy that the request names.
    #[must_use]
    pub const fn strategy(&self) -> Option<&Strategy> {
        match self {
            Self::PrepareFirst(strategy)
            | Self::AttemptFirst(strategy)
            | Self::PrepareSecond(strategy)
            | Self::AttemptSecond(strategy) => Some(strategy),
            Self::Create | Self::ResetPassword | Self::SubmitProof | Self::Read => None,
        }
    }

    /// Returns `true` if the request is about the second factor or client trust.
    #[must_use]
    pub const fn is_second(&self) -> bool {
        matches!(self, Self::PrepareSecond(_) | Self::AttemptSecond(_))
    }

    /// The verification that the request is about.
    pub(super) const fn factor<'a>(&self, at: &'a Standing) -> Option<&'a Factor> {
        if self.is_second() { at.second.as_ref() } else { at.first.as_ref() }
    }

    /// The steps of the machine that make this request in this state.
    pub(super) fn steps(&self, state: StateKind) -> &'static [Step] {
        use StateKind as K;
        let is_second = matches!(state.stage(), K::NeedsSecondFactor | K::NeedsClientTrust);
        match self {
            Self::PrepareFirst(_) | Self::AttemptFirst(_) if is_second => &[],
            // Before the user is known, only a provider or a passkey can be asked who the user is.
            Self::PrepareFirst(strategy) if state == K::NeedsIdentifier && !strategy.is_redirect() => match strategy {
                Strategy::Passkey => &[Step::ChallengePasskey],
                _ => &[],
            },
            Self::AttemptFirst(_) | Self::PrepareSecond(_) | Self::AttemptSecond(_) if state == K::NeedsIdentifier => {
                &[]
            }
            Self::PrepareSecond(_) | Self::AttemptSecond(_) if !is_second => &[],
            Self::PrepareFirst(strategy) | Self::PrepareSecond(strategy) => match strategy {
                Strategy::EmailLink => &[Step::SendEmailLink, Step::Resend],
                Strategy::Passkey => &[Step::ChallengePasskey, Step::ChallengeAgain],
                Strategy::TrustedDevice => &[Step::ChallengeTrustedDevice, Step::ChallengeAgain],
                strategy if strategy.is_sent_code() => &[Step::SendCode, Step::Resend],
                strategy if strategy.is_reset_code() => &[Step::SendResetCode, Step::Resend],
                strategy if strategy.is_web3() => &[Step::ChallengeWallet, Step::ChallengeAgain],
                strategy if strategy.is_redirect() => &[Step::Sso, Step::RedirectAgain],
                _ => &[],
            },
            Self::AttemptFirst(strategy) | Self::AttemptSecond(strategy) => match strategy {
                Strategy::Password => &[Step::Password],
                Strategy::Totp => &[Step::VerifyTotp],
                Strategy::BackupCode => &[Step::VerifyBackupCode],
                Strategy::Passkey => &[Step::VerifyAssertion],
                Strategy::TrustedDevice => &[Step::VerifySignature],
                strategy if strategy.is_web3() => &[Step::VerifySignature],
                strategy if strategy.is_sent_code() => &[Step::Verify],
                strategy if strategy.is_reset_code() => &[Step::Verify, Step::ResetPassword],
                _ => &[],
            },
            Self::ResetPassword => &[Step::SubmitPassword],
            Self::SubmitProof => &[Step::SubmitProof],
            Self::Create => &[Step::Create],
            Self::Read => &[Step::Refresh],
        }
    }

    /// Returns `true` if what the request answers was prepared, or needs no preparation.
    pub(super) fn is_prepared(&self, at: &Standing) -> bool {
        match self {
            Self::AttemptFirst(Strategy::Password) | Self::AttemptSecond(Strategy::Totp | Strategy::BackupCode) => true,
            Self::AttemptFirst(strategy) | Self::AttemptSecond(strategy) => {
                self.factor(at).is_some_and(|factor| factor.strategy == *strategy)
            }
            _ => true,
        }
    }

    /// Returns `true` if the verifications after the request are those that it leaves.
    pub(super) fn leaves(&self, before: &Standing, after: &Standing) -> bool {
        let is = |factor: &Option<Factor>, strategy: &Strategy, status| {
            factor.as_ref().is_some_and(|factor| factor.strategy == *strategy && factor.status == status)
        };
        let same_status = before.status == after.status;
        match self {
            Self::PrepareFirst(strategy) => same_status && is(&after.first, strategy, VerificationStatus::Unverified),
            Self::PrepareSecond(strategy) => {
                same_status
                    && before.first == after.first
                    && is(&after.second, strategy, VerificationStatus::Unverified)
            }
            Self::AttemptFirst(strategy) => is(&after.first, strategy, VerificationStatus::Verified),
            Self::AttemptSecond(strategy) => {
                before.first == after.first && is(&after.second, strategy, VerificationStatus::Verified)
            }
            Self::ResetPassword => before.status == Some(Status::NeedsNewPassword),
            Self::Create | Self::SubmitProof | Self::Read => true,
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create => f.write_str("create"),
            Self::PrepareFirst(strategy) => write!(f, "prepare_first_factor {strategy}"),
            Self::AttemptFirst(strategy) => write!(f, "attempt_first_factor {strategy}"),
            Self::PrepareSecond(strategy) => write!(f, "prepare_second_factor {strategy}"),
            Self::AttemptSecond(strategy) => write!(f, "attempt_second_factor {strategy}"),
            Self::ResetPassword => f.write_str("reset_password"),
            Self::SubmitProof => f.write_str("protect_check"),
            Self::Read => f.write_str("read"),
        }
    }
}
