//! Waiting for a link to be opened: how often the client polls, and what ends the wait.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::fake::FakeClock;
use clerk_sign_in::platform::Timer;
use clerk_sign_in::wire::{
    ApiError, ErrorCode, Rejection, Request, Response, Timestamp, Verification, VerificationStatus,
};
use clerk_sign_in::{
    AfterFirstFactor, AnySignIn, Client, ErrorKind, LinkError, LinkProgress, LinkSent, NeedsFirstFactor, Resumed,
    SignIn, StepError, async_trait,
};
use futures::StreamExt;
use http::StatusCode;
use serde_json::{Value, json};
use support::{G, Scripted, World, codes, over_every_identity, reached, stayed, take};

over_every_identity! {
    wait_polls_every_second_until_the_link_is_opened,
    wait_ends_when_the_link_expires,
    timed_out_wait_can_be_repeated,
    wait_honours_retry_after,
    retry_after_does_not_extend_the_timeout,
    lost_answer_does_not_end_the_wait,
    rejection_ends_the_wait,
    wait_reports_every_poll,
    dropped_wait_loses_nothing,
    wait_ends_if_a_code_was_sent_meanwhile,
}

const PAGE: &str = "https://app.example.com/verified";
const SECOND: Duration = Duration::from_secs(1);

type Sent = SignIn<LinkSent<NeedsFirstFactor>>;

/// An event that happens when the client polls.
enum Event {
    /// The user opens the link just before the poll.
    Opened,
    /// The answer never arrives.
    Lost,
    /// The server rejects the request.
    Rejected(StatusCode, Option<Duration>),
}

/// A backend between the app and the server. It records each poll and triggers the events.
struct Watched {
    inner: Arc<dyn Backend>,
    world: World,
    asked: Mutex<Vec<Timestamp>>,
    events: Mutex<VecDeque<Option<Event>>>,
}

impl std::fmt::Debug for Watched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watched").finish_non_exhaustive()
    }
}

impl Watched {
    fn new(world: World, events: impl IntoIterator<Item = Option<Event>>) -> Arc<Self> {
        let (asked, events) = (Mutex::default(), Mutex::new(events.into_iter().collect()));
        Arc::new(Self { inner: Arc::clone(&world.backend), world, asked, events })
    }

    fn clock(&self) -> FakeClock {
        self.world.fake.clock().clone()
    }

    fn client(self: &Arc<Self>) -> Client {
        Client::builder(Arc::clone(self)).identity(self.world.identity(None)).build()
    }

    async fn sent(self: &Arc<Self>) -> Sent {
        self.client().sign_in().send_email_link(G, PAGE).await.unwrap()
    }

    /// Returns the time of each poll, in seconds since the first one.
    fn asked_after(&self) -> Vec<u64> {
        let asked = self.asked.lock().unwrap();
        asked.iter().map(|&at| asked[0].until(at).as_secs()).collect()
    }
}

#[async_trait]
impl Backend for Watched {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        if !matches!(request, Request::GetSignIn(_)) {
            return self.inner.call(context, request).await;
        }
        self.asked.lock().unwrap().push(self.clock().now());
        let event = self.events.lock().unwrap().pop_front().flatten();
        match event {
            None => {}
            Some(Event::Opened) => drop(self.world.open(&self.world.mailed_link(G)).await.unwrap()),
            Some(Event::Lost) => return Err(BackendError::transport("the answer was lost")),
            Some(Event::Rejected(status, retry_after)) => {
                let error = ApiError::new(ErrorCode::from("whatever"), "Not now.");
                let mut rejection = Rejection::new(status, error);
                rejection.retry_after = retry_after;
                return Ok(Response::new(Err(rejection)));
            }
        }
        self.inner.call(context, request).await
    }
}

async fn wait_polls_every_second_until_the_link_is_opened(world: World) {
    let watched = Watched::new(world, [None, None, None, Some(Event::Opened)]);
    let sent = watched.sent().await;
    reached!(sent.wait_for_verification(watched.clock()).await.unwrap(), AfterFirstFactor::Complete);
    assert_eq!(watched.asked_after(), [0, 1, 2, 3]);

    let watched = Watched::new(World::memory(), [None, None, Some(Event::Opened)]);
    let sent = watched.sent().await;
    let wait = sent.wait_for_verification(watched.clock()).poll_interval(Duration::from_secs(5));
    reached!(wait.await.unwrap(), AfterFirstFactor::Complete);
    assert_eq!(watched.asked_after(), [0, 5, 10]);
}

