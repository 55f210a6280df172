//! A node: the server, the app, and what was really shown.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use clerk_sign_in::backend::Backend;
use clerk_sign_in::fake::{FakeBackend, FakeState};
use clerk_sign_in::testing::{CheckedBackend, Learned, Outside};
use clerk_sign_in::{AnySignIn, Checkpoint, Client, Error, ErrorKind, ExportedClient};
use futures::FutureExt;
use serde_json::Value;

use crate::accident::{Accident, Kind};
use crate::app::{App, BACKUP_CODES, Keys, PASSWORDS, User};
use crate::moves::{Move, WAITS, is_possible};
use crate::worlds::World;

/// The clock of a fake begins at this time.
const BEGINNING: i64 = 1_767_225_600_000;

#[derive(Clone)]
pub struct Node {
    pub state: FakeState,
    /// The same state as JSON.
    pub json: Rc<Value>,
    /// The seconds since the beginning.
    pub elapsed: u64,
    pub holds: Holds,
    pub exported: ExportedClient,
    /// A handle whose sign-in was replaced.
    pub older: Option<Checkpoint>,
    pub learned: Learned,
    /// What the user has proven, by attempt: 1 for the first factor, 2 for the second or for client trust.
    pub proven: BTreeMap<String, u8>,
    /// Which of the two passwords is the user's.
    pub password: usize,
    pub waits: u8,
}

#[derive(Clone)]
pub enum Holds {
    SignIn(Checkpoint),
    Session(String),
}

/// A node in use: a server, a client and a referee.
pub struct Live {
    pub fake: FakeBackend,
    pub checked: Arc<CheckedBackend<FakeBackend>>,
    pub client: Client,
    accident: Option<Arc<Accident>>,
}

/// What followed a move.
pub struct Followed {
    pub node: Node,
    pub error: Option<Error>,
    /// The answers that were against the rules.
    pub outside: Vec<Outside>,
    /// `false` if the move made too few calls for the accident.
    pub has_happened: bool,
    /// The state of the machine before and after.
    pub states: [&'static str; 2],
    /// `true` if the accident was none, because the answer shows no sign-in.
    pub is_plain: bool,
    /// `true` if the app made no call after the accident.
    pub accident_was_last: bool,
}

impl Node {
    pub fn beginning(world: &World) -> Self {
        let fake = FakeBackend::restored(world.beginning.clone());
        let checked = CheckedBackend::with_server(fake.clone(), fake.clone());
        let client = Client::new(fake);
        Self {
            state: world.beginning.clone(),
            json: json(&world.beginning),
            elapsed: 0,
            holds: Holds::SignIn(client.sign_in().checkpoint()),
            exported: client.export(),
            older: None,
            learned: checked.learned(),
            proven: BTreeMap::new(),
            password: 0,
            waits: 0,
        }
    }

    pub fn now(&self) -> i64 {
        BEGINNING + i64::try_from(self.elapsed * 1_000).unwrap_or(i64::MAX)
    }

    pub fn attempt_id(&self) -> Option<&str> {
        match &self.holds {
            Holds::SignIn(checkpoint) => checkpoint.id(),
            Holds::Session(_) => None,
        }
    }

    /// Brings the node to life. An accident happens to the call after `nth` others.
    pub fn live(&self, world: &World, accident: Option<(Kind, usize)>) -> Live {
        let fake = FakeBackend::restored(self.state.clone());
        fake.advance(Duration::from_secs(self.elapsed));
        let checked = Arc::new(CheckedBackend::with_server(fake.clone(), fake.clone()));
        checked.restore(&self.learned);
        checked.tell(world.address, PASSWORDS.get(self.password).copied(), &BACKUP_CODES);
        let network: Arc<dyn Backend> = Arc::<CheckedBackend<FakeBackend>>::clone(&checked);
        let accident = accident.map(|(kind, nth)| Arc::new(Accident::new(Arc::clone(&network), kind, nth)));
        let network = accident.clone().map_or(network, |accident| accident);
        let client = Client::builder(network).exported(self.exported.clone()).build();
        Live { fake, checked, client, accident }
    }

