//! Drops a future or loses an answer at each step and each call, and checks that the user can still finish the sign-in.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use clerk_sign_in::async_trait;
use clerk_sign_in::fake::{FakeBackend, FakeSolver, Message};
use clerk_sign_in::platform::{
    BrowserVisit, CapabilityError, Mediation, PasskeyAuthenticator, PasskeyRequest, TrustedDeviceKey, Wallet,
    WalletProvider, WalletRequest,
};
use clerk_sign_in::wire::{Secret, Strategy};
use clerk_sign_in::{
    AnySignIn, AnyStepError, Client, ClientBuilder, Finalized, IdToken, OtherSessions, Resumed, Sso, StepError,
};
use support::accident::{Accident, KINDS, Kind, PATIENCE};
use support::keys::{Keys, device_of};
use support::{A, ADA_PASSWORD, G, GRACE_PASSWORD, L, World, take};

/// The way in which a user signs in. It determines which step the user takes in each state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Journey {
    pub(crate) identifier: &'static str,
    pub(crate) password: Option<&'static str>,
    /// `true` if the first call only identifies the user; `false` if that call also performs the first step.
    pub(crate) in_small_steps: bool,
    /// `true` if the user forgot the password and chooses a new one.
    pub(crate) forgot: bool,
    /// `true` if a protect check is required during the sign-in.
    pub(crate) gated: bool,
    /// `true` if the server requires a captcha first.
    pub(crate) captcha: bool,
    /// `true` if a link is sent instead of a code.
    pub(crate) by_link: bool,
    /// The kind of key that the user signs in with if no code or link is sent.
    pub(crate) by_key: Option<Key>,
    /// `true` if a passkey is the second factor, or makes the client trusted.
    pub(crate) second_by_passkey: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Passkey,
    Wallet,
    Device,
    Provider,
    IdToken,
}

pub(crate) const PAGE: &str = "https://app.example.com/verified";

/// The journey of Linus, who signs in with an email code.
const PLAIN: Journey = Journey {
    identifier: L,
    password: None,
    in_small_steps: true,
    forgot: false,
    gated: false,
    captcha: false,
    by_link: false,
    by_key: None,
    second_by_passkey: false,
};
const ADA: Journey = Journey { identifier: A, password: Some(ADA_PASSWORD), ..PLAIN };
const GRACE: Journey = Journey { identifier: G, password: Some(GRACE_PASSWORD), ..PLAIN };

pub(crate) const JOURNEYS: [Journey; 32] = [
    Journey { by_key: Some(Key::IdToken), in_small_steps: false, ..PLAIN },
    Journey { by_key: Some(Key::IdToken), in_small_steps: false, gated: true, ..PLAIN },
    Journey { by_key: Some(Key::Provider), ..PLAIN },
    Journey { by_key: Some(Key::Provider), in_small_steps: false, gated: true, ..PLAIN },
    ADA,
    Journey { in_small_steps: false, ..ADA },
    GRACE,
    Journey { in_small_steps: false, ..GRACE },
    PLAIN,
    Journey { in_small_steps: false, ..PLAIN },
    Journey { password: None, forgot: true, ..ADA },
    Journey { password: None, forgot: true, in_small_steps: false, ..ADA },
    Journey { password: None, forgot: true, ..GRACE },
    Journey { in_small_steps: false, gated: true, ..GRACE },
    Journey { gated: true, ..PLAIN },
    Journey { by_link: true, ..PLAIN },
    Journey { by_link: true, in_small_steps: false, ..PLAIN },
    Journey { password: None, by_link: true, in_small_steps: false, ..ADA },
    Journey { by_link: true, in_small_steps: false, ..GRACE },
    Journey { password: None, by_link: true, gated: true, ..GRACE },
    Journey { by_key: Some(Key::Passkey), ..PLAIN },
    Journey { by_key: Some(Key::Passkey), in_small_steps: false, gated: true, ..PLAIN },
    Journey { by_key: Some(Key::Wallet), ..PLAIN },
    Journey { by_key: Some(Key::Wallet), in_small_steps: false, ..PLAIN },
    Journey { by_key: Some(Key::Device), ..PLAIN },
    Journey { by_key: Some(Key::Device), in_small_steps: false, gated: true, ..PLAIN },
    Journey { second_by_passkey: true, ..ADA },
    Journey { second_by_passkey: true, in_small_steps: false, gated: true, ..ADA },
    Journey { second_by_passkey: true, ..GRACE },
    Journey { captcha: true, ..PLAIN },
    Journey { captcha: true, gated: true, ..PLAIN },
    Journey { captcha: true, gated: true, in_small_steps: false, ..GRACE },
];

