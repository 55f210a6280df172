//! The fake's controls over HTTP: what `/_fake` does, and which requests it rejects.

use std::process::Command;
use std::time::{Duration, Instant};

use clerk_sign_in::fake::{FakeBackend, Settings};
use clerk_sign_in::server::{RunningServer, Server};
use clerk_sign_in::{AfterCreate, AfterFirstFactor, Client, HttpBackend, Landing};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::{A, ADA_PASSWORD, G, L, take};

struct World {
    fake: FakeBackend,
    server: RunningServer,
    http: reqwest::Client,
}

impl World {
    async fn new() -> Self {
        let fake = FakeBackend::demo();
        let server = Server::bind("127.0.0.1:0", fake.clone()).await.unwrap().with_control(fake.clone()).spawn();
        Self { fake, server, http: reqwest::Client::new() }
    }

    fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method.parse::<Method>().unwrap(), format!("{}{path}", self.server.url()))
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> (StatusCode, Value) {
        let mut request = self.request(method, &format!("/_fake/{path}"));
        if !body.is_null() {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.unwrap();
        (answer.status(), serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
    }

    async fn done(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask(method, path, body).await;
        assert!(status.is_success(), "{method} {path}: {status} {answer}");
        answer
    }

    async fn rejected(&self, method: &str, path: &str, body: Value) -> (u16, String) {
        let (status, answer) = self.ask(method, path, body).await;
        (status.as_u16(), answer["error"].as_str().unwrap().to_owned())
    }

    fn no_redirects() -> reqwest::Client {
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
    }

    fn client(&self) -> Client {
        Client::new(HttpBackend::builder(self.server.url()).build().unwrap())
    }
}

#[tokio::test]
async fn missing_endpoints_and_ignored_parameters_are_listed() {
    let world = World::new().await;
    let form = async |method: &str, path: &str, form: &str| {
        let request = world.request(method, path).header("content-type", "application/x-www-form-urlencoded");
        request.body(form.to_owned()).send().await.unwrap().status().as_u16()
    };
    let none = json!({ "endpoints": [], "parameters": [], "left_out": 0 });
    assert_eq!(world.done("GET", "unsupported", Value::Null).await, none);

    // The crate's own client and the parameters of every SDK count as supported.
    let client = world.client();
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    drop(done.finalize().await.unwrap());
    client.environment().await.unwrap();
    let every_sdk = "_is_native=1&_clerk_js_version=6.40.0&__clerk_api_version=2026-05-12&_method=PATCH";
    assert_eq!(form("POST", &format!("/v1/environment?{every_sdk}"), "").await, 200);
    assert_eq!(world.done("GET", "unsupported", Value::Null).await, none);

    for id in ["org_2abcdefghijklmnopqrstuvwxyz", "org_2zyxwvutsrqponmlkjihgfedcba"] {
        assert_eq!(form("GET", &format!("/v1/organizations/{id}/roles"), "").await, 404);
    }
    assert_eq!(form("PUT", "/v1/client/sign_ins", "").await, 404);
    let create = format!("identifier={A}&telepathy=on&sixth_sense=1&password={ADA_PASSWORD}");
    assert_eq!(form("POST", "/v1/client/sign_ins?_is_native=1&aura=blue", &create).await, 200);
    let listed = world.done("GET", "unsupported", Value::Null).await;
    let parameter =
        |name: &str| json!({ "method": "POST", "path": "/v1/client/sign_ins", "name": name, "requests": 1 });
    let expected = json!({
        "endpoints": [
            { "method": "GET", "path": "/v1/organizations/*/roles", "requests": 2 },
            { "method": "PUT", "path": "/v1/client/sign_ins", "requests": 1 },
        ],
        "parameters": [parameter("aura"), parameter("sixth_sense"), parameter("telepathy")],
        "left_out": 0,
    });
    assert_eq!(listed, expected);

    assert_eq!(world.done("DELETE", "unsupported", Value::Null).await, none);
    for number in 0..1000 {
        form("GET", &format!("/v1/page{number}"), "").await;
    }
    let listed = world.done("GET", "unsupported", Value::Null).await;
    assert_eq!(listed["endpoints"].as_array().unwrap().len(), 200);
    assert_eq!(listed["left_out"], 800);
    world.done("POST", "reset", Value::Null).await;
    assert_eq!(world.done("GET", "unsupported", Value::Null).await, none);
}

#[tokio::test]
async fn ignored_parameters_can_be_rejected() {
    let world = World::new().await;
    world.done("PATCH", "settings", json!({ "reject_unknown_parameters": true })).await;
    let create = world.request("POST", "/v1/client/sign_ins?_is_native=1");
    let create = create.header("content-type", "application/x-www-form-urlencoded");
    let answer = create.body(format!("identifier={A}&telepathy=on")).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 422);
    let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(body["errors"][0]["code"], "form_param_unknown");
    assert_eq!(body["errors"][0]["meta"]["param_name"], "telepathy");
    let untouched = FakeBackend::demo();
    untouched.configure(|settings| settings.reject_unknown_parameters = true);
    assert!(world.fake.state() == untouched.state(), "the server has done nothing");
}

