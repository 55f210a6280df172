//! Browsers, which the server identifies by a cookie in production and by a parameter in development.

use std::time::Duration;

use clerk_sign_in::backend::{Backend, CallContext, Identity};
use clerk_sign_in::fake::{FakeBackend, FakeState, NewUser, PUBLIC_KEY};
use clerk_sign_in::platform::Timer;
use clerk_sign_in::wire::{
    Answer, BrowserRequest, ClientUpdate, CreateSignIn, ErrorCode, Redirect, Rejection, Request, Response, Secret,
    TokenUpdate,
};
use clerk_sign_in::{AfterFirstFactor, Client, HttpBackend};
use futures::FutureExt;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;
use support::{L, World, signed_in, take};

fn in_production() -> FakeBackend {
    let fake = FakeBackend::demo();
    fake.configure(|settings| settings.development = false);
    fake
}

fn call(fake: &FakeBackend, identity: Identity, request: Request) -> Response {
    fake.call(CallContext::new(identity), request).now_or_never().unwrap().unwrap()
}

fn cookie(token: Option<&str>) -> Identity {
    Identity::Cookie { token: token.map(Into::into) }
}

fn browser(token: Option<&str>) -> Identity {
    Identity::DevelopmentBrowser { token: token.map(Into::into) }
}

fn replaced(response: &Response) -> Option<String> {
    if let TokenUpdate::Replaced(token) = &response.token { Some(token.expose().to_owned()) } else { None }
}

fn rejected(response: Response) -> Rejection {
    response.result.unwrap_err()
}

#[test]
fn cookie_is_set_only_when_it_changes() {
    let fake = in_production();
    let first = call(&fake, cookie(None), Request::CreateSignIn(CreateSignIn::new()));
    let token = replaced(&first).unwrap();
    assert_eq!(replaced(&call(&fake, cookie(Some(&token)), Request::GetClient)), None);
}

#[tokio::test]
async fn cookie_is_replaced_on_sign_in_and_sign_out() {
    let world = World::cookies().await;
    let client = world.client();
    let token = || serde_json::to_value(client.export()).unwrap()["token"].as_str().map(str::to_owned);
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    let before = token();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    let signed_in = token();
    assert_ne!(signed_in, before);
    drop(done.finalize().await.unwrap());
    assert_eq!(token(), signed_in);
    client.sign_out().await.unwrap();
    assert_ne!(token(), signed_in);
}

#[test]
fn cookie_of_an_earlier_server_is_ignored() {
    let fake = in_production();
    let read = call(&fake, cookie(Some("stale")), Request::GetClient);
    assert!(matches!((read.result, read.client), (Ok(Answer::Client), ClientUpdate::Gone)));
    let written = call(&fake, cookie(Some("stale")), Request::CreateSignIn(CreateSignIn::new()));
    assert!(written.result.is_ok());
    assert!(replaced(&written).is_some());
}

#[test]
fn unregistered_browser_is_rejected() {
    let fake = FakeBackend::demo();
    for request in [Request::GetClient, Request::GetEnvironment, Request::CreateSignIn(CreateSignIn::new())] {
        for token in [None, Some("stale")] {
            let rejection = rejected(call(&fake, browser(token), request.clone()));
            assert_eq!(rejection.status, 401);
            assert!(rejection.has(&ErrorCode::DevBrowserUnauthenticated));
        }
    }
}

#[test]
fn development_browser_keeps_its_token_without_its_client() {
    let fake = FakeBackend::demo();
    let token = replaced(&call(&fake, Identity::Anonymous, Request::CreateDevelopmentBrowser)).unwrap();
    let client_of = |request| match call(&fake, browser(Some(&token)), request) {
        Response { result: Ok(_), client: ClientUpdate::Known(client), .. } => Some(client.id),
        Response { result: Ok(_), client: ClientUpdate::Gone, .. } => None,
        other => panic!("{other:?}"),
    };
    assert_eq!(client_of(Request::GetClient), None, "a read creates no client");
    let first = client_of(Request::CreateSignIn(CreateSignIn::new()));
    assert!(first.is_some() && client_of(Request::GetClient) == first);
    assert_eq!(client_of(Request::DeleteClient), None);
    let second = client_of(Request::CreateSignIn(CreateSignIn::new()));
    assert!(second.is_some() && second != first);
}

