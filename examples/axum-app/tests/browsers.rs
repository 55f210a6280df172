//! Tests in which browsers visit the app. The app uses the fake server to sign in its visitors.

#![allow(clippy::unwrap_used, reason = "the helpers fail the test, as the tests do")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use clerk_sign_in::fake::{ADA, FakeBackend, GRACE, LINUS, NewUser, TEST_CODE};
use clerk_sign_in::server::{RunningServer, Server};
use reqwest::header::{LOCATION, SET_COOKIE};
use reqwest::{Client, StatusCode};
use support::openapi::Validated;
use support::{ADA_PASSWORD, GRACE_PASSWORD};

/// The running app, and the fake server that the app uses for sign-ins.
struct App {
    program: Child,
    url: String,
    fake: FakeBackend,
    _server: RunningServer,
}

impl App {
    async fn start() -> Self {
        let fake = FakeBackend::demo();
        let server = Server::bind("127.0.0.1:0", Validated::new(fake.clone())).await.unwrap().spawn();
        let mut program = Command::new(env!("CARGO_BIN_EXE_axum-app"))
            .args(["pk_test_Y2xlcmsuZXhhbXBsZS5jb20k", server.url()])
            .env("ADDRESS", "127.0.0.1:0")
            .env("NO_PROXY", "127.0.0.1")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self { program, url: url.trim().to_owned(), fake, _server: server }
    }

