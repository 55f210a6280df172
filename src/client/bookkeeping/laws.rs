//! The laws of the bookkeeping, checked for arbitrary interleavings of calls against a model of a strict server.
//!
//! `CLERK_INTERLEAVINGS` sets the number of interleavings.

mod server;

use proptest::prelude::*;
use proptest::test_runner::Config;

use super::*;
use crate::wire::{AttemptFactor, CreateSessionToken, CreateSignIn, OneSession, TouchSession};
use server::{Kind, Server};

/// The maximum number of losses in a row. A server that accepts 32 unused tokens survives them.
const LOSSES_IN_A_ROW: usize = 8;

/// The maximum number of calls that are under way at the same time.
const CALLS_AT_ONCE: usize = 12;

/// A request of the model, which stands for a kind of requests.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ask {
    Register,
    Read,
    Create,
    /// Completes a sign-in, which creates a session.
    Complete,
    Touch(String),
    SessionToken(String),
    EndSession(String),
    EndSessions,
    Delete,
}

impl Ask {
    fn request(&self) -> Request {
        match self {
            Self::Register => Request::CreateDevelopmentBrowser,
            Self::Read => Request::GetClient,
            Self::Create => Request::CreateSignIn(CreateSignIn::new()),
            Self::Complete => Request::AttemptFirstFactor(AttemptFactor::password("sia_1", "password")),
            Self::Touch(id) => Request::TouchSession(TouchSession::select(id)),
            Self::SessionToken(id) => Request::CreateSessionToken(CreateSessionToken::new(id)),
            Self::EndSession(id) => Request::EndSession(OneSession::new(id)),
            Self::EndSessions => Request::EndSessions,
            Self::Delete => Request::DeleteClient,
        }
    }
}

/// A call that is under way.
struct UnderWay {
    call: Call,
    identity: Identity,
    ask: Ask,
    /// The server's answer, once the server has handled the request.
    answer: Option<Response>,
    /// `true` if the app no longer waits for the answer.
    is_dropped: bool,
}

/// An event. Numbers choose one of the possible calls or sessions.
#[derive(Clone, Debug)]
enum Event {
    Begin(u8, u8),
    Handle(u8),
    Answer(u8),
    /// The app waits no longer, or learns that no answer comes. The request may still arrive at the server.
    Lose(u8),
    /// Another client's answer arrives instead of the right one.
    Mistake(u8),
    Navigated(u8),
    ServerEndsSession(u8),
    ServerForgetsClient,
    Forget,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        12 => (any::<u8>(), any::<u8>()).prop_map(|(ask, which)| Event::Begin(ask, which)),
        12 => any::<u8>().prop_map(Event::Handle),
        10 => any::<u8>().prop_map(Event::Answer),
        4 => any::<u8>().prop_map(Event::Lose),
        1 => any::<u8>().prop_map(Event::Mistake),
        2 => any::<u8>().prop_map(Event::Navigated),
        1 => any::<u8>().prop_map(Event::ServerEndsSession),
        1 => Just(Event::ServerForgetsClient),
        1 => Just(Event::Forget),
    ]
}

/// The app, its client's bookkeeping, and the server.
struct World {
    known: Bookkeeping,
    server: Server,
    /// `true` if the client's calls go out as `calls_go_out_alone` says. Otherwise all of them go out at once.
    in_turns: bool,
    under_way: Vec<UnderWay>,
    losses_in_a_row: usize,
    /// Sessions that were touched, and that become active as soon as the app has navigated.
    navigating: Vec<(wire::Session, Stamp)>,
    /// The ids of the sessions that the server said it did not know.
    told: Vec<String>,
}

impl World {
    fn new(kind: Kind, in_turns: bool) -> Self {
        let server = Server::new(kind);
        Self {
            known: Bookkeeping::new(server.new_identity()),
            server,
            in_turns,
            under_way: Vec::new(),
            losses_in_a_row: 0,
            navigating: Vec::new(),
            told: Vec::new(),
        }
    }

    fn token(&self) -> Option<String> {
        self.known.token.identity().token().map(|token| token.expose().to_owned())
    }

