//! How an instance is set up.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::password::PasswordCost;
use crate::wire::{ErrorCode, IdentifierKind};

/// How the instance is set up. The defaults are Clerk's, as far as they are published.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Settings {
    /// What may be given as an identifier.
    pub identifiers: Vec<IdentifierKind>,
    /// Whether a user without a second factor has to make a new device trusted after the password.
    pub client_trust: bool,
    /// Whether a device holds one session at a time. A sign-in is then refused while there is one (`session_exists`).
    pub single_session: bool,
    /// How long a code works. 10 minutes.
    pub code_lifetime: Duration,
    /// How long to wait before a code is sent again (`verification_code_too_many_requests`). 30 seconds; zero for no wait.
    pub resend_interval: Duration,
    /// How many wrong answers a code takes before it stops working (`verification_failed`). The real figure is not
    /// published; 5 here.
    pub code_attempts: u32,
    /// How long an attempt may take before it is abandoned. 24 hours.
    pub attempt_lifetime: Duration,
    /// How long a session lives. 7 days.
    pub session_lifetime: Duration,
    /// The error for a call at the wrong status, which is not published: `client_state_invalid` here.
    pub wrong_status: ErrorCode,
    /// What hashing a password costs. As little as Argon2 allows, so that tests are fast.
    pub password_cost: PasswordCost,
}

impl Default for Settings {
    fn default() -> Self {
        let minutes = |count: u64| Duration::from_secs(60 * count);
        Self {
            identifiers: vec![IdentifierKind::EmailAddress, IdentifierKind::PhoneNumber, IdentifierKind::Username],
            client_trust: true,
            single_session: false,
            code_lifetime: minutes(10),
            resend_interval: Duration::from_secs(30),
            code_attempts: 5,
            attempt_lifetime: minutes(24 * 60),
            session_lifetime: minutes(7 * 24 * 60),
            wrong_status: ErrorCode::ClientStateInvalid,
            password_cost: PasswordCost::Lowest,
        }
    }
}
