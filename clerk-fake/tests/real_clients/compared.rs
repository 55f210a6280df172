//! The same script through the real JavaScript client and through a `DynamicSignIn`.
//!
//! `script.json` lists the calls. For each call, both report the requests that the server received, the error, and the
//! properties of the object. `differences.tsv` lists each difference with its reason. A difference that is not listed
//! fails the test, and so does a listed one that no longer occurs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;

use clerk_sign_in::dynamic::{At, DynamicSignIn};
use clerk_sign_in::fake::FakeBackend;
use clerk_sign_in::platform::{
    Mediation, PasskeyAuthenticator as _, PasskeyRequest, Wallet as _, WalletProvider, WalletRequest,
};
use clerk_sign_in::wire::{Factor, Strategy, Verification};
use clerk_sign_in::{Client, HttpBackend, StateKind};
use serde::Deserialize;
use serde_json::{Value, json};

use support::keys::Keys;

use super::{NEWEST, PUBLISHABLE_KEY, Running, beside, packages, server, within_the_rules};

#[path = "compared/calls.rs"]
mod calls;

#[derive(Deserialize)]
struct Scenario {
    name: String,
    #[serde(default)]
    users: Vec<Value>,
    settings: Option<Value>,
    protect_checks: Option<u32>,
    /// The user who has a wallet and a passkey.
    keys: Option<String>,
    calls: Vec<Vec<Value>>,
}

/// What one call did.
#[derive(Deserialize)]
struct Report {
    scenario: String,
    call: String,
    error: Option<String>,
    requests: Vec<Value>,
    shows: BTreeMap<String, Value>,
}

/// The fake's controls.
struct Controls {
    url: String,
    http: reqwest::Client,
    fake: FakeBackend,
}

impl Controls {
    async fn call(&self, method: &str, place: &str, body: Option<Value>) -> Value {
        let url = format!("{}/_fake/{place}", self.url);
        let mut request = self.http.request(method.parse().unwrap(), url);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{method} {place}");
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }

    async fn newest_message(&self, to: &str) -> Value {
        let to = to.replace('+', "%2B");
        self.call("GET", &format!("outbox?wait_ms=5000&limit=1&to={to}"), None).await["messages"][0].clone()
    }

    /// Replaces a placeholder of the script's parameters.
    async fn filled(&self, value: &Value, sign_in: &DynamicSignIn) -> Value {
        let Some((what, of)) = value
            .as_str()
            .and_then(|text| text.strip_prefix('$'))
            .map(|text| text.split_once(':').unwrap_or((text, "")))
        else {
            return value.clone();
        };
        let factors = [sign_in.supported_first_factors(), sign_in.supported_second_factors()].concat();
        let id = |id: fn(&Factor) -> Option<String>| {
            let mut named = factors.iter().filter(|factor| factor.safe_identifier.as_deref() == Some(of));
            json!(named.find_map(id))
        };
        match what {
            "totp" => self.call("GET", &format!("users/{of}/totp"), None).await["code"].clone(),
            "mailed" => self.newest_message(of).await["code"].clone(),
            "ticket" => self.call("POST", "tickets", Some(json!({ "user": of }))).await["ticket"].clone(),
            "emailAddressId" => id(|factor| factor.email_address_id.clone()),
            "phoneNumberId" => id(|factor| factor.phone_number_id.clone()),
            "signature" => json!("0x00"),
            "oneTap" => json!(one_tap(&self.fake, of)),
            "proof" => {
                let check = sign_in.protect_check().unwrap();
                json!(FakeBackend::proof_for(check.token.unwrap().expose()))
            }
            other => panic!("no placeholder {other}"),
        }
    }
}

fn shows(sign_in: &DynamicSignIn) -> BTreeMap<String, Value> {
    let verification = |verification: Option<Verification>| {
        verification.map(|it| format!("{} {}", it.strategy.unwrap(), it.status.unwrap().as_str()))
    };
    let strategies = |factors: Vec<Factor>| factors.into_iter().map(|it| it.strategy).collect::<Vec<_>>();
    // An attempt that was not created yet has no status of its own.
    let begun = sign_in.id().is_some();
    let status = sign_in.status().map(|status| status.as_str().to_owned());
    let is_new = sign_in.at() == At::UnderWay(StateKind::NeedsIdentifier) && !begun;
    let shown = json!({
        "status": if is_new { Some("needs_identifier".to_owned()) } else { status },
        "identifier": sign_in.identifier(),
        "created_session": sign_in.created_session_id().is_some(),
        "is_transferable": sign_in.is_transferable(),
        "first_factor_verification": verification(sign_in.first_factor_verification()),
        "second_factor_verification": verification(sign_in.second_factor_verification()),
        "supported_first_factors": strategies(sign_in.supported_first_factors()),
        "supported_second_factors": strategies(sign_in.supported_second_factors()),
    });
    serde_json::from_value(shown).unwrap()
}

