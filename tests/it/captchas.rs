//! Captchas. Each flow runs in memory and over HTTP.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::fake::{FakeBackend, FakeSolver};
use clerk_sign_in::platform::{CapabilityError, Captcha, CaptchaSolution, ChallengeSolver};
use clerk_sign_in::wire::{
    ApiError, CaptchaProvider, CaptchaWidgetType, CreateSignIn, ErrorCode, ProtectCheck, Rejection, Request, Response,
    Secret,
};
use clerk_sign_in::{
    AfterCreate, AfterFirstFactor, AfterSecondFactor, Client, ErrorKind, Finalized, NeedsIdentifier, Resumed, SignIn,
    async_trait,
};
use futures::FutureExt as _;
use futures::channel::oneshot;
use futures::future::join3;
use support::solver::{Silent, Watched, every_failure, moment};
use support::{A, ADA_PASSWORD, G, L, World, codes, over_every_identity, reached, stayed, take};

over_every_identity! {
    step_succeeds_after_the_captcha_is_solved,
    captcha_comes_from_the_environment,
    client_with_a_solver_solves_captchas_itself,
    solver_is_asked_once_per_client,
    unsolved_captcha_fails_the_step_without_a_call,
    rejected_solution_is_an_error,
    concurrent_steps_share_one_captcha,
    cancelling_a_captcha_fails_all_waiting_steps,
    captcha_is_not_solved_twice,
    client_with_bypass_needs_no_captcha,
    instance_without_captchas_offers_none,
    request_can_carry_its_own_captcha_token,
    client_gives_up_after_three_captchas,
    rejection_overrides_the_captcha_bypass,
    lost_answer_is_an_error_and_the_step_can_be_repeated,
}

/// Makes the server require a captcha from every client.
fn strict(world: &World) {
    world.fake.configure(|settings| settings.captcha_required = true);
}

async fn rejected(client: &Client) -> SignIn<NeedsIdentifier> {
    let (error, start) = stayed!(client.sign_in().create(A).await);
    assert!(error.is_captcha_required() && !error.is_over() && !error.is_wrong_input(), "{error}");
    start
}

fn is_bypassed(client: &Client) -> bool {
    client.snapshot().is_some_and(|client| client.captcha_bypass)
}

async fn step_succeeds_after_the_captcha_is_solved(world: World) {
    strict(&world);
    let client = world.client();
    let start = rejected(&client).await;
    assert!(!is_bypassed(&client));
    client.solve_captcha(&FakeSolver).await.unwrap();
    assert!(is_bypassed(&client));
    let second = take!(start.password(A, ADA_PASSWORD).await.unwrap(), AfterCreate::NeedsSecondFactor);
    let done = take!(second.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete);
    reached!(done.finalize().await.unwrap(), Finalized::Active);
    // The next sign-in on this client needs no captcha, but a sign-in on another client needs one.
    client.sign_out().await.unwrap();
    reached!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    drop(rejected(&world.client()).await);
}

async fn captcha_comes_from_the_environment(world: World) {
    strict(&world);
    let recorder = Recorder::new(&world);
    let client = world.client_over(recorder.clone()).build();
    let start = rejected(&client).await;
    let solver = Watched::new([Ok("what it yielded".into())]);
    client.solve_captcha(&solver).await.unwrap();
    drop(start);

    let config = client.environment().await.unwrap().display_config;
    let captchas = solver.captchas();
    assert_eq!(captchas.len(), 1);
    assert_eq!(Some(&captchas[0].site_key), config.captcha_public_key.as_ref());
    assert_eq!(captchas[0].invisible_site_key, config.captcha_public_key_invisible);
    assert_ne!(config.captcha_public_key, config.captcha_public_key_invisible);
    assert_eq!(captchas[0].provider, CaptchaProvider::Turnstile);
    assert_eq!(captchas[0].widget_type, CaptchaWidgetType::Smart);
    let unseen = captchas[0].solved_unseen("token".into());
    assert_eq!((unseen.token.expose(), unseen.widget_type), ("token", CaptchaWidgetType::Invisible));

    let shown = "captcha_token=what+it+yielded&captcha_widget_type=smart&captcha_action=verify";
    assert_eq!(recorder.forms_of("/v1/client/verify"), [shown]);
}