    fn browser(&self) -> Browser {
        let client = Client::builder().cookie_store(true).tls_certs_only([]).no_proxy().build().unwrap();
        Browser { client, url: self.url.clone() }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

struct Browser {
    client: Client,
    url: String,
}

impl Browser {
    async fn open(&self) -> String {
        self.client.get(&self.url).send().await.unwrap().text().await.unwrap()
    }

    /// Presses a button of a form, and returns the next page.
    async fn press(&self, step: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let form = [&[("step", step)], fields].concat();
        let answer = self.client.post(&self.url).form(&form).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    async fn type_password(&self, identifier: &str, password: &str) -> (StatusCode, String) {
        assert!(self.open().await.contains("name=\"identifier\""));
        let (_, page) = self.press("identifier", &[("identifier", identifier)]).await;
        assert!(page.contains("name=\"password\"") && page.contains(identifier), "{page}");
        self.press("password", &[("password", password)]).await
    }
}

fn signed_in(identifier: &str) -> String {
    format!("Signed in as <b>{identifier}</b>")
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_password_is_shown_and_authenticator_code_signs_in() {
    let app = App::start().await;
    let browser = app.browser();
    let (status, page) = browser.type_password(ADA.email_address, "battery-horse-correct").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("The password is wrong") && page.contains("name=\"password\""), "{page}");

    let (_, page) = browser.press("password", &[("password", ADA_PASSWORD)]).await;
    assert!(page.contains("Code of your authenticator app"), "{page}");
    let code = app.fake.totp_code(ADA.email_address).unwrap();
    let wrong = if code == "000000" { "111111" } else { "000000" };
    let (_, page) = browser.press("code", &[("code", wrong)]).await;
    assert!(page.contains("role=\"alert\"") && page.contains("Code of your authenticator app"), "{page}");

    let (_, page) = browser.press("code", &[("code", &code)]).await;
    assert!(page.contains(&signed_in(ADA.email_address)), "{page}");
    assert!(browser.open().await.contains(&signed_in(ADA.email_address)));

    let (_, page) = browser.press("sign_out", &[]).await;
    assert!(page.contains("name=\"identifier\""), "{page}");
    assert!(browser.open().await.contains("name=\"identifier\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn email_code_signs_in() {
    let app = App::start().await;
    let browser = app.browser();
    browser.open().await;
    browser.press("identifier", &[("identifier", LINUS.email_address)]).await;
    let (_, page) = browser.press("send_code", &[("password", "")]).await;
    assert!(page.contains("Code from your email"), "{page}");
    let (status, page) = browser.press("send_code", &[("code", "")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Try again in 30 seconds."), "{page}");
    let (_, page) = browser.press("code", &[("code", TEST_CODE)]).await;
    assert!(page.contains(&signed_in("linus+clerk_test@example.com")), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn browsers_do_not_share_sessions() {
    let app = App::start().await;
    let (one, other) = (app.browser(), app.browser());
    one.type_password(GRACE.email_address, GRACE_PASSWORD).await;
    let (_, page) = one.press("send_code", &[]).await;
    assert!(page.contains("Code from your email"), "{page}");
    let (_, page) = other.type_password(ADA.email_address, ADA_PASSWORD).await;
    assert!(page.contains("Code of your authenticator app"), "{page}");

    let code = app.fake.outbox().pop().unwrap().code().unwrap().expose().to_owned();
    let (_, page) = one.press("code", &[("code", &code)]).await;
    assert!(page.contains(&signed_in(GRACE.email_address)), "{page}");
    let page = other.open().await;
    assert!(page.contains("Code of your authenticator app") && !page.contains(GRACE.email_address), "{page}");

    let code = app.fake.totp_code(ADA.email_address).unwrap();
    let (_, page) = other.press("code", &[("code", &code)]).await;
    assert!(page.contains(&signed_in(ADA.email_address)), "{page}");
    one.press("sign_out", &[]).await;
    assert!(other.open().await.contains(&signed_in(ADA.email_address)));
}

#[tokio::test(flavor = "multi_thread")]
async fn signed_out_client_stays_trusted() {
    let app = App::start().await;
    let browser = app.browser();
    browser.type_password(GRACE.email_address, GRACE_PASSWORD).await;
    browser.press("send_code", &[]).await;
    let code = app.fake.outbox().pop().unwrap().code().unwrap().expose().to_owned();
    browser.press("code", &[("code", &code)]).await;
    browser.press("sign_out", &[]).await;
    let (_, page) = browser.type_password(GRACE.email_address, GRACE_PASSWORD).await;
    assert!(page.contains(&signed_in(GRACE.email_address)), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn session_that_was_ended_elsewhere_is_over() {
    let app = App::start().await;
    let browser = app.browser();
    browser.open().await;
    browser.press("identifier", &[("identifier", LINUS.email_address)]).await;
    browser.press("send_code", &[]).await;
    browser.press("code", &[("code", TEST_CODE)]).await;
    app.fake.end_sessions(&app.fake.user(LINUS.email_address).unwrap().id);
    assert!(browser.open().await.contains("name=\"identifier\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_that_is_over_begins_again() {
    let app = App::start().await;
    let browser = app.browser();
    browser.open().await;
    browser.press("identifier", &[("identifier", LINUS.email_address)]).await;
    app.fake.advance(Duration::from_secs(30 * 24 * 60 * 60));
    let (_, page) = browser.press("send_code", &[]).await;
    assert!(page.contains("role=\"alert\"") && page.contains("name=\"identifier\""), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn session_with_tasks_is_not_signed_in() {
    let app = App::start().await;
    let mary = "mary+clerk_test@example.com";
    app.fake.add_user(NewUser::new(mary).session_task("choose-organization")).unwrap();
    let browser = app.browser();
    browser.open().await;
    browser.press("identifier", &[("identifier", mary)]).await;
    browser.press("send_code", &[]).await;
    let (_, page) = browser.press("code", &[("code", TEST_CODE)]).await;
    assert!(page.contains("<li>choose-organization</li>") && !page.contains("Signed in"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn session_id_changes_when_the_visitor_signs_in() {
    let app = App::start().await;
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).tls_certs_only([]).no_proxy();
    let client = client.build().unwrap();
    // Somebody else may know the cookie from before the sign-in, so the sign-in must replace that cookie.
    let cookie = |answer: &reqwest::Response| {
        let cookie = answer.headers().get(SET_COOKIE)?.to_str().unwrap();
        Some(cookie.split(';').next().unwrap().to_owned())
    };
    let known = cookie(&client.get(&app.url).send().await.unwrap()).unwrap();
    let press = |cookie: &str, form: &[(&str, &str)]| client.post(&app.url).header("cookie", cookie).form(form).send();
    press(&known, &[("step", "identifier"), ("identifier", LINUS.email_address)]).await.unwrap();
    press(&known, &[("step", "send_code")]).await.unwrap();
    let signed_in_answer = press(&known, &[("step", "code"), ("code", TEST_CODE)]).await.unwrap();
    let new = cookie(&signed_in_answer).unwrap();
    let page = |cookie: String| async {
        client.get(&app.url).header("cookie", cookie).send().await.unwrap().text().await.unwrap()
    };
    assert!(page(new).await.contains(&signed_in(LINUS.email_address)));
    assert!(page(known).await.contains("name=\"identifier\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn form_without_a_session_is_not_taken() {
    let app = App::start().await;
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).tls_certs_only([]).no_proxy();
    let form = [("step", "identifier"), ("identifier", LINUS.email_address)];
    let answer = client.build().unwrap().post(&app.url).form(&form).send().await.unwrap();
    assert_eq!((answer.status(), &answer.headers()[LOCATION]), (StatusCode::SEE_OTHER, &"/".parse().unwrap()));
    assert!(answer.headers().get(SET_COOKIE).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn typed_text_is_escaped() {
    let app = App::start().await;
    app.fake.configure(|settings| settings.hide_unknown_identifiers = true);
    let browser = app.browser();
    browser.open().await;
    let (_, page) = browser.press("identifier", &[("identifier", "<script>alert(1)</script>@example.com")]).await;
    assert!(page.contains("Signing in as <b>&lt;script&gt;") && !page.contains("<script>"), "{page}");
}
