//! Tickets, which the app's own backend has made for a user (Clerk's "sign-in tokens").

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::FakeBackend;
use super::new_user::NewUserError;
use super::state::FakeState;
use crate::platform::Timer;
use crate::wire::{Secret, Timestamp};

/// A ticket as the server keeps it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Ticket {
    pub(super) id: String,
    pub(super) user_id: String,
    pub(super) expires_at: Timestamp,
    pub(super) status: TicketStatus,
}

/// What has become of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TicketStatus {
    /// It can be used.
    Pending,
    /// It was used.
    Accepted,
    /// The app's backend took it back.
    Revoked,
}

/// A ticket that was [made](FakeBackend::add_ticket).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NewTicket {
    /// The ticket's id, `sit_…`, to [revoke](FakeBackend::revoke_ticket) it by.
    pub id: String,
    /// The ticket itself: whoever holds it signs in.
    pub ticket: Secret,
    /// The user it is for.
    pub user_id: String,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

impl FakeBackend {
    /// Makes a ticket for the user with this id or identifier, as an app's backend does (`POST /v1/sign_in_tokens` of
    /// Clerk's Backend API). It works once, for this long; Clerk's live for 30 days unless the backend says otherwise.
    ///
    /// # Errors
    /// [`NewUserError::Unknown`] if there is no such user.
    pub fn add_ticket(&self, id_or_identifier: &str, lifetime: Duration) -> Result<NewTicket, NewUserError> {
        let now = self.clock().now();
        self.lock().add_ticket(id_or_identifier, now + lifetime)
    }

    /// Takes a ticket back, by its id. Returns whether there was one to take back.
    #[must_use]
    pub fn revoke_ticket(&self, id: &str) -> bool {
        let mut state = self.lock();
        let mut tickets = state.tickets.values_mut();
        let ticket = tickets.find(|ticket| ticket.id == id && ticket.status == TicketStatus::Pending);
        ticket.map(|ticket| ticket.status = TicketStatus::Revoked).is_some()
    }
}

impl FakeState {
    pub(super) fn add_ticket(
        &mut self,
        id_or_identifier: &str,
        expires_at: Timestamp,
    ) -> Result<NewTicket, NewUserError> {
        let user_id = self.user_id(id_or_identifier)?;
        let (id, ticket) = (self.random.id("sit"), self.random.token());
        let kept = Ticket { id: id.clone(), user_id: user_id.clone(), expires_at, status: TicketStatus::Pending };
        self.tickets.insert(ticket.clone(), kept);
        Ok(NewTicket { id, ticket: ticket.into(), user_id, expires_at })
    }
}
