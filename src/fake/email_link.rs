//! Links that were sent by email.

use serde::{Deserialize, Serialize};

use super::attempt::Which;
use super::pkce::code_challenge;
use crate::wire::{Secret, Timestamp};

/// A link as the server keeps it, by its token.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Link {
    pub(super) attempt_id: String,
    pub(super) which: Which,
    pub(super) leads_to: LeadsTo,
    pub(super) expires_at: Timestamp,
}

/// Where a link leads to.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum LeadsTo {
    /// Nowhere: whoever opens it reads a few words.
    Nowhere,
    /// A page of the app.
    Page(String),
    /// The native app that asked for it.
    App(Flow),
}

/// A native app that waits for its link (RFC 7636).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Flow {
    pub(super) id: String,
    pub(super) redirect_uri: String,
    code_challenge: String,
    pub(super) approval: Option<Approval>,
}

/// What an app is given when its link is opened.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Approval {
    pub(super) token: Secret,
    pub(super) expires_at: Timestamp,
    pub(super) consumed: bool,
}

impl Flow {
    pub(super) const fn new(id: String, redirect_uri: String, code_challenge: String) -> Self {
        Self { id, redirect_uri, code_challenge, approval: None }
    }

    /// Whether the code challenge was made of this (RFC 7636 section 4.6).
    pub(super) fn is_proven_by(&self, code_verifier: &Secret) -> bool {
        code_challenge(code_verifier.expose()) == self.code_challenge
    }
}
