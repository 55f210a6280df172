//! What the server "sent".

use serde::{Deserialize, Serialize};

use crate::wire::{Secret, Strategy, Timestamp};

/// The code of every test address.
pub const TEST_CODE: &str = "424242";

/// A message that a user would have received.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Message {
    /// The email address or phone number it went to.
    pub to: String,
    /// The strategy it belongs to.
    pub strategy: Strategy,
    /// The code in it.
    pub code: Secret,
    /// When it was sent.
    pub sent_at: Timestamp,
}

/// Whether nothing is sent to this address, and the code is [`TEST_CODE`].
pub(super) fn is_test_address(email_address: &str) -> bool {
    let local_part = email_address.rsplit_once('@').map_or(email_address, |(local_part, _)| local_part);
    local_part.split('+').skip(1).any(|tag| tag == "clerk_test")
}
