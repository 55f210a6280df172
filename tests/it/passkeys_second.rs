//! Passkeys as the second factor, and passkeys that make a new client trusted. The tests use a real authenticator and
//! real signatures. Each flow runs in memory and over HTTP.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_sign_in::backend::CallContext;
use clerk_sign_in::fake::{FakeBackend, NewUser, Scripted, UserAccess, UserChange};
use clerk_sign_in::platform::{
    CapabilityError, LocalPasskeys, Mediation, PasskeyAuthenticator, PasskeyRequest, Timer, Wallet,
};
use clerk_sign_in::wire::{
    Answer, AttemptFactor, Channel, ErrorCode, Factor, GetSignIn, PrepareFactor, Request, Secret, SignInAttempt,
    Status, Strategy, VerificationStatus,
};
use clerk_sign_in::{
    AfterClientTrust, AfterCreate, AfterFirstFactor, AfterRedirect, AfterReset, AfterResetCode, AfterSecondFactor,
    AnySignIn, Client, Error, ErrorKind, Finalized, IdToken, NeedsClientTrust, NeedsSecondFactor, OtherSessions,
    Resumed, SignIn, Sso, State, StepError,
};
use serde_json::{Value, json};
use support::keys::{Keys, device_of};
use support::{A, ADA_PASSWORD, G, GRACE_PASSWORD, L, World, codes, over_every_identity, reached, stayed, take};

over_every_identity! {
    passkey_verifies_the_second_factor,
    passkey_makes_the_client_trusted,
    second_factor_is_required_after_every_other_strategy,
    session_records_the_second_factor,
    passkey_alone_is_no_second_factor,
    passkey_is_offered_only_where_it_satisfies_the_second_factor,
    user_without_a_passkey_is_not_offered_one,
    first_factors_passkey_is_no_second_factor,
    older_api_version_is_offered_no_passkey,
    every_passkey_of_the_user_can_answer,
    wrong_or_late_answer_goes_back_to_the_stage,
    another_users_passkey_is_rejected,
    failed_prompt_sends_nothing,
    barred_user_is_rejected,
    another_factor_can_be_chosen,
    challenge_is_found_after_a_restart,
    gate_comes_before_the_challenge_and_before_the_answer,
    new_password_comes_before_the_passkey,
}

const PAGE: &str = "https://fake.clerk.accounts.dev";

/// Returns an authenticator with passkeys of Ada and Grace, at an instance that accepts them as a second factor.
async fn passkeys(world: &World) -> LocalPasskeys {
    world.fake.configure(|settings| settings.passkey_satisfies_second_factor = true);
    let passkeys = LocalPasskeys::new(PAGE).unwrap();
    for user in [A, G] {
        register(&world.fake, &passkeys, user).await;
    }
    passkeys
}

async fn register(fake: &FakeBackend, passkeys: &LocalPasskeys, user: &str) {
    let options = fake.new_passkey(user).unwrap();
    fake.add_passkey(user, passkeys.create(&options).await.unwrap().expose()).unwrap();
}

async fn ada(client: &Client) -> SignIn<NeedsSecondFactor> {
    take!(client.sign_in().password(A, ADA_PASSWORD).await.unwrap(), AfterCreate::NeedsSecondFactor)
}

async fn grace(client: &Client) -> SignIn<NeedsClientTrust> {
    take!(client.sign_in().password(G, GRACE_PASSWORD).await.unwrap(), AfterCreate::NeedsClientTrust)
}

/// The two stages at which a passkey is not the first factor.
const STAGES: [Status; 2] = [Status::NeedsSecondFactor, Status::NeedsClientTrust];

async fn challenged_at(stage: &Status, client: &Client) -> AnySignIn {
    match stage {
        Status::NeedsSecondFactor => ada(client).await.challenge_passkey().await.unwrap().into(),
        _ => grace(client).await.challenge_passkey().await.unwrap().into(),
    }
}

/// Requests another challenge after the previous one has ended.
async fn challenge_again(over: AnySignIn) -> AnySignIn {
    match over {
        AnySignIn::NeedsSecondFactor(at) => at.challenge_passkey().await.unwrap().into(),
        AnySignIn::NeedsClientTrust(at) => at.challenge_passkey().await.unwrap().into(),
        elsewhere => panic!("{elsewhere:?}"),
    }
}

