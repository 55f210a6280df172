//! `complete`: a session exists.

use std::future::Future;

use crate::client::{Finalized, Navigation};
use crate::sign_in::core::SignIn;
use crate::sign_in::state_from_attempt::session_id;
use crate::sign_in::step_error::StepError;
use crate::wire::{self, TouchSession};

/// A complete sign-in, for which a session exists.
///
/// A sign-in enters this state when its last required factor is verified, whichever factor that is.
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`session_id`](SignIn::session_id) | the session's id, not a step |  |
/// | [`organization`](SignIn::organization) | selects the organization to work in, not a step |  |
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
    /// The request that makes the session the active session.
    touch: Box<TouchSession>,
}

impl Complete {
    /// Creates the state, or returns `None` if the attempt has no session.
    pub(crate) fn new(attempt: &wire::SignInAttempt) -> Option<Self> {
        session_id(attempt).map(|session_id| Self { touch: Box::new(TouchSession::select(session_id)) })
    }
}

impl SignIn<Complete> {
    /// The request that makes the session the active session.
    pub(crate) const fn touch(&self) -> &TouchSession {
        &self.state.touch
    }

    /// Replaces the request that makes the session the active session.
    pub(crate) fn with_touch(mut self, touch: TouchSession) -> Self {
        *self.state.touch = touch;
        self
    }

    /// The id of the new session, `sess_…`.
    ///
    /// Clerk calls this id `createdSessionId`. Only a complete sign-in has this id.
    #[doc(alias = "created_session_id")]
    #[doc(alias = "createdSessionId")]
    #[must_use]
    pub fn session_id(&self) -> &str {
        &self.state.touch.session_id
    }

    /// Selects the organization that [`finalize`](Self::finalize) makes the session's active organization.
    ///
    /// `organization` is the id or the slug of an organization that the user belongs to. `None` selects the personal
    /// account. Without this method, the server decides. If the user still has to choose, the session has the task
    /// `choose-organization`, which [`Client::set_active_organization`] completes.
    ///
    /// ```
    /// # use clerk_sign_in::fake::{FakeBackend, LINUS, NewOrganization};
    /// # use clerk_sign_in::{AfterFirstFactor, Client, Finalized};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # fake.add_organization(NewOrganization::new("Acme").member(LINUS.email_address)).unwrap();
    /// # let client = Client::new(fake);
    /// # let sent = client.sign_in().send_email_code(LINUS.email_address).await?;
    /// # let AfterFirstFactor::Complete(done) = sent.verify("424242").await? else { panic!() };
    /// let finalized = done.organization(Some("acme")).finalize().await?;
    /// assert!(finalized.session().last_active_organization_id.is_some());
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// [`Client::set_active_organization`]: crate::Client::set_active_organization
    pub fn organization(mut self, organization: Option<&str>) -> Self {
        *self.state.touch = TouchSession::select(self.session_id()).organization(organization);
        self
    }

    /// `Complete` → the active session: makes the new session the active session.
    /// `POST /v1/client/sessions/{session_id}/touch`
    ///
    /// If the session has tasks, the result is [`Finalized::Pending`]. The user is not signed in until the tasks are
    /// done.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the session does not exist on the server (`resource_not_found`), or the user does not belong to
    ///   the selected [`organization`](Self::organization) (`not_a_member_in_organization`).
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
    /// The errors are those of [`finalize`](Self::finalize). If there is one before `navigate` runs, it does not run.
    /// If the session ends while `navigate` runs, for example because the user signs out, the error is
    /// `SessionUnusable`.
    pub async fn finalize_with<N, F>(self, navigate: N) -> Result<Finalized, StepError<Complete>>
    where
        N: FnOnce(Navigation) -> F,
        F: Future<Output = ()>,
    {
        let finalized = self.client().finalize(&self.state.touch, navigate).await;
        finalized.map_err(|error| StepError::stayed(error, self))
    }
}

state!(Complete);
