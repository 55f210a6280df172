//! The next call after one that was dropped or got no answer. It first finds out where the attempt stands.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clerk_sign_in::async_trait;
use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::dynamic::{At, DynamicError, DynamicSignIn, DynamicState, Recipient};
use clerk_sign_in::fake::NewOrganization;
use clerk_sign_in::wire::{ApiError, CreateSignIn, ErrorCode, Rejection, Request, Response, SignUpFields};
use clerk_sign_in::{AnySignIn, Client, Finalized, Sso, StateKind};
use support::accident::{Accident, Kind};
use support::{A, ADA_PASSWORD, G, L, World, take};

use crate::from_clerk_js::shown::Recorder;
use crate::from_clerk_js::users::PAGE;

fn client(world: &World, nth: usize, kind: Kind) -> Client {
    world.client_over(Accident::new(&world.backend, nth, kind)).build()
}

fn hanging(world: &World, nth: usize, kind: Kind) -> DynamicSignIn {
    client(world, nth, kind).dynamic_sign_in()
}

/// Drops a call whose answer does not come.
macro_rules! dropped {
    ($call:expr) => {
        assert!(futures::poll!(Box::pin($call).as_mut()).is_pending())
    };
}

/// A dynamic sign-in of a client that the server knows, and the record of its calls. The answer to call `nth` hangs.
async fn known(world: &World, nth: usize) -> (DynamicSignIn, Recorder) {
    let recorder = Recorder::new(world);
    let backend: Arc<dyn Backend> = Arc::new(recorder.clone());
    let client = world.client_over(Accident::new(&backend, nth, Kind::HangsAfter)).build();
    // A native client is known after its first answer.
    drop(client.sign_in().create(G).await.unwrap());
    (client.dynamic_sign_in(), recorder)
}

#[tokio::test]
async fn a_call_that_begins_an_attempt_is_not_made_twice() {
    let world = World::memory();
    let (sign_in, recorder) = known(&world, 2).await;
    dropped!(sign_in.password(Some(A), ADA_PASSWORD));
    let again = sign_in.password(Some(A), ADA_PASSWORD).await.unwrap_err();
    assert!(matches!(again, DynamicError::Moved { .. }), "{again}");
    assert!(matches!(sign_in.state(), DynamicState::NeedsSecondFactor { .. }), "{:?}", sign_in.state());
    assert_eq!(recorder.values("password").len(), 1);
    // After the app has seen the state, the same call begins anew.
    sign_in.password(Some(A), ADA_PASSWORD).await.unwrap();
    assert_eq!(recorder.values("password").len(), 2);

    // The same for a code: only one is sent.
    let (sign_in, _) = known(&world, 3).await;
    dropped!(sign_in.email_code().send_code(Recipient::Identifier(G)));
    drop(sign_in.email_code().send_code(Recipient::Identifier(G)).await);
    assert!(matches!(sign_in.state(), DynamicState::CodeSent { .. }), "{:?}", sign_in.state());
    assert_eq!(world.fake.outbox().len(), 1);
}

#[tokio::test]
async fn the_sign_in_of_another_handle_is_not_taken_for_one_that_was_lost() {
    let world = World::memory();
    let client = client(&world, 2, Kind::HangsBefore);
    drop(client.sign_in().create(A).await.unwrap());
    let sign_in = client.dynamic_sign_in();
    dropped!(sign_in.password(Some(A), ADA_PASSWORD));
    sign_in.refresh().await.unwrap();
    assert_eq!(sign_in.at(), At::UnderWay(StateKind::NeedsIdentifier));
}

#[tokio::test]
async fn a_code_that_was_set_aside_stays_aside() {
    let world = World::memory();
    let sign_in = hanging(&world, 2, Kind::HangsBefore);
    sign_in.send_email_code(Some(A)).await.unwrap();
    sign_in.choose_another().await.unwrap();
    dropped!(sign_in.password(None, ADA_PASSWORD));
    sign_in.refresh().await.unwrap();
    assert_eq!(sign_in.at(), At::UnderWay(StateKind::NeedsFirstFactor));
}

#[tokio::test]
async fn a_sign_up_goes_on_after_a_dropped_return_from_the_provider() {
    let world = World::memory();
    let sign_in = hanging(&world, 2, Kind::HangsAfter);
    let url = sign_in.authenticate_with_redirect(&Sso::oauth("google"), PAGE).await.unwrap();
    let callback = world.consent(sign_in.client(), &url, "new@example.com").await.unwrap();
    dropped!(sign_in.finish(&callback));
    drop(sign_in.continue_sign_up(SignUpFields::new()).await.unwrap());
    assert_eq!(sign_in.state(), DynamicState::SignUp);
}

