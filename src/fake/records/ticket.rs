//! Tickets, which Clerk calls "sign-in tokens". An app's own backend creates them for users.

use serde::{Deserialize, Serialize};

use crate::wire::{Secret, Timestamp};

/// A stored ticket.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Ticket {
    pub(in crate::fake) id: String,
    pub(in crate::fake) user_id: String,
    pub(in crate::fake) expires_at: Timestamp,
    pub(in crate::fake) status: TicketStatus,
}

/// The status of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TicketStatus {
    /// The ticket can be used.
    Pending,
    /// The ticket was used.
    Accepted,
    /// The app's backend revoked the ticket.
    Revoked,
}

/// A newly [created](crate::fake::FakeBackend::add_ticket) ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NewTicket {
    /// The ticket's id, `sit_…`, which is needed to [revoke](crate::fake::FakeBackend::revoke_ticket) the ticket.
    pub id: String,
    /// The ticket itself. Anyone who has the ticket can sign in.
    pub ticket: Secret,
    /// The user for whom the ticket was created.
    pub user_id: String,
    /// The time until which the ticket can be used.
    pub expires_at: Timestamp,
}