async fn client_with_a_solver_solves_captchas_itself(world: World) {
    strict(&world);
    let solver = Watched::new([]);
    let client = || world.client_over(Arc::clone(&world.backend)).challenge_solver(solver.clone()).build();
    reached!(client().sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    reached!(client().sign_in().password(A, ADA_PASSWORD).await.unwrap(), AfterCreate::NeedsSecondFactor);
    let sent = client().sign_in().send_email_code(L).await.unwrap();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    reached!(done.finalize().await.unwrap(), Finalized::Active);
    drop(client().sign_in().send_email_link(G, "https://example.com/verified").await.unwrap());
    drop(client().sign_in().send_reset_password_email_code(G).await.unwrap());
    drop(client().sign_in().challenge_passkey().await.unwrap());
    let ticket = world.fake.add_ticket(L, Duration::from_secs(60)).unwrap().ticket;
    reached!(client().sign_in().ticket(ticket.expose()).await.unwrap(), AfterCreate::Complete);
    assert_eq!(solver.captchas().len(), 7, "one for each client");
    // A step that is rejected because a captcha is missing has no effect, so nothing was sent twice.
    let sent_to = |to| world.fake.outbox().iter().filter(|message| message.to == to).count();
    assert_eq!((sent_to(G), sent_to(L)), (2, 0));
}

async fn solver_is_asked_once_per_client(world: World) {
    strict(&world);
    let (solver, recorder) = (Watched::new([]), Recorder::new(&world));
    let client = world.client_over(recorder.clone()).challenge_solver(solver.clone()).build();
    let (error, start) = stayed!(client.sign_in().password(A, "guess").await);
    assert_eq!(codes(&error), [ErrorCode::FormPasswordIncorrect], "other rejections are passed on");
    reached!(start.create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    assert_eq!(solver.captchas().len(), 1);
    assert_eq!(recorder.forms_of("/v1/client/sign_ins").len(), 3);
    assert_eq!(recorder.forms_of("/v1/client/verify").len(), 1);
}

async fn unsolved_captcha_fails_the_step_without_a_call(world: World) {
    strict(&world);
    for failure in every_failure() {
        let said = failure.to_string();
        let recorder = Recorder::new(&world);
        let solver = Watched::new([Err(failure)]);
        let client = world.client_over(recorder.clone()).challenge_solver(solver).build();
        let (error, start) = stayed!(client.sign_in().create(A).await);
        assert!(matches!(error.kind(), ErrorKind::Capability(_)), "{error}");
        assert_eq!((error.to_string(), error.is_cancelled()), (said, error.to_string().contains("cancelled")));
        assert!(recorder.forms_of("/v1/client/verify").is_empty());
        // The user tries again.
        reached!(start.create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    }
    let client = world.client();
    let start = rejected(&client).await;
    for failure in every_failure() {
        let said = failure.to_string();
        let error = client.solve_captcha(&Watched::new([Err(failure)])).await.unwrap_err();
        assert_eq!(error.to_string(), said);
    }
    client.solve_captcha(&FakeSolver).await.unwrap();
    reached!(start.create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
}

async fn rejected_solution_is_an_error(world: World) {
    strict(&world);
    let solver = || Watched::new([Ok("invalid".into()), Ok("".into())]);
    let by_itself = world.client_over(Arc::clone(&world.backend)).challenge_solver(solver()).build();
    let (error, start) = stayed!(by_itself.sign_in().create(A).await);
    assert_eq!(codes(&error), [ErrorCode::CaptchaInvalid]);
    let (error, start) = stayed!(start.create(A).await);
    assert_eq!(codes(&error), [ErrorCode::CaptchaMissingToken]);
    reached!(start.create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);

    let client = world.client();
    let (start, solver) = (rejected(&client).await, solver());
    for code in [ErrorCode::CaptchaInvalid, ErrorCode::CaptchaMissingToken] {
        assert_eq!(codes(&client.solve_captcha(&solver).await.unwrap_err()), [code]);
    }
    client.solve_captcha(&solver).await.unwrap();
    reached!(start.create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
}

async fn concurrent_steps_share_one_captcha(world: World) {
    strict(&world);
    let solver = Watched::new([]);
    let client = world.client();
    drop(rejected(&client).await);
    let (first, second, third) =
        join3(client.solve_captcha(&solver), client.solve_captcha(&solver), client.solve_captcha(&solver)).await;
    first.and(second).and(third).unwrap();
    assert_eq!(solver.captchas().len(), 1);

    let solver = Watched::new([]);
    // One client takes three steps concurrently.
    let client = world.client();
    drop(rejected(&client).await);
    let client = Client::builder(Arc::clone(&world.backend))
        .identity(world.identity(World::token_of(&client).as_deref()))
        .challenge_solver(solver.clone())
        .build();
    let begin = |identifier| client.sign_in().create(identifier);
    let (first, second, third) = join3(begin(A), begin(G), begin(L)).await;
    assert!(first.is_ok() && second.is_ok() && third.is_ok(), "{first:?} {second:?} {third:?}");
    assert_eq!(solver.captchas().len(), 1);
}

async fn cancelling_a_captcha_fails_all_waiting_steps(world: World) {
    strict(&world);
    for failure in every_failure() {
        let said = failure.to_string();
        let client = world.client();
        drop(rejected(&client).await);
        let solver = Watched::new([Err(failure)]);
        let ask = || client.solve_captcha(&solver);
        let (first, second, third) = join3(ask(), ask(), ask()).await;
        for told in [first, second, third] {
            let error = told.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Capability(_)), "{error}");
            assert_eq!(error.to_string(), said);
        }
        assert_eq!(solver.captchas().len(), 1);
        ask().await.unwrap();
    }
    let client = world.client();
    drop(rejected(&client).await);
    let solver = Watched::new([Ok("invalid".into())]);
    let ask = || client.solve_captcha(&solver);
    let (first, second, third) = join3(ask(), ask(), ask()).await;
    for told in [first, second, third] {
        assert_eq!(codes(&told.unwrap_err()), [ErrorCode::CaptchaInvalid]);
    }
}

async fn captcha_is_not_solved_twice(world: World) {
    strict(&world);
    let (solver, recorder) = (Watched::new([]), Recorder::new(&world));
    let client = world.client_over(recorder.clone()).build();
    drop(rejected(&client).await);
    client.solve_captcha(&solver).await.unwrap();
    let calls = recorder.count();
    client.solve_captcha(&solver).await.unwrap();
    assert_eq!(
        (solver.captchas().len(), recorder.count()),
        (1, calls),
        "the server accepted one captcha and requires no other"
    );
}

async fn client_with_bypass_needs_no_captcha(world: World) {
    strict(&world);
    let client = world.client();
    let start = rejected(&client).await;
    client.solve_captcha(&FakeSolver).await.unwrap();
    drop(start);
    let restarted = Client::builder(Arc::clone(&world.backend)).exported(client.export()).build();
    drop(restarted.refresh().await.unwrap());
    assert!(is_bypassed(&restarted));
    let solver = Watched::new([]);
    restarted.solve_captcha(&solver).await.unwrap();
    assert!(solver.captchas().is_empty());
}

async fn instance_without_captchas_offers_none(world: World) {
    let solver = Watched::new([]);
    let error = world.client().solve_captcha(&solver).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Capability(CapabilityError::Unavailable(_))), "{error}");
    assert!(solver.captchas().is_empty());
    let config = world.client().environment().await.unwrap().display_config;
    assert_eq!((config.captcha_public_key, config.captcha_provider), (None, None));
}

async fn request_can_carry_its_own_captcha_token(world: World) {
    strict(&world);
    let known = world.client();
    drop(rejected(&known).await);
    let create = |token: Option<&str>, error: Option<&str>| {
        let mut create = CreateSignIn::new();
        create.identifier = Some(A.to_owned());
        create.captcha_token = token.map(Secret::from);
        create.captcha_widget_type = token.map(|_| CaptchaWidgetType::Invisible);
        create.captcha_error = error.map(str::to_owned);
        let context = CallContext::new(world.identity(World::token_of(&known).as_deref()));
        world.backend.call(context, Request::CreateSignIn(create))
    };
    for (token, error, code) in [
        (Some("invalid"), None, ErrorCode::CaptchaInvalid),
        (None, Some("captcha_unavailable"), ErrorCode::CaptchaInvalid),
        (Some(""), None, ErrorCode::CaptchaMissingToken),
    ] {
        let rejection = create(token, error).await.unwrap().result.unwrap_err();
        assert!(rejection.has(&code) && rejection.status == 400, "{rejection}");
    }
    assert!(create(Some("solved"), None).await.unwrap().result.is_ok());
    drop(rejected(&known).await);
}

async fn client_gives_up_after_three_captchas(world: World) {
    strict(&world);
    let solver = Watched::new([]);
    let recorder = Recorder::new(&world);
    recorder.0.never_content.store(true, Ordering::SeqCst);
    let client = world.client_over(recorder.clone()).challenge_solver(solver.clone()).build();
    let (error, start) = stayed!(client.sign_in().create(A).await);
    assert!(error.is_captcha_required(), "{error}");
    assert_eq!(solver.captchas().len(), 3);
    assert_eq!(recorder.forms_of("/v1/client/sign_ins").len(), 4);
    recorder.0.never_content.store(false, Ordering::SeqCst);
    reached!(start.create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
}

/// After a rejection, a client must solve a captcha even if it was exempt before.
async fn rejection_overrides_the_captcha_bypass(world: World) {
    strict(&world);
    let solver = Watched::new([]);
    let recorder = Recorder::new(&world);
    let client = world.client_over(recorder.clone()).build();
    drop(rejected(&client).await);
    client.solve_captcha(&FakeSolver).await.unwrap();
    assert!(is_bypassed(&client));
    recorder.0.never_content.store(true, Ordering::SeqCst);
    drop(rejected(&client).await);
    assert!(is_bypassed(&client));
    client.solve_captcha(&solver).await.unwrap();
    assert_eq!(solver.captchas().len(), 1);
}

async fn lost_answer_is_an_error_and_the_step_can_be_repeated(world: World) {
    strict(&world);
    for path in ["/v1/environment", "/v1/client/verify"] {
        let solver = Watched::new([]);
        let recorder = Recorder::new(&world);
        *recorder.0.loses.lock().unwrap() = Some(path);
        let client = world.client_over(recorder.clone()).challenge_solver(solver.clone()).build();
        let (error, start) = stayed!(client.sign_in().create(A).await);
        assert!(error.is_outcome_unknown(), "{error}");
        assert_eq!(client.sign_in().id(), None, "no sign-in was started");
        reached!(start.create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
        assert_eq!(solver.captchas().len(), 1, "{path}");
    }
}

/// If the task that is solving a captcha is dropped, a waiting task takes over.
#[tokio::test]
async fn waiting_task_takes_over_a_dropped_captcha() {
    let world = World::memory();
    strict(&world);
    let client = world.client();
    drop(rejected(&client).await);
    let solver = Watched::new([]);
    let mut context = Context::from_waker(Waker::noop());
    let mut second = pin!(client.solve_captcha(&solver));
    {
        let mut first = pin!(client.solve_captcha(&Silent));
        assert!(first.as_mut().poll(&mut context).is_pending());
        assert!(second.as_mut().poll(&mut context).is_pending());
        assert!(solver.captchas().is_empty(), "one captcha at a time");
    }
    second.await.unwrap();
    assert_eq!(solver.captchas().len(), 1);
    // No task is still solving a captcha, and no captcha is required, so this call returns at once.
    client.solve_captcha(&Silent).await.unwrap();
}

/// A step that solves a captcha can be dropped at any await, and the client can then repeat the step.
#[test]
fn step_can_be_dropped_at_each_await() {
    let mut dropped = 0;
    for polls in 1.. {
        let world = World::memory();
        strict(&world);
        let solver = Watched::new([]);
        let client = world.client_over(Slow(Arc::clone(&world.backend))).challenge_solver(solver).build();
        {
            let mut step = pin!(client.sign_in().create(A));
            let mut context = Context::from_waker(Waker::noop());
            let is_ready = (0..polls).any(|_| step.as_mut().poll(&mut context).is_ready());
            if is_ready {
                break;
            }
            dropped += 1;
        }
        let at = futures::executor::block_on(client.resume()).unwrap();
        assert!(matches!(at, Resumed::Nothing | Resumed::Attempt(_)), "{at:?}");
        let again = futures::executor::block_on(client.sign_in().create(A)).unwrap();
        reached!(again, AfterCreate::NeedsFirstFactor);
    }
    // Of the nine awaits, four come before a call, four come after a call, and one waits for the user.
    assert_eq!(dropped, 9);
}

/// Neither debug output nor the fake's state shows the solution.
#[tokio::test]
async fn captcha_solution_is_hidden() {
    const TOKEN: &str = "token-to-the-kingdom";
    let world = World::memory();
    strict(&world);
    let client =
        world.client_over(Arc::clone(&world.backend)).challenge_solver(Watched::new([Ok(TOKEN.into())])).build();
    let created = client.sign_in().create(A).await.unwrap();
    let solution = Watched::new([Ok(TOKEN.into())]).solve_captcha(&captcha(&client).await).await.unwrap();
    assert_eq!(solution.token.expose(), TOKEN);
    for text in [format!("{created:?} {client:?}"), format!("{solution:?}"), format!("{:?}", world.fake.state())] {
        assert!(!text.contains(TOKEN), "{text}");
    }
}

async fn captcha(client: &Client) -> Captcha {
    Captcha::from_display_config(&client.environment().await.unwrap().display_config).unwrap()
}

/// A backend that records requests, and that can reject a sign-in or lose an answer.
#[derive(Clone, Debug)]
struct Recorder(Arc<Recorded>);

#[derive(Debug)]
struct Recorded {
    inner: Arc<dyn Backend>,
    seen: Mutex<Vec<(String, String)>>,
    /// `true` if every sign-in is rejected for lack of a captcha, no matter how many captchas were solved.
    never_content: AtomicBool,
    /// The path of the request whose answer will be lost.
    loses: Mutex<Option<&'static str>>,
}

impl Recorder {
    fn new(world: &World) -> Self {
        Self(Arc::new(Recorded {
            inner: Arc::clone(&world.backend),
            seen: Mutex::default(),
            never_content: AtomicBool::new(false),
            loses: Mutex::default(),
        }))
    }

    fn forms_of(&self, path: &str) -> Vec<String> {
        let seen = self.0.seen.lock().unwrap();
        seen.iter().filter(|(of, _)| of == path).map(|(_, form)| form.clone()).collect()
    }

    fn count(&self) -> usize {
        self.0.seen.lock().unwrap().len()
    }
}

#[async_trait]
impl Backend for Recorder {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let path = request.path();
        self.0.seen.lock().unwrap().push((path.clone(), request.form().expose().to_owned()));
        let creates = matches!(request, Request::CreateSignIn(_));
        let mut response = self.0.inner.call(context, request).await?;
        if creates && self.0.never_content.load(Ordering::SeqCst) {
            let wanted = ApiError::new(ErrorCode::RequiresCaptcha, "Solve the captcha first.");
            response.result = Err(Rejection::new(http::StatusCode::UNAUTHORIZED, wanted));
        }
        if self.0.loses.lock().unwrap().take_if(|loses| *loses == path).is_some() {
            // The client keeps its token, as a browser keeps its cookie.
            return Err(BackendError::transport("the answer was lost"));
        }
        Ok(response)
    }
}

/// A backend that awaits once before each call and once after it.
#[derive(Debug)]
struct Slow(Arc<dyn Backend>);

#[async_trait]
impl Backend for Slow {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        moment().await;
        let response = self.0.call(context, request).await;
        moment().await;
        response
    }
}

/// A solver whose first captcha the user cancels when the test says so. Later captchas are never answered.
#[derive(Debug)]
struct CancelledLater {
    asked: AtomicUsize,
    cancel: Mutex<Option<oneshot::Receiver<()>>>,
}

#[async_trait]
impl ChallengeSolver for CancelledLater {
    async fn solve_captcha(&self, _: &Captcha) -> Result<CaptchaSolution, CapabilityError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let cancel = self.cancel.lock().unwrap().take();
        match cancel {
            Some(cancel) => cancel.await.map_or(Err(CapabilityError::Cancelled), |()| Err(CapabilityError::Cancelled)),
            None => std::future::pending().await,
        }
    }

    async fn solve_protect_check(&self, _: &ProtectCheck) -> Result<Secret, CapabilityError> {
        Err(CapabilityError::Cancelled)
    }
}

