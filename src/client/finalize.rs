//! The step that follows a complete sign-in and makes the new session the client's active session.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use crate::client::bookkeeping::Stamp;
use crate::client::{Client, Received};
use crate::error::{Error, ErrorKind};
use crate::fault_switches::without;
use crate::wire::{Answer, Request, Session, SessionStatus, SessionTask, Timestamp, TouchSession};

/// The minimum remaining lifetime of a browser's cookie.
///
/// If the remaining lifetime is shorter, the cookie is renewed when the user navigates.
const COOKIE_REFRESH_BEFORE: Duration = Duration::from_secs(8 * 24 * 60 * 60);

/// The session that resulted from a sign-in.
#[must_use = "match on it: the user is signed in if it is `Active`, and has something to do first if it is `Pending`"]
#[derive(Debug)]
pub enum Finalized {
    /// The user is signed in.
    Active(ActiveSession),
    /// The user must first complete a task, such as choosing an organization or setting up a second factor.
    Pending(PendingSession),
}

impl Finalized {
    /// The session, which is either active or pending.
    #[must_use]
    pub const fn session(&self) -> &Session {
        match self {
            Self::Active(ActiveSession(session)) | Self::Pending(PendingSession(session)) => session,
        }
    }
}

/// An active session, in which the user is signed in.
pub struct ActiveSession(Box<Session>);

impl ActiveSession {
    /// The session's id, `sess_…`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The session as the server described it.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.0
    }
}

/// A session that cannot be used until its tasks are done.
pub struct PendingSession(Box<Session>);

impl PendingSession {
    /// The session's id, `sess_…`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The tasks that the user has to complete, in this order.
    #[must_use]
    pub fn tasks(&self) -> &[SessionTask] {
        self.0.tasks.as_deref().unwrap_or_default()
    }

    /// The session as the server described it.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.0
    }
}

/// The argument of the `finalize_with` callback, which runs just before the session becomes the active session.
pub struct Navigation {
    session: Session,
    /// The URL that renews the browser's cookie and redirects to a page; `None` if no renewal is necessary.
    touch_url: Option<String>,
}

impl Navigation {
    const fn new(session: Session, touch_url: Option<String>) -> Self {
        Self { session, touch_url }
    }

    /// The session that becomes the active session after the callback.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// Returns the URL to which the app must send a user whose destination is `url`.
    ///
    /// If the browser's cookie expires within 8 days, the returned URL is that of `GET /v1/client/touch`, which renews
    /// the cookie and redirects to `url`. In all other cases, this method returns `url` unchanged.
    #[doc(alias = "decorateUrl")]
    #[must_use]
    pub fn decorate_url(&self, url: &str) -> String {
        match &self.touch_url {
            None => url.to_owned(),
            Some(touch_url) => {
                let query = form_urlencoded::Serializer::new(String::new()).append_pair("redirect_url", url).finish();
                format!("{touch_url}?{query}")
            }
        }
    }
}

/// Shows nothing that says who the user is, because apps log the result of a sign-in.
fn debug(name: &str, session: &Session, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.debug_struct(name).field("id", &session.id).field("status", &session.status).finish_non_exhaustive()
}

impl fmt::Debug for ActiveSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug("ActiveSession", &self.0, f)
    }
}

impl fmt::Debug for PendingSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug("PendingSession", &self.0, f)
    }
}

impl fmt::Debug for Navigation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Navigation").field("session", &self.session.id).finish_non_exhaustive()
    }
}

impl Client {
    /// Makes one of this client's sessions the active session: `POST /v1/client/sessions/{session_id}/touch`.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] if the server does not know the session. [`ErrorKind::SessionUnusable`] if the session
    /// has ended. [`ErrorKind::NotSent`], [`ErrorKind::Transport`] or [`ErrorKind::Protocol`] if no readable answer
    /// came.
    #[doc(alias = "setActive")]
    pub async fn set_active(&self, session_id: &str) -> Result<Finalized, Error> {
        let touched = self.touch(&TouchSession::select(session_id)).await?;
        self.take_into_use(touched)
    }

