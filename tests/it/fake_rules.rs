//! Rules of the server that a typed sign-in cannot break. They are tested with raw requests, in memory and over HTTP.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use clerk_sign_in::backend::{Backend, CallContext, Identity};
use clerk_sign_in::fake::{FakeBackend, NewUser, NewUserError};
use clerk_sign_in::wire::{
    Answer, AttemptFactor, ClientResource, ClientUpdate, CreateSignIn, ErrorCode, Factor, GetSignIn, PrepareFactor,
    Rejection, Request, ResetPassword, Secret, SignInAttempt, Status, Strategy, TokenUpdate, TouchSession,
};
use support::{A, ADA_PASSWORD, G, GRACE_PASSWORD, L, World, over_memory_and_http};

over_memory_and_http! {
    missing_parameter_is_named,
    empty_parameter_is_named,
    unknown_strategy_is_rejected,
    unsent_code_cannot_be_verified,
    code_counts_only_for_its_own_strategy,
    only_a_reset_sets_a_password_sent_with_a_code,
    password_is_not_set_before_the_reset_code_is_verified,
    nobody_learns_the_password_without_the_reset_code,
    only_a_passkey_comes_before_the_identifier,
    verified_factor_cannot_be_verified_again,
    step_at_the_wrong_status_has_the_configured_error,
    no_redirect_is_prepared_after_the_first_factor,
    another_clients_sign_in_is_not_found,
    replaced_sign_in_can_be_read_but_not_continued,
    wrong_password_on_create_still_creates_an_attempt,
    every_answer_rotates_the_token_and_may_be_lost,
    older_token_is_accepted_within_the_limits,
    unknown_token_is_rejected_and_cleared,
    first_write_creates_the_client,
    deleted_client_is_forgotten,
    only_the_clients_own_session_can_be_touched,
    session_expires,
    code_goes_only_to_the_users_addresses,
    anonymous_call_has_no_client,
}

const MINUTE: Duration = Duration::from_secs(60);

/// A client that can send any request.
struct RawClient {
    backend: Arc<dyn Backend>,
    token: Mutex<Option<Secret>>,
    client: Mutex<Option<ClientResource>>,
}

impl RawClient {
    fn new(world: &World) -> Self {
        Self { backend: Arc::clone(&world.backend), token: Mutex::new(None), client: Mutex::new(None) }
    }

    /// Creates a client whose requests may omit required parameters.
    fn unchecked(world: &World) -> Self {
        Self { backend: Arc::clone(&world.for_wrong_requests), ..Self::new(world) }
    }

    async fn ask(&self, request: Request) -> Result<Answer, Rejection> {
        let token = self.token.lock().unwrap().clone();
        let response = self.backend.call(CallContext::new(Identity::Native { token }), request).await.unwrap();
        match response.token {
            TokenUpdate::Replaced(token) => *self.token.lock().unwrap() = Some(token),
            TokenUpdate::Cleared => *self.token.lock().unwrap() = None,
            _ => {}
        }
        match response.client {
            ClientUpdate::Known(client) => *self.client.lock().unwrap() = Some(*client),
            ClientUpdate::Gone => *self.client.lock().unwrap() = None,
            _ => {}
        }
        response.result
    }

    async fn sign_in(&self, request: Request) -> SignInAttempt {
        let Answer::SignInAttempt(sign_in) = self.ask(request).await.unwrap() else { panic!("no sign-in") };
        *sign_in
    }

    async fn rejected(&self, request: Request) -> (u16, ErrorCode, Option<String>) {
        let rejection = self.ask(request).await.unwrap_err();
        let [error] = rejection.errors.try_into().unwrap();
        (rejection.status.as_u16(), error.code, error.meta.param_name)
    }

    fn client(&self) -> ClientResource {
        self.client.lock().unwrap().clone().unwrap()
    }
}

fn create(identifier: Option<&str>, strategy: Option<Strategy>, password: Option<&str>) -> Request {
    let mut create = CreateSignIn::new();
    create.identifier = identifier.map(str::to_owned);
    create.strategy = strategy;
    create.password = password.map(Secret::from);
    Request::CreateSignIn(create)
}

