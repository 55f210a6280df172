//! After the new password.

use crate::error::Error;
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::{Complete, NeedsClientTrust, NeedsProtectCheck, NeedsSecondFactor, Unrecognized};

/// Where a new password can lead.
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterReset {
    /// A session exists.
    Complete(SignIn<Complete>),
    /// A second factor has to be verified.
    NeedsSecondFactor(SignIn<NeedsSecondFactor>),
    /// The device has to become trusted.
    NeedsClientTrust(SignIn<NeedsClientTrust>),
    /// Clerk Protect wants a proof first; the step did not happen.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// What does not belong here, or what this version of the crate does not know.
    Unrecognized(SignIn<Unrecognized>),
}

impl AfterReset {
    /// An error for a state that the app does not handle.
    #[must_use]
    pub fn unhandled(self) -> Error {
        AnySignIn::from(self).unhandled()
    }
}

impl From<AnySignIn> for AfterReset {
    fn from(any: AnySignIn) -> Self {
        match any.choose_another() {
            AnySignIn::Complete(at) => Self::Complete(at),
            AnySignIn::NeedsSecondFactor(at) => Self::NeedsSecondFactor(at),
            AnySignIn::NeedsClientTrust(at) => Self::NeedsClientTrust(at),
            AnySignIn::NeedsProtectCheck(at) => Self::NeedsProtectCheck(at),
            AnySignIn::Unrecognized(at) => Self::Unrecognized(at),
            elsewhere => Self::Unrecognized(elsewhere.into_unrecognized()),
        }
    }
}

impl From<AfterReset> for AnySignIn {
    fn from(outcome: AfterReset) -> Self {
        match outcome {
            AfterReset::Complete(at) => Self::Complete(at),
            AfterReset::NeedsSecondFactor(at) => Self::NeedsSecondFactor(at),
            AfterReset::NeedsClientTrust(at) => Self::NeedsClientTrust(at),
            AfterReset::NeedsProtectCheck(at) => Self::NeedsProtectCheck(at),
            AfterReset::Unrecognized(at) => Self::Unrecognized(at),
        }
    }
}
