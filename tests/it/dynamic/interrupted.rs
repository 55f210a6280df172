//! Calls of one object that are dropped, lost, overtaken or made at once.

use std::future::Future as _;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use clerk_sign_in::async_trait;
use clerk_sign_in::backend::{Backend, BackendError, CallContext, CallPolicy};
use clerk_sign_in::dynamic::{At, DynamicError, DynamicSignIn, DynamicState, FetchStatus, StageKind};
use clerk_sign_in::fake::{FakeBackend, FakeSolver, Message};
use clerk_sign_in::platform::{Mediation, Timer as _, Wallet as _};
use clerk_sign_in::relation::Step;
use clerk_sign_in::wire::{CreateSignIn, Request, Response, Strategy};
use clerk_sign_in::{IdToken, OtherSessions, Sso, StateKind};
use futures::StreamExt as _;
use futures::lock::Mutex;
use support::accident::{Accident, KINDS, Kind};
use support::keys::{Keys, device_of};
use support::{A, ADA_PASSWORD, G, GRACE_PASSWORD, L, World};

use crate::lost_answers::{JOURNEYS, Journey, Key, PAGE};

/// Makes the call that the shown state asks for.
pub(crate) async fn call(
    journey: Journey,
    fake: &FakeBackend,
    keys: &Keys,
    sign_in: &DynamicSignIn,
) -> Result<(), DynamicError> {
    let identifier = journey.identifier;
    let code = || {
        let outbox = fake.outbox();
        let mailed = outbox.iter().rev().find(|message| message.to == identifier);
        mailed.map_or("424242".to_owned(), |message| message.code().unwrap().expose().to_owned())
    };
    let google = Sso::oauth("google");
    match (sign_in.state(), journey.by_key) {
        (DynamicState::NeedsIdentifier { .. }, Some(Key::Device)) => sign_in.trusted_device(&device_of(fake, L)).await,
        (DynamicState::NeedsIdentifier { .. }, _) if journey.in_small_steps => {
            sign_in.create(CreateSignIn::with_identifier(identifier)).await
        }
        (DynamicState::NeedsIdentifier { .. } | DynamicState::NeedsFirstFactor { .. }, Some(Key::Provider)) => {
            sign_in.sso(&google, PAGE).await
        }
        (DynamicState::NeedsIdentifier { .. } | DynamicState::NeedsFirstFactor { .. }, Some(Key::Passkey)) => {
            sign_in.challenge_passkey().await
        }
        (DynamicState::NeedsIdentifier { .. }, Some(Key::Wallet)) => {
            sign_in.challenge_wallet(Some(&keys.address()), &keys.wallet.provider()).await
        }
        (DynamicState::NeedsIdentifier { .. }, Some(Key::IdToken)) => {
            let credential = fake.provider_credential(&Strategy::oauth_token("apple"), L).unwrap();
            sign_in.id_token(&IdToken::from_code("apple", credential.code.as_ref().unwrap().expose())).await
        }
        (DynamicState::NeedsFirstFactor { .. }, Some(Key::Wallet)) => {
            sign_in.challenge_wallet(None, &keys.wallet.provider()).await
        }
        (DynamicState::NeedsFirstFactor { .. }, Some(Key::Device)) => {
            sign_in.challenge_trusted_device(&device_of(fake, L)).await
        }
        (DynamicState::RedirectReady { .. }, _) => match fake.consent(&sign_in.external_url().unwrap(), L) {
            Ok(url) => sign_in.finish(&url).await,
            Err(_) => sign_in.redirect_again(&google, PAGE).await,
        },
        (DynamicState::PasskeyChallenged { .. }, _) => {
            sign_in.verify_with_passkey(&keys.passkeys, Mediation::Modal).await
        }
        (DynamicState::WalletChallenged { .. }, _) => sign_in.verify_with_wallet(&keys.wallet).await,
        (DynamicState::TrustedDeviceChallenged { .. }, _) => sign_in.verify_with_trusted_device(&keys.device).await,
        (DynamicState::NeedsIdentifier { .. }, None) => match journey.password {
            Some(password) => sign_in.password(Some(identifier), password).await,
            None if journey.forgot => sign_in.send_reset_password_email_code(Some(identifier)).await,
            None if journey.by_link => sign_in.send_email_link(Some(identifier), PAGE).await,
            None => sign_in.send_email_code(Some(identifier)).await,
        },
        (DynamicState::NeedsFirstFactor { .. }, _) => match journey.password {
            Some(password) => sign_in.password(None, password).await,
            None if journey.forgot => sign_in.send_reset_password_email_code(None).await,
            None if journey.by_link => sign_in.send_email_link(None, PAGE).await,
            None => sign_in.send_email_code(None).await,
        },
        (DynamicState::CodeSent { .. } | DynamicState::ResetCodeSent { .. }, _) => sign_in.verify(&code()).await,
        (DynamicState::LinkSent { .. }, _) => {
            let outbox = fake.outbox();
            let link = outbox.iter().rev().find(|message| message.to == identifier).and_then(Message::link);
            drop(fake.open_link(link.unwrap().expose()));
            sign_in.wait_for_verification(fake.clock().clone()).await
        }
        (DynamicState::NeedsSecondFactor { .. } | DynamicState::NeedsClientTrust { .. }, _)
            if journey.second_by_passkey =>
        {
            sign_in.challenge_passkey().await
        }
        (DynamicState::NeedsSecondFactor { .. }, _) => sign_in.verify_totp(&fake.totp_code(identifier).unwrap()).await,
        (DynamicState::NeedsClientTrust { .. }, _) if journey.by_link => sign_in.send_email_link(None, PAGE).await,
        (DynamicState::NeedsClientTrust { .. }, _) => sign_in.send_email_code(None).await,
        (DynamicState::NeedsNewPassword, _) => sign_in.submit_password("chosen-anew", OtherSessions::SignOut).await,
        (DynamicState::NeedsProtectCheck { .. }, _) if journey.captcha => sign_in.solve_with(&FakeSolver).await,
        (DynamicState::NeedsProtectCheck { .. }, _) => {
            let token = sign_in.protect_check().unwrap().token.unwrap().expose().to_owned();
            sign_in.submit_proof(&FakeBackend::proof_for(&token)).await
        }
        (DynamicState::Complete { .. }, _) => sign_in.finalize().await.map(drop),
        (elsewhere, _) => panic!("the journey does not lead to {elsewhere:?}"),
    }
}

