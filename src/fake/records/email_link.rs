//! Links that were sent by email.

use serde::{Deserialize, Serialize};

use crate::fake::crypto::pkce::code_challenge;
use crate::fake::records::sign_in::Which;
use crate::wire::{Secret, Timestamp};

/// A stored link. The server looks it up by its token.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Link {
    pub(in crate::fake) attempt_id: String,
    pub(in crate::fake) which: Which,
    pub(in crate::fake) leads_to: LeadsTo,
    pub(in crate::fake) expires_at: Timestamp,
}

/// The target of a link.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) enum LeadsTo {
    /// Neither a page nor an app. A user who opens the link sees only a short text.
    Nowhere,
    /// A page of the app.
    Page(String),
    /// The native app that requested the link.
    App(Flow),
}

/// A native app that waits until the link that it requested is opened (RFC 7636).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Flow {
    pub(in crate::fake) id: String,
    pub(in crate::fake) redirect_uri: String,
    code_challenge: String,
    pub(in crate::fake) approval: Option<Approval>,
}

/// The approval that a native app gets when the link that it requested is opened.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Approval {
    pub(in crate::fake) token: Secret,
    pub(in crate::fake) expires_at: Timestamp,
    pub(in crate::fake) consumed: bool,
}

impl Flow {
    pub(in crate::fake) const fn new(id: String, redirect_uri: String, code_challenge: String) -> Self {
        Self { id, redirect_uri, code_challenge, approval: None }
    }

    /// Returns `true` if the code challenge was derived from this code verifier (RFC 7636 section 4.6).
    pub(in crate::fake) fn is_proven_by(&self, code_verifier: &Secret) -> bool {
        code_challenge(code_verifier.expose()) == self.code_challenge
    }
}