/// The page that gives the reasons.
const MAP: &str = include_str!("../../../docs/from-clerk-js.md");

/// The methods of both objects, which the map lists.
fn methods_of_the_map() -> BTreeSet<&'static str> {
    // The first two are called by `createEmailLinkFlow`, and the last one is a property of a verification.
    const WITHIN_OTHERS: [&str; 3] = ["startEmailLinkFlow", "cancelEmailLinkFlow", "verifiedFromTheSameClient"];
    let names = MAP.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("()` |").map(|(name, _)| name));
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    names.filter(|name| is_name(name) && !WITHIN_OTHERS.contains(name)).collect()
}

/// Returns an ID token of Google One Tap.
fn one_tap(fake: &FakeBackend, user: &str) -> String {
    fake.provider_credential(&Strategy::GoogleOneTap, user).unwrap().id_token.expose().to_owned()
}

/// Runs the script with the real client, and answers for its wallet and its authenticator.
fn run_there(node: &mut Command, keys: &Keys, fake: &FakeBackend) -> Vec<Report> {
    let runtime = tokio::runtime::Handle::current();
    let mut node = node.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut answers, lines) = (node.stdin.take().unwrap(), BufReader::new(node.stdout.take().unwrap()).lines());
    for line in lines {
        let said: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let answer = match said["ask"].as_str() {
            Some("keys") => {
                keys.give_to(fake, said["user"].as_str().unwrap());
                Value::Null
            }
            Some("one_tap") => json!(one_tap(fake, said["user"].as_str().unwrap())),
            Some("address") => json!(keys.address()),
            Some("signature") => {
                let request = WalletRequest::new(said["message"].as_str().unwrap(), &WalletProvider::Metamask);
                json!(runtime.block_on(keys.wallet.sign_message(request)).unwrap().expose())
            }
            Some("assertion") => {
                let options = said["request"].to_string();
                let request = PasskeyRequest::new(&options, Mediation::Modal);
                serde_json::from_str(runtime.block_on(keys.passkeys.get_assertion(request)).unwrap().expose()).unwrap()
            }
            _ => {
                assert!(node.wait().unwrap().success());
                return serde_json::from_value(said["report"].clone()).unwrap();
            }
        };
        writeln!(answers, "{answer}").unwrap();
    }
    panic!("the script ended without a report: {}", node.wait().unwrap());
}

/// Runs the script with the dynamic object.
async fn run_here(script: &[Scenario], controls: &Controls, keys: &Keys) -> Vec<Report> {
    let mut reports = Vec::new();
    for scenario in script {
        controls.call("POST", "reset", None).await;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
        let now = u64::try_from(now).unwrap();
        controls.call("POST", "clock", Some(json!({ "now_ms": now }))).await;
        if let Some(change) = &scenario.settings {
            controls.call("PATCH", "settings", Some(change.clone())).await;
        }
        for user in &scenario.users {
            controls.call("POST", "users", Some(user.clone())).await;
        }
        let client = Client::builder(HttpBackend::builder(&controls.url).build().unwrap()).timezone("UTC").build();
        // The real client reads both when it is loaded.
        client.refresh().await.unwrap();
        let environment = client.environment().await.unwrap();
        if let Some(demand) = scenario.protect_checks {
            controls.call("POST", "protect_checks", Some(json!({ "demand": demand }))).await;
        }
        if let Some(user) = &scenario.keys {
            keys.give_to(&controls.fake, user);
        }
        let keys = scenario.keys.as_ref().map(|_| keys);
        let sign_in = client.dynamic_sign_in();
        for step in &scenario.calls {
            let name = step[0].as_str().unwrap();
            if name == "$open" {
                let link = controls.newest_message(step[1].as_str().unwrap()).await["link"].clone();
                controls.http.get(link.as_str().unwrap()).send().await.unwrap();
                continue;
            }
            let mut given = calls::Given(BTreeMap::new());
            for (parameter, value) in step.get(1).and_then(Value::as_object).into_iter().flatten() {
                given.0.insert(parameter.clone(), controls.filled(value, &sign_in).await);
            }
            controls.call("DELETE", "requests", None).await;
            let error = if name == "validatePassword" {
                let broken = sign_in.validate_password(&environment, given.required("password"));
                (!broken.is_empty()).then(|| "broken_rules".to_owned())
            } else {
                calls::call(&sign_in, name, &given, keys).await.err().map(|error| error.code().to_owned())
            };
            let mut requests = controls.call("GET", "requests", None).await["requests"].as_array().unwrap().clone();
            requests.reverse();
            let scenario = scenario.name.clone();
            reports.push(Report { scenario, call: name.to_owned(), error, requests, shows: shows(&sign_in) });
        }
    }
    reports
}

