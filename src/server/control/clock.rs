//! `/_fake/clock`: the server's clock.

use std::time::Duration;

use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Control, Message, Rejected, body, ok, unknown};
use crate::platform::Timer;
use crate::wire::Timestamp;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    #[serde(default)]
    advance_ms: Option<u64>,
    #[serde(default)]
    now_ms: Option<i64>,
}

impl Control {
    pub(super) fn clock(&self, message: &Message) -> Result<Answer, Rejected> {
        let clock = self.fake.clock();
        match *message.method() {
            Method::GET => {}
            Method::POST => match body(message)? {
                Move { advance_ms: Some(millis), now_ms: None } => clock.advance(Duration::from_millis(millis)),
                Move { advance_ms: None, now_ms: Some(now) } => clock.set(Timestamp::from_millis(now)),
                Move { .. } => return Err(Rejected::bad_request("give `advance_ms` or `now_ms`")),
            },
            _ => return Err(unknown(message)),
        }
        Ok(ok(&json!({ "now_ms": clock.now() })))
    }
}