    /// Makes one of this client's sessions the active session, and selects the organization that the user works in:
    /// `POST /v1/client/sessions/{session_id}/touch`.
    ///
    /// `organization` is the id or the slug of an organization that the user belongs to
    /// ([`User::organization_memberships`]). `None` selects the personal account. If the instance has no personal
    /// accounts, `None` changes nothing.
    ///
    /// This call completes the task `choose-organization` of a pending session. If the session has no other tasks, the
    /// result is [`Finalized::Active`].
    ///
    /// # Errors
    /// The errors are those of [`set_active`](Self::set_active). In addition, the kind is [`ErrorKind::Rejected`] if
    /// the user does not belong to the organization (`not_a_member_in_organization`). In that case, nothing changes.
    ///
    /// # Examples
    /// ```
    /// # use clerk_sign_in::fake::{FakeBackend, LINUS, NewOrganization};
    /// # use clerk_sign_in::{AfterFirstFactor, Client, Finalized};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # fake.configure(|settings| settings.force_organization_selection = true);
    /// # fake.add_organization(NewOrganization::new("Acme").member(LINUS.email_address)).unwrap();
    /// # let client = Client::new(fake);
    /// # let sent = client.sign_in().send_email_code(LINUS.email_address).await?;
    /// # let AfterFirstFactor::Complete(done) = sent.verify("424242").await? else { panic!() };
    /// let Finalized::Pending(pending) = done.finalize().await? else { panic!() };
    /// let memberships = &pending.session().user.as_ref().unwrap().organization_memberships;
    /// let acme = &memberships[0].organization; // the one that the user chose
    /// match client.set_active_organization(pending.id(), Some(&acme.id)).await? {
    ///     Finalized::Active(session) => println!("signed in: {}", session.id()),
    ///     Finalized::Pending(session) => println!("next: {:?}", session.tasks()),
    /// }
    /// # assert!(client.active_session().is_some());
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// [`User::organization_memberships`]: crate::wire::User::organization_memberships
    #[doc(alias = "setActive")]
    pub async fn set_active_organization(
        &self,
        session_id: &str,
        organization: Option<&str>,
    ) -> Result<Finalized, Error> {
        let touched = self.touch(&TouchSession::select(session_id).organization(organization)).await?;
        self.take_into_use(touched)
    }

    /// Touches the session, waits until `navigate` is done, and makes the session the active session.
    pub(crate) async fn finalize<N, F>(&self, touch: &TouchSession, navigate: N) -> Result<Finalized, Error>
    where
        N: FnOnce(Navigation) -> F,
        F: Future<Output = ()>,
    {
        let touched = self.touch(touch).await?;
        navigate(self.navigation(&touched)).await;
        self.take_into_use(touched)
    }

    fn take_into_use(&self, touched: Touched) -> Result<Finalized, Error> {
        let session = touched.finalized.session().clone();
        if self.update(|known| known.switch_to(session, touched.stamp)) {
            Ok(touched.finalized)
        } else {
            Err(ErrorKind::SessionUnusable { status: Some(SessionStatus::Ended) }.into())
        }
    }

    async fn touch(&self, touch: &TouchSession) -> Result<Touched, Error> {
        let session_id = &touch.session_id;
        let Received { result, stamp, date, .. } = self.send(Request::TouchSession(touch.clone())).await?;
        match result.map_err(ErrorKind::Rejected)? {
            Answer::Session(session) if session.id == *session_id || without("finalize checks whose session it is") => {
                Ok(Touched { finalized: finalized(*session)?, stamp, date })
            }
            Answer::Session(_) => Err(ErrorKind::Protocol("the answer is another session".to_owned()).into()),
            _ => Err(ErrorKind::Protocol("the answer is no session".to_owned()).into()),
        }
    }

    fn navigation(&self, touched: &Touched) -> Navigation {
        let ends_soon = self.snapshot().is_some_and(|client| {
            // Without the server's time, the time at which the client last changed is the best that is known.
            let date = touched.date.filter(|_| !without("a cookie's rest is measured by the server's time"));
            let now = date.or(client.updated_at);
            client.cookie_expires_at.zip(now).is_some_and(|(ends, now)| now.until(ends) < COOKIE_REFRESH_BEFORE)
        });
        let base_url = self.public_url().filter(|_| ends_soon && !without("a cookie that ends soon is renewed"));
        let touch_url = base_url.map(|base_url| format!("{base_url}/v1/client/touch"));
        Navigation::new(touched.finalized.session().clone(), touch_url)
    }
}

/// A session that was touched, and that can now become the active session.
struct Touched {
    finalized: Finalized,
    /// The moment of the answer.
    stamp: Stamp,
    /// The server's time when it answered.
    date: Option<Timestamp>,
}

/// Converts a session according to its status. A session that is neither active nor pending is an error.
fn finalized(session: Session) -> Result<Finalized, Error> {
    match session.status {
        Some(SessionStatus::Active)
            if session.tasks.as_ref().is_none_or(Vec::is_empty) || without("finalize shows the tasks of a session") =>
        {
            Ok(Finalized::Active(ActiveSession(Box::new(session))))
        }
        Some(SessionStatus::Active | SessionStatus::Pending) => {
            Ok(Finalized::Pending(PendingSession(Box::new(session))))
        }
        status => Err(ErrorKind::SessionUnusable { status }.into()),
    }
}