#[tokio::test]
async fn users_can_be_added_changed_and_removed() {
    let world = World::new().await;
    let maria =
        json!({ "email_addresses": ["maria@example.com"], "password": "a-long-enough-one", "first_name": "Maria" });
    let added = world.done("POST", "users", maria.clone()).await;
    assert_eq!((&added["first_name"], &added["has_password"]), (&json!("Maria"), &json!(true)));
    assert_eq!(added.to_string().find("a-long-enough-one"), None);
    assert!(matches!(
        world.client().sign_in().password("maria@example.com", "a-long-enough-one").await.unwrap(),
        AfterCreate::NeedsClientTrust(_)
    ));

    let (status, why) = world.rejected("POST", "users", maria).await;
    assert!(status == 422 && why.contains("maria@example.com"), "{why}");
    let change = json!({ "first_name": null, "username": "maria", "email_addresses": ["m@example.com"] });
    let changed = world.done("PATCH", "users/maria@example.com", change).await;
    assert_eq!(
        (&changed["id"], &changed["first_name"], &changed["username"], &changed["has_password"]),
        (&added["id"], &Value::Null, &json!("maria"), &json!(true))
    );
    assert_eq!(world.rejected("GET", "users/maria@example.com", Value::Null).await.0, 404);
    assert_eq!(world.done("GET", "users/maria", Value::Null).await["id"], added["id"]);
    let (status, why) = world.rejected("PATCH", "users/maria", json!({ "email_addresses": [A] })).await;
    assert!(status == 422 && why.contains(A), "{why}");

    world.done("DELETE", "users/maria", Value::Null).await;
    assert_eq!(world.done("GET", "users", Value::Null).await["users"].as_array().unwrap().len(), 3);
    assert!(world.client().sign_in().create("m@example.com").await.is_err());
}

#[tokio::test]
async fn removed_user_is_signed_out_and_frees_the_address() {
    let world = World::new().await;
    let client = world.client();
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    drop(take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete));
    world.done("DELETE", &format!("users/{L}"), Value::Null).await;
    assert_eq!(client.refresh().await.unwrap().unwrap().sessions, []);
    world.done("POST", "users", json!({ "email_addresses": [L] })).await;
}

#[tokio::test]
async fn provider_accounts_can_be_listed_and_added() {
    let world = World::new().await;
    let mary = json!({ "email_address": "mary@example.com", "first_name": "Mary", "last_name": "Jackson" });
    let added = world.done("POST", "provider/accounts", mary).await;
    assert_eq!((&added["email_verified"], &added["last_name"]), (&json!(true), &json!("Jackson")));
    // A second account with the same address replaces the first one.
    world
        .done("POST", "provider/accounts", json!({ "email_address": "Mary@example.com", "email_verified": false }))
        .await;
    let accounts = world.done("GET", "provider/accounts", Value::Null).await;
    let addresses: Vec<_> = accounts.as_array().unwrap().iter().map(|account| &account["email_address"]).collect();
    assert_eq!(addresses, ["ada@example.com", G, L, "Mary@example.com"]);

    for (account, why) in [
        (json!({ "email_address": "mary" }), "`mary` is not an email address"),
        (json!({ "email_address": "m@example.com", "surname": "Jackson" }), "unknown field `surname`"),
    ] {
        let (_, told) = world.rejected("POST", "provider/accounts", account).await;
        assert!(told.contains(why), "{told}");
    }
    assert_eq!(world.rejected("DELETE", "provider/accounts", Value::Null).await.0, 404);
}

