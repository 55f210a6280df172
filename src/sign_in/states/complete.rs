//! `complete`: a session exists.

use std::future::Future;

use crate::client::{Finalized, Navigation};
use crate::sign_in::core::SignIn;
use crate::sign_in::state_from_attempt::session_id;
use crate::sign_in::step_error::StepError;
use crate::wire;

/// The sign-in is done and a session exists; [`finalize`](SignIn::finalize) makes it the one in use.
#[derive(Debug)]
pub struct Complete {
    session_id: Box<str>,
}

impl Complete {
    /// `None` without a session.
    pub(crate) fn new(attempt: &wire::SignInAttempt) -> Option<Self> {
        session_id(attempt).map(|session_id| Self { session_id: session_id.into() })
    }
}

impl SignIn<Complete> {
    /// The session that was created, `sess_…`: `createdSessionId`, which only a complete sign-in has.
    #[doc(alias = "created_session_id")]
    #[doc(alias = "createdSessionId")]
    #[must_use]
    pub fn session_id(&self) -> &str {
        &self.state.session_id
    }

    /// `Complete` → the session in use: `POST /v1/client/sessions/{session_id}/touch`.
    ///
    /// A session with tasks is [`Finalized::Pending`]: the user is not signed in before they are done.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the server does not know the session (`resource_not_found`).
    /// - `SessionUnusable`: the session ended meanwhile.
    /// - `Transport` or `Protocol`: no readable answer came; the step can be taken again.
    pub async fn finalize(self) -> Result<Finalized, StepError<Complete>> {
        self.finalize_with(|_| std::future::ready(())).await
    }

    /// As [`finalize`](Self::finalize), with a callback between the server's answer and the moment at which the session
    /// is the one in use, for leaving the page that shows the sign-in.
    ///
    /// In order: the session is touched, `navigate` runs to its end, and [`Client::active_session`] changes.
    ///
    /// [`Client::active_session`]: crate::Client::active_session
    ///
    /// # Errors
    /// As for [`finalize`](Self::finalize); `navigate` does not run then.
    pub async fn finalize_with<N, F>(self, navigate: N) -> Result<Finalized, StepError<Complete>>
    where
        N: FnOnce(Navigation) -> F,
        F: Future<Output = ()>,
    {
        let finalized = self.client().finalize(self.session_id(), navigate).await;
        finalized.map_err(|error| StepError::stayed(error, self))
    }
}

state!(Complete);
