//! Tickets, which the app's own backend has made for a user (Clerk's "sign-in tokens").

use serde::{Deserialize, Serialize};

use crate::wire::{Secret, Timestamp};

/// A ticket as the server keeps it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Ticket {
    pub(in crate::fake) id: String,
    pub(in crate::fake) user_id: String,
    pub(in crate::fake) expires_at: Timestamp,
    pub(in crate::fake) status: TicketStatus,
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

/// A ticket that was [made](crate::fake::FakeBackend::add_ticket).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NewTicket {
    /// The ticket's id, `sit_…`, to [revoke](crate::fake::FakeBackend::revoke_ticket) it by.
    pub id: String,
    /// The ticket itself: whoever holds it signs in.
    pub ticket: Secret,
    /// The user it is for.
    pub user_id: String,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}
