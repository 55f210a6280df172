//! A reset or a cancelled wait during a call. Nothing of the call happens afterwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use clerk_sign_in::Client;
use clerk_sign_in::async_trait;
use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::dynamic::{At, DynamicError, DynamicSignIn, DynamicState, PasskeyFlow, Recipient};
use clerk_sign_in::platform::{
    CapabilityError, PasskeyAuthenticator, PasskeyRequest, Wallet, WalletProvider, WalletRequest,
};
use clerk_sign_in::wire::{Channel, CreateSignIn, Request, Response, Secret, Strategy};
use clerk_sign_in::{IdToken, Resumed, Sso, StateKind};
use futures::channel::oneshot;
use futures::lock::Mutex;
use support::accident::{Accident, Kind};
use support::{A, ADA_PASSWORD, L, World};

use crate::from_clerk_js::shown::Recorder;
use crate::from_clerk_js::users::{PAGE, PHONE, add_quinn};

/// A backend whose answers wait until they are let through.
#[derive(Debug)]
pub(super) struct Gated {
    inner: Arc<dyn Backend>,
    gate: Arc<Mutex<()>>,
}

impl Gated {
    /// A client whose answers wait while the returned lock is held.
    pub(super) fn client(world: &World) -> (Client, Arc<Mutex<()>>) {
        let gate = Arc::new(Mutex::new(()));
        let gated = Self { inner: Arc::clone(&world.backend), gate: Arc::clone(&gate) };
        (world.client_over(gated).build(), gate)
    }
}

#[async_trait]
impl Backend for Gated {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let answer = self.inner.call(context, request).await;
        drop(self.gate.lock().await);
        answer
    }
}

