//! ID tokens from a provider's own SDK: Google One Tap and Sign in with Apple. Each flow runs in memory and over HTTP.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_sign_in::backend::CallContext;
use clerk_sign_in::fake::{
    EnterpriseConnection, FakeBackend, FakeSolver, NewUser, ProviderAccount, ProviderCredential, SignUpField,
    TEST_CODE, UserAccess, UserChange,
};
use clerk_sign_in::wire::{
    CreateSignIn, ErrorCode, Request, SignUpFieldName, SignUpFields, Status, Strategy, VerificationStatus,
};
use clerk_sign_in::{
    AfterCreate, AfterFirstFactor, AfterRedirect, AfterSecondFactor, AfterSignUp, AnySignIn, Client, Finalized,
    IdToken, Resumed, Sso,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{A, G, L, World, codes, over_every_identity, reached, stayed, take};

over_every_identity! {
    token_signs_in_its_user,
    code_signs_in_and_gives_the_name,
    one_tap_token_signs_in,
    redirect_token_and_code_lead_to_one_account,
    second_factor_follows_a_token,
    token_replaces_the_current_sign_in,
    unverified_address_needs_another_first_factor,
    unknown_user_can_sign_up,
    one_tap_rejects_an_unknown_user,
    unknown_user_can_sign_up_with_the_token,
    existing_user_signs_in_instead_of_signing_up,
    invalid_token_cannot_sign_up,
    code_works_once_and_token_expires,
    forged_token_is_rejected,
    token_and_code_must_belong_to_one_user,
    browser_code_cannot_be_used_by_an_app,
    missing_token_is_named,
    disabled_provider_is_rejected,
    provider_outage_is_reported,
    barred_user_is_rejected,
    signed_in_user_gets_the_existing_session,
    single_session_instance_rejects_a_second_sign_in,
    enterprise_user_must_use_the_connection,
    gate_does_not_use_up_the_code,
}

const M: &str = "mary@example.com";
const LAST_SECOND: Duration = Duration::from_secs(599);

fn apple(world: &World, who: &str) -> ProviderCredential {
    world.fake.provider_credential(&Strategy::oauth_token("apple"), who).unwrap()
}

fn one_tap(world: &World, who: &str) -> IdToken {
    let credential = world.fake.provider_credential(&Strategy::GoogleOneTap, who).unwrap();
    IdToken::google_one_tap(credential.id_token.expose())
}

fn token(credential: &ProviderCredential) -> IdToken {
    IdToken::new("apple", credential.id_token.expose())
}

fn code(credential: &ProviderCredential) -> IdToken {
    IdToken::from_code("apple", credential.code.as_ref().unwrap().expose())
}

async fn rejected(client: &Client, id_token: &IdToken) -> Vec<ErrorCode> {
    let (error, _) = stayed!(client.sign_in().id_token(id_token).await);
    codes(&error)
}

async fn token_signs_in_its_user(world: World) {
    let client = world.client();
    let done = client.sign_in().id_token(&token(&apple(&world, G))).await.unwrap();
    // Signing in with a provider does not require client trust.
    let done = take!(done, AfterCreate::Complete);
    let check = done.first_factor_verification().unwrap();
    assert_eq!(check.strategy, Some(Strategy::oauth_token("apple")));
    assert_eq!(check.status, Some(VerificationStatus::Verified));
    let session = take!(done.finalize().await.unwrap(), Finalized::Active);
    assert_eq!(session.session().user.as_deref().unwrap().first_name.as_deref(), Some("Grace"));
    assert_eq!(client.last_authentication_strategy(), Some(Strategy::oauth_token("apple")));
}

async fn code_signs_in_and_gives_the_name(world: World) {
    let new = async |email: &str, how: fn(&ProviderCredential) -> IdToken| {
        world.fake.add_provider_account(ProviderAccount::new(email).name("Mary", "Jackson"));
        let client = world.client();
        let new = client.sign_in().id_token(&how(&apple(&world, email))).await.unwrap();
        let new = take!(new, AfterCreate::Transferable);
        let mary = take!(new.sign_up(SignUpFields::new()).await.unwrap(), AfterSignUp::Complete);
        (mary.attempt().email_address.clone(), mary.attempt().first_name.clone())
    };
    let both =
        |credential: &ProviderCredential| token(credential).with_code(credential.code.as_ref().unwrap().expose());
    let mary = || Some("Mary".to_owned());
    assert_eq!(new("mary.1@example.com", token).await, (Some("mary.1@example.com".to_owned()), None));
    assert_eq!(new("mary.2@example.com", code).await, (Some("mary.2@example.com".to_owned()), mary()));
    assert_eq!(new("mary.3@example.com", both).await, (Some("mary.3@example.com".to_owned()), mary()));
}

async fn one_tap_token_signs_in(world: World) {
    world.fake.configure(|settings| settings.google_one_tap_client_id = Some("app.example".to_owned()));
    let client = world.client();
    let environment = client.environment().await.unwrap();
    assert_eq!(environment.display_config.google_one_tap_client_id.as_deref(), Some("app.example"));
    let done = take!(client.sign_in().id_token(&one_tap(&world, L)).await.unwrap(), AfterCreate::Complete);
    assert_eq!(done.first_factor_verification().unwrap().strategy, Some(Strategy::GoogleOneTap));
    // A code that is sent with the token is ignored and not used up.
    let apples = apple(&world, G);
    let beside = one_tap(&world, G).with_code(apples.code.as_ref().unwrap().expose());
    reached!(world.client().sign_in().id_token(&beside).await.unwrap(), AfterCreate::Complete);
    reached!(world.client().sign_in().id_token(&code(&apples)).await.unwrap(), AfterCreate::Complete);
    // This token was issued to another OAuth client of the provider.
    let google = world.fake.provider_credential(&Strategy::oauth_token("google"), L).unwrap();
    let google = IdToken::google_one_tap(google.id_token.expose());
    assert_eq!(rejected(&world.client(), &google).await, [ErrorCode::GoogleOneTapTokenInvalid]);
}

async fn redirect_token_and_code_lead_to_one_account(world: World) {
    reached!(world.client().sign_in().id_token(&one_tap(&world, L)).await.unwrap(), AfterCreate::Complete);
    let linus = world.fake.user(L).unwrap();
    // The user's address at the server has changed, but the provider account still belongs to the user.
    let mut change = UserChange::default();
    change.email_addresses = Some(vec!["linus@new.example".to_owned()]);
    world.fake.change_user(&linus.id, change).unwrap();
    let credential = world.fake.provider_credential(&Strategy::oauth_token("google"), L).unwrap();
    let by_token = IdToken::new("google", credential.id_token.expose());
    let by_both = by_token.clone().with_code(credential.code.as_ref().unwrap().expose());
    reached!(world.client().sign_in().id_token(&by_both).await.unwrap(), AfterCreate::Complete);
    let done = take!(world.client().sign_in().id_token(&by_token).await.unwrap(), AfterCreate::Complete);
    let session = take!(done.finalize().await.unwrap(), Finalized::Active);
    let accounts = &session.session().user.as_deref().unwrap().external_accounts;
    // The token itself does not contain the name, so the server exchanges the code to learn the name.
    assert_eq!((accounts.len(), accounts[0].first_name.as_str()), (1, "Linus"), "{accounts:?}");
    let client = world.client();
    let ready = client.sign_in().sso(&Sso::oauth("google"), "https://example.com/back").await.unwrap();
    let url = world.consent(&client, ready.external_url(), L).await.unwrap();
    reached!(ready.finish(&url).await.unwrap(), AfterRedirect::Complete);
    // The same user's account at Apple is a separate account.
    reached!(world.client().sign_in().id_token(&token(&apple(&world, L))).await.unwrap(), AfterCreate::Transferable);
}

async fn second_factor_follows_a_token(world: World) {
    let second = world.client().sign_in().id_token(&token(&apple(&world, A))).await.unwrap();
    let second = take!(second, AfterCreate::NeedsSecondFactor);
    reached!(second.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete);
}

async fn token_replaces_the_current_sign_in(world: World) {
    let client = world.client();
    let grace = take!(client.sign_in().create(G).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let grace = grace.id().to_owned();
    let linus = take!(client.sign_in().id_token(&one_tap(&world, L)).await.unwrap(), AfterCreate::Complete);
    assert_ne!(linus.id(), grace);
    assert_eq!(linus.user_data().unwrap().first_name.as_deref(), Some("Linus"));
}

async fn unverified_address_needs_another_first_factor(world: World) {
    world.fake.add_provider_account(ProviderAccount::new(L).unverified());
    let first = world.client().sign_in().id_token(&token(&apple(&world, L))).await.unwrap();
    let first = take!(first, AfterCreate::NeedsFirstFactor);
    assert_eq!(first.identifier(), Some(L));
    let sent = first.send_email_code().await.unwrap();
    reached!(sent.verify(TEST_CODE).await.unwrap(), AfterFirstFactor::Complete);
}

async fn unknown_user_can_sign_up(world: World) {
    let client = world.client();
    let credential = apple(&world, "new@example.com");
    let new = take!(client.sign_in().id_token(&token(&credential)).await.unwrap(), AfterCreate::Transferable);
    assert_eq!((new.status(), new.is_transferable()), (Some(&Status::NeedsIdentifier), true));
    let done = take!(new.sign_up(SignUpFields::new()).await.unwrap(), AfterSignUp::Complete);
    reached!(done.finalize().await.unwrap(), Finalized::Active);
    reached!(world.client().sign_in().id_token(&token(&credential)).await.unwrap(), AfterCreate::Complete);

    world.fake.configure(|settings| settings.sign_ups = false);
    let nobody = token(&apple(&world, "nobody@example.com"));
    assert_eq!(rejected(&world.client(), &nobody).await, [ErrorCode::ExternalAccountNotFound]);
}

async fn one_tap_rejects_an_unknown_user(world: World) {
    let client = world.client();
    let nobody = one_tap(&world, "nobody@example.com");
    assert_eq!(rejected(&client, &nobody).await, [ErrorCode::ExternalAccountNotFound]);
    assert!(matches!(client.resume().await.unwrap(), Resumed::Nothing), "nothing began");
}

async fn unknown_user_can_sign_up_with_the_token(world: World) {
    let client = world.client();
    let mary = one_tap(&world, M);
    let signed_up = client.sign_in().sign_up_by_id_token(&mary, SignUpFields::new()).await.unwrap();
    let done = take!(signed_up, AfterSignUp::Complete);
    let external = done.attempt().verifications.external_account.as_deref().unwrap();
    assert_eq!(external.strategy, Some(Strategy::GoogleOneTap));
    assert_eq!(external.status, Some(VerificationStatus::Verified));
    reached!(done.finalize().await.unwrap(), Finalized::Active);
    assert_eq!(client.last_authentication_strategy(), Some(Strategy::GoogleOneTap));
    reached!(world.client().sign_in().id_token(&one_tap(&world, M)).await.unwrap(), AfterCreate::Complete);

    // The user provides the other required fields later. The server exchanges the code at the provider to get the
    // user's name.
    world.fake.configure(|settings| settings.sign_up_required = vec![SignUpField::Username]);
    world.fake.add_provider_account(ProviderAccount::new("joan@example.com").name("Joan", "Clarke"));
    let joan = code(&apple(&world, "joan@example.com"));
    let lacking = world.client().sign_in().sign_up_by_id_token(&joan, SignUpFields::new()).await.unwrap();
    let lacking = take!(lacking, AfterSignUp::MissingRequirements);
    assert_eq!(lacking.missing_fields(), [SignUpFieldName::Username]);
    let done = take!(lacking.update(SignUpFields::new().username("joan")).await.unwrap(), AfterSignUp::Complete);
    assert_eq!(done.attempt().first_name.as_deref(), Some("Joan"));
}

async fn existing_user_signs_in_instead_of_signing_up(world: World) {
    let client = world.client();
    let by = async |id_token: &IdToken| {
        let (error, sign_in) = stayed!(client.sign_in().sign_up_by_id_token(id_token, SignUpFields::new()).await);
        assert_eq!(codes(&error), [ErrorCode::ExternalAccountExists]);
        sign_in
    };
    let linus = one_tap(&world, L);
    reached!(by(&linus).await.id_token(&linus).await.unwrap(), AfterCreate::Complete);

    let sign_in = by(&code(&apple(&world, A))).await;
    let second = take!(sign_in.transfer().await.unwrap(), AfterCreate::NeedsSecondFactor);
    reached!(second.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete);
}

async fn invalid_token_cannot_sign_up(world: World) {
    let client = world.client();
    let rejected = async |id_token: &IdToken| {
        let (error, _) = stayed!(client.sign_in().sign_up_by_id_token(id_token, SignUpFields::new()).await);
        codes(&error)
    };
    assert_eq!(rejected(&IdToken::google_one_tap("made.up.token")).await, [ErrorCode::GoogleOneTapTokenInvalid]);
    let mary = code(&apple(&world, M));
    world.fake.configure(|settings| settings.sign_ups = false);
    assert_eq!(rejected(&mary).await, [ErrorCode::SignUpModeRestricted]);
    assert!(matches!(client.resume().await.unwrap(), Resumed::Nothing), "nothing began");
    world.fake.configure(|settings| settings.sign_ups = true);
    let signed_up = client.sign_in().sign_up_by_id_token(&mary, SignUpFields::new()).await.unwrap();
    reached!(signed_up, AfterSignUp::Complete);
    assert_eq!(rejected(&mary).await, [ErrorCode::OauthTokenExchangeError], "a code works once");
}

async fn code_works_once_and_token_expires(world: World) {
    let credential = apple(&world, L);
    reached!(world.client().sign_in().id_token(&code(&credential)).await.unwrap(), AfterCreate::Complete);
    assert_eq!(rejected(&world.client(), &code(&credential)).await, [ErrorCode::OauthTokenExchangeError]);
    let (apples, googles, unused) = (token(&credential), one_tap(&world, L), code(&apple(&world, L)));
    world.fake.clock().advance(LAST_SECOND);
    reached!(world.client().sign_in().id_token(&apples).await.unwrap(), AfterCreate::Complete);
    world.fake.clock().advance(Duration::from_secs(1));
    assert_eq!(rejected(&world.client(), &apples).await, [ErrorCode::OauthTokenExchangeError]);
    assert_eq!(rejected(&world.client(), &googles).await, [ErrorCode::GoogleOneTapTokenInvalid]);
    assert_eq!(rejected(&world.client(), &unused).await, [ErrorCode::OauthTokenExchangeError]);
}

async fn forged_token_is_rejected(world: World) {
    let jwt = one_tap_jwt(&world.fake, L);
    let parts: Vec<&str> = jwt.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else { panic!("{jwt}") };
    let mut theirs: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    theirs["email"] = A.into();
    let theirs = URL_SAFE_NO_PAD.encode(theirs.to_string());
    let unsigned = URL_SAFE_NO_PAD.encode(json!({ "alg": "none", "typ": "JWT" }).to_string());
    let apples = apple(&world, L).id_token.expose().to_owned();
    let session = signed_in_session_token(&world).await;
    let forged = [
        format!("{header}.{theirs}.{signature}"),
        format!("{unsigned}.{theirs}."),
        format!("{header}.{claims}."),
        format!("{header}.{claims}"),
        apples,
        session,
        String::new(),
    ];
    for forged in &forged {
        let client = world.client();
        let (error, back) = stayed!(client.sign_in().id_token(&IdToken::google_one_tap(forged)).await);
        let code = if forged.is_empty() { ErrorCode::FormParamNil } else { ErrorCode::GoogleOneTapTokenInvalid };
        assert_eq!(codes(&error), [code], "{forged}");
        let text = format!("{error} {error:?} {back:?}");
        assert!(forged.is_empty() || !text.contains(forged.as_str()), "a token shows in {text}");
    }
}

fn one_tap_jwt(fake: &FakeBackend, who: &str) -> String {
    fake.provider_credential(&Strategy::GoogleOneTap, who).unwrap().id_token.expose().to_owned()
}

/// Returns a token that is signed with the same key as the provider's tokens, but that is not meant for signing in.
async fn signed_in_session_token(world: &World) -> String {
    let client = world.client();
    let done = take!(client.sign_in().id_token(&token(&apple(world, L))).await.unwrap(), AfterCreate::Complete);
    let session = take!(done.finalize().await.unwrap(), Finalized::Active);
    client.session_token(session.id()).await.unwrap().jwt.expose().to_owned()
}

async fn token_and_code_must_belong_to_one_user(world: World) {
    let (linus, grace) = (apple(&world, L), apple(&world, G));
    let mixed = token(&linus).with_code(grace.code.as_ref().unwrap().expose());
    assert_eq!(rejected(&world.client(), &mixed).await, [ErrorCode::OauthTokenExchangeError]);
    // Another provider's code is invalid too.
    let google = world.fake.provider_credential(&Strategy::oauth_token("google"), L).unwrap();
    let others = IdToken::from_code("apple", google.code.as_ref().unwrap().expose());
    assert_eq!(rejected(&world.client(), &others).await, [ErrorCode::OauthTokenExchangeError]);
    // The rejected requests did not use up the code.
    reached!(world.client().sign_in().id_token(&code(&grace)).await.unwrap(), AfterCreate::Complete);
}

async fn browser_code_cannot_be_used_by_an_app(world: World) {
    let client = world.client();
    let ready = client.sign_in().sso(&Sso::oauth("google"), "https://example.com/back").await.unwrap();
    let back = world.fake.consent_without_return(ready.external_url(), L).unwrap();
    let query = back.split_once('?').unwrap().1;
    let (_, stolen) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "code").unwrap();
    let stolen = IdToken::from_code("google", &stolen);
    assert_eq!(rejected(&world.client(), &stolen).await, [ErrorCode::OauthTokenExchangeError]);
    let url = world.follow_callback(&client, &back).await.unwrap();
    reached!(ready.finish(&url).await.unwrap(), AfterRedirect::Complete);
}

async fn missing_token_is_named(world: World) {
    let client = world.client();
    drop(client.sign_in().create(L).await.unwrap());
    for strategy in [Strategy::GoogleOneTap, Strategy::oauth_token("apple")] {
        let mut create = CreateSignIn::new();
        create.strategy = Some(strategy.clone());
        let context = CallContext::new(world.identity(World::token_of(&client).as_deref()));
        let response = world.backend.call(context, Request::CreateSignIn(create)).await.unwrap();
        let rejection = response.result.unwrap_err();
        assert_eq!(rejection.errors[0].code, ErrorCode::FormParamMissing, "{strategy}");
        assert_eq!(rejection.errors[0].meta.param_name.as_deref(), Some("token"));
    }
}

async fn disabled_provider_is_rejected(world: World) {
    let facebook = IdToken::new("facebook", "ey");
    assert_eq!(rejected(&world.client(), &facebook).await, [ErrorCode::OauthProviderNotEnabled]);
    assert_eq!(rejected(&world.client(), &IdToken::new("nobody", "ey")).await, [ErrorCode::OauthUnsupportedProvider]);
    let google = one_tap(&world, L);
    world.fake.configure(|settings| settings.google_one_tap_client_id = None);
    assert_eq!(rejected(&world.client(), &google).await, [ErrorCode::OauthProviderNotEnabled]);
    world.fake.configure(|settings| {
        settings.google_one_tap_client_id = Some("clerk-fake".to_owned());
        settings.oauth_strategies = vec![Strategy::oauth("apple")];
    });
    assert_eq!(rejected(&world.client(), &google).await, [ErrorCode::OauthProviderNotEnabled]);
}

async fn provider_outage_is_reported(world: World) {
    world.fake.configure(|settings| settings.provider_down = true);
    let credential = apple(&world, L);
    assert_eq!(rejected(&world.client(), &code(&credential)).await, [ErrorCode::OauthTokenExchangeError]);
    world.fake.configure(|settings| settings.provider_down = false);
    reached!(world.client().sign_in().id_token(&code(&credential)).await.unwrap(), AfterCreate::Complete);
}

async fn barred_user_is_rejected(world: World) {
    let banned = NewUser::new("banned@example.com").access(UserAccess::Banned);
    world.fake.add_user(banned).unwrap();
    let banned = token(&apple(&world, "banned@example.com"));
    assert_eq!(rejected(&world.client(), &banned).await, [ErrorCode::UserBanned]);
}

async fn signed_in_user_gets_the_existing_session(world: World) {
    let client = world.client();
    let done = take!(client.sign_in().id_token(&one_tap(&world, L)).await.unwrap(), AfterCreate::Complete);
    let session_id = done.session_id().to_owned();
    drop(done.finalize().await.unwrap());
    let (error, _) = stayed!(client.sign_in().id_token(&one_tap(&world, L)).await);
    assert_eq!(error.existing_session(), Some(session_id.as_str()));
}

async fn single_session_instance_rejects_a_second_sign_in(world: World) {
    world.fake.configure(|settings| settings.single_session = true);
    let client = world.client();
    reached!(client.sign_in().id_token(&one_tap(&world, L)).await.unwrap(), AfterCreate::Complete);
    let grace = code(&apple(&world, G));
    assert_eq!(rejected(&client, &grace).await, [ErrorCode::SessionExists]);
    // The code was not used up.
    reached!(world.client().sign_in().id_token(&grace).await.unwrap(), AfterCreate::Complete);
}

async fn enterprise_user_must_use_the_connection(world: World) {
    let example = EnterpriseConnection::new("ent_1", "Example", "example.com");
    world.fake.configure(|settings| settings.enterprise_connections = vec![example]);
    let linus = token(&apple(&world, L));
    assert_eq!(rejected(&world.client(), &linus).await, [ErrorCode::SignInMustUseEnterpriseConnectionIdentifier]);
}

async fn gate_does_not_use_up_the_code(world: World) {
    let client = world.client();
    let credential = apple(&world, L);
    world.fake.require_protect_checks(1);
    let gated = client.sign_in().id_token(&code(&credential)).await.unwrap();
    let gated = take!(gated, AfterCreate::NeedsProtectCheck);
    let next = take!(gated.solve_with(&FakeSolver).await.unwrap(), AnySignIn::NeedsIdentifier);
    reached!(next.id_token(&code(&credential)).await.unwrap(), AfterCreate::Complete);
}

proptest! {
    /// The server rejects arbitrary text that is sent as a token or as a code.
    #[test]
    fn arbitrary_text_is_rejected(text in "\\PC{0,60}|[A-Za-z0-9_-]{0,20}(\\.[A-Za-z0-9_-]{0,20}){0,4}") {
        let fake = FakeBackend::demo();
        let client = Client::new(fake.clone());
        for id_token in [IdToken::google_one_tap(&text), IdToken::new("apple", &text), IdToken::from_code("apple", &text)] {
            let failed = futures::executor::block_on(client.sign_in().id_token(&id_token)).unwrap_err();
            prop_assert!(failed.error().rejection().is_some(), "{failed}");
        }
    }
}
