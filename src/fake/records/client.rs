//! Clients, and the tokens that identify them.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::fault_switches::without;
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
    /// `true` if the client's last request named a version of the API in which a passkey is never a second factor.
    #[serde(default)]
    pub(in crate::fake) predates_passkey_second_factor: bool,
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
/// Every answer issues a new token, but an answer may be lost, and answers to concurrent calls may arrive in any order.
/// The server therefore always accepts the last two tokens that the client used, and every token issued after these two.
/// It also accepts some of the older tokens, as the [limits](RecentTokens) say.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Tokens {
    before: Option<String>,
    used: Option<String>,
    issued: VecDeque<String>,
    /// The older tokens, from the one that was replaced or used first to the one that was replaced or used last.
    #[serde(default)]
    older: VecDeque<OlderToken>,
}

#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct OlderToken {
    token: String,
    /// The time at which the token was replaced or last used.
    at: Timestamp,
}

/// The limits on the older tokens that the server accepts.
#[derive(Clone, Copy, Debug)]
pub(in crate::fake) struct RecentTokens {
    pub(in crate::fake) most: usize,
    pub(in crate::fake) lifetime: Duration,
}

/// The maximum number of tokens that are issued but not yet used. If there are more, the oldest one becomes an older
/// token.
const ISSUED_AT_MOST: usize = 32;

impl Tokens {
    /// Records that a token was used, and returns the tokens that become invalid. If the token itself is among them, it
    /// is too old.
    pub(in crate::fake) fn used(&mut self, token: &str, limits: RecentTokens, now: Timestamp) -> Vec<String> {
        if let Some(place) = self.issued.iter().position(|issued| issued == token) {
            let mut replaced: Vec<String> = self.before.take().into_iter().collect();
            self.before = self.used.replace(token.to_owned());
            // Tokens that were issued after this one stay valid. If several calls run at the same time, each of them
            // returns a new token, and the client may use any of these tokens next.
            replaced.extend(self.issued.drain(..=place).filter(|issued| issued != token));
            self.older.extend(replaced.into_iter().map(|token| OlderToken { token, at: now }));
        }
        let forgotten = self.forget(limits, now);
        if let Some(place) = self.older.iter().position(|older| older.token == token) {
            // A client that keeps using an older token keeps it.
            let older = self.older.remove(place);
            self.older.extend(older.map(|older| OlderToken { at: now, ..older }));
        }
        forgotten
    }

    /// Issues a token, and returns the tokens that become invalid.
    pub(in crate::fake) fn issue(&mut self, token: String, limits: RecentTokens, now: Timestamp) -> Vec<String> {
        self.issued.push_back(token);
        if self.issued.len() > ISSUED_AT_MOST {
            let replaced = self.issued.pop_front();
            self.older.extend(replaced.map(|token| OlderToken { token, at: now }));
        }
        self.forget(limits, now)
    }

    /// Removes the older tokens that are beyond the limits, and returns them.
    fn forget(&mut self, limits: RecentTokens, now: Timestamp) -> Vec<String> {
        let most = if without("the fake accepts recent tokens") { 0 } else { limits.most };
        let excess = self.older.len().saturating_sub(most);
        let expired = self.older.iter().take_while(|older| older.at + limits.lifetime <= now).count();
        self.older.drain(..excess.max(expired)).map(|older| older.token).collect()
    }

    pub(in crate::fake) fn all(&self) -> impl Iterator<Item = &String> {
        let current = [&self.before, &self.used].into_iter().flatten().chain(&self.issued);
        current.chain(self.older.iter().map(|older| &older.token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: RecentTokens = RecentTokens { most: 0, lifetime: Duration::MAX };
    const NOW: Timestamp = Timestamp::from_millis(0);

    fn knows(tokens: &Tokens, token: &str) -> bool {
        tokens.all().any(|known| known == token)
    }

    fn issued(names: &[&str]) -> Tokens {
        let mut tokens = Tokens::default();
        for token in names {
            tokens.issue((*token).to_owned(), STRICT, NOW);
        }
        tokens
    }

    #[test]
    fn lost_answer_keeps_the_token_but_old_tokens_fail() {
        let mut tokens = issued(&["first", "lost", "second"]);
        assert!(knows(&tokens, "first") && knows(&tokens, "lost") && knows(&tokens, "second"));
        assert_eq!(tokens.used("second", STRICT, NOW), ["first", "lost"]);
        tokens.issue("third".to_owned(), STRICT, NOW);
        assert!(knows(&tokens, "second"), "the answer with the third may have been lost");
        tokens.used("third", STRICT, NOW);
        assert!(knows(&tokens, "second"), "a call that is under way may still carry it");
        tokens.issue("fourth".to_owned(), STRICT, NOW);
        assert_eq!(tokens.used("fourth", STRICT, NOW), ["second"]);
        assert!(!knows(&tokens, "second") && knows(&tokens, "third"));
    }

    #[test]
    fn concurrent_answers_each_carry_a_valid_token() {
        let mut tokens = issued(&["first", "second", "third"]);
        assert!(tokens.used("first", STRICT, NOW).is_empty());
        assert!(knows(&tokens, "second") && knows(&tokens, "third"));
        assert_eq!(tokens.used("third", STRICT, NOW), ["second"]);
    }

    #[test]
    fn only_so_many_older_tokens_are_kept() {
        let limits = RecentTokens { most: 2, lifetime: Duration::from_secs(10) };
        let mut tokens = issued(&["a", "b", "c", "d", "e"]);
        assert_eq!(tokens.used("e", limits, NOW), ["a", "b"]);
        assert!(tokens.used("c", limits, NOW + Duration::from_secs(9)).is_empty());
        assert_eq!(tokens.used("e", limits, NOW + Duration::from_secs(18)), ["d"], "`c` was used in the meantime");
        assert_eq!(tokens.used("c", limits, NOW + Duration::from_secs(19)), ["c"]);
    }

    #[test]
    fn tokens_take_bounded_memory() {
        let limits = RecentTokens { most: 256, lifetime: Duration::MAX };
        let mut tokens = Tokens::default();
        for number in 0..10_000 {
            tokens.issue(number.to_string(), limits, NOW);
            if number % 7 == 0 {
                tokens.used(&number.to_string(), limits, NOW);
            }
        }
        assert!(tokens.all().count() <= 256 + 2 + ISSUED_AT_MOST);
        assert!(knows(&tokens, "9800"));
    }
}
