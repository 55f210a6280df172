//! The HTTP controls of the fake, which are served under `/_fake`.

mod clock;
mod faults;
mod organizations;
mod outbox;
mod provider;
mod settings;
mod state;
mod tickets;
mod users;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::header::{CONTENT_TYPE, HOST, HeaderValue, ORIGIN, X_FRAME_OPTIONS};
use http::{Method, StatusCode, Uri};
use hyper::body::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::sync::Notify;

use super::faults::Fault;
use super::reply::{json, typed};
use super::seen::{SeenRequest, SeenRequests};
use super::unsupported::Unsupported;
use crate::fake::{FakeBackend, FakeState, PUBLIC_KEY};
use crate::testing::Exchange;
use crate::wire::Rejection;

/// The page that people see when they open `/_fake` in a browser.
const PAGE: &str = include_str!("control/page.html");

/// The controls. They have access to the fake, the injected faults, and the received requests.
#[derive(Clone, Debug)]
pub(super) struct Control {
    fake: FakeBackend,
    /// The state that a reset restores.
    beginning: Arc<FakeState>,
    faults: Arc<Mutex<Vec<Fault>>>,
    seen: Arc<Mutex<SeenRequests>>,
    unsupported: Arc<Mutex<Unsupported>>,
    /// The signal that the server has answered a request. It wakes the control requests that wait for a message.
    answered: Arc<Notify>,
}

type Message = http::Request<Bytes>;
type Answer = http::Response<Vec<u8>>;

/// The rejection of a tester's request. It consists of the status and a sentence that states the reason.
#[derive(Debug)]
struct Rejected(StatusCode, String);

impl Rejected {
    fn bad_request(why: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, why.into())
    }

    fn not_found(why: impl Into<String>) -> Self {
        Self(StatusCode::NOT_FOUND, why.into())
    }
}

impl Control {
    pub(super) fn new(fake: FakeBackend) -> Self {
        Self {
            beginning: Arc::new(fake.state()),
            fake,
            faults: Arc::default(),
            seen: Arc::default(),
            unsupported: Arc::default(),
            answered: Arc::default(),
        }
    }

    pub(super) const fn fake(&self) -> &FakeBackend {
        &self.fake
    }