/// A request as text, without ids and without the parameters that say which client it is.
fn plain(request: &Value) -> String {
    const OF_THE_CLIENT: [&str; 5] =
        ["_is_native", "_clerk_js_version", "__clerk_api_version", "_clerk_session_id", "_method"];
    let is_id = |part: &str| {
        part.split_once('_').is_some_and(|(prefix, rest)| {
            prefix.len() <= 5 && rest.len() >= 20 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
    };
    let without_id = |part: &str| {
        if is_id(part) { format!("{}_…", part.split('_').next().unwrap()) } else { part.to_owned() }
    };
    let path: Vec<String> = request["path"].as_str().unwrap().split('/').map(without_id).collect();
    let parameters = request["parameters"].as_object().unwrap().iter();
    let parameters = parameters.filter(|(name, _)| !OF_THE_CLIENT.contains(&name.as_str()));
    let parameters: Vec<String> =
        parameters.map(|(name, value)| format!("{name}={}", without_id(value.as_str().unwrap()))).collect();
    format!("{} {} {}", request["method"].as_str().unwrap(), path.join("/"), parameters.join("&"))
}

/// The differences between two reports of one call: the aspect, and both values.
fn differences(js: &Report, here: &Report) -> Vec<(String, String, String)> {
    let requests = |report: &Report| report.requests.iter().map(plain).collect::<Vec<_>>().join("; ");
    let mut aspects = vec![
        ("requests".to_owned(), requests(js), requests(here)),
        ("error".to_owned(), format!("{:?}", js.error), format!("{:?}", here.error)),
    ];
    for (property, value) in &js.shows {
        aspects.push((property.clone(), value.to_string(), here.shows[property].to_string()));
    }
    aspects.retain(|(_, js, here)| js != here);
    aspects
}

#[tokio::test(flavor = "multi_thread")]
async fn newest_javascript_client_and_one_object_make_the_same_calls() {
    let Some(packages) = packages() else { return };
    let client = packages.join(NEWEST);
    let Running { fake, check, server } = server(&client).await;
    let folder = beside().join("compared");
    let script: Vec<Scenario> = serde_json::from_slice(&fs::read(folder.join("script.json")).unwrap()).unwrap();

    let mut node = Command::new("node");
    node.arg(folder.join("script.mjs")).env("CLERK_FAKE_URL", server.url());
    node.env("TZ", "UTC").env("CLERK_PUBLISHABLE_KEY", PUBLISHABLE_KEY).env("CLERK_CLIENT", &client);
    let keys = Arc::new(Keys::new(&fake));
    let (of_node, with_fake) = (Arc::clone(&keys), fake.clone());
    let js = tokio::task::spawn_blocking(move || run_there(&mut node, &of_node, &with_fake)).await.unwrap();

    // The page to which a link leads does not exist.
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let controls = Controls { url: server.url().to_owned(), http, fake: fake.clone() };
    let here = run_here(&script, &controls, &keys).await;
    assert_eq!(js.len(), here.len());

    let listed = fs::read_to_string(folder.join("differences.tsv")).unwrap_or_default();
    let listed: BTreeMap<&str, &str> = listed.lines().skip(1).filter_map(|line| line.rsplit_once('\t')).collect();
    for reason in listed.values() {
        assert!(MAP.contains(&format!("- **{reason}**: ")), "docs/from-clerk-js.md does not explain: {reason}");
    }
    for method in methods_of_the_map() {
        assert!(here.iter().any(|report| report.call == method), "the script does not call {method}");
    }
    let (mut found, mut said, mut numbers) = (BTreeSet::new(), Vec::new(), BTreeMap::new());
    for (js, here) in js.iter().zip(&here) {
        assert_eq!((&js.scenario, &js.call), (&here.scenario, &here.call));
        let number = numbers.entry(&js.scenario).and_modify(|number| *number += 1).or_insert(1);
        for (aspect, there, ours) in differences(js, here) {
            let difference = format!("{}\t{number}\t{}\t{aspect}", js.scenario, js.call);
            if !listed.contains_key(difference.as_str()) {
                said.push(format!("{difference}\n    js:   {there}\n    here: {ours}"));
            }
            found.insert(difference);
        }
    }
    let gone: Vec<&&str> = listed.keys().filter(|difference| !found.contains(**difference)).collect();
    within_the_rules(&check);
    println!("{} calls, {} differences", here.len(), found.len());
    assert!(said.is_empty() && gone.is_empty(), "not listed:\n{}\nno longer there: {gone:#?}", said.join("\n"));
}
