//! Sign-in with passkeys. The tests use a real authenticator and real signatures. Each flow runs in memory and over
//! HTTP.

use std::time::Duration;

use clerk_sign_in::backend::CallContext;
use clerk_sign_in::fake::{FakeBackend, NewUserError, Scripted, UserAccess, UserChange};
use clerk_sign_in::platform::{CapabilityError, LocalPasskeys, Mediation, PasskeyAuthenticator, PasskeyRequest};
use clerk_sign_in::wire::{
    ActingSession, Answer, ErrorCode, Factor, Passkey, RemovePasskey, RenamePasskey, Request, Secret, Status, Strategy,
    VerificationStatus, VerifyPasskey,
};
use clerk_sign_in::{
    AfterCreate, AfterFirstFactor, AfterSecondFactor, AnySignIn, BeforeFirstFactor, Client, ErrorKind, Finalized,
    PasskeyChallenged, Resumed, SignIn, StepError,
};
use serde_json::Value;
use support::{A, G, L, World, codes, moved, over_every_identity, reached, stayed, take};

over_every_identity! {
    passkey_identifies_its_user,
    passkey_signs_in_a_named_user,
    autofill_signs_in,
    second_factor_follows_unless_the_passkey_counts_as_one,
    options_list_the_users_passkeys,
    one_of_several_passkeys_can_be_chosen,
    challenge_can_be_answered_once,
    expired_challenge_can_be_replaced,
    assertion_for_an_older_challenge_is_rejected,
    assertion_for_another_origin_is_rejected,
    assertion_for_another_domain_is_rejected,
    modified_assertion_is_rejected,
    cloned_passkey_is_rejected,
    another_users_passkey_is_rejected,
    removed_passkey_is_rejected,
    unreadable_assertion_does_not_count_as_an_attempt,
    failed_prompt_sends_nothing,
    authenticator_without_the_passkey_is_an_error,
    user_without_a_passkey_gets_an_error,
    instance_without_passkeys_rejects_them,
    barred_user_is_rejected,
    choosing_another_factor_returns_to_the_earlier_state,
    challenge_is_found_after_a_restart,
    gate_comes_before_the_challenge,
    new_passkey_can_sign_in,
    user_can_rename_and_remove_a_passkey,
}

const PAGE: &str = "https://fake.clerk.accounts.dev";

/// Returns an authenticator with a passkey of this user.
async fn passkeys_of(world: &World, user: &str) -> LocalPasskeys {
    let passkeys = LocalPasskeys::new(PAGE).unwrap();
    register(&world.fake, &passkeys, user).await;
    passkeys
}

async fn register(fake: &FakeBackend, passkeys: &LocalPasskeys, user: &str) -> String {
    let options = fake.new_passkey(user).unwrap();
    fake.add_passkey(user, passkeys.create(&options).await.unwrap().expose()).unwrap()
}

async fn discovered(client: &Client) -> SignIn<PasskeyChallenged> {
    client.sign_in().challenge_passkey().await.unwrap()
}

async fn named(client: &Client, user: &str) -> SignIn<PasskeyChallenged> {
    let first = take!(client.sign_in().create(user).await.unwrap(), AfterCreate::NeedsFirstFactor);
    first.challenge_passkey().await.unwrap()
}

async fn assertion(passkeys: &LocalPasskeys, options: &str) -> Secret {
    passkeys.get_assertion(PasskeyRequest::new(options, Mediation::Modal)).await.unwrap()
}

async fn verified(challenged: SignIn<PasskeyChallenged>, passkeys: &LocalPasskeys) -> AfterFirstFactor {
    challenged.verify_with(passkeys, Mediation::Modal).await.unwrap()
}

fn options(challenged: &SignIn<PasskeyChallenged>) -> Value {
    serde_json::from_str(challenged.options()).unwrap()
}

async fn passkey_identifies_its_user(world: World) {
    let passkeys = passkeys_of(&world, L).await;
    let client = world.client();
    let challenged = discovered(&client).await;
    assert_eq!((challenged.status(), challenged.identifier()), (Some(&Status::NeedsIdentifier), None));
    let done = take!(verified(challenged, &passkeys).await, AfterFirstFactor::Complete);
    assert_eq!(done.identifier(), Some(L));
    let session = take!(done.finalize().await.unwrap(), Finalized::Active);
    let user = session.session().user.as_deref().unwrap();
    assert_eq!(user.first_name.as_deref(), Some("Linus"));
    assert!(user.passkeys[0].last_used_at.is_some(), "{:?}", user.passkeys);
    assert_eq!(client.snapshot().unwrap().last_authentication_strategy, Some(Strategy::Passkey));
}

