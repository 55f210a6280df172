//! Starts a program, and types into it.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};

/// Starts the program, and types these lines into it. The end of the input follows them.
///
/// Its output is piped. The system's proxy is not used for servers on this machine.
pub fn start(program: &mut Command, typed: &[&str]) -> Child {
    let program = program.env("NO_PROXY", "127.0.0.1").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut started = program.stderr(Stdio::piped()).spawn().unwrap();
    started.stdin.take().unwrap().write_all(typed.join("\n").as_bytes()).unwrap();
    started
}