fn prepare(sign_in: &SignInAttempt) -> PrepareFactor {
    let factors = sign_in.supported_first_factors.iter().chain(&sign_in.supported_second_factors).flatten();
    let factor = factors.clone().find(|factor| factor.strategy == Strategy::EmailCode).unwrap();
    PrepareFactor::new(&sign_in.id, factor)
}

fn code(sign_in: &SignInAttempt, code: &str) -> AttemptFactor {
    AttemptFactor::code(&sign_in.id, Strategy::EmailCode, code)
}

async fn missing_parameter_is_named(world: World) {
    let client = RawClient::unchecked(&world);
    let missing = |name: &str| (422, ErrorCode::FormParamMissing, Some(name.to_owned()));
    assert_eq!(client.rejected(create(None, Some(Strategy::Password), Some("x"))).await, missing("identifier"));
    assert_eq!(client.rejected(create(None, Some(Strategy::EmailCode), None)).await, missing("identifier"));
    assert_eq!(client.rejected(create(Some(A), Some(Strategy::Password), None)).await, missing("password"));

    let sign_in = client.sign_in(create(Some(A), None, None)).await;
    let mut attempt = AttemptFactor::password(&sign_in.id, ADA_PASSWORD);
    attempt.password = None;
    assert_eq!(client.rejected(Request::AttemptFirstFactor(attempt.clone())).await, missing("password"));
    attempt.strategy = None;
    assert_eq!(client.rejected(Request::AttemptFirstFactor(attempt)).await, missing("strategy"));
    let mut without_strategy = prepare(&sign_in);
    without_strategy.strategy = None;
    assert_eq!(client.rejected(Request::PrepareFirstFactor(without_strategy)).await, missing("strategy"));
    let mut without_address = prepare(&sign_in);
    without_address.email_address_id = None;
    assert_eq!(client.rejected(Request::PrepareFirstFactor(without_address)).await, missing("email_address_id"));
    client.sign_in(Request::PrepareFirstFactor(prepare(&sign_in))).await;
    let mut without_code = code(&sign_in, "");
    without_code.code = None;
    assert_eq!(client.rejected(Request::AttemptFirstFactor(without_code)).await, missing("code"));
}

async fn empty_parameter_is_named(world: World) {
    let client = RawClient::new(&world);
    let nil = |name: &str| (422, ErrorCode::FormParamNil, Some(name.to_owned()));
    assert_eq!(client.rejected(create(Some(""), None, None)).await, nil("identifier"));
    assert_eq!(client.rejected(create(Some(A), None, Some(""))).await, nil("password"));
    let sign_in = client.sign_in(create(Some(A), None, None)).await;
    let attempt = AttemptFactor::password(&sign_in.id, "");
    assert_eq!(client.rejected(Request::AttemptFirstFactor(attempt)).await, nil("password"));
}

async fn unknown_strategy_is_rejected(world: World) {
    let client = RawClient::new(&world);
    let invalid = (422, ErrorCode::FormParamValueInvalid, Some("strategy".to_owned()));
    let unknown = Strategy::from("telepathy");
    assert_eq!(client.rejected(create(Some(A), Some(unknown.clone()), None)).await, invalid);
    let sign_in = client.sign_in(create(Some(A), None, None)).await;
    let attempt = AttemptFactor::code(&sign_in.id, unknown.clone(), "1");
    assert_eq!(client.rejected(Request::AttemptFirstFactor(attempt)).await, invalid);
    let prepare = PrepareFactor::new(&sign_in.id, &Factor::new(unknown));
    assert_eq!(client.rejected(Request::PrepareFirstFactor(prepare)).await, invalid);
}

async fn unsent_code_cannot_be_verified(world: World) {
    let client = RawClient::new(&world);
    let sign_in = client.sign_in(create(Some(L), None, None)).await;
    let (status, error, _) = client.rejected(Request::AttemptFirstFactor(code(&sign_in, "424242"))).await;
    assert_eq!((status, error), (400, ErrorCode::VerificationMissing));
    // Attempting a password does not count as sending a code.
    let sign_in = client.sign_in(create(Some(A), None, None)).await;
    client.rejected(Request::AttemptFirstFactor(AttemptFactor::password(&sign_in.id, "wrong"))).await;
    let (status, error, _) = client.rejected(Request::AttemptFirstFactor(code(&sign_in, "424242"))).await;
    assert_eq!((status, error), (400, ErrorCode::VerificationMissing));
}

