//! Clients, and the tokens that identify them.

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use crate::wire::{Strategy, Timestamp};

/// A stored client.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Client {
    pub(in crate::fake) id: String,
    pub(in crate::fake) tokens: Tokens,
    /// The current sign-in.
    pub(in crate::fake) sign_in_id: Option<String>,
    /// The current sign-up.
    #[serde(default)]
    pub(in crate::fake) sign_up_id: Option<String>,
    #[serde(default)]
    pub(in crate::fake) sign_up_ids: BTreeSet<String>,
    pub(in crate::fake) attempt_ids: BTreeSet<String>,
    pub(in crate::fake) session_ids: BTreeSet<String>,
    /// The users who trust this client because they have had a session on it.
    pub(in crate::fake) trusted_by: BTreeSet<String>,
    pub(in crate::fake) captcha_solved: bool,
    pub(in crate::fake) last_active_session_id: Option<String>,
    pub(in crate::fake) last_authentication_strategy: Option<Strategy>,
    /// The times of recent events: sign-ins that were created, and attempts to verify a factor.
    ///
    /// The rate limits depend on these times.
    pub(in crate::fake) recent_creates: Vec<Timestamp>,
    pub(in crate::fake) recent_attempts: Vec<Timestamp>,
    pub(in crate::fake) created_at: Timestamp,
    /// The time at which the client's description last changed.
    pub(in crate::fake) updated_at: Timestamp,
    /// The fingerprint of the description at that time.
    pub(in crate::fake) shown: u64,
    /// The time of the client's last request.
    pub(in crate::fake) last_seen_at: Timestamp,
}

impl Client {
    /// Returns the time of the last change, but never a time in the future, even if a test has moved the clock back.
    pub(in crate::fake) fn updated_at_by(&self, now: Timestamp) -> Timestamp {
        self.updated_at.min(now)
    }
}

/// The tokens that identify a client.
///
/// Every answer issues a new token, but an answer may be lost. The server therefore accepts the last two tokens that
/// the client used, and every token issued after these two. It rejects all older tokens.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Tokens {
    before: Option<String>,
    used: Option<String>,
    issued: VecDeque<String>,
}

/// The maximum number of tokens that are issued but not yet used. If there are more, the oldest token is removed.
const ISSUED_AT_MOST: usize = 32;

impl Tokens {
    pub(in crate::fake) fn knows(&self, token: &str) -> bool {
        [&self.before, &self.used].into_iter().flatten().chain(&self.issued).any(|known| known == token)
    }

    /// Records that a token was used, and returns the tokens that become invalid.
    pub(in crate::fake) fn used(&mut self, token: &str) -> Vec<String> {
        let Some(place) = self.issued.iter().position(|issued| issued == token) else { return Vec::new() };
        let mut forgotten: Vec<String> = self.before.take().into_iter().collect();
        self.before = self.used.replace(token.to_owned());
        // Tokens that were issued after this one stay valid. If several calls run at the same time, each of them
        // returns a new token, and the client may use any of these tokens next.
        forgotten.extend(self.issued.drain(..=place).filter(|issued| issued != token));
        forgotten
    }

    /// Issues a token. If there are then too many tokens, the oldest token becomes invalid, and the method returns it.
    pub(in crate::fake) fn issue(&mut self, token: String) -> Option<String> {
        self.issued.push_back(token);
        if self.issued.len() > ISSUED_AT_MOST { self.issued.pop_front() } else { None }
    }

    pub(in crate::fake) fn all(&self) -> impl Iterator<Item = &String> {
        [&self.before, &self.used].into_iter().flatten().chain(&self.issued)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_answer_keeps_the_token_but_old_tokens_fail() {
        let mut tokens = Tokens::default();
        for token in ["first", "lost", "second"] {
            tokens.issue(token.to_owned());
        }
        assert!(tokens.knows("first") && tokens.knows("lost") && tokens.knows("second"));
        assert_eq!(tokens.used("second"), ["first", "lost"]);
        tokens.issue("third".to_owned());
        assert!(tokens.knows("second"), "the answer with the third may have been lost");
        tokens.used("third");
        assert!(tokens.knows("second"), "a call that is under way may still carry it");
        tokens.issue("fourth".to_owned());
        assert_eq!(tokens.used("fourth"), ["second"]);
        assert!(!tokens.knows("second") && tokens.knows("third"));
    }

    #[test]
    fn concurrent_answers_each_carry_a_valid_token() {
        let mut tokens = Tokens::default();
        for token in ["first", "second", "third"] {
            tokens.issue(token.to_owned());
        }
        assert!(tokens.used("first").is_empty());
        assert!(tokens.knows("second") && tokens.knows("third"));
        assert_eq!(tokens.used("third"), ["second"]);
    }
}
