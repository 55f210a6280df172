//! `complete`: a session exists.

use std::future::Future;

use crate::client::{Finalized, Navigation};
use crate::sign_in::core::SignIn;
use crate::sign_in::state_from_attempt::session_id;
use crate::sign_in::step_error::StepError;
use crate::wire;

/// A complete sign-in, for which a session exists.
///
/// A sign-in enters this state when its last required factor is verified, whichever factor that is.
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`session_id`](SignIn::session_id) | the session's id, not a step |  |
/// | [`finalize`](SignIn::finalize) | makes it the active session | [`Finalized`]: active, or pending with tasks |
/// | [`finalize_with`](SignIn::finalize_with) | the same, with a callback that shows the next page | [`Finalized`] |
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AfterFirstFactor, Client, Finalized};
/// # futures::executor::block_on(async {
/// # let client = Client::new(FakeBackend::demo());
/// # let sent = client.sign_in().send_email_code("linus+clerk_test@example.com").await?;
/// let AfterFirstFactor::Complete(done) = sent.verify("424242").await? else { panic!() };
/// match done.finalize().await? {
///     Finalized::Active(session) => println!("signed in: {}", session.id()),
///     Finalized::Pending(session) => println!("first: {:?}", session.tasks()),
/// }
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
///
/// [`Finalized`]: crate::Finalized
#[derive(Debug)]
pub struct Complete {
    session_id: Box<str>,
}

impl Complete {
    /// Creates the state, or returns `None` if the attempt has no session.
    pub(crate) fn new(attempt: &wire::SignInAttempt) -> Option<Self> {
        session_id(attempt).map(|session_id| Self { session_id: session_id.into() })
    }
}

impl SignIn<Complete> {
    /// The id of the new session, `sess_…`.
    ///
    /// Clerk calls this id `createdSessionId`. Only a complete sign-in has this id.
    #[doc(alias = "created_session_id")]
    #[doc(alias = "createdSessionId")]
    #[must_use]
    pub fn session_id(&self) -> &str {
        &self.state.session_id
    }

    /// `Complete` → the active session: makes the new session the active session.
    /// `POST /v1/client/sessions/{session_id}/touch`
    ///
    /// If the session has tasks, the result is [`Finalized::Pending`]. The user is not signed in until the tasks are
    /// done.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the session does not exist on the server (`resource_not_found`).
    /// - `SessionUnusable`: the session has ended in the meantime.
    /// - `NotSent`, `Transport` or `Protocol`: no readable answer came. It is safe to take the step again.
    pub async fn finalize(self) -> Result<Finalized, StepError<Complete>> {
        self.finalize_with(|_| std::future::ready(())).await
    }

    /// `Complete` → the active session: works like [`finalize`](Self::finalize), but also runs a callback.
    /// `POST /v1/client/sessions/{session_id}/touch`
    ///
    /// The app uses the callback to leave the page that shows the sign-in. First, the session is touched. Then
    /// `navigate` runs to completion. Only after that does [`Client::active_session`] change.
    ///
    /// [`Client::active_session`]: crate::Client::active_session
    ///
    /// # Errors
    /// The errors are those of [`finalize`](Self::finalize). If there is one before `navigate` runs, it does not run. If
    /// the session ends while `navigate` runs, for example because the user signs out, the error is `SessionUnusable`.
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
