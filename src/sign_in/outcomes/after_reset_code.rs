//! After the code that resets the password.

use crate::error::Error;
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::{NeedsNewPassword, NeedsProtectCheck, NeedsSecondFactor, Unrecognized};

/// Where a verified code that resets the password can lead.
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterResetCode {
    /// A new password has to be chosen.
    NeedsNewPassword(SignIn<NeedsNewPassword>),
    /// A second factor has to be verified.
    NeedsSecondFactor(SignIn<NeedsSecondFactor>),
    /// Clerk Protect wants a proof first; the step did not happen.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// What does not belong here, or what this version of the crate does not know.
    Unrecognized(SignIn<Unrecognized>),
}

impl AfterResetCode {
    /// An error for a state that the app does not handle.
    #[must_use]
    pub fn unhandled(self) -> Error {
        AnySignIn::from(self).unhandled()
    }
}

impl From<AnySignIn> for AfterResetCode {
    fn from(any: AnySignIn) -> Self {
        match any.choose_another() {
            AnySignIn::NeedsNewPassword(at) => Self::NeedsNewPassword(at),
            AnySignIn::NeedsSecondFactor(at) => Self::NeedsSecondFactor(at),
            AnySignIn::NeedsProtectCheck(at) => Self::NeedsProtectCheck(at),
            AnySignIn::Unrecognized(at) => Self::Unrecognized(at),
            elsewhere => Self::Unrecognized(elsewhere.into_unrecognized()),
        }
    }
}

impl From<AfterResetCode> for AnySignIn {
    fn from(outcome: AfterResetCode) -> Self {
        match outcome {
            AfterResetCode::NeedsNewPassword(at) => Self::NeedsNewPassword(at),
            AfterResetCode::NeedsSecondFactor(at) => Self::NeedsSecondFactor(at),
            AfterResetCode::NeedsProtectCheck(at) => Self::NeedsProtectCheck(at),
            AfterResetCode::Unrecognized(at) => Self::Unrecognized(at),
        }
    }
}
