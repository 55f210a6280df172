//! Why the program ends without a session.

use std::fmt;
use std::process::ExitCode;

/// Why the program ends without a session.
#[derive(Debug)]
pub(crate) enum Leave {
    /// Ctrl-C.
    Interrupted,
    /// Esc, or "Leave" in a menu.
    Chosen,
    /// The answers came from a pipe, and there are no more.
    EndOfInput,
    /// The program cannot go on.
    Failed(String),
}

impl Leave {
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Interrupted => ExitCode::from(130),
            Self::Chosen | Self::EndOfInput | Self::Failed(_) => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Leave {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted => f.write_str("\nInterrupted; not signed in."),
            Self::Chosen => f.write_str("\nLeft; not signed in."),
            Self::EndOfInput => f.write_str("\nerror: the input ended before the sign-in was finished."),
            Self::Failed(why) => write!(f, "error: {why}"),
        }
    }
}
