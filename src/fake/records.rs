//! The records that the server keeps.

pub(in crate::fake) mod state;
pub(in crate::fake) mod sign_in;
pub(in crate::fake) mod authorization;
pub(in crate::fake) mod challenge;
pub(in crate::fake) mod client;
pub(in crate::fake) mod email_link;
pub(in crate::fake) mod enterprise;
pub(in crate::fake) mod external_account;
pub(in crate::fake) mod millis;
pub(in crate::fake) mod new_user;
pub(in crate::fake) mod organization;
pub(in crate::fake) mod outbox;
pub(in crate::fake) mod passkey;
pub(in crate::fake) mod place;
pub(in crate::fake) mod session;
pub(in crate::fake) mod session_token;
pub(in crate::fake) mod sign_up;
pub(in crate::fake) mod ticket;
pub(in crate::fake) mod trusted_device;
pub(in crate::fake) mod user;
pub(in crate::fake) mod users;
