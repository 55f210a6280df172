//! A model of a strict server.
//!
//! The server accepts the token that a client presented last, every token that it has issued since then (up to 32), and
//! the token that the client presented before. It rejects any other token.

use std::collections::{BTreeMap, VecDeque};

use http::StatusCode;

use super::Ask;
use crate::backend::Identity;
use crate::wire::{
    self, Answer, ApiError, ClientUpdate, ErrorCode, Rejection, Response, SessionStatus, Timestamp, TokenUpdate,
};

/// The way in which the server identifies its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Native,
    Cookie,
    DevelopmentBrowser,
}

pub(super) struct Server {
    pub(super) kind: Kind,
    /// `true` if a rejection of a token also tells the client to drop the token.
    pub(super) says_that_the_token_is_cleared: bool,
    clients: Vec<Client>,
    /// The development browsers, and the client of each.
    browsers: BTreeMap<String, Option<usize>>,
    /// The clients to which tokens were issued, including tokens that the server no longer accepts.
    issued: BTreeMap<String, usize>,
    sessions: Vec<Session>,
    now: i64,
    numbers: u32,
}

#[derive(Default)]
struct Client {
    is_alive: bool,
    before: Option<String>,
    used: Option<String>,
    unused: VecDeque<String>,
    updated_at: i64,
}

struct Session {
    id: String,
    client: usize,
    ended_at: Option<i64>,
}

const UNUSED_AT_MOST: usize = 32;

impl Client {
    fn accepts(&self, token: &str) -> bool {
        self.is_alive
            && [&self.before, &self.used].into_iter().flatten().chain(&self.unused).any(|known| known == token)
    }

    fn present(&mut self, token: &str) {
        if let Some(place) = self.unused.iter().position(|unused| unused == token) {
            self.before = self.used.replace(token.to_owned());
            self.unused.drain(..=place);
        }
    }
}