fn options(at: &AnySignIn) -> Value {
    let verification = at.attempt().second_factor_verification.as_deref().unwrap();
    serde_json::from_str(verification.challenge().unwrap()).unwrap()
}

async fn assertion(passkeys: &LocalPasskeys, options: &Value) -> Secret {
    passkeys.get_assertion(PasskeyRequest::new(&options.to_string(), Mediation::Modal)).await.unwrap()
}

fn parts<T: Into<AnySignIn>, S: State>(step: Result<T, StepError<S>>) -> (AnySignIn, Option<Error>) {
    match step {
        Ok(next) => (next.into(), None),
        Err(failed) => {
            let (at, error) = failed.into_parts();
            (at, Some(error))
        }
    }
}

async fn answer(at: AnySignIn, assertion: &str) -> (AnySignIn, Option<Error>) {
    match at {
        AnySignIn::SecondFactorPasskeyChallenged(at) => parts(at.verify_assertion(assertion).await),
        AnySignIn::ClientTrustPasskeyChallenged(at) => parts(at.verify_assertion(assertion).await),
        elsewhere => panic!("{elsewhere:?}"),
    }
}

async fn completes(at: AnySignIn, passkeys: &LocalPasskeys) {
    let signed = assertion(passkeys, &options(&at)).await;
    let (done, error) = answer(at, signed.expose()).await;
    assert!(matches!(done, AnySignIn::Complete(_)), "{done:?} {error:?}");
}

/// Returns the number of passkeys among these factors.
fn passkeys_in(factors: &[Factor]) -> usize {
    factors.iter().filter(|factor| factor.strategy == Strategy::Passkey).count()
}

async fn passkey_verifies_the_second_factor(world: World) {
    let passkeys = passkeys(&world).await;
    let ada = ada(&world.client()).await;
    assert_eq!(passkeys_in(ada.supported_second_factors()), 1);
    let challenged = ada.challenge_passkey().await.unwrap();
    assert_eq!(challenged.status(), Some(&Status::NeedsSecondFactor));
    assert_eq!(challenged.state_name(), "PasskeyChallenged<NeedsSecondFactor>");
    let verification = challenged.verification().unwrap();
    assert_eq!((verification.strategy.as_ref(), verification.is_pending()), (Some(&Strategy::Passkey), true));
    assert!(challenged.expires_at() > Some(world.fake.clock().now()));
    assert_eq!(verification.challenge(), Some(challenged.options()));
    let first = challenged.first_factor_verification().unwrap();
    assert_eq!((first.strategy.as_ref(), first.is_pending()), (Some(&Strategy::Password), false));

    let step = challenged.verify_with(&passkeys, Mediation::Modal).await;
    let done = take!(step.unwrap(), AfterSecondFactor::Complete);
    let verification = done.second_factor_verification().unwrap();
    assert_eq!(verification.strategy, Some(Strategy::Passkey));
    assert_eq!(verification.status, Some(VerificationStatus::Verified));
    reached!(done.finalize().await.unwrap(), Finalized::Active);
}

async fn passkey_makes_the_client_trusted(world: World) {
    let passkeys = passkeys(&world).await;
    let client = world.client();
    let challenged = grace(&client).await.challenge_passkey().await.unwrap();
    assert_eq!(challenged.state_name(), "PasskeyChallenged<NeedsClientTrust>");
    assert_eq!(challenged.status(), Some(&Status::NeedsClientTrust));
    let step = challenged.verify_with(&passkeys, Mediation::Modal).await;
    let done = take!(step.unwrap(), AfterClientTrust::Complete);
    drop(done);
    // From now on, the password is enough on this client.
    world.fake.configure(|settings| settings.reject_signed_in_identifiers = false);
    reached!(client.sign_in().password(G, GRACE_PASSWORD).await.unwrap(), AfterCreate::Complete);
}

/// A user with a second factor and with every kind of first factor.
const M: &str = "mary@example.com";
const M_PHONE: &str = "+4915112345678";

