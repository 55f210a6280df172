//! The order of a client's `updated_at` and the session tokens beside it.
//!
//! The JavaScript client derives `__client_uat` from `updated_at`, and the package for backends rejects a session token
//! that was issued earlier (`session-token-iat-before-client-uat`).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::fake::{Change, FakeBackend, UserChange};
use clerk_sign_in::platform::Timer;
use clerk_sign_in::wire::{
    ActingSession, Answer, ClientResource, ClientUpdate, OneSession, Request, Response, Session, SessionToken,
    Timestamp,
};
use clerk_sign_in::{
    AfterCreate, AfterFirstFactor, AfterRedirect, AfterSecondFactor, Client, Finalized, Sso, async_trait,
};
use serde_json::Value;
use support::{A, ADA_PASSWORD, G, L, World, over_every_identity, stayed, take};

over_every_identity! {
    no_token_is_older_than_the_client,
    reads_and_touches_leave_the_time_alone,
    every_change_moves_the_time,
    change_from_outside_moves_the_time,
    clock_that_goes_back_keeps_the_order,
}

/// A backend that moves the clock before every call, and checks every answer.
#[derive(Debug)]
struct Watched {
    backend: Arc<dyn Backend>,
    fake: FakeBackend,
    between_calls: Duration,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    client: Option<ClientResource>,
    tokens: usize,
}

impl Watched {
    fn new(world: &World, between_calls: Duration) -> Arc<Self> {
        world.fake.configure(|settings| settings.session_tokens = true);
        let backend = Arc::clone(&world.backend);
        Arc::new(Self { backend, fake: world.fake.clone(), between_calls, seen: Mutex::default() })
    }

    fn updated_at(&self) -> Timestamp {
        self.seen.lock().unwrap().client.as_ref().unwrap().updated_at.unwrap()
    }
}

#[async_trait]
impl Backend for Watched {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        self.fake.advance(self.between_calls);
        let asked = format!("{request:?}");
        let response = self.backend.call(context, request).await?;
        let mut seen = self.seen.lock().unwrap();
        if let ClientUpdate::Known(client) = &response.client {
            seen.client = Some((**client).clone());
        }
        let of = |session: &Session| session.last_active_token.clone();
        let mut tokens: Vec<SessionToken> = match &response.result {
            Ok(Answer::Session(session)) => of(session).into_iter().collect(),
            Ok(Answer::Sessions(sessions)) => sessions.iter().filter_map(of).collect(),
            Ok(Answer::SessionToken(token)) => vec![token.clone()],
            _ => Vec::new(),
        };
        tokens.extend(seen.client.iter().flat_map(|client| &client.sessions).filter_map(of));
        let since = seen.client.as_ref().and_then(|client| client.updated_at);
        for token in &tokens {
            assert!(issued_at(token) >= since.unwrap().as_seconds(), "the token in the answer to {asked} is too old");
        }
        seen.tokens += tokens.len();
        Ok(response)
    }
}

fn issued_at(token: &SessionToken) -> i64 {
    let claims = token.jwt.expose().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    claims["iat"].as_i64().unwrap()
}

/// Signs in with an email code, after one wrong code.
async fn sign_in(client: &Client, world: &World, who: &str) -> String {
    let sent = client.sign_in().send_email_code(who).await.unwrap();
    let (_, sent) = stayed!(sent.verify("wrong").await);
    let code = if who == L { "424242".to_owned() } else { world.mailed_code(who) };
    let done = take!(sent.verify(&code).await.unwrap(), AfterFirstFactor::Complete);
    take!(done.finalize().await.unwrap(), Finalized::Active).id().to_owned()
}

/// Makes every kind of call that shows a session.
async fn use_session(client: &Client, watched: &Watched, world: &World, session_id: &str) {
    client.refresh().await.unwrap();
    drop(client.set_active(session_id).await.unwrap());
    client.session_token(session_id).await.unwrap();
    client.refresh().await.unwrap();
    for request in [
        Request::ListSessions(ActingSession::new(session_id)),
        Request::GetSession(OneSession::new(session_id)),
        Request::GetUser(ActingSession::new(session_id)),
    ] {
        let context = CallContext::new(world.identity(World::token_of(client).as_deref()));
        watched.call(context, request).await.unwrap().result.unwrap();
    }
    client.refresh().await.unwrap();
}