async fn code_counts_only_for_its_own_strategy(world: World) {
    let client = RawClient::new(&world);
    let sign_in = client.sign_in(create(Some(G), Some(Strategy::EmailCode), None)).await;
    let mailed = world.mailed_code(G);
    for other in [Strategy::PhoneCode, Strategy::ResetPasswordEmailCode] {
        let attempt = AttemptFactor::code(&sign_in.id, other, &mailed);
        let (status, error, _) = client.rejected(Request::AttemptFirstFactor(attempt)).await;
        assert_eq!((status, error), (400, ErrorCode::VerificationMissing));
    }
    client.sign_in(Request::AttemptFirstFactor(code(&sign_in, &mailed))).await;
}

async fn only_a_reset_sets_a_password_sent_with_a_code(world: World) {
    let client = RawClient::new(&world);
    let sign_in = client.sign_in(create(Some(G), Some(Strategy::EmailCode), None)).await;
    let with_password = AttemptFactor::code_and_new_password(
        &sign_in.id,
        Strategy::EmailCode,
        &world.mailed_code(G),
        "slipped-in-by-somebody",
    );
    let done = client.sign_in(Request::AttemptFirstFactor(with_password)).await;
    assert_eq!(done.status, Some(Status::Complete));
    let other = RawClient::new(&world);
    other.rejected(create(Some(G), None, Some("slipped-in-by-somebody"))).await;
    other.sign_in(create(Some(G), None, Some(GRACE_PASSWORD))).await;
}

async fn password_is_not_set_before_the_reset_code_is_verified(world: World) {
    let client = RawClient::new(&world);
    for strategy in [None, Some(Strategy::ResetPasswordEmailCode)] {
        let sign_in = client.sign_in(create(Some(G), strategy, None)).await;
        let reset = ResetPassword::new(&sign_in.id, "slipped-in-by-somebody", false);
        let (status, error, _) = client.rejected(Request::ResetPassword(reset)).await;
        assert_eq!((status, error), (400, ErrorCode::ClientStateInvalid));
    }
    client.sign_in(create(Some(G), None, Some(GRACE_PASSWORD))).await;
}

async fn nobody_learns_the_password_without_the_reset_code(world: World) {
    let client = RawClient::new(&world);
    for strategy in [None, Some(Strategy::ResetPasswordEmailCode)] {
        let sign_in = client.sign_in(create(Some(G), strategy, None)).await;
        for guess in [GRACE_PASSWORD, "another-guess-of-somebody"] {
            let strategy = Strategy::ResetPasswordEmailCode;
            let guess = AttemptFactor::code_and_new_password(&sign_in.id, strategy, "000000", guess);
            let (_, error, _) = client.rejected(Request::AttemptFirstFactor(guess)).await;
            assert!(matches!(error, ErrorCode::VerificationMissing | ErrorCode::FormCodeIncorrect), "{error:?}");
        }
    }
}

async fn only_a_passkey_comes_before_the_identifier(world: World) {
    let client = RawClient::new(&world);
    let sign_in = client.sign_in(create(None, Some(Strategy::Passkey), None)).await;
    assert_eq!(sign_in.status, Some(Status::NeedsIdentifier));
    let password = Request::AttemptFirstFactor(AttemptFactor::password(&sign_in.id, GRACE_PASSWORD));
    let (status, error, _) = client.rejected(password).await;
    assert_eq!((status, error), (400, ErrorCode::ClientStateInvalid));
}

