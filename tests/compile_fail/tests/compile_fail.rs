//! The mistakes that do not compile, and what the compiler says of each.
//!
//! The messages are part of the interface: whoever calls a step too early reads them first. They are pinned on one
//! compiler, since each words them differently. After a change, write them anew with `TRYBUILD=overwrite` and read every
//! one as the person who made the mistake would.

#![allow(clippy::expect_used)]

use std::env;
use std::process::Command;

const PINNED: &str = "rustc 1.95.";

#[test]
fn each_mistake_is_refused_with_a_message_that_helps() {
    let version = rustc_version();
    if !version.starts_with(PINNED) {
        println!("skipped: the messages are those of {PINNED}*, and this is {version}");
        return;
    }
    let cases = trybuild::TestCases::new();
    cases.pass("cases/pass/*.rs");
    cases.compile_fail("cases/*.rs");
}

fn rustc_version() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("rustc runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