    /// The sign-in that the app holds.
    pub fn sign_in(&self, client: &Client) -> AnySignIn {
        match &self.holds {
            Holds::SignIn(checkpoint) => client.restore(checkpoint.clone()).expect("a checkpoint of this version"),
            Holds::Session(_) => client.sign_in().into(),
        }
    }

    /// The moves that are possible here.
    pub fn moves(&self, world: &World) -> Vec<Move> {
        let live = self.live(world, None);
        let at = self.sign_in(&live.client);
        let is_signed_in = matches!(self.holds, Holds::Session(_));
        let is_offered = |step: &Move| match step {
            Move::Demand => !is_signed_in && self.demanded() == 0,
            Move::OpenLink => live.fake.outbox().iter().any(|message| message.link().is_some()),
            Move::OlderHandle => self.older.as_ref().is_some_and(|older| !self.is_current(older.id())),
            Move::SignOut => is_signed_in,
            Move::Resume | Move::Restart | Move::StartOver => true,
            _ => !is_signed_in && is_possible(&at, *step),
        };
        world.moves.iter().copied().filter(is_offered).collect()
    }

    pub fn is_current(&self, attempt_id: Option<&str>) -> bool {
        let mut clients = self.json["clients"].as_object().into_iter().flatten();
        clients.any(|(_, client)| client["sign_in_id"].as_str() == attempt_id)
    }

    pub fn demanded(&self) -> u64 {
        self.json["demanded_proofs"].as_u64().unwrap_or(0)
    }

    /// Makes a move. If the call is dropped, `then` is made with the same client.
    pub fn follow(
        &self,
        world: &World,
        keys: &Keys,
        step: Move,
        accident: Option<(Kind, usize)>,
        then: Move,
    ) -> Followed {
        let live = self.live(world, accident);
        let mut next = self.clone();
        let password = PASSWORDS.get(self.password).copied().unwrap_or_default();
        let user = User { world, fake: &live.fake, client: &live.client, password, keys };
        let before = self.attempt_id().map(str::to_owned);
        let mut states = [self.sign_in(&live.client).state_name(); 2];
        let mut error = None;
        match step {
            Move::Wait(which) => {
                next.elapsed += WAITS.get(usize::from(which)).copied().unwrap_or(0);
                next.waits += 1;
            }
            Move::Demand => live.fake.require_protect_checks(1),
            Move::OpenLink => {
                let outbox = live.fake.outbox();
                let link = outbox.iter().rev().find_map(|message| message.link());
                drop(link.map(|link| live.fake.open_link(link.expose())));
            }
            Move::SignOut => {
                error = live.client.sign_out().now_or_never().and_then(Result::err);
                next.holds = Holds::SignIn(live.client.sign_in().checkpoint());
            }
            Move::OlderHandle => error = self.use_older_handle(&live, &user),
            step => {
                let at = if step == Move::Restart { live.client.sign_in().into() } else { self.sign_in(&live.client) };
                let made = user.make(at, step).now_or_never();
                let (app, failed) = match made {
                    Some(done) => done,
                    // The app has lost the sign-in with the call, and has the client.
                    None => user.make(live.client.sign_in().into(), then).now_or_never().expect("there is no network"),
                };
                error = failed;
                (next.holds, states[1]) = match app {
                    App::SignIn(at) => (Holds::SignIn(at.checkpoint()), at.state_name()),
                    App::Session(id) => (Holds::Session(id), "Session"),
                };
            }
        }
        next.state = live.fake.state();
        next.json = json(&next.state);
        next.exported = live.client.export();
        next.learned = live.checked.learned();
        let is_rejected = error.as_ref().is_some_and(|error| matches!(error.kind(), ErrorKind::Rejected(_)));
        let arrives = accident.is_none_or(|(kind, nth)| nth > 0 || kind.reaches_the_server());
        if step.proves() && arrives && (!is_rejected || accident.is_some()) {
            next.note_what_was_proven(self, step, before.as_deref());
        }
        next.note_password(self);
        next.note_older_handle(self, world, step);
        let has_happened = live.accident.as_ref().is_none_or(|accident| accident.has_happened());
        let accident_was_last = live.accident.as_ref().is_some_and(|accident| accident.was_the_last_call());
        let is_plain = live.accident.as_ref().is_some_and(|accident| accident.changed_nothing());
        Followed {
            node: next,
            error,
            outside: live.checked.outside(),
            has_happened,
            states,
            is_plain,
            accident_was_last,
        }
    }

