//! Before the first factor.

use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::{NeedsFirstFactor, NeedsIdentifier, State};
use crate::wire::Status;

/// Where a sign-in stands that sets a challenge or a provider aside, which may have begun without an identifier.
#[must_use = "match on it to go on"]
#[derive(Debug)]
pub enum BeforeFirstFactor {
    /// The user has not said who they are.
    NeedsIdentifier(SignIn<NeedsIdentifier>),
    /// A first factor has to be verified.
    NeedsFirstFactor(SignIn<NeedsFirstFactor>),
}

impl BeforeFirstFactor {
    pub(crate) fn of<S: State>(prepared: SignIn<S>) -> Self {
        match prepared.core.attempt.status {
            Some(Status::NeedsIdentifier) => Self::NeedsIdentifier(prepared.with_state(NeedsIdentifier(()))),
            _ => Self::NeedsFirstFactor(prepared.with_state(NeedsFirstFactor(()))),
        }
    }
}

impl From<BeforeFirstFactor> for AnySignIn {
    fn from(at: BeforeFirstFactor) -> Self {
        match at {
            BeforeFirstFactor::NeedsIdentifier(at) => Self::NeedsIdentifier(at),
            BeforeFirstFactor::NeedsFirstFactor(at) => Self::NeedsFirstFactor(at),
        }
    }
}