#[tokio::test]
async fn single_sign_on_is_possible_after_any_interruption() {
    let world = World::memory();
    let sign_in = hanging(&world, 2, Kind::HangsAfter);
    sign_in.create(CreateSignIn::with_identifier(A)).await.unwrap();
    dropped!(sign_in.password(None, ADA_PASSWORD));
    // The attempt has moved on, so the app must look at it first. After that, a new attempt begins.
    drop(sign_in.sso(&Sso::oauth("google"), PAGE).await);
    assert!(matches!(sign_in.state(), DynamicState::NeedsSecondFactor { .. }), "{:?}", sign_in.state());
    sign_in.sso(&Sso::oauth("google"), PAGE).await.unwrap();
    assert!(matches!(sign_in.state(), DynamicState::RedirectReady { .. }));
}

/// A backend that rejects every read for a while.
#[derive(Debug)]
struct Overloaded {
    inner: Arc<dyn Backend>,
    is_overloaded: Arc<AtomicBool>,
}

#[async_trait]
impl Backend for Overloaded {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        if self.is_overloaded.load(Ordering::Relaxed) {
            if matches!(request, Request::AttemptFirstFactor(_)) {
                drop(self.inner.call(context, request).await);
                return std::future::pending().await;
            }
            let error = ApiError::new(ErrorCode::TooManyRequests, "too many requests");
            return Ok(Response::new(Err(Rejection::new(http::StatusCode::TOO_MANY_REQUESTS, error))));
        }
        self.inner.call(context, request).await
    }
}

#[tokio::test]
async fn a_server_that_is_too_busy_to_answer_leaves_it_interrupted() {
    let world = World::memory();
    let is_overloaded = Arc::new(AtomicBool::new(false));
    let backend = Overloaded { inner: Arc::clone(&world.backend), is_overloaded: Arc::clone(&is_overloaded) };
    let sign_in = world.client_over(backend).build().dynamic_sign_in();
    sign_in.create(CreateSignIn::with_identifier(A)).await.unwrap();
    is_overloaded.store(true, Ordering::Relaxed);
    dropped!(sign_in.password(None, ADA_PASSWORD));
    let error = sign_in.password(None, ADA_PASSWORD).await.unwrap_err();
    assert!(error.error().is_some() && sign_in.is_interrupted(), "{error}");
    is_overloaded.store(false, Ordering::Relaxed);
    assert!(matches!(sign_in.password(None, ADA_PASSWORD).await, Err(DynamicError::WrongState { .. })));
    assert!(matches!(sign_in.state(), DynamicState::NeedsSecondFactor { .. }));
}

#[tokio::test]
async fn a_visit_to_the_provider_need_not_be_repeated() {
    let world = World::memory();
    // The last call, which reads the result, is lost.
    let sign_in = hanging(&world, 2, Kind::RequestLost);
    let error = sign_in.sso_with(&Sso::oauth("google"), &world.fake.browser(L)).await.unwrap_err();
    assert!(error.error().is_some_and(clerk_sign_in::Error::is_outcome_unknown), "{error}");
    assert!(matches!(sign_in.state(), DynamicState::RedirectReady { .. }), "{:?}", sign_in.state());
    assert!(sign_in.checkpoint().unwrap().id().is_some());
    drop(sign_in.finish_here().await);
    assert!(matches!(sign_in.state(), DynamicState::Complete { .. }), "{:?}", sign_in.state());
}

#[tokio::test]
async fn a_chosen_organization_stays_chosen() {
    let world = World::memory();
    world.fake.add_organization(NewOrganization::new("Acme").slug("acme").member(L)).unwrap();
    for kind in [Kind::RequestLost, Kind::AnswerLost, Kind::HangsBefore, Kind::HangsAfter] {
        let client = client(&world, 3, kind);
        let sign_in = client.dynamic_sign_in();
        sign_in.send_email_code(Some(L)).await.unwrap();
        sign_in.verify("424242").await.unwrap();
        sign_in.organization(Some("acme")).await.unwrap();
        match kind {
            Kind::RequestLost | Kind::AnswerLost => drop(sign_in.finalize().await.unwrap_err()),
            Kind::HangsBefore | Kind::HangsAfter => dropped!(sign_in.finalize()),
        }
        drop(take!(sign_in.finalize().await.unwrap(), Finalized::Active));
        assert!(client.active_session().unwrap().last_active_organization_id.is_some(), "{kind:?}");
    }
}