impl Journey {
    /// Configures the server to require the journey's challenges, and returns a client that solves them.
    pub(crate) fn set_up(self, world: &World, builder: ClientBuilder) -> Client {
        world.fake.require_protect_checks(u32::from(self.gated));
        world.fake.configure(|settings| {
            settings.captcha_required = self.captcha;
            settings.passkey_satisfies_second_factor = self.second_by_passkey;
        });
        self.client(builder)
    }

    fn client(self, builder: ClientBuilder) -> Client {
        if self.captcha { builder.challenge_solver(FakeSolver).build() } else { builder.build() }
    }

    /// Returns the keys that the user signs with.
    pub(crate) fn keys(self, fake: &FakeBackend) -> Keys {
        let keys = Keys::new(fake);
        if self.by_key.is_some() {
            keys.give_to(fake, L);
        }
        if self.second_by_passkey {
            keys.give_passkey_to(fake, self.identifier);
        }
        keys
    }

    /// Takes the next step, and returns the resulting sign-in. A complete sign-in is returned unchanged.
    async fn step(self, fake: &FakeBackend, keys: &Keys, at: AnySignIn) -> Result<AnySignIn, AnyStepError> {
        fn parts<S: clerk_sign_in::State>(failed: StepError<S>) -> AnyStepError {
            failed.into_any()
        }
        let code = || {
            let outbox = fake.outbox();
            let mailed = outbox.iter().rev().find(|message| message.to == self.identifier);
            mailed.map_or("424242".to_owned(), |message| message.code().unwrap().expose().to_owned())
        };
        // The user opens the newest link before each wait. If the answer to an earlier wait was lost, the link has
        // already been opened.
        let opened = || {
            let outbox = fake.outbox();
            let link = outbox.iter().rev().find(|message| message.to == self.identifier).and_then(Message::link);
            drop(fake.open_link(link.unwrap().expose()));
        };
        let timer = fake.clock().clone();
        let at = match self.by_key {
            Some(key) => match sign(fake, keys, key, self.in_small_steps, at).await {
                Err(elsewhere) => elsewhere,
                Ok(signed) => return signed,
            },
            None => at,
        };
        match (at, self.password) {
            (AnySignIn::NeedsIdentifier(at), _) if self.in_small_steps => {
                at.create(self.identifier).await.map(Into::into).map_err(parts)
            }
            (AnySignIn::NeedsIdentifier(at), Some(password)) => {
                at.password(self.identifier, password).await.map(Into::into).map_err(parts)
            }
            (AnySignIn::NeedsIdentifier(at), None) if self.forgot => {
                at.send_reset_password_email_code(self.identifier).await.map(Into::into).map_err(parts)
            }
            (AnySignIn::NeedsFirstFactor(at), None) if self.forgot => {
                at.send_reset_password_email_code().await.map(Into::into).map_err(parts)
            }
            (AnySignIn::NeedsProtectCheck(at), _) if self.captcha => at.solve_with(&FakeSolver).await.map_err(parts),
            (AnySignIn::NeedsProtectCheck(at), _) => {
                let token = at.protect_check().unwrap().token.as_ref().unwrap().expose().to_owned();
                at.submit_proof(&FakeBackend::proof_for(&token)).await.map_err(parts)
            }
            (AnySignIn::ResetCodeSent(at), _) => at.verify(&code()).await.map(Into::into).map_err(parts),
            (AnySignIn::NeedsNewPassword(at), _) => {
                at.submit_password("chosen-anew", OtherSessions::SignOut).await.map(Into::into).map_err(parts)
            }
            (AnySignIn::FirstFactorLinkSent(at), _) => {
                opened();
                at.wait_for_verification(timer).await.map(Into::into).map_err(parts)
            }
            (AnySignIn::ClientTrustLinkSent(at), _) => {
                opened();
                at.wait_for_verification(timer).await.map(Into::into).map_err(parts)
            }
            (AnySignIn::NeedsIdentifier(at), None) if self.by_link => {
                at.send_email_link(self.identifier, PAGE).await.map(Into::into).map_err(parts)
            }
            (AnySignIn::NeedsFirstFactor(at), None) if self.by_link => {
                at.send_email_link(PAGE).await.map(Into::into).map_err(parts)
            }
            (AnySignIn::NeedsClientTrust(at), _) if self.by_link => {
                at.send_email_link(PAGE).await.map(Into::into).map_err(parts)
            }
            (AnySignIn::NeedsIdentifier(at), None) => {
                at.send_email_code(self.identifier).await.map(Into::into).map_err(parts)
            }
            (AnySignIn::NeedsFirstFactor(at), Some(password)) => {
                at.password(password).await.map(Into::into).map_err(parts)
            }
            (AnySignIn::NeedsFirstFactor(at), None) => at.send_email_code().await.map(Into::into).map_err(parts),
            (AnySignIn::FirstFactorCodeSent(at), _) => at.verify(&code()).await.map(Into::into).map_err(parts),
            (AnySignIn::NeedsSecondFactor(at), _) if self.second_by_passkey => {
                at.challenge_passkey().await.map(Into::into).map_err(parts)
            }
            (AnySignIn::NeedsClientTrust(at), _) if self.second_by_passkey => {
                at.challenge_passkey().await.map(Into::into).map_err(parts)
            }
            (AnySignIn::SecondFactorPasskeyChallenged(at), _) => {
                at.verify_with(&keys.passkeys, Mediation::Modal).await.map(Into::into).map_err(parts)
            }
            (AnySignIn::ClientTrustPasskeyChallenged(at), _) => {
                at.verify_with(&keys.passkeys, Mediation::Modal).await.map(Into::into).map_err(parts)
            }
            (AnySignIn::NeedsSecondFactor(at), _) => {
                let shown = fake.totp_code(self.identifier).unwrap();
                at.verify_totp(&shown).await.map(Into::into).map_err(parts)
            }
            (AnySignIn::NeedsClientTrust(at), _) => at.send_email_code().await.map(Into::into).map_err(parts),
            (AnySignIn::ClientTrustCodeSent(at), _) => at.verify(&code()).await.map(Into::into).map_err(parts),
            (at @ AnySignIn::Complete(_), _) => Ok(at),
            (elsewhere, _) => panic!("the journey does not lead to {elsewhere:?}"),
        }
    }

