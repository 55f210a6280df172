//! Tests that run the program against the fake server.

#![allow(clippy::unwrap_used, reason = "the helper fails the test, as the tests do")]

use std::process::{Command, Output};

use clerk_sign_in::fake::{FakeBackend, LINUS, TEST_CODE};
use clerk_sign_in::server::Server;
use support::openapi::Validated;
use support::program::start;

fn run(url: &str, typed: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_blocking"));
    start(program.args(["pk_test_Y2xlcmsuZXhhbXBsZS5jb20k", url]), typed).wait_with_output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn email_code_signs_in_after_a_wrong_one() {
    let server = Server::bind("127.0.0.1:0", Validated::new(FakeBackend::demo())).await.unwrap().spawn();
    let ended = run(server.url(), &[LINUS.email_address, "000000", TEST_CODE]);
    assert!(ended.status.success(), "{ended:?}");
    assert!(String::from_utf8_lossy(&ended.stderr).starts_with("The code is wrong"), "{ended:?}");
    assert!(String::from_utf8_lossy(&ended.stdout).contains("Signed in: sess_"), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rejection_is_explained_to_the_user() {
    let server = Server::bind("127.0.0.1:0", Validated::new(FakeBackend::demo())).await.unwrap().spawn();
    let ended = run(server.url(), &["nobody@example.com"]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ended.stderr).starts_with("There is no account"), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn unreachable_server_is_told_from_a_lost_answer() {
    // The listener is dropped at the end of this statement, so nothing listens on its port any more.
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let ended = run(&format!("http://{closed}"), &[LINUS.email_address]);
    assert!(String::from_utf8_lossy(&ended.stderr).contains("The server cannot be reached"), "{ended:?}");

    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    tokio::spawn(async move { while silent.accept().await.is_ok() {} });
    let ended = run(&url, &[LINUS.email_address]);
    assert!(String::from_utf8_lossy(&ended.stderr).contains("No answer came from the server"), "{ended:?}");
}
