//! How long a call waits, and which calls are repeated.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use clerk_sign_in::backend::{Backend, BackendError, CallContext, CallPolicy};
use clerk_sign_in::fake::{FakeBackend, FakeClock};
use clerk_sign_in::platform::{Timer, TokioTimer};
use clerk_sign_in::wire::{ApiError, ErrorCode, Rejection, Request, Response, Timestamp};
use clerk_sign_in::{Client, Error, ErrorKind, LinkError, Sso, StepError, async_trait};
use futures::FutureExt as _;
use futures::future::{join, join4};
use http::StatusCode;
use support::{A, G, World, stayed};

const PAUSE: Duration = Duration::from_millis(100);

/// The way in which a backend treats the requests that a test selects.
#[derive(Clone, Copy, Debug)]
enum Treats {
    NotSent,
    Loses,
    Rejects(Duration),
    Hangs,
}

/// A backend that mistreats some requests, as often as a test wants, and counts these requests.
#[derive(Debug)]
struct Unreliable {
    fake: FakeBackend,
    treats: Treats,
    mistreats: fn(&Request) -> bool,
    left: AtomicUsize,
    asked: AtomicUsize,
}

impl Unreliable {
    fn new(treats: Treats, mistreats: fn(&Request) -> bool, times: usize) -> Arc<Self> {
        Self::over(FakeBackend::demo(), treats, mistreats, times)
    }

    fn over(fake: FakeBackend, treats: Treats, mistreats: fn(&Request) -> bool, times: usize) -> Arc<Self> {
        let (left, asked) = (AtomicUsize::new(times), AtomicUsize::new(0));
        Arc::new(Self { fake, treats, mistreats, left, asked })
    }

    fn any(treats: Treats, times: usize) -> Arc<Self> {
        Self::new(treats, |_| true, times)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Backend for Unreliable {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        if !(self.mistreats)(&request) {
            return self.fake.call(context, request).await;
        }
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err() {
            return self.fake.call(context, request).await;
        }
        match self.treats {
            Treats::NotSent => Err(BackendError::not_sent("no route")),
            Treats::Loses => Err(BackendError::transport("no network")),
            Treats::Rejects(wait) => {
                let error = ApiError::new(ErrorCode::TooManyRequests, "Slow down.");
                let mut rejection = Rejection::new(StatusCode::TOO_MANY_REQUESTS, error);
                rejection.retry_after = Some(wait);
                Ok(Response::new(Err(rejection)))
            }
            Treats::Hangs => std::future::pending().await,
        }
    }
}

/// Returns a policy that repeats a read three times.
fn policy(clock: &FakeClock) -> CallPolicy {
    CallPolicy::new(clock.clone()).pauses(|| [PAUSE; 3])
}

/// Makes calls with a client. Returns the result, the number of requests and the time that it took.
async fn measured<T>(
    backend: &Arc<Unreliable>,
    policy: impl FnOnce(&FakeClock) -> CallPolicy,
    call: impl AsyncFnOnce(Client) -> T,
) -> (T, usize, Duration) {
    let clock = FakeClock::new();
    let client = Client::builder(Arc::clone(backend)).call_policy(policy(&clock)).build();
    let began = clock.now();
    let result = call(client).await;
    (result, backend.asked(), began.until(clock.now()))
}

async fn read(client: Client) -> Result<(), Error> {
    client.refresh().await.map(drop)
}

#[tokio::test]
async fn a_read_is_repeated_once_per_pause() {
    let (result, asked, took) = measured(&Unreliable::any(Treats::Loses, 3), policy, read).await;
    result.unwrap();
    assert_eq!((asked, took), (4, PAUSE * 3));

    let (result, asked, took) = measured(&Unreliable::any(Treats::Loses, 9), policy, read).await;
    assert!(result.unwrap_err().is_outcome_unknown());
    assert_eq!((asked, took), (4, PAUSE * 3));
}

#[tokio::test]
async fn nothing_is_repeated_without_pauses_or_time() {
    for policy in [|clock: &FakeClock| CallPolicy::new(clock.clone()), |clock: &FakeClock| policy(clock).timeout(PAUSE)]
    {
        let (result, asked, took) = measured(&Unreliable::any(Treats::Loses, 9), policy, read).await;
        assert!(result.is_err());
        assert_eq!((asked, took), (1, Duration::ZERO));
    }
    let short = |clock: &FakeClock| policy(clock).timeout(PAUSE * 3);
    assert_eq!(measured(&Unreliable::any(Treats::Loses, 9), short, read).await.1, 3, "tries begin within the limit");
}

#[tokio::test]
async fn a_write_is_sent_once() {
    let write = async |client: Client| client.sign_out().await;
    let (result, asked, took) = measured(&Unreliable::any(Treats::Loses, 1), policy, write).await;
    assert!(result.unwrap_err().is_outcome_unknown());
    assert_eq!((asked, took), (1, Duration::ZERO));
}

#[tokio::test]
async fn a_request_that_was_not_sent_is_not_repeated() {
    let (result, asked, took) = measured(&Unreliable::any(Treats::NotSent, 1), policy, read).await;
    let error = result.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NotSent(_)) && !error.is_outcome_unknown());
    assert_eq!((asked, took), (1, Duration::ZERO));
}