/// A wallet and an authenticator that count how often they were asked.
#[derive(Debug, Default)]
struct Asked {
    times: AtomicUsize,
    /// The wallet waits for this before it tells its address.
    until: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Asked {
    fn times(&self) -> usize {
        self.times.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Wallet for Asked {
    fn provider(&self) -> WalletProvider {
        WalletProvider::Metamask
    }

    async fn address(&self) -> Result<String, CapabilityError> {
        self.times.fetch_add(1, Ordering::Relaxed);
        if let Some(until) = self.until.lock().await.take() {
            let _ = until.await;
        }
        Ok(A.to_owned())
    }

    async fn sign_message(&self, _: WalletRequest<'_>) -> Result<Secret, CapabilityError> {
        self.times.fetch_add(1, Ordering::Relaxed);
        Err(CapabilityError::Cancelled)
    }
}

#[async_trait]
impl PasskeyAuthenticator for Asked {
    async fn get_assertion(&self, _: PasskeyRequest<'_>) -> Result<Secret, CapabilityError> {
        self.times.fetch_add(1, Ordering::Relaxed);
        Err(CapabilityError::Cancelled)
    }
}

/// Resets the object while the first answer of a call is on its way, and lets the answer arrive.
macro_rules! reset_during {
    ($world:expr, |$sign_in:ident| $call:expr) => {{
        let (client, gate) = Gated::client(&$world);
        let $sign_in = client.dynamic_sign_in();
        let closed = gate.lock().await;
        let called = async { $call.await };
        let mut call = Box::pin(called);
        assert!(futures::poll!(call.as_mut()).is_pending());
        $sign_in.reset();
        drop(closed);
        let failed = call.await.map(drop).unwrap_err();
        assert!(matches!(failed, DynamicError::Cancelled), "{failed}");
        assert_eq!($sign_in.at(), At::UnderWay(StateKind::NeedsIdentifier));
    }};
}

#[tokio::test]
async fn nothing_is_sent_to_the_user_after_a_reset() {
    let world = World::memory();
    add_quinn(&world);
    world.fake.configure(|settings| settings.email_links = true);
    reset_during!(world, |at| at.email_code().send_code(Recipient::Identifier(L)));
    reset_during!(world, |at| at.phone_code().send_code(Recipient::Identifier(PHONE), Channel::Sms));
    reset_during!(world, |at| at.email_link().send_link(Recipient::Identifier(L), PAGE));
    reset_during!(world, |at| at.reset_password_email_code().send_code(Recipient::Identifier(A)));
    assert!(world.fake.outbox().is_empty(), "{:?}", world.fake.outbox());
}

#[tokio::test]
async fn nobody_is_asked_after_a_reset() {
    let world = World::memory();
    let authenticator = Asked::default();
    reset_during!(world, |at| at.passkey(&authenticator, PasskeyFlow::Discoverable));
    assert_eq!(authenticator.times(), 0);
    let wallet = Asked::default();
    reset_during!(world, |at| at.web3(&wallet));
    assert_eq!(wallet.times(), 1, "the wallet told its address, and signed nothing");
}

#[tokio::test]
async fn calls_that_go_on_say_that_they_were_cancelled() {
    let world = World::memory();
    reset_during!(world, |at| at.authenticate_with_redirect(&Sso::oauth("google"), PAGE));
    let credential = world.fake.provider_credential(&Strategy::GoogleOneTap, L).unwrap();
    let token = credential.id_token.expose();
    reset_during!(world, |at| at.authenticate_with_google_one_tap(token));
    let token = IdToken::google_one_tap(token);
    reset_during!(world, |at| at.id_token(&token));
}

#[tokio::test]
async fn a_wallet_is_not_asked_during_another_call() {
    let world = World::memory();
    let (client, gate) = Gated::client(&world);
    let sign_in = client.dynamic_sign_in();
    let closed = gate.lock().await;
    let mut first = Box::pin(sign_in.password(Some(A), ADA_PASSWORD));
    assert!(futures::poll!(first.as_mut()).is_pending());
    let wallet = Asked::default();
    assert!(matches!(sign_in.web3(&wallet).await, Err(DynamicError::Busy { .. })));
    assert_eq!(wallet.times(), 0);
    drop(closed);
    first.await.unwrap();
}

#[tokio::test]
async fn a_reset_while_a_wallet_is_asked_creates_no_attempt() {
    let world = World::memory();
    let (client, recorder) = Recorder::client(&world);
    let sign_in = client.dynamic_sign_in();
    let (answer, until) = oneshot::channel();
    let wallet = Asked { until: Mutex::new(Some(until)), ..Asked::default() };
    let mut call = Box::pin(sign_in.web3(&wallet));
    assert!(futures::poll!(call.as_mut()).is_pending());
    assert_eq!(sign_in.fetch_status(), clerk_sign_in::dynamic::FetchStatus::Fetching);
    sign_in.reset();
    answer.send(()).unwrap();
    assert!(matches!(call.await, Err(DynamicError::Cancelled)));
    assert_eq!(recorder.calls(), 0, "no attempt was created");
}

#[tokio::test]
async fn a_flow_can_be_cancelled_while_its_link_is_sent() {
    let world = World::memory();
    world.fake.configure(|settings| settings.email_links = true);
    let (client, gate) = Gated::client(&world);
    let sign_in = client.dynamic_sign_in();
    sign_in.create(CreateSignIn::with_identifier(L)).await.unwrap();
    let factors = sign_in.supported_first_factors();
    let factor = factors.iter().find(|factor| factor.strategy == Strategy::EmailLink).unwrap();
    let flow = sign_in.create_email_link_flow();
    let closed = gate.lock().await;
    let id = factor.email_address_id.as_deref().unwrap();
    let mut start = Box::pin(flow.start(id, PAGE, world.fake.clock().clone()));
    assert!(futures::poll!(start.as_mut()).is_pending());
    flow.cancel();
    drop(closed);
    let ended = tokio::time::timeout(std::time::Duration::from_secs(5), start).await.expect("the flow was cancelled");
    assert!(matches!(ended, Err(DynamicError::Cancelled)));
    assert!(matches!(sign_in.state(), DynamicState::LinkSent { .. }), "the link is still valid");
}

#[tokio::test]
async fn a_reset_while_the_sign_in_is_found_again_says_so() {
    let world = World::memory();
    let client = world.client_over(Accident::new(&world.backend, 2, Kind::RequestLost)).build();
    let sign_in = client.dynamic_sign_in();
    sign_in.create(CreateSignIn::with_identifier(A)).await.unwrap();
    sign_in.password(None, ADA_PASSWORD).await.unwrap_err();
    assert!(sign_in.is_interrupted());
    let checkpoint = sign_in.checkpoint().unwrap();

    let hangs = Arc::new(Mutex::new(()));
    let lost = Lost { gate: Arc::clone(&hangs) };
    let sign_in: DynamicSignIn = world.client_over(lost).build().restore(checkpoint).unwrap().into();
    drop(futures::poll!(Box::pin(sign_in.password(None, ADA_PASSWORD)).as_mut()));
    let closed = hangs.lock().await;
    assert!(sign_in.is_interrupted());
    let mut finding = Box::pin(sign_in.refresh());
    assert!(futures::poll!(finding.as_mut()).is_pending());
    sign_in.reset();
    drop(closed);
    assert!(matches!(finding.await, Err(DynamicError::Cancelled)));
}

/// A backend that loses each request, after it has waited.
#[derive(Debug)]
struct Lost {
    gate: Arc<Mutex<()>>,
}

#[async_trait]
impl Backend for Lost {
    async fn call(&self, _: CallContext, _: Request) -> Result<Response, BackendError> {
        tokio::task::yield_now().await;
        drop(self.gate.lock().await);
        Err(BackendError::transport("it was lost"))
    }
}

#[tokio::test]
async fn a_cancelled_wait_leaves_a_later_attempt_alone() {
    let world = World::memory();
    world.fake.configure(|settings| settings.email_links = true);
    let client = world.client();
    let sign_in = client.dynamic_sign_in();
    sign_in.send_email_link(Some(L), PAGE).await.unwrap();
    let mut wait = Box::pin(sign_in.wait_for_verification(world.fake.clock().clone()));
    assert!(futures::poll!(wait.as_mut()).is_pending());
    sign_in.reset();
    sign_in.send_email_code(Some(L)).await.unwrap();
    sign_in.verify("424242").await.unwrap();
    assert!(matches!(wait.await, Err(DynamicError::Cancelled)));
    let Resumed::Attempt(newer) = client.resume().await.unwrap() else { panic!("the client forgot the later attempt") };
    assert_eq!(newer.id(), sign_in.id().as_deref());
}
