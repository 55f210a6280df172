//! Outcomes of steps: one enum per stage, with the states that can follow and `Elsewhere` for all others.

use super::any::AnySignIn;
use super::core::SignIn;
use super::state_kind::StateKind;
use super::states::{
    Complete, NeedsClientTrust, NeedsFirstFactor, NeedsIdentifier, NeedsNewPassword, NeedsProtectCheck,
    NeedsSecondFactor, State, Transferable,
};
use crate::error::Error;
use crate::wire::Status;

/// The state of a new attempt.
///
/// The enum is exhaustive: a `match` that forgets a state does not compile.
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterCreate {
    /// The attempt exists, and needs an identifier or an identity provider.
    NeedsIdentifier(SignIn<NeedsIdentifier>),
    /// A first factor must be verified.
    NeedsFirstFactor(SignIn<NeedsFirstFactor>),
    /// A second factor must be verified.
    NeedsSecondFactor(SignIn<NeedsSecondFactor>),
    /// The client is new to this user, who must verify it with a code or a link.
    NeedsClientTrust(SignIn<NeedsClientTrust>),
    /// A new password must be chosen.
    NeedsNewPassword(SignIn<NeedsNewPassword>),
    /// A session exists.
    Complete(SignIn<Complete>),
    /// The factor is verified, and no user has it: sign up.
    Transferable(SignIn<Transferable>),
    /// Clerk Protect asks for a proof before the sign-in goes on.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// Any other state, unchanged, such as one that this version does not know ([`Unrecognized`](crate::Unrecognized)).
    Elsewhere(AnySignIn),
}

/// The state after a first factor was verified.
///
/// The enum is exhaustive: a `match` that forgets a state does not compile.
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterFirstFactor {
    /// A session exists.
    Complete(SignIn<Complete>),
    /// A second factor must be verified.
    NeedsSecondFactor(SignIn<NeedsSecondFactor>),
    /// The client is new to this user, who must verify it with a code or a link.
    NeedsClientTrust(SignIn<NeedsClientTrust>),
    /// A new password must be chosen.
    NeedsNewPassword(SignIn<NeedsNewPassword>),
    /// The factor is verified, and no user has it: sign up.
    Transferable(SignIn<Transferable>),
    /// Clerk Protect asks for a proof before the sign-in goes on.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// Any other state, unchanged, such as one that this version does not know ([`Unrecognized`](crate::Unrecognized)).
    Elsewhere(AnySignIn),
}

/// The state after the user came back from an identity provider.
///
/// The enum is exhaustive: a `match` that forgets a state does not compile.
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterRedirect {
    /// A session exists.
    Complete(SignIn<Complete>),
    /// The provider does not vouch for the user's address: another first factor must be verified.
    NeedsFirstFactor(SignIn<NeedsFirstFactor>),
    /// A second factor must be verified.
    NeedsSecondFactor(SignIn<NeedsSecondFactor>),
    /// The client is new to this user, who must verify it with a code or a link.
    NeedsClientTrust(SignIn<NeedsClientTrust>),
    /// A new password must be chosen.
    NeedsNewPassword(SignIn<NeedsNewPassword>),
    /// The factor is verified, and no user has it: sign up.
    Transferable(SignIn<Transferable>),
    /// Clerk Protect asks for a proof before the sign-in goes on.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// Any other state, unchanged, such as one that this version does not know ([`Unrecognized`](crate::Unrecognized)).
    Elsewhere(AnySignIn),
}

/// The state after a second factor was verified.
///
/// The enum is exhaustive: a `match` that forgets a state does not compile.
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterSecondFactor {
    /// A session exists.
    Complete(SignIn<Complete>),
    /// A new password must be chosen.
    NeedsNewPassword(SignIn<NeedsNewPassword>),
    /// Clerk Protect asks for a proof before the sign-in goes on.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// Any other state, unchanged, such as one that this version does not know ([`Unrecognized`](crate::Unrecognized)).
    Elsewhere(AnySignIn),
}

/// The state after client trust was verified.
///
/// The enum is exhaustive: a `match` that forgets a state does not compile.
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterClientTrust {
    /// A session exists.
    Complete(SignIn<Complete>),
    /// Clerk Protect asks for a proof before the sign-in goes on.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// Any other state, unchanged, such as one that this version does not know ([`Unrecognized`](crate::Unrecognized)).
    Elsewhere(AnySignIn),
}

/// The state after the code that resets the password was verified.
///
/// The enum is exhaustive: a `match` that forgets a state does not compile.
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterResetCode {
    /// A new password must be chosen.
    NeedsNewPassword(SignIn<NeedsNewPassword>),
    /// A second factor must be verified.
    NeedsSecondFactor(SignIn<NeedsSecondFactor>),
    /// Clerk Protect asks for a proof before the sign-in goes on.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// Any other state, unchanged, such as one that this version does not know ([`Unrecognized`](crate::Unrecognized)).
    Elsewhere(AnySignIn),
}

/// The state after a new password was set.
///
/// The enum is exhaustive: a `match` that forgets a state does not compile.
#[must_use = "match on it to go on: a step that worked is not yet a session"]
#[derive(Debug)]
pub enum AfterReset {
    /// A session exists.
    Complete(SignIn<Complete>),
    /// A second factor must be verified.
    NeedsSecondFactor(SignIn<NeedsSecondFactor>),
    /// The client is new to this user, who must verify it with a code or a link.
    NeedsClientTrust(SignIn<NeedsClientTrust>),
    /// Clerk Protect asks for a proof before the sign-in goes on.
    NeedsProtectCheck(SignIn<NeedsProtectCheck>),
    /// Any other state, unchanged, such as one that this version does not know ([`Unrecognized`](crate::Unrecognized)).
    Elsewhere(AnySignIn),
}

/// Implements the parts that all outcomes share. The compiler checks each list of states against its enum.
macro_rules! outcomes {
    ($($outcome:ident { $($state:ident),+ $(,)? })+) => {$(
        impl $outcome {
            const STATES: &[StateKind] = &[$(StateKind::$state),+];

            /// Returns an error that names the state, for an app that does not handle it.
            #[must_use]
            pub fn unhandled(self) -> Error {
                AnySignIn::from(self).unhandled()
            }
        }

        /// Sets aside a prepared factor if that leads to one of the variants.
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
    AfterCreate {
        NeedsIdentifier, NeedsFirstFactor, NeedsSecondFactor, NeedsClientTrust, NeedsNewPassword, Complete, Transferable,
        NeedsProtectCheck,
    }
    AfterFirstFactor { Complete, NeedsSecondFactor, NeedsClientTrust, NeedsNewPassword, Transferable, NeedsProtectCheck }
    AfterRedirect {
        Complete, NeedsFirstFactor, NeedsSecondFactor, NeedsClientTrust, NeedsNewPassword, Transferable,
        NeedsProtectCheck,
    }
    AfterSecondFactor { Complete, NeedsNewPassword, NeedsProtectCheck }
    AfterClientTrust { Complete, NeedsProtectCheck }
    AfterResetCode { NeedsNewPassword, NeedsSecondFactor, NeedsProtectCheck }
    AfterReset { Complete, NeedsSecondFactor, NeedsClientTrust, NeedsProtectCheck }
}

/// The state after a challenge or a redirect was set aside.
///
/// A challenge or a redirect can begin without an identifier.
#[must_use = "match on it to go on"]
#[derive(Debug)]
pub enum BeforeFirstFactor {
    /// The user has not given an identifier.
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
