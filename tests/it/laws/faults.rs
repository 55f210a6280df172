//! Faulty backends. Each has one small fault, and names a law that catches it.

mod answers;
mod clients;
mod factors;
mod later;
mod settings;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use clerk_sign_in::async_trait;
use clerk_sign_in::backend::{Backend, BackendError, CallContext, Identity};
use clerk_sign_in::fake::{Content, FakeBackend, FakeUser, Settings};
use clerk_sign_in::testing::laws::{Harness, HarnessError, Instance, TestUser, WantedUser};
use clerk_sign_in::wire::{
    Answer, ApiError, ClientUpdate, ErrorCode, GetSignIn, Rejection, Request, Response, Secret, SignInAttempt, Status,
    TokenUpdate,
};
use futures::FutureExt as _;

/// A faulty backend.
pub(super) struct Fault {
    pub(super) name: &'static str,
    /// The law that must catch the fault. Others may catch it too.
    pub(super) caught_by: &'static str,
    /// The settings that the server claims to have, as a change of the default.
    claims: fn(&mut Settings),
    kind: Kind,
}

/// Where the fault is.
#[derive(Clone, Copy)]
enum Kind {
    /// The server has other settings than it claims.
    Settings(fn(&mut Settings)),
    /// The server answers calls in another way.
    Answers(Act),
    /// The server opens the newest link, whichever link the user opens.
    NewestLink,
    /// The server ignores that protect checks are required.
    NoProtectChecks,
}

/// The password of every user.
const PASSWORD: &str = "correct-horse-battery";

type Act = fn(&Faulty, CallContext, Request) -> Response;

/// The same wrapper without a fault.
pub(super) const NONE: Fault = answers("no fault", "", Faulty::ask);

const fn settings(name: &'static str, caught_by: &'static str, change: fn(&mut Settings)) -> Fault {
    Fault { name, caught_by, claims: |_| {}, kind: Kind::Settings(change) }
}

const fn answers(name: &'static str, caught_by: &'static str, act: Act) -> Fault {
    Fault { name, caught_by, claims: |_| {}, kind: Kind::Answers(act) }
}

impl Fault {
    pub(super) fn make(&self) -> (Faulty, FaultyHarness) {
        let fake = FakeBackend::new();
        fake.configure(self.claims);
        let instance = fake.instance();
        let mut act: Act = Faulty::ask;
        match self.kind {
            Kind::Settings(change) => fake.configure(change),
            Kind::Answers(other) => act = other,
            Kind::NewestLink | Kind::NoProtectChecks => {}
        }
        let harness = FaultyHarness { fake: fake.clone(), instance, kind: self.kind };
        (Faulty { fake, act, seen: Arc::default() }, harness)
    }
}

pub(super) fn named(name: &str) -> &'static Fault {
    all().find(|fault| fault.name == name).unwrap()
}

/// All faults.
pub(super) fn all() -> impl Iterator<Item = &'static Fault> {
    [settings::FAULTS, answers::FAULTS, clients::FAULTS, factors::FAULTS, later::FAULTS].into_iter().flatten()
}

/// A fake server that answers with a fault.
pub(super) struct Faulty {
    fake: FakeBackend,
    act: Act,
    seen: Arc<Mutex<Seen>>,
}

/// What a faulty server remembers.
#[derive(Default)]
struct Seen {
    token: Option<Secret>,
    /// The newest token of each sign-in's client.
    owners: HashMap<String, Secret>,
    tokens: HashSet<String>,
    answers: HashMap<String, Response>,
    calls: i64,
    is_trusted: bool,
}

impl std::fmt::Debug for Faulty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Faulty").finish_non_exhaustive()
    }
}

#[async_trait]
impl Backend for Faulty {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        Ok((self.act)(self, context, request))
    }
}

