//! When two nodes are the same: the canonical key.
//!
//! The key is made from the whole state of the server and of the app. A field is kept unless it is dropped here, so a
//! new field splits states, which is noticed, and never merges them. Ids are renamed by their role, and times are
//! counted from now. An id that has no role makes the program panic, because such a key would never meet another.
//!
//! Dropped as a whole: sign-ins that neither the app nor the newest link can name, the number of sessions of one kind,
//! the exported token, and of what the referee knows everything but its counts.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::node::{Holds, Node};

/// Times are recognised by their size: they are later than in 2024.
const A_TIME: i64 = 1_700_000_000_000;

/// The id of the address that a server shows for an unknown user.
const DECOY_ID: &str = "idn_000000000000000000000000000";

/// Constant in a world, or without a meaning for what can happen.
const DROPPED: &[&str] =
    &["settings", "random", "tokens", "expiries", "outbox", "messages_sent", "provider", "browsers", "organizations"];

/// Shown or counted only.
const DROPPED_OF_USER: &[&str] =
    &["session_ids", "last_sign_in_at", "last_active_at", "created_at", "password", "password_set_at", "passkeys"];
const DROPPED_OF_CLIENT: &[&str] = &[
    "tokens",
    "attempt_ids",
    "sign_up_ids",
    "session_ids",
    "last_active_session_id",
    "created_at",
    "updated_at",
    "shown",
    "last_seen_at",
    "last_authentication_strategy",
];
const DROPPED_OF_ATTEMPT: &[&str] = &["id", "client_id", "link_tokens", "place"];
/// Challenges that the app holds: only whether the server waits for them has a meaning.
const CHALLENGES: &[&str] = &["nonce", "message", "challenge", "challenge_id", "client_data", "token"];

/// Makes keys in one world.
pub struct Keys {
    /// The strings that are the same in all states of the world.
    constants: BTreeSet<String>,
}

impl Keys {
    pub fn new(beginning: &Value) -> Self {
        let mut constants = BTreeSet::new();
        collect(beginning, &mut constants);
        Self { constants }
    }

    /// What the key of a node is made from.
    pub fn canonical(&self, node: &Node) -> Value {
        Canonical::new(self, node, &node.json).value(node, &node.json)
    }

    /// The key of a node, and a hash of what the key was made from.
    pub fn key(&self, node: &Node) -> (u128, u64) {
        let holds = match &node.holds {
            Holds::SignIn(checkpoint) => serde_json::to_string(checkpoint).expect("JSON"),
            Holds::Session(id) => id.clone(),
        };
        let raw = (&node.state, node.elapsed, holds, &node.proven);
        let mut hasher = DefaultHasher::new();
        raw.hash(&mut hasher);
        (hash(&self.canonical(node)), hasher.finish())
    }
}

fn hash(value: &Value) -> u128 {
    let digest = Sha256::digest(value.to_string().as_bytes());
    digest.iter().take(16).fold(0, |sum, byte| sum << 8 | u128::from(*byte))
}

fn collect(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            into.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        Value::Object(members) => {
            for (name, value) in members {
                into.insert(name.clone());
                collect(value, into);
            }
        }
        _ => {}
    }
}

struct Canonical<'a> {
    keys: &'a Keys,
    now: i64,
    client_id: Option<String>,
    /// The names of ids by their role.
    roles: BTreeMap<String, String>,
    /// The attempts that can still be named, by role.
    attempts: BTreeMap<&'static str, String>,
    newest_code: Option<String>,
    newest_link: Option<String>,
}