#[tokio::test]
async fn mistakes_are_named_in_the_error() {
    let world = World::new().await;
    for (method, path, body, named) in [
        ("POST", "users", json!({ "email": "a@b.c" }), "email_addresses"),
        ("POST", "users", json!({}), "email address"),
        ("POST", "users", json!({ "username": "x", "totp_secret": "short" }), "base32"),
        ("PATCH", "settings", json!({ "codelifetime_ms": 1 }), "codelifetime_ms"),
        ("PATCH", "settings", json!({ "code_lifetime_ms": "soon" }), "soon"),
        ("POST", "clock", json!({}), "advance_ms"),
        ("POST", "clock", json!({ "advance_ms": -1 }), "-1"),
        ("POST", "faults", json!({ "on": "POST /v1/client" }), "then"),
        ("POST", "faults", json!({ "on": "sign_ins", "then": "drop_request" }), "method and a path"),
        ("POST", "faults", json!({ "on": "PSOT /v1/client", "then": "drop_request" }), "no such method"),
        ("POST", "faults", json!({ "on": "GET /v1/client", "times": 0, "then": "drop_request" }), "nonzero"),
        ("POST", "users", Value::Null, "empty"),
        ("POST", "users", json!({ "email_addresses": ["not one"] }), "`not one` is not an email address"),
        ("POST", "users", json!({ "phone_numbers": ["hello"] }), "E.164"),
        ("POST", "users", json!({ "email_addresses": ["x@y.z", "X@y.z"] }), "twice"),
        ("PATCH", "users/linus+clerk_test@example.com", json!({ "email_addresses": null }), "needs an email address"),
        ("PATCH", "settings", json!({ "rate_limits": { "creates": 1, "attempts": 1, "window": 3 } }), "window"),
        ("POST", "faults", json!({ "on": "GET /v1/client", "then": "explode" }), "explode"),
        ("POST", "faults", json!({ "on": "GET /v1/client", "then": { "reject": { "status": 200 } } }), "200"),
        ("PUT", "state", json!({ "users": 3 }), "integer `3`"),
        ("GET", "outbox?wait_ms=long", Value::Null, "wait_ms"),
        ("GET", "nothing", Value::Null, "/_fake/nothing"),
        ("DELETE", "clock", Value::Null, "DELETE"),
        ("GET", "users/ada@example.com/totp/x", Value::Null, "totp"),
        ("GET", "users/grace@example.com/totp", Value::Null, "no authenticator app"),
    ] {
        let (status, why) = world.rejected(method, path, body).await;
        assert!((400..500).contains(&status) && why.contains(named), "{method} {path}: {status} {why}");
    }
}

#[tokio::test]
async fn outbox_request_waits_for_a_message() {
    let world = World::new().await;
    let client = world.client();
    let path = format!("outbox?to={}&wait_ms=20000&limit=1", G.to_uppercase());
    let begun = Instant::now();
    let (messages, sent) = tokio::join!(world.done("GET", &path, Value::Null), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        client.sign_in().send_email_code(G).await.unwrap()
    });
    assert!(begun.elapsed() < Duration::from_secs(10));
    let message = &messages["messages"][0];
    drop(take!(sent.verify(message["code"].as_str().unwrap()).await.unwrap(), AfterFirstFactor::Complete));
    let later = format!("outbox?to={G}&after={}", message["number"]);
    assert_eq!(world.done("GET", &later, Value::Null).await["messages"], json!([]));
    assert_eq!(world.done("GET", "outbox?strategy=phone_code", Value::Null).await["messages"], json!([]));
    world.done("DELETE", "outbox", Value::Null).await;
    assert_eq!(world.fake.outbox().len(), 0);
}

#[tokio::test]
async fn clock_can_be_advanced_and_set() {
    let world = World::new().await;
    let before = world.done("GET", "clock", Value::Null).await["now_ms"].as_i64().unwrap();
    let sent = world.client().sign_in().send_email_code(L).await.unwrap();
    let after = world.done("POST", "clock", json!({ "advance_ms": 600_000 })).await["now_ms"].as_i64().unwrap();
    assert_eq!(after - before, 600_000);
    assert!(sent.verify("424242").await.is_err());
    let end = world.done("POST", "clock", json!({ "advance_ms": u64::MAX })).await;
    assert_eq!(end["now_ms"], i64::MAX);
    assert_eq!(world.done("POST", "clock", json!({ "now_ms": 5 })).await["now_ms"], 5);
}

