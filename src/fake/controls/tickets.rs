//! Functions that tests use to create and revoke tickets.

use std::time::Duration;

use crate::fake::FakeBackend;
use crate::fake::records::new_user::NewUserError;
use crate::fake::records::state::FakeState;
use crate::fake::records::ticket::{NewTicket, Ticket, TicketStatus};
use crate::platform::Timer;
use crate::wire::Timestamp;

impl FakeBackend {
    /// Creates a ticket for the user with this id or identifier, as an app's backend would.
    ///
    /// To create a ticket, a real backend calls `POST /v1/sign_in_tokens` in Clerk's Backend API. The ticket works only
    /// once, and only during the given lifetime. Clerk's default lifetime is 30 days.
    ///
    /// # Errors
    /// [`NewUserError::UserNotFound`] if there is no such user.
    pub fn add_ticket(&self, id_or_identifier: &str, lifetime: Duration) -> Result<NewTicket, NewUserError> {
        let now = self.clock().now();
        self.lock().add_ticket(id_or_identifier, now + lifetime)
    }

    /// Revokes the ticket with this id. Returns `true` if the ticket was still pending.
    #[must_use]
    pub fn revoke_ticket(&self, id: &str) -> bool {
        let mut state = self.lock();
        let mut tickets = state.tickets.values_mut();
        let ticket = tickets.find(|ticket| ticket.id == id && ticket.status == TicketStatus::Pending);
        ticket.map(|ticket| ticket.status = TicketStatus::Revoked).is_some()
    }
}

impl FakeState {
    pub(in crate::fake) fn add_ticket(
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