#[tokio::test]
async fn a_rejection_reaches_the_caller_at_once() {
    for wait in [Duration::from_secs(86_400), Duration::from_secs(u64::MAX)] {
        let (result, asked, took) = measured(&Unreliable::any(Treats::Rejects(wait), 1), policy, read).await;
        assert_eq!(result.unwrap_err().retry_after(), Some(wait));
        assert_eq!((asked, took), (1, Duration::ZERO));
    }
}

#[tokio::test]
async fn a_read_that_uses_up_a_nonce_is_sent_once() {
    let has_nonce =
        |request: &Request| matches!(request, Request::GetSignIn(get) if get.rotating_token_nonce.is_some());
    let world = World::memory();
    let backend = Unreliable::over(world.fake.clone(), Treats::Loses, has_nonce, 9);
    let finish = async |client: Client| {
        let back = "https://app.example.com/sso-callback";
        let ready = client.sign_in().sso(&Sso::oauth("google"), back).await.unwrap();
        let url = world.consent(&client, ready.external_url(), G).await.unwrap();
        ready.finish(&url).await.map(drop).map_err(Error::from)
    };
    let (result, asked, _) = measured(&backend, policy, finish).await;
    assert!(result.unwrap_err().is_outcome_unknown());
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn a_hanging_call_ends_with_the_time_limit() {
    let clock = FakeClock::new();
    let client = Client::builder(Unreliable::any(Treats::Hangs, 9)).call_policy(policy(&clock)).build();
    let mut call = Box::pin(client.refresh());
    assert!(call.as_mut().now_or_never().is_none(), "a deadline does not move the clock");
    clock.advance(Duration::from_secs(30));
    let error = call.now_or_never().unwrap().unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
}

#[tokio::test]
async fn the_wait_for_a_turn_counts_against_the_time_limit() {
    let clock = FakeClock::new();
    let backend = Unreliable::any(Treats::Hangs, 1);
    let client = Client::builder(Arc::clone(&backend)).call_policy(policy(&clock)).build();
    let mut hangs = Box::pin(client.refresh());
    assert!(hangs.as_mut().now_or_never().is_none());
    clock.advance(Duration::from_secs(10));
    let mut waits = Box::pin(client.sign_out());
    assert!(waits.as_mut().now_or_never().is_none());
    clock.advance(Duration::from_secs(20));
    assert!(hangs.now_or_never().unwrap().is_err(), "its time is over");
    waits.now_or_never().unwrap().unwrap();

    let backend = Unreliable::any(Treats::Hangs, 1);
    let client = Client::builder(Arc::clone(&backend)).call_policy(policy(&clock)).build();
    let mut hangs = Box::pin(client.refresh());
    assert!(hangs.as_mut().now_or_never().is_none());
    let mut waits = Box::pin(client.sign_out());
    assert!(waits.as_mut().now_or_never().is_none());
    clock.advance(Duration::from_secs(30));
    let error = waits.now_or_never().unwrap().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NotSent(_)), "nothing was sent: {error}");
    assert_eq!(backend.asked(), 1);
}

#[tokio::test]
async fn other_calls_go_out_during_a_pause() {
    let backend = Unreliable::new(Treats::Loses, |request| matches!(request, Request::GetClient), 1);
    let clock = Arc::new(Still);
    let client = Client::builder(Arc::clone(&backend))
        .call_policy(CallPolicy::new(Arc::clone(&clock)).pauses(|| [PAUSE]))
        .build();
    let mut read = Box::pin(client.refresh());
    assert!(read.as_mut().now_or_never().is_none(), "the read pauses");
    client.environment().now_or_never().expect("the turn is free").unwrap();
}

/// A timer whose waits never end.
#[derive(Debug)]
struct Still;

#[async_trait]
impl Timer for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(0)
    }

    async fn sleep(&self, _: Duration) {
        std::future::pending::<()>().await;
    }
}

#[tokio::test(start_paused = true)]
async fn paused_time_moves_the_timer_and_the_wait_together() {
    let client = Client::new(FakeBackend::demo());
    let sent = client.sign_in().send_email_link(G, "https://app.example.com/verified").await.unwrap();
    let began = tokio::time::Instant::now();
    let (error, _) = stayed!(sent.wait_for_verification(TokioTimer).await);
    assert!(matches!(error.kind(), ErrorKind::Link(LinkError::NotOpened)));
    assert_eq!(began.elapsed().as_secs(), 601);
}

/// A timer whose clock is set back by an hour during each sleep.
#[derive(Debug, Default)]
struct SetBack(AtomicUsize);

#[async_trait]
impl Timer for SetBack {
    fn now(&self) -> Timestamp {
        let hours = i64::try_from(self.0.load(Ordering::SeqCst)).unwrap();
        Timestamp::from_millis(1_800_000_000_000 - hours * 3_600_000)
    }

    async fn sleep(&self, _: Duration) {
        assert!(self.0.fetch_add(1, Ordering::SeqCst) < 1000, "the wait does not end");
    }