impl Server {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            says_that_the_token_is_cleared: true,
            clients: Vec::new(),
            browsers: BTreeMap::new(),
            issued: BTreeMap::new(),
            sessions: Vec::new(),
            now: 1,
            numbers: 0,
        }
    }

    pub(super) fn new_identity(&self) -> Identity {
        match self.kind {
            Kind::Native => Identity::Native { token: None },
            Kind::Cookie => Identity::Cookie { token: None },
            Kind::DevelopmentBrowser => Identity::DevelopmentBrowser { token: None },
        }
    }

    /// Carries out a request.
    pub(super) fn handle(&mut self, identity: &Identity, ask: &Ask) -> Response {
        if *ask == Ask::Register {
            let token = self.new_name("browser");
            self.browsers.insert(token.clone(), None);
            let mut response = Response::new(Ok(Answer::DevelopmentBrowser));
            response.token = TokenUpdate::Replaced(token.into());
            return response;
        }
        let known = match self.caller(identity) {
            Ok(known) => known,
            Err(code) => return self.rejects_the_token(code),
        };
        let (client, is_new) = match known {
            Some(client) => (client, false),
            None if *ask == Ask::Read => {
                let mut response = Response::new(Ok(Answer::Client));
                response.client = ClientUpdate::Gone;
                if self.kind == Kind::Cookie && identity.token().is_some() {
                    response.token = TokenUpdate::Cleared;
                }
                return response;
            }
            None => (self.new_client(identity), true),
        };
        let sessions_before = self.sessions_of(client);
        let result = self.carry_out(client, ask);
        let mut response = Response::new(result);
        if !self.clients[client].is_alive {
            response.client = ClientUpdate::Gone;
            if self.kind != Kind::DevelopmentBrowser {
                response.token = TokenUpdate::Cleared;
            }
            return response;
        }
        response.client = ClientUpdate::Known(Box::new(self.describe(client)));
        let is_token_due = match self.kind {
            Kind::Native => true,
            Kind::Cookie => is_new || self.sessions_of(client) != sessions_before,
            Kind::DevelopmentBrowser => false,
        };
        if is_token_due {
            let token = self.new_name("token");
            self.issued.insert(token.clone(), client);
            let unused = &mut self.clients[client].unused;
            unused.push_back(token.clone());
            if unused.len() > UNUSED_AT_MOST {
                unused.pop_front();
            }
            response.token = TokenUpdate::Replaced(token.into());
        }
        response
    }

    /// Returns the client that makes a call, if it exists already.
    fn caller(&mut self, identity: &Identity) -> Result<Option<usize>, ErrorCode> {
        let Some(token) = identity.token().map(wire::Secret::expose) else { return Ok(None) };
        if self.kind == Kind::DevelopmentBrowser {
            let client = self.browsers.get(token).ok_or(ErrorCode::DevBrowserUnauthenticated)?;
            return Ok(client.filter(|&client| self.clients[client].is_alive));
        }
        let Some(client) = self.clients.iter().position(|client| client.accepts(token)) else {
            return if self.kind == Kind::Native { Err(ErrorCode::AuthenticationInvalid) } else { Ok(None) };
        };
        self.clients[client].present(token);
        Ok(Some(client))
    }

    fn rejects_the_token(&self, code: ErrorCode) -> Response {
        let mut response = Response::new(Err(Rejection::new(StatusCode::UNAUTHORIZED, ApiError::new(code, "No."))));
        if self.says_that_the_token_is_cleared {
            response.token = TokenUpdate::Cleared;
        }
        response
    }

    fn new_client(&mut self, identity: &Identity) -> usize {
        let updated_at = self.tick();
        self.clients.push(Client { is_alive: true, updated_at, ..Client::default() });
        let client = self.clients.len() - 1;
        if let Identity::DevelopmentBrowser { token: Some(token) } = identity {
            self.browsers.insert(token.expose().to_owned(), Some(client));
        }
        client
    }

    fn carry_out(&mut self, client: usize, ask: &Ask) -> Result<Answer, Rejection> {
        match ask {
            Ask::Register | Ask::Read => {}
            Ask::Create => self.change(client),
            Ask::Complete => {
                let id = self.new_name("sess");
                self.change(client);
                self.sessions.push(Session { id, client, ended_at: None });
            }
            Ask::Touch(id) | Ask::SessionToken(id) | Ask::EndSession(id) => {
                let lives = |session: &Session| session.client == client && session.ended_at.is_none();
                if !self.sessions.iter().any(|session| session.id == *id && lives(session)) {
                    let error = ApiError::new(ErrorCode::ResourceNotFound, "No.");
                    return Err(Rejection::new(StatusCode::NOT_FOUND, error));
                }
                match ask {
                    Ask::EndSession(_) => self.end(id),
                    Ask::Touch(_) => {
                        self.change(client);
                        return Ok(Answer::Session(Box::new(description(id, true))));
                    }
                    _ => {}
                }
            }
            Ask::EndSessions => {
                for id in self.sessions_of(client) {
                    self.end(&id);
                }
            }
            Ask::Delete => self.forget(client),
        }
        Ok(Answer::Client)
    }

    fn end(&mut self, id: &str) {
        let Some(place) = self.sessions.iter().position(|session| session.id == id) else { return };
        self.change(self.sessions[place].client);
        self.sessions[place].ended_at = Some(self.now);
    }

    fn forget(&mut self, client: usize) {
        for id in self.sessions_of(client) {
            self.end(&id);
        }
        self.clients[client].is_alive = false;
    }

    pub(super) fn end_a_session(&mut self, which: u8) {
        let live: Vec<_> = self.sessions.iter().filter(|session| session.ended_at.is_none()).collect();
        if let Some(session) = live.get(usize::from(which) % live.len().max(1)) {
            let id = session.id.clone();
            self.end(&id);
        }
    }

    pub(super) fn forget_clients(&mut self) {
        for client in 0..self.clients.len() {
            self.forget(client);
        }
    }

    fn change(&mut self, client: usize) {
        self.clients[client].updated_at = self.tick();
    }

    fn tick(&mut self) -> i64 {
        self.now += 1;
        self.now
    }

    fn new_name(&mut self, kind: &str) -> String {
        self.numbers += 1;
        format!("{kind}_{}", self.numbers)
    }

    fn describe(&self, client: usize) -> wire::ClientResource {
        let sessions = self.sessions.iter().filter(|session| session.client == client);
        wire::ClientResource {
            id: format!("client_{client}"),
            updated_at: Some(Timestamp::from_millis(self.clients[client].updated_at)),
            sessions: sessions.map(|session| description(&session.id, session.ended_at.is_none())).collect(),
            ..wire::ClientResource::default()
        }
    }

    fn sessions_of(&self, client: usize) -> Vec<String> {
        let live = self.sessions.iter().filter(|session| session.client == client && session.ended_at.is_none());
        live.map(|session| session.id.clone()).collect()
    }

    /// All sessions that there ever were.
    pub(super) fn sessions(&self) -> Vec<String> {
        self.sessions.iter().map(|session| session.id.clone()).collect()
    }

    pub(super) fn description_of(&self, id: &str) -> Option<wire::ClientResource> {
        let client = (0..self.clients.len()).find(|client| format!("client_{client}") == id)?;
        self.clients[client].is_alive.then(|| self.describe(client))
    }

    /// The client to which this token was issued.
    pub(super) fn client_that_had(&self, token: &str) -> Option<usize> {
        self.issued.get(token).copied().or_else(|| self.browsers.get(token).copied().flatten())
    }

    pub(super) fn is_alive(&self, client: usize) -> bool {
        self.clients[client].is_alive
    }

    pub(super) fn accepts(&self, token: &str) -> bool {
        self.browsers.contains_key(token) || self.clients.iter().any(|client| client.accepts(token))
    }

    /// Returns `true` if the client that makes a call with this identity still exists.
    pub(super) fn holds(&self, identity: &Identity) -> bool {
        let client = identity.token().and_then(|token| self.client_that_had(token.expose()));
        client.is_some_and(|client| self.is_alive(client))
    }

    /// Returns `true` if the session had ended when the client was described with this time.
    pub(super) fn ended_by(&self, session_id: &str, updated_at: Option<Timestamp>) -> bool {
        let session = self.sessions.iter().find(|session| session.id == session_id);
        let ended_at = session.and_then(|session| session.ended_at);
        ended_at.zip(updated_at).is_some_and(|(ended_at, updated_at)| ended_at <= updated_at.as_millis())
    }
}

fn description(id: &str, is_active: bool) -> wire::Session {
    let status = if is_active { SessionStatus::Active } else { SessionStatus::Ended };
    wire::Session { id: id.to_owned(), status: Some(status), ..wire::Session::default() }
}

/// An answer that was meant for another client.
pub(super) fn answer_of_another_client() -> Response {
    let mut response = Response::new(Ok(Answer::Client));
    response.token = TokenUpdate::Replaced("token_of_another".into());
    response.client = ClientUpdate::Known(Box::new(wire::ClientResource {
        id: "client_of_another".to_owned(),
        updated_at: Some(Timestamp::from_millis(i64::MAX)),
        sessions: vec![description("sess_of_another", true)],
        ..wire::ClientResource::default()
    }));
    response
}
