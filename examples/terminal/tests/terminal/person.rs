//! Tests of the prompts, keys and colours that the program has when a person uses it at a terminal.

use std::path::Path;
use std::process::Command;

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use super::program::{Folder, PATIENCE};

const ESC: &str = "\x1b";
const ENTER: &str = "\r";
const DOWN: &str = "\x1b[B";
const CTRL_C: &str = "\x03";

/// The program, which runs at a terminal with 24 lines.
struct Person {
    session: PtySession,
    seen: String,
}

impl Person {
    fn start(columns: u16, arguments: &[&str]) -> Self {
        Self::start_with(columns, "env -u NO_COLOR", arguments)
    }

    fn start_with(columns: u16, environment: &str, arguments: &[&str]) -> Self {
        let mut shell = Command::new("sh");
        let script = format!("stty cols {columns} rows 24; exec {environment} TERM=xterm-256color \"$@\"");
        shell.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_terminal")]).args(arguments);
        let patience = u64::try_from(PATIENCE.as_millis()).unwrap();
        Self { session: spawn_command(shell, Some(patience)).unwrap(), seen: String::new() }
    }

    /// Waits until this ASCII text appears, and returns the output that came before it.
    fn sees(&mut self, text: &str) -> String {
        let before = self.session.exp_string(text).unwrap_or_else(|error| panic!("no `{text}`: {error}"));
        self.seen += &before;
        self.seen += text;
        before
    }

    fn types(&mut self, keys: &[&str]) {
        self.session.send(&keys.concat()).unwrap();
        self.session.flush().unwrap();
    }

    fn ends_with(&mut self, code: i32) -> String {
        let rest = self.session.exp_eof().unwrap();
        let status = self.session.process().wait().unwrap();
        assert!(matches!(status, WaitStatus::Exited(_, ended) if ended == code), "{status:?} after {rest}");
        rest
    }
}

#[test]
fn leaving_at_the_first_question_keeps_no_file() {
    for (key, code) in [(ESC, 1), (CTRL_C, 130)] {
        let folder = Folder::new();
        let mut person = Person::start(80, &["--checkpoint", &folder.file()]);
        person.sees("Esc to leave");
        person.types(&[key]);
        let rest = person.ends_with(code);
        assert!(!rest.contains(&folder.file()) && !Path::new(&folder.file()).exists(), "{rest}");
    }
}

#[test]
fn esc_goes_back_one_question() {
    let folder = Folder::new();
    let mut person = Person::start(80, &["--checkpoint", &folder.file()]);
    person.sees("Esc to leave");
    person.types(&["grace@example.com", ENTER]);
    person.sees("Leave, and come back later");
    person.types(&[ENTER]);
    person.sees("Esc to go back; Ctrl-R");
    person.types(&[ESC]);
    person.sees("Leave, and come back later");
    person.types(&[ESC]);
    person.sees("grace@example.com");
    person.sees("Esc to leave");
    person.types(&[ESC]);
    let rest = person.ends_with(1);
    assert!(!person.seen.contains("<canceled>") && !rest.contains("<canceled>"), "{}{rest}", person.seen);
}

#[test]
fn a_mistyped_address_is_edited() {
    let folder = Folder::new();
    let mut person = Person::start(80, &["--checkpoint", &folder.file()]);
    person.sees("Esc to leave");
    person.types(&["ada@example.co", ENTER]);
    person.sees("Leave, and come back later");
    person.types(&[ENTER]);
    person.sees("Ctrl-R");
    person.types(&["correct-horse-battery", ENTER]);
    person.sees("Nobody has an account with ada@example.co");
    person.sees("Leave, and come back later");
    person.types(&[DOWN, ENTER]);
    person.sees("Esc to leave");
    person.types(&["m", ENTER]);
    person.sees("ada@example.com");
    person.sees("Leave, and come back later");
    person.types(&[ENTER]);
    person.sees("Ctrl-R");
    person.types(&["correct-horse-battery", ENTER]);
    person.sees("Code of the authenticator app");
}

