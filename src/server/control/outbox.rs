//! `/_fake/outbox`: the sent messages, newest first.

use std::time::Duration;

use http::Method;
use serde_json::json;
use tokio::time::Instant;

use super::{Answer, Control, Message, Rejected, limit, number, ok, parameter, unknown};
use crate::fake;

/// The maximum time that a request may wait for a message.
const WAIT_AT_MOST: Duration = Duration::from_secs(60);

impl Control {
    pub(super) async fn outbox(&self, message: &Message) -> Result<Answer, Rejected> {
        match *message.method() {
            Method::GET => {}
            Method::DELETE => {
                self.fake.clear_outbox();
                return Ok(ok(&json!({ "messages": [] })));
            }
            _ => return Err(unknown(message)),
        }
        // A `+` that was not percent-encoded arrives as a space. No address contains a space, so every space must have
        // been a `+`.
        let to = parameter(message, "to").map(|to| to.replace(' ', "+"));
        let strategy = parameter(message, "strategy");
        let after = number(message, "after")?.unwrap_or(0);
        let limit = limit(message)?;
        let wait = number(message, "wait_ms")?.map_or(Duration::ZERO, Duration::from_millis).min(WAIT_AT_MOST);

        let is_asked_for = |sent: &fake::Message| {
            to.as_ref().is_none_or(|to| sent.to.eq_ignore_ascii_case(to))
                && strategy.as_ref().is_none_or(|strategy| sent.strategy.to_string() == *strategy)
        };
        let until = Instant::now() + wait;
        loop {
            // The code subscribes to the signal before it reads the messages. Therefore, it does not miss a message
            // that arrives in between.
            let answered = self.answered.notified();
            let messages: Vec<_> = self.fake.inspect(|state| {
                let newest_first = state.outbox().iter().rev().take_while(|sent| sent.number > after);
                newest_first.filter(|sent| is_asked_for(sent)).take(limit).cloned().collect()
            });
            if !messages.is_empty() || Instant::now() >= until {
                return Ok(ok(&json!({ "messages": messages })));
            }
            let _ = tokio::time::timeout_at(until, answered).await;
        }
    }
}