/// A waker that does something at the moment at which it wakes the task.
struct OnWake(Mutex<Option<Box<dyn FnOnce() + Send>>>);

impl Wake for OnWake {
    fn wake(self: Arc<Self>) {
        let action = self.0.lock().unwrap().take();
        if let Some(action) = action {
            action();
        }
    }
}

#[test]
fn end_of_a_captcha_leaves_the_next_one_alone() {
    let fake = FakeBackend::demo();
    fake.configure(|settings| settings.captcha_required = true);
    let client = Client::new(fake);
    drop(client.sign_in().create(A).now_or_never().unwrap().unwrap_err());
    let (cancel, cancelled) = oneshot::channel();
    let solver = Arc::new(CancelledLater { asked: AtomicUsize::new(0), cancel: Mutex::new(Some(cancelled)) });
    let solve = {
        let solver = Arc::clone(&solver);
        move || {
            let (client, solver) = (client.clone(), Arc::clone(&solver));
            async move { client.solve_captcha(&*solver).await }.boxed()
        }
    };
    let (mut first, mut waits) = (solve(), solve());
    assert!(first.as_mut().now_or_never().is_none());
    // At the moment at which the waiting task is told the result, the next captcha begins, and another task waits for it.
    let next = Arc::new(Mutex::new(Vec::new()));
    let begin_the_next = {
        let next = Arc::clone(&next);
        move || {
            for mut task in [solve(), solve()] {
                assert!(task.as_mut().now_or_never().is_none());
                next.lock().unwrap().push(task);
            }
        }
    };
    let waker = Waker::from(Arc::new(OnWake(Mutex::new(Some(Box::new(begin_the_next))))));
    assert!(waits.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    cancel.send(()).unwrap();
    assert!(first.now_or_never().unwrap().is_err());
    let mut next = next.lock().unwrap();
    assert!(next[1].as_mut().now_or_never().is_none());
    assert_eq!(solver.asked.load(Ordering::SeqCst), 2, "the user is asked once per captcha");
}
