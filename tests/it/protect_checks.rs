//! Gates of Clerk Protect that the app's solver opens. Each flow runs in memory and over HTTP.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use clerk_sign_in::backend::{Backend, BackendError, CallContext, CallPolicy};
use clerk_sign_in::fake::{FakeBackend, FakeClock, FakeSolver};
use clerk_sign_in::platform::{CapabilityError, Captcha, CaptchaSolution, ChallengeSolver};
use clerk_sign_in::wire::{ErrorCode, ProtectCheck, Request, Response, Secret};
use clerk_sign_in::{
    AfterCreate, AfterFirstFactor, AfterRedirect, AnySignIn, Client, ErrorKind, NeedsProtectCheck, Resumed, SignIn,
    Sso, StepError, async_trait,
};
use serde_json::json;
use support::solver::{Silent, Watched, every_failure, moment};
use support::{A, L, Scripted, World, codes, over_every_identity, reached, stayed, take};

over_every_identity! {
    solver_completes_a_chain_of_challenges,
    gated_step_can_be_repeated_afterwards,
    unsolved_challenge_hands_the_sign_in_back,
    wrong_proof_is_rejected_and_the_next_one_works,
    expired_challenge_is_replaced,
    gate_opened_elsewhere_is_open,
    solver_stops_after_too_many_challenges,
    gate_is_found_open_after_a_lost_answer,
    gate_can_be_solved_after_a_restart,
}

async fn gated(world: &World, client: &Client, challenges: u32) -> SignIn<NeedsProtectCheck> {
    world.fake.require_protect_checks(challenges);
    take!(client.sign_in().create(L).await.unwrap(), AfterCreate::NeedsProtectCheck)
}

fn token(gated: &SignIn<NeedsProtectCheck>) -> String {
    gated.protect_check().unwrap().token.as_ref().unwrap().expose().to_owned()
}

async fn solver_completes_a_chain_of_challenges(world: World) {
    for challenges in 1..=5 {
        let solver = Watched::new([]);
        let gated = gated(&world, &world.client(), challenges).await;
        let (id, first) = (gated.id().to_owned(), gated.protect_check().unwrap().clone());
        let at = take!(gated.solve_with(&solver).await.unwrap(), AnySignIn::NeedsFirstFactor);
        assert_eq!(at.id(), id);
        let checks = solver.checks();
        assert_eq!(checks.len(), usize::try_from(challenges).unwrap());
        assert_eq!(checks[0], first, "the solver gets the server's challenge");
        let mut tokens: Vec<_> = checks.iter().map(|check| check.token.clone()).collect();
        tokens.dedup();
        assert_eq!(tokens.len(), checks.len(), "each challenge once");
    }
}

async fn gated_step_can_be_repeated_afterwards(world: World) {
    let first = take!(world.client().sign_in().create(L).await.unwrap(), AfterCreate::NeedsFirstFactor);
    world.fake.require_protect_checks(2);
    let Err(StepError::Moved { error, sign_in }) = first.send_email_code().await else { panic!("not gated") };
    assert!(matches!(error.kind(), ErrorKind::StepNotApplied { .. }), "{error}");
    let gated = take!(sign_in, AnySignIn::NeedsProtectCheck);
    let first = take!(gated.solve_with(&FakeSolver).await.unwrap(), AnySignIn::NeedsFirstFactor);
    let sent = first.send_email_code().await.unwrap();
    world.fake.require_protect_checks(1);
    let gated = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::NeedsProtectCheck);
    let sent = take!(gated.solve_with(&FakeSolver).await.unwrap(), AnySignIn::FirstFactorCodeSent);
    reached!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
}

async fn unsolved_challenge_hands_the_sign_in_back(world: World) {
    for failure in every_failure() {
        let (said, is_cancelled) = (failure.to_string(), matches!(failure, CapabilityError::Cancelled));
        let gated = gated(&world, &world.client(), 2).await;
        let (first, proof) = (token(&gated), FakeBackend::proof_for(&token(&gated)));
        let solver = Watched::new([Ok(proof.into()), Err(failure)]);
        let (error, gated) = stayed!(gated.solve_with(&solver).await);
        assert_eq!((error.to_string(), error.is_cancelled()), (said, is_cancelled));
        assert!(matches!(error.kind(), ErrorKind::Capability(_)), "{error}");
        assert_eq!(solver.checks()[1].token, Some(token(&gated).into()), "the first challenge is solved");
        assert_ne!(token(&gated), first);
        reached!(gated.solve_with(&solver).await.unwrap(), AnySignIn::NeedsFirstFactor);
        assert_eq!(solver.checks().len(), 3);
    }
}

