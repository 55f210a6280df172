//! The messages that the fake stores instead of sending them.

use serde::{Deserialize, Serialize};

use crate::wire::{Channel, Secret, Strategy, Timestamp};

/// The code that works for every test address.
pub const TEST_CODE: &str = "424242";

/// A message to a user, which the fake stores instead of sending it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Message {
    /// The number of the message. The first message that the server ever sent has the number 1.
    pub number: u64,
    /// The email address or phone number to which the message was sent.
    pub to: String,
    /// The strategy for which the message was sent.
    pub strategy: Strategy,
    /// The channel, if the message was sent to a phone. `None` if the message is an email.
    pub channel: Option<Channel>,
    /// The code or link that the user needs.
    #[serde(flatten)]
    pub content: Content,
    /// The time at which the message was sent.
    pub sent_at: Timestamp,
}

/// The content of a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Content {
    /// A code that the user types in.
    Code(Secret),
    /// A complete link that the user [opens](crate::fake::FakeBackend::open_link).
    Link(Secret),
}

impl Message {
    /// Returns the code, if the message contains one.
    #[must_use]
    pub const fn code(&self) -> Option<&Secret> {
        if let Content::Code(code) = &self.content { Some(code) } else { None }
    }

    /// Returns the link, if the message contains one.
    #[must_use]
    pub const fn link(&self) -> Option<&Secret> {
        if let Content::Link(link) = &self.content { Some(link) } else { None }
    }
}

/// Returns `true` if this is a test address or test number.
///
/// No code is ever sent to such an address or number, because the code is always [`TEST_CODE`].
///
/// Test addresses are email addresses with the tag `clerk_test`, and phone numbers from +1 (XXX) 555-0100 to 555-0199.
pub(in crate::fake) fn is_test_address(address: &str) -> bool {
    if let Some((local_part, _)) = address.rsplit_once('@') {
        return local_part.split('+').skip(1).any(|tag| tag == "clerk_test");
    }
    let digits = address.strip_prefix("+1").unwrap_or_default();
    digits.len() == 10 && digits.get(3..8) == Some("55501") && digits.bytes().all(|digit| digit.is_ascii_digit())
}
