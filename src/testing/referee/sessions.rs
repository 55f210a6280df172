//! The sessions that the referee has seen.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::fake::FakeBackend;
use crate::testing::Outside;
use crate::testing::trace::{Exchange, Outcome};
use crate::wire::{Answer, ClientResource, ClientUpdate, Response};

/// The number of sessions that are kept.
const AT_MOST: usize = 10_000;

#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Sessions {
    seen: BTreeMap<String, Owner>,
}

/// The client and the user that a session belongs to.
#[derive(Clone, Debug, Serialize)]
struct Owner {
    client_id: String,
    user_id: Option<String>,
}

impl Sessions {
    pub(super) fn has_seen(&self, session_id: &str) -> bool {
        self.seen.contains_key(session_id)
    }

    /// Judges the sessions that an answer shows. `user_id` is the user of the sign-in, if it is known.
    pub(super) fn judge(
        &self,
        server: &FakeBackend,
        exchange: &Exchange,
        response: &Response,
        user_id: Option<&str>,
    ) -> Result<(), Outside> {
        let ClientUpdate::Known(client) = &response.client else { return Ok(()) };
        if let (Outcome::CarriedOut, Ok(Answer::SignInAttempt(attempt))) = (&exchange.outcome, &response.result)
            && let Some(id) = &attempt.created_session_id
        {
            let user = user_id.and_then(|user_id| server.user(user_id));
            // A session that ended since is not listed.
            let is_over = user.as_ref().is_some_and(|user| !user.session_ids.contains(id));
            match client.sessions.iter().find(|session| session.id == *id) {
                None if !is_over && user.is_some() => return Err(Outside::SessionLost),
                Some(session) => {
                    let shown = session.user.as_ref().map(|user| user.id.as_str());
                    if user_id.is_some() && shown.is_some() && shown != user_id {
                        return Err(Outside::AnotherUser);
                    }
                }
                None => {}
            }
        }
        self.judge_known(server, client)
    }

    /// A session that the server still has is listed, and belongs to the same user as before.
    fn judge_known(&self, server: &FakeBackend, client: &ClientResource) -> Result<(), Outside> {
        for (id, owner) in self.seen.iter().filter(|(_, owner)| owner.client_id == client.id) {
            match client.sessions.iter().find(|session| session.id == *id) {
                None => {
                    let user = owner.user_id.as_deref().and_then(|user_id| server.user(user_id));
                    if user.is_some_and(|user| user.session_ids.contains(id)) {
                        return Err(Outside::SessionLost);
                    }
                }
                Some(session) => {
                    let shown = session.user.as_ref().map(|user| &user.id);
                    if owner.user_id.is_some() && shown.is_some() && shown != owner.user_id.as_ref() {
                        return Err(Outside::AnotherUser);
                    }
                }
            }
        }
        Ok(())
    }

    /// Returns the pairs of a client and a user that the answer shows.
    pub(super) fn learn(&mut self, response: Option<&Response>) -> Vec<(String, String)> {
        let Some(ClientUpdate::Known(client)) = response.map(|response| &response.client) else { return Vec::new() };
        let mut pairs = Vec::new();
        for session in &client.sessions {
            let user_id = session.user.as_ref().map(|user| user.id.clone());
            pairs.extend(user_id.clone().map(|user_id| (client.id.clone(), user_id)));
            let owner = Owner { client_id: client.id.clone(), user_id };
            self.seen.entry(session.id.clone()).or_insert(owner);
        }
        while self.seen.len() > AT_MOST {
            self.seen.pop_first();
        }
        pairs
    }
}
