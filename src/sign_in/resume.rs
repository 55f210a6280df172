//! Finding a sign-in again after a timeout, a lost answer or a restart.

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::sign_in::any::AnySignIn;
use crate::sign_in::checkpoint::Checkpoint;
use crate::sign_in::core::Core;
use crate::sign_in::sign_up::SignUp;
use crate::wire::{self, Answer, GetSignIn, Request, Status};

/// The sign-in, session or sign-up that the server holds for this client.
#[must_use]
#[derive(Debug)]
pub enum Resumed {
    /// A sign-in is under way, or has just been completed.
    Attempt(AnySignIn),
    /// No sign-in is under way, but the user is signed in already: this session is in use.
    ///
    /// Make it the app's session with [`Client::set_active`].
    Session(Box<wire::Session>),
    /// No sign-in is under way and no session is in use, but a sign-up is under way that lacks something.
    SignUp(SignUp),
    /// None of these. [`Client::sign_in`] begins a new one.
    Nothing,
}

impl Client {
    /// Asks the server for the sign-in, session or sign-up that it holds for this client.
    /// `GET /v1/client`, and `GET /v1/client/sign_ins/{id}` if the client no longer names the sign-in that was seen
    /// last
    ///
    /// A sign-in that the client no longer names is returned if it is complete, or if no session is in use. Otherwise
    /// another sign-in has been completed since, and its session is returned.
    ///
    /// The client is up to date after this call. After a sign-up, it has the [sign-up](Self::sign_up) and the
    /// [session](Self::active_session), even if a sign-in was under way beside it.
    ///
    /// The sign-in is the client's, whichever handle began it. After an answer to [`create`](crate::SignIn::create) was
    /// lost, it may be an older one: check its identifier.
    ///
    /// Call this after a dropped future, a timeout or a lost answer. Whatever the server did, nothing is lost.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`], [`ErrorKind::Transport`] or [`ErrorKind::Protocol`].
    pub async fn resume(&self) -> Result<Resumed, Error> {
        let client = self.refresh().await?;
        if let Some(attempt) = client.as_ref().and_then(|client| client.sign_in.clone()) {
            return Ok(Resumed::Attempt(AnySignIn::place(Core::new(self.clone(), attempt, None))));
        }
        let session = self.active_session();
        if let Some(id) = self.last_attempt_id() {
            match self.send(Request::GetSignIn(GetSignIn::new(&id))).await?.result {
                Ok(Answer::SignInAttempt(attempt)) if attempt.id == id => {
                    // If this attempt is not complete, the session comes from another one, which was completed since.
                    if attempt.status == Some(Status::Complete) || session.is_none() {
                        return Ok(Resumed::Attempt(AnySignIn::place(Core::new(self.clone(), attempt, None))));
                    }
                }
                Err(rejection) if rejection.status == http::StatusCode::NOT_FOUND => {}
                Err(rejection) => return Err(ErrorKind::Rejected(rejection).into()),
                Ok(_) => return Err(ErrorKind::Protocol("the answer is not the sign-in asked for".to_owned()).into()),
            }
        }
        if let Some(session) = session {
            return Ok(Resumed::Session(Box::new(session)));
        }
        Ok(self.sign_up().map_or(Resumed::Nothing, Resumed::SignUp))
    }

    /// Restores the sign-in of a checkpoint, in the state in which it was saved. No call is made.
    ///
    /// The server may have moved on since: [`refresh`](AnySignIn::refresh) or the next step finds out.
    ///
    /// # Errors
    /// [`ErrorKind::Checkpoint`] if the checkpoint has another version, or names no sign-in that can go on.
    pub fn restore(&self, checkpoint: Checkpoint) -> Result<AnySignIn, Error> {
        let sign_in = checkpoint.restore(self.clone())?;
        if let Some(id) = sign_in.id() {
            self.remember_attempt(id);
        }
        Ok(sign_in)
    }
}
