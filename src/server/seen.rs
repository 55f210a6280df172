//! The requests that the server received recently. Secrets are left out.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};

use http::{Method, StatusCode};
use hyper::body::Bytes;
use serde::Serialize;
use serde_json::Value;

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
}

impl SeenRequests {
    pub(super) fn add(&mut self, mut request: SeenRequest) {
        self.count += 1;
        request.number = self.count;
        if self.seen.len() >= AT_MOST {
            self.seen.pop_front();
        }
        self.seen.push_back(request);
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
