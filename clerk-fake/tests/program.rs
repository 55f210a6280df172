//! Tests that start the program `clerk-fake` as a user would.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use clerk_sign_in::backend::Identity;
use clerk_sign_in::{AfterCreate, AfterFirstFactor, Client, HttpBackend, PublishableKey};
use support::{A, ADA_PASSWORD, G, GRACE_PASSWORD, L, take};

const PROGRAM: &str = env!("CARGO_BIN_EXE_clerk-fake");

struct Running {
    program: Child,
    url: String,
    said: Vec<String>,
}

impl Running {
    fn with(arguments: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(["--port", "0"]).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = Self { program: command.spawn().unwrap(), url: String::new(), said: Vec::new() };
        for line in BufReader::new(running.program.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            line.strip_prefix("ready ").unwrap_or_default().clone_into(&mut running.url);
            running.said.push(line);
            if !running.url.is_empty() {
                return running;
            }
        }
        panic!("the program never printed `ready`: {:?}", running.said);
    }

    fn client(&self) -> Client {
        Client::new(HttpBackend::builder(&self.url).build().unwrap())
    }

    /// Stops the program as a service manager would, and returns what it wrote to stderr.
    fn stopped(self) -> String {
        let (is_success, said) = self.ended();
        assert!(is_success, "{said}");
        said
    }

