//! After the first factor.

use crate::error::Error;
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::{
    Complete, NeedsClientTrust, NeedsNewPassword, NeedsProtectCheck, NeedsSecondFactor, Transferable, Unrecognized,
};

/// Where a verified first factor can lead.
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterFirstFactor {
    /// A session exists.
    Complete(SignIn<Complete>),
    /// A second factor has to be verified.
    NeedsSecondFactor(SignIn<NeedsSecondFactor>),
    /// The device has to become trusted.
    NeedsClientTrust(SignIn<NeedsClientTrust>),
    /// A new password has to be chosen.
    NeedsNewPassword(SignIn<NeedsNewPassword>),
    /// Verified, but there is no such user.
    Transferable(SignIn<Transferable>),
    /// Clerk Protect wants a proof first; the step did not happen.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// What does not belong here, or what this version of the crate does not know.
    Unrecognized(SignIn<Unrecognized>),
}

impl AfterFirstFactor {
    /// An error for a state that the app does not handle.
    #[must_use]
    pub fn unhandled(self) -> Error {
        AnySignIn::from(self).unhandled()
    }
}

impl From<AnySignIn> for AfterFirstFactor {
    fn from(any: AnySignIn) -> Self {
        match any.choose_another() {
            AnySignIn::Complete(at) => Self::Complete(at),
            AnySignIn::NeedsSecondFactor(at) => Self::NeedsSecondFactor(at),
            AnySignIn::NeedsClientTrust(at) => Self::NeedsClientTrust(at),
            AnySignIn::NeedsNewPassword(at) => Self::NeedsNewPassword(at),
            AnySignIn::Transferable(at) => Self::Transferable(at),
            AnySignIn::NeedsProtectCheck(at) => Self::NeedsProtectCheck(at),
            AnySignIn::Unrecognized(at) => Self::Unrecognized(at),
            elsewhere => Self::Unrecognized(elsewhere.into_unrecognized()),
        }
    }
}

impl From<AfterFirstFactor> for AnySignIn {
    fn from(outcome: AfterFirstFactor) -> Self {
        match outcome {
            AfterFirstFactor::Complete(at) => Self::Complete(at),
            AfterFirstFactor::NeedsSecondFactor(at) => Self::NeedsSecondFactor(at),
            AfterFirstFactor::NeedsClientTrust(at) => Self::NeedsClientTrust(at),
            AfterFirstFactor::NeedsNewPassword(at) => Self::NeedsNewPassword(at),
            AfterFirstFactor::Transferable(at) => Self::Transferable(at),
            AfterFirstFactor::NeedsProtectCheck(at) => Self::NeedsProtectCheck(at),
            AfterFirstFactor::Unrecognized(at) => Self::Unrecognized(at),
        }
    }
}