#[tokio::test]
async fn settings_can_be_changed() {
    let world = World::new().await;
    let settings = world.done("PATCH", "settings", json!({ "code_lifetime_ms": 1000, "rate_limits": null })).await;
    assert_eq!(settings["code_lifetime_ms"], 1000);
    assert_eq!(world.fake.settings().code_lifetime, Duration::from_secs(1));
    let whole = serde_json::to_value(Settings::strict()).unwrap();
    assert_eq!(world.done("PATCH", "settings", whole.clone()).await, whole);
}

#[tokio::test]
async fn faults_hit_matching_requests_as_often_as_told() {
    let world = World::new().await;
    let client = world.client();
    let fault = |then: Value| json!({ "on": "POST /v1/client/sign_ins", "then": then });
    let attempts = || world.fake.state();

    world.done("POST", "faults", fault(json!("drop_request"))).await;
    let before = attempts();
    let failed = client.sign_in().create(A).await.unwrap_err();
    assert!(failed.error().is_outcome_unknown());
    assert_eq!(attempts(), before, "the server did not see the request");

    world.done("POST", "faults", fault(json!("drop_response"))).await;
    assert!(client.sign_in().create(A).await.unwrap_err().error().is_outcome_unknown());
    assert_ne!(attempts(), before, "the server processed the request");

    for then in [json!("truncate_body"), json!("garbage_body")] {
        world.done("POST", "faults", fault(then)).await;
        assert!(client.sign_in().create(A).await.is_err());
    }

    let rejection = json!({ "reject": { "status": 429, "retry_after_seconds": 7 } });
    let twice = json!({ "on": "POST /v1/client/*", "times": 2, "then": rejection });
    world.done("POST", "faults", twice).await;
    for _ in 0..2 {
        let failed = client.sign_in().create(A).await.unwrap_err();
        assert_eq!(failed.error().retry_after(), Some(Duration::from_secs(7)));
    }
    drop(client.sign_in().create(A).await.unwrap());

    let slow = json!({ "on": "* /v1/**", "delay_ms": 300, "times": null });
    world.done("POST", "faults", slow).await;
    let begun = Instant::now();
    drop(client.sign_in().create(A).await.unwrap());
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert_eq!(world.done("GET", "faults", Value::Null).await["faults"].as_array().unwrap().len(), 1);
    assert_eq!(world.done("DELETE", "faults", Value::Null).await["faults"], json!([]));
}

#[tokio::test]
async fn request_list_hides_secrets() {
    let world = World::new().await;
    drop(world.client().sign_in().password(A, ADA_PASSWORD).await.unwrap());
    drop(world.client().sign_in().create("nobody@example.com").await);
    let seen = world.done("GET", "requests", Value::Null).await;
    let [newest, before] = seen["requests"].as_array().unwrap().as_slice() else { panic!("{seen}") };
    assert_eq!((&newest["status"], &newest["errors"]), (&json!(422), &json!(["form_identifier_not_found"])));
    assert_eq!((&before["method"], &before["path"]), (&json!("POST"), &json!("/v1/client/sign_ins")));
    assert_eq!(before["parameters"]["identifier"], A);
    assert_eq!(before["parameters"]["password"], "[not shown]");
    assert_eq!(seen.to_string().find(ADA_PASSWORD), None);
    assert_eq!(world.done("GET", "requests?limit=1", Value::Null).await["requests"].as_array().unwrap().len(), 1);
    assert_eq!(world.done("DELETE", "requests", Value::Null).await["requests"], json!([]));
}