async fn wrong_proof_is_rejected_and_the_next_one_works(world: World) {
    let gated = gated(&world, &world.client(), 1).await;
    let solver = Watched::new([Ok("guess".into()), Ok("".into())]);
    let (error, gated) = stayed!(gated.solve_with(&solver).await);
    assert_eq!(codes(&error), [ErrorCode::FormParamValueInvalid]);
    let (error, gated) = stayed!(gated.solve_with(&solver).await);
    assert!(error.rejection().is_some(), "{error}");
    reached!(gated.solve_with(&solver).await.unwrap(), AnySignIn::NeedsFirstFactor);
}

/// A solver whose user takes so long that the challenge expires.
#[derive(Debug)]
struct Slow(FakeBackend, Watched);

#[async_trait]
impl ChallengeSolver for Slow {
    async fn solve_captcha(&self, captcha: &Captcha) -> Result<CaptchaSolution, CapabilityError> {
        self.1.solve_captcha(captcha).await
    }

    async fn solve_protect_check(&self, check: &ProtectCheck) -> Result<Secret, CapabilityError> {
        if self.1.checks().is_empty() {
            self.0.advance(Duration::from_secs(5 * 60));
        }
        self.1.solve_protect_check(check).await
    }
}

async fn expired_challenge_is_replaced(world: World) {
    let gated = gated(&world, &world.client(), 1).await;
    let watched = Watched::new([]);
    let solver = Slow(world.fake.clone(), watched.clone());
    reached!(gated.solve_with(&solver).await.unwrap(), AnySignIn::NeedsFirstFactor);
    assert_eq!(watched.checks().len(), 2);
}

async fn gate_opened_elsewhere_is_open(world: World) {
    let client = world.client();
    let gated = gated(&world, &client, 1).await;
    let twin = take!(client.restore(gated.checkpoint()).unwrap(), AnySignIn::NeedsProtectCheck);
    reached!(gated.solve_with(&FakeSolver).await.unwrap(), AnySignIn::NeedsFirstFactor);
    reached!(twin.solve_with(&FakeSolver).await.unwrap(), AnySignIn::NeedsFirstFactor);
}

async fn solver_stops_after_too_many_challenges(world: World) {
    let solver = Watched::new([]);
    let gated = gated(&world, &world.client(), 7).await;
    let (error, gated) = stayed!(gated.solve_with(&solver).await);
    assert!(matches!(error.kind(), ErrorKind::TooManyChallenges { solved: 5 }), "{error}");
    assert_eq!(solver.checks().len(), 5);
    // The challenges that are already solved still count.
    reached!(gated.solve_with(&solver).await.unwrap(), AnySignIn::NeedsFirstFactor);
    assert_eq!(solver.checks().len(), 7);
}

async fn gate_is_found_open_after_a_lost_answer(world: World) {
    let client = world.client_over(LosesAnswers(Arc::clone(&world.backend))).build();
    let gated = gated(&world, &client, 1).await;
    let (error, gated) = stayed!(gated.solve_with(&FakeSolver).await);
    assert!(error.is_outcome_unknown(), "{error}");
    reached!(gated.refresh().await.unwrap(), AnySignIn::NeedsFirstFactor);

    // A refresh is not necessary, because the server's answer to the next proof says that the gate is already open.
    let gated = self::gated(&world, &client, 1).await;
    let (_, gated) = stayed!(gated.solve_with(&FakeSolver).await);
    reached!(gated.solve_with(&FakeSolver).await.unwrap(), AnySignIn::NeedsFirstFactor);
}

async fn gate_can_be_solved_after_a_restart(world: World) {
    let client = world.client();
    drop(gated(&world, &client, 2).await);
    let restarted = Client::builder(Arc::clone(&world.backend)).exported(client.export()).build();
    let gated = take!(restarted.resume().await.unwrap(), Resumed::Attempt);
    let gated = take!(gated, AnySignIn::NeedsProtectCheck);
    reached!(gated.solve_with(&FakeSolver).await.unwrap(), AnySignIn::NeedsFirstFactor);
}