    /// Stops the program, and returns whether it ended with success, and what it wrote to stderr.
    fn ended(mut self) -> (bool, String) {
        let id = self.program.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
        let is_success = self.program.wait().unwrap().success();
        let mut said = String::new();
        self.program.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (is_success, said)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The program may have stopped already.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Runs the program, waits until it fails, and returns what it wrote to stderr.
fn failed(arguments: &[&str]) -> String {
    let Output { status, stderr, .. } = Command::new(PROGRAM).args(arguments).output().unwrap();
    assert!(!status.success());
    String::from_utf8(stderr).unwrap()
}

fn file(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn demo_users_sign_in_and_the_key_is_for_development() {
    let running = Running::with(&["--demo"]);
    let key = running.said.iter().find_map(|line| line.trim().strip_prefix("publishable key")).unwrap();
    let key: PublishableKey = key.trim().parse().unwrap();
    assert!(key.is_development() && key.frontend_api().ends_with(".clerk.accounts.dev"));
    let client = running.client();
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    let session = done.finalize().await.unwrap().session().clone();
    assert!(session.last_active_token.is_some());
    running.stopped();
}

#[tokio::test]
async fn check_tells_whether_a_client_stays_in_turn() {
    let running = Running::with(&["--demo", "--check", "--log", "off"]);
    let client = running.client();
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    drop(sent.verify("424242").await.unwrap());
    let (is_success, said) = running.ended();
    let in_turn = "2 requests about 1 sign-ins were checked: 0 were out of turn, and 0 answers were outside the rules";
    assert!(is_success && said.contains(in_turn), "{said}");

    // A client that verifies a second factor before the first.
    let running = Running::with(&["--demo", "--check", "--log", "off"]);
    let url = format!("{}/v1/client/sign_ins", running.url);
    let post = async |url: String, token: &str, form: &'static str| {
        let request = reqwest::Client::new().post(format!("{url}?_is_native=1")).header("authorization", token);
        let form = request.header("content-type", "application/x-www-form-urlencoded").body(form);
        let answer = form.send().await.unwrap();
        let token = answer.headers().get("authorization").map(|token| token.to_str().unwrap().to_owned());
        (token, answer.text().await.unwrap())
    };
    let (token, created) = post(url.clone(), "", "identifier=ada%40example.com").await;
    let id = created.split("\"sia_").nth(1).unwrap().split('"').next().unwrap();
    post(format!("{url}/sia_{id}/attempt_second_factor"), &token.unwrap(), "strategy=totp&code=123456").await;
    let seen = reqwest::get(format!("{}/_fake/requests?limit=1", running.url)).await.unwrap().text().await.unwrap();
    assert!(seen.contains("`attempt_second_factor totp` is not legal at needs_first_factor"), "{seen}");
    let check = reqwest::get(format!("{}/_fake/check", running.url)).await.unwrap().text().await.unwrap();
    assert_eq!(check, r#"{"requests":2,"sign_ins":1,"out_of_turn":1,"outside":0}"#);
    let (is_success, said) = running.ended();
    assert!(!is_success && said.contains("1 were out of turn"), "{said}");
}

#[tokio::test]
async fn limits_apply_unless_they_are_lifted() {
    let six_creates = async |running: &Running| {
        let client = running.client();
        let mut codes = Vec::new();
        for _ in 0..6 {
            codes.push(client.sign_in().create(A).await.is_ok());
        }
        codes
    };
    let strict = Running::with(&["--demo"]);
    assert_eq!(six_creates(&strict).await, [true, true, true, true, true, false]);
    let lenient = Running::with(&["--demo", "--no-limits"]);
    assert_eq!(six_creates(&lenient).await, [true; 6]);
}

#[tokio::test]
async fn same_seed_gives_the_same_ids() {
    let id = async |seed: &str| {
        let running = Running::with(&["--demo", "--seed", seed]);
        take!(running.client().sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor).id().to_owned()
    };
    assert_eq!(id("7").await, id("7").await);
    assert_ne!(id("7").await, id("8").await);
}

#[tokio::test]
async fn config_file_sets_up_the_server() {
    let config = file(
        "config.json",
        r#"{
            "settings": { "client_trust": false, "issuer": "https://clerk.example.com", "development": false },
            "users": [{ "username": "me", "password": "a-long-enough-one" }]
        }"#,
    );
    let running = Running::with(&["--config", &config]);
    assert!(running.said.iter().any(|line| line.contains("pk_live_")), "{:?}", running.said);
    let done = running.client().sign_in().password("me", "a-long-enough-one").await.unwrap();
    drop(take!(done, AfterCreate::Complete));
}

#[tokio::test]
async fn links_lead_to_the_servers_address_if_turned_on() {
    let linked = async |settings: &str, name: &str| {
        let running = Running::with(&["--demo", "--config", &file(name, &format!(r#"{{ "settings": {settings} }}"#))]);
        let failed = running.client().sign_in().send_email_link(G, "https://app.example.com/verified").await.err();
        let outbox = reqwest::get(format!("{}/_fake/outbox", running.url)).await.unwrap().text().await.unwrap();
        (failed.map(|failed| failed.error().to_string()), outbox.replace(&running.url, "HERE"))
    };
    let (failed, _) = linked("{}", "links-off.json").await;
    assert!(failed.unwrap().contains("not set up"), "links are off by default");
    let (failed, outbox) = linked(r#"{ "email_links": true }"#, "links-on.json").await;
    assert!(failed.is_none() && outbox.contains(r#""link":"HERE/v1/verify?token="#), "{outbox}");
    let elsewhere = r#"{ "email_links": true, "public_url": "https://clerk.localhost/" }"#;
    let (_, outbox) = linked(elsewhere, "links-elsewhere.json").await;
    assert!(outbox.contains(r#""link":"https://clerk.localhost/v1/verify?token="#), "{outbox}");
}

#[test]
fn invalid_configuration_is_explained() {
    let misspelt = file("misspelt.json", r#"{ "setings": {} }"#);
    let unknown = file("unknown.json", r#"{ "settings": { "colour": "red" } }"#);
    let twice = file("twice.json", r#"{ "users": [{ "username": "me" }, { "username": "me" }] }"#);
    let running = Running::with(&[]);
    let port = running.url.rsplit(':').next().unwrap();
    for (arguments, said) in [
        (["--config", "/nowhere.json"], "/nowhere.json"),
        (["--config", &misspelt], "`setings`, expected one of `settings`, `users`, `organizations`"),
        (["--config", &unknown], "`colour`"),
        (["--config", &twice], "`me` belongs to another user"),
        (["--port", port], port),
        (["--log", "loud"], "loud"),
    ] {
        let error = failed(&arguments);
        assert!(error.contains(said), "{arguments:?}: {error}");
    }
}

#[test]
fn public_address_warns_and_controls_can_be_off() {
    let quiet = Running::with(&["--log", "off"]).stopped();
    assert_eq!(quiet, "");
    let open = Running::with(&["--host", "0.0.0.0"]).stopped();
    assert!(open.contains("WARNING") && open.contains("--no-control"), "{open}");
    let closed = Running::with(&["--no-control"]);
    assert!(!closed.said.iter().any(|line| line.contains("_fake")));
}

#[tokio::test]
async fn log_lists_every_request_without_secrets() {
    let production = file("production.json", r#"{ "settings": { "development": false } }"#);
    let empty = file("empty.json", "{}");
    for (identity, config) in [
        (Identity::Native { token: None }, &empty),
        (Identity::DevelopmentBrowser { token: None }, &empty),
        (Identity::Cookie { token: None }, &production),
    ] {
        let running = Running::with(&["--demo", "--log", "debug", "--config", config]);
        let client = Client::builder(HttpBackend::builder(&running.url).build().unwrap()).identity(identity).build();
        drop(client.sign_in().password(A, ADA_PASSWORD).await.unwrap());
        drop(client.sign_in().password(G, GRACE_PASSWORD).await.unwrap());
        let sent = client.sign_in().send_email_code(L).await.unwrap();
        let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
        let session = done.finalize().await.unwrap().session().clone();
        let token = client.session_token(&session.id).await.unwrap();
        let exported = serde_json::to_value(client.export()).unwrap();
        let log = running.stopped();
        assert_eq!(log.matches("/v1/client/sign_ins\"").count(), 3, "{log}");
        let secrets = [ADA_PASSWORD, GRACE_PASSWORD, "424242", token.jwt.expose(), exported["token"].as_str().unwrap()];
        for secret in secrets {
            assert!(!log.contains(secret), "{secret} is in the log");
        }
    }
}