    /// Takes all steps from `at` until a session is active.
    async fn finish(self, fake: &FakeBackend, keys: &Keys, mut at: AnySignIn) -> String {
        for _ in 0..10 {
            if let AnySignIn::Complete(done) = at {
                let finalized = match done.finalize().await {
                    // An answer was lost, so repeat the step.
                    Err(StepError::Stayed { sign_in, .. }) => sign_in.finalize().await.unwrap(),
                    other => other.unwrap(),
                };
                return take!(finalized, Finalized::Active).id().to_owned();
            }
            at = self.step(fake, keys, at).await.unwrap();
        }
        panic!("{self:?} does not end");
    }
}

fn google() -> Sso {
    Sso::oauth("google")
}

/// Takes the next step, which either requests a challenge or answers one. Returns the sign-in unchanged if there is no
/// such step.
async fn sign(
    fake: &FakeBackend,
    keys: &Keys,
    key: Key,
    in_small_steps: bool,
    at: AnySignIn,
) -> Result<Result<AnySignIn, AnyStepError>, AnySignIn> {
    fn led_to<T: Into<AnySignIn>, S: clerk_sign_in::State>(
        step: Result<T, StepError<S>>,
    ) -> Result<AnySignIn, AnyStepError> {
        match step {
            // The sign-in moved to another state, usually because a protect check is required.
            Err(StepError::Moved { sign_in, .. }) => Ok(sign_in),
            step => step.map(Into::into).map_err(StepError::into_any),
        }
    }
    let device = device_of(fake, L);
    let provider = keys.wallet.provider();
    Ok(match (at, key) {
        (AnySignIn::NeedsIdentifier(at), Key::Device) => led_to(at.trusted_device(&device).await),
        (at @ AnySignIn::NeedsIdentifier(_), _) if in_small_steps => return Err(at),
        (AnySignIn::NeedsIdentifier(at), Key::Passkey) => led_to(at.challenge_passkey().await),
        (AnySignIn::NeedsIdentifier(at), Key::Wallet) => led_to(at.challenge_wallet(&provider, &keys.address()).await),
        (AnySignIn::NeedsIdentifier(at), Key::IdToken) => {
            let credential = fake.provider_credential(&Strategy::oauth_token("apple"), L).unwrap();
            led_to(at.id_token(&IdToken::from_code("apple", credential.code.as_ref().unwrap().expose())).await)
        }
        (AnySignIn::NeedsFirstFactor(at), Key::Passkey) => led_to(at.challenge_passkey().await),
        (AnySignIn::NeedsFirstFactor(at), Key::Wallet) => led_to(at.challenge_wallet(&provider).await),
        (AnySignIn::NeedsFirstFactor(at), Key::Device) => led_to(at.challenge_trusted_device(&device).await),
        (AnySignIn::FirstFactorPasskeyChallenged(at), _) => {
            led_to(at.verify_with(&keys.passkeys, Mediation::Modal).await)
        }
        (AnySignIn::NeedsIdentifier(at), Key::Provider) => led_to(at.sso(&google(), PAGE).await),
        (AnySignIn::NeedsFirstFactor(at), Key::Provider) => led_to(at.sso(&google(), PAGE).await),
        (AnySignIn::RedirectReady(at), _) => match fake.consent(at.external_url(), L) {
            Ok(url) => match at.finish(&url).await {
                // In this journey, the app still knows that the user came back.
                Err(StepError::Stayed { error, sign_in }) if error.is_outcome_unknown() && !in_small_steps => {
                    led_to(sign_in.finish_here().await)
                }
                step => led_to(step),
            },
            // The user came back, but the callback URL is lost.
            Err(_) => led_to(at.redirect_again(&google(), PAGE).await),
        },
        (AnySignIn::WalletChallenged(at), _) => led_to(at.verify_with(&keys.wallet).await),
        (AnySignIn::TrustedDeviceChallenged(at), _) => led_to(at.verify_with(&keys.device).await),
        (elsewhere, _) => return Err(elsewhere),
    })
}

