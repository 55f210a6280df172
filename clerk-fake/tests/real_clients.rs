//! Tests in which the real, unmodified JavaScript packages call the fake over HTTP. The packages are the client (in
//! Node), the prebuilt components (in Chromium), and the package for backends.
//!
//! The client and the components are tested in two versions: one that was current when the tests were written, and the
//! newest one.
//!
//! npm downloads the packages. If npm or Chromium is missing, these tests are skipped and print a note. If the variable
//! `CLERK_REAL_CLIENTS` is `required`, the tests fail in that case.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "real_clients/compared.rs"]
mod compared;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use clerk_sign_in::fake::{FakeBackend, PUBLIC_KEY, Settings};
use clerk_sign_in::platform::TokioTimer;
use clerk_sign_in::server::{LiveCheck, RunningServer, Server};
use support::openapi::Validated;

/// The publishable key of the development instance `fake.clerk.accounts.dev`.
const PUBLISHABLE_KEY: &str = "pk_test_ZmFrZS5jbGVyay5hY2NvdW50cy5kZXYk";
/// The packages that need no dependencies, each with the folder into which it is unpacked.
const UNPACKED: [(&str, &str); 5] = [
    ("6.34/@clerk/clerk-js", "@clerk/clerk-js@6.34.1"),
    ("6.34/@clerk/ui", "@clerk/ui@1.34.0"),
    ("6.40/@clerk/clerk-js", "@clerk/clerk-js@6.40.0"),
    ("6.40/@clerk/ui", "@clerk/ui@1.36.0"),
    ("playwright-core", "playwright-core@1.65.1"),
];
const NEWEST: &str = "6.40";
/// The folders of packages that are installed together with their dependencies. The lockfiles beside the tests pin the
/// versions.
const INSTALLED: [&str; 2] = ["backend", "wallets"];