/// Makes calls until a session is active. The n-th call of the backend has an accident. Returns whether it happened.
async fn accident(world: &World, journey: Journey, kind: Kind, nth: usize) -> bool {
    let backend = Arc::new(Accident::new(&world.backend, nth, kind));
    let client = journey.set_up(world, world.client_over(Arc::clone(&backend)));
    let keys = journey.keys(&world.fake);
    let sign_in = client.dynamic_sign_in();
    let mut is_handled = false;
    for _ in 0..20 {
        if let DynamicState::Session { session_id, needs_finalize, .. } = sign_in.state() {
            if needs_finalize {
                drop(sign_in.finalize().await.unwrap());
            }
            assert_eq!(client.active_session().unwrap().id, session_id);
            return backend.has_happened();
        }
        let before = sign_in.state();
        let mut called = Box::pin(call(journey, &world.fake, &keys, &sign_in));
        // The user loses patience once. Later, only a slow machine is the cause of a delay.
        let answer = if is_handled { Some(called.as_mut().await) } else { backend.waited_for(called.as_mut()).await };
        drop(called);
        match answer {
            Some(Ok(())) => {}
            // The user lost patience, so the call was dropped. The next call finds the sign-in by itself.
            None => {
                let can_be_repeated = matches!(before, DynamicState::Complete { .. } | DynamicState::LinkSent { .. });
                assert!((sign_in.is_interrupted() || can_be_repeated) && sign_in.state() == before, "{journey:?}");
                backend.is_over();
                is_handled = true;
            }
            // The attempt stands elsewhere, which the state now shows.
            Some(Err(DynamicError::WrongState { .. } | DynamicError::Moved { .. })) => {
                assert!(sign_in.state() != before, "{journey:?}");
            }
            // An answer was lost. This, too, is an interruption.
            Some(Err(DynamicError::Failed(error))) if error.is_outcome_unknown() => {
                let can_be_repeated = matches!(before, DynamicState::Complete { .. } | DynamicState::LinkSent { .. });
                assert!((sign_in.is_interrupted() || can_be_repeated) && sign_in.state() == before, "{journey:?}");
            }
            // A gate or an earlier call moved the sign-in.
            Some(Err(DynamicError::Failed(error))) => assert!(sign_in.state() != before, "{journey:?}: {error}"),
            Some(Err(error)) => panic!("{journey:?}: {error}"),
        }
    }
    panic!("{journey:?} does not end: {:?} after {kind:?} of call {nth}", sign_in.state());
}

