//! Removal of old records, so that the memory usage of a long-running server does not grow forever.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::FakeState;
use crate::fake::records::session::Session;
use crate::fault_switches::without;
use crate::wire::{SessionStatus, SignUpStatus, Status, Timestamp};

/// The time for which the server remembers a trusted client that is not used.
///
/// The time is 400 days, because a browser keeps a cookie for 400 days.
const TRUST_LIFETIME: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// A record that must be checked at a given time.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Expiry {
    at: Timestamp,
    record: Record,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Record {
    Attempt(String),
    SignUp(String),
    Client(String),
    Browser(String),
}

impl Expiry {
    pub(super) fn attempt(at: Timestamp, id: &str) -> Self {
        Self { at, record: Record::Attempt(id.to_owned()) }
    }

    pub(super) fn sign_up(at: Timestamp, id: &str) -> Self {
        Self { at, record: Record::SignUp(id.to_owned()) }
    }

    pub(super) fn client(at: Timestamp, id: &str) -> Self {
        Self { at, record: Record::Client(id.to_owned()) }
    }

    pub(super) fn browser(at: Timestamp, token: &str) -> Self {
        Self { at, record: Record::Browser(token.to_owned()) }
    }
}

impl FakeState {
    /// Abandons or removes old attempts. Removes unused browsers, and clients that have no session.
    pub(in crate::fake) fn let_time_pass(&mut self, now: Timestamp) {
        let later = self.expiries.split_off(&Expiry::attempt(now + Duration::from_millis(1), ""));
        // Each due record is handled only once per call, even if handling it schedules it again for the same moment.
        for due in std::mem::replace(&mut self.expiries, later) {
            match due.record {
                Record::Attempt(_) if without("an old attempt is abandoned") => {}
                Record::Client(_) if without("an unused client is forgotten") => {}
                Record::Attempt(id) => self.attempt_expired(&id, now),
                Record::SignUp(id) => self.sign_up_expired(&id, now),
                Record::Client(id) => self.client_expired(&id, now),
                Record::Browser(token) => self.browser_expired(&token, now),
            }
        }
    }

    /// Ends the expired sessions of a client.
    pub(in crate::fake) fn end_old_sessions(&mut self, client_id: &str, now: Timestamp) {
        let is_over = |session: &Session| now >= session.expire_at && !without("a session expires");
        let is_over = |id: &&String| self.sessions.get(*id).is_some_and(is_over);
        let client = self.clients.get(client_id);
        let over: Vec<_> = client.into_iter().flat_map(|client| &client.session_ids).filter(is_over).cloned().collect();
        for id in over {
            self.end_session(&id, SessionStatus::Expired);
        }
    }

    /// Marks the current attempt as abandoned, and keeps it for one more `attempt_lifetime`.
    ///
    /// If the attempt is already over, or if it is not the client's current attempt, it is removed instead.
    fn attempt_expired(&mut self, id: &str, now: Timestamp) {
        let Some(attempt) = self.attempts.get_mut(id) else { return };
        let client = self.clients.get(&attempt.client_id);
        let is_current = client.is_some_and(|client| client.sign_in_id.as_deref() == Some(id));
        if is_current && !matches!(attempt.status, Status::Abandoned | Status::Complete) {
            attempt.status = Status::Abandoned;
            attempt.gate = None;
            self.expiries.insert(Expiry::attempt(now + self.settings.attempt_lifetime, id));
            return;
        }
        self.forget_attempt(id);
    }

    /// Marks a pending sign-up as abandoned, and keeps it for one more `attempt_lifetime`.
    ///
    /// A sign-up with any other status is removed.
    fn sign_up_expired(&mut self, id: &str, now: Timestamp) {
        let Some(sign_up) = self.sign_ups.get_mut(id) else { return };
        if sign_up.status == SignUpStatus::MissingRequirements {
            sign_up.status = SignUpStatus::Abandoned;
            self.expiries.insert(Expiry::sign_up(now + self.settings.attempt_lifetime, id));
            return;
        }
        self.forget_sign_up(id);
    }

    fn client_expired(&mut self, id: &str, now: Timestamp) {
        self.end_old_sessions(id, now);
        let Some(client) = self.clients.get(id) else { return };
        let lifetime = if client.trusted_by.is_empty() { self.settings.attempt_lifetime } else { TRUST_LIFETIME };
        let until = client.last_seen_at.max(client.updated_at) + lifetime;
        if now < until {
            self.expiries.insert(Expiry::client(until, id));
        } else if client.session_ids.is_empty() && client.attempt_ids.is_empty() && client.sign_up_ids.is_empty() {
            self.forget_client(id);
        } else {
            self.expiries.insert(Expiry::client(now + self.settings.attempt_lifetime, id));
        }
    }

    /// Removes a browser if it has no client or if its client was removed. A removed browser must register again.
    fn browser_expired(&mut self, token: &str, now: Timestamp) {
        let client_id = self.browsers.get(token).and_then(Option::as_ref);
        if client_id.is_some_and(|id| self.clients.contains_key(id)) {
            self.expiries.insert(Expiry::browser(now + self.settings.attempt_lifetime, token));
        } else {
            self.browsers.remove(token);
        }
    }
}
