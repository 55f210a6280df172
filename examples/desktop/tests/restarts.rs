//! Runs the program against the fake, and restarts it several times.

#![allow(clippy::unwrap_used, clippy::panic, reason = "the helpers fail the test, as the tests do")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use clerk_sign_in::fake::{ADA, FakeBackend, GRACE, LINUS, ProviderAccount, TEST_CODE};
use clerk_sign_in::server::{RunningServer, Server};
use support::openapi::Validated;
use support::program::start;
use tempfile::TempDir;

const MARY: &str = "mary+clerk_test@example.com";

/// A computer on which the app runs, and the server that the app uses for sign-ins.
struct Desktop {
    home: TempDir,
    fake: FakeBackend,
    server: RunningServer,
}

impl Desktop {
    async fn new() -> Self {
        let fake = FakeBackend::demo();
        let server =
            Server::bind("127.0.0.1:0", Validated::new(fake.clone())).await.unwrap().with_provider(fake.clone());
        fake.configure(|settings| settings.public_url = Some(server.url()));
        Self { home: tempfile::tempdir().unwrap(), fake, server: server.spawn() }
    }

    fn start(&self, command: &str, typed: &[&str]) -> Child {
        let mut program = Command::new(env!("CARGO_BIN_EXE_desktop"));
        program
            .args([command, "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k", self.server.url()])
            .env("HOME", self.home.path())
            .env("BROWSER", self.home.path().join("browser"));
        start(&mut program, &[typed, &[""]].concat())
    }

    /// Runs the program until it ends, and returns everything that it prints.
    fn run(&self, command: &str, typed: &[&str]) -> String {
        said(self.start(command, typed))
    }

    /// Installs a script that stands in for the browser. The script only writes the URL of each requested page to a
    /// file.
    fn install_browser(&self) {
        let (script, noted) = (self.home.path().join("browser"), self.home.path().join("noted"));
        let text = format!("#!/bin/sh\necho \"$1\" > {0}.new && mv {0}.new {0}\n", noted.display());
        // A script cannot be run while it is open for writing. If this process wrote the script, a program that another
        // test starts at that moment could inherit the open file. So another process writes the script.
        let write = ["-c", "printf %s \"$0\" > \"$1\" && chmod +x \"$1\"", &text, script.to_str().unwrap()];
        assert!(Command::new("sh").args(write).status().unwrap().success());
    }

    async fn page_in_browser(&self) -> String {
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            if let Ok(url) = fs::read_to_string(self.home.path().join("noted")) {
                return url.trim().to_owned();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no browser was opened");
    }
}

fn said(program: Child) -> String {
    let ended = program.wait_with_output().unwrap();
    String::from_utf8([ended.stdout, ended.stderr].concat()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_continues_after_a_restart_and_stays_until_sign_out() {
    let desktop = Desktop::new().await;
    assert!(desktop.run("whoami", &[]).contains("Nobody is signed in."));

    // The input ends before the code is typed, as if the user had closed the window.
    desktop.run("sign-in", &[GRACE.email_address]);
    let code = desktop.fake.outbox().pop().unwrap().code().unwrap().expose().to_owned();
    let wrong = if code == "000000" { "111111" } else { "000000" };
    let continued = desktop.run("sign-in", &[wrong, &code]);
    assert!(!continued.contains("Email address"), "{continued}");
    assert!(continued.contains("The code is wrong"), "{continued}");
    assert!(continued.contains(&format!("Signed in as {}.", GRACE.email_address)), "{continued}");
    assert_eq!(desktop.fake.outbox().len(), 1, "the restart sends no second code");

    assert!(desktop.run("whoami", &[]).contains(&format!("You are {}.", GRACE.email_address)));
    assert!(desktop.run("sign-out", &[]).contains("Signed out."));
    assert!(desktop.run("whoami", &[]).contains("Nobody is signed in."));
}

#[tokio::test(flavor = "multi_thread")]
async fn new_user_signs_up_by_email_code() {
    let desktop = Desktop::new().await;
    let said = desktop.run("sign-in", &[MARY, TEST_CODE]);
    assert!(said.contains(&format!("Signed in as {MARY}.")), "{said}");
    assert!(desktop.fake.user(MARY).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn instance_without_sign_ups_signs_in_known_users() {
    let desktop = Desktop::new().await;
    desktop.fake.configure(|settings| settings.sign_ups = false);
    let said = desktop.run("sign-in", &[MARY, LINUS.email_address, TEST_CODE]);
    assert!(said.contains("There is no account with this identifier."), "{said}");
    assert!(said.contains(&format!("Signed in as {}.", LINUS.email_address)), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_signs_in_and_up() {
    for account in [LINUS.email_address, ADA.email_address, MARY] {
        let desktop = Desktop::new().await;
        desktop.fake.add_provider_account(ProviderAccount::new(MARY));
        desktop.install_browser();
        // The app reads the second input line only for Ada, because it asks her for the code of her authenticator app.
        let program = desktop.start("sign-in", &["", &desktop.fake.totp_code(ADA.email_address).unwrap()]);
        let page = support::browse(&desktop.page_in_browser().await, account).await;
        assert!(page.contains("You can go back to Desktop example now."), "{page}");
        let said = said(program);
        assert!(said.contains(&format!("Signed in as {account}.")), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_left_at_the_provider_begins_again() {
    let desktop = Desktop::new().await;
    desktop.install_browser();
    let mut program = desktop.start("sign-in", &[""]);
    desktop.page_in_browser().await;
    program.kill().unwrap();
    program.wait().unwrap();
    let said = desktop.run("sign-in", &[LINUS.email_address, TEST_CODE]);
    assert!(said.contains("Signed in as"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_that_is_over_begins_again() {
    let desktop = Desktop::new().await;
    desktop.run("sign-in", &[LINUS.email_address]);
    desktop.fake.advance(Duration::from_secs(30 * 24 * 60 * 60));
    let said = desktop.run("sign-in", &[LINUS.email_address, TEST_CODE]);
    assert!(said.contains("Email address") && said.contains("Signed in as"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn client_is_shown_to_no_other_server() {
    let (one, other) = (Desktop::new().await, Desktop::new().await);
    one.run("sign-in", &[LINUS.email_address, TEST_CODE]);
    fs::copy(kept(one.home.path()), kept(other.home.path())).unwrap();
    assert!(other.run("whoami", &[]).contains("Nobody is signed in."));
    let token = serde_json::from_slice::<serde_json::Value>(&fs::read(kept(one.home.path())).unwrap()).unwrap();
    let new = fs::read_to_string(kept(other.home.path())).unwrap();
    assert!(!new.contains(token["client"]["token"].as_str().unwrap()));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn only_its_owner_reads_the_client() {
    use std::os::unix::fs::PermissionsExt as _;
    let desktop = Desktop::new().await;
    desktop.run("sign-in", &[LINUS.email_address]);
    let permissions = fs::metadata(kept(desktop.home.path())).unwrap().permissions();
    assert_eq!(permissions.mode() & 0o777, 0o600);
}

fn kept(home: &Path) -> std::path::PathBuf {
    home.join(".clerk-sign-in-desktop.json")
}