async fn accidents(world: impl AsyncFn() -> World) {
    let journey_with = async |journey: Journey, kind: Kind| {
        let mut nth = 1;
        while accident(&world().await, journey, kind, nth).await {
            nth += 1;
        }
        assert!(nth > 2, "{journey:?} makes calls");
    };
    let all = JOURNEYS.iter().flat_map(|&journey| KINDS.map(|kind| journey_with(journey, kind)));
    futures::future::join_all(all).await;
}

#[tokio::test(start_paused = true)]
async fn one_object_survives_every_accident_at_every_call() {
    accidents(async || World::memory()).await;
}

#[tokio::test]
async fn one_object_survives_every_accident_over_http() {
    accidents(World::http).await;
}

/// A dynamic sign-in whose call `nth` hangs.
fn hanging(world: &World, nth: usize, kind: Kind) -> DynamicSignIn {
    world.client_over(Accident::new(&world.backend, nth, kind)).build().dynamic_sign_in()
}

#[tokio::test]
async fn a_second_call_is_busy_and_sends_nothing() {
    let world = World::memory();
    let sign_in = hanging(&world, 1, Kind::HangsBefore);
    let mut first = Box::pin(sign_in.password(Some(A), ADA_PASSWORD));
    assert!(futures::poll!(first.as_mut()).is_pending());
    assert_eq!(sign_in.fetch_status(), FetchStatus::Fetching);
    assert!(matches!(sign_in.state(), DynamicState::NeedsIdentifier { .. }) && !sign_in.steps().is_empty());
    let busy = sign_in.send_email_code(Some(L)).await.unwrap_err();
    assert!(matches!(busy, DynamicError::Busy { wanted: Step::SendEmailCode }));
    assert!(matches!(sign_in.create(CreateSignIn::new()).await, Err(DynamicError::Busy { .. })));
    assert!(sign_in.clone().into_typed().await.is_err());
    assert!(world.fake.outbox().is_empty());
    drop(first);
    assert_eq!((sign_in.fetch_status(), sign_in.is_interrupted()), (FetchStatus::Idle, true));
}

/// A backend whose calls wait until they are let through.
#[derive(Debug)]
struct Gated {
    inner: Arc<dyn Backend>,
    gate: Arc<Mutex<()>>,
}

#[async_trait]
impl Backend for Gated {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        drop(self.gate.lock().await);
        self.inner.call(context, request).await
    }
}

