//! Attacks that sign-ups must withstand: taking another user's account, getting a second session, and bypassing a
//! required check. Each attack runs in memory and over HTTP.

use clerk_sign_in::fake::{EnterpriseConnection, FakeSolver, ProviderAccount, SignUpField};
use clerk_sign_in::wire::{
    CreateSignUp, ErrorCode, PrepareSignUp, Rejection, Request, SignUpAttempt, SignUpFields, SignUpSso, Strategy,
    UpdateSignUp, Verification, VerificationStatus,
};
use clerk_sign_in::{
    AfterCreate, AfterFirstFactor, AfterSignUp, AnySignIn, Client, Finalized, IdToken, Resumed, SignIn, Sso,
    Transferable,
};
use support::{A, ADA_PASSWORD, G, GRACE_PASSWORD, L, World, codes, moved, over_every_identity, reached, stayed, take};

over_every_identity! {
    username_cannot_look_like_an_address,
    password_must_differ_from_the_identifiers,
    unverified_address_is_not_transferred,
    transfer_expires_and_stops_at_a_gate,
    provider_result_expires_and_stops_at_a_gate,
    single_session_rule_applies_to_sign_ups,
    provider_account_belongs_to_one_user,
    another_provider_account_replaces_a_taken_one,
    enterprise_is_found_by_the_given_address,
    provider_outage_prevents_a_sign_up,
}

const BACK: &str = "https://app.example.com/back";
const M: &str = "mary@example.com";

fn required(world: &World, fields: &[SignUpField]) {
    world.fake.configure(|settings| settings.sign_up_required = fields.to_vec());
}

async fn verified(world: &World, client: &Client, address: &str) -> SignIn<Transferable> {
    let first = client.sign_in().create_or_sign_up(address).await.unwrap();
    let sent = take!(first, AfterCreate::NeedsFirstFactor).send_email_code().await.unwrap();
    take!(sent.verify(&world.mailed_code(address)).await.unwrap(), AfterFirstFactor::Transferable)
}

fn code_of(world: &World, strategy: &Strategy, address: &str) -> IdToken {
    let Strategy::OauthToken(provider) = strategy else { panic!("{strategy}") };
    let credential = world.fake.provider_credential(strategy, address).unwrap();
    IdToken::from_code(provider.name(), credential.code.unwrap().expose())
}

fn apple(world: &World, address: &str) -> IdToken {
    code_of(world, &Strategy::oauth_token("apple"), address)
}

async fn username_cannot_look_like_an_address(world: World) {
    for name in [M, "+4930123456", "a name", "mary!"] {
        let new = verified(&world, &world.client(), "eve@example.com").await;
        let (error, _) = stayed!(new.sign_up(SignUpFields::new().username(name)).await);
        assert_eq!(codes(&error), [ErrorCode::FormUsernameInvalidCharacter], "{name}");
        assert!(error.is_about("username"), "{error}");
    }
    let new = verified(&world, &world.client(), "eve@example.com").await;
    let eve = new.sign_up(SignUpFields::new().username("eve_1.b-c")).await.unwrap();
    reached!(eve, AfterSignUp::Complete);
    // A user can choose an address as a user name. That does not make the user the owner of the provider account that
    // has this address.
    let mut odd = clerk_sign_in::fake::NewUser::new("odd@example.com");
    odd = odd.username(M);
    world.fake.add_user(odd).unwrap();
    let mary = world.client().sign_in().id_token(&apple(&world, M)).await.unwrap();
    reached!(mary, AfterCreate::Transferable);
}

async fn password_must_differ_from_the_identifiers(world: World) {
    let client = world.known_client().await;
    let asks = async |address: &str, fields: SignUpFields| {
        let mut create = CreateSignUp::new(fields);
        create.fields.email_address = Some(address.to_owned());
        world.sign_up(&client, Request::CreateSignUp(create)).await
    };
    let broken = |result: Result<SignUpAttempt, Rejection>| result.unwrap_err().errors[0].meta.param_name.clone();
    let password = || Some("password".to_owned());
    assert_eq!(broken(asks(M, SignUpFields::new().password(M)).await), password());
    let named = SignUpFields::new().username("mary-jackson").password("Mary-Jackson");
    assert_eq!(broken(asks(M, named).await), password());
    asks(M, SignUpFields::new().username("mary-jackson").password("wind-tunnel-at-mach-2")).await.unwrap();
}