async fn passkey_signs_in_a_named_user(world: World) {
    let passkeys = passkeys_of(&world, G).await;
    let challenged = named(&world.client(), G).await;
    assert_eq!(challenged.status(), Some(&Status::NeedsFirstFactor));
    // Signing in with a passkey does not require client trust.
    reached!(verified(challenged, &passkeys).await, AfterFirstFactor::Complete);
}

async fn autofill_signs_in(world: World) {
    let passkeys = passkeys_of(&world, L).await;
    let step = discovered(&world.client()).await.verify_with(&passkeys, Mediation::Autofill).await;
    reached!(step.unwrap(), AfterFirstFactor::Complete);
}

async fn second_factor_follows_unless_the_passkey_counts_as_one(world: World) {
    let passkeys = passkeys_of(&world, A).await;
    let second = take!(verified(named(&world.client(), A).await, &passkeys).await, AfterFirstFactor::NeedsSecondFactor);
    reached!(second.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete);
    reached!(verified(discovered(&world.client()).await, &passkeys).await, AfterFirstFactor::NeedsSecondFactor);
    world.fake.configure(|settings| settings.passkey_satisfies_second_factor = true);
    reached!(verified(discovered(&world.client()).await, &passkeys).await, AfterFirstFactor::Complete);
}

async fn options_list_the_users_passkeys(world: World) {
    let passkeys = passkeys_of(&world, G).await;
    let (anybody, grace) = (discovered(&world.client()).await, named(&world.client(), G).await);
    assert_eq!(options(&anybody)["allowCredentials"], Value::Array(vec![]));
    let listed = options(&grace)["allowCredentials"].as_array().unwrap().clone();
    let answer: Value = serde_json::from_str(assertion(&passkeys, grace.options()).await.expose()).unwrap();
    assert_eq!((listed.len(), &listed[0]["id"]), (1, &answer["id"]));
    assert_eq!(options(&grace)["rpId"], "fake.clerk.accounts.dev");
    assert_eq!(options(&grace)["userVerification"], "required");
    assert_ne!(options(&grace)["challenge"], options(&anybody)["challenge"]);
}

