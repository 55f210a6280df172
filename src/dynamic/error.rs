//! Failed calls of a dynamic sign-in.

use std::fmt;

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::At;
use crate::error::Error;
use crate::relation::Step;

/// The reason why a call of a [`DynamicSignIn`](super::DynamicSignIn) failed.
///
/// Serialized, it has the same four fields as an [`Error`]: `code`, `message`, `field` and `retry_after`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum DynamicError {
    /// The step is not legal in the state of the sign-in, or not with these parameters. Nothing was sent.
    WrongState {
        /// The step that the call needs.
        wanted: Step,
        /// Where the sign-in is.
        at: At,
    },
    /// After an interruption, the attempt was found to have changed. The call would have begun a new attempt or sent
    /// another message, so nothing was sent. Look at the state, and decide again.
    Moved {
        /// The step that the call needs.
        wanted: Step,
        /// Where the sign-in is.
        at: At,
    },
    /// Another call of this sign-in is under way. Nothing was sent. Await the other call first.
    Busy {
        /// The step that the call needs.
        wanted: Step,
    },
    /// The call was cancelled by [`reset`](super::DynamicSignIn::reset) or
    /// [`cancel_wait`](super::DynamicSignIn::cancel_wait), and its result was discarded.
    Cancelled,
    /// The step failed. The sign-in has stayed in its state, or is in the state that the server reported. If no
    /// readable answer came, it is [interrupted](super::DynamicSignIn::is_interrupted).
    Failed(Error),
}

impl DynamicError {
    /// The error of the machine, if the step itself failed.
    #[must_use]
    pub const fn error(&self) -> Option<&Error> {
        match self {
            Self::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// A code that identifies the error, for an app that examines errors as text.
    ///
    /// The codes are `wrong_state`, `moved`, `busy`, `cancelled` and those of [`Error::code`].
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::WrongState { .. } => "wrong_state",
            Self::Moved { .. } => "moved",
            Self::Busy { .. } => "busy",
            Self::Cancelled => "cancelled",
            Self::Failed(error) => error.code(),
        }
    }

    /// A sentence that an app can show to the user.
    #[must_use]
    pub fn user_message(&self) -> String {
        match self {
            Self::WrongState { .. } => "This is not possible now. Please follow the steps shown.".to_owned(),
            Self::Moved { .. } => "The sign-in has already moved on. Please follow the steps shown.".to_owned(),
            Self::Busy { .. } => "Please wait until the previous step is done.".to_owned(),
            Self::Cancelled => "This was cancelled.".to_owned(),
            Self::Failed(error) => error.user_message(),
        }
    }
}

impl fmt::Display for DynamicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongState { wanted, at: At::UnderWay(state) } if state.allows(*wanted) => {
                write!(f, "`{wanted}` is a step of {}, but not with these parameters or for this factor", state.name())
            }
            Self::WrongState { wanted, at } => {
                write!(f, "`{wanted}` is no step of {}: `steps()` lists the steps that are legal now", at.name())
            }
            Self::Moved { wanted, at } => {
                write!(f, "the sign-in has changed, and is now at {}: look at it before you call `{wanted}`", at.name())
            }
            Self::Busy { wanted } => write!(f, "`{wanted}` cannot run beside another call: await that call first"),
            Self::Cancelled => f.write_str("the call was cancelled, so its result was discarded"),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for DynamicError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error().and_then(std::error::Error::source)
    }
}

impl From<Error> for DynamicError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Serialize for DynamicError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Self::Failed(error) = self {
            return error.serialize(serializer);
        }
        let mut error = serializer.serialize_struct("DynamicError", 4)?;
        error.serialize_field("code", self.code())?;
        error.serialize_field("message", &self.user_message())?;
        error.serialize_field("field", &None::<&str>)?;
        error.serialize_field("retry_after", &None::<u64>)?;
        error.end()
    }
}
