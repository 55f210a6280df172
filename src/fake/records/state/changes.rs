//! The time at which a client's description last changed.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::FakeState;
use crate::fake::records::organization::Organization;
use crate::fake::records::session::Session;
use crate::fake::records::user::User;
use crate::fault_switches::without;
use crate::wire::Timestamp;

impl FakeState {
    /// Moves the client's `updated_at` to `now` if its description has changed since the last call of this function.
    ///
    /// The time must not move for any other reason. Clients derive from it the earliest time at which a valid session
    /// token can have been issued, so each move makes all earlier tokens invalid.
    pub(in crate::fake) fn note_changes(&mut self, client_id: &str, now: Timestamp) {
        let shown = self.fingerprint(client_id);
        if let Some(client) = self.clients.get_mut(client_id)
            && client.shown != shown
            && !without("a change moves the time of a description")
        {
            client.shown = shown;
            client.updated_at = now;
        }
    }

    /// Returns a hash of everything that a client's description shows, except the times of its use.
    fn fingerprint(&self, client_id: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        if let Some(client) = self.clients.get(client_id) {
            client.sign_in_id.as_ref().and_then(|id| self.attempts.get(id)).hash(&mut hasher);
            client.sign_up_id.as_ref().and_then(|id| self.sign_ups.get(id)).hash(&mut hasher);
            client.last_active_session_id.hash(&mut hasher);
            client.last_authentication_strategy.hash(&mut hasher);
            client.captcha_solved.hash(&mut hasher);
        }
        for session in self.sessions_on(client_id) {
            let Session { id, status, tasks, organization_id, second_factor, expire_at, .. } = session;
            (id, status, tasks, organization_id, second_factor, expire_at).hash(&mut hasher);
            let user = self.users.get(&session.user_id).cloned();
            let unused =
                |user| User { session_ids: BTreeSet::new(), last_sign_in_at: None, last_active_at: None, ..user };
            user.map(unused).hash(&mut hasher);
            let is_shown = |organization: &&Organization| organization.has(&session.user_id);
            self.organizations.values().filter(is_shown).for_each(|organization| organization.hash(&mut hasher));
        }
        hasher.finish()
    }
}