async fn one_of_several_passkeys_can_be_chosen(world: World) {
    let (phone, laptop) = (LocalPasskeys::new(PAGE).unwrap(), LocalPasskeys::new(PAGE).unwrap());
    let phones = register(&world.fake, &phone, G).await;
    register(&world.fake, &laptop, G).await;
    let client = world.client();
    let first = take!(client.sign_in().create(G).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let is_passkey = |factor: &&Factor| factor.strategy == Strategy::Passkey;
    assert_eq!(first.supported_first_factors().iter().filter(is_passkey).count(), 2);
    let challenged = first.challenge_passkey_with_id(&phones).await.unwrap();
    let (error, challenged) = stayed!(challenged.verify_with(&laptop, Mediation::Modal).await);
    assert!(matches!(error.kind(), ErrorKind::Capability(CapabilityError::Unavailable(_))), "{error}");
    reached!(verified(challenged, &phone).await, AfterFirstFactor::Complete);
    client.sign_out().await.unwrap();
    // A passkey that the user did not choose is rejected, even if it signs the challenge.
    let first = take!(client.sign_in().create(G).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let challenged = first.challenge_passkey_with_id(&phones).await.unwrap();
    let mut asked = options(&challenged);
    asked["allowCredentials"] = Value::Array(vec![]);
    let (error, _) = stayed!(challenged.verify_assertion(assertion(&laptop, &asked.to_string()).await.expose()).await);
    assert_eq!(codes(&error), [ErrorCode::PasskeyNotRegistered]);
}

/// Requests another challenge after the previous one has ended.
async fn challenge_again_after(over: AnySignIn) -> SignIn<PasskeyChallenged> {
    match over {
        AnySignIn::NeedsIdentifier(nobody) => nobody.challenge_passkey().await.unwrap(),
        AnySignIn::NeedsFirstFactor(user) => user.challenge_passkey().await.unwrap(),
        elsewhere => panic!("{elsewhere:?}"),
    }
}

async fn challenge_can_be_answered_once(world: World) {
    let passkeys = passkeys_of(&world, L).await;
    let client = world.client();
    let challenged = discovered(&client).await;
    let answer = assertion(&passkeys, challenged.options()).await;
    reached!(challenged.verify_assertion(answer.expose()).await.unwrap(), AfterFirstFactor::Complete);
    let (error, _) = moved!(discovered(&client).await.verify_assertion(answer.expose()).await);
    assert_eq!(codes(&error), [ErrorCode::PasskeyAuthenticationFailure], "the assertion answers another challenge");
}

async fn expired_challenge_can_be_replaced(world: World) {
    let passkeys = passkeys_of(&world, L).await;
    for named_first in [false, true] {
        let client = world.client();
        let challenged = if named_first { named(&client, L).await } else { discovered(&client).await };
        let first = challenged.options().to_owned();
        world.fake.advance(Duration::from_secs(10 * 60));
        let (error, over) = moved!(challenged.verify_with(&passkeys, Mediation::Modal).await);
        assert_eq!(codes(&error), [ErrorCode::VerificationExpired]);
        let challenged = challenge_again_after(over).await;
        assert_ne!(challenged.options(), first);
        reached!(verified(challenged, &passkeys).await, AfterFirstFactor::Complete);
    }
}

async fn assertion_for_an_older_challenge_is_rejected(world: World) {
    let passkeys = passkeys_of(&world, L).await;
    let challenged = discovered(&world.client()).await;
    let answer = assertion(&passkeys, challenged.options()).await;
    let challenged = challenged.challenge_again().await.unwrap();
    let (error, over) = moved!(challenged.verify_assertion(answer.expose()).await);
    assert_eq!(codes(&error), [ErrorCode::PasskeyAuthenticationFailure]);
    let verification = over.attempt().first_factor_verification.as_deref().unwrap();
    assert_eq!(verification.status, Some(VerificationStatus::Failed));
    let challenged = challenge_again_after(over).await;
    reached!(verified(challenged, &passkeys).await, AfterFirstFactor::Complete);
}

/// Returns the client data of an answer. The answer contains this data as JSON, encoded in base64url.
fn client_data(answer: &Value) -> Value {
    let bytes = base64url(answer["response"]["clientDataJSON"].as_str().unwrap());
    serde_json::from_slice(&bytes).unwrap()
}

fn base64url(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}

fn to_base64url(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

async fn assertion_for_another_origin_is_rejected(world: World) {
    // The authenticator accepts this page because the page is part of the domain, but the server rejects the page.
    let passkeys = LocalPasskeys::new("https://elsewhere.fake.clerk.accounts.dev").unwrap();
    let asked = world.fake.new_passkey(L).unwrap();
    let made = passkeys.create(&asked).await.unwrap();
    let rejected = world.fake.add_passkey(L, made.expose());
    assert!(matches!(rejected, Err(NewUserError::Passkey)), "{rejected:?}");

    let passkeys = passkeys_of(&world, L).await;
    let challenged = discovered(&world.client()).await;
    let mut answer: Value = serde_json::from_str(assertion(&passkeys, challenged.options()).await.expose()).unwrap();
    let mut data = client_data(&answer);
    assert_eq!(data["origin"], PAGE);
    data["origin"] = "https://evil.example".into();
    answer["response"]["clientDataJSON"] = to_base64url(data.to_string().as_bytes()).into();
    let (error, _) = moved!(challenged.verify_assertion(&answer.to_string()).await);
    assert_eq!(codes(&error), [ErrorCode::PasskeyAuthenticationFailure]);
}

async fn assertion_for_another_domain_is_rejected(world: World) {
    let passkeys = passkeys_of(&world, L).await;
    world.fake.configure(|settings| settings.passkey_rp_id = Some("clerk.accounts.dev".to_owned()));
    let challenged = discovered(&world.client()).await;
    let mut asked = options(&challenged);
    assert_eq!(asked["rpId"], "clerk.accounts.dev");
    let (error, challenged) = stayed!(challenged.verify_with(&passkeys, Mediation::Modal).await);
    assert!(matches!(error.kind(), ErrorKind::Capability(CapabilityError::Unavailable(_))), "it has none: {error}");
    asked["rpId"] = "fake.clerk.accounts.dev".into();
    let (error, _) = moved!(challenged.verify_assertion(assertion(&passkeys, &asked.to_string()).await.expose()).await);
    assert_eq!(codes(&error), [ErrorCode::PasskeyAuthenticationFailure]);
}

type Change = fn(&mut [u8]);

async fn modified_assertion_is_rejected(world: World) {
    let passkeys = passkeys_of(&world, L).await;
    // The three changes affect the last byte of the counter, the flag for a verified user (0x04), and a byte of the
    // signature.
    let changes: [(&str, Change); 3] = [
        ("authenticatorData", |data| data[36] ^= 1),
        ("authenticatorData", |data| data[32] &= !4),
        ("signature", |signature| signature[40] ^= 1),
    ];
    for (part, change) in changes {
        let challenged = discovered(&world.client()).await;
        let mut answer: Value =
            serde_json::from_str(assertion(&passkeys, challenged.options()).await.expose()).unwrap();
        let mut bytes = base64url(answer["response"][part].as_str().unwrap());
        change(&mut bytes);
        answer["response"][part] = to_base64url(&bytes).into();
        let (error, over) = moved!(challenged.verify_assertion(&answer.to_string()).await);
        assert_eq!(codes(&error), [ErrorCode::PasskeyAuthenticationFailure], "{part}");
        let challenged = challenge_again_after(over).await;
        reached!(verified(challenged, &passkeys).await, AfterFirstFactor::Complete);
    }
    // If a challenge was not issued for a particular user, the answer must contain the handle of the user who owns the
    // passkey.
    for handle in [Value::Null, to_base64url(&[7; 16]).into()] {
        let challenged = discovered(&world.client()).await;
        let mut answer: Value =
            serde_json::from_str(assertion(&passkeys, challenged.options()).await.expose()).unwrap();
        answer["response"]["userHandle"] = handle;
        let (_, error) = challenged.verify_assertion(&answer.to_string()).await.unwrap_err().into_parts();
        assert_eq!(codes(&error), [ErrorCode::PasskeyAuthenticationFailure]);
    }
}

async fn cloned_passkey_is_rejected(world: World) {
    let passkeys = passkeys_of(&world, L).await;
    let client = world.client();
    // The clone signs with a counter value that the original passkey has already exceeded.
    let challenged = discovered(&client).await;
    let of_clone = assertion(&passkeys, challenged.options()).await;
    let elsewhere = world.client();
    reached!(verified(discovered(&elsewhere).await, &passkeys).await, AfterFirstFactor::Complete);
    let (error, _) = moved!(challenged.verify_assertion(of_clone.expose()).await);
    assert_eq!(codes(&error), [ErrorCode::PasskeyAuthenticationFailure]);
}

async fn another_users_passkey_is_rejected(world: World) {
    let (linus, grace) = (passkeys_of(&world, L).await, passkeys_of(&world, G).await);
    let challenged = named(&world.client(), G).await;
    let mut asked = options(&challenged);
    asked["allowCredentials"] = Value::Array(vec![]);
    let (error, challenged) =
        stayed!(challenged.verify_assertion(assertion(&linus, &asked.to_string()).await.expose()).await);
    assert_eq!(codes(&error), [ErrorCode::PasskeyNotRegistered]);
    reached!(verified(challenged, &grace).await, AfterFirstFactor::Complete);
}

async fn removed_passkey_is_rejected(world: World) {
    let passkeys = passkeys_of(&world, L).await;
    let challenged = discovered(&world.client()).await;
    let id = world.fake.user(L).unwrap().passkeys[0].clone();
    world.fake.remove_passkey(&id);
    let (error, _) = stayed!(challenged.verify_with(&passkeys, Mediation::Modal).await);
    assert_eq!(codes(&error), [ErrorCode::PasskeyNotRegistered]);
    assert!(world.fake.user(L).unwrap().passkeys.is_empty());
}

async fn unreadable_assertion_does_not_count_as_an_attempt(world: World) {
    let passkeys = passkeys_of(&world, L).await;
    let mut challenged = discovered(&world.client()).await;
    for (answer, code) in [
        ("nonsense", ErrorCode::PasskeyInvalidPublicKeyCredential),
        ("{}", ErrorCode::PasskeyInvalidPublicKeyCredential),
        ("", ErrorCode::FormParamNil),
    ] {
        let (error, again) = stayed!(challenged.verify_assertion(answer).await);
        assert_eq!(codes(&error), [code], "{answer}");
        assert!(error.is_about("public_key_credential"));
        challenged = again;
    }
    reached!(verified(challenged, &passkeys).await, AfterFirstFactor::Complete);
}

async fn failed_prompt_sends_nothing(world: World) {
    let passkeys = Scripted::new(
        passkeys_of(&world, L).await,
        [
            Err(CapabilityError::Cancelled),
            Err(CapabilityError::unavailable("no passkeys on this system")),
            Err(CapabilityError::failed("the system's dialogue crashed")),
        ],
    );
    let mut challenged = discovered(&world.client()).await;
    let before = world.fake.state();
    for is_cancelled in [true, false, false] {
        let (error, again) = stayed!(challenged.verify_with(&passkeys, Mediation::Modal).await);
        assert!(matches!(error.kind(), ErrorKind::Capability(_)) && error.is_cancelled() == is_cancelled, "{error}");
        challenged = again;
    }
    assert!(before == world.fake.state(), "the server got no request");
    let done = challenged.verify_with(&passkeys, Mediation::Modal).await.unwrap();
    reached!(done, AfterFirstFactor::Complete);
}

async fn authenticator_without_the_passkey_is_an_error(world: World) {
    passkeys_of(&world, L).await;
    let empty = LocalPasskeys::new(PAGE).unwrap();
    let (error, _) = stayed!(discovered(&world.client()).await.verify_with(&empty, Mediation::Modal).await);
    assert!(matches!(error.kind(), ErrorKind::Capability(CapabilityError::Unavailable(_))), "{error}");
}

async fn user_without_a_passkey_gets_an_error(world: World) {
    let client = world.client();
    let first = take!(client.sign_in().create(L).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let (error, first) = stayed!(first.challenge_passkey().await);
    assert!(matches!(error.kind(), ErrorKind::FactorNotFound { strategy: Strategy::Passkey }), "{error}");
    let (error, first) = stayed!(first.challenge_passkey_with_id("idn_nobody").await);
    assert_eq!(codes(&error), [ErrorCode::PasskeyNotRegistered]);
    // Requests a passkey that is never created.
    world.fake.new_passkey(L).unwrap();
    let id = world.fake.user(L).unwrap().passkeys[0].clone();
    let (error, first) = stayed!(first.challenge_passkey_with_id(&id).await);
    assert_eq!(codes(&error), [ErrorCode::PasskeyIdentificationNotVerified]);
    let (error, _) = stayed!(first.challenge_passkey().await);
    assert!(matches!(error.kind(), ErrorKind::FactorNotFound { .. }), "it is not offered: {error}");
}

async fn instance_without_passkeys_rejects_them(world: World) {
    passkeys_of(&world, L).await;
    world.fake.configure(|settings| settings.passkeys = false);
    let (error, start) = stayed!(world.client().sign_in().challenge_passkey().await);
    assert_eq!(codes(&error), [ErrorCode::FormParamValueInvalid]);
    let first = take!(start.create(L).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let (error, _) = stayed!(first.challenge_passkey().await);
    assert!(matches!(error.kind(), ErrorKind::FactorNotFound { .. }), "{error}");
}

async fn barred_user_is_rejected(world: World) {
    let passkeys = passkeys_of(&world, L).await;
    let challenged = discovered(&world.client()).await;
    let mut change = UserChange::default();
    change.access = Some(UserAccess::Locked);
    world.fake.change_user(&world.fake.user(L).unwrap().id, change).unwrap();
    let (error, _) = stayed!(challenged.verify_with(&passkeys, Mediation::Modal).await);
    assert_eq!(codes(&error), [ErrorCode::UserLocked]);
}

async fn choosing_another_factor_returns_to_the_earlier_state(world: World) {
    passkeys_of(&world, G).await;
    let client = world.client();
    let start = take!(discovered(&client).await.choose_another(), BeforeFirstFactor::NeedsIdentifier);
    drop(start.create(G).await.unwrap());
    let challenged = named(&client, G).await;
    let asked = challenged.options().to_owned();
    let first = take!(challenged.choose_another(), BeforeFirstFactor::NeedsFirstFactor);
    let challenged = first.passkey_challenged().unwrap();
    assert_eq!(challenged.options(), asked);
    let first = take!(challenged.choose_another(), BeforeFirstFactor::NeedsFirstFactor);
    drop(first.send_email_code().await.unwrap().choose_another().passkey_challenged().unwrap_err());
}

async fn challenge_is_found_after_a_restart(world: World) {
    let passkeys = passkeys_of(&world, G).await;
    for named_first in [false, true] {
        let client = world.client();
        let asked = if named_first { named(&client, G).await } else { discovered(&client).await };
        let asked = asked.options().to_owned();
        let found = take!(client.resume().await.unwrap(), Resumed::Attempt);
        let found = take!(found, AnySignIn::FirstFactorPasskeyChallenged);
        assert_eq!(found.options(), asked);
        let restored = take!(client.restore(found.checkpoint()).unwrap(), AnySignIn::FirstFactorPasskeyChallenged);
        let again = take!(restored.refresh().await.unwrap(), AnySignIn::FirstFactorPasskeyChallenged);
        let aside = AnySignIn::from(again.choose_another());
        let (is_named, restored) = (named_first, client.restore(aside.checkpoint()).unwrap());
        assert_eq!(restored.state_name(), if is_named { "NeedsFirstFactor" } else { "NeedsIdentifier" });
        let found = take!(restored.refresh().await.unwrap(), AnySignIn::FirstFactorPasskeyChallenged);
        reached!(verified(found, &passkeys).await, AfterFirstFactor::Complete);
    }
}

async fn gate_comes_before_the_challenge(world: World) {
    passkeys_of(&world, L).await;
    world.fake.require_protect_checks(1);
    let Err(StepError::Moved { sign_in, .. }) = world.client().sign_in().challenge_passkey().await else {
        panic!("the step was not gated")
    };
    let gate = take!(sign_in, AnySignIn::NeedsProtectCheck);
    let proof = FakeBackend::proof_for(gate.protect_check().unwrap().token.as_ref().unwrap().expose());
    let start = take!(gate.submit_proof(&proof).await.unwrap(), AnySignIn::NeedsIdentifier);
    drop(start.challenge_passkey().await.unwrap());
}

/// Represents Linus after he has signed in. His client sends the same raw requests as a browser.
struct SignedIn<'a> {
    world: &'a World,
    context: CallContext,
    session: String,
}

impl<'a> SignedIn<'a> {
    async fn new(world: &'a World) -> Self {
        let client = world.client();
        let sent = client.sign_in().send_email_code(L).await.unwrap();
        let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
        let session = done.finalize().await.unwrap().session().id.clone();
        let export = serde_json::to_value(client.export()).unwrap();
        Self { world, context: CallContext::new(world.identity(export["token"].as_str())), session }
    }

    async fn call(&mut self, request: Request) -> Result<Answer, ErrorCode> {
        let answer = self.world.backend.call(self.context.clone(), request).await.unwrap();
        if let clerk_sign_in::wire::TokenUpdate::Replaced(token) = answer.token {
            self.context.identity.replace_token(Some(token));
        }
        answer.result.map_err(|rejection| rejection.errors[0].code.clone())
    }

    async fn passkey(&mut self, request: Request) -> Result<Passkey, ErrorCode> {
        match self.call(request).await? {
            Answer::Passkey(passkey) => Ok(*passkey),
            other => panic!("{other:?}"),
        }
    }

    async fn start_passkey(&mut self) -> Result<Passkey, ErrorCode> {
        self.passkey(Request::CreatePasskey(ActingSession::new(&self.session))).await
    }

    async fn verify(&mut self, id: &str, made: &Secret) -> Result<Passkey, ErrorCode> {
        self.passkey(Request::VerifyPasskey(VerifyPasskey::new(&self.session, id, made.clone()))).await
    }

    /// `user.createPasskey()`
    async fn create_passkey(&mut self, passkeys: &LocalPasskeys) -> Passkey {
        let asked = self.start_passkey().await.unwrap();
        let made = passkeys.create(asked.verification.unwrap().nonce.as_deref().unwrap()).await.unwrap();
        self.verify(&asked.id, &made).await.unwrap()
    }
}

async fn new_passkey_can_sign_in(world: World) {
    let mut linus = SignedIn::new(&world).await;
    let asked = linus.start_passkey().await.unwrap();
    let verification = asked.verification.as_deref().unwrap();
    assert_eq!(verification.status, Some(VerificationStatus::Unverified));
    let passkeys = LocalPasskeys::new(PAGE).unwrap();
    let made = passkeys.create(verification.nonce.as_deref().unwrap()).await.unwrap();
    let wrong = linus.verify(&asked.id, &"{}".into()).await.unwrap_err();
    assert_eq!(wrong, ErrorCode::PasskeyInvalidPublicKeyCredential);
    let mut changed: Value = serde_json::from_str(made.expose()).unwrap();
    let mut data = client_data(&changed);
    data["challenge"] = to_base64url(&[0; 32]).into();
    changed["response"]["clientDataJSON"] = to_base64url(data.to_string().as_bytes()).into();
    let wrong = linus.verify(&asked.id, &changed.to_string().into()).await.unwrap_err();
    assert_eq!(wrong, ErrorCode::PasskeyRegistrationFailure);
    assert_eq!(linus.verify("idn_nobody", &made).await.unwrap_err(), ErrorCode::ResourceNotFound);
    let ready = linus.verify(&asked.id, &made).await.unwrap();
    assert_eq!(ready.verification.unwrap().status, Some(VerificationStatus::Verified));
    let again = linus.verify(&asked.id, &made).await.unwrap_err();
    assert_eq!(again, ErrorCode::PasskeyInvalidVerification);
    reached!(verified(discovered(&world.client()).await, &passkeys).await, AfterFirstFactor::Complete);

    // A user can have at most ten passkeys.
    for _ in 1..10 {
        linus.create_passkey(&LocalPasskeys::new(PAGE).unwrap()).await;
    }
    assert_eq!(linus.start_passkey().await.unwrap_err(), ErrorCode::PasskeyQuotaExceeded);
}

/// If `new_passkey` returns no options, its error tells a tester why.
#[tokio::test]
async fn new_passkey_explains_its_errors() {
    let fake = World::memory().fake;
    for _ in 0..10 {
        register(&fake, &LocalPasskeys::new(PAGE).unwrap(), L).await;
    }
    assert_eq!(fake.new_passkey(L), Err(NewUserError::TooManyPasskeys));
    fake.configure(|settings| settings.issuer = "https://127.0.0.1".to_owned());
    assert_eq!(fake.new_passkey(G), Err(NewUserError::PasskeyDomain));
    assert_eq!(fake.new_passkey("nobody"), Err(NewUserError::UserNotFound("nobody".to_owned())));
}

async fn user_can_rename_and_remove_a_passkey(world: World) {
    let mut linus = SignedIn::new(&world).await;
    let passkeys = LocalPasskeys::new(PAGE).unwrap();
    let made = linus.create_passkey(&passkeys).await;
    let session = linus.session.clone();
    let rename = |id: &str| Request::RenamePasskey(RenamePasskey::new(&session, id, "My laptop"));
    let remove = |id: &str| Request::RemovePasskey(RemovePasskey::new(&session, id));
    assert_eq!(linus.passkey(rename(&made.id)).await.unwrap().name, "My laptop");
    reached!(verified(discovered(&world.client()).await, &passkeys).await, AfterFirstFactor::Complete);

    let of_grace = register(&world.fake, &LocalPasskeys::new(PAGE).unwrap(), G).await;
    for id in ["idn_nobody", of_grace.as_str()] {
        assert_eq!(linus.call(rename(id)).await.unwrap_err(), ErrorCode::ResourceNotFound);
        assert_eq!(linus.call(remove(id)).await.unwrap_err(), ErrorCode::ResourceNotFound);
    }

    let Answer::Deleted(deleted) = linus.call(remove(&made.id)).await.unwrap() else { panic!("it is gone") };
    assert_eq!((deleted.object.as_str(), deleted.id, deleted.deleted), ("passkey", Some(made.id.clone()), true));
    assert_eq!(linus.call(remove(&made.id)).await.unwrap_err(), ErrorCode::ResourceNotFound);
    let (error, _) = stayed!(discovered(&world.client()).await.verify_with(&passkeys, Mediation::Modal).await);
    assert_eq!(codes(&error), [ErrorCode::PasskeyNotRegistered]);
}