impl<'a> Canonical<'a> {
    fn new(keys: &'a Keys, node: &Node, state: &Value) -> Self {
        let exported = serde_json::to_value(&node.exported).expect("JSON");
        let client_id = exported["token"].as_str().and_then(|token| state["tokens"][token].as_str());
        let client = client_id.map(|id| &state["clients"][id]);
        let mut roles = BTreeMap::from([(DECOY_ID.to_owned(), "decoy".to_owned())]);
        if let Some(id) = client_id {
            roles.insert(id.to_owned(), "the client".to_owned());
        }
        let mut links = state["outbox"].as_array().into_iter().flatten().rev();
        let linked = links.find_map(|message| message["link"].as_str()?.split_once("token="));
        let linked = linked.and_then(|(_, token)| state["links"][token]["attempt_id"].as_str());
        let named = [
            ("current", client.and_then(|client| client["sign_in_id"].as_str())),
            ("held", node.attempt_id()),
            ("older", node.older.as_ref().and_then(|older| older.id())),
            ("linked", linked),
        ];
        let mut attempts = BTreeMap::new();
        for (role, id) in named {
            // An attempt that the client has forgotten, and the server too, is gone.
            let Some(id) = id.filter(|id| !roles.contains_key(*id)) else { continue };
            roles.insert(id.to_owned(), role.to_owned());
            attempts.insert(role, id.to_owned());
            if let Some(session_id) = state["attempts"][id]["session_id"].as_str() {
                roles.entry(session_id.to_owned()).or_insert_with(|| format!("session of {role}"));
            }
        }
        let session_id = match &node.holds {
            Holds::Session(id) => Some(id.clone()),
            // The session of a sign-in that the server has forgotten.
            Holds::SignIn(checkpoint) => {
                let checkpoint = serde_json::to_value(checkpoint).expect("JSON");
                checkpoint["attempt"]["created_session_id"].as_str().map(str::to_owned)
            }
        };
        if let Some(id) = session_id {
            roles.entry(id).or_insert_with(|| "session in use".to_owned());
        }
        if let Some(id) = client.and_then(|client| client["sign_up_id"].as_str()) {
            roles.insert(id.to_owned(), "the sign-up".to_owned());
        }
        for (id, user) in members(&state["users"]["by_id"]) {
            let address = user["email_addresses"][0]["value"].as_str().unwrap_or("nobody");
            roles.insert(id.clone(), format!("user {address}"));
            for address in user["email_addresses"].as_array().into_iter().flatten() {
                let value = address["value"].as_str().unwrap_or_default();
                roles.insert(address["id"].as_str().unwrap_or_default().to_owned(), format!("address {value}"));
            }
        }
        let mut messages = state["outbox"].as_array().into_iter().flatten().rev();
        let newest_code = messages.clone().find_map(|message| message["code"].as_str()).map(str::to_owned);
        let newest_link = messages.find_map(|message| message["link"].as_str());
        let newest_link = newest_link.and_then(|link| link.split_once("token=")).map(|(_, token)| token.to_owned());
        let now = node.now();
        Self { keys, now, client_id: client_id.map(str::to_owned), roles, attempts, newest_code, newest_link }
    }

    fn value(&self, node: &Node, state: &Value) -> Value {
        let left = members(state).filter(|(name, _)| !DROPPED.contains(&name.as_str()));
        let mut kept: Value = left.map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>().into();
        let client = self.client_id.as_ref().map(|id| self.client(&state["clients"][id]));
        kept["clients"] = client.unwrap_or(Value::Null);
        kept["users"] = members(&state["users"]["by_id"]).map(|(_, user)| self.user(user, node.password)).collect();
        let attempt = |(role, id): (&&str, &String)| ((*role).to_owned(), self.attempt(&state["attempts"][id]));
        kept["attempts"] = Value::Object(self.attempts.iter().map(attempt).collect());
        let last_active =
            self.client_id.as_ref().map_or(&Value::Null, |id| &state["clients"][id]["last_active_session_id"]);
        kept["sessions"] = self.sessions(&state["sessions"], last_active);
        kept["links"] = self.newest_link.as_ref().map_or(Value::Null, |token| self.link(&state["links"][token]));
        kept["sign_ups"] = self.sign_up(&state["sign_ups"]);
        drop_all(&mut kept, &["trusted_devices", "enrolments"]);
        let mut app = match &node.holds {
            Holds::SignIn(checkpoint) => serde_json::to_value(checkpoint).expect("JSON"),
            Holds::Session(id) => json!(id),
        };
        let mut awaited = BTreeSet::new();
        for (_, attempt) in members(&state["attempts"]) {
            collect(&attempt["first"]["challenge"], &mut awaited);
            collect(&attempt["second"]["challenge"], &mut awaited);
            collect(&attempt["gate"], &mut awaited);
        }
        judge_challenges(&mut app, &awaited);
        let mut older = serde_json::to_value(&node.older).expect("JSON");
        judge_challenges(&mut older, &awaited);
        let proven = self.attempts.iter().map(|(role, id)| ((*role).to_owned(), json!(node.proven.get(id))));
        let whole = json!({
            "server": kept,
            "app": app,
            "older": older,
            "knows the client": self.client_id.is_some(),
            "proven": Value::Object(proven.collect()),
            "referee": self.learned(node),
        });
        self.renamed(&whole)
    }

