//! The requests that the server received recently. Secrets are left out.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};

use http::{Method, StatusCode};
use hyper::body::Bytes;
use serde::Serialize;
use serde_json::Value;

use crate::testing::model::Operation;
use crate::testing::{Checked, Exchange, Shown, TraceChecker};
use crate::wire::Timestamp;

/// The maximum number of recorded requests.
const AT_MOST: usize = 500;

/// The parameters whose values are never secret.
const SHOWN: [&str; 27] = [
    "strategy",
    "identifier",
    "email_address_id",
    "phone_number_id",
    "web3_wallet_id",
    "passkey_id",
    "trusted_device_id",
    "platform",
    "app_identifier",
    "algorithm",
    "channel",
    "intent",
    "active_organization_id",
    "sign_out_of_other_sessions",
    "locale",
    "timezone",
    "transfer",
    "redirect_url",
    "redirect_uri",
    "action_complete_redirect_url",
    "captcha_widget_type",
    "captcha_error",
    "captcha_action",
    "_clerk_session_id",
    "_clerk_js_version",
    "__clerk_api_version",
    "_is_native",
];

/// A recorded request, in the form in which testers see it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct SeenRequest {
    number: u64,
    at: Timestamp,
    method: String,
    path: String,
    /// The parameters from the query and the body. Values that may be secret are not shown.
    parameters: BTreeMap<String, String>,
    /// The status of the response, or null if the server closed the connection without a response.
    status: Option<u16>,
    /// The error codes, if the request was rejected.
    errors: Vec<String>,
    /// The id of the client, if the answer shows it.
    client_id: Option<String>,
    /// The sign-in that the answer shows.
    sign_in: Option<Shown>,
    /// The reason, if the client sent a request that was not legal where the sign-in was.
    out_of_turn: Option<String>,
    /// The reason, if the answer is against the rules.
    outside: Option<String>,
}

/// What was checked since the server began. The rules are those of [the model](crate::testing::model).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Check {
    /// The number of requests about sign-ins that were checked.
    pub requests: u64,
    /// The number of sign-ins that they were about.
    pub sign_ins: u64,
    /// The number of requests that were not legal where the sign-in was, and that were rejected.
    pub out_of_turn: u64,
    /// The number of answers that were against the rules.
    pub outside: u64,
}

impl SeenRequest {
    /// Returns the error codes of the response. The log shows these codes.
    pub(super) fn errors(&self) -> &[String] {
        &self.errors
    }
}

#[derive(Debug, Default)]
pub(super) struct SeenRequests {
    seen: VecDeque<SeenRequest>,
    count: u64,
    checker: TraceChecker,
    check: Check,
}

impl SeenRequests {
    pub(super) fn add(&mut self, mut request: SeenRequest, exchange: Option<&Exchange>) {
        self.count += 1;
        request.number = self.count;
        if let Some(exchange) = exchange {
            self.judge(&mut request, exchange);
        }
        if self.seen.len() >= AT_MOST {
            self.seen.pop_front();
        }
        self.seen.push_back(request);
    }

    fn judge(&mut self, request: &mut SeenRequest, exchange: &Exchange) {
        request.client_id.clone_from(&exchange.client_id);
        request.sign_in.clone_from(&exchange.sign_in);
        match self.checker.check(exchange) {
            Ok(Checked::NothingToCheck) => return,
            Ok(Checked::InTurn) => {}
            Ok(Checked::OutOfTurn { operation, at }) => {
                self.check.out_of_turn += 1;
                let why = format!("`{operation}` is not legal at {at}");
                tracing::warn!(number = request.number, %why, "out of turn");
                request.out_of_turn = Some(why);
            }
            Err(outside) => {
                self.check.outside += 1;
                tracing::error!(number = request.number, why = %outside, "against the rules");
                request.outside = Some(outside.to_string());
            }
        }
        self.check.requests += 1;
        self.check.sign_ins += u64::from(exchange.operation == Some(Operation::Create));
    }

    pub(super) const fn check(&self) -> Check {
        self.check
    }

    /// Forgets the sign-ins, because the server's state was replaced.
    pub(super) fn forget(&mut self) {
        self.checker = TraceChecker::new();
    }

    pub(super) fn newest_first(&self) -> impl Iterator<Item = &SeenRequest> {
        self.seen.iter().rev()
    }

    pub(super) fn clear(&mut self) {
        self.seen.clear();
    }
}

/// Records a request and its response.
pub(super) fn seen(
    at: Timestamp,
    method: &Method,
    message: &http::Request<Bytes>,
    answer: Option<&http::Response<Vec<u8>>>,
) -> SeenRequest {
    let query = message.uri().query().unwrap_or_default().as_bytes();
    let parameters = form_urlencoded::parse(query).chain(form_urlencoded::parse(message.body()));
    let shown = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
        let value = if SHOWN.contains(&name.as_ref()) { value.into_owned() } else { "[not shown]".to_owned() };
        (name.into_owned(), value)
    };
    SeenRequest {
        number: 0,
        at,
        method: method.to_string(),
        path: message.uri().path().to_owned(),
        parameters: parameters.filter(|(name, _)| name != "_method" && is_name(name)).map(shown).collect(),
        status: answer.map(|answer| answer.status().as_u16()),
        errors: answer.map(error_codes).unwrap_or_default(),
        client_id: None,
        sign_in: None,
        out_of_turn: None,
        outside: None,
    }
}

/// Returns `true` if the text can be the name of a parameter.
///
/// If a body is not a form, what looks like a parameter name can be arbitrary text.
pub(super) fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn error_codes(answer: &http::Response<Vec<u8>>) -> Vec<String> {
    if answer.status() < StatusCode::BAD_REQUEST {
        return Vec::new();
    }
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let errors = body.get("errors").and_then(Value::as_array);
    let codes = errors.into_iter().flatten().filter_map(|error| error.get("code")?.as_str());
    codes.map(str::to_owned).collect()
}