async fn verified_factor_cannot_be_verified_again(world: World) {
    let client = RawClient::new(&world);
    let sign_in = client.sign_in(create(Some(A), None, Some(ADA_PASSWORD))).await;
    let again = Request::AttemptFirstFactor(AttemptFactor::password(&sign_in.id, ADA_PASSWORD));
    let (status, error, _) = client.rejected(again).await;
    assert_eq!((status, error), (400, ErrorCode::VerificationAlreadyVerified));
    let under_way = client.client().sign_in.unwrap();
    assert_eq!(under_way.status, Some(Status::NeedsSecondFactor), "the rejection contains the sign-in");

    let totp = AttemptFactor::code(&sign_in.id, Strategy::Totp, &world.ada_totp());
    let done = client.sign_in(Request::AttemptSecondFactor(totp.clone())).await;
    assert_eq!(done.status, Some(Status::Complete));
    let (status, error, _) = client.rejected(Request::AttemptSecondFactor(totp)).await;
    assert_eq!((status, error), (400, ErrorCode::VerificationAlreadyVerified));
}

async fn step_at_the_wrong_status_has_the_configured_error(world: World) {
    let client = RawClient::new(&world);
    let sign_in = client.sign_in(create(Some(A), None, None)).await;
    let second = Request::AttemptSecondFactor(AttemptFactor::code(&sign_in.id, Strategy::Totp, "123456"));
    let (status, error, _) = client.rejected(second.clone()).await;
    assert_eq!((status, error), (400, ErrorCode::ClientStateInvalid));
    world.fake.configure(|settings| settings.wrong_status = ErrorCode::NoSecondFactors);
    let (_, error, _) = client.rejected(second).await;
    assert_eq!(error, ErrorCode::NoSecondFactors);
    let nobody = client.sign_in(create(None, None, None)).await;
    assert_eq!(nobody.status, Some(Status::NeedsIdentifier));
    let first = AttemptFactor::password(&nobody.id, "x");
    client.rejected(Request::AttemptFirstFactor(first)).await;
}

async fn no_redirect_is_prepared_after_the_first_factor(world: World) {
    let client = RawClient::new(&world);
    let sign_in = client.sign_in(create(Some(A), None, Some(ADA_PASSWORD))).await;
    let google = Factor::new(Strategy::oauth("google"));
    let mut prepare = PrepareFactor::new(&sign_in.id, &google);
    prepare.redirect_url = Some("https://app.example.com/callback".to_owned());
    let (status, error, _) = client.rejected(Request::PrepareFirstFactor(prepare)).await;
    assert_eq!((status, error), (400, ErrorCode::ClientStateInvalid));
}

async fn another_clients_sign_in_is_not_found(world: World) {
    let (mine, theirs) = (RawClient::new(&world), RawClient::new(&world));
    let sign_in = mine.sign_in(create(Some(A), None, None)).await;
    theirs.sign_in(create(Some(G), None, None)).await;
    for request in [
        Request::GetSignIn(GetSignIn::new(&sign_in.id)),
        Request::GetSignIn(GetSignIn::new("sia_unknown")),
        Request::PrepareFirstFactor(prepare(&sign_in)),
        Request::AttemptFirstFactor(AttemptFactor::password(&sign_in.id, ADA_PASSWORD)),
        Request::AttemptSecondFactor(AttemptFactor::code(&sign_in.id, Strategy::Totp, "1")),
    ] {
        let (status, error, _) = theirs.rejected(request).await;
        assert_eq!((status, error), (404, ErrorCode::ResourceNotFound));
    }
}

async fn replaced_sign_in_can_be_read_but_not_continued(world: World) {
    let client = RawClient::new(&world);
    let old = client.sign_in(create(Some(A), None, None)).await;
    client.sign_in(create(Some(G), None, None)).await;
    let read = client.sign_in(Request::GetSignIn(GetSignIn::new(&old.id))).await;
    assert_eq!(read.identifier.as_deref(), Some(A));
    let (status, error, _) = client.rejected(Request::PrepareFirstFactor(prepare(&old))).await;
    assert_eq!((status, error), (403, ErrorCode::ResourceForbidden));
}

async fn wrong_password_on_create_still_creates_an_attempt(world: World) {
    let client = RawClient::new(&world);
    let wrong = (422, ErrorCode::FormPasswordIncorrect, Some("password".to_owned()));
    assert_eq!(client.rejected(create(Some(A), Some(Strategy::Password), Some("wrong"))).await, wrong);
    let under_way = client.client().sign_in.unwrap();
    assert_eq!(under_way.status, Some(Status::NeedsFirstFactor));
    let right = AttemptFactor::password(&under_way.id, ADA_PASSWORD);
    let next = client.sign_in(Request::AttemptFirstFactor(right)).await;
    assert_eq!(next.status, Some(Status::NeedsSecondFactor));
}