#[test]
fn a_wait_for_a_link_counts_down_and_can_be_stopped() {
    let folder = Folder::new();
    let mut person = Person::start(60, &["--checkpoint", &folder.file()]);
    person.sees("Esc to leave");
    person.types(&["linus+clerk_test@example.com", ENTER]);
    person.sees("Leave, and come back later");
    person.types(&[DOWN, DOWN, ENTER]);
    person.sees("Leave, and come back later");
    person.types(&[DOWN, ENTER]);
    person.sees("Waiting for the link: 9:");
    person.sees("left; Esc to stop");
    // Other keys neither stop the wait nor answer the next question.
    person.types(&["x", ENTER]);
    person.sees("9:57 left");
    person.types(&[ESC]);
    person.sees("Leave, and come back later");
    person.types(&[ENTER]);
    person.sees("Opened. It leads to");
    person.sees("Leave, and come back later");
    person.types(&[DOWN, ENTER]);
    person.sees("Signed in as Linus Torvalds.");
}

#[test]
fn ctrl_c_stops_a_wait_and_keeps_the_sign_in() {
    let folder = Folder::new();
    let mut person = Person::start(80, &["--checkpoint", &folder.file()]);
    person.sees("Esc to leave");
    person.types(&["linus+clerk_test@example.com", ENTER]);
    person.sees("Leave, and come back later");
    person.types(&[DOWN, DOWN, ENTER]);
    person.sees("Leave, and come back later");
    person.types(&[DOWN, ENTER]);
    person.sees("left; Esc to stop");
    person.types(&[CTRL_C]);
    person.ends_with(130);
    assert!(Path::new(&folder.file()).exists());
}

#[test]
fn errors_stand_out_unless_colours_are_off() {
    for (environment, is_red) in [("env -u NO_COLOR", true), ("env NO_COLOR=1", false)] {
        let folder = Folder::new();
        let mut person = Person::start_with(80, environment, &["--checkpoint", &folder.file()]);
        person.sees("Esc to leave");
        person.types(&["ada@example.com", ENTER]);
        person.sees("Leave, and come back later");
        person.types(&[ENTER]);
        person.sees("Ctrl-R");
        person.types(&["wrong", ENTER]);
        person.sees("The password is wrong.");
        assert_eq!(person.seen.contains("\x1b[38;5;9m"), is_red, "{:?}", person.seen);
    }
}

#[test]
fn long_lines_wrap_at_words() {
    let folder = Folder::new();
    let mut person = Person::start(60, &["--checkpoint", &folder.file()]);
    let introduction = person.sees("Any other email address");
    assert!(introduction.lines().filter(|line| line.is_ascii()).all(|line| line.len() < 60), "{introduction}");
    assert!(introduction.contains("--demo needs no answers"), "{introduction}");
}

#[test]
fn a_new_password_is_typed_twice() {
    let folder = Folder::new();
    let mut person = Person::start(80, &["--checkpoint", &folder.file()]);
    person.sees("Esc to leave");
    person.types(&["grace@example.com", ENTER]);
    person.sees("Leave, and come back later");
    person.types(&[DOWN, DOWN, DOWN, ENTER]);
    person.sees("Mail to grace@example.com: ");
    let (_, code) = person.session.exp_regex("[0-9]{6}").unwrap();
    person.sees("choose another way or start over");
    person.types(&[&code, ENTER]);
    let password = "a-wire-of-11.8-inches";
    for (again, then) in [("a-wire-of-11.8-inch", "are not the same"), (password, "Where you are signed in elsewhere")]
    {
        person.sees("New password");
        person.sees("Ctrl-R");
        person.types(&[password, ENTER]);
        person.sees("The same again");
        person.sees("Ctrl-R");
        person.types(&[again, ENTER]);
        person.sees(then);
    }
    person.sees("Leave, and come back later");
    person.types(&[ENTER]);
    person.sees("Signed in as Grace Hopper.");
}