async fn unverified_address_is_not_transferred(world: World) {
    let client = world.client();
    let first = take!(client.sign_in().create_or_sign_up(M).await.unwrap(), AfterCreate::NeedsFirstFactor);
    drop(first.send_email_code().await.unwrap());
    let transfer = Request::CreateSignUp(CreateSignUp::transfer(SignUpFields::new()));
    let rejection = world.sign_up(&client, transfer).await.unwrap_err();
    assert_eq!(rejection.errors[0].code, ErrorCode::AccountTransferInvalid);
}

async fn transfer_expires_and_stops_at_a_gate(world: World) {
    let new = verified(&world, &world.client(), M).await;
    world.fake.advance(world.fake.settings().attempt_lifetime);
    let (error, abandoned) = moved!(new.sign_up(SignUpFields::new()).await);
    assert_eq!(codes(&error), [ErrorCode::AccountTransferInvalid]);
    reached!(abandoned, AnySignIn::Abandoned);
    assert!(world.fake.user(M).is_none());
}

async fn provider_result_expires_and_stops_at_a_gate(world: World) {
    if !world.is_native() {
        // A browser returns directly to the server, and the server checks the result at once.
        return;
    }
    let came_back = async |client: &Client| {
        let ready = client.sign_in().sso(&Sso::oauth("google"), BACK).await.unwrap();
        let url = world.consent(client, ready.external_url(), L).await.unwrap();
        (ready, url)
    };
    let client = world.client();
    let (ready, url) = came_back(&client).await;
    world.fake.advance(Verification::LINK_LIFETIME);
    let (error, _) = moved!(ready.finish(&url).await);
    assert_eq!(codes(&error), [ErrorCode::OauthCallbackInvalid], "the callback came too late");

    let (ready, url) = came_back(&client).await;
    let twin = take!(client.restore(ready.checkpoint()).unwrap(), AnySignIn::RedirectReady);
    world.fake.require_protect_checks(1);
    // Another part of the app takes a step that leads to a protect check.
    drop(twin.redirect_again(&Sso::enterprise().connection("ent_none"), BACK).await);
    let in_use = |client: &Client| client.snapshot().is_some_and(|snapshot| !snapshot.sessions.is_empty());
    let finished = ready.finish(&url).await;
    assert!(finished.is_err() && !in_use(&client), "{finished:?}");
    let gated = take!(client.resume().await.unwrap(), Resumed::Attempt);
    drop(take!(gated, AnySignIn::NeedsProtectCheck).solve_with(&FakeSolver).await.unwrap());
    assert!(!in_use(&client));
}

async fn single_session_rule_applies_to_sign_ups(world: World) {
    world.fake.configure(|settings| settings.single_session = true);
    required(&world, &[SignUpField::Username]);
    let sessions = async |client: &Client| client.refresh().await.unwrap().map_or(0, |client| client.sessions.len());
    let lacking = async |client: &Client| {
        let up = verified(&world, client, M).await.sign_up(SignUpFields::new()).await.unwrap();
        take!(up, AfterSignUp::MissingRequirements)
    };

    // A sign-in is completed while a sign-up is under way.
    let client = world.client();
    let up = lacking(&client).await;
    let done = client.sign_in().password(A, ADA_PASSWORD).await.unwrap();
    let second = take!(done, AfterCreate::NeedsSecondFactor);
    drop(second.verify_totp(&world.ada_totp()).await.unwrap());
    let failed = up.update(SignUpFields::new().username("mary")).await.unwrap_err();
    assert_eq!(codes(&failed.error), [ErrorCode::ResourceNotFound]);
    assert_eq!(sessions(&client).await, 1);

    // A sign-up is completed while a sign-in is under way.
    let client = world.client();
    let up = lacking(&client).await;
    let trust = client.sign_in().password(G, GRACE_PASSWORD).await.unwrap();
    let trust = take!(trust, AfterCreate::NeedsClientTrust).send_email_code().await.unwrap();
    reached!(up.update(SignUpFields::new().username("mary")).await.unwrap(), AfterSignUp::Complete);
    let (error, _) = stayed!(trust.verify(&world.mailed_code(G)).await);
    assert_eq!(codes(&error), [ErrorCode::ResourceNotFound]);
    assert_eq!(sessions(&client).await, 1);
}

