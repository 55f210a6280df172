//! Tests of the URL of an identity provider. Only a safe URL reaches a browser, whichever answer brought it.

use std::sync::{Arc, Mutex};

use clerk_sign_in::platform::{Browser, BrowserVisit, CapabilityError};
use clerk_sign_in::wire::Secret;
use clerk_sign_in::{AnySignIn, Checkpoint, Client, Error, Resumed, Sso, StepError, async_trait};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Scripted, reached, stayed, take};

const BACK: &str = "com.example.app://callback";
const SAFE: &str = "https://provider.example.com/authorize?state=s";

/// URLs that a browser must not open. The scripted server is at `http://clerk.invalid`.
const UNSAFE: [&str; 31] = [
    "javascript:alert(1)",
    "JavaScript:alert(1)//https://provider.example.com",
    "file:///etc/passwd",
    "data:text/html,<script>alert(1)</script>",
    "ms-msdt:/id",
    "com.example.app://steal",
    "--version",
    "-https://provider.example.com/",
    "/authorize",
    "//provider.example.com/authorize",
    "provider.example.com",
    "provider.example.com:443",
    " https://provider.example.com/",
    "\nhttps://provider.example.com/",
    "\u{1}https://provider.example.com/",
    "https://provider.example.com/a b",
    "https://provider.example.com/\r\n",
    "https:\\\\evil.example.com\\",
    "https://provider.example.com\\@evil.example.com/",
    "https:evil.example.com",
    "https:/evil.example.com",
    "https:///evil.example.com",
    "https://",
    "https://user:password@provider.example.com/",
    "https://provider.example.com@evil.example.com/",
    "https://provider.example.com:99999/",
    "https://provider.example.com:+443/",
    "https://1.2.3.4.5/",
    "http://provider.example.com/",
    "http://localhost.evil.example.com/",
    "http://clerk.invalid.evil.example.com/",
];

fn attempt(id: &str, strategy: &str, url: &str) -> Value {
    let verification =
        json!({ "status": "unverified", "strategy": strategy, "external_verification_redirect_url": url });
    json!({ "id": id, "status": "needs_identifier", "first_factor_verification": verification })
}

fn answer(attempt: Value) -> (u16, Value) {
    (200, json!({ "response": attempt, "client": null }))
}

/// A browser that records the URLs that it is asked to open, and whose user closes the page at once.
#[derive(Clone, Debug, Default)]
struct Recording(Arc<Mutex<Vec<String>>>);

#[async_trait]
impl Browser for Recording {
    async fn reserve(&self) -> Result<Box<dyn BrowserVisit>, CapabilityError> {
        Ok(Box::new(self.clone()))
    }
}

#[async_trait]
impl BrowserVisit for Recording {
    fn redirect_url(&self) -> &str {
        BACK
    }

    async fn open(self: Box<Self>, url: &str) -> Result<Secret, CapabilityError> {
        self.0.lock().unwrap().push(url.to_owned());
        Err(CapabilityError::Cancelled)
    }
}

/// Asks for a redirect, and returns the error, the sign-in, and the URLs that reached the browser.
async fn visit(client: &Client, sso: &Sso) -> (Error, AnySignIn, Vec<String>) {
    let browser = Recording::default();
    let (sign_in, error) = client.sign_in().sso_with(sso, &browser).await.unwrap_err().into_parts();
    let opened = browser.0.lock().unwrap().clone();
    (error, sign_in, opened)
}

#[track_caller]
fn refused(error: &Error, sign_in: &AnySignIn, url: &str) {
    assert_eq!(error.code(), "redirect_unsafe_url", "{url:?}");
    assert_eq!((sign_in.id(), sign_in.state_name()), (Some("sia_1"), "NeedsIdentifier"), "{url:?}");
    let text = format!("{error} {error:?} {sign_in:?} {}", error.user_message());
    assert!(!text.contains(url), "{text}");
}

