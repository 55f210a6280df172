//! Code that the tests of all packages share. It provides a server that already has users and that tests reach in
//! memory or over HTTP. It also checks every request and every answer against the published OpenAPI document.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::missing_errors_doc,
    clippy::must_use_candidate,
    missing_docs,
    reason = "the helpers fail the test, as the tests do"
)]

pub mod accident;
pub mod judged;
pub mod keys;
pub mod openapi;
pub mod program;
pub mod published;
pub mod solver;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use self::judged::Judged;
use clerk_sign_in::backend::Transport;
use clerk_sign_in::backend::{Backend, BackendError, CallContext, Identity, decode_response};
use clerk_sign_in::fake::{ADA, FakeBackend, FakeState, GRACE, LINUS, TEST_CODE};
use clerk_sign_in::server::{RunningServer, Server};
use clerk_sign_in::testing::CheckedBackend;
use clerk_sign_in::wire::{
    Answer, BrowserRequest, ErrorCode, OauthCallback, OpenEmailLink, Rejection, Request, SignUpAttempt,
};
use clerk_sign_in::{AfterFirstFactor, Client, ClientBuilder, Error, Finalized, HttpBackend, async_trait};
use http::HeaderMap;
use openapi::{Plain, Validated};
use serde_json::Value;

pub const ADA_PASSWORD: &str = "correct-horse-battery";
pub const GRACE_PASSWORD: &str = "nanosecond-of-wire";

pub struct World {
    pub fake: FakeBackend,
    pub backend: Arc<dyn Backend>,
    /// The same backend, except that it does not check requests. Tests can therefore send wrong requests.
    pub for_wrong_requests: Arc<dyn Backend>,
    /// The kind of identity that new clients have.
    identity: Identity,
    /// What all backends of this world have seen.
    checked: CheckedBackend<FakeBackend>,
    server: Option<RunningServer>,
}

/// Creates a world in memory. Every request and every answer must match the document.
impl World {
    pub fn memory() -> Self {
        let fake = strict();
        let checked = CheckedBackend::new(fake.clone());
        let for_wrong_requests =
            Arc::new(Judged(CheckedBackend::beside(&checked, Validated::answers_only(fake.clone()))));
        let backend = Arc::new(Judged(CheckedBackend::beside(&checked, Validated::new(fake.clone()))));
        let identity = Identity::Native { token: None };
        Self { backend, for_wrong_requests, fake, identity, checked, server: None }
    }

    /// Creates a world whose clients are native, so the server identifies them by a header.
    pub async fn http() -> Self {
        Self::over_http(Identity::Native { token: None }).await
    }

    /// Creates a world whose clients are production browsers, so the server identifies them by a cookie.
    pub async fn cookies() -> Self {
        Self::over_http(Identity::Cookie { token: None }).await
    }

    /// Creates a world whose clients are development browsers, so the server identifies them by a query parameter.
    pub async fn development_browsers() -> Self {
        Self::over_http(Identity::DevelopmentBrowser { token: None }).await
    }

    async fn over_http(identity: Identity) -> Self {
        let fake = strict();
        // Each kind of instance accepts only its own kind of browser.
        fake.configure(|settings| settings.development = !matches!(identity, Identity::Cookie { .. }));
        let server = Server::bind("127.0.0.1:0", fake.clone()).await.unwrap().with_provider(fake.clone()).spawn();
        fake.configure(|settings| settings.public_url = Some(server.url().to_owned()));
        let http = Plain::default();
        let checked = CheckedBackend::new(fake.clone());
        let over = |watched| {
            let backend = HttpBackend::with_transport(server.url(), watched);
            Arc::new(Judged(CheckedBackend::beside(&checked, backend)))
        };
        let for_wrong_requests = over(Validated::answers_only(http.clone()));
        let backend = over(Validated::new(http));
        Self { backend, for_wrong_requests, fake, identity, checked, server: Some(server) }
    }

    /// Replaces the state of the server. The server itself remains, either in memory or behind the same socket.
    pub fn restored(&self, state: &FakeState) -> &Self {
        self.fake.restore(state.clone());
        self.checked.forget();
        self
    }