    pub(super) fn faults(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn saw(&self, request: SeenRequest, exchange: Option<&Exchange>) {
        self.seen().add(request, exchange);
        self.answered.notify_waiters();
    }

    pub(super) fn seen(&self) -> MutexGuard<'_, SeenRequests> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn unsupported(&self) -> MutexGuard<'_, Unsupported> {
        self.unsupported.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn answer(&self, message: &Message) -> Answer {
        let answer = match admit(message) {
            Ok(()) => self.carry_out(message).await,
            Err(rejected) => Err(rejected),
        };
        answer.unwrap_or_else(|Rejected(status, why)| error_answer(status, &why))
    }

    async fn carry_out(&self, message: &Message) -> Result<Answer, Rejected> {
        let segments: Vec<&str> =
            message.uri().path().split('/').skip(2).filter(|segment| !segment.is_empty()).collect();
        match (message.method(), segments.as_slice()) {
            (&Method::GET, []) => Ok(page()),
            (&Method::GET, ["jwt_key"]) => Ok(typed(StatusCode::OK, "application/x-pem-file", PUBLIC_KEY.into())),
            (_, ["users", rest @ ..]) => self.users(message, rest),
            (_, ["organizations", rest @ ..]) => self.organizations(message, rest),
            (_, ["tickets", rest @ ..]) => self.tickets(message, rest),
            (_, ["provider", rest @ ..]) => self.provider(message, rest),
            (_, ["settings"]) => self.settings(message),
            (_, ["outbox"]) => self.outbox(message).await,
            (_, ["clock"]) => self.clock(message),
            (_, ["faults"]) => self.control_faults(message),
            (_, ["requests"]) => self.requests(message),
            (&Method::GET, ["check"]) => Ok(ok(&self.seen().check())),
            (_, ["unsupported"]) => self.list_unsupported(message),
            (_, ["protect_checks"]) => self.protect_checks(message),
            (_, ["state"]) => self.state(message),
            (&Method::POST, ["reset"]) => Ok(self.reset()),
            _ => Err(unknown(message)),
        }
    }
}

/// Returns `true` if the path belongs to the controls.
pub(super) fn is_control(path: &str) -> bool {
    path == "/_fake" || path.starts_with("/_fake/")
}

/// Answers a request that was rejected before it could be read.
pub(super) fn rejected(rejection: &Rejection) -> Answer {
    error_answer(rejection.status, &rejection.user_message())
}

fn error_answer(status: StatusCode, why: &str) -> Answer {
    json(status, &json!({ "error": why }))
}

/// Returns `true` if the origin is on this machine or in the local network.
pub(super) fn is_near(origin: &str) -> bool {
    let origin = origin.parse::<Uri>().ok().filter(|origin| origin.scheme().is_some());
    origin.as_ref().and_then(Uri::host).is_some_and(|host| match address(host) {
        Some(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Some(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        None => is_local_name(host),
    })
}

fn address(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Returns `true` if the name cannot be public, because it contains no dot or ends with `.localhost`.
fn is_local_name(host: &str) -> bool {
    !host.contains('.') || host.ends_with(".localhost")
}

/// Rejects requests from pages of other sites.
///
/// A page of another site must not reach the controls through a visitor's browser, even if the site's host name
/// resolves to this machine.
fn admit(message: &Message) -> Result<(), Rejected> {
    let header = |name| message.headers().get(name).map(|value| value.to_str().unwrap_or("."));
    let foreign_page = header(ORIGIN).is_some_and(|origin| !is_near(origin));
    // An attacker can make a public host name resolve to this machine (DNS rebinding). This attack is not possible with
    // an IP address, because an IP address is not resolved.
    let host = header(HOST).and_then(|host| host.parse::<Uri>().ok());
    let host = host.as_ref().and_then(Uri::host);
    let foreign_host = host.is_some_and(|host| address(host).is_none() && !is_local_name(host));
    if foreign_page || foreign_host {
        let why = "the controls answer pages of this machine and of private addresses, and are called by an IP address \
                   or a name without a dot, such as localhost";
        return Err(Rejected(StatusCode::FORBIDDEN, why.to_owned()));
    }
    let has_body = !message.body().is_empty();
    let is_json = header(CONTENT_TYPE).is_some_and(|value| value.starts_with("application/json"));
    if has_body && !is_json {
        let why = "send JSON, with the header `Content-Type: application/json`";
        return Err(Rejected(StatusCode::UNSUPPORTED_MEDIA_TYPE, why.to_owned()));
    }
    Ok(())
}

fn unknown(message: &Message) -> Rejected {
    let why =
        format!("there is no {} {}: docs/fake-server.md lists the endpoints", message.method(), message.uri().path());
    Rejected::not_found(why)
}

fn page() -> Answer {
    let mut page = typed(StatusCode::OK, "text/html; charset=utf-8", PAGE.into());
    // Other pages must not embed this page, because they could place their own content over its buttons.
    page.headers_mut().insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    page
}

fn ok(body: &impl Serialize) -> Answer {
    json(StatusCode::OK, body)
}

/// Parses the body as JSON.
fn body<T: DeserializeOwned>(message: &Message) -> Result<T, Rejected> {
    if message.body().is_empty() {
        return Err(Rejected::bad_request("the body is empty: send JSON"));
    }
    serde_json::from_slice(message.body()).map_err(|error| Rejected::bad_request(format!("the body: {error}")))
}

/// Returns a parameter of the query.
fn parameter(message: &Message, name: &str) -> Option<String> {
    let query = message.uri().query().unwrap_or_default().as_bytes();
    form_urlencoded::parse(query).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// Returns a parameter of the query as a number.
fn number(message: &Message, name: &str) -> Result<Option<u64>, Rejected> {
    let Some(value) = parameter(message, name) else { return Ok(None) };
    value.parse().map(Some).map_err(|_| Rejected::bad_request(format!("`{name}` is `{value}`: give a whole number")))
}

/// Returns the maximum number of items to return. Without the parameter `limit`, all items are returned.
fn limit(message: &Message) -> Result<usize, Rejected> {
    Ok(number(message, "limit")?.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_pages_are_distinguished_from_others() {
        for origin in [
            "http://localhost:3000",
            "http://127.0.0.1",
            "http://10.1.2.3",
            "http://[::1]:80",
            "http://app.localhost",
            "http://fake:1",
        ] {
            assert!(is_near(origin), "{origin}");
        }
        for origin in [
            "https://example.com",
            "http://localhost.example.com:3000",
            "https://203.0.113.5",
            "http://[2001:db8::1]",
            "null",
            "file://",
            "",
        ] {
            assert!(!is_near(origin), "{origin}");
        }
    }
}