#[tokio::test]
async fn link_appears_only_in_the_outbox() {
    let world = World::new().await;
    world.done("PATCH", "settings", json!({ "public_url": world.server.url() })).await;
    let client = world.client();
    let first = take!(client.sign_in().create(G).await.unwrap(), AfterCreate::NeedsFirstFactor);
    drop(first.send_email_link_to_app("com.example.app://sign-in").await.unwrap());
    let sent = world.done("GET", &format!("outbox?to={G}&strategy=email_link"), Value::Null).await;
    assert!(sent["messages"][0].get("code").is_none());
    let link = sent["messages"][0]["link"].as_str().unwrap();
    let opened = World::no_redirects().get(link).send().await.unwrap();
    let landing = Landing::parse(opened.headers()["location"].to_str().unwrap());
    let landing = landing.magic_link().unwrap();
    drop(client.complete_magic_link(landing).await.unwrap());

    let seen = world.done("GET", "requests", Value::Null).await;
    let complete = &seen["requests"][0];
    assert_eq!(complete["path"], "/v1/client/magic_links/complete");
    assert_eq!(complete["parameters"]["code_verifier"], "[not shown]");
    assert_eq!(seen["requests"][1]["parameters"]["token"], "[not shown]");
    assert_eq!(seen["requests"][2]["parameters"]["redirect_uri"], "com.example.app://sign-in");
    let seen = seen.to_string();
    assert!(!seen.contains(link.split_once("token=").unwrap().1) && !seen.contains(landing.approval_token.expose()));
}

#[tokio::test]
async fn state_can_be_saved_and_restored() {
    let world = World::new().await;
    let client = world.client();
    let sent = client.sign_in().send_email_code(G).await.unwrap();
    let code = world.fake.outbox().pop().unwrap().code().unwrap().clone();
    let state = world.done("GET", "state", Value::Null).await;
    let before = world.fake.state();
    drop(take!(sent.verify(code.expose()).await.unwrap(), AfterFirstFactor::Complete));
    world.done("PUT", "state", state).await;
    assert_eq!(world.fake.state(), before);

    world.done("POST", "faults", json!({ "on": "* /v1/**", "delay_ms": 1 })).await;
    drop(world.client().sign_in().create(G).await.unwrap());
    world.done("POST", "reset", Value::Null).await;
    assert_eq!(world.fake.outbox(), []);
    assert_eq!(world.fake.users(), FakeBackend::demo().users());
    assert_eq!(world.done("GET", "faults", Value::Null).await["faults"], json!([]));
}

#[tokio::test]
async fn tokens_are_not_reused_after_a_reset() {
    let world = World::new().await;
    let browser = async || {
        let answer = world.request("POST", "/v1/dev_browser").send().await.unwrap();
        serde_json::from_slice::<Value>(&answer.bytes().await.unwrap()).unwrap()["id"].clone()
    };
    let before = browser().await;
    world.done("POST", "reset", Value::Null).await;
    assert_ne!(browser().await, before);
}

#[tokio::test]
async fn large_state_can_be_restored() {
    let world = World::new().await;
    for _ in 0..200 {
        drop(world.client().sign_in().create(A).await.unwrap());
    }
    let state = world.done("GET", "state", Value::Null).await;
    assert!(state.to_string().len() > 100_000);
    world.done("PUT", "state", state).await;
}

#[tokio::test]
async fn concurrent_settings_changes_all_apply() {
    let world = World::new().await;
    for round in 1..20 {
        let (one, other) = tokio::join!(
            world.done("PATCH", "settings", json!({ "code_attempts": round })),
            world.done("PATCH", "settings", json!({ "lockout_attempts": round })),
        );
        drop((one, other));
        let settings = world.fake.settings();
        assert_eq!((settings.code_attempts, settings.lockout_attempts), (round, round));
    }
}

#[tokio::test]
async fn outbox_finds_a_phone_number_with_a_plain_plus() {
    let world = World::new().await;
    world.done("POST", "users", json!({ "phone_numbers": ["+4930123456"] })).await;
    drop(world.client().sign_in().send_phone_code("+4930123456", clerk_sign_in::wire::Channel::Sms).await.unwrap());
    for to in ["+4930123456", "%2B4930123456"] {
        let sent = world.done("GET", &format!("outbox?to={to}"), Value::Null).await;
        assert_eq!(sent["messages"].as_array().unwrap().len(), 1, "{to}");
    }
}

#[tokio::test]
async fn user_with_only_a_password_needs_no_client_trust() {
    let world = World::new().await;
    world.done("POST", "users", json!({ "username": "me", "password": "a-long-enough-one" })).await;
    let done = world.client().sign_in().password("me", "a-long-enough-one").await.unwrap();
    drop(take!(done, AfterCreate::Complete));
}

