//! The data that a client keeps about itself, and the rules that decide which answers may change this data.

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;

use super::Received;
use super::captcha::Captchas;
use super::changes::{Changes, Observers, Slot};
use super::rotating_token::{Call, RotatingToken};
use crate::backend::Identity;
use crate::wire::{
    self, Answer, ClientUpdate, ErrorCode, Rejection, Request, Response, Secret, SessionStatus, Timestamp, TokenUpdate,
};

pub(super) struct Bookkeeping {
    pub(super) token: RotatingToken,
    client: Option<Arc<wire::ClientResource>>,
    /// The number of the call whose answer contained the current description of the client.
    client_from: u64,
    /// The id of the client that the server most recently reported as gone. A late answer cannot bring that client
    /// back.
    gone: Option<String>,
    /// The ids of the sessions that ended on this client, from the earliest to the latest.
    ended: VecDeque<String>,
    active_session_id: Option<String>,
    /// The id of the attempt that an answer described last. If later answers no longer contain this attempt, the client
    /// asks the server for it.
    attempt_id: Option<String>,
    /// The code verifier. It proves that this client requested the link that leads back into the app.
    pub(super) code_verifier: Option<Secret>,
    pub(super) captchas: Captchas,
    observers: Observers,
    /// The observers that must be woken once the lock is released.
    to_wake: Vec<Arc<Slot>>,
}

/// The maximum number of ended sessions that a client remembers.
const ENDED_AT_MOST: usize = 64;

impl Bookkeeping {
    pub(super) fn new(identity: Identity) -> Self {
        Self {
            token: RotatingToken::new(identity),
            client: None,
            client_from: 0,
            gone: None,
            ended: VecDeque::new(),
            active_session_id: None,
            attempt_id: None,
            code_verifier: None,
            captchas: Captchas::default(),
            observers: Observers::default(),
            to_wake: Vec::new(),
        }
    }

    pub(super) fn client(&self) -> Option<Arc<wire::ClientResource>> {
        self.client.clone()
    }

    /// Returns `true` if a call must not overlap with another call.
    ///
    /// Every answer to a native client replaces the client's token, and the server accepts an older token only for a
    /// while. The server learns about a new browser from the browser's first call. If two first calls overlapped, the
    /// server would think that they came from two browsers.
    pub(super) const fn calls_go_out_alone(&self) -> bool {
        match self.token.identity() {
            Identity::Anonymous => false,
            Identity::Native { .. } => true,
            Identity::Cookie { token } | Identity::DevelopmentBrowser { token } => token.is_none(),
        }
    }

