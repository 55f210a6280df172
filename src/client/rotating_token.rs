//! The token that the server's answers replace, and the rule that decides which answer counts.

use crate::backend::Identity;
use crate::wire::TokenUpdate;

/// The client's identity. Answers replace its token.
pub(super) struct RotatingToken {
    identity: Identity,
    calls_begun: u64,
    /// The number of the call whose answer contained the token.
    from: u64,
}

impl RotatingToken {
    pub(super) const fn new(identity: Identity) -> Self {
        Self { identity, calls_begun: 0, from: 0 }
    }

    pub(super) const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Begins a call. Returns the identity to send with it, and the number of the call.
    pub(super) fn begin_call(&mut self) -> (Identity, u64) {
        self.calls_begun += 1;
        (self.identity.clone(), self.calls_begun)
    }

    pub(super) const fn calls_begun(&self) -> u64 {
        self.calls_begun
    }

    /// Accepts the token of an answer, unless the current token comes from a later call.
    ///
    /// Answers may arrive in the wrong order. The later call always has the newer token.
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
