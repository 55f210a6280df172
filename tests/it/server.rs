//! The server's answers to messages that our client would never send.

use std::time::Duration;

use clerk_sign_in::fake::FakeBackend;
use clerk_sign_in::server::{RunningServer, Server};
use proptest::prelude::*;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use support::A;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn server() -> RunningServer {
    Server::bind("127.0.0.1:0", FakeBackend::demo()).await.unwrap().spawn()
}

/// Returns the status of an answer, and the error codes that it contains in Clerk's format.
async fn rejected(answer: reqwest::Response) -> (u16, Vec<String>) {
    let status = answer.status().as_u16();
    let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let errors = body["errors"].as_array().unwrap();
    (status, errors.iter().map(|error| error["code"].as_str().unwrap().to_owned()).collect())
}

async fn ask(server: &RunningServer, method: &str, path: &str, body: impl Into<reqwest::Body>) -> reqwest::Response {
    let method: Method = method.parse().unwrap();
    Client::new().request(method, format!("{}{path}", server.url())).body(body).send().await.unwrap()
}

/// Sends these bytes, and returns the bytes that the server sends back. Reads until the server closes the socket or
/// until one second has passed.
async fn raw(server: &RunningServer, bytes: &[u8]) -> String {
    let mut socket = TcpStream::connect(server.url().strip_prefix("http://").unwrap()).await.unwrap();
    // The server may have closed the connection already.
    let _ = socket.write_all(bytes).await;
    let _ = socket.shutdown().await;
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(1), socket.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn is_well(server: &RunningServer) -> bool {
    ask(server, "GET", "/v1/health", "").await.status().is_success()
}

#[tokio::test]
async fn unknown_endpoint_gets_an_error_in_clerks_format() {
    let server = server().await;
    let not_found = |path| (path, (404, vec!["fake_has_no_endpoint".to_owned()]));
    for (path, expected) in [
        not_found("/"),
        not_found("/v1"),
        not_found("/v1/client/sign_ins/%FF/prepare_first_factor"),
        not_found("/v1/organizations"),
        not_found("/v2/client"),
        not_found("/npm/@clerk/clerk-js@6/dist/clerk.browser.js"),
    ] {
        let answer = ask(&server, "GET", path, "").await;
        assert_eq!(answer.headers()["clerk-fake-missing"], "endpoint", "{path}");
        assert_eq!(rejected(answer).await, expected, "{path}");
    }
    for method in ["PUT", "TRACE", "BREW"] {
        assert_eq!(rejected(ask(&server, method, "/v1/client/sign_ins", "").await).await.0, 404, "{method}");
    }
}

#[tokio::test]
async fn rejection_by_the_api_has_no_header_of_the_fake() {
    let answer = ask(&server().await, "GET", "/v1/client/sign_ins/sia_unknown?_is_native=1", "").await;
    assert_eq!(answer.headers().get("clerk-fake-missing"), None);
    assert_eq!(rejected(answer).await, (404, vec!["resource_not_found".to_owned()]));
}

#[tokio::test]
async fn head_works_wherever_get_does() {
    let fake = FakeBackend::demo();
    let server = Server::bind("127.0.0.1:0", fake.clone()).await.unwrap().with_control(fake).spawn();
    for path in [
        "/v1/health",
        "/v1/proxy-health",
        "/v1/environment",
        "/v1/client",
        "/v1/client?_is_native=1",
        "/v1/jwks",
        "/.well-known/jwks.json",
        "/.well-known/openid-configuration",
        "/__clerk/v1/health",
        "/_provider/google/.well-known/openid-configuration",
        "/_fake",
        "/_fake/users",
    ] {
        let get = ask(&server, "GET", path, "").await;
        let head = ask(&server, "HEAD", path, "").await;
        assert_eq!((head.status(), head.status().as_u16()), (get.status(), 200), "{path}");
        assert_eq!(head.headers()["content-type"], get.headers()["content-type"], "{path}");
        assert!(head.bytes().await.unwrap().is_empty(), "{path}");
    }
    assert_eq!(ask(&server, "HEAD", "/v1/organizations", "").await.status(), 404);
    assert_eq!(ask(&server, "HEAD", "/v1/client/sign_ins", "").await.status(), 404);
}

#[tokio::test]
async fn environment_and_client_need_no_development_browser() {
    let server = server().await;
    for (method, path) in [("GET", "/v1/environment"), ("PATCH", "/v1/environment"), ("GET", "/v1/client")] {
        let answer = ask(&server, method, path, "").await;
        assert_eq!(answer.status(), 200, "{method} {path}");
        let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        assert!(path == "/v1/environment" || body["response"].is_null(), "{body}");
    }
    for (method, path) in [("POST", "/v1/client/sign_ins"), ("GET", "/v1/client?__clerk_db_jwt=dvb_unknown")] {
        let answer = rejected(ask(&server, method, path, "").await).await;
        assert_eq!(answer, (401, vec!["dev_browser_unauthenticated".to_owned()]), "{method} {path}");
    }
}

#[tokio::test]
async fn json_is_never_read_as_a_form() {
    let server = server().await;
    let body = json!({ "identifier": A }).to_string();
    let url = format!("{}/v1/client/sign_ins?_is_native=1", server.url());
    for (kind, body) in [
        (Some("application/json"), body.as_str()),
        (Some("application/json; charset=utf-8"), body.as_str()),
        (Some("application/x-www-form-urlencoded"), body.as_str()),
        (None, body.as_str()),
        (Some("application/x-www-form-urlencoded"), " [1]"),
        (Some("text/plain"), "identifier=a"),
        (Some("multipart/form-data; boundary=x"), "--x--"),
    ] {
        let mut request = Client::new().post(&url).body(body.to_owned());
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let answer = rejected(request.send().await.unwrap()).await;
        assert_eq!(answer, (415, vec!["unsupported_content_type".to_owned()]), "{kind:?} {body}");
    }
}

#[tokio::test]
async fn malformed_form_is_rejected() {
    let server = server().await;
    for (path, body) in [
        ("/v1/client/sign_ins", "identifier=a&identifier=b"),
        ("/v1/client/sign_ins?_method=not%20one", "identifier=a"),
        ("/v1/client/sign_ins/sia_1/reset_password", "password=x&sign_out_of_other_sessions=perhaps"),
    ] {
        let expected = (400, vec!["request_body_invalid".to_owned()]);
        assert_eq!(rejected(ask(&server, "POST", path, body).await).await, expected, "{path}");
    }
}

#[tokio::test]
async fn oversized_request_is_rejected() {
    let server = server().await;
    let large = format!("identifier={}", "a".repeat(64 * 1024));
    let answer = rejected(ask(&server, "POST", "/v1/client/sign_ins", large).await).await;
    assert_eq!(answer, (413, vec!["request_body_too_large".to_owned()]));
    let head = format!("GET /v1/health HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(128 * 1024));
    assert!(!raw(&server, head.as_bytes()).await.starts_with("HTTP/1.1 200"));
    let many = "X: y\r\n".repeat(1000);
    let answer = raw(&server, format!("GET /v1/health HTTP/1.1\r\nHost: x\r\n{many}\r\n").as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    assert!(is_well(&server).await);
}

#[tokio::test]
async fn truncated_body_is_rejected() {
    let server = server().await;
    let head = "POST /v1/client/sign_ins HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nidentifier=ada";
    let answer = raw(&server, head.as_bytes()).await;
    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(is_well(&server).await);
}

#[tokio::test]
async fn path_prefix_and_testing_token_are_ignored() {
    let server = server().await;
    for path in [
        "/v1/client/sign_ins?_is_native=1",
        "/__clerk/v1/client/sign_ins?_is_native=1",
        "/api/v1/clerk/v1/client/sign_ins?_is_native=1&__clerk_testing_token=x",
    ] {
        let answer = ask(&server, "POST", path, format!("identifier={A}")).await;
        assert_eq!(answer.status().as_u16(), 200, "{path}");
    }
    assert_eq!(ask(&server, "GET", "/__clerk/.well-known/jwks.json", "").await.status().as_u16(), 200);
}

#[tokio::test]
async fn query_can_override_the_method() {
    let server = server().await;
    for (path, status) in
        [("/v1/environment?_is_native=1&_method=PATCH", 200), ("/v1/client/sessions?_is_native=1&_method=DELETE", 200)]
    {
        assert_eq!(ask(&server, "POST", path, "").await.status().as_u16(), status, "{path}");
    }
}

#[tokio::test]
async fn preflight_request_is_answered() {
    let server = server().await;
    let request = Client::new()
        .request(Method::OPTIONS, format!("{}/v1/client/sign_ins", server.url()))
        .header("origin", "https://app.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,x-mobile");
    let answer = request.send().await.unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(header("access-control-allow-origin"), "https://app.example");
    assert_eq!(header("access-control-allow-credentials"), "true");
    assert_eq!(header("access-control-allow-methods"), "POST");
    assert_eq!(header("access-control-allow-headers"), "authorization,x-mobile");

    let read =
        Client::new().get(format!("{}/v1/client?_is_native=1", server.url())).header("origin", "https://app.example");
    let exposed = read.send().await.unwrap().headers()["access-control-expose-headers"].to_str().unwrap().to_owned();
    assert_eq!(exposed, "authorization,clerk-db-jwt,retry-after");
}

#[tokio::test]
async fn cookie_is_protected_from_scripts_and_other_sites() {
    let fake = FakeBackend::demo();
    fake.configure(|settings| settings.development = false);
    let server = Server::bind("127.0.0.1:0", fake).await.unwrap().spawn();
    let answer = ask(&server, "POST", "/v1/client", "").await;
    let cookies: Vec<_> = answer.headers().get_all("set-cookie").iter().map(|it| it.to_str().unwrap()).collect();
    let client = cookies.iter().find(|cookie| cookie.starts_with("__client=")).unwrap();
    assert!(client.contains("HttpOnly") && client.contains("SameSite=Lax") && client.contains("Path=/"), "{client}");
    assert!(cookies.iter().any(|cookie| cookie.starts_with("__client_uat=0;")), "{cookies:?}");

    let value = client.split(';').next().unwrap().to_owned();
    let forget = Client::new().delete(format!("{}/v1/client", server.url())).header("cookie", value);
    let answer = forget.send().await.unwrap();
    let cookies: Vec<_> = answer.headers().get_all("set-cookie").iter().map(|it| it.to_str().unwrap()).collect();
    assert!(cookies[0].starts_with("__client=;") && cookies[1].starts_with("__client_uat=0;"), "{cookies:?}");
}

#[tokio::test]
async fn development_browser_gets_a_token_and_no_cookie() {
    let answer = ask(&server().await, "POST", "/v1/dev_browser", "").await;
    assert_eq!(answer.headers().get("set-cookie"), None);
    let header = answer.headers()["clerk-db-jwt"].to_str().unwrap().to_owned();
    let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(body["id"], header);
}

#[tokio::test]
async fn connections_over_the_limit_wait() {
    let fake = FakeBackend::demo();
    let server = Server::bind("127.0.0.1:0", fake).await.unwrap().max_connections(1).spawn();
    let address = server.url().strip_prefix("http://").unwrap().to_owned();
    let held = TcpStream::connect(&address).await.unwrap();
    let waiting = tokio::spawn({
        let url = format!("{}/v1/health", server.url());
        async move { Client::new().get(url).send().await.unwrap().status().as_u16() }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!waiting.is_finished());
    drop(held);
    assert_eq!(waiting.await.unwrap(), 200);
}

#[tokio::test]
async fn shutdown_answers_requests_in_progress() {
    let fake = FakeBackend::demo();
    let server = Server::bind("127.0.0.1:0", fake.clone()).await.unwrap().with_control(fake).spawn();
    let url = server.url().to_owned();
    let fault = json!({ "on": "GET /v1/client", "delay_ms": 400, "times": 1 }).to_string();
    let faults = format!("{url}/_fake/faults");
    let fault = Client::new().post(&faults).header("content-type", "application/json").body(fault);
    assert!(fault.send().await.unwrap().status().is_success());
    let slow = tokio::spawn({
        let url = format!("{url}/v1/client?_is_native=1");
        async move { Client::new().get(url).send().await.unwrap().status().as_u16() }
    });
    // The fault is used up as soon as the slow request is in progress.
    while Client::new().get(&faults).send().await.unwrap().text().await.unwrap().contains("delay_ms") {
        tokio::task::yield_now().await;
    }
    drop(server);
    assert_eq!(slow.await.unwrap(), 200);
    assert!(Client::new().get(format!("{url}/v1/health")).send().await.is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn arbitrary_bytes_do_not_stop_the_server(messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..8)) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let server = server().await;
            for bytes in messages {
                let after_a_head = [b"POST /v1/client/sign_ins?".as_slice(), &bytes].concat();
                tokio::join!(raw(&server, &bytes), raw(&server, &after_a_head));
            }
            assert!(is_well(&server).await);
        });
    }

    #[test]
    fn every_path_and_form_gets_an_answer_in_clerks_format(
        path in "(/v1/client(/sign_ins|/sessions)?)?(/[a-z_%0-9.]{0,12}){0,4}",
        form in "[a-z_=&%0-9+]{0,60}",
        method in "GET|POST|PUT|PATCH|DELETE",
    ) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let server = server().await;
            let Ok(url) = reqwest::Url::parse(&format!("{}{path}?{form}", server.url())) else { return };
            let method: Method = method.parse().unwrap();
            let answer = Client::new().request(method, url).body(form).send().await.unwrap();
            assert!(answer.status().as_u16() < 500);
            let body = answer.bytes().await.unwrap();
            assert!(serde_json::from_slice::<Value>(&body).is_ok_and(|body| body.is_object()));
        });
    }
}
