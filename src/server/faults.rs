//! Faults that a test injects.

use std::num::NonZeroU32;
use std::time::Duration;

use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};

use super::frontend_api::rejected;
use super::reply::{rejection, typed};
use crate::wire::{ErrorCode, Rejection};

/// A fault that affects requests to an endpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fault {
    /// The endpoint to which the affected requests are sent.
    on: Endpoint,
    /// The number of requests that the fault affects. If this number is null, the fault affects all requests.
    #[serde(default = "once")]
    times: Option<NonZeroU32>,
    /// The delay before the request is handled, in milliseconds.
    #[serde(default)]
    delay_ms: u64,
    /// The failure that happens after the delay. If no failure is set, the request is answered normally.
    #[serde(default)]
    then: Option<Accident>,
}

/// A way in which a request can fail.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Accident {
    /// The connection is closed, and the server does not see the request.
    DropRequest,
    /// The server processes the request, but the connection is closed before the response is sent.
    DropResponse,
    /// The server processes the request, but only half of the response arrives.
    TruncateBody,
    /// The server processes the request, but the response is not JSON.
    GarbageBody,
    /// The request is rejected.
    Reject(InjectedRejection),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InjectedRejection {
    status: u16,
    #[serde(default)]
    code: Option<ErrorCode>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    retry_after_seconds: Option<u64>,
}

#[allow(clippy::unnecessary_wraps)]
const fn once() -> Option<NonZeroU32> {
    Some(NonZeroU32::MIN)
}

/// A method and a path, such as `POST /v1/client/sign_ins/*/attempt_first_factor`.
///
/// As the method, `*` matches any method. In the path, `*` matches exactly one segment, and a `**` at the end matches
/// the rest of the path.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Endpoint {
    /// The method, or `None` for any method.
    method: Option<Method>,
    path: String,
}

/// The HTTP methods that endpoints use.
const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

impl TryFrom<String> for Endpoint {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let explain = |what: &str| format!("`on` is `{text}`: {what}, as in `POST /v1/client/sign_ins` or `* /v1/**`");
        let (method, path) = text.split_once(' ').ok_or_else(|| explain("give a method and a path"))?;
        let known = METHODS.iter().find(|known| known.as_str().eq_ignore_ascii_case(method));
        if known.is_none() && method != "*" {
            return Err(explain("there is no such method"));
        }
        if !["/v1", "/.well-known"].iter().any(|beginning| path.starts_with(beginning)) {
            return Err(explain("the path must start with /v1 or /.well-known"));
        }
        if path.split_once("**").is_some_and(|(_, rest)| !rest.is_empty()) {
            return Err(explain("`**` is only allowed at the end"));
        }
        Ok(Self { method: known.cloned(), path: path.to_owned() })
    }
}

impl From<Endpoint> for String {
    fn from(endpoint: Endpoint) -> Self {
        let method = endpoint.method.as_ref().map_or("*", Method::as_str);
        format!("{method} {}", endpoint.path)
    }
}

impl Endpoint {
    fn matches(&self, method: &Method, path: &str) -> bool {
        let (mut expected, mut segments) = (self.path.split('/'), path.split('/'));
        let path_fits = loop {
            match (expected.next(), segments.next()) {
                (None, None) | (Some("**"), Some(_)) => break true,
                (Some("*"), Some(_)) => {}
                (Some(expected), Some(segment)) if expected == segment => {}
                _ => break false,
            }
        };
        path_fits && self.method.as_ref().is_none_or(|known| known == method)
    }
}

impl Fault {
    /// Returns the reason why this fault is invalid, or `None` if it is valid.
    pub(super) fn mistake(&self) -> Option<String> {
        match &self.then {
            Some(Accident::Reject(InjectedRejection { status, .. })) if !(400..600).contains(status) => {
                Some(format!("`status` is {status}: give one from 400 to 599"))
            }
            None if self.delay_ms == 0 => Some("give `delay_ms`, `then`, or both".to_owned()),
            _ => None,
        }
    }

    pub(super) const fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms)
    }

    pub(super) const fn accident(&self) -> Option<&Accident> {
        self.then.as_ref()
    }
}

/// Returns the first fault that affects a request, and reduces the fault's remaining `times` by one.
pub(super) fn take(faults: &mut Vec<Fault>, method: &Method, path: &str) -> Option<Fault> {
    let index = faults.iter().position(|fault| fault.on.matches(method, path))?;
    let fault = faults.get_mut(index)?;
    let left = fault.times.map(|times| NonZeroU32::new(times.get() - 1));
    match left {
        None => Some(fault.clone()),
        Some(None) => Some(faults.remove(index)),
        Some(left) => {
            fault.times = left;
            Some(fault.clone())
        }
    }
}

impl InjectedRejection {
    pub(super) fn message(&self) -> http::Response<Vec<u8>> {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let code = self.code.clone().unwrap_or(match status {
            StatusCode::TOO_MANY_REQUESTS => ErrorCode::TooManyRequests,
            StatusCode::NOT_FOUND => ErrorCode::ResourceNotFound,
            _ => ErrorCode::InternalClerkError,
        });
        let text = self.message.as_deref().unwrap_or("A test injected this fault.");
        let retry_after = self.retry_after_seconds.map(Duration::from_secs);
        rejected(Rejection { retry_after, ..rejection(status, code, text) })
    }
}

/// Returns a response that a broken gateway might send.
pub(super) fn garbage() -> http::Response<Vec<u8>> {
    typed(StatusCode::OK, "text/html", b"<html><body>It works!</body></html>".to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(text: &str) -> Endpoint {
        Endpoint::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn fault_matches_a_method_and_a_path() {
        let matches = |on: &str, path: &str| endpoint(on).matches(&Method::POST, path);
        assert!(matches("POST /v1/client/sign_ins", "/v1/client/sign_ins"));
        assert!(matches("post /v1/client/sign_ins/*/reset_password", "/v1/client/sign_ins/sia_1/reset_password"));
        assert!(matches("* /v1/**", "/v1/client/sign_ins/sia_1/reset_password"));
        for on in ["GET /v1/client", "POST /v1/client/*", "POST /v1", "POST /v1/client/sign_ins/*"] {
            assert!(!matches(on, "/v1/client"), "{on}");
        }
    }

    #[test]
    fn fault_that_can_never_happen_is_rejected() {
        for on in ["POST", "PSOT /v1/client", "POST  /v1/client", "* /npm/**", "POST /v1/**/attempt_first_factor", ""] {
            assert!(Endpoint::try_from(on.to_owned()).is_err(), "{on}");
        }
    }

    #[test]
    fn fault_is_used_up() {
        let fault = |on: &str, times| Fault {
            on: endpoint(on),
            times: NonZeroU32::new(times),
            delay_ms: 0,
            then: Some(Accident::DropRequest),
        };
        let mut faults = vec![fault("* /v1/client", 2), fault("* /v1/**", 0)];
        let mut left = |path: &str| {
            take(&mut faults, &Method::GET, path);
            faults.len()
        };
        assert_eq!((left("/v1/client"), left("/v1/client"), left("/v1/client"), left("/v2")), (2, 1, 1, 1));
    }
}