#[tokio::test]
async fn unsafe_provider_url_never_reaches_a_browser() {
    for url in UNSAFE {
        let client = Scripted::json([answer(attempt("sia_1", "oauth_google", url))]);
        let (error, sign_in, opened) = visit(&client, &Sso::oauth("google")).await;
        assert!(opened.is_empty(), "{opened:?}");
        refused(&error, &sign_in, url);
    }
}

#[tokio::test]
async fn safe_provider_url_reaches_the_browser_unchanged() {
    for url in [
        SAFE,
        "HTTPS://Provider.Example.Com",
        "https://provider.example.com:8443/a%20b?c={}&d".replace("{}", "%7B%7D").as_str(),
        "https://sso.provider.example.com./saml?SAMLRequest=a%2Bb%3D#top",
        "https://192.0.2.7/authorize",
        "https://[2001:db8::1]:444/authorize",
        "http://127.0.0.1:4010/authorize",
        "http://127.9.8.7/authorize",
        "http://[::1]:4010/authorize",
        "http://localhost:4010/authorize",
        "http://LOCALHOST/authorize",
        // The server's own host.
        "http://clerk.invalid/authorize",
        "http://clerk.invalid:4010/authorize",
    ] {
        let client = Scripted::json([answer(attempt("sia_1", "oauth_google", url))]);
        let (error, sign_in, opened) = visit(&client, &Sso::oauth("google")).await;
        assert_eq!(opened, [url]);
        assert!(error.is_cancelled());
        let ready = take!(sign_in, AnySignIn::RedirectReady);
        assert_eq!(ready.external_url(), url);
    }
}

/// Each answer of the server can bring a URL, not only the answer to `sso`.
#[tokio::test]
async fn no_path_shows_an_unsafe_provider_url() {
    let url = "javascript:alert(1)";
    let bad = || answer(attempt("sia_1", "oauth_google", url));
    let good = || answer(attempt("sia_1", "oauth_google", SAFE));
    let sso = Sso::oauth("google");

    // An enterprise connection is prepared in a second call.
    let enterprise = |url| answer(attempt("sia_1", "enterprise_sso", url));
    let connection = Sso::enterprise().identifier("ada@acme.example").connection("ent_1");
    let (error, sign_in, opened) = visit(&Scripted::json([enterprise(SAFE), enterprise(url)]), &connection).await;
    assert!(opened.is_empty());
    refused(&error, &sign_in, url);

    // The page itself can be the one that the app shows.
    let (sign_in, error) = Scripted::json([bad()]).sign_in().sso(&sso, BACK).await.unwrap_err().into_parts();
    refused(&error, &sign_in, url);
    assert!(sign_in.attempt().first_factor_verification.as_deref().unwrap().external_url().is_none());
    assert!(!serde_json::to_string(&sign_in.checkpoint()).unwrap().contains(url));

    // The server changes its mind.
    let client = Scripted::json([good(), bad()]);
    let ready = client.sign_in().sso(&sso, BACK).await.unwrap();
    let (sign_in, error) = ready.redirect_again(&sso, BACK).await.unwrap_err().into_parts();
    refused(&error, &sign_in, url);

    let client = Scripted::json([good(), bad()]);
    reached!(client.sign_in().sso(&sso, BACK).await.unwrap().refresh().await.unwrap(), AnySignIn::NeedsIdentifier);

    let client = Scripted::json([good(), bad()]);
    let ready = client.sign_in().sso(&sso, BACK).await.unwrap();
    let callback_url = format!("{BACK}?rotating_token_nonce=n");
    let Err(StepError::Moved { error, sign_in }) = ready.finish(&callback_url).await else { panic!() };
    refused(&error, &sign_in, url);

    // A rejection brings a description of the client, and with it another URL.
    let rejection = json!({
        "errors": [{ "code": "form_param_nil", "message": "", "long_message": "" }],
        "meta": { "client": { "id": "client_1", "sessions": [], "sign_in": attempt("sia_1", "oauth_google", url) } },
    });
    let client = Scripted::json([good(), (422, rejection)]);
    let ready = client.sign_in().sso(&sso, BACK).await.unwrap();
    let Err(StepError::Moved { sign_in, .. }) = ready.redirect_again(&sso, BACK).await else { panic!() };
    reached!(sign_in, AnySignIn::NeedsIdentifier);

    // The sign-in is found again, by the client or from a file.
    let description = json!({ "id": "client_1", "sessions": [], "sign_in": attempt("sia_1", "oauth_google", url) });
    let client = Scripted::json([(200, json!({ "response": description, "client": null }))]);
    let found = take!(client.resume().await.unwrap(), Resumed::Attempt);
    reached!(found, AnySignIn::NeedsIdentifier);

    let client = Scripted::json([good()]);
    let saved = serde_json::to_string(&client.sign_in().sso(&sso, BACK).await.unwrap().checkpoint()).unwrap();
    assert!(saved.contains(SAFE));
    let forged: Checkpoint = serde_json::from_str(&saved.replace(SAFE, url)).unwrap();
    reached!(client.restore(forged).unwrap(), AnySignIn::NeedsIdentifier);
}