#[tokio::test]
async fn a_reset_discards_the_call_that_is_under_way() {
    let world = World::memory();
    let gate = Arc::new(Mutex::new(()));
    let gated = Gated { inner: Arc::clone(&world.backend), gate: Arc::clone(&gate) };
    let sign_in = world.client_over(gated).build().dynamic_sign_in();
    sign_in.create(CreateSignIn::with_identifier(A)).await.unwrap();
    let closed = gate.lock().await;
    let mut late = Box::pin(sign_in.password(None, ADA_PASSWORD));
    assert!(futures::poll!(late.as_mut()).is_pending());
    sign_in.reset();
    assert_eq!(sign_in.at(), At::UnderWay(StateKind::NeedsIdentifier));
    assert!(sign_in.id().is_none() && sign_in.identifier().is_none() && sign_in.supported_first_factors().is_empty());
    drop(closed);
    assert!(matches!(late.await, Err(DynamicError::Cancelled)));
    assert_eq!((sign_in.at(), sign_in.id()), (At::UnderWay(StateKind::NeedsIdentifier), None));
    sign_in.password(Some(G), GRACE_PASSWORD).await.unwrap();
    assert_eq!(sign_in.identifier().as_deref(), Some(G));
}

#[tokio::test]
async fn a_dropped_send_keeps_the_factor_that_it_chose() {
    let world = World::memory();
    let sign_in = hanging(&world, 2, Kind::HangsAfter);
    sign_in.create(CreateSignIn::with_identifier(L)).await.unwrap();
    {
        let mut sending = Box::pin(sign_in.send_email_code(None));
        assert!(futures::poll!(sending.as_mut()).is_pending());
    }
    assert!(sign_in.is_interrupted() && matches!(sign_in.state(), DynamicState::NeedsFirstFactor { .. }));
    sign_in.verify("424242").await.unwrap();
    assert!(matches!(sign_in.state(), DynamicState::Complete { .. }));

    // The factor is known after a refresh, too.
    let sign_in = hanging(&world, 2, Kind::HangsAfter);
    sign_in.create(CreateSignIn::with_identifier(L)).await.unwrap();
    drop(futures::poll!(Box::pin(sign_in.send_email_code(None)).as_mut()));
    sign_in.refresh().await.unwrap();
    let DynamicState::CodeSent { stage, sent_to, .. } = sign_in.state() else { panic!("{:?}", sign_in.state()) };
    assert_eq!((stage, sent_to.unwrap().safe_identifier.as_deref()), (StageKind::FirstFactor, Some(L)));
}

#[tokio::test]
async fn a_factor_that_was_set_aside_stays_set_aside_after_a_dropped_call() {
    let world = World::memory();
    let sign_in = hanging(&world, 3, Kind::HangsBefore);
    sign_in.create(CreateSignIn::with_identifier(A)).await.unwrap();
    sign_in.send_email_code(None).await.unwrap();
    sign_in.choose_another().await.unwrap();
    drop(futures::poll!(Box::pin(sign_in.password(None, ADA_PASSWORD)).as_mut()));
    assert!(sign_in.is_interrupted());
    sign_in.password(None, ADA_PASSWORD).await.unwrap();
    assert!(matches!(sign_in.state(), DynamicState::NeedsSecondFactor { .. }));
}

