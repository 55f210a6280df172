//! Finding a sign-in again: after a timeout, a lost answer, a restart.

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
    /// No sign-in is under way, and this session is in use: signed in already. Make it the app's with
    /// [`Client::set_active`].
    Session(Box<wire::Session>),
    /// Neither, and a sign-up is under way that lacks something.
    SignUp(SignUp),
    /// None of these. [`Client::sign_in`] begins a new one.
    Nothing,
}

impl Client {
    /// Asks the server what it holds for this client: `GET /v1/client`, and `GET /v1/client/sign_ins/{id}` if the
    /// sign-in seen last is no longer named there. That one counts if it is complete; else another has been completed since, and
    /// its session is what is found.
    ///
    /// Whoever signed up finds the [sign-up](Self::sign_up) and the [session](Self::active_session) in the client, which is up to
    /// date after this call, whatever sign-in was under way beside it.
    ///
    /// It is the client's sign-in, whichever handle began it: after an answer to [`create`](crate::SignIn::create) was lost, it
    /// may be an older one, which its identifier tells.
    ///
    /// This is the way on after a dropped future, a timeout or a lost answer: whatever the server did, nothing is lost.
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
                    // Another that was completed since may have replaced it, and then its session is what there is.
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

    /// The sign-in of a checkpoint, where it stood then. No call is made; the server may be further by now, which
    /// [`refresh`](AnySignIn::refresh) or the next step tells.
    ///
    /// # Errors
    /// [`ErrorKind::Checkpoint`] if it names no sign-in that can go on.
    pub fn restore(&self, checkpoint: Checkpoint) -> Result<AnySignIn, Error> {
        let sign_in = checkpoint.restore(self.clone())?;
        if let Some(id) = sign_in.id() {
            self.remember_attempt(id);
        }
        Ok(sign_in)
    }
}