async fn provider_account_belongs_to_one_user(world: World) {
    required(&world, &[SignUpField::Username]);
    world.fake.add_provider_account(ProviderAccount::new(M).name("Mary", "Jackson"));
    let lacking = async |client: &Client| {
        let up = client.sign_in().sign_up_by_id_token(&apple(&world, M), SignUpFields::new()).await.unwrap();
        take!(up, AfterSignUp::MissingRequirements)
    };
    let (one, other) = (world.client(), world.client());
    let (first, second) = (lacking(&one).await, lacking(&other).await);
    reached!(first.update(SignUpFields::new().username("mary")).await.unwrap(), AfterSignUp::Complete);
    // The user's address has changed, but the provider account still belongs to the user.
    let mut change = clerk_sign_in::fake::UserChange::default();
    change.email_addresses = Some(vec!["mary@new.example".to_owned()]);
    world.fake.change_user(&world.fake.user(M).unwrap().id, change).unwrap();
    let failed = second.update(SignUpFields::new().username("mary-2")).await.unwrap_err();
    assert_eq!(codes(&failed.error), [ErrorCode::ExternalAccountExists]);
    let known = world.client().sign_in().id_token(&apple(&world, M)).await.unwrap();
    assert_eq!(take!(known, AfterCreate::Complete).user_data().unwrap().first_name.as_deref(), Some("Mary"));
}

async fn another_provider_account_replaces_a_taken_one(world: World) {
    required(&world, &[SignUpField::Username]);
    let client = world.client();
    let (error, _) = stayed!(client.sign_in().sign_up_by_id_token(&apple(&world, G), SignUpFields::new()).await);
    assert_eq!(codes(&error), [ErrorCode::ExternalAccountExists]);
    let under_way = client.sign_up().unwrap().id().to_owned();
    let mary = world.fake.provider_credential(&Strategy::oauth_token("apple"), M).unwrap();
    let sso = SignUpSso::id_token(Strategy::oauth_token("apple"), Some(mary.id_token), None);
    let up = world.sign_up(&client, Request::UpdateSignUp(UpdateSignUp::sso(&under_way, sso))).await.unwrap();
    let external = up.verifications.external_account.as_deref().unwrap();
    assert_eq!((&external.status, &external.error), (&Some(VerificationStatus::Verified), &None));
    // The sign-up now contains Mary's provider account instead of Grace's. Mary must not be able to sign in as Grace.
    let (error, _) = stayed!(client.sign_in().transfer().await);
    assert_eq!(codes(&error), [ErrorCode::AccountTransferInvalid]);
}

async fn enterprise_is_found_by_the_given_address(world: World) {
    let acme = EnterpriseConnection::new("ent_acme", "Acme", "acme.example");
    world.fake.configure(|settings| settings.enterprise_connections = vec![acme]);
    let client = world.known_client().await;
    let mut create = CreateSignUp::new(SignUpFields::new());
    create.fields.email_address = Some("eve@acme.example".to_owned());
    let up = world.sign_up(&client, Request::CreateSignUp(create)).await.unwrap();
    let mut prepare = PrepareSignUp::new(&up.id, Strategy::EnterpriseSso);
    prepare.sso.redirect_url = Some(BACK.to_owned());
    let up = world.sign_up(&client, Request::PrepareSignUp(prepare)).await.unwrap();
    assert!(up.verifications.external_account.unwrap().external_url().unwrap().contains("/_provider/ent_acme/"));
}

async fn provider_outage_prevents_a_sign_up(world: World) {
    let client = world.known_client().await;
    world.fake.configure(|settings| settings.provider_down = true);
    let mary = apple(&world, M);
    let (error, sign_in) = stayed!(client.sign_in().sign_up_by_id_token(&mary, SignUpFields::new()).await);
    assert_eq!(codes(&error), [ErrorCode::OauthTokenExchangeError]);

    let sso = SignUpSso::new(Strategy::oauth("google"), BACK);
    let begun =
        world.sign_up(&client, Request::CreateSignUp(CreateSignUp::sso(sso, SignUpFields::new()))).await.unwrap();
    let url = begun.verifications.external_account.as_deref().unwrap().external_url().unwrap().to_owned();
    let back = world.consent(&client, &url, M).await.unwrap();
    let mut get = clerk_sign_in::wire::GetSignUp::new(&begun.id);
    get.rotating_token_nonce = clerk_sign_in::Landing::parse(&back).rotating_token_nonce().cloned();
    let failed = world.sign_up(&client, Request::GetSignUp(get)).await.unwrap();
    let external = failed.verifications.external_account.as_deref().unwrap();
    assert_eq!(external.error.as_deref().unwrap().code, ErrorCode::OauthTokenExchangeError);
    assert!(world.fake.user(M).is_none());

    world.fake.configure(|settings| settings.provider_down = false);
    let done = take!(sign_in.sign_up_by_id_token(&mary, SignUpFields::new()).await.unwrap(), AfterSignUp::Complete);
    reached!(done.finalize().await.unwrap(), Finalized::Active);
}
