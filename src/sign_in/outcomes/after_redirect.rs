//! After the user came back from a provider.

use crate::error::Error;
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::{
    Complete, NeedsClientTrust, NeedsFirstFactor, NeedsNewPassword, NeedsProtectCheck, NeedsSecondFactor, Transferable,
    Unrecognized,
};

/// Where a sign-in can stand after the user came back from a provider.
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterRedirect {
    /// A session exists.
    Complete(SignIn<Complete>),
    /// The provider does not vouch for who they are: another first factor has to be verified.
    NeedsFirstFactor(SignIn<NeedsFirstFactor>),
    /// A second factor has to be verified.
    NeedsSecondFactor(SignIn<NeedsSecondFactor>),
    /// The device has to become trusted.
    NeedsClientTrust(SignIn<NeedsClientTrust>),
    /// A new password has to be chosen.
    NeedsNewPassword(SignIn<NeedsNewPassword>),
    /// Verified, but there is no such user.
    Transferable(SignIn<Transferable>),
    /// Clerk Protect wants a proof first.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// What does not belong here, or what this version of the crate does not know.
    Unrecognized(SignIn<Unrecognized>),
}

impl AfterRedirect {
    /// An error for a state that the app does not handle.
    #[must_use]
    pub fn unhandled(self) -> Error {
        AnySignIn::from(self).unhandled()
    }
}

impl From<AnySignIn> for AfterRedirect {
    fn from(any: AnySignIn) -> Self {
        match any.choose_another() {
            AnySignIn::Complete(at) => Self::Complete(at),
            AnySignIn::NeedsFirstFactor(at) => Self::NeedsFirstFactor(at),
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

impl From<AfterRedirect> for AnySignIn {
    fn from(outcome: AfterRedirect) -> Self {
        match outcome {
            AfterRedirect::Complete(at) => Self::Complete(at),
            AfterRedirect::NeedsFirstFactor(at) => Self::NeedsFirstFactor(at),
            AfterRedirect::NeedsSecondFactor(at) => Self::NeedsSecondFactor(at),
            AfterRedirect::NeedsClientTrust(at) => Self::NeedsClientTrust(at),
            AfterRedirect::NeedsNewPassword(at) => Self::NeedsNewPassword(at),
            AfterRedirect::Transferable(at) => Self::Transferable(at),
            AfterRedirect::NeedsProtectCheck(at) => Self::NeedsProtectCheck(at),
            AfterRedirect::Unrecognized(at) => Self::Unrecognized(at),
        }
    }
}