    /// Returns a new client.
    pub fn client(&self) -> Client {
        self.client_over(Arc::clone(&self.backend)).build()
    }

    /// Returns a builder for a new client with another backend, for example one that records calls or makes them fail.
    pub fn client_over(&self, backend: impl Backend + 'static) -> ClientBuilder {
        Client::builder(backend).identity(self.identity.clone())
    }

    /// Returns the identity of the client that has this token.
    pub fn identity(&self, token: Option<&str>) -> Identity {
        let mut identity = self.identity.clone();
        identity.replace_token(token.map(Into::into));
        identity
    }

    /// Returns the token that identifies this client.
    pub fn token_of(client: &Client) -> Option<String> {
        serde_json::to_value(client.export()).unwrap()["token"].as_str().map(str::to_owned)
    }

    /// Returns the code in the newest message to this address.
    pub fn mailed_code(&self, to: &str) -> String {
        let outbox = self.fake.outbox();
        outbox.iter().rev().find(|message| message.to == to).unwrap().code().unwrap().expose().to_owned()
    }

    /// Returns the link in the newest message to this address.
    pub fn mailed_link(&self, to: &str) -> String {
        let outbox = self.fake.outbox();
        outbox.iter().rev().find(|message| message.to == to).unwrap().link().unwrap().expose().to_owned()
    }

    /// Opens a link in a browser that the server does not know. Returns the URL to which the link leads.
    pub async fn open(&self, link: &str) -> Result<Option<String>, Rejection> {
        let answer = match &self.server {
            // Requests the link exactly as it is in the email.
            Some(_) => {
                let message = http::Request::get(link).body(Vec::new()).unwrap();
                let message = Validated::new(Plain::default()).send(message).await.unwrap();
                decode_response(&CallContext::default(), &opening(link), &message).unwrap().result
            }
            None => self.backend.call(CallContext::default(), opening(link)).await.unwrap().result,
        };
        answer.map(led_to)
    }

    /// Opens a link in the browser of this client.
    pub async fn open_on(&self, client: &Client, link: &str) -> Result<Option<String>, Rejection> {
        let context = CallContext::new(self.identity(Self::token_of(client).as_deref()));
        self.backend.call(context, opening(link)).await.unwrap().result.map(led_to)
    }

    /// Goes to a provider in the browser of this client, chooses this account and consents. Returns the URL at which
    /// the user comes back to the app.
    pub async fn consent(&self, client: &Client, external_url: &str, account: &str) -> Result<String, Rejection> {
        let Some(_) = &self.server else { return self.fake.consent(external_url, account) };
        let callback_url = at_provider(external_url, &[("account", account)]).await;
        self.follow_callback(client, &callback_url).await
    }

    /// Goes to a provider and declines.
    pub async fn deny(&self, client: &Client, external_url: &str) -> Result<String, Rejection> {
        let Some(_) = &self.server else { return self.fake.deny(external_url) };
        let callback_url = at_provider(external_url, &[("deny", "true")]).await;
        self.follow_callback(client, &callback_url).await
    }

    /// Follows a provider's callback to the server, in the browser of this client.
    pub async fn follow_callback(&self, client: &Client, callback_url: &str) -> Result<String, Rejection> {
        let Some(_) = &self.server else { return self.fake.follow_callback(callback_url) };
        let mut message = http::Request::get(callback_url);
        if let (Identity::Cookie { .. }, Some(token)) = (&self.identity, Self::token_of(client)) {
            message = message.header("cookie", format!("__client={token}"));
        }
        let message = Validated::new(Plain::default()).send(message.body(Vec::new()).unwrap()).await.unwrap();
        let request = Request::Browser(BrowserRequest::OauthCallback(OauthCallback::new()));
        let answer = decode_response(&CallContext::default(), &request, &message).unwrap().result;
        answer.map(|answer| led_to(answer).unwrap())
    }

