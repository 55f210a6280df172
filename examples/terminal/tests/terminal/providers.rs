//! Identity providers, which the user visits in a browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use clerk_sign_in::fake::{FakeBackend, NewUser, ProviderAccount, SignUpField};
use clerk_sign_in::platform::TokioTimer;
use clerk_sign_in::server::Server;
use clerk_sign_in::wire::Strategy;

use super::joan::fault;
use super::program::{Folder, PATIENCE, Program};
use support::openapi::Validated;

/// Creates a script that takes the place of a browser. The script only writes the URL of each requested page to a file.
fn noting_browser(folder: &Folder) -> (String, PathBuf) {
    let (script, noted) = (folder.0.join("browser"), folder.0.join("noted"));
    let text = format!("#!/bin/sh\necho \"$1\" > {}.new && mv {0}.new {0}\n", noted.display());
    // A script cannot be run while it is open for writing. If this process wrote the script, a program that another
    // test starts at that moment could inherit the open file. To avoid this, another process writes the script.
    let write = ["-c", "printf %s \"$0\" > \"$1\" && chmod +x \"$1\"", &text, script.to_str().unwrap()];
    assert!(Command::new("sh").args(write).status().unwrap().success());
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
        let said = support::browse(&noted(&file).await, "linus+clerk_test@example.com").await;
        assert!(said.contains("You can go back to the terminal now."), "{said}");
        let ended = program.finish();
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(ended.stdout.iter().any(|line| line.contains("Signed in as Linus Torvalds")), "{ended:?}");
        assert!(ended.has_active_session(), "{ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_provider_can_be_tried_again() {
    let folder = Folder::new();
    let (browser, file) = noting_browser(&folder);
    let mut program = Program::start_with(&["--checkpoint", &folder.file()], &[("BROWSER", &browser)]);
    program.answer(&["", "GitHub account"]);
    // If `prompt=none` is added to the URL, the provider denies the sign-in.
    let url = noted(&file).await;
    let denied = url.replace("client_id=clerk-fake", "client_id=clerk-fake&prompt=none");
    assert!(reqwest_get(&denied).await.contains("You can go back"));
    // The denied attempt is over, so the sign-in starts from the beginning.
    program.read_until("── NeedsIdentifier ──");
    program.answer(&["", "GitHub account"]);
    support::browse(&noted(&file).await, "ada@example.com").await;
    program.read_until("── NeedsSecondFactor ──");
    assert_eq!(program.finish().code, Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_signs_in_without_a_browser() {
    let folder = Folder::new();
    let mut program = Program::start(&["--checkpoint", &folder.file()]);
    program.answer(&["", "Google One Tap by an ID token", "ada@example.com"]);
    program.read_until("── NeedsSecondFactor ──");
    assert_eq!(program.finish().code, Some(1));

    let folder = Folder::new();
    let fake = FakeBackend::demo().with_timer(TokioTimer);
    let server = Server::bind("127.0.0.1:0", Validated::new(fake.clone())).await.unwrap().spawn();
    let one_tap = fake.provider_credential(&Strategy::GoogleOneTap, "mary@example.com").unwrap().id_token;
    let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
    program.answer(&["", "Google One Tap by an ID token", one_tap.expose(), "Sign up with this Google account"]);
    let ended = program.finish();
    assert!(ended.has_active_session() && fake.user("mary@example.com").is_some(), "{ended:?}");

    let apple = Strategy::oauth_token("apple");
    let token = |who| fake.provider_credential(&apple, who).unwrap().id_token.expose().to_owned();
    let (linus, joan) = (token("linus+clerk_test@example.com"), token("joan@example.com"));
    for (token, end) in [(&linus, "Signed in as Linus Torvalds"), (&joan, "Signed in")] {
        let mut program = Program::start(&["--url", server.url(), "--checkpoint", &folder.file()]);
        let by_apple = ["", "Apple account by an ID token"];
        program.answer(&[&by_apple[..], &["made-up"], &by_apple, &[token]].concat());
        if *token == joan {
            program.answer(&["Sign up with this Apple account"]);
        }
        let ended = program.finish();
        assert!(ended.stderr.contains("is not from the provider"), "{ended:?}");
        assert!(ended.stdout.iter().any(|line| line.starts_with(end)), "{ended:?}");
        assert!(ended.has_active_session(), "{ended:?}");
        assert!(!format!("{ended:?}").contains(token), "the token shows");
    }
}

async fn reqwest_get(url: &str) -> String {
    let client = reqwest::Client::builder().tls_certs_only([]).build().unwrap();
    client.get(url).send().await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_account_at_a_provider_signs_up() {
    let folder = Folder::new();
    let (browser, file) = noting_browser(&folder);
    let fake = FakeBackend::demo().with_timer(TokioTimer);
    fake.configure(|settings| settings.sign_up_required = vec![SignUpField::LastName, SignUpField::Username]);
    fake.add_provider_account(ProviderAccount::new("joan@example.com").name("Joan", "Clarke"));
    let server = Server::bind("127.0.0.1:0", Validated::new(fake.clone())).await.unwrap().with_provider(fake.clone());
    fake.configure(|settings| settings.public_url = Some(server.url()));
    let server = server.spawn();
    let checkpoint = folder.file();
    let embedded = ["--sign-up-requires", "username", "--checkpoint", &checkpoint];
    for (arguments, name) in
        [(&embedded[..], ""), (&["--url", server.url(), "--checkpoint", &checkpoint], "Joan Clarke")]
    {
        let mut program = Program::start_with(arguments, &[("BROWSER", &browser)]);
        program.answer(&["", "Google account"]);
        support::browse(&noted(&file).await, "joan@example.com").await;
        program.read_until("You have verified that this Google account is yours. Nobody has an account with it yet.");
        program.answer(&["Sign up with this Google account"]);
        program.read_until("Still required: user name.");
        assert_eq!(program.finish().code, Some(1));

        let mut program = Program::start_with(arguments, &[("BROWSER", &browser)]);
        program.answer(&["Go on", "joan"]);
        let ended = program.finish();
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert_eq!(ended.count("A sign-up was left in the middle."), 1, "{ended:?}");
        assert!(ended.stdout.iter().any(|line| line.starts_with("Signed in") && line.contains(name)), "{ended:?}");
        assert!(ended.has_active_session(), "{ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unverified_address_of_a_provider_needs_a_code() {
    let folder = Folder::new();
    let (browser, file) = noting_browser(&folder);
    let fake = FakeBackend::demo().with_timer(TokioTimer);
    fake.configure(|settings| settings.sign_up_required = vec![SignUpField::Username]);
    fake.add_provider_account(ProviderAccount::new("joan@example.com").unverified());
    let server = Server::bind("127.0.0.1:0", Validated::new(fake.clone())).await.unwrap().with_provider(fake.clone());
    fake.configure(|settings| settings.public_url = Some(server.url()));
    let server = server.spawn();
    let arguments = ["--url", server.url(), "--checkpoint", &folder.file()];
    let mut program = Program::start_with(&arguments, &[("BROWSER", &browser)]);
    program.answer(&["", "GitHub account"]);
    support::browse(&noted(&file).await, "joan@example.com").await;
    program.answer(&["Sign up with this GitHub account", "Send a code to joan@example.com"]);
    program.read_until("A code was sent to joan@example.com.");
    assert!(fake.user("joan@example.com").is_none());
    let mail = fake.outbox().pop().unwrap();
    let code = mail.code().unwrap().expose();
    let wrong = if code == "000000" { "111111" } else { "000000" };
    program.answer(&[wrong, "I have a code", code]);
    program.read_until("Still required: user name.");
    program.answer(&["joan"]);
    let ended = program.finish();
    assert!(ended.stderr.contains("The code is wrong"), "{ended:?}");
    assert!(ended.has_active_session() && fake.user("joan@example.com").is_some(), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_account_taken_meanwhile_signs_in() {
    let folder = Folder::new();
    let (browser, file) = noting_browser(&folder);
    let fake = FakeBackend::demo().with_timer(TokioTimer);
    let server = Server::bind("127.0.0.1:0", Validated::new(fake.clone())).await.unwrap();
    let server = server.with_provider(fake.clone()).with_control(fake.clone());
    fake.configure(|settings| settings.public_url = Some(server.url()));
    let server = server.spawn();
    let arguments = ["--url", server.url(), "--checkpoint", &folder.file()];
    let mut program = Program::start_with(&arguments, &[("BROWSER", &browser)]);
    program.answer(&["", "Google account"]);
    support::browse(&noted(&file).await, "joan@example.com").await;
    program.read_until("── Transferable ──");
    let joan = NewUser::new("joan@example.com").totp_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    fake.add_user(joan.backup_code("joan-backup-1")).unwrap();
    fault(&server, r#"{ "on": "POST /v1/client/sign_ins", "then": "drop_response" }"#).await;
    program.answer(&["Sign up with this Google account", "Sign in with it", "Backup code", "joan-backup-1"]);
    let ended = program.finish();
    assert!(ended.stderr.contains("There is an account with this Google account by now."), "{ended:?}");
    assert!(ended.stderr.contains("There was no answer from the server"), "{ended:?}");
    assert_eq!(ended.count("── NeedsSecondFactor ──"), 1, "{ended:?}");
    assert!(ended.has_active_session(), "{ended:?}");
}
