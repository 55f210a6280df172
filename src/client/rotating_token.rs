//! The token that the server's answers replace, and the rule that decides which answers may replace it.

use crate::backend::Identity;
use crate::fault_switches::without;
use crate::wire::{Request, Secret, Subject, TokenUpdate};

/// The client's identity, whose token is replaced by the server's answers.
pub(super) struct RotatingToken {
    identity: Identity,
    calls_begun: u64,
}

/// The number, the client and the token of a call that has begun.
pub(super) struct Call {
    pub(super) sequence: u64,
    /// The number of the client that makes the call.
    pub(super) generation: u64,
    /// The client's id, if it was known when the call began.
    pub(super) client_id: Option<String>,
    /// `true` if the request makes the server create a new client when it no longer knows this one.
    pub(super) may_create_client: bool,
    pub(super) subject: Subject,
    carried: Option<Secret>,
}

impl RotatingToken {
    pub(super) const fn new(identity: Identity) -> Self {
        Self { identity, calls_begun: 0 }
    }

    pub(super) const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Begins a call for the client with this id, and returns the identity to send with the call.
    pub(super) fn begin_call(
        &mut self,
        generation: u64,
        client_id: Option<String>,
        request: &Request,
    ) -> (Identity, Call) {
        self.calls_begun += 1;
        let carried = self.identity.token().cloned();
        let may_create_client =
            matches!(request, Request::CreateSignIn(_) | Request::CreateSignUp(_) | Request::CreateClient);
        let subject = Subject::from_request(request);
        let sequence = self.calls_begun;
        (self.identity.clone(), Call { sequence, generation, client_id, may_create_client, subject, carried })
    }

    /// Drops the token.
    pub(super) fn clear(&mut self) {
        self.identity.replace_token(None);
    }

    pub(super) const fn calls_begun(&self) -> u64 {
        self.calls_begun
    }

    /// Returns `true` if the call carried the current token. Only then may its answer replace or clear the token.
    ///
    /// The answer to any other call says nothing about the current token, because that call carried an older token.
    pub(super) fn is_current(&self, call: &Call) -> bool {
        self.identity.token() == call.carried.as_ref()
    }

    /// Applies the token change that an answer contains, if the call carried the current token.
    pub(super) fn apply(&mut self, call: &Call, update: TokenUpdate) {
        let new = match update {
            TokenUpdate::Unchanged => return,
            TokenUpdate::Replaced(new) => Some(new),
            TokenUpdate::Cleared => None,
        };
        if self.is_current(call) || without("an answer replaces only the token that its call carried") {
            self.identity.replace_token(new);
        }
    }
}
