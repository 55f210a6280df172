//! The endpoints and parameters that clients sent and this server does not have.

use std::borrow::Cow;
use std::collections::BTreeMap;

use http::{Method, Uri};
use serde::Serialize;

use super::seen::is_name;
use crate::wire::Request;

/// The maximum number of endpoints, and the maximum number of parameters, that are listed.
const AT_MOST: usize = 200;
/// Ids in paths consist of at least this many letters and digits.
const ID_LENGTH: usize = 20;

/// Parameters that SDKs add to every request, or to every request of some kind. They say who sends the request and how,
/// so no endpoint lists them.
const OF_EVERY_REQUEST: [&str; 12] = [
    "__clerk_protect_assertion",
    "__clerk_protect_cid",
    "__clerk_protect_status",
    "__clerk_protect_token",
    "_is_native",
    "_method",
    "_clerk_js_version",
    "_clerk_session_id",
    "__clerk_api_version",
    "__clerk_db_jwt",
    "__clerk_testing_token",
    "__dev_session",
];

/// The part of a request that this server does not have. It is attached to the answer.
#[derive(Clone, Debug)]
pub(super) enum Missing {
    Endpoint,
    /// The names of the parameters, in alphabetical order.
    Parameters(Vec<String>),
}

/// Returns the names of the parameters that a request contains and its endpoint does not take.
pub(super) fn ignored_parameters(uri: &Uri, body: &[u8], request: &Request) -> Vec<String> {
    let form = request.form();
    let taken: Vec<_> = form_urlencoded::parse(form.expose().as_bytes()).map(|(name, _)| name).collect();
    let query = uri.query().unwrap_or_default().as_bytes();
    let sent = form_urlencoded::parse(query).chain(form_urlencoded::parse(body)).map(|(name, _)| name);
    let is_ignored = |name: &Cow<'_, str>| !taken.contains(name) && !OF_EVERY_REQUEST.contains(&name.as_ref());
    let mut ignored: Vec<_> = sent.filter(is_ignored).filter(|name| is_name(name)).map(Cow::into_owned).collect();
    ignored.sort();
    ignored.dedup();
    ignored
}

/// The number of requests for each missing endpoint and parameter since the last reset.
#[derive(Debug, Default)]
pub(super) struct Unsupported {
    endpoints: BTreeMap<(String, String), u64>,
    parameters: BTreeMap<(String, String, String), u64>,
    left_out: u64,
}

impl Unsupported {
    pub(super) fn add(&mut self, method: &Method, path: &str, missing: &Missing) {
        let (method, path) = (method.to_string(), without_ids(path));
        match missing {
            Missing::Endpoint => count(&mut self.endpoints, (method, path), &mut self.left_out),
            Missing::Parameters(names) => {
                for name in names {
                    count(&mut self.parameters, (method.clone(), path.clone(), name.clone()), &mut self.left_out);
                }
            }
        }
    }

    pub(super) fn listed(&self) -> Listed<'_> {
        Listed {
            endpoints: (self.endpoints.iter())
                .map(|((method, path), requests)| Item { method, path, name: None, requests: *requests })
                .collect(),
            parameters: (self.parameters.iter())
                .map(|((method, path, name), requests)| Item { method, path, name: Some(name), requests: *requests })
                .collect(),
            left_out: self.left_out,
        }
    }
}

/// The list that testers see.
#[derive(Debug, Serialize)]
pub(super) struct Listed<'a> {
    endpoints: Vec<Item<'a>>,
    parameters: Vec<Item<'a>>,
    /// The number of requests that were not listed because the list was full.
    left_out: u64,
}

#[derive(Debug, Serialize)]
struct Item<'a> {
    method: &'a str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    requests: u64,
}

fn count<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K, left_out: &mut u64) {
    if counts.len() >= AT_MOST && !counts.contains_key(&key) {
        *left_out = left_out.saturating_add(1);
        return;
    }
    let requests = counts.entry(key).or_default();
    *requests = requests.saturating_add(1);
}

/// Replaces each id in a path with `*`, and shortens a long path.
fn without_ids(path: &str) -> String {
    let is_id = |segment: &str| {
        let id = segment.rsplit_once('_').map_or(segment, |(_, id)| id);
        id.len() >= ID_LENGTH && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let segments: Vec<_> = path.split('/').map(|segment| if is_id(segment) { "*" } else { segment }).collect();
    segments.join("/").chars().take(120).collect()
}
