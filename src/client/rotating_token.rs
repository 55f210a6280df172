//! The token that the server's answers replace, and the rule for which answer counts.

use crate::backend::Identity;
use crate::wire::TokenUpdate;

/// The client's identity, whose token is replaced by answers.
pub(super) struct RotatingToken {
    identity: Identity,
    calls_begun: u64,
    /// The number of the call whose answer brought the token.
    from: u64,
}

impl RotatingToken {
    pub(super) const fn new(identity: Identity) -> Self {
        Self { identity, calls_begun: 0, from: 0 }
    }

    pub(super) const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Begins a call, and returns the identity that it goes out with and its number.
    pub(super) fn begin_call(&mut self) -> (Identity, u64) {
        self.calls_begun += 1;
        (self.identity.clone(), self.calls_begun)
    }

    pub(super) const fn calls_begun(&self) -> u64 {
        self.calls_begun
    }

    /// Takes the token of an answer, unless a later call has brought the current one.
    ///
    /// If two answers overtake each other, the later call has the newer token.
    pub(super) fn apply(&mut self, sequence: u64, update: TokenUpdate) {
        let new = match update {
            TokenUpdate::Unchanged => return,
            TokenUpdate::Replaced(new) => Some(new),
            TokenUpdate::Cleared => None,
        };
        if sequence > self.from {
            self.from = sequence;
            self.identity.replace_token(new);
        }
    }
}