#[tokio::test(flavor = "multi_thread")]
async fn javascript_client_signs_in_with_every_strategy() {
    run("node", "6.34", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn newest_javascript_client_signs_in_with_every_strategy() {
    run("node", NEWEST, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn javascript_backend_package_reads_the_session() {
    run("backend", NEWEST, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prebuilt_component_signs_in_in_a_browser() {
    run_in_browser("6.34", &["passkey_second", "sign_in", "sign_up"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn newest_prebuilt_component_signs_in_in_a_browser() {
    run_in_browser(NEWEST, &[]).await;
}

async fn run_in_browser(version: &str, only: &[&str]) {
    match said(Command::new(chromium()).arg("--version")) {
        Ok(_) => run("browser", version, only).await,
        Err(why) => skip(&why),
    }
}

fn chromium() -> String {
    std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned())
}

/// Runs the tests in a folder beside this file, with this version of the client.
///
/// If `only` is not empty, it lists the names of the files to run.
async fn run(folder: &str, version: &str, only: &[&str]) {
    let Some(packages) = packages() else { return };
    let client = packages.join(version);
    let Running { server, check, .. } = server(&client).await;
    let tests = beside().join(folder);
    let screenshots = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots").join(version);
    let mut files: Vec<PathBuf> = fs::read_dir(tests).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| {
        let name = file.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".test.mjs"));
        name.is_some_and(|name| only.is_empty() || only.contains(&name))
    });
    files.sort();

    let mut node = Command::new("node");
    // Runs one file at a time, because the files share the server.
    node.args(["--test", "--test-force-exit", "--test-concurrency=1"]).args(files);
    node.env("CLERK_FAKE_URL", server.url()).env("CLERK_PUBLISHABLE_KEY", PUBLISHABLE_KEY);
    node.env("CLERK_JWT_KEY", PUBLIC_KEY).env("CLERK_PACKAGES", packages).env("CLERK_SCREENSHOTS", screenshots);
    node.env("CLERK_CLIENT", client).env("CLERK_TERMINAL", terminal());
    let output = tokio::task::spawn_blocking(move || node.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let passed = said.lines().find(|line| line.starts_with("# pass")).unwrap_or_default();
    assert!(!passed.ends_with(" 0"), "no test was run:\n{said}");
    println!("{folder}, {version}: {passed}");
    within_the_rules(&check);
}

/// Returns the folder beside this file.
fn beside() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real_clients")
}

/// Returns the path of the terminal program. `cargo test` puts the program next to the folder that contains the test.
/// `cargo test -p clerk-fake` does not build the terminal program.
fn terminal() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    profile.join("terminal").with_extension(std::env::consts::EXE_EXTENSION)
}

/// Starts a server that is set up like `clerk-fake --demo --packages …`. The server checks each of its answers against
/// the published OpenAPI document.
async fn server(packages: &Path) -> Running {
    let fake = FakeBackend::new().with_timer(TokioTimer);
    fake.configure(|settings| *settings = Settings::strict());
    let fake = fake.with_demo_users();
    let backend = Validated::answers_only(fake.clone());
    let server = Server::bind("127.0.0.1:0", backend).await.unwrap();
    fake.configure(|settings| settings.public_url = Some(server.url()));
    let server = server.with_control(fake.clone()).with_packages(packages);
    Running { fake, check: server.check(), server: server.spawn() }
}

struct Running {
    fake: FakeBackend,
    check: LiveCheck,
    server: RunningServer,
}

/// Asserts that each answer to the real client was within the rules of the model.
fn within_the_rules(check: &LiveCheck) {
    let check = check.now();
    println!("{} requests of {} sign-ins, {} outside", check.requests, check.sign_ins, check.outside);
    assert_eq!(check.outside, 0, "the log has the reasons");
}

/// Returns the folder that contains one subfolder for each package.
fn packages() -> Option<&'static Path> {
    static PACKAGES: OnceLock<Option<PathBuf>> = OnceLock::new();
    let folder = PACKAGES.get_or_init(|| match fetched() {
        Ok(folder) => Some(folder),
        Err(why) => {
            skip(&why);
            None
        }
    });
    folder.as_deref()
}

fn skip(why: &str) {
    let required = std::env::var("CLERK_REAL_CLIENTS").is_ok_and(|value| value == "required");
    assert!(!required, "{why}");
    println!("skipped: {why}");
}

fn fetched() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages");
    fs::create_dir_all(&folder).unwrap();
    said(Command::new("node").arg("--version"))?;
    for (place, package) in UNPACKED {
        let unpacked = folder.join(place);
        if unpacked.join("package.json").exists() {
            continue;
        }
        let packed = said(Command::new("npm").args(["pack", "--silent", package]).current_dir(&folder))?;
        fs::create_dir_all(&unpacked).unwrap();
        let tarball = folder.join(packed.trim());
        said(Command::new("tar").arg("xzf").arg(tarball).arg("--strip-components=1").arg("-C").arg(unpacked))?;
    }
    for name in INSTALLED {
        let (pinned, installed) = (beside().join("packages").join(name), folder.join(name));
        let lockfile = fs::read(pinned.join("package-lock.json")).unwrap();
        if fs::read(installed.join("package-lock.json")).is_ok_and(|installed| installed == lockfile) {
            continue;
        }
        // An installation that fails leaves no folder with this name, so the next run repeats it.
        let fresh = folder.join(format!("{name}-fresh"));
        fs::create_dir_all(&fresh).unwrap();
        for file in ["package.json", "package-lock.json"] {
            fs::copy(pinned.join(file), fresh.join(file)).unwrap();
        }
        said(Command::new("npm").args(["ci", "--silent", "--ignore-scripts"]).current_dir(&fresh))?;
        let _ = fs::remove_dir_all(&installed);
        fs::rename(fresh, installed).unwrap();
    }
    Ok(folder)
}

/// Runs a command, and returns its output or the reason why it failed.
fn said(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let Output { status, stdout, stderr } = command.output().map_err(|error| format!("{program}: {error}"))?;
    if status.success() {
        Ok(String::from_utf8_lossy(&stdout).into_owned())
    } else {
        Err(format!("{program} failed: {}", String::from_utf8_lossy(&stderr)))
    }
}
