//! The token that the server replaces with its answers, and which answer's token counts.

use crate::backend::Identity;
use crate::wire::TokenUpdate;

/// The client's identity, whose token the answers replace.
pub(super) struct RotatingToken {
    identity: Identity,
    calls_begun: u64,
    /// The call whose answer brought the token.
    from: u64,
}

impl RotatingToken {
    pub(super) const fn new(identity: Identity) -> Self {
        Self { identity, calls_begun: 0, from: 0 }
    }

    pub(super) const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The identity that a call goes out with, and its number.
    pub(super) fn begin_call(&mut self) -> (Identity, u64) {
        self.calls_begun += 1;
        (self.identity.clone(), self.calls_begun)
    }

    pub(super) const fn calls_begun(&self) -> u64 {
        self.calls_begun
    }

    /// A token counts only if its call began after the one that brought the token we hold: of two answers that overtake
    /// each other, the later call has the newer token.
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