    async fn deadline(&self, _: Timestamp) {
        std::future::pending::<()>().await;
    }
}

#[tokio::test]
async fn a_clock_that_is_set_back_does_not_prolong_a_wait() {
    let client = Client::new(FakeBackend::demo());
    let sent = client.sign_in().send_email_link(G, "https://app.example.com/verified").await.unwrap();
    let (error, _) = stayed!(sent.wait_for_verification(SetBack::default()).await);
    assert!(matches!(error.kind(), ErrorKind::Link(LinkError::NotOpened)));
}

#[tokio::test]
async fn a_link_wait_ends_in_time_even_if_the_server_hangs() {
    let backend = Unreliable::new(Treats::Hangs, |request| matches!(request, Request::GetSignIn(_)), 9);
    let client = Client::new(Arc::clone(&backend));
    let sent = client.sign_in().send_email_link(G, "https://app.example.com/verified").await.unwrap();
    let clock = FakeClock::new();
    let wait = sent.wait_for_verification(clock.clone()).timeout(Duration::from_secs(10));
    let mut wait = Box::pin(wait.into_future());
    assert!(wait.as_mut().now_or_never().is_none());
    clock.advance(Duration::from_secs(10));
    let StepError::Stayed { error, sign_in } = wait.now_or_never().unwrap().unwrap_err() else { panic!() };
    assert!(matches!(error.kind(), ErrorKind::Link(LinkError::NotOpened)));
    assert_eq!(sign_in.state_name(), "LinkSent<NeedsFirstFactor>");
}

#[test]
fn sleeping_on_the_fake_clock_lets_other_tasks_run() {
    futures::executor::block_on(async {
        let fake = FakeBackend::demo();
        let client = Client::new(fake.clone());
        let sent = client.sign_in().send_email_link(G, "https://app.example.com/verified").await.unwrap();
        let wait = sent.wait_for_verification(fake.clock().clone()).timeout(Duration::from_secs(2));
        let open_the_link = async {
            let email = fake.outbox().pop().unwrap();
            fake.open_link(email.link().unwrap().expose()).unwrap();
        };
        let (outcome, ()) = join(wait.into_future(), open_the_link).await;
        drop(outcome.unwrap());
    });
}

#[test]
fn the_next_sleeper_moves_the_fake_clock() {
    futures::executor::block_on(async {
        let clock = FakeClock::new();
        let began = clock.now();
        let woken_at = async |seconds| {
            clock.sleep(Duration::from_secs(seconds)).await;
            began.until(clock.now()).as_secs()
        };
        let sleepers = join4(woken_at(3), woken_at(1), woken_at(2), woken_at(3)).await;
        assert_eq!(sleepers, (3, 1, 2, 3));
        // A sleeper that gives up does not hold the others back.
        let mut gives_up = Box::pin(clock.sleep(Duration::from_secs(1)));
        assert!(gives_up.as_mut().now_or_never().is_none());
        let mut waits = Box::pin(woken_at(5));
        assert!(waits.as_mut().now_or_never().is_none());
        drop(gives_up);
        assert_eq!(waits.await, 8);
    });
}

#[tokio::test]
async fn settings_can_be_read_while_they_are_changed() {
    let fake = FakeBackend::demo();
    let same = fake.clone();
    fake.configure(|settings| settings.captcha_required = !same.settings().captcha_required);
    assert!(fake.settings().captcha_required);
}

#[tokio::test]
async fn a_hanging_poll_does_not_keep_the_user_signed_in() {
    let backend = Unreliable::new(Treats::Hangs, |request| matches!(request, Request::GetSignIn(_)), 9);
    let clock = FakeClock::new();
    let client = Client::builder(Arc::clone(&backend)).call_policy(policy(&clock)).build();
    let sent = client.sign_in().send_email_link(G, "https://app.example.com/verified").await.unwrap();
    let mut wait = Box::pin(sent.wait_for_verification(clock.clone()).into_future());
    assert!(wait.as_mut().now_or_never().is_none());
    let mut sign_out = Box::pin(client.sign_out());
    assert!(sign_out.as_mut().now_or_never().is_none(), "a native client makes one call at a time");
    drop(wait);
    sign_out.now_or_never().unwrap().unwrap();
}

#[tokio::test]
async fn an_answer_is_not_awaited_after_the_time_limit_of_a_step() {
    let clock = FakeClock::new();
    let client = Client::builder(Unreliable::any(Treats::Hangs, 9)).call_policy(policy(&clock)).build();
    let mut step = Box::pin(client.sign_in().create(A));
    assert!(step.as_mut().now_or_never().is_none());
    clock.advance(Duration::from_secs(30));
    let (error, sign_in) = stayed!(step.now_or_never().unwrap());
    assert!(error.is_outcome_unknown() && sign_in.id().is_none());
}

#[tokio::test(start_paused = true)]
async fn the_timers_time_passes_as_its_sleeps_do() {
    let began = TokioTimer.now();
    TokioTimer.sleep(Duration::from_secs(3600)).await;
    assert_eq!(began.until(TokioTimer.now()).as_secs(), 3600);
}
