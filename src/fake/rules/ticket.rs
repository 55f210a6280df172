//! `POST /v1/client/sign_ins` with a ticket.

use super::Call;
use crate::fake::records::sign_in::{Check, Which};
use crate::fake::records::ticket::TicketStatus;
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{Answer, Rejection, Secret, Status, Strategy};

impl Call<'_> {
    /// Signs in with a ticket, which counts as the first factor.
    ///
    /// If a protect check is required first, the ticket remains valid.
    pub(super) fn create_by_ticket(&mut self, ticket: &Secret) -> Result<Answer, Rejection> {
        let user_id = self.holder_of(ticket)?;
        let user = self.state.users.get(&user_id).ok_or_else(rejections::ticket_invalid)?;
        self.admit_user(user)?;
        let identifier = user.identifiers().next().cloned();
        self.reject_second_session(identifier.as_deref())?;
        let begun = self.begin(Status::NeedsIdentifier, None, None);
        self.gated(&begun.id, |call| {
            if let Some(attempt) = call.state.attempts.get_mut(&begun.id) {
                attempt.user_id = Some(user_id);
                attempt.identifier = identifier;
                attempt.status = Status::NeedsFirstFactor;
            }
            if let Some(ticket) = call.state.tickets.get_mut(ticket.expose())
                && !without("a ticket works once")
            {
                ticket.status = TicketStatus::Accepted;
            }
            call.verified(&begun.id, Which::First, Check::new(Strategy::Ticket), None)
        })
    }

    /// Returns the id of the user for whom the ticket was created.
    fn holder_of(&self, ticket: &Secret) -> Result<String, Rejection> {
        let ticket = self.state.tickets.get(ticket.expose()).ok_or_else(rejections::ticket_invalid)?;
        match ticket.status {
            TicketStatus::Accepted => Err(rejections::ticket_used()),
            TicketStatus::Revoked if without("a ticket can be revoked") => Ok(ticket.user_id.clone()),
            TicketStatus::Revoked => Err(rejections::ticket_revoked()),
            TicketStatus::Pending if self.now >= ticket.expires_at && !without("a ticket expires") => {
                Err(rejections::ticket_expired())
            }
            TicketStatus::Pending => Ok(ticket.user_id.clone()),
        }
    }
}
