//! The terminal program, driven through a pipe as a script would.

#![cfg(all(feature = "http", feature = "server", feature = "local-keys", feature = "system-browser"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the helpers fail the test, as the tests do"
)]

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use clerk_sign_in::fake::{FakeBackend, NewUser};
use clerk_sign_in::platform::{LocalWallet, TokioTimer, Wallet, WalletProvider};
use clerk_sign_in::server::{RunningServer, Server};
use common::openapi::Validated;

#[test]
fn the_demo_walks_to_a_session_by_itself() {
    let ended = Program::start(&["--demo"]).finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.stdout[..3], ["NeedsIdentifier", "NeedsSecondFactor", "Complete"]);
    assert!(ended.has_active_session(), "{ended:?}");
}

#[test]
fn a_wrong_password_is_asked_for_again_and_a_new_device_becomes_trusted() {
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
    assert!(!Path::new(&folder.file()).exists(), "nothing is left of a sign-in that is finished");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_walks_over_http() {
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
    assert!(ended.stderr.contains("The ticket is none of this server"), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[test]
fn a_link_is_opened_and_signs_in() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["grace@example.com", "Link by email", "Send again", "Open it", "Wait until it is opened"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stderr.contains("Try again in"), "{ended:?}");
    assert_eq!(ended.count("Opened. It leads to https://example.com/?__clerk_status=verified"), 1, "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[test]
fn a_link_that_was_sent_is_found_again_after_leaving_and_after_another_way() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["grace@example.com", "Password", "nanosecond-of-wire", "Link by email to grace@example.com"]);
    program.read_until("── LinkSent<NeedsClientTrust> ──");
    assert_eq!(program.finish().code, Some(1));

    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["Go on", "Choose another", "The link that was sent", "Open it", "Wait until it is opened"]);
    program.read_until("── NeedsClientTrust ──");
    program.read_until("── LinkSent<NeedsClientTrust> ──");
    assert!(program.finish().has_active_session());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_waited_for_is_opened_elsewhere() {
    let fake = FakeBackend::demo().with_timer(TokioTimer);
    let server = Server::bind("127.0.0.1:0", Validated::new(fake.clone())).await.unwrap().spawn();
    let folder = Folder::new();
    let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
    program.answer(&["ada@example.com", "Link by email", "Wait until it is opened"]);
    program.read_until("A link was sent to ada@example.com. It works for 10 minutes.");
    let link = fake.outbox().pop().unwrap().link().unwrap().clone();
    fake.open_link(link.expose()).unwrap();
    program.read_until("── NeedsSecondFactor ──");
    program.answer(&["Authenticator app", &fake.totp_code("ada@example.com").unwrap()]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

/// A browser that notes where it is sent.
fn noting_browser(folder: &Folder) -> (String, PathBuf) {
    let (script, noted) = (folder.0.join("browser"), folder.0.join("noted"));
    fs::write(&script, format!("#!/bin/sh\necho \"$1\" > {}.new && mv {0}.new {0}\n", noted.display())).unwrap();
    assert!(Command::new("chmod").arg("+x").arg(&script).status().unwrap().success());
    (script.to_str().unwrap().to_owned(), noted)
}

async fn noted(file: &Path) -> String {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Ok(url) = fs::read_to_string(file) {
            fs::remove_file(file).unwrap();
            return url.trim().to_owned();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no browser was opened");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_signs_in_through_the_browser() {
    let folder = Folder::new();
    let (browser, file) = noting_browser(&folder);
    let fake = FakeBackend::demo().with_timer(TokioTimer);
    let server = Server::bind("127.0.0.1:0", Validated::new(fake.clone())).await.unwrap().with_provider(fake.clone());
    fake.configure(|settings| settings.public_url = Some(server.url()));
    let server = server.spawn();
    for arguments in [vec!["--checkpoint"], vec!["--url", server.url(), "--checkpoint"]] {
        let checkpoint = folder.file();
        let arguments = [&arguments[..], &[&checkpoint]].concat();
        let mut program = Program::start_with(&arguments, &[("BROWSER", &browser)]);
        program.answer(&["", "Google account"]);
        let said = common::browse(&noted(&file).await, "linus+clerk_test@example.com").await;
        assert!(said.contains("You can go back to the terminal now."), "{said}");
        let ended = program.finish();
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(ended.stdout.iter().any(|line| line.contains("Signed in as Linus Torvalds")), "{ended:?}");
        assert!(ended.has_active_session(), "{ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_gone_to_again_and_a_second_factor_follows() {
    let folder = Folder::new();
    let (browser, file) = noting_browser(&folder);
    let mut program = Program::start_with(&["--checkpoint", &folder.file()], &[("BROWSER", &browser)]);
    program.answer(&["", "GitHub account"]);
    // At this address, nobody agrees.
    let url = noted(&file).await;
    let denied = url.replace("client_id=clerk-fake", "client_id=clerk-fake&prompt=none");
    assert!(reqwest_get(&denied).await.contains("You can go back"));
    program.read_until("── RedirectReady ──");
    program.answer(&["Go there again"]);
    common::browse(&noted(&file).await, "ada@example.com").await;
    program.read_until("── NeedsSecondFactor ──");
    assert_eq!(program.finish().code, Some(1));
}

async fn reqwest_get(url: &str) -> String {
    let client = reqwest::Client::builder().tls_certs_only([]).build().unwrap();
    client.get(url).send().await.unwrap().text().await.unwrap()
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
fn whoever_has_a_key_signs_in_by_it() {
    for (ways, state) in [
        (["", "Passkey"], "PasskeyChallenged"),
        (["", "MetaMask"], "WalletChallenged"),
        (["", "Coinbase Wallet"], "WalletChallenged"),
        (["", "Solana wallet"], "WalletChallenged"),
    ] {
        let folder = Folder::new();
        let mut program = Program::start(&["--checkpoint", &folder.file()]);
        program.answer(&ways);
        program.read_until(&format!("── {state} ──"));
        program.answer(&["Ask for another challenge", "1"]);
        let ended = program.finish();
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(ended.has_active_session(), "{ended:?}");
    }
}

#[test]
fn this_device_signs_in_and_is_offered_beside_what_the_account_has() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["", "This device"]);
    program.read_until("── DeviceChallenged ──");
    program.answer(&["Choose another", "Passkey"]);
    program.read_until("── PasskeyChallenged ──");
    program.answer(&["Choose another", "This device", "Sign"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[test]
fn a_device_that_was_left_at_its_challenge_still_holds_its_key() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["", "This device"]);
    assert_eq!(program.finish().code, Some(1));
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["Go on"]);
    program.read_until("── DeviceChallenged ──");
    program.answer(&["Sign"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_signs_in_over_http() {
    let fake = FakeBackend::demo().with_timer(TokioTimer);
    let wallet = LocalWallet::new(WalletProvider::OkxWallet, &[0x57; 32]).unwrap();
    fake.add_user(NewUser::default().web3_wallet(wallet.address().await.unwrap())).unwrap();
    let server = Server::bind("127.0.0.1:0", Validated::new(fake)).await.unwrap().spawn();
    let folder = Folder::new();
    let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
    program.answer(&["", "OKX Wallet", "Sign"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[test]
fn a_code_asked_for_too_early_is_refused_and_the_one_that_was_sent_still_works() {
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
    program.answer(&["ada@example.com", "Password", "correct-horse-battery", "Start over"]);
    program.answer(&["grace@example.com", "Password", "nanosecond-of-wire", "Start over"]);
    program.answer(&["grace@example.com", "Code by email", "", "Start over"]);
    program.read_until("── NeedsFirstFactor ──");
    program.read_until("── NeedsSecondFactor ──");
    program.read_until("── NeedsClientTrust ──");
    program.read_until("── CodeSent<NeedsFirstFactor> ──");
    program.read_until("── NeedsIdentifier ──");
}

#[test]
fn the_end_of_the_input_leaves_a_sign_in_to_come_back_to() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["grace@example.com", "Password", "nanosecond-of-wire", "1"]);
    let code = program.mailed_code("grace@example.com");
    let ended = program.finish();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("the input ended"), "{ended:?}");
    assert!(ended.stderr.contains(&folder.file()), "{ended:?}");
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(folder.file()).unwrap());
        assert_eq!(mode & 0o777, 0o600);
    }

    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["Go on"]);
    program.read_until("── CodeSent<NeedsClientTrust> ──");
    program.answer(&[&code]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
    assert!(!Path::new(&folder.file()).exists(), "nothing is left of a sign-in that is finished");
}

#[test]
fn a_damaged_checkpoint_is_explained_and_kept_until_the_user_says_otherwise() {
    let folder = Folder::new();
    fs::write(folder.file(), "{\"server\":").unwrap();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["2"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("holds no sign-in that can be read"), "{ended:?}");
    assert_eq!(fs::read_to_string(folder.file()).unwrap(), "{\"server\":");

    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["1", "linus+clerk_test@example.com", "2", "424242"]);
    assert!(program.finish().has_active_session());
}

#[test]
fn a_checkpoint_of_another_server_is_not_taken_up() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["linus+clerk_test@example.com", "2"]);
    program.finish();

    let ended = Program::start(&["--url", "http://127.0.0.1:9", "--checkpoint", &folder.file()]).finish();
    assert!(ended.stderr.contains("at another server"), "{ended:?}");
}

#[test]
fn a_backup_code_stands_in_for_the_authenticator_app() {
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
    // Some rules are told before anything is sent, and some by the server alone.
    program.answer(&[wrong, &code, "short", "nanosecond-of-wire", "Sign out there", "a-wire-of-11.8-inches"]);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stderr.contains("The code is wrong"), "{ended:?}");
    assert!(ended.stderr.contains("8 characters or more"), "{ended:?}");
    assert!(ended.stderr.contains("differs from the old one"), "{ended:?}");
    assert_eq!(ended.count("New password ("), 3, "{ended:?}");
    assert_eq!(ended.count("on other devices"), 1, "what was chosen is not asked again: {ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}

#[test]
fn a_code_for_a_new_password_is_found_again_after_leaving_and_after_another_way() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["grace@example.com", "I forgot my password"]);
    let code = program.mailed_code("grace@example.com");
    assert_eq!(program.finish().code, Some(1));

    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["Go on", "choose another", "The code that was sent", &code]);
    program.read_until("left at ResetCodeSent");
    program.read_until("── NeedsFirstFactor ──");
    program.read_until("── ResetCodeSent ──");
    program.read_until("── NeedsNewPassword ──");
    assert_eq!(program.finish().code, Some(1));

    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["Go on", "", "Type it", "a-wire-of-11.8-inches", "Stay signed in there"]);
    program.read_until("left at NeedsNewPassword");
    assert!(program.finish().has_active_session());
}

#[test]
fn every_challenge_is_solved_before_the_sign_in_goes_on() {
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
    fake.demand_proofs(1);
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
fn ten_wrong_passwords_lock_the_account_and_the_time_is_told() {
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
fn a_phone_code_may_travel_by_whatsapp() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["mary", "Show me what this account has", "Code by text message to +4915112345678", "WhatsApp"]);
    program.read_until("A code was sent by WhatsApp to +4915112345678");
}

#[test]
fn what_an_instance_asks_for_is_set_on_the_server_in_memory_only() {
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

/// The call never gets an answer, so what is left is the sign-in as it was before.
#[cfg(unix)]
#[test]
fn ctrl_c_in_the_middle_of_a_call_leaves_the_sign_in_as_it_was_before() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let folder = Folder::new();
    let mut program = Program::start(&["--url", &url, "--checkpoint", &folder.file()]);
    program.answer(&["ada@example.com", "Show me what this account has"]);
    let connection = silent.accept().unwrap();
    let killed = Command::new("kill").args(["-INT", &program.child.id().to_string()]).status().unwrap();
    assert!(killed.success());

    let ended = program.finish();
    assert_eq!(ended.code, Some(130), "{ended:?}");
    assert!(ended.stderr.contains("Interrupted"), "{ended:?}");
    drop(connection);

    let mut program = Program::start(&["--url", &url, "--checkpoint", &folder.file()]);
    program.read_until("A sign-in of ada@example.com was left at NeedsIdentifier");
}

async fn serve() -> RunningServer {
    let fake = FakeBackend::demo().with_timer(TokioTimer);
    Server::bind("127.0.0.1:0", Validated::new(fake)).await.unwrap().spawn()
}

/// More than any step takes, so that reaching it means that the program hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program under way. It is killed when the test ends before it does.
struct Program {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    seen: Vec<String>,
    stderr: Option<JoinHandle<String>>,
}

#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    stdout: Vec<String>,
    stderr: String,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        Self::start_with(arguments, &[])
    }

    fn start_with(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new(example("terminal"))
            .args(arguments)
            .env("NO_PROXY", "127.0.0.1")
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut stderr = child.stderr.take().unwrap();
        let stderr = std::thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        Self { stdin: child.stdin.take(), child, lines, seen: Vec::new(), stderr: Some(stderr) }
    }

    fn answer(&mut self, lines: &[&str]) {
        for line in lines {
            writeln!(self.stdin.as_mut().unwrap(), "{line}").unwrap();
        }
    }

    /// The next line of its output with this text in it.
    fn read_until(&mut self, text: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else { panic!("no `{text}` in {:#?}", self.seen) };
            self.seen.push(line.clone());
            if line.contains(text) {
                return line;
            }
        }
    }

    fn mailed_code(&mut self, address: &str) -> String {
        let mail = self.read_until(&format!(" to {address}: "));
        mail.rsplit(' ').next().unwrap().to_owned()
    }

    /// Ends its input and waits for its end.
    fn finish(mut self) -> Ended {
        drop(self.stdin.take());
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => self.seen.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it hangs after {:#?}", self.seen),
            }
        }
        let code = self.child.wait().unwrap().code();
        let stderr = self.stderr.take().unwrap().join().unwrap();
        Ended { code, stdout: std::mem::take(&mut self.seen), stderr }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    fn has_active_session(&self) -> bool {
        self.stdout.last().is_some_and(|line| line.starts_with("Active session: sess_"))
    }

    fn count(&self, text: &str) -> usize {
        self.stdout.iter().filter(|line| line.contains(text)).count()
    }
}

/// A folder of a test's own, deleted at its end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("clerk-sign-in-terminal-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> String {
        self.0.join("checkpoint.json").to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// `cargo test` builds the examples beside the folder of the test; `cargo test --test terminal` does not.
fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let program = profile.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    assert!(
        program.exists(),
        "build it first: cargo build --example {name} --features server,local-keys,system-browser"
    );
    program
}