/// Asks the server for the current state, and continues the sign-in from there.
async fn go_on(journey: Journey, world: &World, keys: &Keys, client: &Client) {
    let session_id = match client.resume().await.unwrap() {
        Resumed::Attempt(at) => journey.finish(&world.fake, keys, at).await,
        Resumed::Nothing => journey.finish(&world.fake, keys, client.sign_in().into()).await,
        Resumed::Session(session) => {
            take!(client.set_active(&session.id).await.unwrap(), Finalized::Active).id().to_owned()
        }
        Resumed::SignUp(sign_up) => panic!("this journey does not sign up: {sign_up:?}"),
    };
    assert_eq!(client.active_session().unwrap().id, session_id);
}

/// Simulates each kind of failure at each call of each journey. The runs spend most of their time waiting, so they run
/// concurrently.
async fn accidents(world: impl AsyncFn() -> World) {
    let journey_with = async |journey: Journey, kind: Kind| {
        let mut nth = 1;
        while accident(&world().await, journey, kind, nth).await {
            nth += 1;
        }
        let calls = if journey.by_key == Some(Key::IdToken) { 1 } else { 2 };
        assert!(nth > calls + 1, "{journey:?} has at least {calls} calls and the one that finalizes");
    };
    let all = JOURNEYS.iter().flat_map(|&journey| KINDS.map(|kind| journey_with(journey, kind)));
    futures::future::join_all(all).await;
}