#[tokio::test]
async fn the_attempt_of_another_user_is_not_taken() {
    let world = World::memory();
    // The identifiers of all calls count, not only those of `create`.
    let sign_in = hanging(&world, 1, Kind::HangsBefore);
    dropped!(sign_in.send_email_code(Some(L)));
    drop(sign_in.client().sign_in().create(A).await.unwrap());
    sign_in.refresh().await.unwrap();
    assert!(matches!(sign_in.state(), DynamicState::NeedsIdentifier { .. }), "{:?}", sign_in.state());
}

#[tokio::test]
async fn the_session_of_another_user_is_not_taken() {
    let world = World::memory();
    let sign_in = hanging(&world, 1, Kind::HangsBefore);
    dropped!(sign_in.create(CreateSignIn::with_identifier(G)));
    // Another window signs in another user, and finishes.
    let sent = sign_in.client().sign_in().send_email_code(L).await.unwrap();
    let done = take!(sent.verify("424242").await.unwrap(), clerk_sign_in::AfterFirstFactor::Complete);
    drop(done.finalize().await.unwrap());
    sign_in.refresh().await.unwrap();
    assert!(!matches!(sign_in.state(), DynamicState::Session { .. }), "{:?}", sign_in.state());
}

#[tokio::test]
async fn pasted_identifiers_are_recognized() {
    let world = World::memory();
    let (sign_in, _) = known(&world, 2).await;
    dropped!(sign_in.create(CreateSignIn::with_identifier("\u{200b}Ada@example.com ")));
    sign_in.refresh().await.unwrap();
    assert!(matches!(sign_in.state(), DynamicState::NeedsFirstFactor { .. }), "{:?}", sign_in.state());
}

#[tokio::test]
async fn an_interrupted_sign_in_can_be_taken_out() {
    let world = World::memory();
    let sign_in = hanging(&world, 2, Kind::HangsAfter);
    sign_in.create(CreateSignIn::with_identifier(A)).await.unwrap();
    dropped!(sign_in.password(None, ADA_PASSWORD));
    assert!(matches!(sign_in.into_typed().await, Ok(AnySignIn::NeedsSecondFactor(_))));
}

#[tokio::test]
async fn a_new_visit_to_the_provider_is_kept_after_an_earlier_session() {
    let world = World::memory();
    // Three calls lead to the first session. The fifth reads the result of the visit.
    let sign_in = hanging(&world, 5, Kind::RequestLost);
    sign_in.send_email_code(Some(L)).await.unwrap();
    sign_in.verify("424242").await.unwrap();
    drop(sign_in.finalize().await.unwrap());
    sign_in.sso_with(&Sso::oauth("google"), &world.fake.browser(A)).await.unwrap_err();
    assert!(matches!(sign_in.state(), DynamicState::RedirectReady { .. }), "{:?}", sign_in.state());
    drop(sign_in.finish_here().await);
    assert!(!matches!(sign_in.state(), DynamicState::Session { .. }), "{:?}", sign_in.state());
}

#[tokio::test]
async fn a_nonce_survives_a_dropped_retry() {
    let world = World::memory();
    let twice: Arc<dyn Backend> = Arc::new(Accident::new(&world.backend, 2, Kind::HangsBefore));
    let sign_in = world.client_over(Accident::new(&twice, 2, Kind::RequestLost)).build().dynamic_sign_in();
    sign_in.sso_with(&Sso::oauth("google"), &world.fake.browser(L)).await.unwrap_err();
    dropped!(sign_in.finish_here());
    assert!(sign_in.is_interrupted());
    drop(sign_in.finish_here().await);
    assert!(matches!(sign_in.state(), DynamicState::Complete { .. }), "{:?}", sign_in.state());
}

#[tokio::test]
async fn a_nonce_of_somebody_else_does_not_block_the_sign_in() {
    let world = World::memory();
    let sign_in = hanging(&world, 2, Kind::RequestLost);
    let url = sign_in.authenticate_with_redirect(&Sso::oauth("google"), PAGE).await.unwrap();
    sign_in.finish("https://app.example.com/page?rotating_token_nonce=forged").await.unwrap_err();
    let callback = world.consent(sign_in.client(), &url, L).await.unwrap();
    // The first call finds out that the nonce is wrong.
    drop(sign_in.finish(&callback).await);
    assert!(!sign_in.is_interrupted());
    sign_in.finish(&callback).await.unwrap();
    assert!(matches!(sign_in.state(), DynamicState::Complete { .. }), "{:?}", sign_in.state());
}