    fn happen(&mut self, event: &Event) {
        let before = (self.token(), self.known.client());
        match *event {
            Event::Begin(ask, which) => self.begin(ask, which),
            Event::Handle(which) => self.handle(which),
            Event::Answer(which) => self.answer(which),
            Event::Lose(which) => self.lose(which),
            Event::Mistake(which) => self.mistake(which),
            Event::Navigated(which) => self.navigated(which),
            Event::ServerEndsSession(which) => self.server.end_a_session(which),
            Event::ServerForgetsClient => self.server.forget_clients(),
            Event::Forget => {
                self.known.forget();
                self.told.clear();
                return;
            }
        }
        self.check(before);
    }

    fn begin(&mut self, ask: u8, which: u8) {
        let waits = self.under_way.iter().filter(|call| !call.is_dropped).count();
        if self.under_way.len() >= CALLS_AT_ONCE || (self.in_turns && self.known.calls_go_out_alone() && waits > 0) {
            return;
        }
        let sessions = self.server.sessions();
        let session = |which: u8| match sessions.get(usize::from(which) % sessions.len().max(1)) {
            Some(id) => id.clone(),
            None => "sess_none".to_owned(),
        };
        let ask = match ask % 16 {
            _ if self.server.kind == Kind::DevelopmentBrowser && self.token().is_none() => Ask::Register,
            0..=2 => Ask::Read,
            3..=4 => Ask::Create,
            5..=7 => Ask::Complete,
            8..=10 => Ask::Touch(session(which)),
            11..=12 => Ask::SessionToken(session(which)),
            13 => Ask::EndSession(session(which)),
            14 => Ask::EndSessions,
            _ => Ask::Delete,
        };
        self.send(ask);
    }

    fn send(&mut self, ask: Ask) {
        let (identity, call) = self.known.begin_call(&ask.request());
        self.under_way.push(UnderWay { call, identity, ask, answer: None, is_dropped: false });
    }

    fn chosen(&self, which: u8, fits: impl Fn(&UnderWay) -> bool) -> Option<usize> {
        let fitting: Vec<_> = (0..self.under_way.len()).filter(|&place| fits(&self.under_way[place])).collect();
        fitting.get(usize::from(which) % fitting.len().max(1)).copied()
    }

    fn handle(&mut self, which: u8) {
        let Some(place) = self.chosen(which, |call| call.answer.is_none()) else { return };
        let UnderWay { identity, ask, is_dropped, .. } = &self.under_way[place];
        let answer = self.server.handle(identity, ask);
        if self.in_turns && !is_dropped {
            let is_unauthorized =
                answer.result.as_ref().is_err_and(|rejection| rejection.status == StatusCode::UNAUTHORIZED);
            assert!(!is_unauthorized || !self.server.holds(identity), "the server refuses a call of a client it holds");
        }
        if *is_dropped {
            self.under_way.remove(place);
        } else {
            self.under_way[place].answer = Some(answer);
        }
    }

    fn answer(&mut self, which: u8) {
        let Some(place) = self.chosen(which, |call| call.answer.is_some()) else { return };
        let UnderWay { call, ask, answer, .. } = self.under_way.remove(place);
        self.apply(&call, &ask, answer.unwrap());
    }

    fn apply(&mut self, call: &Call, ask: &Ask, answer: Response) {
        self.losses_in_a_row = 0;
        let received = self.known.apply(call, answer);
        match (received.result, ask) {
            (Ok(Answer::Session(session)), Ask::Touch(_)) => self.navigating.push((*session, received.stamp)),
            (Err(rejection), Ask::SessionToken(id) | Ask::Touch(id))
                if rejection.status == StatusCode::NOT_FOUND && call.generation == self.known.generation =>
            {
                self.told.push(id.clone());
            }
            _ => {}
        }
        if received.is_client_lost {
            self.told.clear();
        }
    }

    fn lose(&mut self, which: u8) {
        let Some(place) = self.chosen(which, |call| !call.is_dropped) else { return };
        if self.losses_in_a_row >= LOSSES_IN_A_ROW {
            return;
        }
        self.losses_in_a_row += 1;
        if self.under_way[place].answer.is_some() {
            self.under_way.remove(place);
        } else {
            self.under_way[place].is_dropped = true;
        }
    }

    fn mistake(&mut self, which: u8) {
        // A request for a new client, and any request of a development browser, may be answered with a new client.
        let fits = |call: &UnderWay| !call.is_dropped && !matches!(call.ask, Ask::Create | Ask::Register);
        let Some(place) = self.chosen(which, fits) else { return };
        if self.server.kind == Kind::DevelopmentBrowser || self.known.client.is_none() {
            return;
        }
        let before = (self.token(), self.known.client(), self.known.active_session_id.clone());
        let UnderWay { call, .. } = self.under_way.remove(place);
        self.known.apply(&call, server::answer_of_another_client());
        let after = (self.token(), self.known.client(), self.known.active_session_id.clone());
        assert_eq!(before, after, "an answer about another client changed this one");
    }