/// Returns `true` if the simulated failure happened.
async fn accident(world: &World, journey: Journey, kind: Kind, nth: usize) -> bool {
    let backend = Arc::new(Accident::new(&world.backend, nth, kind));
    let client = journey.set_up(world, world.client_over(Arc::clone(&backend)));
    let mut at: AnySignIn = client.sign_in().into();
    let keys = journey.keys(&world.fake);
    loop {
        let is_complete = matches!(at, AnySignIn::Complete(_));
        let mut step = Box::pin(async {
            match at {
                AnySignIn::Complete(done) => done.finalize().await.map(|_| None).map_err(StepError::into_any),
                at => journey.step(&world.fake, &keys, at).await.map(Some),
            }
        });
        let answer = backend.waited_for(step.as_mut()).await;
        drop(step);
        match answer {
            Some(Ok(Some(next))) => at = next,
            // The session is active. Any simulated failure must have occurred while the client was waiting for a link,
            // in which case the client simply polled again.
            Some(Ok(None)) => return backend.has_happened(),
            // The user lost patience. The future was dropped, and the sign-in was dropped with it.
            None => {
                backend.is_over();
                go_on(journey, world, &keys, &client).await;
                return true;
            }
            Some(Err(AnyStepError { error, handed_back })) => {
                assert!(error.is_outcome_unknown(), "{error}");
                assert_eq!(matches!(handed_back, AnySignIn::Complete(_)), is_complete);
                drop(handed_back);
                backend.is_over();
                go_on(journey, world, &keys, &client).await;
                return true;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_accident_at_every_call_in_memory() {
    accidents(async || World::memory()).await;
}

#[tokio::test]
async fn every_accident_at_every_call_over_http() {
    accidents(World::http).await;
}

#[tokio::test]
async fn every_accident_at_every_call_with_cookies() {
    accidents(World::cookies).await;
}

#[tokio::test]
async fn every_accident_at_every_call_as_a_development_browser() {
    accidents(World::development_browsers).await;
}

/// Checks that a sign-in that is handed back after a lost answer can ask the server for its current state.
#[tokio::test]
async fn refresh_after_a_lost_answer_finds_the_servers_state() {
    // Journeys with an ID token are left out. Each of their calls starts another sign-in, which can be found only
    // through the client.
    for journey in JOURNEYS.into_iter().filter(|journey| journey.by_key != Some(Key::IdToken)) {
        for nth in 2..4 {
            let world = World::memory();
            let backend = Accident::new(&world.backend, nth, Kind::AnswerLost);
            let keys = journey.keys(&world.fake);
            let mut at: AnySignIn = journey.set_up(&world, world.client_over(backend)).sign_in().into();
            while !matches!(at, AnySignIn::Complete(_)) {
                at = match journey.step(&world.fake, &keys, at).await {
                    Ok(next) => next,
                    Err(failed) => failed.handed_back.refresh().await.unwrap(),
                };
            }
            journey.finish(&world.fake, &keys, at).await;
        }
    }
}

/// Checks that a program that was killed during a step can restore the sign-in from a checkpoint made before that step.
#[tokio::test]
async fn restarted_program_continues_from_its_checkpoint() {
    for journey in JOURNEYS {
        for steps_before in 0..4 {
            let world = World::memory();
            let keys = journey.keys(&world.fake);
            let client = journey.set_up(&world, world.client_over(Arc::clone(&world.backend)));
            let mut at: AnySignIn = client.sign_in().into();
            for _ in 0..steps_before {
                at = journey.step(&world.fake, &keys, at).await.unwrap();
            }
            let state_name = at.state_name();
            let saved = serde_json::to_string(&(client.export(), at.checkpoint())).unwrap();
            drop((client, at));

            let (exported, checkpoint) = serde_json::from_str(&saved).unwrap();
            let client = journey.client(Client::builder(Arc::clone(&world.backend)).exported(exported));
            let at = client.restore(checkpoint).unwrap();
            assert_eq!(at.state_name(), state_name);
            journey.finish(&world.fake, &keys, at).await;
        }
    }
}

/// Checks that nothing is lost if a future is dropped at its first `await`, even without a runtime.
#[test]
fn future_dropped_before_its_answer_changes_nothing() {
    let world = World::memory();
    let backend = Accident::new(&world.backend, 1, Kind::HangsBefore);
    let client = Client::new(backend);
    {
        let mut step = pin!(client.sign_in().create(A));
        let waiting = step.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(waiting, Poll::Pending));
    }
    let resumed = futures::executor::block_on(client.resume()).unwrap();
    assert!(matches!(resumed, Resumed::Nothing), "{resumed:?}");
}

/// A user who never responds, no matter whether a wallet, an authenticator or a device key asks.
#[derive(Debug)]
struct Silent(WalletProvider);

#[async_trait]
impl Wallet for Silent {
    fn provider(&self) -> WalletProvider {
        self.0.clone()
    }

    async fn address(&self) -> Result<String, CapabilityError> {
        std::future::pending().await
    }

    async fn sign_message(&self, _: WalletRequest<'_>) -> Result<Secret, CapabilityError> {
        std::future::pending().await
    }
}

#[async_trait]
impl BrowserVisit for Silent {
    fn redirect_url(&self) -> &str {
        PAGE
    }

    async fn open(self: Box<Self>, _: &str) -> Result<Secret, CapabilityError> {
        std::future::pending().await
    }
}

#[async_trait]
impl PasskeyAuthenticator for Silent {
    async fn get_assertion(&self, _: PasskeyRequest<'_>) -> Result<Secret, CapabilityError> {
        std::future::pending().await
    }
}

#[async_trait]
impl TrustedDeviceKey for Silent {
    async fn public_key_jwk(&self) -> Result<String, CapabilityError> {
        std::future::pending().await
    }

    async fn sign(&self, _: &str) -> Result<Secret, CapabilityError> {
        std::future::pending().await
    }
}

/// Checks that nothing is lost if the user leaves a prompt unanswered.
#[tokio::test(start_paused = true)]
async fn challenge_survives_a_dropped_prompt() {
    let by_key = |key| Journey { by_key: Some(key), ..PLAIN };
    let mut journeys = [Key::Passkey, Key::Wallet, Key::Device, Key::Provider].map(by_key).to_vec();
    journeys.extend([ADA, GRACE].map(|journey| Journey { second_by_passkey: true, ..journey }));
    for journey in journeys {
        let world = World::memory();
        let client = journey.set_up(&world, world.client_over(Arc::clone(&world.backend)));
        let keys = journey.keys(&world.fake);
        let mut at: AnySignIn = client.sign_in().into();
        while !at.state_name().contains("Challenged") && at.state_name() != "RedirectReady" {
            at = journey.step(&world.fake, &keys, at).await.unwrap();
        }
        let (before, state) = (world.fake.state(), at.state_name());
        let silent = Silent(keys.wallet.provider());
        let answered = async {
            match at {
                AnySignIn::FirstFactorPasskeyChallenged(at) => drop(at.verify_with(&silent, Mediation::Modal).await),
                AnySignIn::SecondFactorPasskeyChallenged(at) => drop(at.verify_with(&silent, Mediation::Modal).await),
                AnySignIn::ClientTrustPasskeyChallenged(at) => drop(at.verify_with(&silent, Mediation::Modal).await),
                AnySignIn::WalletChallenged(at) => drop(at.verify_with(&silent).await),
                AnySignIn::TrustedDeviceChallenged(at) => drop(at.verify_with(&silent).await),
                AnySignIn::RedirectReady(at) => drop(at.finish_with(Box::new(silent)).await),
                elsewhere => panic!("{elsewhere:?}"),
            }
        };
        assert!(tokio::time::timeout(PATIENCE, answered).await.is_err(), "nobody answers");
        assert!(before == world.fake.state(), "the server got no request");
        let found = take!(client.resume().await.unwrap(), Resumed::Attempt);
        assert_eq!(found.state_name(), state);
        journey.finish(&world.fake, &keys, found).await;
    }
}
