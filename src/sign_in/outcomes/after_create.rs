//! After the attempt was created.

use crate::error::Error;
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::{
    Complete, NeedsClientTrust, NeedsFirstFactor, NeedsIdentifier, NeedsNewPassword, NeedsProtectCheck,
    NeedsSecondFactor, Transferable, Unrecognized,
};

/// Where a new attempt can stand.
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterCreate {
    /// The attempt exists, and needs an identifier or a provider.
    NeedsIdentifier(SignIn<NeedsIdentifier>),
    /// A first factor has to be verified.
    NeedsFirstFactor(SignIn<NeedsFirstFactor>),
    /// A second factor has to be verified.
    NeedsSecondFactor(SignIn<NeedsSecondFactor>),
    /// The device has to become trusted.
    NeedsClientTrust(SignIn<NeedsClientTrust>),
    /// A new password has to be chosen.
    NeedsNewPassword(SignIn<NeedsNewPassword>),
    /// A session exists.
    Complete(SignIn<Complete>),
    /// Verified, but there is no such user.
    Transferable(SignIn<Transferable>),
    /// Clerk Protect wants a proof first; the step did not happen.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// What does not belong here, or what this version of the crate does not know.
    Unrecognized(SignIn<Unrecognized>),
}

impl AfterCreate {
    /// An error for a state that the app does not handle.
    #[must_use]
    pub fn unhandled(self) -> Error {
        AnySignIn::from(self).unhandled()
    }
}

impl From<AnySignIn> for AfterCreate {
    fn from(any: AnySignIn) -> Self {
        match any.choose_another() {
            AnySignIn::NeedsIdentifier(at) => Self::NeedsIdentifier(at),
            AnySignIn::NeedsFirstFactor(at) => Self::NeedsFirstFactor(at),
            AnySignIn::NeedsSecondFactor(at) => Self::NeedsSecondFactor(at),
            AnySignIn::NeedsClientTrust(at) => Self::NeedsClientTrust(at),
            AnySignIn::NeedsNewPassword(at) => Self::NeedsNewPassword(at),
            AnySignIn::Complete(at) => Self::Complete(at),
            AnySignIn::Transferable(at) => Self::Transferable(at),
            AnySignIn::NeedsProtectCheck(at) => Self::NeedsProtectCheck(at),
            AnySignIn::Unrecognized(at) => Self::Unrecognized(at),
            elsewhere => Self::Unrecognized(elsewhere.into_unrecognized()),
        }
    }
}

impl From<AfterCreate> for AnySignIn {
    fn from(outcome: AfterCreate) -> Self {
        match outcome {
            AfterCreate::NeedsIdentifier(at) => Self::NeedsIdentifier(at),
            AfterCreate::NeedsFirstFactor(at) => Self::NeedsFirstFactor(at),
            AfterCreate::NeedsSecondFactor(at) => Self::NeedsSecondFactor(at),
            AfterCreate::NeedsClientTrust(at) => Self::NeedsClientTrust(at),
            AfterCreate::NeedsNewPassword(at) => Self::NeedsNewPassword(at),
            AfterCreate::Complete(at) => Self::Complete(at),
            AfterCreate::Transferable(at) => Self::Transferable(at),
            AfterCreate::NeedsProtectCheck(at) => Self::NeedsProtectCheck(at),
            AfterCreate::Unrecognized(at) => Self::Unrecognized(at),
        }
    }
}