    /// Returns a client that the server knows.
    pub async fn known_client(&self) -> Client {
        let client = self.client();
        drop(client.sign_in().create(L).await.unwrap());
        client
    }

    /// Makes a sign-up request with this client's token but without the typed steps, as another program would.
    pub async fn sign_up(&self, client: &Client, request: Request) -> Result<SignUpAttempt, Rejection> {
        let context = CallContext::new(self.identity(Self::token_of(client).as_deref()));
        match self.backend.call(context, request).await.unwrap().result? {
            Answer::SignUpAttempt(sign_up) => Ok(*sign_up),
            other => panic!("expected a sign-up, got {other:?}"),
        }
    }

    pub fn is_known_by_cookie(&self) -> bool {
        matches!(self.identity, Identity::Cookie { .. })
    }

    pub fn is_native(&self) -> bool {
        matches!(self.identity, Identity::Native { .. })
    }

    pub fn ada_totp(&self) -> String {
        self.fake.totp_code(ADA.email_address).unwrap()
    }
}

/// Returns a demo server that rejects every client token except the newest ones.
pub fn strict() -> FakeBackend {
    let fake = FakeBackend::demo();
    fake.configure(|settings| settings.recent_tokens = 0);
    fake
}

/// Signs Linus in with an email code, and returns the id of his session.
pub async fn signed_in(client: &Client) -> String {
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    let done = take!(sent.verify(TEST_CODE).await.unwrap(), AfterFirstFactor::Complete);
    take!(done.finalize().await.unwrap(), Finalized::Active).id().to_owned()
}

/// Acts as a browser without cookies: consents at the provider and follows every redirect. Returns the text of the last
/// page.
pub async fn browse(external_url: &str, account: &str) -> String {
    let mut url = at_provider(external_url, &[("account", account)]).await;
    loop {
        let answer = Plain::default().send(http::Request::get(&url).body(Vec::new()).unwrap()).await.unwrap();
        match answer.headers().get("location") {
            Some(to) => to.to_str().unwrap().clone_into(&mut url),
            None => return String::from_utf8(answer.body().clone()).unwrap(),
        }
    }
}

/// Opens the provider's page and submits its form with these values. Returns the URL to which the provider redirects.
async fn at_provider(external_url: &str, pressed: &[(&str, &str)]) -> String {
    let http = Plain::default();
    let shown = http.send(http::Request::get(external_url).body(Vec::new()).unwrap()).await.unwrap();
    let page = String::from_utf8(shown.body().clone()).unwrap();
    assert!(shown.status().is_success() && page.contains("wants to read your name"), "{page}");
    let action = page.split("action=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().replace("&amp;", "&");
    let url = format!("{}/{action}", external_url.split("/authorize?").next().unwrap());
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pressed).finish();
    let message = http::Request::post(url).header("content-type", "application/x-www-form-urlencoded");
    let answer = http.send(message.body(form.into_bytes()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 303);
    answer.headers()["location"].to_str().unwrap().to_owned()
}

/// Returns the request that a browser sends when it follows a link.
fn opening(link: &str) -> Request {
    Request::Browser(BrowserRequest::OpenEmailLink(OpenEmailLink::new(
        link.split_once("token=").map_or("", |(_, token)| token),
    )))
}

fn led_to(answer: Answer) -> Option<String> {
    if let Answer::Redirect { to, .. } = answer { Some(to.expose().to_owned()) } else { None }
}

/// An HTTP transport that gives scripted answers in order.
#[derive(Debug)]
pub struct Scripted {
    answers: Mutex<VecDeque<(u16, HeaderMap, Vec<u8>)>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    pub fn new(answers: impl IntoIterator<Item = (u16, HeaderMap, Vec<u8>)>) -> Self {
        Self { answers: Mutex::new(answers.into_iter().collect()), asked: Arc::default() }
    }

    /// Returns a client that receives these JSON answers, which have no headers.
    pub fn json(answers: impl IntoIterator<Item = (u16, Value)>) -> Client {
        Self::json_recorded(answers).0
    }

    /// Like `json`, but also records the method, path and form of each call.
    pub fn json_recorded(answers: impl IntoIterator<Item = (u16, Value)>) -> (Client, Arc<Mutex<Vec<String>>>) {
        let scripted = Self::of_json(answers);
        let asked = Arc::clone(&scripted.asked);
        (Client::new(HttpBackend::with_transport("http://clerk.invalid", scripted)), asked)
    }

    /// Returns a backend that receives these JSON answers, which have no headers.
    pub fn backend(answers: impl IntoIterator<Item = (u16, Value)>) -> HttpBackend {
        HttpBackend::with_transport("http://clerk.invalid", Self::of_json(answers))
    }

    fn of_json(answers: impl IntoIterator<Item = (u16, Value)>) -> Self {
        let message = |(status, body): (u16, Value)| (status, HeaderMap::new(), body.to_string().into_bytes());
        Self::new(answers.into_iter().map(message))
    }
}

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, asks: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, BackendError> {
        let form = String::from_utf8_lossy(asks.body());
        self.asked.lock().unwrap().push(format!("{} {} {form}", asks.method(), asks.uri().path()));
        let (status, headers, body) =
            self.answers.lock().unwrap().pop_front().expect("there was one more call than scripted");
        let mut message = http::Response::new(body);
        *message.status_mut() = http::StatusCode::from_u16(status).unwrap();
        *message.headers_mut() = headers;
        Ok(message)
    }
}

