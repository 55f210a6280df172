//! `/_fake/tickets`: the tickets that an app's backend creates for its users.

use std::time::Duration;

use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Control, Message, Rejected, body, json as answer, ok, unknown};

/// The default lifetime of Clerk's tickets: 30 days.
const LIFETIME_MS: u64 = 30 * 24 * 60 * 60 * 1000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// The user's id, or one of their identifiers.
    user: String,
    #[serde(default = "lifetime")]
    lifetime_ms: u64,
}

const fn lifetime() -> u64 {
    LIFETIME_MS
}

impl Control {
    pub(super) fn tickets(&self, message: &Message, path: &[&str]) -> Result<Answer, Rejected> {
        match (message.method(), path) {
            (&Method::POST, []) => {
                let Wanted { user, lifetime_ms } = body(message)?;
                let ticket = self.fake.add_ticket(&user, Duration::from_millis(lifetime_ms));
                let ticket = ticket.map_err(|error| Rejected::not_found(error.to_string()))?;
                Ok(answer(StatusCode::CREATED, &ticket))
            }
            (&Method::DELETE, [id]) if self.fake.revoke_ticket(id) => Ok(ok(&json!({}))),
            (&Method::DELETE, [id]) => Err(Rejected::not_found(format!("there is no pending ticket `{id}`"))),
            _ => Err(unknown(message)),
        }
    }
}