fn mary(world: &World) -> Keys {
    world.fake.configure(|settings| settings.passkey_satisfies_second_factor = true);
    let mary = NewUser::new(M).password("two-factors-please").phone_number(M_PHONE).backup_code("mary-1");
    world.fake.add_user(mary.totp_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJT")).unwrap();
    let keys = Keys::new(&world.fake);
    keys.give_to(&world.fake, M);
    keys
}

/// Checks that only a passkey skips the second factor, at an instance where a passkey satisfies it.
async fn second_factor_is_required_after_every_other_strategy(world: World) {
    let keys = mary(&world);
    let start = || world.client().sign_in();

    reached!(start().password(M, "two-factors-please").await.unwrap(), AfterCreate::NeedsSecondFactor);
    let sent = start().send_email_code(M).await.unwrap();
    let code = world.mailed_code(M);
    reached!(sent.verify(&code).await.unwrap(), AfterFirstFactor::NeedsSecondFactor);
    let sent = start().send_phone_code(M_PHONE, Channel::Sms).await.unwrap();
    let code = world.mailed_code(M_PHONE);
    reached!(sent.verify(&code).await.unwrap(), AfterFirstFactor::NeedsSecondFactor);
    let sent = start().send_email_link(M, PAGE).await.unwrap();
    world.open(&world.mailed_link(M)).await.unwrap();
    let opened = sent.wait_for_verification(world.fake.clock().clone()).await;
    reached!(opened.unwrap(), AfterFirstFactor::NeedsSecondFactor);
    let sent = start().send_reset_password_email_code(M).await.unwrap();
    let code = world.mailed_code(M);
    reached!(
        sent.reset_password(&code, "another-battery", OtherSessions::Keep).await.unwrap(),
        AfterReset::NeedsSecondFactor
    );
    let made = world.fake.add_ticket(M, Duration::from_secs(60)).unwrap();
    reached!(start().ticket(made.ticket.expose()).await.unwrap(), AfterCreate::NeedsSecondFactor);
    let credential = world.fake.provider_credential(&Strategy::oauth_token("apple"), M).unwrap();
    let step = start().id_token(&IdToken::new("apple", credential.id_token.expose())).await;
    reached!(step.unwrap(), AfterCreate::NeedsSecondFactor);
    let ready = start().sso(&Sso::oauth("google"), PAGE).await.unwrap();
    let came_back_to = world.consent(ready.client(), ready.external_url(), M).await.unwrap();
    reached!(ready.finish(&came_back_to).await.unwrap(), AfterRedirect::NeedsSecondFactor);
    let challenged = start().challenge_wallet(&keys.wallet.provider(), &keys.address()).await.unwrap();
    reached!(challenged.verify_with(&keys.wallet).await.unwrap(), AfterFirstFactor::NeedsSecondFactor);
    let device = device_of(&world.fake, M);
    let first = take!(start().trusted_device(&device).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let challenged = first.challenge_trusted_device(&device).await.unwrap();
    reached!(challenged.verify_with(&keys.device).await.unwrap(), AfterFirstFactor::NeedsSecondFactor);

    let challenged = start().challenge_passkey().await.unwrap();
    let step = challenged.verify_with(&keys.passkeys, Mediation::Modal).await;
    reached!(step.unwrap(), AfterFirstFactor::Complete);
}

/// Finalizes a complete sign-in, and returns the ages that its session and the session's token show.
async fn ages(at: impl Into<AnySignIn>) -> [Value; 2] {
    let done = take!(at.into(), AnySignIn::Complete);
    let client = done.client().clone();
    let session = take!(done.finalize().await.unwrap(), Finalized::Active).session().clone();
    let token = client.session_token(&session.id).await.unwrap();
    let claims = URL_SAFE_NO_PAD.decode(token.jwt.expose().split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    [json!(session.factor_verification_age), claims["fva"].clone()]
}

async fn session_records_the_second_factor(world: World) {
    let keys = mary(&world);
    let by_one = [json!([0, -1]), json!([0, -1])];
    let by_two = [json!([0, 0]), json!([0, 0])];

    let sent = world.client().sign_in().send_email_code(L).await.unwrap();
    assert_eq!(ages(sent.verify("424242").await.unwrap()).await, by_one);
    let second = async || {
        let step = world.client().sign_in().password(M, "two-factors-please").await;
        take!(step.unwrap(), AfterCreate::NeedsSecondFactor)
    };
    let code = world.fake.totp_code(M).unwrap();
    assert_eq!(ages(second().await.verify_totp(&code).await.unwrap()).await, by_two);
    assert_eq!(ages(second().await.verify_backup_code("mary-1").await.unwrap()).await, by_two);
    let challenged = second().await.challenge_passkey().await.unwrap();
    let step = challenged.verify_with(&keys.passkeys, Mediation::Modal).await;
    assert_eq!(ages(step.unwrap()).await, by_two);
}

async fn passkey_alone_is_no_second_factor(world: World) {
    let passkeys = passkeys(&world).await;
    register(&world.fake, &passkeys, L).await;
    let sent = world.client().sign_in().send_email_code(L).await.unwrap();
    reached!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    // Grace has no second factor either, but her client is new.
    reached!(world.client().sign_in().password(G, GRACE_PASSWORD).await.unwrap(), AfterCreate::NeedsClientTrust);
    // A user with a passkey must still set up the second factor that the instance requires.
    world.fake.configure(|settings| settings.mfa_required = true);
    let sent = world.client().sign_in().send_email_code(L).await.unwrap();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    reached!(done.finalize().await.unwrap(), Finalized::Pending);
}

async fn attempt_of(world: &World, client: &Client, request: Request) -> Result<SignInAttempt, ErrorCode> {
    let context = CallContext::new(world.identity(World::token_of(client).as_deref()));
    answered(world, context, request).await
}

async fn answered(world: &World, context: CallContext, request: Request) -> Result<SignInAttempt, ErrorCode> {
    match world.for_wrong_requests.call(context, request).await.unwrap().result {
        Ok(Answer::SignInAttempt(attempt)) => Ok(*attempt),
        Ok(other) => panic!("{other:?}"),
        Err(rejection) => Err(rejection.errors[0].code.clone()),
    }
}

fn prepare(id: &str) -> Request {
    Request::PrepareSecondFactor(PrepareFactor::new(id, &Factor::new(Strategy::Passkey)))
}

async fn passkey_is_offered_only_where_it_satisfies_the_second_factor(world: World) {
    let _passkeys = passkeys(&world).await;
    for (passkeys, satisfies) in [(true, false), (false, true)] {
        world.fake.configure(|settings| {
            settings.passkeys = passkeys;
            settings.passkey_satisfies_second_factor = satisfies;
        });
        let client = world.client();
        let ada = ada(&client).await;
        assert_eq!(passkeys_in(ada.supported_second_factors()), 0);
        let (error, ada) = stayed!(ada.challenge_passkey().await);
        assert!(matches!(error.kind(), ErrorKind::FactorNotFound { strategy: Strategy::Passkey }), "{error}");
        let rejected = attempt_of(&world, &client, prepare(ada.id())).await;
        assert_eq!(rejected, Err(ErrorCode::FormParamValueInvalid));

        let client = world.client();
        let (error, grace) = stayed!(grace(&client).await.challenge_passkey().await);
        assert!(matches!(error.kind(), ErrorKind::FactorNotFound { strategy: Strategy::Passkey }), "{error}");
        let rejected = attempt_of(&world, &client, prepare(grace.id())).await;
        assert_eq!(rejected, Err(ErrorCode::FormParamValueInvalid));
    }
}

async fn user_without_a_passkey_is_not_offered_one(world: World) {
    world.fake.configure(|settings| settings.passkey_satisfies_second_factor = true);
    // Requests a passkey that is never created.
    world.fake.new_passkey(A).unwrap();
    let client = world.client();
    let (error, ada) = stayed!(ada(&client).await.challenge_passkey().await);
    assert!(matches!(error.kind(), ErrorKind::FactorNotFound { strategy: Strategy::Passkey }), "{error}");
    let rejected = attempt_of(&world, &client, prepare(ada.id())).await;
    assert_eq!(rejected, Err(ErrorCode::NoPasskeysFoundForUser));
    // No challenge was issued, so there is nothing to answer.
    let answer = Request::AttemptSecondFactor(AttemptFactor::passkey(ada.id(), "{}".into()));
    assert_eq!(attempt_of(&world, &client, answer).await, Err(ErrorCode::VerificationMissing));
}

/// Checks that a passkey cannot count twice, if an administrator changes the instance between the two factors.
async fn first_factors_passkey_is_no_second_factor(world: World) {
    let passkeys = passkeys(&world).await;
    world.fake.configure(|settings| settings.passkey_satisfies_second_factor = false);
    let client = world.client();
    let first = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let challenged = first.challenge_passkey().await.unwrap();
    let signed = challenged.verify_with(&passkeys, Mediation::Modal).await.unwrap();
    let second = take!(signed, AfterFirstFactor::NeedsSecondFactor);
    world.fake.configure(|settings| settings.passkey_satisfies_second_factor = true);
    let second = take!(second.refresh().await.unwrap(), AnySignIn::NeedsSecondFactor);
    assert_eq!(passkeys_in(second.supported_second_factors()), 0);
    let rejected = attempt_of(&world, &client, prepare(second.id())).await;
    assert_eq!(rejected, Err(ErrorCode::FormParamValueInvalid));
}

async fn older_api_version_is_offered_no_passkey(world: World) {
    let _passkeys = passkeys(&world).await;
    for (version, is_offered) in
        [("2025-11-10", false), ("2026-05-12", false), ("2026-08-20", true), ("2027-01-01", true)]
    {
        let at_version = |client: &Client| {
            let mut context = CallContext::new(world.identity(World::token_of(client).as_deref()));
            context.headers.insert("clerk-api-version", version.parse().unwrap());
            context
        };
        let client = world.client();
        let ada = ada(&client).await;
        let get = Request::GetSignIn(GetSignIn::new(ada.id()));
        let seen = answered(&world, at_version(&client), get).await.unwrap();
        let listed = seen.supported_second_factors.unwrap();
        assert_eq!(passkeys_in(&listed) == 1, is_offered, "{version}");
        // A native client gets a new token with every answer.
        client.refresh().await.unwrap();
        let prepared = answered(&world, at_version(&client), prepare(ada.id())).await;
        assert_eq!(prepared.err(), (!is_offered).then_some(ErrorCode::FormParamValueInvalid), "{version}");
    }
}

async fn every_passkey_of_the_user_can_answer(world: World) {
    let laptop = passkeys(&world).await;
    let phone = LocalPasskeys::new(PAGE).unwrap();
    register(&world.fake, &phone, A).await;
    for passkeys in [&phone, &laptop] {
        let at = challenged_at(&Status::NeedsSecondFactor, &world.client()).await;
        assert_eq!(options(&at)["allowCredentials"].as_array().unwrap().len(), 2);
        assert_eq!(options(&at)["userVerification"], "required");
        completes(at, passkeys).await;
    }
}

/// Returns the bytes of an answer's authenticator data, with the flag for a verified user (0x04) cleared.
fn without_verified_user(answer: &str) -> String {
    let mut answer: Value = serde_json::from_str(answer).unwrap();
    let data = answer["response"]["authenticatorData"].as_str().unwrap();
    let mut data = URL_SAFE_NO_PAD.decode(data).unwrap();
    data[32] &= !4;
    answer["response"]["authenticatorData"] = URL_SAFE_NO_PAD.encode(data).into();
    answer.to_string()
}

async fn wrong_or_late_answer_goes_back_to_the_stage(world: World) {
    let passkeys = passkeys(&world).await;
    for stage in &STAGES {
        // The answer comes too late.
        let at = challenged_at(stage, &world.client()).await;
        let (stage_name, late) = (at.state_name(), assertion(&passkeys, &options(&at)).await);
        world.fake.advance(Duration::from_secs(10 * 60));
        let (over, error) = answer(at, late.expose()).await;
        assert_eq!(codes(&error.unwrap()), [ErrorCode::VerificationExpired]);
        assert!(stage_name.contains(over.state_name()), "{stage_name} became {}", over.state_name());

        // The answer belongs to an older challenge.
        let (over, error) = answer(challenge_again(over).await, late.expose()).await;
        assert_eq!(codes(&error.unwrap()), [ErrorCode::PasskeyAuthenticationFailure]);
        let verification = over.attempt().second_factor_verification.as_deref().unwrap();
        assert_eq!(verification.status, Some(VerificationStatus::Failed));

        // The authenticator did not verify the user.
        let at = challenge_again(over).await;
        let signed = assertion(&passkeys, &options(&at)).await;
        let (over, error) = answer(at, &without_verified_user(signed.expose())).await;
        assert_eq!(codes(&error.unwrap()), [ErrorCode::PasskeyAuthenticationFailure]);

        // An answer that cannot be read leaves the challenge as it is.
        let (at, error) = answer(challenge_again(over).await, "{}").await;
        assert_eq!(codes(&error.unwrap()), [ErrorCode::PasskeyInvalidPublicKeyCredential]);
        completes(at, &passkeys).await;
    }
}

async fn another_users_passkey_is_rejected(world: World) {
    let passkeys = passkeys(&world).await;
    let linus = LocalPasskeys::new(PAGE).unwrap();
    register(&world.fake, &linus, L).await;
    for stage in &STAGES {
        let at = challenged_at(stage, &world.client()).await;
        let mut asked = options(&at);
        asked["allowCredentials"] = json!([]);
        let (at, error) = answer(at, assertion(&linus, &asked).await.expose()).await;
        assert_eq!(codes(&error.unwrap()), [ErrorCode::PasskeyNotRegistered]);
        completes(at, &passkeys).await;
    }
}

async fn failed_prompt_sends_nothing(world: World) {
    let passkeys = Scripted::new(passkeys(&world).await, [Err(CapabilityError::Cancelled)]);
    let challenged = ada(&world.client()).await.challenge_passkey().await.unwrap();
    let before = world.fake.state();
    let (error, challenged) = stayed!(challenged.verify_with(&passkeys, Mediation::Modal).await);
    assert!(error.is_cancelled(), "{error}");
    assert!(before == world.fake.state(), "the server got no request");
    let step = challenged.verify_with(&passkeys, Mediation::Modal).await;
    reached!(step.unwrap(), AfterSecondFactor::Complete);
}

async fn barred_user_is_rejected(world: World) {
    let passkeys = passkeys(&world).await;
    let challenged = ada(&world.client()).await.challenge_passkey().await.unwrap();
    let mut change = UserChange::default();
    change.access = Some(UserAccess::Locked);
    world.fake.change_user(&world.fake.user(A).unwrap().id, change).unwrap();
    let (error, challenged) = stayed!(challenged.verify_with(&passkeys, Mediation::Modal).await);
    assert_eq!(codes(&error), [ErrorCode::UserLocked]);
    let (error, _) = stayed!(challenged.challenge_again().await);
    assert_eq!(codes(&error), [ErrorCode::UserLocked]);
}

async fn another_factor_can_be_chosen(world: World) {
    let _passkeys = passkeys(&world).await;
    let challenged = ada(&world.client()).await.challenge_passkey().await.unwrap();
    let asked = challenged.options().to_owned();
    let challenged = challenged.choose_another().passkey_challenged().unwrap();
    assert_eq!(challenged.options(), asked);
    let challenged = challenged.challenge_again().await.unwrap();
    assert_ne!(challenged.options(), asked);
    let step = challenged.choose_another().verify_totp(&world.ada_totp()).await;
    reached!(step.unwrap(), AfterSecondFactor::Complete);

    let challenged = grace(&world.client()).await.challenge_passkey().await.unwrap();
    let challenged = challenged.choose_another().passkey_challenged().unwrap();
    let sent = challenged.choose_another().send_email_code().await.unwrap();
    // The code has replaced the challenge.
    let sent = sent.choose_another().passkey_challenged().unwrap_err().code_sent().unwrap();
    let step = sent.verify(&world.mailed_code(G)).await;
    reached!(step.unwrap(), AfterClientTrust::Complete);
}

async fn challenge_is_found_after_a_restart(world: World) {
    let passkeys = passkeys(&world).await;
    for stage in &STAGES {
        let client = world.client();
        let at = challenged_at(stage, &client).await;
        let (name, asked) = (at.state_name(), options(&at));
        drop(at);
        let found = take!(client.resume().await.unwrap(), Resumed::Attempt);
        assert_eq!((found.state_name(), &options(&found)), (name, &asked));
        let restored = client.restore(found.checkpoint()).unwrap();
        assert_eq!((restored.state_name(), &options(&restored)), (name, &asked));
        // A checkpoint also remembers that the user set the challenge aside.
        let aside: AnySignIn = match restored {
            AnySignIn::SecondFactorPasskeyChallenged(at) => at.choose_another().into(),
            AnySignIn::ClientTrustPasskeyChallenged(at) => at.choose_another().into(),
            elsewhere => panic!("{elsewhere:?}"),
        };
        let restored = client.restore(aside.checkpoint()).unwrap();
        assert_eq!(restored.state_name(), aside.state_name());
        let found = restored.refresh().await.unwrap();
        assert_eq!(found.state_name(), name);
        completes(found, &passkeys).await;
    }
}

async fn solved(at: AnySignIn) -> AnySignIn {
    let gate = take!(at, AnySignIn::NeedsProtectCheck);
    let proof = FakeBackend::proof_for(gate.protect_check().unwrap().token.as_ref().unwrap().expose());
    gate.submit_proof(&proof).await.unwrap()
}

async fn gate_comes_before_the_challenge_and_before_the_answer(world: World) {
    let passkeys = passkeys(&world).await;
    for stage in &STAGES {
        let client = world.client();
        let at: AnySignIn = match stage {
            Status::NeedsSecondFactor => ada(&client).await.into(),
            _ => grace(&client).await.into(),
        };
        world.fake.require_protect_checks(1);
        let (gated, error) = match at {
            AnySignIn::NeedsSecondFactor(at) => parts(at.challenge_passkey().await),
            AnySignIn::NeedsClientTrust(at) => parts(at.challenge_passkey().await),
            elsewhere => panic!("{elsewhere:?}"),
        };
        assert!(error.is_some(), "there is no challenge");
        let at = challenge_again(solved(gated).await).await;
        let (name, signed) = (at.state_name(), assertion(&passkeys, &options(&at)).await);
        world.fake.require_protect_checks(1);
        let (gated, error) = answer(at, signed.expose()).await;
        assert!(error.is_none(), "{error:?}");
        let at = solved(gated).await;
        assert_eq!(at.state_name(), name, "the challenge is still open");
        let (done, error) = answer(at, signed.expose()).await;
        assert!(matches!(done, AnySignIn::Complete(_)), "{done:?} {error:?}");
    }
}

async fn new_password_comes_before_the_passkey(world: World) {
    let passkeys = passkeys(&world).await;
    let sent = world.client().sign_in().send_reset_password_email_code(A).await.unwrap();
    let reset = sent.verify(&world.mailed_code(A)).await.unwrap();
    let new = take!(reset, AfterResetCode::NeedsNewPassword);
    let step = new.submit_password("a-new-battery-staple", OtherSessions::Keep).await;
    let second = take!(step.unwrap(), AfterReset::NeedsSecondFactor);
    let challenged = second.challenge_passkey().await.unwrap();
    let step = challenged.verify_with(&passkeys, Mediation::Modal).await;
    reached!(step.unwrap(), AfterSecondFactor::Complete);
}

/// An attempt that lists nothing but a passkey can be completed. The requests are those of the published client.
#[tokio::test]
async fn attempt_that_lists_only_a_passkey_can_be_completed() {
    for status in ["needs_second_factor", "needs_client_trust"] {
        let sign_in = |more: Value| {
            let mut attempt = json!({
                "object": "sign_in", "id": "sia_1", "status": status,
                "supported_second_factors": [{ "strategy": "passkey" }],
            });
            attempt.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            (200, json!({ "response": attempt, "client": null }))
        };
        let nonce = json!({ "status": "unverified", "strategy": "passkey", "nonce": "{\"challenge\":\"AAAA\"}" });
        let (client, asked) = support::Scripted::json_recorded([
            sign_in(json!({})),
            sign_in(json!({ "second_factor_verification": nonce })),
            sign_in(json!({ "status": "complete", "created_session_id": "sess_1" })),
        ]);
        let start: AnySignIn = client.sign_in().create(A).await.unwrap().into();
        let at = challenge_again(start).await;
        let (done, _) = answer(at, "{}").await;
        assert_eq!(take!(done, AnySignIn::Complete).session_id(), "sess_1");
        let asked = asked.lock().unwrap();
        assert_eq!(asked[1], "POST /v1/client/sign_ins/sia_1/prepare_second_factor strategy=passkey");
        assert_eq!(
            asked[2],
            "POST /v1/client/sign_ins/sia_1/attempt_second_factor strategy=passkey&public_key_credential=%7B%7D"
        );
    }
}
