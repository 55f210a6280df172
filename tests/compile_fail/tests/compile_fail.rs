//! Mistakes that do not compile, and the compiler's message for each.
//!
//! The messages are part of the interface: they are the first thing that a user sees after calling a step too early.
//! The tests are pinned to one compiler version, because the wording changes between versions. If the messages have
//! changed, update them with `TRYBUILD=overwrite`. Then read each message from the point of view of a user who made the
//! mistake.

#![allow(clippy::expect_used)]

use std::process::Command;
use std::{env, fs};

const PINNED: &str = "rustc 1.95.";

#[test]
fn each_mistake_fails_with_a_helpful_message() {
    let version = rustc_version();
    if !version.starts_with(PINNED) {
        println!("skipped: the messages are those of {PINNED}*, and this is {version}");
        return;
    }
    let cases = trybuild::TestCases::new();
    cases.pass("cases/pass/*.rs");
    cases.compile_fail("cases/*.rs");
}

/// The guide quotes these messages, so each quoted line must occur in a message of the compiler.
#[test]
fn the_guide_quotes_messages_of_the_compiler() {
    let cases = fs::read_dir("cases").expect("the folder of the cases can be read");
    let paths =
        cases.map(|case| case.expect("a case").path()).filter(|path| path.extension().is_some_and(|it| it == "stderr"));
    let said: Vec<String> = paths.map(|path| fs::read_to_string(path).expect("a message can be read")).collect();
    let guide = fs::read_to_string("../../docs/compiler-messages.md").expect("the page can be read");
    let quoted = guide.split("```text\n").skip(1).filter_map(|rest| rest.split_once("\n```"));
    for line in quoted.flat_map(|(quote, _)| quote.lines()) {
        assert!(said.iter().any(|message| message.contains(line.trim())), "no case has the message `{line}`");
    }
}

fn rustc_version() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("rustc runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
