//! The server no longer knows the client, a session or a sign-in.

use std::sync::{Arc, Mutex};

use clerk_sign_in::backend::{Backend, BackendError, CallContext, Identity};
use clerk_sign_in::fake::FakeBackend;
use clerk_sign_in::wire::{ApiError, ErrorCode, Rejection, Request, Response};
use clerk_sign_in::{AfterFirstFactor, Client, Resumed, async_trait};
use futures::{FutureExt as _, StreamExt as _};
use http::StatusCode;
use support::accident::{Accident, Kind};
use support::solver::moment;
use support::{L, World, over_every_identity, signed_in, stayed, take};

over_every_identity! {
    first_call_works_after_the_server_forgot_the_client,
    resume_finds_nothing_after_the_server_forgot_the_client,
    signed_out_sign_in_is_not_resumed,
    forgotten_client_is_gone_at_once,
}

/// Makes the server forget all clients and browsers, but not its settings.
fn forget_all_clients(world: &World, seed: u64) {
    let settings = world.fake.settings();
    // Another seed, because a server never uses an id or a token twice.
    world.fake.restore(FakeBackend::seeded(seed).with_demo_users().state());
    world.fake.configure(|fresh| *fresh = settings);
}

async fn first_call_works_after_the_server_forgot_the_client(world: World) {
    let client = world.client();
    for seed in [1, 2] {
        signed_in(&client).await;
        forget_all_clients(&world, seed);
    }
    drop(client.sign_in().create(L).await.unwrap());
    forget_all_clients(&world, 3);
    client.environment().await.unwrap();
    forget_all_clients(&world, 4);
    assert!(client.refresh().await.unwrap().is_none());
    assert!(client.active_session().is_none());
}

async fn resume_finds_nothing_after_the_server_forgot_the_client(world: World) {
    let client = world.client();
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    forget_all_clients(&world, 1);
    assert!(matches!(client.resume().await.unwrap(), Resumed::Nothing));
    let (error, sent) = stayed!(sent.verify("424242").await);
    assert!(error.is_over(), "{error}");
    let again = sent.start_over().send_email_code(L).await.unwrap();
    drop(take!(again.verify("424242").await.unwrap(), AfterFirstFactor::Complete));
}

async fn signed_out_sign_in_is_not_resumed(world: World) {
    // A development browser registers first.
    let nth = if matches!(world.identity(None), Identity::DevelopmentBrowser { .. }) { 3 } else { 2 };
    for kind in [Kind::AnswerLost, Kind::HangsAfter] {
        let backend = Arc::new(Accident::new(&world.backend, nth, kind));
        let client = world.client_over(Arc::clone(&backend)).build();
        let sent = client.sign_in().send_email_code(L).await.unwrap();
        let mut verify = Box::pin(sent.verify("424242"));
        drop(backend.waited_for(verify.as_mut()).await);
        drop(verify);
        client.sign_out().await.unwrap();
        assert!(matches!(client.resume().await.unwrap(), Resumed::Nothing));
        assert!(matches!(client.resume().await.unwrap(), Resumed::Nothing));
    }
}

async fn forgotten_client_is_gone_at_once(world: World) {
    let client = world.client();
    signed_in(&client).await;
    let mut changes = client.changes();
    client.forget();
    assert!(client.snapshot().is_none() && client.active_session().is_none());
    assert!(changes.next().now_or_never().unwrap().unwrap().is_none(), "the observers are told");
    let exported = serde_json::to_value(client.export()).unwrap();
    assert!(exported["token"].is_null(), "{exported}");
    assert!(matches!(client.resume().await.unwrap(), Resumed::Nothing));
    signed_in(&client).await;
}

/// A backend that can reject every call of a client that has a token. It says nothing about the token.
#[derive(Debug)]
struct Rejects {
    fake: FakeBackend,
    with: Mutex<Option<(StatusCode, ErrorCode)>>,
}

#[async_trait]
impl Backend for Rejects {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let with = self.with.lock().unwrap().clone();
        match with.filter(|_| context.identity.token().is_some()) {
            Some((status, code)) => Ok(Response::new(Err(Rejection::new(status, ApiError::new(code, "No."))))),
            None => self.fake.call(context, request).await,
        }
    }
}

fn rejecting() -> (Arc<Rejects>, Client) {
    let backend = Arc::new(Rejects { fake: FakeBackend::demo(), with: Mutex::new(None) });
    (Arc::clone(&backend), Client::new(backend))
}

/// The rejections that say that the server does not know the client.
const CLIENT_UNKNOWN: [(StatusCode, ErrorCode); 5] = [
    (StatusCode::UNAUTHORIZED, ErrorCode::AuthenticationInvalid),
    (StatusCode::UNAUTHORIZED, ErrorCode::SignedOut),
    (StatusCode::UNAUTHORIZED, ErrorCode::AuthorizationHeaderFormatInvalid),
    (StatusCode::UNAUTHORIZED, ErrorCode::DevBrowserUnauthenticated),
    (StatusCode::BAD_REQUEST, ErrorCode::ClientNotFound),
];

#[tokio::test]
async fn rejected_token_does_not_lock_the_user_out() {
    for (status, code) in CLIENT_UNKNOWN {
        let (backend, client) = rejecting();
        signed_in(&client).await;
        *backend.with.lock().unwrap() = Some((status, code.clone()));
        client.sign_out().await.unwrap();
        drop(client.sign_in().create(L).await.unwrap());

        let (backend, client) = rejecting();
        let sent = client.sign_in().send_email_code(L).await.unwrap();
        *backend.with.lock().unwrap() = Some((status, code.clone()));
        let (error, sent) = stayed!(sent.verify("424242").await);
        assert!(error.is_over(), "{error}");
        *backend.with.lock().unwrap() = None;
        drop(sent.start_over().create(L).await.unwrap());

        let (backend, client) = rejecting();
        let session_id = signed_in(&client).await;
        *backend.with.lock().unwrap() = Some((status, code.clone()));
        let error = client.session_token(&session_id).await.unwrap_err();
        assert!(error.has_code(&code));
        assert!(client.active_session().is_none(), "{code}");
    }
}

#[tokio::test]
async fn session_that_the_server_forgot_is_not_active() {
    let fake = FakeBackend::demo();
    let client = Client::new(fake.clone());
    let session_id = signed_in(&client).await;
    fake.end_sessions(&client.active_session().unwrap().user.unwrap().id);
    let mut changes = client.changes();
    let error = client.session_token(&session_id).await.unwrap_err();
    assert!(error.rejection().is_some());
    assert!(client.active_session().is_none());
    assert!(changes.next().now_or_never().is_some(), "the observers are told");
}

/// A backend whose answers take a moment to arrive.
#[derive(Debug)]
struct Slow(FakeBackend);

#[async_trait]
impl Backend for Slow {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let answer = self.0.call(context, request).await;
        moment().await;
        answer
    }
}

#[tokio::test]
async fn late_answer_does_not_bring_a_forgotten_client_back() {
    let client = Client::new(Slow(FakeBackend::demo()));
    // The first call carries no token, as do the calls after `forget`.
    let mut first = Box::pin(client.sign_in().create(L));
    assert!(first.as_mut().now_or_never().is_none());
    client.forget();
    drop(first.await);
    assert!(client.snapshot().is_none());

    let session_id = signed_in(&client).await;
    let mut late = Box::pin(client.set_active(&session_id));
    assert!(late.as_mut().now_or_never().is_none());
    client.forget();
    assert_eq!(late.await.unwrap_err().code(), "session_unusable");
    assert!(client.snapshot().is_none() && client.active_session().is_none());
}
