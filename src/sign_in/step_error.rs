//! A step that failed.

use std::fmt;

use crate::error::{Error, ErrorKind};
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::State;

/// A step that did not bring the sign-in on. It always hands the sign-in back.
///
/// `?` turns it into an [`Error`] for an app that does not go on.
#[must_use = "a failed step hands the sign-in back: go on from there"]
pub enum StepError<S: State> {
    /// The sign-in stands where it stood, with what the server said of it since.
    Stayed {
        /// Why the step failed.
        error: Error,
        /// The sign-in, to try again or otherwise.
        sign_in: SignIn<S>,
    },
    /// The sign-in stands elsewhere now.
    Moved {
        /// Why the step failed.
        error: Error,
        /// The sign-in, where it stands now.
        sign_in: AnySignIn,
    },
}

impl<S: State> StepError<S> {
    /// Why the step failed.
    pub const fn error(&self) -> &Error {
        match self {
            Self::Stayed { error, .. } | Self::Moved { error, .. } => error,
        }
    }

    /// The same, without the state in its type.
    pub fn into_any(self) -> AnyStepError {
        match self {
            Self::Stayed { error, sign_in } => AnyStepError { error, sign_in: sign_in.into() },
            Self::Moved { error, sign_in } => AnyStepError { error, sign_in },
        }
    }

    /// The server answered, and the sign-in stands where the step does not lead: it did not happen.
    pub(crate) fn moved(sign_in: AnySignIn) -> Self {
        Self::Moved { error: ErrorKind::NotTaken { state: sign_in.state_name() }.into(), sign_in }
    }

    pub(crate) fn stayed(error: impl Into<Error>, sign_in: SignIn<S>) -> Self {
        Self::Stayed { error: error.into(), sign_in }
    }
}

impl<S: State> From<StepError<S>> for Error {
    fn from(failed: StepError<S>) -> Self {
        match failed {
            StepError::Stayed { error, .. } | StepError::Moved { error, .. } => error,
        }
    }
}

impl<S: State> fmt::Debug for StepError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stayed { error, sign_in } => {
                f.debug_struct("Stayed").field("error", error).field("sign_in", sign_in).finish()
            }
            Self::Moved { error, sign_in } => {
                f.debug_struct("Moved").field("error", error).field("sign_in", sign_in).finish()
            }
        }
    }
}

impl<S: State> fmt::Display for StepError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error().fmt(f)
    }
}

impl<S: State> std::error::Error for StepError<S> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error().source()
    }
}

/// A step that did not bring a sign-in on whose state is known at run time only. It hands the sign-in back, wherever it
/// stands.
#[derive(Debug)]
#[must_use = "a failed step hands the sign-in back: go on from there"]
pub struct AnyStepError {
    /// Why the step failed.
    pub error: Error,
    /// The sign-in, where it stands now.
    pub sign_in: AnySignIn,
}

impl<S: State> From<StepError<S>> for AnyStepError {
    fn from(failed: StepError<S>) -> Self {
        failed.into_any()
    }
}

impl From<AnyStepError> for Error {
    fn from(failed: AnyStepError) -> Self {
        failed.error
    }
}

impl fmt::Display for AnyStepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for AnyStepError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}