async fn every_answer_rotates_the_token_and_may_be_lost(world: World) {
    let client = RawClient::new(&world);
    let sign_in = client.sign_in(create(Some(A), None, None)).await;
    let held = client.token.lock().unwrap().clone().unwrap();
    for _ in 0..5 {
        // The answers and their tokens are lost, so the client continues with the token that it already has.
        client.rejected(Request::AttemptFirstFactor(AttemptFactor::password(&sign_in.id, "wrong"))).await;
        let issued = client.token.lock().unwrap().replace(held.clone()).unwrap();
        assert_ne!(issued, held, "a rejection replaces the token too");
    }
    for _ in 0..3 {
        client.ask(Request::GetClient).await.unwrap();
    }
    *client.token.lock().unwrap() = Some(held);
    let (status, error, _) = client.rejected(Request::GetClient).await;
    assert_eq!((status, error), (401, ErrorCode::AuthenticationInvalid), "an old token is not accepted");
}

async fn older_token_is_accepted_within_the_limits(world: World) {
    world.fake.configure(|settings| (settings.recent_tokens, settings.recent_token_lifetime) = (8, MINUTE));
    let client = RawClient::new(&world);
    client.ask(Request::CreateClient).await.unwrap();
    let id = client.client().id;
    let token = || client.token.lock().unwrap().clone();
    let go_back_to = |to: &Option<Secret>| (*client.token.lock().unwrap()).clone_from(to);
    let later_calls = async |count: usize| {
        for _ in 0..count {
            client.ask(Request::GetClient).await.unwrap();
        }
    };

    let held = token();
    later_calls(9).await;
    let newest = token();
    go_back_to(&held);
    later_calls(1).await;
    assert_eq!(client.client().id, id, "the token identifies the same client");
    go_back_to(&newest);
    later_calls(1).await;

    go_back_to(&held);
    world.fake.advance(MINUTE);
    assert_eq!(client.rejected(Request::GetClient).await.0, 401, "the token has not been used for a minute");
    go_back_to(&newest);
    later_calls(1).await;

    let held = token();
    later_calls(11).await;
    go_back_to(&held);
    assert_eq!(client.rejected(Request::GetClient).await.0, 401, "there are 8 tokens that were replaced later");
}

async fn unknown_token_is_rejected_and_cleared(world: World) {
    let client = RawClient::new(&world);
    *client.token.lock().unwrap() = Some("guessed".into());
    let (status, error, _) = client.rejected(create(Some(A), None, None)).await;
    assert_eq!((status, error), (401, ErrorCode::AuthenticationInvalid));
    assert!(client.token.lock().unwrap().is_none(), "the client starts again");
    client.sign_in(create(Some(A), None, None)).await;
}

async fn first_write_creates_the_client(world: World) {
    let client = RawClient::new(&world);
    client.ask(Request::GetClient).await.unwrap();
    assert!(client.client.lock().unwrap().is_none() && client.token.lock().unwrap().is_none());
    client.ask(Request::CreateClient).await.unwrap();
    let id = client.client().id;
    assert!(id.starts_with("client_"));
    client.ask(Request::GetClient).await.unwrap();
    assert_eq!(client.client().id, id);
}

async fn deleted_client_is_forgotten(world: World) {
    let client = RawClient::new(&world);
    let sign_in = client.sign_in(create(Some(L), Some(Strategy::EmailCode), None)).await;
    client.sign_in(Request::AttemptFirstFactor(code(&sign_in, "424242"))).await;
    let token = client.token.lock().unwrap().clone();
    client.ask(Request::DeleteClient).await.unwrap();
    assert!(client.client.lock().unwrap().is_none() && client.token.lock().unwrap().is_none());
    *client.token.lock().unwrap() = token;
    let (status, _, _) = client.rejected(Request::GetClient).await;
    assert_eq!(status, 401);
}