    fn navigated(&mut self, which: u8) {
        if self.navigating.is_empty() {
            return;
        }
        let (session, stamp) = self.navigating.remove(usize::from(which) % self.navigating.len());
        let id = session.id.clone();
        if self.known.switch_to(session, stamp) {
            assert!(!self.told.contains(&id), "a session that the server did not know became active");
        }
    }

    fn check(&mut self, before: (Option<String>, Option<Arc<wire::ClientResource>>)) {
        let (token, client) = before;
        if let Some(token) = token
            && self.token().is_none_or(|now| now != token)
        {
            // The token changed, so its client must be gone, or the new token must be of the same client.
            let was = self.server.client_that_had(&token);
            let is = self.token().and_then(|token| self.server.client_that_had(&token));
            assert!(is == was || was.is_none_or(|was| !self.server.is_alive(was)), "the identity was lost");
        }
        if let Some(token) = self.token()
            && let Some(holder) = self.server.client_that_had(&token)
            && self.server.is_alive(holder)
        {
            assert!(self.server.accepts(&token), "the server would reject the token");
        }
        if let (Some(before), Some(now)) = (client, self.known.client())
            && before.id == now.id
        {
            assert!(before.updated_at <= now.updated_at, "an older description replaced a newer one");
        }
        if let Some(client) = &self.known.client {
            for session in client.sessions.iter().filter(|session| session.is_usable()) {
                let has_ended = self.server.ended_by(&session.id, client.updated_at);
                assert!(!has_ended, "a session that had ended is described as usable");
            }
        }
        if let Some(active) = self.known.active_session() {
            assert!(!self.told.contains(&active.id), "a session that the server does not know is active");
        }
    }

    /// Whatever happened, a few calls later the client and the server agree.
    fn settle(&mut self) {
        self.under_way.clear();
        for ask in [Ask::Create, Ask::Create, Ask::Create, Ask::Read] {
            let ask = match ask {
                _ if self.server.kind == Kind::DevelopmentBrowser && self.token().is_none() => Ask::Register,
                ask => ask,
            };
            self.send(ask.clone());
            let UnderWay { call, identity, .. } = self.under_way.pop().unwrap();
            let answer = self.server.handle(&identity, &ask);
            self.apply(&call, &ask, answer);
        }
        let client = self.known.client().expect("the client is known");
        let expected = self.server.description_of(&client.id).expect("the server knows the client");
        assert_eq!(client.updated_at, expected.updated_at);
        let ids = |client: &wire::ClientResource| -> Vec<_> {
            client.sessions.iter().map(|session| (session.id.clone(), session.status.clone())).collect()
        };
        assert_eq!(ids(&client), ids(&expected));
        assert!(self.server.accepts(&self.token().expect("the client has a token")));
    }
}

fn interleavings() -> u32 {
    std::env::var("CLERK_INTERLEAVINGS").ok().and_then(|count| count.parse().ok()).unwrap_or(2000)
}

fn laws_hold(kind: Kind, in_turns: bool, says_that_the_token_is_cleared: bool) {
    let config = Config { cases: interleavings(), failure_persistence: None, ..Config::default() };
    proptest!(config, |(events in proptest::collection::vec(event(), 1..80))| {
        let mut world = World::new(kind, in_turns);
        world.server.says_that_the_token_is_cleared = says_that_the_token_is_cleared;
        for event in &events {
            world.happen(event);
        }
        world.settle();
    });
}

#[test]
fn native_client_is_never_lost() {
    laws_hold(Kind::Native, true, true);
}

#[test]
fn native_client_is_never_lost_even_if_all_calls_go_out_at_once() {
    laws_hold(Kind::Native, false, true);
}

#[test]
fn native_client_recovers_from_a_rejection_that_does_not_clear_its_token() {
    laws_hold(Kind::Native, true, false);
}

#[test]
fn client_of_a_cookie_is_never_lost() {
    laws_hold(Kind::Cookie, true, true);
}

#[test]
fn client_of_a_development_browser_is_never_lost() {
    laws_hold(Kind::DevelopmentBrowser, true, true);
}