#[tokio::test]
async fn a_chosen_organization_survives_a_lost_attempt() {
    let world = World::memory();
    world.fake.add_organization(NewOrganization::new("Acme").slug("acme").member(L)).unwrap();
    let client = client(&world, 3, Kind::RequestLost);
    let sign_in = client.dynamic_sign_in();
    sign_in.send_email_code(Some(L)).await.unwrap();
    sign_in.verify("424242").await.unwrap();
    sign_in.organization(Some("acme")).await.unwrap();
    sign_in.create(CreateSignIn::with_identifier(G)).await.unwrap_err();
    drop(take!(sign_in.finalize().await.unwrap(), Finalized::Active));
    assert!(client.active_session().unwrap().last_active_organization_id.is_some());
}

#[tokio::test]
async fn a_new_session_is_found_beside_an_earlier_one() {
    let world = World::memory();
    let client = client(&world, 4, Kind::AnswerLost);
    let sign_in = client.dynamic_sign_in();
    sign_in.send_email_code(Some(L)).await.unwrap();
    sign_in.verify("424242").await.unwrap();
    drop(sign_in.finalize().await.unwrap());
    let earlier = client.active_session().unwrap().id;
    let ticket = world.fake.add_ticket(G, std::time::Duration::from_secs(60)).unwrap();
    sign_in.ticket(ticket.ticket.expose()).await.unwrap_err();
    sign_in.refresh().await.unwrap();
    let DynamicState::Session { session_id, needs_finalize: true, .. } = sign_in.state() else {
        panic!("{:?}", sign_in.state())
    };
    assert_ne!(session_id, earlier);
    drop(sign_in.finalize().await.unwrap());
    assert_eq!(client.active_session().unwrap().id, session_id);
}

#[tokio::test]
async fn a_message_is_not_sent_again() {
    let world = World::memory();
    let (sign_in, _) = known(&world, 3).await;
    sign_in.create(CreateSignIn::with_identifier(G)).await.unwrap();
    dropped!(sign_in.email_code().send_code(Recipient::Chosen));
    world.fake.clock().advance(clerk_sign_in::wire::Verification::RESEND_INTERVAL);
    let again = sign_in.email_code().send_code(Recipient::Chosen).await.unwrap_err();
    assert!(matches!(again, DynamicError::Moved { .. }), "{again}");
    assert_eq!(world.fake.outbox().len(), 1);

    // Also if the new attempt is in the same state as the one before.
    let (sign_in, _) = known(&world, 3).await;
    let mut create = CreateSignIn::with_identifier(G);
    create.strategy = Some(clerk_sign_in::wire::Strategy::EmailCode);
    sign_in.create(create.clone()).await.unwrap();
    dropped!(sign_in.create(create.clone()));
    let again = sign_in.create(create).await.unwrap_err();
    assert!(matches!(again, DynamicError::Moved { .. }), "{again}");
    assert_eq!(world.fake.outbox().len(), 3);
}

#[tokio::test]
async fn a_call_that_continues_the_found_attempt_is_made() {
    let world = World::memory();
    let (sign_in, recorder) = known(&world, 2).await;
    dropped!(sign_in.create(CreateSignIn::with_identifier(A)));
    sign_in.password(Some(A), ADA_PASSWORD).await.unwrap();
    assert!(matches!(sign_in.state(), DynamicState::NeedsSecondFactor { .. }));
    assert_eq!(recorder.values("identifier").len(), 2, "no attempt was begun again");
}

#[tokio::test]
async fn an_attempt_that_is_over_is_not_continued() {
    let world = World::memory();
    let sign_in = hanging(&world, 2, Kind::HangsBefore);
    sign_in.create(CreateSignIn::with_identifier(A)).await.unwrap();
    dropped!(sign_in.password(None, ADA_PASSWORD));
    // The server forgets an attempt that is not finished in time.
    world.fake.clock().advance(std::time::Duration::from_secs(25 * 60 * 60));
    sign_in.password(Some(A), ADA_PASSWORD).await.unwrap();
    assert!(matches!(sign_in.state(), DynamicState::NeedsSecondFactor { .. }));
}

#[tokio::test]
async fn a_sign_up_elsewhere_does_not_end_the_sign_in() {
    let world = World::memory();
    let sign_in = hanging(&world, 1, Kind::HangsBefore);
    dropped!(sign_in.password(Some(A), ADA_PASSWORD));
    let fields = SignUpFields::new().email_address("new@example.com");
    drop(sign_in.client().sign_in().sign_up(fields).await.unwrap());
    sign_in.refresh().await.unwrap();
    assert!(matches!(sign_in.state(), DynamicState::NeedsIdentifier { .. }), "{:?}", sign_in.state());
}