#[tokio::test]
async fn non_form_body_is_rejected_and_hidden() {
    let world = World::new().await;
    let json = world.request("POST", "/v1/client/sign_ins?_is_native=1").header("content-type", "application/json");
    let answer = json.body(r#"{"identifier":"a","password":"hunter2"}"#).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 415);
    let body = String::from_utf8(answer.bytes().await.unwrap().to_vec()).unwrap();
    assert!(body.contains("application/x-www-form-urlencoded"), "{body}");
    let seen = world.done("GET", "requests", Value::Null).await.to_string();
    assert!(!seen.contains("hunter2"), "{seen}");
}

#[tokio::test]
async fn root_page_redirects_to_the_controls() {
    let world = World::new().await;
    let page = world.request("GET", "/").send().await.unwrap();
    assert_eq!(page.headers()["x-frame-options"], "DENY");
    assert!(page.url().path() == "/_fake" && page.status().is_success());
    let key = world.request("GET", "/_fake/jwt_key").send().await.unwrap().bytes().await.unwrap();
    assert_eq!(&key[..], clerk_sign_in::fake::PUBLIC_KEY.as_bytes());
}

#[tokio::test]
async fn demanded_proof_gates_the_next_step() {
    let world = World::new().await;
    world.done("POST", "protect_checks", json!({ "demand": 1 })).await;
    drop(take!(world.client().sign_in().create(A).await.unwrap(), AfterCreate::NeedsProtectCheck));
}

#[tokio::test]
async fn pages_of_other_sites_cannot_use_the_controls() {
    let world = World::new().await;
    let status = async |path: &str, header: &str, value: &str| {
        let answer = world.request("GET", path).header(header, value).send().await.unwrap();
        (answer.status().as_u16(), answer.headers().get("access-control-allow-origin").cloned())
    };
    assert_eq!(status("/_fake/users", "origin", "https://evil.example").await, (403, None));
    assert_eq!(status("/_fake/users", "host", "evil.example:4010").await, (403, None));
    assert_eq!(status("/_fake/users", "origin", "null").await.0, 403);
    assert_eq!(status("/_fake/users", "origin", "http://203.0.113.5").await, (403, None));
    assert_eq!(
        status("/_fake/users", "host", "203.0.113.5:4010").await.0,
        200,
        "an IP address cannot lead to another machine"
    );
    let (allowed, origin) = status("/_fake/users", "origin", "http://localhost:3000").await;
    assert_eq!((allowed, origin.unwrap().to_str().unwrap()), (200, "http://localhost:3000"));
    let (allowed, origin) = status("/v1/client?_is_native=1", "origin", "https://app.example").await;
    assert_eq!((allowed, origin.unwrap().to_str().unwrap()), (200, "https://app.example"));
    // A browser can send a form without a preflight request, so the fake rejects forms.
    let form = world.request("POST", "/_fake/clock").header("content-type", "text/plain").body(r#"{"advance_ms":1}"#);
    assert_eq!(form.send().await.unwrap().status().as_u16(), 415);
}

#[tokio::test]
async fn controls_are_absent_unless_enabled() {
    let server = Server::bind("127.0.0.1:0", FakeBackend::demo()).await.unwrap().spawn();
    for path in ["/_fake", "/_fake/users"] {
        let answer = reqwest::get(format!("{}{path}", server.url())).await.unwrap();
        assert_eq!(answer.status().as_u16(), 404);
        let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        assert_eq!(body["errors"][0]["code"], "fake_has_no_endpoint");
    }
}

/// Runs the documentation's commands exactly as they are written there.
#[tokio::test(flavor = "multi_thread")]
async fn every_command_of_the_documentation_works() {
    if Command::new("curl").arg("--version").output().is_err() {
        println!("skipped: there is no curl");
        return;
    }
    let world = World::new().await;
    world.fake.configure(|settings| {
        settings.email_links = false;
        settings.public_url = Some(world.server.url().to_owned());
    });
    let text = include_str!("../../docs/fake-server.md").replace("http://127.0.0.1:4010", world.server.url());
    let blocks: Vec<_> = text.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap()).collect();
    assert!(blocks.len() >= 10);
    let script = format!("curl() {{ command curl --fail-with-body \"$@\"; echo; }}\n{}", blocks.join("\n"));
    let script = script.replace("> state.json", "| head -n 1 > state.json");
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", &script]).current_dir(env!("CARGO_TARGET_TMPDIR"));
    let output = tokio::task::spawn_blocking(move || shell.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains(r#""to":"grace@example.com""#), "{said}");
    assert!(said.contains("http://127.0.0.1:3000/verified?__clerk_status=verified&__clerk_created_session=sess_"));
}
