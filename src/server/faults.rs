//! Accidents on demand.

use std::time::Duration;

use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};

use super::frontend_api::refused;
use super::reply::{refusal, typed};
use crate::wire::{ErrorCode, Rejection};

/// What goes wrong with the requests to an endpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fault {
    /// The method and path: `POST /v1/client/sign_ins/*/attempt_first_factor`. `*` is any method or segment, and a `**` at the
    /// end any rest of the path.
    on: String,
    /// How often; every time if null.
    #[serde(default = "once")]
    times: Option<u32>,
    /// How long the request waits first, in milliseconds.
    #[serde(default)]
    delay_ms: u64,
    /// What happens then. Without it, the request is answered as ever.
    #[serde(default)]
    then: Option<Accident>,
}

/// An accident that a request meets.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Accident {
    /// The connection is closed, and the server has not seen the request.
    DropRequest,
    /// The server carries the request out, and the connection is closed before the answer.
    DropResponse,
    /// The server carries the request out, and half of the answer arrives.
    TruncateBody,
    /// The server carries the request out, and the answer is no JSON.
    GarbageBody,
    /// The request is refused.
    Refuse(Refusal),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refusal {
    status: u16,
    #[serde(default)]
    code: Option<ErrorCode>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    retry_after_seconds: Option<u64>,
}

#[allow(clippy::unnecessary_wraps)]
const fn once() -> Option<u32> {
    Some(1)
}

impl Fault {
    /// Why this fault cannot be.
    pub(super) fn mistake(&self) -> Option<String> {
        if self.on.split_once(" /").is_none() {
            return Some(format!(
                "`on` is `{}`: give a method and a path, such as `POST /v1/client/sign_ins`",
                self.on
            ));
        }
        match &self.then {
            Some(Accident::Refuse(Refusal { status, .. })) if !(400..600).contains(status) => {
                Some(format!("`status` is {status}: a refusal has one from 400 to 599"))
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

    fn concerns(&self, method: &Method, path: &str) -> bool {
        let Some((on_method, on_path)) = self.on.split_once(' ') else { return false };
        let (mut expected, mut segments) = (on_path.split('/'), path.split('/'));
        let path_fits = loop {
            match (expected.next(), segments.next()) {
                (None, None) | (Some("**"), Some(_)) => break true,
                (Some("*"), Some(_)) => {}
                (Some(expected), Some(segment)) if expected == segment => {}
                _ => break false,
            }
        };
        path_fits && (on_method == "*" || on_method.eq_ignore_ascii_case(method.as_str()))
    }
}

/// The first of the faults that concerns a request, used up by one.
pub(super) fn take(faults: &mut Vec<Fault>, method: &Method, path: &str) -> Option<Fault> {
    let fault = faults.iter_mut().find(|fault| fault.concerns(method, path))?;
    if let Some(times) = &mut fault.times {
        *times = times.saturating_sub(1);
    }
    let taken = fault.clone();
    faults.retain(|fault| fault.times != Some(0));
    Some(taken)
}

impl Refusal {
    pub(super) fn message(&self) -> http::Response<Vec<u8>> {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let code = self.code.clone().unwrap_or(match status {
            StatusCode::TOO_MANY_REQUESTS => ErrorCode::TooManyRequests,
            StatusCode::NOT_FOUND => ErrorCode::ResourceNotFound,
            _ => ErrorCode::InternalClerkError,
        });
        let text = self.message.as_deref().unwrap_or("A fault that a test asked for.");
        let retry_after = self.retry_after_seconds.map(Duration::from_secs);
        refused(Rejection { retry_after, ..refusal(status, code, text) })
    }
}

/// What a broken gateway might answer.
pub(super) fn garbage() -> http::Response<Vec<u8>> {
    typed(StatusCode::OK, "text/html", b"<html><body>It works!</body></html>".to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(on: &str, times: Option<u32>) -> Fault {
        Fault { on: on.to_owned(), times, delay_ms: 0, then: Some(Accident::DropRequest) }
    }

    #[test]
    fn it_concerns_a_method_and_a_path() {
        let concerns = |on: &str, path: &str| fault(on, None).concerns(&Method::POST, path);
        assert!(concerns("POST /v1/client/sign_ins", "/v1/client/sign_ins"));
        assert!(concerns("post /v1/client/sign_ins/*/reset_password", "/v1/client/sign_ins/sia_1/reset_password"));
        assert!(concerns("* /v1/**", "/v1/client/sign_ins/sia_1/reset_password"));
        for on in ["GET /v1/client", "POST /v1/client/*", "POST /v1", "POST /v1/client/sign_ins/*", "POST"] {
            assert!(!concerns(on, "/v1/client"), "{on}");
        }
    }

    #[test]
    fn it_is_used_up() {
        let mut faults = vec![fault("* /v1/client", Some(2)), fault("* /v1/**", None)];
        let mut left = |path: &str| {
            take(&mut faults, &Method::GET, path);
            faults.len()
        };
        assert_eq!((left("/v1/client"), left("/v1/client"), left("/v1/client"), left("/v2")), (2, 1, 1, 1));
    }
}
