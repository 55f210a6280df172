//! A complete sign-up.

use std::fmt;
use std::future::Future;

use super::{SignUp, SignUpError, debug};
use crate::client::{Client, Finalized, Navigation};
use crate::wire::{SignUpAttempt, TouchSession};

/// A complete sign-up, for which a user and a session exist.
///
/// [`finalize`](Self::finalize) makes the session the active session.
pub struct SignedUp {
    client: Client,
    attempt: Box<SignUpAttempt>,
    /// The request that makes the session the active session.
    touch: Box<TouchSession>,
}

impl SignedUp {
    pub(super) const fn new(client: Client, touch: Box<TouchSession>, attempt: Box<SignUpAttempt>) -> Self {
        Self { client, attempt, touch }
    }

    /// Returns the sign-up itself, after a step that is not meant to complete the sign-up.
    pub(super) fn into_sign_up(self) -> SignUp {
        SignUp { client: self.client, attempt: self.attempt }
    }

    /// The id of the new session, `sess_…`.
    #[must_use]
    pub fn session_id(&self) -> &str {
        &self.touch.session_id
    }

    /// Selects the organization that [`finalize`](Self::finalize) makes the session's active organization, like
    /// [`SignIn::organization`](crate::SignIn::organization).
    #[must_use]
    pub fn organization(mut self, organization: Option<&str>) -> Self {
        *self.touch = TouchSession::select(self.session_id()).organization(organization);
        self
    }

    /// The id of the new user, `user_…`.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        self.attempt.created_user_id.as_deref()
    }

    /// The server's latest description of the sign-up.
    #[must_use]
    pub const fn attempt(&self) -> &SignUpAttempt {
        &self.attempt
    }

    /// Makes the session the active session, like [`SignIn::finalize`](crate::SignIn::finalize).
    ///
    /// # Errors
    /// The error hands the sign-up back, so that the step can be repeated. It has one of these kinds
    /// ([`ErrorKind`](crate::ErrorKind)):
    /// - `Rejected`: the session does not exist on the server.
    /// - `SessionUnusable`: the session has ended in the meantime.
    /// - `Transport` or `Protocol`: no readable answer came.
    pub async fn finalize(self) -> Result<Finalized, SignUpError<Self>> {
        self.finalize_with(|_| std::future::ready(())).await
    }

    /// Works like [`finalize`](Self::finalize), but also runs a callback.
    ///
    /// The callback runs after the server has answered, but before the session becomes the active session. See
    /// [`SignIn::finalize_with`](crate::SignIn::finalize_with).
    ///
    /// # Errors
    /// The errors are those of [`finalize`](Self::finalize). If there is an error, `navigate` does not run.
    pub async fn finalize_with<N, F>(self, navigate: N) -> Result<Finalized, SignUpError<Self>>
    where
        N: FnOnce(Navigation) -> F,
        F: Future<Output = ()>,
    {
        self.client.finalize(&self.touch, navigate).await.map_err(|error| SignUpError::new(error, self))
    }
}

impl fmt::Debug for SignedUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug("SignedUp", &self.attempt, f)
    }
}