/// Returns the error codes of a rejection.
pub fn codes(error: &Error) -> Vec<ErrorCode> {
    error.rejection().unwrap().errors.iter().map(|error| error.code.clone()).collect()
}

/// Makes two tests of every flow in the list: one in memory and one over HTTP.
#[macro_export]
macro_rules! over_memory_and_http {
    ($($flow:ident),+ $(,)?) => {
        mod over_memory {
            $(#[tokio::test] async fn $flow() { super::$flow($crate::World::memory()).await; })+
        }
        mod over_http {
            $(#[tokio::test] async fn $flow() { super::$flow($crate::World::http().await).await; })+
        }
    };
}

/// Makes several tests of every flow in the list: one in memory, and one over HTTP for each kind of client identity.
#[macro_export]
macro_rules! over_every_identity {
    ($($flow:ident),+ $(,)?) => {
        $crate::over_memory_and_http! { $($flow),+ }
        mod over_http_with_cookies {
            $(#[tokio::test] async fn $flow() { super::$flow($crate::World::cookies().await).await; })+
        }
        mod over_http_as_development_browser {
            $(#[tokio::test] async fn $flow() {
                super::$flow($crate::World::development_browsers().await).await;
            })+
        }
    };
}

/// The addresses of the demo users. The name of each constant is only the first letter of the user's name, which keeps
/// the flows short.
pub const A: &str = ADA.email_address;
pub const G: &str = GRACE.email_address;
pub const L: &str = LINUS.email_address;

/// Extracts the variant that the flow expects from an outcome.
#[macro_export]
macro_rules! take {
    ($value:expr, $variant:path) => {
        match $value {
            $variant(inner) => inner,
            other => panic!("expected {}, got {other:?}", stringify!($variant)),
        }
    };
}

/// Asserts that an outcome is the variant that the flow expects.
#[macro_export]
macro_rules! reached {
    ($value:expr, $variant:path) => {
        drop($crate::take!($value, $variant))
    };
}

/// Extracts the error and the sign-in from a failed step that did not move the sign-in.
#[macro_export]
macro_rules! stayed {
    ($step:expr) => {
        match $step {
            Err(clerk_sign_in::StepError::Stayed { error, sign_in }) => (error, sign_in),
            other => panic!("expected a step that failed and stayed, got {other:?}"),
        }
    };
}

/// Extracts the error and the sign-in from a failed step that moved the sign-in.
#[macro_export]
macro_rules! moved {
    ($step:expr) => {
        match $step {
            Err(clerk_sign_in::StepError::Moved { error, sign_in }) => (error, sign_in),
            other => panic!("expected a step that failed and moved the sign-in, got {other:?}"),
        }
    };
}
