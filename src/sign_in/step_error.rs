//! Failed steps.

use std::fmt;

use super::any::AnySignIn;
use super::core::SignIn;
use super::states::State;
use crate::error::{Error, ErrorKind};

/// A failed step. It always gives the sign-in back to the app.
///
/// If an app does not continue the sign-in, it can use `?` to convert the failed step into an [`Error`].
#[must_use = "a failed step hands the sign-in back: go on from there"]
pub enum StepError<S: State> {
    /// The sign-in is still in the same state. It contains the server's latest description of the attempt.
    Stayed {
        /// The reason for the failure.
        error: Error,
        /// The sign-in, with which the app can retry the step or take a different step.
        sign_in: SignIn<S>,
    },
    /// The sign-in is in another state now.
    Moved {
        /// The reason for the failure.
        error: Error,
        /// The sign-in in its new state.
        sign_in: AnySignIn,
    },
}

impl<S: State> StepError<S> {
    /// The reason for the failure.
    pub const fn error(&self) -> &Error {
        match self {
            Self::Stayed { error, .. } | Self::Moved { error, .. } => error,
        }
    }

    /// Returns the sign-in in its current state, and the reason for the failure.
    ///
    /// ```
    /// # use clerk_sign_in::fake::FakeBackend;
    /// # use clerk_sign_in::{AnySignIn, Client};
    /// # futures::executor::block_on(async {
    /// # let client = Client::new(FakeBackend::demo());
    /// let failed = client.sign_in().create("nobody@example.com").await.unwrap_err();
    /// let (sign_in, error) = failed.into_parts();
    /// assert!(matches!(sign_in, AnySignIn::NeedsIdentifier(_)) && error.is_wrong_input());
    /// # });
    /// ```
    pub fn into_parts(self) -> (AnySignIn, Error) {
        match self {
            Self::Stayed { error, sign_in } => (sign_in.into(), error),
            Self::Moved { error, sign_in } => (sign_in, error),
        }
    }

    /// Converts the failed step into a type that does not depend on the state.
    pub fn into_any(self) -> AnyStepError {
        let (sign_in, error) = self.into_parts();
        FailedStep::new(error, sign_in)
    }

    /// Creates the error for a step that the server did not carry out.
    ///
    /// The server's answer proves this, because it describes a state to which the step cannot lead. If the answer
    /// contains a URL that must not reach a browser, the error says so.
    pub(super) fn moved(sign_in: AnySignIn) -> Self {
        let error = match sign_in.core().unsafe_url() {
            Some(error) => error.into(),
            None => ErrorKind::StepNotApplied { state: sign_in.state_name() }.into(),
        };
        Self::Moved { error, sign_in }
    }

    /// Converts the error of a step's second call. The first call has moved the sign-in on.
    pub(super) fn moved_on<From: State>(self) -> StepError<From> {
        let (sign_in, error) = self.into_parts();
        StepError::Moved { error, sign_in }
    }

    pub(super) fn stayed(error: impl Into<Error>, sign_in: SignIn<S>) -> Self {
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

/// A failed step, together with the sign-in or sign-up that it hands back.
#[derive(Debug)]
#[must_use = "a failed step hands back what it was taken on: go on from there"]
pub struct FailedStep<T> {
    /// The reason for the failure.
    pub error: Error,
    /// The sign-in or sign-up in its current state, after the failed step.
    pub handed_back: T,
}

/// A failed step of a sign-in whose state is known only at run time.
pub type AnyStepError = FailedStep<AnySignIn>;

impl<T> FailedStep<T> {
    pub(crate) fn new(error: impl Into<Error>, handed_back: T) -> Self {
        Self { error: error.into(), handed_back }
    }

    /// The reason for the failure.
    pub const fn error(&self) -> &Error {
        &self.error
    }

    /// Returns the sign-in or sign-up, and the reason for the failure.
    pub fn into_parts(self) -> (T, Error) {
        (self.handed_back, self.error)
    }
}

impl<S: State> From<StepError<S>> for AnyStepError {
    fn from(failed: StepError<S>) -> Self {
        failed.into_any()
    }
}

impl<T> From<FailedStep<T>> for Error {
    fn from(failed: FailedStep<T>) -> Self {
        failed.error
    }
}

impl<T> fmt::Display for FailedStep<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<T: fmt::Debug> std::error::Error for FailedStep<T> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}
