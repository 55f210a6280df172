//! Tests that run the terminal program through a pipe, as a script does, and in a pseudo-terminal, as a person does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the helpers fail the test, as the tests do"
)]

mod joan;
mod keys;
mod leaving;
mod links;
#[cfg(unix)]
mod person;
mod program;
mod providers;
mod sign_ups;
mod sign_ups_found_again;
mod signed_in;

use std::path::Path;
use std::time::Duration;

use clerk_sign_in::fake::FakeBackend;
use clerk_sign_in::platform::TokioTimer;
use clerk_sign_in::server::Server;
use program::{Folder, Program, serve};
use support::openapi::Validated;

#[test]
fn the_demo_signs_in_without_answers() {
    let ended = Program::start(&["--demo"]).finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.stdout[..3], ["NeedsIdentifier", "NeedsSecondFactor", "Complete"]);
    assert!(ended.has_active_session(), "{ended:?}");
}

#[test]
fn a_wrong_password_is_asked_again_and_a_client_becomes_trusted() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["grace@example.com", "Password", "micrometre-of-wire", "nanosecond-of-wire"]);
    program.read_until("NeedsClientTrust");
    program.answer(&["Code by email to grace@example.com"]);
    let code = program.mailed_code("grace@example.com");
    program.answer(&[&code]);

    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.count("Password ("), 2, "{ended:?}");
    assert!(ended.stderr.contains("The password is wrong"), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
    assert!(!Path::new(&folder.file()).exists(), "a finished sign-in leaves no file");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_signs_in_over_http() {
    let server = serve().await;
    let ended = Program::start(&["--demo", "--url", server.url()]).finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_with_a_ticket_signs_in() {
    let fake = FakeBackend::demo().with_timer(TokioTimer);
    let server = Server::bind("127.0.0.1:0", Validated::new(fake.clone())).await.unwrap().spawn();
    let folder = Folder::new();
    let ticket = fake.add_ticket("grace@example.com", Duration::from_secs(60)).unwrap().ticket;
    let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
    let used = format!("https://example.com/?__clerk_ticket=x{}", ticket.expose());
    program.answer(&[&used, &used.replace("=x", "=")]);

    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stderr.contains("This server did not issue the ticket"), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_is_asked_for_again_over_http() {
    let (server, folder) = (serve().await, Folder::new());
    let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
    program.answer(&["linus+clerk_test@example.com", "Code by email", "000000", "424242"]);

    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stderr.contains("The code is wrong"), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[test]
fn a_code_still_works_after_another_was_asked_for_too_early() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["linus+clerk_test@example.com", "Code by email", "send again", "choose another"]);
    program.answer(&["The code that was sent", "424242"]);
    let ended = program.finish();
    assert!(ended.stderr.contains("Try again in"), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[test]
fn every_screen_leads_back_to_the_start() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&[
        "ada@example.com",
        "Start over",
        "ada@example.com",
        "Show me what this account has",
        "Start over",
    ]);
    program.answer(&["ada@example.com", "Password", "correct-horse-battery", "", "Start over"]);
    program.answer(&["grace@example.com", "Password", "nanosecond-of-wire", "Start over"]);
    program.answer(&["grace@example.com", "Code by email", "", "Start over"]);
    program.read_until("── NeedsFirstFactor ──");
    program.read_until("── NeedsSecondFactor ──");
    program.read_until("── NeedsClientTrust ──");
    program.read_until("── CodeSent<NeedsFirstFactor> ──");
    program.read_until("── NeedsIdentifier ──");
}

#[test]
fn the_only_second_factor_is_used_without_a_question() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["ada@example.com", "Password", "correct-horse-battery"]);
    let shown = program.read_until("The authenticator app of ada@example.com shows ");
    let code = shown.trim_end_matches('.').rsplit(' ').next().unwrap();
    program.answer(&[code]);
    let ended = program.finish();
    assert_eq!(ended.count("Second factor"), 0, "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[test]
fn a_backup_code_replaces_the_authenticator_app() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["mary", "Password", "two-factors-please", "Backup code", "mary-backup-3", "mary-backup-1"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stderr.contains("The code is wrong"), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[test]
fn a_forgotten_password_is_replaced_by_a_code_and_a_new_one() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["grace@example.com", "I forgot my password"]);
    let code = program.mailed_code("grace@example.com");
    let wrong = if code == "000000" { "111111" } else { "000000" };
    // The program checks some rules itself, and the server checks the others.
    program.answer(&[wrong, &code, "short", "nanosecond-of-wire", "Sign out there", "a-wire-of-11.8-inches"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stderr.contains("The code is wrong"), "{ended:?}");
    assert!(ended.stderr.contains("8 characters or more"), "{ended:?}");
    assert!(ended.stderr.contains("differs from the old one"), "{ended:?}");
    assert_eq!(ended.count("New password ("), 3, "{ended:?}");
    assert_eq!(ended.count("signed in elsewhere"), 1, "the choice is not asked for again: {ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[test]
fn every_challenge_is_solved_before_the_sign_in_continues() {
    let folder = Folder::new();
    let mut program = Program::start(&["--gate", "2", "--checkpoint", &folder.file()]);
    program.answer(&["linus+clerk_test@example.com", "Code by email", "Solve the challenge", "Solve the challenge"]);
    program.answer(&["Code by email to linus+clerk_test@example.com", "424242"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.count("The server has another challenge"), 1, "{ended:?}");
    assert_eq!(ended.count("The challenge is solved"), 1, "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_of_another_server_is_explained_and_left() {
    let folder = Folder::new();
    let fake = FakeBackend::demo().with_timer(TokioTimer);
    fake.require_protect_checks(1);
    let server = Server::bind("127.0.0.1:0", Validated::new(fake)).await.unwrap().spawn();
    let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
    program.answer(&["linus+clerk_test@example.com", "Code by email", "Ask the server again", "Start over"]);
    program.answer(&["", "Code by email", "424242"]);
    program.read_until("── NeedsProtectCheck ──");
    program.read_until("which no terminal can run");
    let ended = program.finish();
    assert!(ended.has_active_session(), "{ended:?}");
}

#[test]
fn ten_wrong_passwords_lock_the_account_and_show_the_time() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["ada@example.com", "Password"]);
    program.answer(&["battery-horse-correct"; 10]);
    program.answer(&["ada@example.com", "Password", "correct-horse-battery"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("locked after 1 more wrong"), "{ended:?}");
    let told = ended.stderr.matches("locked after too many wrong answers. Try again in 60 minutes.").count();
    assert_eq!(told, 2, "the right password does not help: {ended:?}");
}

#[test]
fn a_code_by_text_message_is_the_first_factor_of_a_phone_number() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["+4915112345678", "Code by text message"]);
    let code = program.mailed_code("+4915112345678");
    program.answer(&[&code, "Backup code", "mary-backup-2"]);
    program.read_until("── CodeSent<NeedsFirstFactor> ──");
    program.read_until("── NeedsSecondFactor ──");
    assert!(program.finish().has_active_session());
}

#[test]
fn a_phone_code_can_be_sent_by_whatsapp() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["mary", "Show me what this account has", "Code by text message to +4915112345678", "WhatsApp"]);
    program.read_until("A code was sent by WhatsApp to +4915112345678");
}

#[test]
fn settings_apply_to_the_embedded_fake_only() {
    let folder = Folder::new();
    let mut program = Program::start(&["--old-passwords", "--checkpoint", &folder.file()]);
    program.answer(&["mary", "Password", "two-factors-please", "three-factors-please", "Sign out there"]);
    program.answer(&["Backup code", "mary-backup-1"]);
    program.read_until("The password is right but too old");
    assert!(program.finish().has_active_session());

    let mut program = Program::start(&["--captcha", "--checkpoint", &folder.file()]);
    program.answer(&["linus+clerk_test@example.com", "Code by email", "", "", "Code by email", "invalid"]);
    program.answer(&["", "Code by email", "solved", "", "Code by email", "424242"]);
    let ended = program.finish();
    assert!(ended.has_active_session(), "{ended:?}");
    assert_eq!(ended.stderr.matches("wants a captcha solved first").count(), 3, "{ended:?}");
    assert_eq!(ended.stderr.matches("The captcha was not solved.").count(), 1, "{ended:?}");
    assert_eq!(ended.count("The captcha is solved"), 1, "{ended:?}");

    let ended = Program::start(&["--url", "http://127.0.0.1:9", "--captcha"]).finish();
    assert_eq!(ended.code, Some(2), "{ended:?}");
}