async fn only_the_clients_own_session_can_be_touched(world: World) {
    let (mine, theirs) = (RawClient::new(&world), RawClient::new(&world));
    let sign_in = mine.sign_in(create(Some(L), Some(Strategy::EmailCode), None)).await;
    let done = mine.sign_in(Request::AttemptFirstFactor(code(&sign_in, "424242"))).await;
    let session_id = done.created_session_id.unwrap();
    assert_eq!(mine.client().last_active_session_id.as_deref(), Some(session_id.as_str()));
    theirs.ask(Request::CreateClient).await.unwrap();
    let touch = Request::TouchSession(TouchSession::select(&session_id));
    let (status, error, _) = theirs.rejected(touch.clone()).await;
    assert_eq!((status, error), (404, ErrorCode::ResourceNotFound));
    assert!(matches!(mine.ask(touch).await.unwrap(), Answer::Session(session) if session.id == session_id));
}

async fn session_expires(world: World) {
    let client = RawClient::new(&world);
    let sign_in = client.sign_in(create(Some(L), Some(Strategy::EmailCode), None)).await;
    let done = client.sign_in(Request::AttemptFirstFactor(code(&sign_in, "424242"))).await;
    world.fake.advance(Duration::from_secs(7 * 24 * 60 * 60));
    client.ask(Request::GetClient).await.unwrap();
    assert!(client.client().sessions.is_empty());
    let touch = TouchSession::select(&done.created_session_id.unwrap());
    let (status, _, _) = client.rejected(Request::TouchSession(touch)).await;
    assert_eq!(status, 404);
}

async fn code_goes_only_to_the_users_addresses(world: World) {
    let client = RawClient::new(&world);
    let grace = client.sign_in(create(Some(G), None, None)).await;
    let to_grace = prepare(&grace);
    let ada = client.sign_in(create(Some(A), None, None)).await;
    let to_someone_else = PrepareFactor::new(&ada.id, &{
        let mut factor = Factor::new(Strategy::EmailCode);
        factor.email_address_id = to_grace.email_address_id;
        factor
    });
    let (status, error, param) = client.rejected(Request::PrepareFirstFactor(to_someone_else)).await;
    assert_eq!((status, error), (422, ErrorCode::FormParamValueInvalid));
    assert_eq!(param.as_deref(), Some("email_address_id"));
    assert!(world.fake.outbox().is_empty());
}

async fn anonymous_call_has_no_client(world: World) {
    // Over HTTP, this call comes from a browser without a cookie.
    world.fake.configure(|settings| settings.development = false);
    let response = world.backend.call(CallContext::default(), create(Some(A), None, None)).await.unwrap();
    assert!(matches!(response.result, Ok(Answer::SignInAttempt(_))));
    assert!(matches!(response.token, TokenUpdate::Unchanged), "an anonymous caller gets no token");
}

#[test]
fn same_seed_or_restored_state_repeats_a_run() {
    let run = |fake: &FakeBackend| {
        let client = clerk_sign_in::Client::new(fake.clone());
        futures::executor::block_on(async {
            let _ = client.sign_in().password(G, GRACE_PASSWORD).await.unwrap();
        });
        fake.state()
    };
    let (one, other) = (FakeBackend::demo(), FakeBackend::demo());
    assert!(run(&one) == run(&other));

    let saved = serde_json::to_string(&one.state()).unwrap();
    let restored = FakeBackend::restored(serde_json::from_str(&saved).unwrap());
    assert!(restored.state() == one.state());
    assert!(run(&restored) == run(&one), "a restored server continues like the first");

    let (seven, eight) = (FakeBackend::seeded(7), FakeBackend::seeded(8));
    let user = || NewUser::new("ada@example.com");
    assert_ne!(seven.add_user(user()).unwrap(), eight.add_user(user()).unwrap());
}

#[test]
fn invalid_new_user_is_rejected() {
    let fake = FakeBackend::demo();
    let taken = fake.add_user(NewUser::new("new@example.com").username(A)).unwrap_err();
    assert_eq!(taken, NewUserError::IdentifierTaken(A.to_owned()));
    let secret = fake.add_user(NewUser::new("new@example.com").totp_secret("short")).unwrap_err();
    assert_eq!(secret, NewUserError::TotpSecret);
    assert!(fake.totp_code("new@example.com").is_none());
}