#[tokio::test]
async fn client_registers_a_forgotten_browser_again() {
    let world = World::development_browsers().await;
    let client = world.client();
    signed_in(&client).await;
    world.restored(&FakeBackend::demo().state());
    assert!(client.refresh().await.unwrap().is_none());
    signed_in(&client).await;
}

#[test]
fn import_restores_the_kind_of_identity() {
    for (fake, identity, kind) in
        [(in_production(), cookie(None), "cookie"), (FakeBackend::demo(), browser(None), "development_browser")]
    {
        let client = Client::builder(fake.clone()).identity(identity).build();
        signed_in(&client).now_or_never().unwrap();
        let exported = client.export();
        assert_eq!(serde_json::to_value(&exported).unwrap()["identity"], kind);
        let again = Client::builder(fake).exported(exported).build();
        let seen = again.refresh().now_or_never().unwrap().unwrap().unwrap();
        assert_eq!(seen.sessions.len(), 1);
    }
    let of_an_older_version = serde_json::from_str(r#"{"version":"1","token":null}"#).unwrap();
    let client = Client::builder(FakeBackend::demo()).exported(of_an_older_version).build();
    assert_eq!(serde_json::to_value(client.export()).unwrap()["identity"], "native");
}

/// Returns the cookies that a handshake tells the app's own backend to set.
fn handshake(response: Response, page: &str) -> Vec<String> {
    let Ok(Answer::Redirect { to, .. }) = response.result else { panic!("{response:?}") };
    let (before, token) = to.expose().split_once("__clerk_handshake=").unwrap();
    assert_eq!(before.trim_end_matches(['?', '&']), page);
    let key = DecodingKey::from_rsa_pem(PUBLIC_KEY.as_bytes()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    let payload = jsonwebtoken::decode::<Value>(token, &key, &validation).unwrap().claims;
    payload["handshake"].as_array().unwrap().iter().map(|cookie| cookie.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn handshake_gives_the_backend_the_session() {
    let world = World::development_browsers().await;
    let client = world.client();
    let page = "http://localhost:3000/dashboard?tab=1";
    let ask = || Request::Browser(BrowserRequest::Handshake(Redirect::new(page)));
    signed_in(&client).await;
    let exported = serde_json::to_value(client.export()).unwrap();
    let known = world.identity(exported["token"].as_str());
    let cookies = handshake(call(&world.fake, known.clone(), ask()), page);
    assert!(cookies[0].starts_with("__session=ey"), "{cookies:?}");
    assert!(cookies[1].starts_with("__client_uat=1767225600;"), "{cookies:?}");
    assert_eq!(cookies.len(), 2);

    client.sign_out().await.unwrap();
    let cookies = handshake(call(&world.fake, known, ask()), page);
    assert!(cookies[0].starts_with("__session=;") && cookies[0].ends_with("Max-Age=0"), "{cookies:?}");
    assert!(cookies[1].starts_with("__client_uat=0;"), "{cookies:?}");
}

#[test]
fn handshake_registers_a_new_browser() {
    let fake = FakeBackend::demo();
    let page = "http://localhost:3000/";
    let cookies =
        handshake(call(&fake, cookie(None), Request::Browser(BrowserRequest::Handshake(Redirect::new(page)))), page);
    let token = cookies[2].strip_prefix("__clerk_db_jwt=").unwrap().split(';').next().unwrap();
    assert!(call(&fake, browser(Some(token)), Request::GetClient).result.is_ok());
}

#[test]
fn browser_is_redirected_only_to_web_pages() {
    let fake = in_production();
    let sent_on = |redirect| call(&fake, cookie(None), Request::Browser(BrowserRequest::TouchClient(redirect))).result;
    assert!(
        matches!(sent_on(Redirect::new("https://example.com/a")), Ok(Answer::Redirect { to, .. }) if to.expose() == "https://example.com/a")
    );
    for url in ["javascript:alert(1)", "/relative", "https://example.com/a\r\nSet-Cookie: x=y", ""] {
        assert!(sent_on(Redirect::new(url)).unwrap_err().has(&ErrorCode::FormParamValueInvalid), "{url}");
    }
}

#[test]
fn expired_records_are_removed() {
    let fake = FakeBackend::demo();
    let size = |state: &FakeState| serde_json::to_string(state).unwrap().len();
    let empty = size(&fake.state());
    for _ in 0..100 {
        call(&fake, Identity::Native { token: None }, Request::CreateSignIn(CreateSignIn::new()));
        let browser_token = replaced(&call(&fake, Identity::Anonymous, Request::CreateDevelopmentBrowser));
        call(&fake, browser(browser_token.as_deref()), Request::CreateSignIn(CreateSignIn::new()));
    }
    assert!(size(&fake.state()) > empty + 100 * 100);
    for _ in 0..3 {
        fake.advance(Duration::from_secs(24 * 60 * 60));
        call(&fake, Identity::Anonymous, Request::GetClient);
    }
    assert!(size(&fake.state()) < empty + 100, "{} and {empty}", size(&fake.state()));
}

#[test]
fn sign_ins_of_a_removed_user_leave_no_clients() {
    let fake = FakeBackend::new();
    let size = |state: &FakeState| serde_json::to_string(state).unwrap().len();
    let empty = size(&fake.state());
    let id = fake.add_user(NewUser::new(L)).unwrap();
    for _ in 0..100 {
        let mut create = CreateSignIn::new();
        create.identifier = Some(L.to_owned());
        call(&fake, Identity::Native { token: None }, Request::CreateSignIn(create)).result.unwrap();
    }
    fake.remove_user(&id);
    for _ in 0..3 {
        fake.advance(Duration::from_secs(24 * 60 * 60));
        call(&fake, Identity::Anonymous, Request::GetClient);
    }
    assert!(size(&fake.state()) < empty + 100, "{} and {empty}", size(&fake.state()));
}

#[test]
fn instance_accepts_only_its_own_kind_of_browser() {
    let development = FakeBackend::demo();
    assert_eq!(rejected(call(&development, cookie(None), Request::CreateClient)).status, 401);
    let token = replaced(&call(&development, Identity::Anonymous, Request::CreateDevelopmentBrowser)).unwrap();
    development.configure(|settings| settings.development = false);
    assert_eq!(rejected(call(&development, browser(Some(&token)), Request::GetClient)).status, 401);
}

#[test]
fn handshake_replaces_a_token_of_an_earlier_server() {
    let fake = FakeBackend::demo();
    let page = "http://localhost:3000/";
    let cookies = handshake(
        call(&fake, browser(Some("dvb_stale")), Request::Browser(BrowserRequest::Handshake(Redirect::new(page)))),
        page,
    );
    assert!(cookies.iter().any(|cookie| cookie.starts_with("__clerk_db_jwt=")), "{cookies:?}");
}

#[tokio::test]
async fn handshake_omits_an_expired_session() {
    let world = World::development_browsers().await;
    world.fake.configure(|settings| settings.session_lifetime = Duration::from_secs(60));
    let client = world.client();
    signed_in(&client).await;
    let exported = serde_json::to_value(client.export()).unwrap();
    world.fake.advance(Duration::from_secs(120));
    let page = "http://localhost:3000/";
    let known = world.identity(exported["token"].as_str());
    let cookies =
        handshake(call(&world.fake, known, Request::Browser(BrowserRequest::Handshake(Redirect::new(page)))), page);
    assert!(cookies[1].starts_with("__client_uat=0;"), "{cookies:?}");
}

#[tokio::test]
async fn touch_renews_the_cookie_and_redirects() {
    let world = World::cookies().await;
    let client = world.client();
    signed_in(&client).await;
    let exported = serde_json::to_value(client.export()).unwrap();
    let old = exported["token"].as_str().unwrap();
    let renewed = call(
        &world.fake,
        cookie(Some(old)),
        Request::Browser(BrowserRequest::TouchClient(Redirect::new("https://example.com/"))),
    );
    let new = replaced(&renewed).unwrap();
    assert_ne!(new, old);
    let seen = call(&world.fake, cookie(Some(&new)), Request::GetClient);
    assert!(matches!(seen.client, ClientUpdate::Known(client) if client.sessions.len() == 1));
}

#[test]
fn extreme_settings_and_times_do_not_panic() {
    let fake = FakeBackend::demo();
    fake.configure(|settings| settings.attempt_lifetime = Duration::ZERO);
    let token = replaced(&call(&fake, Identity::Anonymous, Request::CreateDevelopmentBrowser)).unwrap();
    let client = Client::builder(fake.clone()).identity(browser(Some(&token))).build();
    drop(client.sign_in().create(L).now_or_never().unwrap());
    for _ in 0..3 {
        fake.advance(Duration::from_secs(25 * 60 * 60));
        drop(client.refresh().now_or_never().unwrap());
    }
    fake.advance(Duration::MAX);
    drop(client.refresh().now_or_never().unwrap());
    assert_eq!(fake.clock().now().as_millis(), i64::MAX);
}

#[test]
fn client_is_remembered_as_long_as_its_cookie_lasts() {
    let fake = FakeBackend::demo();
    let client = Client::new(fake.clone());
    signed_in(&client).now_or_never().unwrap();
    let is_known = || call(&fake, Identity::Native { token: client_token(&client) }, Request::GetClient).result.is_ok();
    for _ in 0..39 {
        fake.advance(Duration::from_secs(10 * 24 * 60 * 60));
        call(&fake, Identity::Anonymous, Request::GetClient);
    }
    assert!(is_known());
    for _ in 0..50 {
        fake.advance(Duration::from_secs(10 * 24 * 60 * 60));
        call(&fake, Identity::Anonymous, Request::GetClient);
    }
    assert!(!is_known());
}

fn client_token(client: &Client) -> Option<Secret> {
    serde_json::to_value(client.export()).unwrap()["token"].as_str().map(Secret::from)
}

/// A token is sent back as it came. If it is no text, the client keeps the token that it has.
#[tokio::test]
async fn token_that_is_not_text_is_not_kept() {
    let native = Identity::Native { token: Some("old".into()) };
    let cookie = Identity::Cookie { token: Some("old".into()) };
    let development = Identity::DevelopmentBrowser { token: Some("old".into()) };
    for (identity, name, prefix) in
        [(native, "authorization", ""), (cookie, "set-cookie", "__client="), (development, "clerk-db-jwt", "")]
    {
        for (token, kept) in [(&b"new\xff"[..], "old"), (&b"new\xc3\xa9"[..], "new\u{e9}"), (&b"new"[..], "new")] {
            let mut headers = http::HeaderMap::new();
            let value = [prefix.as_bytes(), token].concat();
            headers.insert(name, http::HeaderValue::from_bytes(&value).unwrap());
            let body = serde_json::json!({ "response": { "id": "client_1", "sessions": [] }, "client": null });
            let scripted = support::Scripted::new([(200, headers, body.to_string().into_bytes())]);
            let backend = HttpBackend::with_transport("https://clerk.example.com", scripted);
            let client = Client::builder(backend).identity(identity.clone()).build();
            client.refresh().await.unwrap();
            assert_eq!(World::token_of(&client).as_deref(), Some(kept), "{name}");
        }
    }
}