    /// Tries to sign in with a handle whose sign-in was replaced.
    fn use_older_handle(&self, live: &Live, user: &User<'_>) -> Option<Error> {
        let older = live.client.restore(self.older.clone()?).expect("a checkpoint of this version");
        let step = if is_possible(&older, Move::Verify(true)) { Move::Verify(true) } else { Move::Password(true) };
        if !is_possible(&older, step) {
            return None;
        }
        let (app, error) = user.make(older, step).now_or_never().expect("there is no network");
        match (app, error) {
            (_, Some(error)) => Some(error),
            (App::SignIn(_) | App::Session(_), None) => {
                Some(ErrorKind::Protocol("a replaced sign-in went on".to_owned()).into())
            }
        }
    }

    fn note_what_was_proven(&mut self, before: &Self, step: Move, held: Option<&str>) {
        let ids = |state: &Value| {
            let attempts = state["attempts"].as_object().into_iter().flatten();
            attempts.map(|(id, attempt)| (id.clone(), attempt["second"].is_object())).collect::<BTreeMap<_, _>>()
        };
        let (old, new) = (ids(&before.json), ids(&self.json));
        let is_second = matches!(step, Move::Totp(_) | Move::BackupCode(_));
        if step.creates() {
            for id in new.keys().filter(|id| !old.contains_key(*id)) {
                *self.proven.entry(id.clone()).or_default() |= 1;
            }
        } else if step == Move::OpenLink {
            let mut messages = before.json["outbox"].as_array().into_iter().flatten().rev();
            let link = messages.find_map(|message| message["link"].as_str()?.split_once("token="));
            let id = link.and_then(|(_, token)| before.json["links"][token]["attempt_id"].as_str());
            if let Some((id, has_second)) = id.and_then(|id| new.get_key_value(id)) {
                *self.proven.entry(id.clone()).or_default() |= if *has_second { 2 } else { 1 };
            }
        } else if let Some(id) = held.filter(|id| !self.json["attempts"][*id]["gate"].is_object()) {
            let at_second = is_second || new.get(id).copied().unwrap_or_default();
            *self.proven.entry(id.to_owned()).or_default() |= if at_second { 2 } else { 1 };
        }
    }

    /// The user knows which password was accepted, because the old one no longer works.
    fn note_password(&mut self, before: &Self) {
        fn hash(state: &Value) -> Option<&str> {
            state["users"]["by_id"].as_object()?.values().next()?["password"].as_str()
        }
        let (old, new) = (hash(&before.json), hash(&self.json));
        if old.is_some() && old != new {
            self.password = 1 - self.password;
        }
    }

    fn note_older_handle(&mut self, before: &Self, world: &World, step: Move) {
        let keeps = world.moves.contains(&Move::OlderHandle);
        if keeps
            && step == Move::StartOver
            && let Holds::SignIn(checkpoint) = &before.holds
            && checkpoint.id().is_some()
        {
            self.older = Some(checkpoint.clone());
        }
    }
}

fn json(state: &FakeState) -> Rc<Value> {
    Rc::new(serde_json::to_value(state).expect("the state is JSON"))
}
