//! Where a step can lead: one enum a stage, with the states that can follow and `Elsewhere` for every other.

use super::any::AnySignIn;
use super::core::SignIn;
use super::state_kind::StateKind;
use super::states::{
    Complete, NeedsClientTrust, NeedsFirstFactor, NeedsIdentifier, NeedsNewPassword, NeedsProtectCheck,
    NeedsSecondFactor, State, Transferable,
};
use crate::error::Error;
use crate::wire::Status;

/// The sentence on a state, wherever it is a variant.
macro_rules! about {
    (NeedsIdentifier) => {
        "The attempt exists, and needs an identifier or an identity provider."
    };
    (NeedsFirstFactor) => {
        "A first factor must be verified."
    };
    (NeedsSecondFactor) => {
        "A second factor must be verified."
    };
    (NeedsClientTrust) => {
        "The client is new to this user, who must verify it by a code or a link."
    };
    (NeedsNewPassword) => {
        "A new password must be chosen."
    };
    (Complete) => {
        "A session exists."
    };
    (Transferable) => {
        "The factor is verified, and no user has it: sign up."
    };
    (NeedsProtectCheck) => {
        "Clerk Protect asks for a proof before the sign-in goes on."
    };
}

/// Makes the enums, which no function or trait can do.
macro_rules! outcomes {
    ($($(#[doc = $doc:literal])+ $outcome:ident { $($state:ident),+ $(,)? })+) => {$(
        $(#[doc = $doc])+
        ///
        /// Exhaustive: a forgotten state does not compile. What a stage does not expect is `Elsewhere`, unchanged.
        #[must_use = "match on it to go on: a step that worked is not yet a session"]
        #[derive(Debug)]
        pub enum $outcome {
            $(#[doc = about!($state)] $state(SignIn<$state>),)+
            /// Any other state, such as one that this version does not know
            /// ([`Unrecognized`](crate::Unrecognized)).
            Elsewhere(AnySignIn),
        }

        impl $outcome {
            const STATES: &[StateKind] = &[$(StateKind::$state),+];

            /// Returns an error that names the state, for an app that does not handle it.
            #[must_use]
            pub fn unhandled(self) -> Error {
                AnySignIn::from(self).unhandled()
            }
        }

        /// A prepared factor is set aside if that leads to one of the variants.
        impl From<AnySignIn> for $outcome {
            fn from(any: AnySignIn) -> Self {
                match any.set_aside_for(Self::STATES) {
                    $(AnySignIn::$state(sign_in) => Self::$state(sign_in),)+
                    elsewhere => Self::Elsewhere(elsewhere),
                }
            }
        }

        impl From<$outcome> for AnySignIn {
            fn from(outcome: $outcome) -> Self {
                match outcome {
                    $($outcome::$state(sign_in) => Self::$state(sign_in),)+
                    $outcome::Elsewhere(any) => any,
                }
            }
        }
    )+};
}

outcomes! {
    /// The state of a new attempt.
    AfterCreate {
        NeedsIdentifier, NeedsFirstFactor, NeedsSecondFactor, NeedsClientTrust, NeedsNewPassword, Complete, Transferable,
        NeedsProtectCheck,
    }
    /// The state after a first factor was verified.
    AfterFirstFactor {
        Complete, NeedsSecondFactor, NeedsClientTrust, NeedsNewPassword, Transferable, NeedsProtectCheck,
    }
    /// The state after the user came back from an identity provider.
    ///
    /// `NeedsFirstFactor` follows if the provider does not vouch for the user's address.
    AfterRedirect {
        Complete, NeedsFirstFactor, NeedsSecondFactor, NeedsClientTrust, NeedsNewPassword, Transferable,
        NeedsProtectCheck,
    }
    /// The state after a second factor was verified.
    AfterSecondFactor { Complete, NeedsNewPassword, NeedsProtectCheck }
    /// The state after client trust was verified.
    AfterClientTrust { Complete, NeedsProtectCheck }
    /// The state after the code that resets the password was verified.
    AfterResetCode { NeedsNewPassword, NeedsSecondFactor, NeedsProtectCheck }
    /// The state after a new password was set.
    AfterReset { Complete, NeedsSecondFactor, NeedsClientTrust, NeedsProtectCheck }
}

/// The state after a challenge or a redirect was set aside, which may have begun without an identifier.
#[must_use = "match on it to go on"]
#[derive(Debug)]
pub enum BeforeFirstFactor {
    /// The user has not said who they are.
    NeedsIdentifier(SignIn<NeedsIdentifier>),
    /// A first factor must be verified.
    NeedsFirstFactor(SignIn<NeedsFirstFactor>),
}

impl BeforeFirstFactor {
    pub(super) fn set_aside<S: State>(prepared: SignIn<S>) -> Self {
        match prepared.core.attempt.status {
            Some(Status::NeedsIdentifier) => Self::NeedsIdentifier(prepared.with_state(NeedsIdentifier(()))),
            _ => Self::NeedsFirstFactor(prepared.with_state(NeedsFirstFactor(()))),
        }
    }
}

impl From<BeforeFirstFactor> for AnySignIn {
    fn from(before: BeforeFirstFactor) -> Self {
        match before {
            BeforeFirstFactor::NeedsIdentifier(sign_in) => Self::NeedsIdentifier(sign_in),
            BeforeFirstFactor::NeedsFirstFactor(sign_in) => Self::NeedsFirstFactor(sign_in),
        }
    }
}

#[cfg(test)]
mod tests;
