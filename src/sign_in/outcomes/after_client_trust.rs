//! After client trust.

use crate::error::Error;
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::{Complete, NeedsProtectCheck, Unrecognized};

/// Where a trusted device can lead.
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterClientTrust {
    /// A session exists.
    Complete(SignIn<Complete>),
    /// Clerk Protect wants a proof first; the step did not happen.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// What does not belong here, or what this version of the crate does not know.
    Unrecognized(SignIn<Unrecognized>),
}

impl AfterClientTrust {
    /// An error for a state that the app does not handle.
    #[must_use]
    pub fn unhandled(self) -> Error {
        AnySignIn::from(self).unhandled()
    }
}

impl From<AnySignIn> for AfterClientTrust {
    fn from(any: AnySignIn) -> Self {
        match any {
            AnySignIn::Complete(at) => Self::Complete(at),
            AnySignIn::NeedsProtectCheck(at) => Self::NeedsProtectCheck(at),
            AnySignIn::Unrecognized(at) => Self::Unrecognized(at),
            elsewhere => Self::Unrecognized(elsewhere.into_unrecognized()),
        }
    }
}

impl From<AfterClientTrust> for AnySignIn {
    fn from(outcome: AfterClientTrust) -> Self {
        match outcome {
            AfterClientTrust::Complete(at) => Self::Complete(at),
            AfterClientTrust::NeedsProtectCheck(at) => Self::NeedsProtectCheck(at),
            AfterClientTrust::Unrecognized(at) => Self::Unrecognized(at),
        }
    }
}