/// The nonce is sent back, so it must arrive as it was.
#[tokio::test]
async fn garbled_nonce_is_not_sent() {
    let client = Scripted::json([answer(attempt("sia_1", "oauth_google", SAFE))]);
    let ready = client.sign_in().sso(&Sso::oauth("google"), BACK).await.unwrap();
    let (error, _) = stayed!(ready.finish(&format!("{BACK}?rotating_token_nonce=ab%FFcd")).await);
    assert_eq!(error.code(), "redirect_invalid_callback");
}

/// Makes URLs that are nearly right, and texts that are no URLs.
fn urls() -> impl Strategy<Value = String> {
    let scheme = prop_oneof!["https", "http", "HTTP", "javascript", "[a-z+.-]{0,6}"];
    let colon = prop_oneof![Just("://"), Just(":"), Just(":/"), Just(":\\\\"), Just(":///"), Just("")];
    let host = prop_oneof![
        "[a-z0-9.-]{0,12}",
        "127\\.[0-9]{1,3}\\.0\\.[0-9]{1,3}",
        "(0x)?[0-9a-f]{1,4}(\\.[0-9]{1,4}){0,3}\\.?",
        "\\[[0-9a-f:.]{0,8}\\]",
        "localhost",
        "clerk\\.invalid",
        "(.{1,3}@)?localhost.{0,3}",
    ];
    let whole = (scheme, colon, host, "(:[+-]?[0-9]{0,6})?", "([/?#].{0,6})?");
    let whole = whole.prop_map(|(scheme, colon, host, port, rest)| format!("{scheme}{colon}{host}{port}{rest}"));
    prop_oneof![4 => whole, 1 => any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whatever reaches a browser is what the URL standard, as the crate `url` implements it, calls a safe URL.
    #[test]
    fn only_safe_urls_reach_a_browser(url in urls()) {
        let client = Scripted::json([answer(attempt("sia_1", "oauth_google", &url))]);
        let (error, _, opened) = futures::executor::block_on(visit(&client, &Sso::oauth("google")));
        if opened.is_empty() {
            // Without a URL there is no redirect at all.
            let code = if url.is_empty() { "step_not_applied" } else { "redirect_unsafe_url" };
            prop_assert_eq!(error.code(), code);
        } else {
            prop_assert_eq!(&opened, std::slice::from_ref(&url));
            let parsed = url::Url::parse(&url).unwrap();
            let is_here = match parsed.host().unwrap() {
                url::Host::Domain(name) => name == "localhost" || name == "clerk.invalid",
                url::Host::Ipv4(address) => address.is_loopback(),
                url::Host::Ipv6(address) => address.is_loopback(),
            };
            prop_assert!(parsed.scheme() == "https" || parsed.scheme() == "http" && is_here);
            prop_assert!(parsed.username().is_empty() && parsed.password().is_none());
        }
    }
}