/// A script runs on the user's machine, so it must come from a URL that cannot be forged.
#[tokio::test]
async fn unsafe_script_url_is_rejected() {
    let with = |check: serde_json::Value| json!({ "response": { "id": "sia_1", "status": "needs_protect_check", "protect_check": check }, "client": null });
    for check in [
        json!({ "status": "pending", "token": "t", "sdk_url": "http://protect.invalid/a.mjs" }),
        json!({ "status": "pending", "token": "t", "sdk_url": "data:text/javascript,alert(1)" }),
        json!({ "status": "pending", "token": "t", "sdk_url": "javascript:alert(1)" }),
        json!({ "status": "pending", "token": "t", "sdk_url": "https://user:secret@protect.invalid/a.mjs" }),
        json!({ "status": "pending", "token": "t", "sdk_url": "https://clerk.com@protect.invalid/a.mjs" }),
        json!({ "status": "pending", "token": "t", "sdk_url": "//protect.invalid/a.mjs" }),
        json!({ "status": "pending", "token": "t", "sdk_url": "/a.mjs" }),
        json!({ "status": "pending", "token": "t", "sdk_url": "" }),
        json!({ "status": "pending", "token": "t" }),
        json!({ "status": "pending", "sdk_url": "https://protect.invalid/a.mjs" }),
        json!(null),
    ] {
        let client = Scripted::json([(200, with(check.clone()))]);
        let gated = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsProtectCheck);
        let solver = Watched::new([Ok("proof".into())]);
        let (error, _) = stayed!(gated.solve_with(&solver).await);
        assert!(matches!(error.kind(), ErrorKind::Capability(CapabilityError::Unavailable(_))), "{check}: {error}");
        assert!(solver.checks().is_empty(), "{check}");
    }
    let safe = json!({ "status": "pending", "token": "t", "sdk_url": "HTTPS://protect.invalid/a.mjs?to=a@b" });
    let open = json!({ "response": { "id": "sia_1", "status": "needs_first_factor" }, "client": null });
    let client = Scripted::json([(200, with(safe)), (200, open)]);
    let gated = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsProtectCheck);
    reached!(gated.solve_with(&FakeSolver).await.unwrap(), AnySignIn::NeedsFirstFactor);
}

/// If a rejection does not contain the attempt, the client fetches the attempt.
#[tokio::test]
async fn attempt_is_reloaded_if_the_gate_is_already_open() {
    let check = json!({ "status": "pending", "token": "t", "sdk_url": "https://protect.invalid/a.mjs" });
    let at = |status: &str, check: serde_json::Value| {
        (200, json!({ "response": { "id": "sia_1", "status": status, "protect_check": check }, "client": null }))
    };
    let rejected = (400, json!({ "errors": [{ "code": "protect_check_already_resolved", "message": "" }] }));
    let gated = at("needs_protect_check", check);
    let client = Scripted::json([gated, rejected, at("needs_first_factor", json!(null))]);
    let start = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsProtectCheck);
    reached!(start.solve_with(&FakeSolver).await.unwrap(), AnySignIn::NeedsFirstFactor);
}

fn gate(token: &str, expires_at: i64) -> serde_json::Value {
    json!({
        "status": "pending", "token": token, "sdk_url": "https://protect.invalid/a.mjs", "expires_at": expires_at,
    })
}

/// An answer with an attempt at this gate.
fn attempt(status: &str, check: serde_json::Value, verification: serde_json::Value) -> (u16, serde_json::Value) {
    let attempt = json!({
        "id": "sia_1", "status": status, "protect_check": check, "first_factor_verification": verification,
    });
    (200, json!({ "response": attempt, "client": null }))
}

/// The server may ask for a proof and for a visit to the provider in one answer. The user can do either first.
#[tokio::test]
async fn gate_and_provider_can_come_together() {
    let to_the_provider = json!({
        "status": "unverified", "strategy": "oauth_google",
        "external_verification_redirect_url": "https://accounts.google.com/o/oauth2/auth",
    });
    let both = || attempt("needs_protect_check", gate("t", i64::MAX), to_the_provider.clone());
    let second =
        || attempt("needs_second_factor", json!(null), json!({ "status": "verified", "strategy": "oauth_google" }));
    let back = "com.example.app://callback";
    let url = "com.example.app://callback?rotating_token_nonce=n";

    // The provider first: the gate is still closed when the user comes back.
    let still_gated = attempt(
        "needs_protect_check",
        gate("t", i64::MAX),
        json!({ "status": "verified", "strategy": "oauth_google" }),
    );
    let client = Scripted::json([both(), still_gated, second()]);
    let ready = client.sign_in().sso(&Sso::oauth("google"), back).await.unwrap();
    assert!(ready.external_url().starts_with("https://accounts.google.com/"));
    assert!(ready.protect_check().is_some());
    let gated = take!(ready.finish(url).await.unwrap(), AfterRedirect::NeedsProtectCheck);
    reached!(gated.solve_with(&FakeSolver).await.unwrap(), AnySignIn::NeedsSecondFactor);

    // The proof first, after a restart.
    let open = attempt("needs_identifier", json!(null), to_the_provider.clone());
    let client = Scripted::json([both(), open, second()]);
    let ready = client.sign_in().sso(&Sso::oauth("google"), back).await.unwrap();
    let gated = take!(client.restore(ready.checkpoint()).unwrap(), AnySignIn::NeedsProtectCheck);
    let gated = gated.redirect_ready().unwrap();
    let gated = take!(client.restore(gated.checkpoint()).unwrap(), AnySignIn::NeedsProtectCheck);
    let ready = take!(gated.solve_with(&FakeSolver).await.unwrap(), AnySignIn::RedirectReady);
    reached!(ready.finish(url).await.unwrap(), AfterRedirect::NeedsSecondFactor);

    // Without a provider's URL, there is only the gate.
    let client = Scripted::json([attempt("needs_protect_check", gate("t", i64::MAX), json!(null))]);
    let gated = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsProtectCheck);
    let gated = gated.redirect_ready().unwrap_err();
    assert_eq!(gated.state_name(), "NeedsProtectCheck");
}