async fn wait_ends_when_the_link_expires(world: World) {
    let watched = Watched::new(world, []);
    let sent = watched.sent().await;
    let begun = watched.clock().now();
    let wait = sent.wait_for_verification(watched.clock()).poll_interval(Duration::from_secs(20));
    let (error, _) = stayed!(wait.await);
    assert!(
        matches!(error.kind(), ErrorKind::Link(LinkError::NotVerified { status: VerificationStatus::Expired })),
        "{error}"
    );
    assert_eq!(begun.until(watched.clock().now()), Verification::LINK_LIFETIME);
}

async fn timed_out_wait_can_be_repeated(world: World) {
    let watched = Watched::new(world, [None, None, None, None, Some(Event::Opened)]);
    let sent = watched.sent().await;
    let wait = sent.wait_for_verification(watched.clock()).timeout(3 * SECOND);
    let (error, sent) = stayed!(wait.await);
    assert!(matches!(error.kind(), ErrorKind::Link(LinkError::NotOpened)), "{error}");
    assert_eq!(watched.asked_after(), [0, 1, 2]);
    reached!(sent.wait_for_verification(watched.clock()).await.unwrap(), AfterFirstFactor::Complete);
    assert_eq!(watched.asked_after(), [0, 1, 2, 3, 4]);
}

async fn wait_honours_retry_after(world: World) {
    let busy = |status, wait: Option<u32>| Some(Event::Rejected(status, wait.map(|seconds| SECOND * seconds)));
    let events = [
        busy(StatusCode::TOO_MANY_REQUESTS, Some(7)),
        busy(StatusCode::SERVICE_UNAVAILABLE, Some(30)),
        busy(StatusCode::BAD_GATEWAY, None),
        Some(Event::Opened),
    ];
    let watched = Watched::new(world, events);
    let sent = watched.sent().await;
    reached!(sent.wait_for_verification(watched.clock()).await.unwrap(), AfterFirstFactor::Complete);
    assert_eq!(watched.asked_after(), [0, 7, 37, 38]);
}

async fn retry_after_does_not_extend_the_timeout(world: World) {
    let watched =
        Watched::new(world, [Some(Event::Rejected(StatusCode::TOO_MANY_REQUESTS, Some(Duration::from_secs(3600))))]);
    let sent = watched.sent().await;
    let begun = watched.clock().now();
    let (error, _) = stayed!(sent.wait_for_verification(watched.clock()).timeout(5 * SECOND).await);
    assert!(matches!(error.kind(), ErrorKind::Link(LinkError::NotOpened)), "{error}");
    assert_eq!(begun.until(watched.clock().now()), 5 * SECOND);
    assert_eq!(watched.asked_after(), [0]);
}

async fn lost_answer_does_not_end_the_wait(world: World) {
    let watched = Watched::new(world, [Some(Event::Lost), Some(Event::Lost), Some(Event::Opened)]);
    let sent = watched.sent().await;
    reached!(sent.wait_for_verification(watched.clock()).await.unwrap(), AfterFirstFactor::Complete);
    assert_eq!(watched.asked_after(), [0, 1, 2]);
}

async fn rejection_ends_the_wait(world: World) {
    let watched = Watched::new(world, [None, Some(Event::Rejected(StatusCode::FORBIDDEN, None))]);
    let sent = watched.sent().await;
    let (error, _) = stayed!(sent.wait_for_verification(watched.clock()).await);
    assert_eq!(codes(&error), [ErrorCode::from("whatever")]);
    assert_eq!(watched.asked_after(), [0, 1]);
}