    /// Begins a call, and returns the identity with which the call is sent.
    pub(super) fn begin_call(&mut self, request: &Request) -> (Identity, Call) {
        let client_id = self.client.as_ref().map(|client| client.id.clone());
        self.token.begin_call(client_id, request)
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

    pub(super) fn apply(&mut self, call: &Call, response: Response) -> Received {
        let sequence = call.sequence;
        if let Err(rejection) = &response.result {
            self.captchas.rejected(sequence, rejection);
        }
        let is_forgotten = |rejection: &Rejection| rejection.has(&ErrorCode::DevBrowserUnauthenticated);
        let had_token = self.token.identity().token().is_some();
        // This is determined first, because it depends on the current token, and the answer may replace that token.
        let is_of_another = self.is_of_another_client(call, &response.client);
        match &response.result {
            Err(rejection) if is_forgotten(rejection) => self.token.apply(call, TokenUpdate::Cleared),
            _ if is_of_another => {}
            _ => self.token.apply(call, response.token),
        }
        if had_token && self.token.identity().token().is_none() {
            // The server no longer knows the client. The next client will have its own sessions.
            self.replace_client(None);
            self.ended.clear();
        }
        let client = match response.client {
            ClientUpdate::Unchanged => None,
            ClientUpdate::Gone => {
                self.apply_gone(call);
                None
            }
            ClientUpdate::Known(_) if is_of_another => None,
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

    /// Makes the session the active session. Returns `false` if the session ended after the server had described it.
    pub(super) fn switch_to(&mut self, session: wire::Session) -> bool {
        if self.ended.contains(&session.id) {
            return false;
        }
        self.active_session_id = Some(session.id.clone());
        self.attempt_id = None;
        if let Some(known) = &self.client {
            let mut client = wire::ClientResource::clone(known);
            client.last_active_session_id = Some(session.id.clone());
            match client.sessions.iter_mut().find(|known| known.id == session.id) {
                Some(known) => *known = session,
                None => client.sessions.push(session),
            }
            self.replace_client(Some(Arc::new(client)));
        }
        true
    }

    pub(super) fn subscribe(&mut self) -> Changes {
        self.observers.subscribe()
    }

    /// Returns the observers that the caller must wake after releasing the lock.
    pub(super) fn take_observers_to_wake(&mut self) -> Vec<Arc<Slot>> {
        mem::take(&mut self.to_wake)
    }

    /// Returns `true` if an answer describes a different client, or a client that no longer exists.
    ///
    /// If the server no longer knows a client, it can replace that client with a new one. It does so for a browser that
    /// is registered with a development instance (the browser's token stays the same). It also does so for a request
    /// that creates a client.
    fn is_of_another_client(&self, call: &Call, update: &ClientUpdate) -> bool {
        let ClientUpdate::Known(client) = update else { return false };
        if self.gone.as_ref() == Some(&client.id) {
            return true;
        }
        let Some(known) = &self.client else { return !self.token.is_current(call) };
        if known.id == client.id {
            return false;
        }
        let is_latest = self.token.is_current(call) && call.client_id.as_ref() == Some(&known.id);
        let may_replace =
            call.may_create_client || matches!(self.token.identity(), Identity::DevelopmentBrowser { .. });
        !(is_latest && may_replace)
    }

    /// Forgets the client for which the call was made, unless another client has replaced it.
    fn apply_gone(&mut self, call: &Call) {
        let known = self.client.as_ref().map(|client| &client.id);
        if known.is_some() && known == call.client_id.as_ref() {
            self.gone = known.cloned();
            self.replace_client(None);
        }
    }

    fn apply_client(&mut self, sequence: u64, client: &Arc<wire::ClientResource>) {
        let order = |client: &wire::ClientResource, sequence| {
            (client.updated_at.unwrap_or(Timestamp::from_millis(0)), sequence)
        };
        let replaced = self.client.as_ref().filter(|known| known.id != client.id).map(|known| known.id.clone());
        let is_newer =
            self.client.as_ref().is_none_or(|known| order(client, sequence) > order(known, self.client_from));
        if is_newer || replaced.is_some() {
            self.gone = replaced.or_else(|| self.gone.take());
            self.client_from = sequence;
            self.replace_client(Some(Arc::clone(client)));
        }
    }

    fn replace_client(&mut self, client: Option<Arc<wire::ClientResource>>) {
        if client.is_none() && self.client.is_none() {
            return;
        }
        let is_usable =
            |session: &wire::Session| matches!(session.status, Some(SessionStatus::Active | SessionStatus::Pending));
        let lives = |id: &str| client.as_ref().and_then(|client| client.session(id)).is_some_and(is_usable);
        let before = self.client.iter().flat_map(|client| &client.sessions).filter(|session| is_usable(session));
        let ended: Vec<String> =
            before.filter(|session| !lives(&session.id)).map(|session| session.id.clone()).collect();
        self.ended.extend(ended);
        self.ended.drain(..self.ended.len().saturating_sub(ENDED_AT_MOST));
        self.to_wake.extend(self.observers.show(&client));
        self.client = client;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(token: TokenUpdate, client: ClientUpdate) -> Response {
        let mut response = Response::new(Ok(Answer::Client));
        (response.token, response.client) = (token, client);
        response
    }

    fn client(id: &str, updated_at: i64, sessions: &[&str]) -> ClientUpdate {
        let session = |id: &&str| wire::Session {
            id: (*id).to_owned(),
            status: Some(SessionStatus::Active),
            ..wire::Session::default()
        };
        ClientUpdate::Known(Box::new(wire::ClientResource {
            id: id.to_owned(),
            updated_at: Some(Timestamp::from_millis(updated_at)),
            sessions: sessions.iter().map(session).collect(),
            last_active_session_id: sessions.first().map(|id| (*id).to_owned()),
            ..wire::ClientResource::default()
        }))
    }

    fn answer(token: &str, updated_at: i64) -> Response {
        response(TokenUpdate::Replaced(token.into()), client("client_1", updated_at, &["sess_1"]))
    }

    fn gone() -> Response {
        response(TokenUpdate::Unchanged, ClientUpdate::Gone)
    }

    fn native(token: &str) -> Bookkeeping {
        Bookkeeping::new(Identity::Native { token: Some(token.into()) })
    }

    fn token(known: &Bookkeeping) -> Option<&str> {
        known.token.identity().token().map(Secret::expose)
    }

    #[test]
    fn late_answers_and_rejections_never_cost_the_token() {
        let mut known = native("T0");
        let ((_, a), (_, b)) = (known.begin_call(&Request::GetClient), known.begin_call(&Request::GetClient));
        // The server handled call B before call A, so A's answer contains the newer token.
        known.apply(&a, answer("T2", 20));
        let (_, c) = known.begin_call(&Request::GetClient);
        known.apply(&b, answer("T1", 10));
        assert_eq!(token(&known), Some("T2"), "B's answer is late");
        let (_, d) = known.begin_call(&Request::GetClient);
        known.apply(&c, answer("T3", 30));
        // The server rejects the token that call D sent, but that token is no longer the current one, so the current
        // one stays.
        known.apply(&d, response(TokenUpdate::Cleared, ClientUpdate::Unchanged));
        assert_eq!(token(&known), Some("T3"));
    }

    #[test]
    fn a_rejection_of_the_current_token_clears_it() {
        let mut known = native("old");
        let (_, call) = known.begin_call(&Request::GetClient);
        known.apply(&call, response(TokenUpdate::Cleared, ClientUpdate::Unchanged));
        assert_eq!(token(&known), None);
    }

    #[test]
    fn a_client_whose_token_is_rejected_is_gone() {
        let mut known = native("T0");
        let (_, first) = known.begin_call(&Request::GetClient);
        known.apply(&first, answer("T1", 10));
        let (_, late) = known.begin_call(&Request::GetClient);
        let (_, second) = known.begin_call(&Request::GetClient);
        known.apply(&second, response(TokenUpdate::Cleared, ClientUpdate::Unchanged));
        known.apply(&late, answer("T2", 20));
        assert!(known.client().is_none() && known.active_session().is_none() && token(&known).is_none());
    }

    #[test]
    fn an_older_description_never_replaces_a_newer_one() {
        let mut known = native("T0");
        let ((_, first), (_, second)) = (known.begin_call(&Request::GetClient), known.begin_call(&Request::GetClient));
        known.apply(&first, answer("T1", 20));
        known.apply(&second, answer("T2", 10));
        assert_eq!(known.client().unwrap().updated_at, Some(Timestamp::from_millis(20)));
    }

    #[test]
    fn a_client_that_is_gone_does_not_come_back() {
        let mut known = native("T0");
        let (_, first) = known.begin_call(&Request::GetClient);
        known.apply(&first, answer("T1", 10));
        let ((_, late), (_, delete)) = (known.begin_call(&Request::GetClient), known.begin_call(&Request::GetClient));
        known.apply(&delete, gone());
        known.apply(&late, answer("T2", 20));
        assert!(known.client().is_none() && known.active_session().is_none());
        // A new client is accepted. A late answer, which says that the old client is gone, does not remove the new
        // client.
        let (_, next) = known.begin_call(&Request::GetClient);
        known.apply(&next, response(TokenUpdate::Replaced("N1".into()), client("client_2", 5, &[])));
        known.apply(&late, gone());
        assert_eq!(known.client().unwrap().id, "client_2");
    }

    #[test]
    fn an_answer_about_another_client_changes_nothing() {
        let mut known = native("T0");
        let (_, first) = known.begin_call(&Request::GetClient);
        known.apply(&first, answer("T1", 10));
        let (_, second) = known.begin_call(&Request::GetClient);
        known.apply(&second, response(TokenUpdate::Replaced("X".into()), client("client_2", 20, &["sess_x"])));
        assert_eq!((token(&known), known.client().unwrap().id.as_str()), (Some("T1"), "client_1"));
    }

    #[test]
    fn a_new_client_takes_the_place_of_one_that_the_server_forgot() {
        let new = || response(TokenUpdate::Replaced("N1".into()), client("client_2", 5, &[]));
        let mut known = Bookkeeping::new(Identity::Cookie { token: Some("T0".into()) });
        let (_, first) = known.begin_call(&Request::GetClient);
        known.apply(&first, answer("T1", 10));
        let (_, late) = known.begin_call(&Request::GetClient);
        let (_, create) = known.begin_call(&Request::CreateClient);
        known.apply(&create, new());
        known.apply(&late, answer("T2", 20));
        assert_eq!((token(&known), known.client().unwrap().id.as_str()), (Some("N1"), "client_2"));

        let mut known = Bookkeeping::new(Identity::DevelopmentBrowser { token: Some("T0".into()) });
        for (id, updated_at) in [("client_1", 10), ("client_2", 20)] {
            let (_, call) = known.begin_call(&Request::GetClient);
            known.apply(&call, response(TokenUpdate::Unchanged, client(id, updated_at, &[])));
            assert_eq!(known.client().unwrap().id, id);
        }
    }

    #[test]
    fn an_ended_session_is_not_taken_into_use() {
        let mut known = native("T0");
        let (_, first) = known.begin_call(&Request::GetClient);
        known.apply(&first, answer("T1", 10));
        let session = known.client().unwrap().sessions[0].clone();
        assert!(known.switch_to(session.clone()) && known.active_session().is_some());
        let (_, second) = known.begin_call(&Request::GetClient);
        known.apply(&second, response(TokenUpdate::Unchanged, client("client_1", 20, &[])));
        assert!(!known.switch_to(session));
        assert!(known.active_session().is_none());
    }

    #[test]
    fn a_browser_takes_turns_only_until_it_has_its_token() {
        for (token, alone) in [(None, true), (Some("cookie".into()), false)] {
            assert_eq!(Bookkeeping::new(Identity::Cookie { token }).calls_go_out_alone(), alone);
        }
        assert!(native("T0").calls_go_out_alone());
        assert!(!Bookkeeping::new(Identity::Anonymous).calls_go_out_alone());
    }

    #[test]
    fn a_slow_observer_gets_the_latest_description_only() {
        use futures::{FutureExt as _, StreamExt as _};

        let mut known = native("T0");
        let mut changes = known.subscribe();
        for (number, token) in ["T1", "T2", "T3"].into_iter().enumerate() {
            let (_, call) = known.begin_call(&Request::GetClient);
            known.apply(&call, answer(token, i64::try_from(number).unwrap()));
        }
        let latest = changes.next().now_or_never().unwrap().unwrap();
        assert_eq!(latest.unwrap().updated_at, Some(Timestamp::from_millis(2)));
        assert!(changes.next().now_or_never().is_none(), "nothing is queued");
        let (_, call) = known.begin_call(&Request::GetClient);
        known.apply(&call, gone());
        assert!(changes.next().now_or_never().unwrap().unwrap().is_none(), "the client is gone");
        drop(known);
        assert!(changes.next().now_or_never().unwrap().is_none(), "the stream has ended");
    }
}