/// An expired challenge is not shown to the user if the server has replaced it.
#[tokio::test]
async fn expired_challenge_is_reloaded_at_most_twice() {
    let expired = || attempt("needs_protect_check", gate("old", 0), json!(null));
    let open = || attempt("needs_first_factor", json!(null), json!(null));
    let policy = || CallPolicy::new(FakeClock::new());
    for (answers, shown) in [
        (vec![expired(), attempt("needs_protect_check", gate("new", i64::MAX), json!(null)), open()], vec!["new"]),
        (
            vec![expired(), expired(), attempt("needs_protect_check", gate("new", i64::MAX), json!(null)), open()],
            vec!["new"],
        ),
        // Nothing has replaced the challenge, so the proof for it is sent all the same.
        (vec![expired(), expired(), expired(), open()], vec!["old"]),
        (vec![expired(), open()], vec![]),
    ] {
        let client = Client::builder(Scripted::backend(answers)).call_policy(policy()).build();
        let gated = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsProtectCheck);
        let solver = Watched::new([]);
        reached!(gated.solve_with(&solver).await.unwrap(), AnySignIn::NeedsFirstFactor);
        let tokens: Vec<_> =
            solver.checks().into_iter().map(|check| check.token.unwrap().expose().to_owned()).collect();
        assert_eq!(tokens, shown);
    }
}

/// If the future that solves a gate is dropped at any await, the server still has the sign-in.
///
/// The sign-in is then either still at the gate or already past it.
#[test]
fn solving_can_be_dropped_at_each_await() {
    let mut dropped = 0;
    for polls in 1.. {
        let world = World::memory();
        let client = world.client_over(Moments(Arc::clone(&world.backend))).build();
        let gated = futures::executor::block_on(gated(&world, &client, 2));
        {
            let solver = Watched::new([]);
            let mut step = pin!(gated.solve_with(&solver));
            let mut context = Context::from_waker(Waker::noop());
            if (0..polls).any(|_| step.as_mut().poll(&mut context).is_ready()) {
                break;
            }
            dropped += 1;
        }
        match take!(futures::executor::block_on(client.resume()).unwrap(), Resumed::Attempt) {
            AnySignIn::NeedsProtectCheck(gated) => {
                let next = futures::executor::block_on(gated.solve_with(&FakeSolver)).unwrap();
                reached!(next, AnySignIn::NeedsFirstFactor);
            }
            elsewhere => reached!(elsewhere, AnySignIn::NeedsFirstFactor),
        }
    }
    // There are three awaits for each challenge: one for the user, one before the call and one after it.
    assert_eq!(dropped, 6);
}

#[tokio::test(start_paused = true)]
async fn challenge_survives_a_dropped_solver() {
    let world = World::memory();
    let client = world.client();
    let gated = gated(&world, &client, 1).await;
    let before = world.fake.state();
    assert!(tokio::time::timeout(Duration::from_secs(60), gated.solve_with(&Silent)).await.is_err());
    assert!(before == world.fake.state(), "the server got no request");
    let gated = take!(take!(client.resume().await.unwrap(), Resumed::Attempt), AnySignIn::NeedsProtectCheck);
    reached!(gated.solve_with(&FakeSolver).await.unwrap(), AnySignIn::NeedsFirstFactor);
}

#[tokio::test]
async fn proof_is_hidden() {
    const PROOF: &str = "proof-of-the-kingdom";
    let world = World::memory();
    let gated = gated(&world, &world.client(), 1).await;
    let failed = gated.solve_with(&Watched::new([Ok(PROOF.into())])).await.unwrap_err();
    let shown = format!("{failed} {failed:?} {:?}", world.fake.state());
    assert!(!shown.contains(PROOF), "{shown}");
}

/// A backend that loses the answer to every proof.
#[derive(Debug)]
struct LosesAnswers(Arc<dyn Backend>);

#[async_trait]
impl Backend for LosesAnswers {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let is_proof = matches!(request, Request::SubmitProof(_));
        let response = self.0.call(context, request).await?;
        if is_proof && response.result.is_ok() {
            return Err(BackendError::transport("the answer was lost"));
        }
        Ok(response)
    }
}

/// A backend that awaits once before each call and once after it.
#[derive(Debug)]
struct Moments(Arc<dyn Backend>);

#[async_trait]
impl Backend for Moments {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        moment().await;
        let response = self.0.call(context, request).await;
        moment().await;
        response
    }
}