    fn client(&self, client: &Value) -> Value {
        let idle = self.idle(&client["last_seen_at"]);
        let mut client = client.clone();
        drop_all(&mut client, DROPPED_OF_CLIENT);
        client["idle"] = json!(idle);
        client
    }

    /// The time since then. A server forgets a client after a day, so more makes no difference.
    fn idle(&self, since: &Value) -> i64 {
        (self.now - since.as_i64().unwrap_or(0)).min(24 * 60 * 60 * 1_000)
    }

    fn user(&self, user: &Value, password: usize) -> Value {
        let mut user = user.clone();
        drop_all(&mut user, DROPPED_OF_USER);
        user["password"] = json!(password);
        if let Some(step) = user["authenticator"]["last_step"].as_i64() {
            // A code counts in the step before and after its own.
            let age = self.now / 30_000 - step;
            user["authenticator"] = json!(if age > 2 { None } else { Some(age) });
        }
        if user["authenticator"].is_object() {
            user["authenticator"] = Value::Null;
        }
        user
    }

    fn attempt(&self, attempt: &Value) -> Value {
        let mut attempt = attempt.clone();
        if attempt.is_null() {
            return attempt;
        }
        drop_all(&mut attempt, DROPPED_OF_ATTEMPT);
        for which in ["first", "second"] {
            self.check(&mut attempt[which]);
        }
        if attempt["gate"].is_object() {
            drop_all(&mut attempt["gate"], &["token"]);
        }
        attempt
    }

    fn check(&self, check: &mut Value) {
        if check.is_null() {
            return;
        }
        let sent = check["sent"].clone();
        if sent.is_object() {
            let resend_at = sent["at"].as_i64().unwrap_or(0) + 30_000;
            let code = sent["code"].as_str();
            let is_newest =
                code.is_some() && (code == self.newest_code.as_deref() || code == self.newest_link.as_deref());
            check["sent"] = json!({ "is the newest": is_newest, "again in": (resend_at - self.now).max(0) });
        } else if check["challenge"].is_null() {
            // The server counts wrong passwords and codes of an app, and does nothing with the count.
            drop_all(check, &["attempts"]);
        }
        let challenge = check["challenge"].as_object().and_then(|challenge| challenge.keys().next().cloned());
        check["challenge"] = json!(challenge);
        if check["external_url"].is_string() {
            check["external_url"] = json!(true);
        }
    }

