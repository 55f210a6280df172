//! The data that a client keeps about itself, and the rules that decide which answers may change this data.

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;

use http::StatusCode;

use super::Received;
use super::captcha::Captchas;
use super::rotating_token::{Call, RotatingToken};
use crate::backend::Identity;
use crate::fault_switches::without;
use crate::observers::{Changes, Observers, Slot};
use crate::wire::{
    self, Answer, ClientUpdate, Forgotten, Request, Response, Secret, SessionStatus, Timestamp, TokenUpdate,
};

/// A description of the client; `None` if the client is gone.
type Description = Option<Arc<wire::ClientResource>>;

pub(super) struct Bookkeeping {
    pub(super) token: RotatingToken,
    client: Option<Arc<wire::ClientResource>>,
    /// The number of the call whose answer contained the current description of the client.
    client_from: u64,
    /// The number of calls that had begun when the current description arrived.
    client_arrived: u64,
    /// The number of clients that this value has stood for. An answer to a call of an earlier client changes nothing.
    generation: u64,
    /// The number of descriptions that the client took over from the server.
    descriptions: u64,
    /// The ids of the sessions that ended on this client, from the earliest to the latest.
    ended: VecDeque<String>,
    active_session_id: Option<String>,
    /// The id of the attempt that an answer described last. If later answers no longer contain this attempt, the client
    /// asks the server for it.
    attempt_id: Option<String>,
    /// The number of the call that described this attempt.
    attempt_from: u64,
    /// The code verifier. It proves that this client requested the link that leads back into the app.
    pub(super) code_verifier: Option<Secret>,
    pub(super) captchas: Captchas,
    observers: Observers<Description>,
    /// The observers that must be woken once the lock is released.
    to_wake: Vec<Arc<Slot<Description>>>,
}

/// The moment at which an answer was applied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    /// The number of the client that made the call.
    generation: u64,
    /// The number of descriptions that the server had sent until then.
    descriptions: u64,
}

impl Stamp {
    /// The stamp of an answer that was not about this client. Its session never becomes active.
    const FOREIGN: Self = Self { generation: u64::MAX, descriptions: 0 };
}

/// The maximum number of ended sessions that a client remembers.
const ENDED_AT_MOST: usize = 64;

