//! What a failed call, an illegal call and a later call keep.

use std::sync::Arc;

use clerk_sign_in::StateKind;
use clerk_sign_in::backend::CallPolicy;
use clerk_sign_in::dynamic::{At, DynamicError, DynamicSignIn, DynamicState, PrepareOptions, Recipient};
use clerk_sign_in::fake::NewUser;
use clerk_sign_in::platform::Timer as _;
use clerk_sign_in::relation::Step;
use clerk_sign_in::wire::{Channel, CreateSignIn, Strategy};
use futures::StreamExt as _;
use support::accident::{Accident, Kind};
use support::{A, ADA_PASSWORD, G, L, World};

use crate::from_clerk_js::users::{PAGE, PHONE, QUINN, add_quinn};

fn locked_until(sign_in: &DynamicSignIn) -> Option<clerk_sign_in::wire::Timestamp> {
    match sign_in.state() {
        DynamicState::NeedsFirstFactor { locked_until, .. } | DynamicState::CodeSent { locked_until, .. } => {
            locked_until
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_locked_account_stays_locked_until_the_time_is_over() {
    let world = World::memory();
    let clock = world.fake.clock().clone();
    let client = world.client_over(Arc::clone(&world.backend)).call_policy(CallPolicy::new(clock.clone())).build();
    let sign_in = client.dynamic_sign_in();
    sign_in.create(CreateSignIn::with_identifier(A)).await.unwrap();
    for _ in 0..200 {
        drop(sign_in.password(None, "wrong").await.unwrap_err());
        if locked_until(&sign_in).is_some() {
            break;
        }
    }
    let until = locked_until(&sign_in).expect("the account is locked");
    assert!(until > clock.now());
    // Calls that say nothing about the account change nothing.
    sign_in.refresh().await.unwrap();
    assert_eq!(locked_until(&sign_in), Some(until), "after a refresh");
    assert!(matches!(sign_in.verify("1").await, Err(DynamicError::WrongState { .. })));
    assert_eq!(locked_until(&sign_in), Some(until), "after an illegal call");
    clock.advance(std::time::Duration::from_secs(60 * 60 * 2));
    assert_eq!(locked_until(&sign_in), None, "after the time is over");
}

#[tokio::test]
async fn an_illegal_call_changes_nothing() {
    let world = World::memory();
    add_quinn(&world);
    let sign_in = world.client().dynamic_sign_in();
    sign_in.phone_code().send_code(Recipient::Identifier(PHONE), Channel::Sms).await.unwrap();
    sign_in.choose_another().await.unwrap();
    let before = sign_in.state();
    let error = sign_in.email_code().verify_code("123456").await.unwrap_err();
    let at = At::UnderWay(StateKind::NeedsFirstFactor);
    assert!(matches!(error, DynamicError::WrongState { wanted: Step::Verify, at: here } if here == at), "{error}");
    assert_eq!(sign_in.state(), before);
}

#[tokio::test]
async fn a_failed_send_stays_at_the_code_that_was_sent() {
    let world = World::memory();
    add_quinn(&world);
    let sign_in = world.client().dynamic_sign_in();
    sign_in.email_code().send_code(Recipient::Identifier(QUINN)).await.unwrap();
    let before = sign_in.state();
    // A second code within 30 seconds.
    let error = sign_in.email_code().send_code(Recipient::Chosen).await.unwrap_err();
    assert_eq!(error.code(), "verification_code_too_many_requests");
    assert_eq!(sign_in.state(), before);
    drop(sign_in.password(None, "wrong").await.unwrap_err());
    assert!(matches!(sign_in.state(), DynamicState::CodeSent { .. }), "{:?}", sign_in.state());
}

#[tokio::test]
async fn a_link_goes_to_the_address_of_the_factor() {
    let world = World::memory();
    world.fake.configure(|settings| settings.email_links = true);
    let user = NewUser::new("one@example.com").email_address("two@example.com").password("a-long-password");
    world.fake.add_user(user).unwrap();
    let sign_in = world.client().dynamic_sign_in();
    sign_in.password(Some("one@example.com"), "a-long-password").await.unwrap();
    let DynamicState::NeedsClientTrust { factors, .. } = sign_in.state() else { panic!("{:?}", sign_in.state()) };
    let second = factors.iter().filter(|factor| factor.strategy == Strategy::EmailLink);
    let second = second.max_by_key(|factor| factor.safe_identifier.clone()).unwrap();
    sign_in.prepare_second_factor(second, &PrepareOptions::new().redirect_url(PAGE)).await.unwrap();
    assert_eq!(world.fake.outbox().last().unwrap().to, "two@example.com");
}

#[tokio::test]
async fn an_attempt_that_a_rejected_call_began_is_shown() {
    let world = World::memory();
    let sign_in = world.client().dynamic_sign_in();
    sign_in.create(CreateSignIn::with_identifier(A)).await.unwrap();
    let earlier = sign_in.id();
    // The password is wrong, but the server begins an attempt and forgets the earlier one.
    sign_in.password(Some(G), "wrong").await.unwrap_err();
    assert_ne!(sign_in.id(), earlier);
    assert_eq!(sign_in.identifier().as_deref(), Some(G));
    sign_in.password(Some(A), ADA_PASSWORD).await.unwrap();
    assert!(matches!(sign_in.state(), DynamicState::NeedsSecondFactor { .. }));
}

#[tokio::test]
async fn a_lock_survives_a_lost_call_and_stays_with_its_account() {
    let world = World::memory();
    let clock = world.fake.clock().clone();
    let policy = CallPolicy::new(clock);
    let locked = async |nth| {
        let backend = Accident::new(&world.backend, nth, Kind::RequestLost);
        let sign_in = world.client_over(backend).call_policy(policy.clone()).build().dynamic_sign_in();
        sign_in.create(CreateSignIn::with_identifier(A)).await.unwrap();
        while locked_until(&sign_in).is_none() {
            drop(sign_in.password(None, "wrong").await.unwrap_err());
        }
        sign_in
    };
    drop(locked(usize::MAX).await);
    // The account is locked now, so the second call says so. The third one is lost.
    let sign_in = locked(3).await;
    let until = locked_until(&sign_in);
    drop(sign_in.password(None, "wrong").await.unwrap_err());
    assert!(sign_in.is_interrupted());
    sign_in.refresh().await.unwrap();
    assert_eq!(locked_until(&sign_in), until);
    // Another account's form shows no lock.
    sign_in.create(CreateSignIn::with_identifier(G)).await.unwrap();
    drop(sign_in.create(CreateSignIn::with_identifier("nobody@example.com")).await.unwrap_err());
    assert_eq!(locked_until(&sign_in), None);
}

#[tokio::test]
async fn observers_get_the_last_change() {
    let world = World::memory();
    let sign_in = world.client().dynamic_sign_in();
    let mut changes = sign_in.changes();
    sign_in.send_email_code(Some(L)).await.unwrap();
    sign_in.verify("424242").await.unwrap();
    drop(sign_in.finalize().await.unwrap());
    drop(sign_in);
    let last = changes.next().await.map(|shown| shown.state);
    assert!(matches!(last, Some(DynamicState::Session { .. })), "{last:?}");
    assert_eq!(changes.next().await, None);
}
