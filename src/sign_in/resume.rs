//! Finding a sign-in again after a timeout, a lost answer or a restart.

use std::fmt;

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::fault_switches::without;
use crate::sign_in::any::AnySignIn;
use crate::sign_in::checkpoint::Checkpoint;
use crate::sign_in::core::Core;
use crate::sign_in::sign_up::SignUp;
use crate::wire::{self, Answer, GetSignIn, Request, SignInAttempt, Status, Subject};

/// The sign-in, session or sign-up that the server holds for this client.
#[must_use]
pub enum Resumed {
    /// A sign-in is under way, or has just been completed.
    Attempt(AnySignIn),
    /// No sign-in is under way. This is the active session, or a pending session whose tasks are not done yet.
    ///
    /// To use this session in the app, call [`Client::set_active`]. Its result says which of the two the session is.
    Session(Box<wire::Session>),
    /// There is no sign-in and no usable session, but an incomplete sign-up is under way.
    SignUp(SignUp),
    /// The server holds no sign-in, session or sign-up for this client. [`Client::sign_in`] begins a new sign-in.
    Nothing,
}

impl fmt::Debug for Resumed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attempt(sign_in) => f.debug_tuple("Attempt").field(sign_in).finish(),
            // The session contains the user's data, so only its id is shown.
            Self::Session(session) => f.debug_tuple("Session").field(&session.id).finish(),
            Self::SignUp(sign_up) => f.debug_tuple("SignUp").field(sign_up).finish(),
            Self::Nothing => f.write_str("Nothing"),
        }
    }
}

/// Returns the pending session that was used last.
fn pending_session(client: &wire::ClientResource) -> Option<&wire::Session> {
    let last = client.last_active_session_id.as_deref().and_then(|id| client.session(id));
    last.filter(|session| session.is_pending()).or_else(|| client.sessions.iter().find(|session| session.is_pending()))
}

impl Client {
    /// Asks the server for the sign-in, session or sign-up that it holds for this client.
    /// `GET /v1/client`, and `GET /v1/client/sign_ins/{id}` if the first answer does not contain the last known sign-in
    ///
    /// This call returns the last known sign-in if that sign-in is complete, or if there is no active session. A complete
    /// sign-in whose session has ended is not returned. In all
    /// other cases, another sign-in was completed in the meantime, and this call returns the session of that other
    /// sign-in.
    ///
    /// This call brings the client up to date. If there was a sign-up, [`sign_up`](Self::sign_up) and
    /// [`active_session`](Self::active_session) return the sign-up's result after this call, even if a sign-in was
    /// under way at the same time.
    ///
    /// The sign-in belongs to the client, even if another handle of that client began it. If an answer to
    /// [`create`](crate::SignIn::create) was lost, the returned sign-in may be an older one, so check its identifier.
    ///
    /// Call this method after a timeout, after a lost answer, or after a future was dropped. No progress is lost,
    /// whether or not the server carried out the interrupted call.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`], [`ErrorKind::NotSent`], [`ErrorKind::Transport`] or [`ErrorKind::Protocol`].
    pub async fn resume(&self) -> Result<Resumed, Error> {
        let client = self.refresh().await?;
        // A complete sign-in is of use only until the user signs out of the session that it created.
        let is_signed_out = |attempt: &SignInAttempt| {
            let session_id = attempt.created_session_id.as_deref().filter(|id| !id.is_empty());
            let session = |id| client.as_ref().and_then(|client| client.session(id));
            attempt.status == Some(Status::Complete)
                && !without("resume offers nothing that was signed out")
                && session_id.is_some_and(|id| !session(id).is_some_and(wire::Session::is_usable))
        };
        if let Some(attempt) = client.as_ref().and_then(|client| client.sign_in.clone())
            && !is_signed_out(&attempt)
        {
            return Ok(Resumed::Attempt(AnySignIn::place(Core::new(self.clone(), attempt, None))));
        }
        let session = self.active_session().or_else(|| client.as_deref().and_then(pending_session).cloned());
        if let Some(id) = self.last_attempt_id().filter(|_| !without("resume asks for the remembered attempt")) {
            match self.send(Request::GetSignIn(GetSignIn::new(&id))).await?.result {
                Ok(Answer::SignInAttempt(attempt)) if attempt.id == id && is_signed_out(&attempt) => {
                    self.forget_attempt(&id);
                }
                Ok(Answer::SignInAttempt(attempt)) if attempt.id == id => {
                    // If this attempt is not complete, the session comes from an attempt that was completed later.
                    let is_first = attempt.status == Some(Status::Complete) || session.is_none();
                    if is_first || without("resume prefers a session to an open attempt") {
                        return Ok(Resumed::Attempt(AnySignIn::place(Core::new(self.clone(), attempt, None))));
                    }
                }
                Err(rejection) if rejection.forgotten(&Subject::Attempt(id)).is_some() => {}
                Err(rejection) => return Err(ErrorKind::Rejected(rejection).into()),
                Ok(_) => return Err(ErrorKind::Protocol("the answer is not the sign-in asked for".to_owned()).into()),
            }
        }
        if let Some(session) = session {
            return Ok(Resumed::Session(Box::new(session)));
        }
        Ok(self.sign_up().map_or(Resumed::Nothing, Resumed::SignUp))
    }

    /// The sign-in that the client knows, without a call.
    pub(crate) fn known_sign_in(&self) -> Option<AnySignIn> {
        let attempt = self.snapshot()?.sign_in.clone()?;
        Some(AnySignIn::place(Core::new(self.clone(), attempt, None)))
    }

    /// Restores a sign-in from a checkpoint, in the state that was saved. No call is made.
    ///
    /// The attempt may have changed on the server since it was saved. In that case, [`refresh`](AnySignIn::refresh) or
    /// the next step reports its new state.
    ///
    /// # Errors
    /// [`ErrorKind::Checkpoint`] if the checkpoint has a different version, or if it does not contain a sign-in that
    /// can continue.
    pub fn restore(&self, checkpoint: Checkpoint) -> Result<AnySignIn, Error> {
        let sign_in = checkpoint.restore(self.clone())?;
        if let Some(id) = sign_in.id()
            && !without("a restored sign-in is remembered")
        {
            self.remember_attempt(id);
        }
        Ok(sign_in)
    }
}