async fn no_token_is_older_than_the_client(world: World) {
    for millis in [0, 400, 1500, 11_000] {
        let watched = Watched::new(&world, Duration::from_millis(millis));
        let client = world.client_over(Arc::clone(&watched)).build();
        let linus = sign_in(&client, &world, L).await;
        use_session(&client, &watched, &world, &linus).await;

        let next = client.sign_in().password(A, ADA_PASSWORD).await.unwrap();
        let next = take!(next, AfterCreate::NeedsSecondFactor);
        let done = take!(next.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete);
        let ada = take!(done.finalize().await.unwrap(), Finalized::Active).id().to_owned();
        for session_id in [&linus, &ada, &linus] {
            use_session(&client, &watched, &world, session_id).await;
        }
        client.end_session(&ada).await.unwrap();
        use_session(&client, &watched, &world, &linus).await;

        let sent = client.sign_in().send_email_link(G, "https://app.example/verified").await.unwrap();
        client.refresh().await.unwrap();
        world.open_on(&client, &world.mailed_link(G)).await.unwrap();
        drop(sent.refresh().await.unwrap());
        client.refresh().await.unwrap();

        let ready = client.sign_in().sso(&Sso::oauth("google"), "https://app.example/back").await.unwrap();
        let back = world.consent(&client, ready.external_url(), A).await.unwrap();
        let next = take!(ready.finish(&back).await.unwrap(), AfterRedirect::NeedsSecondFactor);
        world.fake.advance(Duration::from_secs(30));
        let done = take!(next.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete);
        drop(done.finalize().await.unwrap());

        client.sign_out().await.unwrap();
        let linus = sign_in(&client, &world, L).await;
        use_session(&client, &watched, &world, &linus).await;
        assert!(watched.seen.lock().unwrap().tokens > 50);
        world.fake.advance(Duration::from_secs(60));
    }
}

async fn reads_and_touches_leave_the_time_alone(world: World) {
    let watched = Watched::new(&world, Duration::from_millis(1500));
    let client = world.client_over(Arc::clone(&watched)).build();
    let session_id = sign_in(&client, &world, L).await;
    let before = watched.updated_at();
    use_session(&client, &watched, &world, &session_id).await;
    world.fake.advance(Duration::from_secs(3 * 60));
    use_session(&client, &watched, &world, &session_id).await;
    assert_eq!(watched.updated_at(), before);
}

async fn every_change_moves_the_time(world: World) {
    let watched = Watched::new(&world, Duration::from_millis(1500));
    let client = world.client_over(Arc::clone(&watched)).build();
    let moved = || assert_eq!(watched.updated_at(), world.fake.clock().now());
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    moved();
    let (_, sent) = stayed!(sent.verify("wrong").await);
    moved();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    moved();
    let linus = take!(done.finalize().await.unwrap(), Finalized::Active).id().to_owned();
    let grace = sign_in(&client, &world, G).await;
    drop(client.set_active(&linus).await.unwrap());
    moved();
    client.end_session(&grace).await.unwrap();
    moved();
    client.sign_out().await.unwrap();
    moved();
}

async fn change_from_outside_moves_the_time(world: World) {
    let watched = Watched::new(&world, Duration::from_millis(1500));
    let client = world.client_over(Arc::clone(&watched)).build();
    sign_in(&client, &world, L).await;
    let grace = sign_in(&client, &world, G).await;
    let user = world.fake.user(L).unwrap().id;
    let mut renamed = UserChange::default();
    renamed.first_name = Change::Set("Lin".to_owned());
    world.fake.change_user(&user, renamed).unwrap();
    client.refresh().await.unwrap();
    assert_eq!(watched.updated_at(), world.fake.clock().now());
    world.fake.end_sessions(&user);
    client.refresh().await.unwrap();
    assert_eq!(watched.updated_at(), world.fake.clock().now());
    assert_eq!(client.active_session().unwrap().id, grace);
    let settled = watched.updated_at();
    client.refresh().await.unwrap();
    assert_eq!(watched.updated_at(), settled);
}

async fn clock_that_goes_back_keeps_the_order(world: World) {
    let watched = Watched::new(&world, Duration::ZERO);
    let client = world.client_over(Arc::clone(&watched)).build();
    let session_id = sign_in(&client, &world, L).await;
    let earlier = Timestamp::from_millis(world.fake.clock().now().as_millis() - 90_000);
    world.fake.clock().set(earlier);
    use_session(&client, &watched, &world, &session_id).await;
    assert!(watched.updated_at() <= earlier);
    drop(sign_in(&client, &world, G).await);
    use_session(&client, &watched, &world, &session_id).await;
}
