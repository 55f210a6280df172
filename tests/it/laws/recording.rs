//! A backend that records its exchanges, and a backend that replays them.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use clerk_sign_in::async_trait;
use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::fake::{Content, FakeBackend};
use clerk_sign_in::testing::laws::{Harness, HarnessError, Instance, TestUser, WantedUser};
use clerk_sign_in::wire::{Request, Response, Secret};

/// The exchanges of one law, and the answers of its harness.
#[derive(Debug, Default)]
pub(super) struct Tape {
    instance: Instance,
    exchanges: VecDeque<(String, Response)>,
    controls: VecDeque<Control>,
}

/// An answer of the harness.
#[derive(Clone, Debug)]
enum Control {
    User(TestUser),
    Address(String),
    Messages(Vec<Content>),
    Secret(Secret),
    Done,
}

/// Everything that makes two requests equal: who asks, and what.
fn key(context: &CallContext, request: &Request) -> String {
    let token = context.identity.token().map_or("", Secret::expose);
    format!("{} {} {} {token}", request.method(), request.path(), request.form().expose())
}

#[derive(Debug)]
pub(super) struct Recorder {
    fake: FakeBackend,
    tape: Mutex<Tape>,
}

impl Recorder {
    pub(super) fn new(fake: FakeBackend) -> Self {
        let tape = Tape { instance: fake.instance(), ..Tape::default() };
        Self { fake, tape: Mutex::new(tape) }
    }

    pub(super) fn into_tape(self) -> Tape {
        self.tape.into_inner().unwrap()
    }

    fn done(&self) {
        self.tape.lock().unwrap().controls.push_back(Control::Done);
    }

    fn keep<T: Clone>(&self, value: T, control: fn(T) -> Control) -> T {
        self.tape.lock().unwrap().controls.push_back(control(value.clone()));
        value
    }
}

#[async_trait]
impl Backend for Recorder {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let key = key(&context, &request);
        let response = self.fake.call(context, request).await?;
        self.tape.lock().unwrap().exchanges.push_back((key, response.clone()));
        Ok(response)
    }
}

#[async_trait]
impl Harness for Recorder {
    async fn add_user(&self, wanted: WantedUser) -> Result<TestUser, HarnessError> {
        Ok(self.keep(Harness::add_user(&self.fake, wanted).await?, Control::User))
    }

    async fn unused_address(&self) -> Result<String, HarnessError> {
        Ok(self.keep(self.fake.unused_address().await?, Control::Address))
    }

    async fn messages_to(&self, address: &str) -> Result<Vec<Content>, HarnessError> {
        Ok(self.keep(self.fake.messages_to(address).await?, Control::Messages))
    }

    fn instance(&self) -> Instance {
        self.fake.instance()
    }

    async fn advance(&self, duration: Duration) -> Result<(), HarnessError> {
        Harness::advance(&self.fake, duration).await?;
        self.done();
        Ok(())
    }

    async fn totp_code(&self, user: &TestUser) -> Result<Secret, HarnessError> {
        Ok(self.keep(Harness::totp_code(&self.fake, user).await?, Control::Secret))
    }

    async fn open_link(&self, link: &Secret) -> Result<(), HarnessError> {
        Harness::open_link(&self.fake, link).await?;
        self.done();
        Ok(())
    }

    async fn add_ticket(&self, user: &TestUser, lifetime: Duration) -> Result<Secret, HarnessError> {
        Ok(self.keep(Harness::add_ticket(&self.fake, user, lifetime).await?, Control::Secret))
    }

    async fn require_protect_checks(&self, checks: u32) -> Result<(), HarnessError> {
        Harness::require_protect_checks(&self.fake, checks).await?;
        self.done();
        Ok(())
    }

    async fn proof_for(&self, token: &Secret) -> Result<Secret, HarnessError> {
        Ok(self.keep(Harness::proof_for(&self.fake, token).await?, Control::Secret))
    }
}

/// Answers each request with the first recorded answer to an equal request that was not used yet.
#[derive(Debug)]
pub(super) struct Player(Mutex<Tape>);

impl Player {
    pub(super) fn new(tape: Tape) -> Self {
        Self(Mutex::new(tape))
    }

    pub(super) fn is_at_its_end(&self) -> bool {
        let tape = self.0.lock().unwrap();
        tape.exchanges.is_empty() && tape.controls.is_empty()
    }

    fn next(&self) -> Result<Control, HarnessError> {
        let next = self.0.lock().unwrap().controls.pop_front();
        next.ok_or_else(|| HarnessError::failed("the harness did less when it was recorded"))
    }

    fn secret(&self) -> Result<Secret, HarnessError> {
        if let Control::Secret(secret) = self.next()? { Ok(secret) } else { Err(differs()) }
    }

    fn done(&self) -> Result<(), HarnessError> {
        if let Control::Done = self.next()? { Ok(()) } else { Err(differs()) }
    }
}

fn differs() -> HarnessError {
    HarnessError::failed("the harness did something else when it was recorded")
}

#[async_trait]
impl Backend for Player {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let key = key(&context, &request);
        let exchanges = &mut self.0.lock().unwrap().exchanges;
        let position = exchanges.iter().position(|(recorded, _)| *recorded == key);
        let found = position.and_then(|position| exchanges.remove(position));
        found.map(|(_, response)| response).ok_or_else(|| BackendError::not_sent("no such request was recorded"))
    }
}

#[async_trait]
impl Harness for Player {
    async fn add_user(&self, _: WantedUser) -> Result<TestUser, HarnessError> {
        if let Control::User(user) = self.next()? { Ok(user) } else { Err(differs()) }
    }

    async fn unused_address(&self) -> Result<String, HarnessError> {
        if let Control::Address(address) = self.next()? { Ok(address) } else { Err(differs()) }
    }

    async fn messages_to(&self, _: &str) -> Result<Vec<Content>, HarnessError> {
        if let Control::Messages(messages) = self.next()? { Ok(messages) } else { Err(differs()) }
    }

    fn instance(&self) -> Instance {
        self.0.lock().unwrap().instance.clone()
    }

    async fn advance(&self, _: Duration) -> Result<(), HarnessError> {
        self.done()
    }

    async fn totp_code(&self, _: &TestUser) -> Result<Secret, HarnessError> {
        self.secret()
    }

    async fn open_link(&self, _: &Secret) -> Result<(), HarnessError> {
        self.done()
    }

    async fn add_ticket(&self, _: &TestUser, _: Duration) -> Result<Secret, HarnessError> {
        self.secret()
    }

    async fn require_protect_checks(&self, _: u32) -> Result<(), HarnessError> {
        self.done()
    }

    async fn proof_for(&self, _: &Secret) -> Result<Secret, HarnessError> {
        self.secret()
    }
}
