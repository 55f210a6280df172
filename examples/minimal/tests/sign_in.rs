//! Runs the program against the fake.

#![allow(clippy::unwrap_used, reason = "the helper fails the test, as the tests do")]

use std::process::{Command, Output};

use clerk_sign_in::fake::{ADA, FakeBackend, NewUser, TEST_CODE};
use clerk_sign_in::server::{RunningServer, Server};
use support::openapi::Validated;
use support::program::start;

async fn serve(fake: &FakeBackend) -> RunningServer {
    Server::bind("127.0.0.1:0", Validated::new(fake.clone())).await.unwrap().spawn()
}

fn run(arguments: &[&str], typed: &[&str]) -> Output {
    start(Command::new(env!("CARGO_BIN_EXE_minimal")).args(arguments), typed).wait_with_output().unwrap()
}

/// The key of an instance that does not exist. The program's second argument is the URL of the server that it uses
/// instead of this instance's own server.
const KEY: &str = "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k";

#[tokio::test(flavor = "multi_thread")]
async fn password_and_authenticator_code_sign_in() {
    let fake = FakeBackend::demo();
    let server = serve(&fake).await;
    let code = fake.totp_code(ADA.email_address).unwrap();
    let ended = run(&[KEY, server.url()], &[ADA.email_address, "correct-horse-battery", &code]);
    let stdout = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success(), "{ended:?}");
    assert!(stdout.contains("Session sess_") && stdout.ends_with(" of ada@example.com\n"), "{stdout}");
}

#[tokio::test(flavor = "multi_thread")]
async fn new_client_is_verified_by_email_code() {
    let fake = FakeBackend::new();
    let mary = "mary+clerk_test@example.com";
    fake.add_user(NewUser::new(mary).password("two-factors-please")).unwrap();
    let server = serve(&fake).await;
    let ended = run(&[KEY, server.url()], &[mary, "two-factors-please", TEST_CODE]);
    let stdout = String::from_utf8_lossy(&ended.stdout);
    assert!(stdout.contains("Code from your email?") && stdout.contains("Session sess_"), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn session_with_tasks_is_not_signed_in() {
    let fake = FakeBackend::new();
    let mary = "mary+clerk_test@example.com";
    fake.add_user(NewUser::new(mary).password("two-factors-please").session_task("choose-organization")).unwrap();
    let server = serve(&fake).await;
    let ended = run(&[KEY, server.url()], &[mary, "two-factors-please", TEST_CODE]);
    let stdout = String::from_utf8_lossy(&ended.stdout);
    assert!(stdout.contains("choose-organization") && !stdout.contains("Session sess_"), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_password_is_explained_to_the_user() {
    let server = serve(&FakeBackend::demo()).await;
    let ended = run(&[KEY, server.url()], &[ADA.email_address, "battery-horse-correct"]);
    let stderr = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(stderr, "The password is wrong. Try again, or sign in another way.\n");
}

#[test]
fn missing_or_wrong_key_is_explained_to_the_developer() {
    let said = |arguments: &[&str]| String::from_utf8(run(arguments, &[]).stderr).unwrap();
    assert!(said(&[]).starts_with("Error: give the publishable key"));
    assert!(said(&["sk_test_secret"]).starts_with("Error: a publishable key starts with"));
}
