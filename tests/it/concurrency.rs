//! Calls that run at the same time on one client. The client must lose neither its identity nor a session.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::fake::{FakeBackend, FakeSolver};
use clerk_sign_in::platform::{CapabilityError, Captcha, CaptchaSolution, ChallengeSolver};
use clerk_sign_in::server::Server;
use clerk_sign_in::wire::{ProtectCheck, Request, Response, Secret};
use clerk_sign_in::{AfterFirstFactor, Client, Error, Finalized, HttpBackend, Navigation, async_trait};
use futures::executor::block_on;
use futures::future::join_all;
use futures::{FutureExt as _, StreamExt as _};
use support::{L, World, over_every_identity, reached, signed_in, strict, take};

over_every_identity! {
    concurrent_calls_keep_the_client_signed_in,
    first_calls_at_once_make_one_client,
    navigation_can_make_calls,
    calls_go_out_while_a_captcha_is_open,
}

/// A waker that uses the client at the moment at which it wakes the task.
struct UsesTheClient(Client);

impl Wake for UsesTheClient {
    fn wake(self: Arc<Self>) {
        assert!(self.0.snapshot().is_some());
    }
}

#[test]
fn waker_of_an_observer_can_use_the_client() {
    let (tell, told) = mpsc::channel();
    // If the waker ran under the client's lock, this thread would never end.
    std::thread::spawn(move || {
        let client = Client::new(FakeBackend::demo());
        let mut changes = client.changes();
        let waker = Waker::from(Arc::new(UsesTheClient(client.clone())));
        assert!(changes.poll_next_unpin(&mut Context::from_waker(&waker)).is_pending());
        drop(block_on(client.sign_in().create(L)).unwrap());
        tell.send(changes.next().now_or_never().is_some()).unwrap();
    });
    assert_eq!(told.recv_timeout(Duration::from_secs(30)), Ok(true));
}

/// Makes calls of several kinds, one after the other.
async fn mixed_calls(client: &Client, session_id: &str, count: usize) -> Result<(), Error> {
    for number in 0..count {
        match number % 4 {
            0 => drop(client.session_token(session_id).await?),
            1 => drop(client.refresh().await?),
            2 => drop(client.environment().await?),
            _ => drop(client.set_active(session_id).await?),
        }
    }
    Ok(())
}

async fn concurrent_calls_keep_the_client_signed_in(world: World) {
    let client = world.client();
    let session_id = signed_in(&client).await;
    for result in join_all((0..8).map(|_| mixed_calls(&client, &session_id, 25))).await {
        result.unwrap();
    }
    client.refresh().await.unwrap();
    assert_eq!(client.active_session().unwrap().id, session_id);
}

async fn first_calls_at_once_make_one_client(world: World) {
    let client = world.client();
    let (environment, created) = tokio::join!(client.environment(), client.sign_in().create(L));
    environment.unwrap();
    drop(created.unwrap());
    assert!(client.refresh().await.unwrap().unwrap().sign_in.is_some(), "the sign-in is this client's");
}

async fn navigation_can_make_calls(world: World) {
    let client = world.client();
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    let navigate = async |navigation: Navigation| {
        client.session_token(&navigation.session().id).await.unwrap();
    };
    reached!(done.finalize_with(navigate).await.unwrap(), Finalized::Active);
}

/// A solver that makes another call with the client before it answers.
struct Calls(OnceLock<Client>);

#[async_trait]
impl ChallengeSolver for Calls {
    async fn solve_captcha(&self, captcha: &Captcha) -> Result<CaptchaSolution, CapabilityError> {
        self.0.get().unwrap().refresh().await.unwrap();
        FakeSolver.solve_captcha(captcha).await
    }

    async fn solve_protect_check(&self, check: &ProtectCheck) -> Result<Secret, CapabilityError> {
        FakeSolver.solve_protect_check(check).await
    }
}

impl std::fmt::Debug for Calls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Calls").finish_non_exhaustive()
    }
}

async fn calls_go_out_while_a_captcha_is_open(world: World) {
    world.fake.configure(|settings| settings.captcha_required = true);
    let solver = Arc::new(Calls(OnceLock::new()));
    let client = world.client_over(Arc::clone(&world.backend)).challenge_solver(Arc::clone(&solver)).build();
    solver.0.set(client.clone()).unwrap();
    drop(client.sign_in().create(L).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_two_tasks_over_http_lose_nothing() {
    let fake = strict();
    let server = Server::bind("127.0.0.1:0", fake).await.unwrap().spawn();
    let client = Client::new(HttpBackend::builder(server.url()).build().unwrap());
    let session_id = signed_in(&client).await;
    let tasks = (0..32).map(|_| {
        let (client, session_id) = (client.clone(), session_id.clone());
        tokio::spawn(async move { mixed_calls(&client, &session_id, 100).await })
    });
    for task in join_all(tasks).await {
        task.unwrap().unwrap();
    }
    client.refresh().await.unwrap();
    assert_eq!(client.active_session().unwrap().id, session_id);
}

#[tokio::test]
async fn a_session_that_ends_during_navigation_is_not_active() {
    let world = World::memory();
    let client = world.client();
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    let failed = done.finalize_with(|_| async { client.sign_out().await.unwrap() }).await.unwrap_err();
    assert_eq!(failed.error().code(), "session_unusable");
    assert!(client.active_session().is_none());
}

/// A backend that a test can make hang. While it hangs, it answers no requests for session tokens.
#[derive(Debug)]
struct Hangs {
    fake: FakeBackend,
    hangs: AtomicBool,
}

#[async_trait]
impl Backend for Hangs {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        if self.hangs.load(Ordering::Relaxed) && matches!(request, Request::CreateSessionToken(_)) {
            futures::future::pending::<()>().await;
        }
        self.fake.call(context, request).await
    }
}

#[tokio::test]
async fn a_dropped_call_leaves_its_turn_to_the_next() {
    let backend = Arc::new(Hangs { fake: strict(), hangs: AtomicBool::new(false) });
    let client = Client::new(Arc::clone(&backend));
    let session_id = signed_in(&client).await;
    backend.hangs.store(true, Ordering::Relaxed);
    let mut hung = Box::pin(client.session_token(&session_id));
    assert!(hung.as_mut().now_or_never().is_none());
    let mut waits = Box::pin(client.sign_out());
    assert!(waits.as_mut().now_or_never().is_none(), "a native client makes one call at a time");
    let gives_up = Box::pin(client.refresh());
    assert!(gives_up.now_or_never().is_none());
    drop(hung);
    waits.await.unwrap();
    assert!(client.active_session().is_none());
}
