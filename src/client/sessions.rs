//! The sessions of a client.

use super::Client;
use crate::error::{Error, ErrorKind};
use crate::wire::{
    Answer, CreateSessionToken, Environment, OneSession, Rejection, Request, Session, SessionToken, Subject,
};

impl Client {
    /// Creates a session token for the app's own backend.
    ///
    /// Calls `POST /v1/client/sessions/{session_id}/tokens`. The token is valid for 60 seconds. After that time, create
    /// a new token.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] if the session does not belong to this client or has ended. [`ErrorKind::NotSent`],
    /// [`ErrorKind::Transport`] or [`ErrorKind::Protocol`] if no readable answer came.
    ///
    /// # Examples
    /// ```
    /// # use clerk_sign_in::fake::{FakeBackend, LINUS};
    /// # use clerk_sign_in::{AfterFirstFactor, Client};
    /// # futures::executor::block_on(async {
    /// # let client = Client::new(FakeBackend::demo());
    /// # let sent = client.sign_in().send_email_code(LINUS.email_address).await?;
    /// # let AfterFirstFactor::Complete(done) = sent.verify("424242").await? else { panic!() };
    /// let session = done.finalize().await?;
    /// let token = client.session_token(&session.session().id).await?;
    /// let authorization = format!("Bearer {}", token.jwt.expose());
    /// # assert_eq!(authorization.split('.').count(), 3);
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    pub async fn session_token(&self, session_id: &str) -> Result<SessionToken, Error> {
        match self.answer(Request::CreateSessionToken(CreateSessionToken::new(session_id))).await? {
            Answer::SessionToken(token) => Ok(token),
            _ => Err(unexpected("session token")),
        }
    }

    /// Signs out of one session of this client: `POST /v1/client/sessions/{session_id}/end`.
    ///
    /// The other sessions continue.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] if the session does not belong to this client or has already ended.
    /// [`ErrorKind::NotSent`], [`ErrorKind::Transport`] or [`ErrorKind::Protocol`] if no readable answer came.
    pub async fn end_session(&self, session_id: &str) -> Result<Session, Error> {
        match self.answer(Request::EndSession(OneSession::new(session_id))).await? {
            Answer::Session(session) => Ok(*session),
            _ => Err(unexpected("session")),
        }
    }

    /// Signs out of every session of this client: `DELETE /v1/client/sessions`.
    ///
    /// The server still recognises the client and still trusts it for the users who have signed in on it. If the server
    /// no longer knows the client or its sessions, nothing is left to end, so this is a success too.
    ///
    /// # Errors
    /// The kind of the error is [`ErrorKind::Rejected`], [`ErrorKind::NotSent`], [`ErrorKind::Transport`] or
    /// [`ErrorKind::Protocol`]. In this case, the user may still be signed in. [`forget`](Self::forget) drops the client
    /// without the server.
    pub async fn sign_out(&self) -> Result<(), Error> {
        match self.send(Request::EndSessions).await?.result {
            Err(rejection) if rejection.forgotten(&Subject::Sessions).is_none() => {
                Err(ErrorKind::Rejected(rejection).into())
            }
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Asks for the settings of the instance: `GET /v1/environment`.
    ///
    /// # Errors
    /// The kind of the error is [`ErrorKind::Rejected`], [`ErrorKind::NotSent`], [`ErrorKind::Transport`] or
    /// [`ErrorKind::Protocol`].
    pub async fn environment(&self) -> Result<Environment, Error> {
        match self.answer(Request::GetEnvironment).await? {
            Answer::Environment(environment) => Ok(*environment),
            _ => Err(unexpected("environment")),
        }
    }

    pub(crate) async fn answer(&self, request: Request) -> Result<Answer, Error> {
        self.send(request).await?.result.map_err(|rejection: Rejection| ErrorKind::Rejected(rejection).into())
    }
}

fn unexpected(what: &str) -> Error {
    ErrorKind::Protocol(format!("the answer is no {what}")).into()
}
