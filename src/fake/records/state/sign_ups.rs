//! The sign-ups in the server's state.

use super::FakeState;
use super::eviction::Expiry;
use crate::fake::records::sign_up::SignUp;
use crate::wire::SignUpStatus;

impl FakeState {
    /// Adds or updates a sign-up. Until the sign-up is complete, it is the client's current sign-up.
    pub(in crate::fake) fn add_sign_up(&mut self, sign_up: SignUp) {
        if let Some(client) = self.clients.get_mut(&sign_up.client_id) {
            let is_under_way = sign_up.status == SignUpStatus::MissingRequirements;
            client.sign_up_id = is_under_way.then(|| sign_up.id.clone());
            client.sign_up_ids.insert(sign_up.id.clone());
        }
        self.expiries.insert(Expiry::sign_up(sign_up.abandon_at, &sign_up.id));
        self.sign_ups.insert(sign_up.id.clone(), sign_up);
    }

    pub(in crate::fake) fn forget_sign_up(&mut self, id: &str) {
        let Some(sign_up) = self.sign_ups.remove(id) else { return };
        if let Some(state) = &sign_up.authorization {
            self.authorizations.remove(state);
        }
        if let Some(client) = self.clients.get_mut(&sign_up.client_id) {
            client.sign_up_ids.remove(id);
            client.sign_up_id.take_if(|current| current == id);
        }
    }
}