async fn wait_reports_every_poll(world: World) {
    let watched = Watched::new(world, [None, Some(Event::Lost), None, Some(Event::Opened)]);
    let sent = watched.sent().await;
    let until = sent.expires_at();
    let mut progress = sent.wait_for_verification(watched.clock()).progress();
    let mut told = Vec::new();
    while let Some(item) = progress.next().await {
        told.push(match item {
            LinkProgress::Waiting { expires_at } => {
                assert_eq!(expires_at, until);
                "waiting"
            }
            LinkProgress::Unanswered(error) => {
                assert!(error.is_outcome_unknown());
                "unanswered"
            }
            LinkProgress::Ended(how) => {
                reached!(how.unwrap(), AfterFirstFactor::Complete);
                "ended"
            }
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(told, ["waiting", "unanswered", "waiting", "ended"]);
    assert!(progress.next().await.is_none());
}

async fn dropped_wait_loses_nothing(world: World) {
    let watched = Watched::new(world, []);
    let client = watched.client();
    let sent = client.sign_in().send_email_link(G, PAGE).await.unwrap();
    let mut progress = sent.wait_for_verification(watched.clock()).progress();
    assert!(matches!(progress.next().await, Some(LinkProgress::Waiting { .. })));
    drop(progress);
    let sent = take!(take!(client.resume().await.unwrap(), Resumed::Attempt), AnySignIn::FirstFactorLinkSent);

    drop(sent.wait_for_verification(watched.clock()));
    watched.world.open(&watched.world.mailed_link(G)).await.unwrap();
    let done = take!(client.resume().await.unwrap(), Resumed::Attempt);
    reached!(done, AnySignIn::Complete);
}

async fn wait_ends_if_a_code_was_sent_meanwhile(world: World) {
    let watched = Watched::new(world, []);
    let client = watched.client();
    let sent = client.sign_in().send_email_link(G, PAGE).await.unwrap();
    let other = take!(client.restore(sent.checkpoint()).unwrap(), AnySignIn::FirstFactorLinkSent);
    drop(other.choose_another().send_email_code().await.unwrap());
    let failed = sent.wait_for_verification(watched.clock()).await.unwrap_err();
    let StepError::Moved { error, sign_in } = failed else { panic!("{failed:?}") };
    assert!(matches!(error.kind(), ErrorKind::StepNotApplied { state: "CodeSent<NeedsFirstFactor>" }), "{error}");
    let code = watched.world.mailed_code(G);
    let sent = take!(sign_in, AnySignIn::FirstFactorCodeSent);
    reached!(sent.verify(&code).await.unwrap(), AfterFirstFactor::Complete);
}

/// Returns an answer in which the sign-in and the verification of the link have these statuses.
fn answer(status: &str, verification: &str) -> (u16, Value) {
    let verification = json!({ "status": verification, "strategy": "email_link" });
    let session = (status == "complete").then_some("sess_1");
    let sign_in = json!({
        "id": "sia_1", "status": status, "first_factor_verification": verification, "created_session_id": session,
    });
    (200, json!({ "response": sign_in, "client": null }))
}

async fn wait_with_answers(
    answers: &[(&str, &str)],
) -> Result<AfterFirstFactor, StepError<LinkSent<NeedsFirstFactor>>> {
    let answers = answers.iter().map(|(status, verification)| answer(status, verification));
    let first = [answer("needs_first_factor", "unverified")];
    let sent = Scripted::json(first.into_iter().chain(answers)).sign_in().send_email_link(G, PAGE).await.unwrap();
    sent.wait_for_verification(FakeClock::new()).await
}

/// Tests the client with answers that a real server may give about a link, but that the fake never gives.
#[tokio::test]
async fn each_status_ends_or_continues_the_wait() {
    const WAITING: (&str, &str) = ("needs_first_factor", "unverified");
    reached!(
        wait_with_answers(&[WAITING, WAITING, ("complete", "verified")]).await.unwrap(),
        AfterFirstFactor::Complete
    );
    let next = wait_with_answers(&[("needs_second_factor", "verified")]).await.unwrap();
    reached!(next, AfterFirstFactor::NeedsSecondFactor);
    let nobody = wait_with_answers(&[WAITING, ("needs_first_factor", "transferable")]).await.unwrap();
    reached!(nobody, AfterFirstFactor::Transferable);
    reached!(wait_with_answers(&[("of_tomorrow", "verified")]).await.unwrap(), AfterFirstFactor::Elsewhere);

    for (said, status) in [
        ("expired", VerificationStatus::Expired),
        ("failed", VerificationStatus::Failed),
        ("of_tomorrow", VerificationStatus::from("of_tomorrow")),
    ] {
        let (error, sent) = stayed!(wait_with_answers(&[WAITING, ("needs_first_factor", said)]).await);
        let ErrorKind::Link(LinkError::NotVerified { status: found }) = error.kind() else { panic!("{error}") };
        assert_eq!(found, &status);
        assert!(sent.verification().is_some() && !error.is_outcome_unknown());
    }
    // The link is verified, but the sign-in is still at the first factor. The client must not treat a verified link as
    // a session.
    let failed = wait_with_answers(&[("needs_first_factor", "verified")]).await.unwrap_err();
    assert!(matches!(failed, StepError::Moved { sign_in: AnySignIn::NeedsFirstFactor(_), .. }), "{failed:?}");
    let abandoned = wait_with_answers(&[("abandoned", "unverified")]).await.unwrap();
    reached!(abandoned, AfterFirstFactor::Elsewhere);
}