    /// The kinds of sessions that there are, and those that an attempt names. Their number makes no difference: the
    /// user signs out of all of them.
    fn sessions(&self, sessions: &Value, last_active: &Value) -> Value {
        let (mut named, mut kinds) = (Map::new(), BTreeSet::new());
        for (id, session) in members(sessions) {
            let is_here = session["client_id"].as_str() == self.client_id.as_deref();
            let kind = json!([session["user_id"], session["status"], session["second_factor"], is_here]);
            kinds.insert(kind.to_string());
            if last_active.as_str() == Some(id.as_str()) {
                named.insert("last active".to_owned(), kind.clone());
            }
            if let Some(role) = self.roles.get(id) {
                named.insert(role.clone(), kind);
            }
        }
        let kinds: Vec<Value> = kinds.iter().filter_map(|kind| serde_json::from_str(kind).ok()).collect();
        json!([named, kinds])
    }

    fn link(&self, link: &Value) -> Value {
        let attempt = link["attempt_id"].as_str().filter(|id| self.roles.contains_key(*id));
        attempt.map_or(Value::Null, |_| link.clone())
    }

    fn sign_up(&self, sign_ups: &Value) -> Value {
        let mut current = members(sign_ups).filter(|(id, _)| self.roles.contains_key(*id));
        let Some((_, sign_up)) = current.next() else { return Value::Null };
        let mut sign_up = sign_up.clone();
        drop_all(&mut sign_up, &["id", "client_id", "place"]);
        for which in ["email_check", "phone_check", "external"] {
            self.check(&mut sign_up[which]);
        }
        sign_up
    }

    /// What the referee knows of the attempts and users that are still there.
    fn learned(&self, node: &Node) -> Value {
        let learned = serde_json::to_value(&node.learned).expect("JSON");
        let mut known = Map::new();
        for (role, id) in &self.attempts {
            let books = &learned["books"]["sign_ins"][id];
            let sent = |which: &str| books[which]["sent"].clone();
            let is_seen = learned["trace"]["known"][id]["standing"].is_object();
            known.insert((*role).to_owned(), json!([sent("first"), sent("second"), is_seen, books.is_object()]));
        }
        let users = members(&learned["books"]["users"])
            .map(|(_, user)| json!([user["wrong_answers"], user["is_uncertain"], user["locked_until"]]));
        json!([known, users.collect::<Vec<_>>(), self.idle(&learned["last_call"])])
    }

    /// Renames the ids and counts the times from now.
    fn renamed(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.renamed_text(text)),
            Value::Array(items) => items.iter().map(|item| self.renamed(item)).collect(),
            Value::Object(members) => {
                let renamed = members.iter().map(|(name, value)| (self.renamed_text(name), self.renamed(value)));
                Value::Object(renamed.collect())
            }
            Value::Number(number) => match number.as_i64() {
                Some(time) if time > A_TIME => json!((time - self.now).max(0)),
                _ => value.clone(),
            },
            other => other.clone(),
        }
    }

    fn renamed_text(&self, text: &str) -> String {
        if let Some(role) = self.roles.get(text) {
            return role.clone();
        }
        let is_id = ["sia_", "sess_", "client_", "user_", "idn_", "sua_"].iter().any(|prefix| text.starts_with(prefix));
        let is_long = text.len() > 24;
        let is_random = text.chars().all(|letter| letter.is_ascii_alphanumeric());
        assert!(
            !(is_long && (is_id || is_random)) || self.keys.constants.contains(text),
            "an id without a role: {text}"
        );
        text.to_owned()
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn drop_all(value: &mut Value, names: &[&str]) {
    if let Some(members) = value.as_object_mut() {
        members.retain(|name, _| !names.contains(&name.as_str()));
    }
}

/// Replaces the challenges that an app holds with whether the server waits for them. The counts of answers are those of
/// the server, and the app does nothing with them.
fn judge_challenges(value: &mut Value, awaited: &BTreeSet<String>) {
    drop_all(value, &["attempts"]);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| judge_challenges(item, awaited)),
        Value::Object(members) => {
            for (name, value) in members {
                match value.as_str() {
                    Some(text) if CHALLENGES.contains(&name.as_str()) => *value = json!(awaited.contains(text)),
                    _ => judge_challenges(value, awaited),
                }
            }
        }
        _ => {}
    }
}