impl Bookkeeping {
    pub(super) fn new(identity: Identity) -> Self {
        Self {
            token: RotatingToken::new(identity),
            client: None,
            client_from: 0,
            client_arrived: 0,
            generation: 0,
            descriptions: 0,
            ended: VecDeque::new(),
            active_session_id: None,
            attempt_id: None,
            attempt_from: 0,
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
    pub(super) fn calls_go_out_alone(&self) -> bool {
        match self.token.identity() {
            Identity::Anonymous => false,
            Identity::Native { .. } => !without("a native client makes one call at a time"),
            Identity::Cookie { token } | Identity::DevelopmentBrowser { token } => {
                token.is_none() && !without("the first call of a browser goes out alone")
            }
        }
    }

    /// Begins a call, and returns the identity with which the call is sent.
    pub(super) fn begin_call(&mut self, request: &Request) -> (Identity, Call) {
        let client_id = self.client.as_ref().map(|client| client.id.clone());
        self.token.begin_call(self.generation, client_id, request)
    }

    pub(super) fn active_session(&self) -> Option<&wire::Session> {
        let session = self.client.as_ref()?.session(self.active_session_id.as_deref()?)?;
        let is_active = session.status == Some(SessionStatus::Active) && !session.is_pending();
        let is_active = is_active || without("a pending session is not active");
        (is_active && !self.ended.contains(&session.id)).then_some(session)
    }

    /// Adopts the session that the server reports as active, unless this client already has an active session.
    pub(super) fn adopt_active_session(&mut self) {
        if self.active_session().is_none() && !without("refresh adopts the active session") {
            self.active_session_id = self.client.as_ref().and_then(|client| client.last_active_session_id.clone());
        }
    }

    pub(super) fn attempt_id(&self) -> Option<&str> {
        self.attempt_id.as_deref()
    }

    /// Remembers the attempt that the app continues.
    pub(super) fn remember_attempt(&mut self, id: &str) {
        self.set_attempt(Some(id.to_owned()));
    }

    fn set_attempt(&mut self, id: Option<String>) {
        // The calls that are under way now say nothing about it.
        self.attempt_from = self.token.calls_begun() + 1;
        self.attempt_id = id;
    }

    pub(super) fn forget_attempt(&mut self, id: &str) {
        self.attempt_id.take_if(|known| known == id);
    }

    /// Applies the answer to a call.
    pub(super) fn apply(&mut self, call: &Call, response: Response) -> Received {
        if call.generation != self.generation && !without("an answer to an earlier client changes nothing") {
            // The client that made the call is gone. The answer says nothing about the new client.
            let Response { result, date, .. } = response;
            return Received { result, client: None, is_client_lost: false, stamp: Stamp::FOREIGN, date };
        }
        if let Err(rejection) = &response.result {
            self.captchas.rejected(call.sequence, rejection);
        }
        let date = response.date;
        let rejection = response.result.as_ref().err();
        let forgotten = rejection.and_then(|rejection| rejection.forgotten(&call.subject));
        let forgotten = forgotten.filter(|_| !without("a rejection tells that the server forgot something"));
        // This is determined first, because it depends on the current token, and the answer may replace that token.
        let (is_current, is_of_another) =
            (self.token.is_current(call), self.is_of_another_client(call, &response.client));
        let had_token = self.token.identity().token().is_some();
        match forgotten {
            Some(Forgotten::Client) => self.token.apply(call, TokenUpdate::Cleared),
            _ if is_of_another => {}
            _ => self.token.apply(call, response.token),
        }
        let is_client_lost = had_token && self.token.identity().token().is_none();
        if is_client_lost {
            self.begin_anew();
            return Received { result: response.result, client: None, is_client_lost, stamp: self.stamp(), date };
        }
        let mut is_outdated = false;
        let client = match response.client {
            ClientUpdate::Unchanged => None,
            ClientUpdate::Gone => {
                self.apply_gone(call);
                None
            }
            ClientUpdate::Known(_) if is_of_another => None,
            ClientUpdate::Known(client) => {
                let client = Arc::from(client);
                is_outdated = !self.apply_client(call.sequence, &client);
                Some(client)
            }
        };
        // If the server did not accept an old token, it says nothing about the session.
        let was_accepted =
            is_current || rejection.is_some_and(|rejection| rejection.status != StatusCode::UNAUTHORIZED);
        match forgotten.filter(|_| was_accepted) {
            Some(Forgotten::Session(id)) => {
                self.end_sessions(|session| session.id == id);
                // An earlier answer that is still under way may describe this session.
                if !without("a session that the server forgot stays ended") {
                    self.remember_ended([id.to_owned()]);
                }
            }
            Some(Forgotten::Sessions) => self.end_sessions(|_| true),
            Some(Forgotten::Attempt(id)) => self.forget_attempt(id),
            Some(Forgotten::Client) | None => {}
        }
        if let Ok(Answer::SignInAttempt(attempt)) = &response.result
            && !is_of_another
        {
            self.apply_attempt(call, &attempt.id);
        }
        let stamp = match self.stamp() {
            _ if is_of_another && !without("a session of another client does not become active") => Stamp::FOREIGN,
            // A newer description has already arrived, so what this answer says may be outdated.
            stamp if is_outdated => Stamp { descriptions: 0, ..stamp },
            stamp => stamp,
        };
        Received { result: response.result, client, is_client_lost, stamp, date }
    }

    /// Drops the client and everything that belongs to it. The next call makes a new client.
    pub(super) fn forget(&mut self) {
        self.token.clear();
        self.code_verifier = None;
        self.begin_anew();
    }

    /// Begins a new client, because the old one is gone. Answers to calls of the old one will change nothing.
    fn begin_anew(&mut self) {
        self.generation += 1;
        self.replace_client(None);
        self.ended.clear();
        self.active_session_id = None;
        self.attempt_id = None;
    }

    /// Makes the session the active session. `stamp` is the moment of the answer that contained the session.
    ///
    /// Returns `false` if the client of that answer is gone, or if the session has ended since then.
    pub(super) fn switch_to(&mut self, session: wire::Session, stamp: Stamp) -> bool {
        let is_ended = self.ended.contains(&session.id) && !without("an ended session never becomes active");
        if stamp.generation != self.generation || is_ended {
            return false;
        }
        let id = session.id.clone();
        if let Some(known) = &self.client {
            let mut client = wire::ClientResource::clone(known);
            let is_description_newer =
                stamp.descriptions != self.descriptions && !without("a session does not overwrite a newer description");
            match client.sessions.iter_mut().find(|known| known.id == id) {
                Some(known) if is_description_newer && !known.is_usable() => return false,
                None if is_description_newer => return false,
                Some(_) if is_description_newer => {}
                Some(known) => *known = session,
                None => client.sessions.push(session),
            }
            client.last_active_session_id = Some(id.clone());
            self.replace_client(Some(Arc::new(client)));
        }
        self.active_session_id = Some(id);
        self.set_attempt(None);
        true
    }

    const fn stamp(&self) -> Stamp {
        Stamp { generation: self.generation, descriptions: self.descriptions }
    }

    pub(super) fn subscribe(&mut self) -> Changes<Description> {
        self.observers.subscribe()
    }

    /// Returns the observers that the caller must wake after releasing the lock.
    pub(super) fn take_observers_to_wake(&mut self) -> Vec<Arc<Slot<Description>>> {
        mem::take(&mut self.to_wake)
    }

    /// Returns `true` if an answer describes a different client.
    ///
    /// If the server no longer knows a client, it can replace that client with a new one. It does so for a browser that
    /// is registered with a development instance (the browser's token stays the same). It also does so for a request
    /// that creates a client.
    fn is_of_another_client(&self, call: &Call, update: &ClientUpdate) -> bool {
        let ClientUpdate::Known(client) = update else { return false };
        let Some(known) = &self.client else { return !self.token.is_current(call) };
        if known.id == client.id {
            return false;
        }
        if without("an answer about another client changes nothing") {
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
        if known.is_some() && known == call.client_id.as_ref() && !without("a client that is gone is forgotten") {
            self.begin_anew();
        }
    }

    /// Marks sessions as ended, because the server no longer knows them.
    fn end_sessions(&mut self, is_ended: impl Fn(&wire::Session) -> bool) {
        let Some(known) = &self.client else { return };
        if known.sessions.iter().any(|session| is_ended(session) && session.is_usable()) {
            let mut client = wire::ClientResource::clone(known);
            for session in client.sessions.iter_mut().filter(|session| is_ended(session)) {
                session.status = Some(SessionStatus::Ended);
            }
            self.replace_client(Some(Arc::new(client)));
        }
    }

    fn remember_ended(&mut self, ids: impl IntoIterator<Item = String>) {
        self.ended.extend(ids);
        self.ended.drain(..self.ended.len().saturating_sub(ENDED_AT_MOST));
    }

    /// Remembers the attempt that an answer describes.
    ///
    /// Only a new attempt takes the place of another. An app may still ask for an attempt that was replaced.
    fn apply_attempt(&mut self, call: &Call, id: &str) {
        if id.is_empty() || call.sequence < self.attempt_from {
            return;
        }
        let is_new = call.may_create_client || without("only a new attempt replaces another");
        if is_new || self.attempt_id.is_none() {
            self.attempt_from = call.sequence;
            self.attempt_id = Some(id.to_owned());
        }
    }

    /// Takes over the description, unless a newer one is known. Returns `true` if the description was taken over.
    ///
    /// A description is newer if its call began after the known description had arrived. If the two calls overlapped,
    /// the server's times decide. They do not decide otherwise, because a server can consist of several computers whose
    /// clocks differ.
    fn apply_client(&mut self, sequence: u64, client: &Arc<wire::ClientResource>) -> bool {
        let order = |client: &wire::ClientResource, sequence| {
            (client.updated_at.unwrap_or(Timestamp::from_millis(0)), sequence)
        };
        let is_another = self.client.as_ref().is_some_and(|known| known.id != client.id);
        let is_newer =
            self.client.as_ref().is_none_or(|known| order(client, sequence) > order(known, self.client_from));
        let is_caused_later = sequence > self.client_arrived && !without("a later call brings the newer description");
        let is_newer = is_newer || is_caused_later || without("an older description never replaces a newer one");
        if is_newer || is_another {
            if is_another {
                self.begin_anew();
            }
            (self.client_from, self.client_arrived) = (sequence, self.token.calls_begun());
            self.descriptions += 1;
            self.replace_client(Some(Arc::clone(client)));
            return true;
        }
        false
    }

    fn replace_client(&mut self, client: Option<Arc<wire::ClientResource>>) {
        if client.is_none() && self.client.is_none() {
            return;
        }
        let lives =
            |id: &str| client.as_ref().and_then(|client| client.session(id)).is_some_and(wire::Session::is_usable);
        let before = self.client.iter().flat_map(|client| &client.sessions).filter(|session| session.is_usable());
        let ended: Vec<String> =
            before.filter(|session| !lives(&session.id)).map(|session| session.id.clone()).collect();
        self.remember_ended(ended);
        self.to_wake.extend(self.observers.show(&client));
        self.client = client;
    }
}