#[tokio::test]
async fn a_dropped_call_whose_attempt_was_replaced_says_so() {
    let world = World::memory();
    let client = world.client_over(Accident::new(&world.backend, 2, Kind::HangsBefore)).build();
    let sign_in = client.dynamic_sign_in();
    sign_in.create(CreateSignIn::with_identifier(A)).await.unwrap();
    drop(futures::poll!(Box::pin(sign_in.password(None, ADA_PASSWORD)).as_mut()));
    // Another handle of the same client begins another sign-in.
    drop(client.sign_in().create(G).await.unwrap());
    let error = sign_in.password(None, ADA_PASSWORD).await.unwrap_err();
    assert!(error.error().is_some_and(clerk_sign_in::Error::is_over), "{error}");
    sign_in.reset();
    sign_in.password(Some(A), ADA_PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_rejected_attempt_keeps_the_earlier_one() {
    let world = World::memory();
    let sign_in = world.client().dynamic_sign_in();
    sign_in.create(CreateSignIn::with_identifier(A)).await.unwrap();
    let before = sign_in.id();
    let error = sign_in.create(CreateSignIn::with_identifier("nobody@example.com")).await.unwrap_err();
    assert!(error.error().is_some_and(clerk_sign_in::Error::is_wrong_input), "{error}");
    assert_eq!(sign_in.id(), before);
    sign_in.password(None, ADA_PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_wait_can_be_cancelled_and_taken_up_again() {
    let world = World::memory();
    let sign_in = world.client().dynamic_sign_in();
    sign_in.send_email_link(Some(L), PAGE).await.unwrap();
    let clock = world.fake.clock().clone();
    let mut wait = Box::pin(sign_in.wait_for_verification(clock.clone()));
    let _ = futures::poll!(wait.as_mut());
    sign_in.cancel_wait();
    assert!(matches!(wait.await, Err(DynamicError::Cancelled)));
    assert!(matches!(sign_in.state(), DynamicState::LinkSent { .. }) && !sign_in.is_interrupted());
    world.fake.open_link(&world.mailed_link(L)).unwrap();
    sign_in.wait_for_verification(clock).await.unwrap();
    assert!(matches!(sign_in.state(), DynamicState::Complete { .. }));
}

/// A waker that reads the object, as a user interface may.
struct Reader(DynamicSignIn);

impl Wake for Reader {
    fn wake(self: Arc<Self>) {
        drop(self.0.state());
    }
}

#[tokio::test]
async fn waker_can_read_the_object() {
    let world = World::memory();
    let sign_in = world.client().dynamic_sign_in();
    let waker = Waker::from(Arc::new(Reader(sign_in.clone())));
    let mut context = Context::from_waker(&waker);
    let mut changes = sign_in.changes();
    assert!(changes.poll_next_unpin(&mut context).is_pending());
    sign_in.send_email_link(Some(L), PAGE).await.unwrap();
    for end in [DynamicSignIn::cancel_wait, DynamicSignIn::reset] {
        let mut wait = Box::pin(sign_in.wait_for_verification(world.fake.clock().clone()));
        assert!(wait.as_mut().poll(&mut context).is_pending());
        end(&sign_in);
        assert!(matches!(wait.await, Err(DynamicError::Cancelled)));
    }
}

#[tokio::test]
async fn observers_get_the_latest_state() {
    let world = World::memory();
    let sign_in = world.client().dynamic_sign_in();
    let mut changes = sign_in.changes();
    sign_in.create(CreateSignIn::with_identifier(A)).await.unwrap();
    sign_in.password(None, ADA_PASSWORD).await.unwrap();
    let shown = changes.next().await.unwrap();
    assert!(matches!(shown.state, DynamicState::NeedsSecondFactor { .. }) && shown.steps.contains(&Step::VerifyTotp));
    // A call that is refused changes nothing.
    drop(sign_in.verify("123456").await.unwrap_err());
    assert!(futures::poll!(changes.next()).is_pending());
    drop(sign_in);
    assert_eq!(changes.next().await, None);
}

#[tokio::test]
async fn a_locked_account_shows_until_when() {
    let world = World::memory();
    let clock = world.fake.clock().clone();
    let client = world.client_over(Arc::clone(&world.backend)).call_policy(CallPolicy::new(clock.clone())).build();
    let sign_in = client.dynamic_sign_in();
    sign_in.create(CreateSignIn::with_identifier(A)).await.unwrap();
    for _ in 0..200 {
        let error = sign_in.password(None, "wrong").await.unwrap_err();
        assert!(error.error().is_some(), "{error}");
        if let DynamicState::NeedsFirstFactor { locked_until: Some(until), .. } = sign_in.state() {
            assert!(until > clock.now());
            return;
        }
    }
    panic!("the account is not locked");
}
