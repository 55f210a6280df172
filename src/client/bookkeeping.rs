//! The data that a client keeps about itself, and the order in which answers change it.

use std::sync::Arc;

use futures::Stream;
use futures::channel::mpsc::{UnboundedSender, unbounded};

use super::Received;
use super::captcha::Captchas;
use super::rotating_token::RotatingToken;
use crate::backend::Identity;
use crate::wire::{
    self, Answer, ClientUpdate, ErrorCode, Rejection, Response, Secret, SessionStatus, Timestamp, TokenUpdate,
};

pub(super) struct Bookkeeping {
    pub(super) token: RotatingToken,
    client: Option<Arc<wire::ClientResource>>,
    /// The number of the call whose answer contained the description of the client.
    client_from: u64,
    active_session_id: Option<String>,
    /// The id of the last attempt that an answer described. The client asks for this attempt if the server no longer
    /// names it.
    attempt_id: Option<String>,
    /// The proof that this client asked for the link that leads back into the app.
    pub(super) code_verifier: Option<Secret>,
    pub(super) captchas: Captchas,
    observers: Vec<UnboundedSender<Arc<wire::ClientResource>>>,
}

impl Bookkeeping {
    pub(super) fn new(identity: Identity) -> Self {
        Self {
            token: RotatingToken::new(identity),
            client: None,
            client_from: 0,
            active_session_id: None,
            attempt_id: None,
            code_verifier: None,
            captchas: Captchas::default(),
            observers: Vec::new(),
        }
    }

    pub(super) fn client(&self) -> Option<Arc<wire::ClientResource>> {
        self.client.clone()
    }

    pub(super) fn active_session(&self) -> Option<&wire::Session> {
        let session = self.client.as_ref()?.session(self.active_session_id.as_deref()?)?;
        (session.status == Some(SessionStatus::Active)).then_some(session)
    }

    /// Adopts the session that the server reports as active, unless this client already has an active session.
    pub(super) fn adopt_active_session(&mut self) {
        if self.active_session().is_none() {
            self.active_session_id = self.client.as_ref().and_then(|client| client.last_active_session_id.clone());
        }
    }

    pub(super) fn attempt_id(&self) -> Option<&str> {
        self.attempt_id.as_deref()
    }

    pub(super) fn remember_attempt(&mut self, id: &str) {
        self.attempt_id = Some(id.to_owned());
    }

    pub(super) fn apply(&mut self, sequence: u64, response: Response) -> Received {
        if let Err(rejection) = &response.result {
            self.captchas.rejected(sequence, rejection);
        }
        let is_forgotten = |rejection: &Rejection| rejection.has(&ErrorCode::DevBrowserUnauthenticated);
        match &response.result {
            Err(rejection) if is_forgotten(rejection) => self.token.apply(sequence, TokenUpdate::Cleared),
            _ => self.token.apply(sequence, response.token),
        }
        let client = match response.client {
            ClientUpdate::Unchanged => None,
            ClientUpdate::Gone => {
                if sequence > self.client_from {
                    self.client = None;
                    self.client_from = sequence;
                }
                None
            }
            ClientUpdate::Known(client) => {
                let client = Arc::from(client);
                self.apply_client(sequence, &client);
                Some(client)
            }
        };
        if let Ok(Answer::SignInAttempt(attempt)) = &response.result {
            self.remember_attempt(&attempt.id);
        }
        Received { result: response.result, client }
    }

    pub(super) fn switch_to(&mut self, session: wire::Session) {
        self.active_session_id = Some(session.id.clone());
        self.attempt_id = None;
        if let Some(known) = &self.client {
            let mut client = wire::ClientResource::clone(known);
            client.last_active_session_id = Some(session.id.clone());
            match client.sessions.iter_mut().find(|known| known.id == session.id) {
                Some(known) => *known = session,
                None => client.sessions.push(session),
            }
            self.replace_client(Arc::new(client));
        }
    }

    pub(super) fn subscribe(&mut self) -> impl Stream<Item = Arc<wire::ClientResource>> + Send + Unpin + use<> {
        let (sender, receiver) = unbounded();
        self.observers.push(sender);
        receiver
    }

    fn apply_client(&mut self, sequence: u64, client: &Arc<wire::ClientResource>) {
        let order = |client: &wire::ClientResource, sequence| {
            (client.updated_at.unwrap_or(Timestamp::from_millis(0)), sequence)
        };
        let is_newer =
            self.client.as_ref().is_none_or(|known| order(client, sequence) > order(known, self.client_from));
        if is_newer {
            self.client_from = sequence;
            self.replace_client(Arc::clone(client));
        }
    }

    fn replace_client(&mut self, client: Arc<wire::ClientResource>) {
        self.observers.retain(|observer| observer.unbounded_send(Arc::clone(&client)).is_ok());
        self.client = Some(client);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(token: &str, updated_at: i64) -> Response {
        let client = wire::ClientResource {
            id: token.to_owned(),
            updated_at: Some(Timestamp::from_millis(updated_at)),
            ..wire::ClientResource::default()
        };
        let mut response = Response::new(Ok(Answer::Client));
        response.token = TokenUpdate::Replaced(token.into());
        response.client = ClientUpdate::Known(Box::new(client));
        response
    }

    fn held(known: &Bookkeeping) -> (&str, &str) {
        let Identity::Native { token: Some(token) } = known.token.identity() else { panic!("no token") };
        (token.expose(), &known.client.as_ref().unwrap().id)
    }

    #[test]
    fn an_overtaken_answer_changes_nothing() {
        let mut known = Bookkeeping::new(Identity::Native { token: None });
        let ((_, first), (_, second)) = (known.token.begin_call(), known.token.begin_call());
        known.apply(second, answer("second", 20));
        known.apply(first, answer("first", 10));
        assert_eq!(held(&known), ("second", "second"));
    }

    #[test]
    fn tokens_follow_call_order_and_clients_follow_updated_at() {
        let mut known = Bookkeeping::new(Identity::Native { token: None });
        let ((_, first), (_, second)) = (known.token.begin_call(), known.token.begin_call());
        // The server handled the second call first, so the answer to the first call describes a later state of the
        // client.
        known.apply(second, answer("second", 10));
        known.apply(first, answer("first", 20));
        assert_eq!(held(&known), ("second", "first"));
    }

    #[test]
    fn a_client_is_forgotten_unless_a_later_call_knows_it() {
        let gone = || {
            let mut response = Response::new(Ok(Answer::Client));
            response.client = ClientUpdate::Gone;
            response
        };
        let mut known = Bookkeeping::new(Identity::Native { token: None });
        let ((_, first), (_, second), (_, third)) =
            (known.token.begin_call(), known.token.begin_call(), known.token.begin_call());
        known.apply(second, answer("second", 10));
        known.apply(first, gone());
        assert_eq!(held(&known), ("second", "second"));
        known.apply(third, gone());
        assert!(known.client().is_none());
    }

    #[test]
    fn a_cleared_token_is_gone() {
        let mut known = Bookkeeping::new(Identity::Native { token: Some("old".into()) });
        let (_, sequence) = known.token.begin_call();
        let mut response = Response::new(Ok(Answer::Client));
        response.token = TokenUpdate::Cleared;
        known.apply(sequence, response);
        assert!(matches!(known.token.identity(), Identity::Native { token: None }));
    }
}
