//! After the second factor.

use crate::error::Error;
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::{Complete, NeedsNewPassword, NeedsProtectCheck, Unrecognized};

/// Where a verified second factor can lead.
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterSecondFactor {
    /// A session exists.
    Complete(SignIn<Complete>),
    /// A new password has to be chosen.
    NeedsNewPassword(SignIn<NeedsNewPassword>),
    /// Clerk Protect wants a proof first; the step did not happen.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// What does not belong here, or what this version of the crate does not know.
    Unrecognized(SignIn<Unrecognized>),
}

impl AfterSecondFactor {
    /// An error for a state that the app does not handle.
    #[must_use]
    pub fn unhandled(self) -> Error {
        AnySignIn::from(self).unhandled()
    }
}

impl From<AnySignIn> for AfterSecondFactor {
    fn from(any: AnySignIn) -> Self {
        match any {
            AnySignIn::Complete(at) => Self::Complete(at),
            AnySignIn::NeedsNewPassword(at) => Self::NeedsNewPassword(at),
            AnySignIn::NeedsProtectCheck(at) => Self::NeedsProtectCheck(at),
            AnySignIn::Unrecognized(at) => Self::Unrecognized(at),
            elsewhere => Self::Unrecognized(elsewhere.into_unrecognized()),
        }
    }
}

impl From<AfterSecondFactor> for AnySignIn {
    fn from(outcome: AfterSecondFactor) -> Self {
        match outcome {
            AfterSecondFactor::Complete(at) => Self::Complete(at),
            AfterSecondFactor::NeedsNewPassword(at) => Self::NeedsNewPassword(at),
            AfterSecondFactor::NeedsProtectCheck(at) => Self::NeedsProtectCheck(at),
            AfterSecondFactor::Unrecognized(at) => Self::Unrecognized(at),
        }
    }
}
