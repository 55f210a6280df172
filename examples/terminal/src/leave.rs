//! The reason why the program ends without a session.

use std::process::ExitCode;

use crate::terminal::{complain, note};

/// The reason why the program ends without a session.
#[derive(Debug)]
pub(crate) enum Leave {
    /// Ctrl-C.
    Interrupted,
    /// The user chose "Leave" in a menu, or pressed Esc at the first question.
    Chosen,
    /// The answers come from a pipe, and all of its lines have been read.
    EndOfInput,
    /// The program cannot continue.
    Failed(String),
}

impl Leave {
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Interrupted => ExitCode::from(130),
            Self::Chosen | Self::EndOfInput | Self::Failed(_) => ExitCode::FAILURE,
        }
    }

    pub(crate) fn show(&self) {
        match self {
            Self::Interrupted => note("\nInterrupted."),
            Self::Chosen => note("\nLeft; not signed in."),
            Self::EndOfInput => complain("\nerror: the input ended before the sign-in was finished"),
            Self::Failed(why) => complain(format_args!("error: {why}")),
        }
    }
}