impl Faulty {
    /// Lets the server answer without a fault.
    fn ask(&self, context: CallContext, request: Request) -> Response {
        self.fake.call(context, request).now_or_never().expect("the fake never waits").unwrap()
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    /// Answers with the sign-in as it is.
    fn as_it_is(&self, context: CallContext, sign_in_id: &str) -> Response {
        self.ask(context, Request::GetSignIn(GetSignIn::new(sign_in_id)))
    }

    /// Returns the newest code that was sent to anybody.
    fn newest_code(&self) -> Option<Secret> {
        self.fake.outbox().iter().rev().find_map(|message| message.code().cloned())
    }

    /// Returns the user who was added last.
    fn newest_user(&self) -> FakeUser {
        let number = |user: &FakeUser| {
            let number = user.email_addresses[0].split(['-', '@']).nth(1);
            number.unwrap().parse::<usize>().unwrap()
        };
        self.fake.users().into_iter().max_by_key(number).unwrap()
    }
}

/// Replaces the token of the caller by the one in this answer.
fn next(context: &CallContext, response: &Response) -> CallContext {
    let mut context = context.clone();
    if let TokenUpdate::Replaced(token) = &response.token {
        context.identity = Identity::Native { token: Some(token.clone()) };
    }
    context
}

/// Returns the id of the sign-in that the request is about.
fn sign_in_id(request: &Request) -> Option<&str> {
    match request {
        Request::GetSignIn(get) => Some(&get.sign_in_id),
        Request::PrepareFirstFactor(prepare) | Request::PrepareSecondFactor(prepare) => Some(&prepare.sign_in_id),
        Request::AttemptFirstFactor(attempt) | Request::AttemptSecondFactor(attempt) => Some(&attempt.sign_in_id),
        Request::ResetPassword(reset) => Some(&reset.sign_in_id),
        Request::SubmitProof(proof) => Some(&proof.sign_in_id),
        _ => None,
    }
}

/// Returns the sign-in in an answer.
fn sign_in(response: &mut Response) -> Option<&mut SignInAttempt> {
    if let Ok(Answer::SignInAttempt(sign_in)) = &mut response.result { Some(sign_in) } else { None }
}

/// Changes every description of a sign-in in an answer.
fn each_sign_in(response: &mut Response, change: impl Fn(&mut SignInAttempt)) {
    if let ClientUpdate::Known(client) = &mut response.client {
        client.sign_in.iter_mut().for_each(|sign_in| change(sign_in));
    }
    if let Some(sign_in) = sign_in(response) {
        change(sign_in);
    }
}

fn rejection(response: &mut Response) -> Option<&mut Rejection> {
    response.result.as_mut().err()
}

fn token(context: &CallContext) -> Option<String> {
    context.identity.token().map(|token| token.expose().to_owned())
}

fn rejected(status: u16, code: ErrorCode) -> Response {
    Response::new(Err(Rejection::new(status.try_into().unwrap(), ApiError::new(code, "a fault"))))
}

fn has(response: &Response, code: &ErrorCode) -> bool {
    response.result.as_ref().is_err_and(|rejection| rejection.has(code))
}

/// Returns the newest description of the client and its newest token, but another result.
fn with_result(mut response: Response, result: Result<Answer, Rejection>) -> Response {
    response.result = result;
    response
}

fn status(response: &mut Response) -> Option<Status> {
    sign_in(response).and_then(|sign_in| sign_in.status.clone())
}

/// The harness of a faulty server.
pub(super) struct FaultyHarness {
    fake: FakeBackend,
    instance: Instance,
    kind: Kind,
}

#[async_trait]
impl Harness for FaultyHarness {
    async fn add_user(&self, wanted: WantedUser) -> Result<TestUser, HarnessError> {
        Harness::add_user(&self.fake, wanted).await
    }

    async fn unused_address(&self) -> Result<String, HarnessError> {
        self.fake.unused_address().await
    }

    async fn messages_to(&self, address: &str) -> Result<Vec<Content>, HarnessError> {
        self.fake.messages_to(address).await
    }

    fn instance(&self) -> Instance {
        self.instance.clone()
    }

    async fn advance(&self, duration: Duration) -> Result<(), HarnessError> {
        Harness::advance(&self.fake, duration).await
    }

    async fn totp_code(&self, user: &TestUser) -> Result<Secret, HarnessError> {
        Harness::totp_code(&self.fake, user).await
    }

    async fn open_link(&self, link: &Secret) -> Result<(), HarnessError> {
        let newest = self.fake.outbox().iter().rev().find_map(|message| message.link().cloned());
        let opens_newest = matches!(self.kind, Kind::NewestLink);
        Harness::open_link(&self.fake, newest.as_ref().filter(|_| opens_newest).unwrap_or(link)).await
    }

    async fn add_ticket(&self, user: &TestUser, lifetime: Duration) -> Result<Secret, HarnessError> {
        Harness::add_ticket(&self.fake, user, lifetime).await
    }

    async fn require_protect_checks(&self, checks: u32) -> Result<(), HarnessError> {
        let ignores = matches!(self.kind, Kind::NoProtectChecks);
        Harness::require_protect_checks(&self.fake, if ignores { 0 } else { checks }).await
    }

    async fn proof_for(&self, token: &Secret) -> Result<Secret, HarnessError> {
        Harness::proof_for(&self.fake, token).await
    }
}
