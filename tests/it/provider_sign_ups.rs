//! Sign-ups that start at a provider, which no typed step of the crate offers. These tests also cover users who already
//! have an account and therefore sign in. Each flow runs in memory and over HTTP, and every answer is checked against
//! the published document.

use std::time::Duration;

use clerk_sign_in::fake::{EnterpriseConnection, NewUser, ProviderAccount, SignUpField, UserAccess, UserChange};
use clerk_sign_in::wire::{
    ApiError, AttemptSignUp, CreateSignUp, ErrorCode, GetSignUp, PrepareSignUp, Rejection, Request, SignUpAttempt,
    SignUpFieldName, SignUpFields, SignUpSso, SignUpStatus, Strategy, UpdateSignUp, Verification, VerificationStatus,
};
use clerk_sign_in::{
    AfterCreate, AfterFirstFactor, AfterRedirect, AfterSecondFactor, AfterSignUp, Client, Finalized, Landing, Sso,
};
use support::{A, G, GRACE_PASSWORD, L, World, codes, over_every_identity, reached, stayed, take};

over_every_identity! {
    new_user_is_created,
    missing_fields_can_be_added,
    username_taken_meanwhile_is_requested,
    existing_user_signs_in_instead,
    existing_user_still_needs_every_factor,
    unverified_known_address_needs_another_first_factor,
    user_removed_meanwhile_cannot_sign_in,
    barred_user_cannot_sign_up,
    signed_in_user_gets_the_existing_session,
    user_who_declines_can_try_again,
    callback_works_once,
    unexpected_callback_is_rejected,
    unverified_provider_address_must_be_verified,
    unverified_address_does_not_sign_in_its_owner,
    completed_sign_up_returns_to_the_complete_url,
    enterprise_connection_signs_up_its_users,
    verified_address_is_kept,
    provider_address_replaces_an_unverified_one,
    sign_up_carries_the_captcha_token,
    restricted_instance_rejects_sign_ups,
    invalid_request_starts_no_sign_up,
    abandoned_sign_up_leaves_nothing_behind,
}

const BACK: &str = "https://app.example.com/sso-callback";
const M: &str = "mary@example.com";

fn google() -> SignUpSso {
    SignUpSso::new(Strategy::oauth("google"), BACK)
}

fn mary(world: &World) {
    world.fake.add_provider_account(ProviderAccount::new(M).name("Mary", "Jackson"));
}

fn required(world: &World, fields: &[SignUpField]) {
    world.fake.configure(|settings| settings.sign_up_required = fields.to_vec());
}

async fn begun(world: &World, client: &Client, sso: SignUpSso) -> Result<SignUpAttempt, Rejection> {
    world.sign_up(client, Request::CreateSignUp(CreateSignUp::sso(sso, SignUpFields::new()))).await
}

async fn at_google(world: &World, client: &Client) -> SignUpAttempt {
    begun(world, client, google()).await.unwrap()
}

fn external(sign_up: &SignUpAttempt) -> &Verification {
    sign_up.verifications.external_account.as_deref().unwrap()
}

fn external_url(sign_up: &SignUpAttempt) -> &str {
    external(sign_up).external_url().unwrap()
}

fn error(sign_up: &SignUpAttempt) -> (Option<VerificationStatus>, &ApiError) {
    (external(sign_up).status.clone(), external(sign_up).error.as_deref().unwrap())
}

/// Chooses this account at the provider, consents, and comes back.
async fn agreed(world: &World, client: &Client, sign_up: &SignUpAttempt, account: &str) -> SignUpAttempt {
    let url = world.consent(client, external_url(sign_up), account).await.unwrap();
    after_callback(world, client, sign_up, &url).await.unwrap()
}

/// Reads the sign-up, as the app does after the user has come back to this URL.
async fn after_callback(
    world: &World,
    client: &Client,
    sign_up: &SignUpAttempt,
    url: &str,
) -> Result<SignUpAttempt, Rejection> {
    let mut get = GetSignUp::new(&sign_up.id);
    get.rotating_token_nonce = Landing::parse(url).rotating_token_nonce().cloned();
    assert_eq!(get.rotating_token_nonce.is_some(), world.is_native(), "{url}");
    world.sign_up(client, Request::GetSignUp(get)).await
}

fn rejected(result: Result<SignUpAttempt, Rejection>) -> ErrorCode {
    result.unwrap_err().errors[0].code.clone()
}

async fn new_user_is_created(world: World) {
    mary(&world);
    let client = world.known_client().await;
    let sign_up = at_google(&world, &client).await;
    assert_eq!(sign_up.status, Some(SignUpStatus::MissingRequirements));
    assert_eq!(sign_up.missing_fields, [SignUpFieldName::EmailAddress]);
    let pending = external(&sign_up);
    assert_eq!((pending.is_pending(), pending.strategy.clone()), (true, Some(Strategy::oauth("google"))));
    assert!(external_url(&sign_up).contains("/google/authorize?"));
    client.refresh().await.unwrap();
    assert_eq!(client.sign_up().unwrap().id(), sign_up.id);

    let mary = agreed(&world, &client, &sign_up, M).await;
    assert_eq!((mary.status.as_ref(), mary.email_address.as_deref()), (Some(&SignUpStatus::Complete), Some(M)));
    assert_eq!(external(&mary).status, Some(VerificationStatus::Verified));
    let vouched = &mary.verifications.email_address.as_deref().unwrap().verification;
    assert_eq!(vouched.strategy, Some(Strategy::from("from_oauth_google")));
    client.refresh().await.unwrap();
    let session = client.snapshot().unwrap().sessions[0].clone();
    let user = session.user.as_deref().unwrap();
    assert_eq!((user.first_name.as_deref(), user.last_name.as_deref()), (Some("Mary"), Some("Jackson")));
    assert_eq!((mary.created_user_id.as_deref(), mary.created_session_id), (Some(user.id.as_str()), Some(session.id)));
    assert_eq!(client.last_authentication_strategy(), Some(Strategy::oauth("google")));
    assert!(client.sign_up().is_none());

    // The provider account belongs to the new user, who signs in with it.
    let client = world.client();
    let ready = client.sign_in().sso(&Sso::oauth("google"), BACK).await.unwrap();
    let url = world.consent(&client, ready.external_url(), M).await.unwrap();
    reached!(ready.finish(&url).await.unwrap(), AfterRedirect::Complete);
}

async fn missing_fields_can_be_added(world: World) {
    mary(&world);
    required(&world, &[SignUpField::Username, SignUpField::LastName, SignUpField::Password]);
    let client = world.known_client().await;
    // The sign-up keeps the data that the user entered earlier.
    let given = CreateSignUp::sso(google(), SignUpFields::new().name("Mary W.", ""));
    let sign_up = world.sign_up(&client, Request::CreateSignUp(given)).await.unwrap();
    let lacking = agreed(&world, &client, &sign_up, M).await;
    assert_eq!(lacking.missing_fields, [SignUpFieldName::Username], "a user of a provider needs no password");
    assert_eq!((lacking.first_name.as_deref(), lacking.last_name.as_deref()), (Some("Mary W."), Some("Jackson")));
    assert!(world.fake.user(M).is_none());
    client.refresh().await.unwrap();
    let up = client.sign_up().unwrap();
    let done = take!(up.update(SignUpFields::new().username("mary")).await.unwrap(), AfterSignUp::Complete);
    reached!(done.finalize().await.unwrap(), Finalized::Active);
    assert_eq!(world.fake.user("mary").unwrap().email_addresses, [M]);
}

async fn username_taken_meanwhile_is_requested(world: World) {
    mary(&world);
    required(&world, &[SignUpField::Username]);
    let client = world.known_client().await;
    let named = CreateSignUp::sso(google(), SignUpFields::new().username("mary"));
    let sign_up = world.sign_up(&client, Request::CreateSignUp(named)).await.unwrap();
    world.fake.add_user(NewUser::new("m@example.com").username("mary")).unwrap();
    let lacking = agreed(&world, &client, &sign_up, M).await;
    assert_eq!((lacking.missing_fields, lacking.username), (vec![SignUpFieldName::Username], None));
    client.refresh().await.unwrap();
    let up = client.sign_up().unwrap();
    reached!(up.update(SignUpFields::new().username("mary2")).await.unwrap(), AfterSignUp::Complete);
}

async fn existing_user_signs_in_instead(world: World) {
    let client = world.known_client().await;
    let sign_up = at_google(&world, &client).await;
    let sign_up = agreed(&world, &client, &sign_up, L).await;
    let (status, known) = error(&sign_up);
    assert_eq!((status, &known.code), (Some(VerificationStatus::Transferable), &ErrorCode::ExternalAccountExists));
    assert_eq!(sign_up.status, Some(SignUpStatus::MissingRequirements));
    client.refresh().await.unwrap();
    let done = take!(client.sign_in().transfer().await.unwrap(), AfterCreate::Complete);
    let session = take!(done.finalize().await.unwrap(), Finalized::Active);
    assert_eq!(session.session().user.as_deref().map(|user| user.id.clone()), world.fake.user(L).map(|user| user.id));
    assert!(client.sign_up().is_none(), "it is used up");
    let (error, _) = stayed!(client.sign_in().transfer().await);
    assert_eq!(codes(&error), [ErrorCode::AccountTransferInvalid]);
    // The provider account belongs to the user from now on, even if the address changes.
    let first = take!(world.client().sign_in().create(L).await.unwrap(), AfterCreate::NeedsFirstFactor);
    assert!(first.supported_first_factors().iter().any(|factor| factor.strategy == Strategy::oauth("google")));
}

async fn existing_user_still_needs_every_factor(world: World) {
    let client = world.known_client().await;
    let sign_up = at_google(&world, &client).await;
    agreed(&world, &client, &sign_up, A).await;
    let second = take!(client.sign_in().transfer().await.unwrap(), AfterCreate::NeedsSecondFactor);
    reached!(second.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete);
}

async fn unverified_known_address_needs_another_first_factor(world: World) {
    world.fake.add_provider_account(ProviderAccount::new(G).unverified());
    let client = world.known_client().await;
    let sign_up = at_google(&world, &client).await;
    let sign_up = agreed(&world, &client, &sign_up, G).await;
    assert_eq!(error(&sign_up).1.code, ErrorCode::ExternalAccountExists);
    let first = take!(client.sign_in().transfer().await.unwrap(), AfterCreate::NeedsFirstFactor);
    assert_eq!(first.identifier(), Some(G));
    reached!(first.password(GRACE_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsClientTrust);
}

async fn user_removed_meanwhile_cannot_sign_in(world: World) {
    let client = world.known_client().await;
    let sign_up = at_google(&world, &client).await;
    agreed(&world, &client, &sign_up, L).await;
    world.fake.remove_user(&world.fake.user(L).unwrap().id);
    let (error, _) = stayed!(client.sign_in().transfer().await);
    assert_eq!(codes(&error), [ErrorCode::AccountTransferInvalid]);
}

async fn barred_user_cannot_sign_up(world: World) {
    let ban = || {
        let mut change = UserChange::default();
        change.access = Some(UserAccess::Banned);
        world.fake.change_user(&world.fake.user(L).unwrap().id, change).unwrap();
    };
    let client = world.known_client().await;
    let sign_up = at_google(&world, &client).await;
    agreed(&world, &client, &sign_up, L).await;
    ban();
    let (rejection, _) = stayed!(client.sign_in().transfer().await);
    assert_eq!(codes(&rejection), [ErrorCode::UserBanned]);

    let sign_up = at_google(&world, &client).await;
    let sign_up = agreed(&world, &client, &sign_up, L).await;
    let (status, banned) = error(&sign_up);
    assert_eq!((status, &banned.code), (Some(VerificationStatus::Failed), &ErrorCode::UserBanned));
    let (rejection, _) = stayed!(client.sign_in().transfer().await);
    assert_eq!(codes(&rejection), [ErrorCode::AccountTransferInvalid]);
}

async fn signed_in_user_gets_the_existing_session(world: World) {
    let client = world.client();
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    let sign_up = at_google(&world, &client).await;
    let sign_up = agreed(&world, &client, &sign_up, L).await;
    let (status, told) = error(&sign_up);
    assert_eq!((status, &told.code), (Some(VerificationStatus::Failed), &ErrorCode::IdentifierAlreadySignedIn));
    assert_eq!(told.meta.session_id.as_deref(), Some(done.session_id()));
}

async fn user_who_declines_can_try_again(world: World) {
    let client = world.known_client().await;
    let sign_up = at_google(&world, &client).await;
    let url = world.deny(&client, external_url(&sign_up)).await.unwrap();
    let sign_up = after_callback(&world, &client, &sign_up, &url).await.unwrap();
    let (status, denied) = error(&sign_up);
    assert_eq!((status, &denied.code), (Some(VerificationStatus::Failed), &ErrorCode::OauthAccessDenied));
    assert_eq!(external(&sign_up).external_url(), None);

    let again = Request::UpdateSignUp(UpdateSignUp::sso(&sign_up.id, google()));
    let again = world.sign_up(&client, again).await.unwrap();
    assert_eq!((&again.id, external(&again).error.as_ref()), (&sign_up.id, None));
    let done = agreed(&world, &client, &again, M).await;
    assert_eq!(done.status, Some(SignUpStatus::Complete));
}

async fn callback_works_once(world: World) {
    let client = world.known_client().await;
    let sign_up = at_google(&world, &client).await;
    let callback_url = world.fake.consent_without_return(external_url(&sign_up), M).unwrap();
    let url = world.follow_callback(&client, &callback_url).await.unwrap();
    let twice = world.follow_callback(&client, &callback_url).await.unwrap_err();
    assert_eq!(twice.errors[0].code, ErrorCode::OauthCallbackInvalid);
    if world.is_native() {
        // The sign-up is completed only if the app sends the callback's nonce. The nonce can be used again, because the
        // first answer may have been lost.
        let guessed = after_callback(&world, &client, &sign_up, &format!("{BACK}?rotating_token_nonce=guessed")).await;
        assert_eq!(rejected(guessed), ErrorCode::OauthCallbackInvalid);
        assert!(world.fake.user(M).is_none());
        after_callback(&world, &client, &sign_up, &url).await.unwrap();
    }
    let done = after_callback(&world, &client, &sign_up, &url).await.unwrap();
    assert_eq!(done.status, Some(SignUpStatus::Complete));
}

async fn unexpected_callback_is_rejected(world: World) {
    let client = world.known_client().await;
    let follow_callback = async |sign_up: &SignUpAttempt| {
        let callback_url = world.fake.consent_without_return(external_url(sign_up), M).unwrap();
        world.follow_callback(&client, &callback_url).await.map_err(|rejection| rejection.errors[0].code.clone())
    };
    // A callback is rejected if another sign-up has replaced its sign-up, or if another redirect of the same sign-up
    // has replaced its redirect.
    let older = at_google(&world, &client).await;
    let sign_up = at_google(&world, &client).await;
    assert_eq!(follow_callback(&older).await, Err(ErrorCode::OauthCallbackInvalid));
    let again = Request::UpdateSignUp(UpdateSignUp::sso(&sign_up.id, google()));
    let again = world.sign_up(&client, again).await.unwrap();
    assert_eq!(follow_callback(&sign_up).await, Err(ErrorCode::OauthCallbackInvalid));

    if world.is_known_by_cookie() {
        // An attacker lures another browser to the callback.
        let callback_url = world.fake.consent_without_return(external_url(&again), M).unwrap();
        let lured = world.follow_callback(&world.known_client().await, &callback_url).await.unwrap_err();
        assert_eq!(lured.errors[0].code, ErrorCode::OauthCallbackInvalid);
    }
    world.fake.advance(Verification::LINK_LIFETIME);
    assert_eq!(follow_callback(&again).await, Err(ErrorCode::OauthCallbackInvalid));
    let expired = world.sign_up(&client, Request::GetSignUp(GetSignUp::new(&again.id))).await.unwrap();
    assert_eq!(external(&expired).status, Some(VerificationStatus::Expired));
    assert!(world.fake.user(M).is_none());
}

async fn unverified_provider_address_must_be_verified(world: World) {
    world.fake.add_provider_account(ProviderAccount::new(M).unverified());
    let client = world.known_client().await;
    let sign_up = at_google(&world, &client).await;
    let sign_up = agreed(&world, &client, &sign_up, M).await;
    assert_eq!(sign_up.status, Some(SignUpStatus::MissingRequirements));
    assert_eq!(
        (sign_up.missing_fields.len(), sign_up.unverified_fields.as_slice()),
        (0, [SignUpFieldName::EmailAddress].as_slice())
    );
    let address = sign_up.verifications.email_address.as_deref().unwrap();
    assert_eq!(address.verification.strategy, Some(Strategy::from("from_oauth_google")));
    assert_eq!((address.verification.is_pending(), address.next_action.as_str()), (true, "needs_prepare"));
    assert!(world.fake.user(M).is_none());

    // The user verifies the address with a code. In this test, another program requests that code.
    let prepare = Request::PrepareSignUp(PrepareSignUp::new(&sign_up.id, Strategy::EmailCode));
    let sent = world.sign_up(&client, prepare).await.unwrap();
    let address = sent.verifications.email_address.as_deref().unwrap();
    assert_eq!((address.verification.is_pending(), address.next_action.as_str()), (true, "needs_attempt"));
    assert_eq!(external(&sent).status, Some(VerificationStatus::Verified));
    let code = AttemptSignUp::code(&sign_up.id, Strategy::EmailCode, &world.mailed_code(M));
    let done = world.sign_up(&client, Request::AttemptSignUp(code)).await.unwrap();
    assert_eq!(done.status, Some(SignUpStatus::Complete));
    client.refresh().await.unwrap();
    assert_eq!(client.last_authentication_strategy(), Some(Strategy::oauth("google")));
}

async fn unverified_address_does_not_sign_in_its_owner(world: World) {
    world.fake.add_provider_account(ProviderAccount::new(M).unverified());
    let client = world.known_client().await;
    let sign_up = at_google(&world, &client).await;
    agreed(&world, &client, &sign_up, M).await;
    // Another user now has the address.
    world.fake.add_user(NewUser::new(M)).unwrap();
    let (error, start) = stayed!(client.sign_in().transfer().await);
    assert_eq!(codes(&error), [ErrorCode::AccountTransferInvalid]);
    let prepare = Request::PrepareSignUp(PrepareSignUp::new(&sign_up.id, Strategy::EmailCode));
    world.sign_up(&client, prepare).await.unwrap();
    let (error, _) = stayed!(start.transfer().await);
    assert_eq!(codes(&error), [ErrorCode::AccountTransferInvalid], "a code that was only sent proves nothing");
}

async fn completed_sign_up_returns_to_the_complete_url(world: World) {
    let done = "https://app.example.com/welcome";
    for (required_fields, page) in [([SignUpField::Username].as_slice(), BACK), (&[], done)] {
        required(&world, required_fields);
        let client = world.known_client().await;
        let mut sso = google();
        sso.action_complete_redirect_url = Some(done.to_owned());
        let sign_up = begun(&world, &client, sso).await.unwrap();
        let url = world.consent(&client, external_url(&sign_up), M).await.unwrap();
        // A native client gets the result later, in the answer to a separate request.
        assert!(url.starts_with(if world.is_native() { BACK } else { page }), "{url}");
    }
}

async fn enterprise_connection_signs_up_its_users(world: World) {
    let acme = "eve@acme.example";
    let connections = ["ent_1", "ent_2"].map(|id| EnterpriseConnection::new(id, "Acme", "acme.example"));
    world.fake.configure(|settings| settings.enterprise_connections = connections.into());
    world.fake.add_provider_account(ProviderAccount::new(acme).unverified());
    let client = world.known_client().await;
    let mut create = CreateSignUp::sso(SignUpSso::new(Strategy::EnterpriseSso, BACK), SignUpFields::new());
    create.fields.email_address = Some(acme.to_owned());
    let several = world.sign_up(&client, Request::CreateSignUp(create.clone())).await;
    assert_eq!(rejected(several), ErrorCode::EnterpriseConnectionIdIsRequiredWithMultipleConnections);
    create.sso.enterprise_connection_id = Some("ent_2".to_owned());
    let sign_up = world.sign_up(&client, Request::CreateSignUp(create)).await.unwrap();
    assert!(external_url(&sign_up).contains("login_hint=eve%40acme.example"));
    let done = agreed(&world, &client, &sign_up, acme).await;
    assert_eq!(done.status, Some(SignUpStatus::Complete), "the enterprise vouches for its addresses");

    let sign_up = at_google(&world, &client).await;
    let sign_up = agreed(&world, &client, &sign_up, "mallory@acme.example").await;
    assert_eq!(error(&sign_up).1.code, ErrorCode::SignInMustUseEnterpriseConnectionIdentifier);
}

async fn verified_address_is_kept(world: World) {
    required(&world, &[SignUpField::Username]);
    let client = world.client();
    let first =
        take!(client.sign_in().create_or_sign_up("new@example.com").await.unwrap(), AfterCreate::NeedsFirstFactor);
    let sent = first.send_email_code().await.unwrap();
    let code = world.mailed_code("new@example.com");
    let new = take!(sent.verify(&code).await.unwrap(), AfterFirstFactor::Transferable);
    let up = take!(new.sign_up(SignUpFields::new()).await.unwrap(), AfterSignUp::MissingRequirements);

    mary(&world);
    let sent = Request::UpdateSignUp(UpdateSignUp::sso(up.id(), google()));
    let sent = world.sign_up(&client, sent).await.unwrap();
    let lacking = agreed(&world, &client, &sent, M).await;
    assert_eq!(
        (lacking.email_address.as_deref(), lacking.first_name.as_deref()),
        (Some("new@example.com"), Some("Mary"))
    );
    assert_eq!(lacking.verifications.email_address.unwrap().verification.strategy, Some(Strategy::EmailCode));
    let again = Request::UpdateSignUp(UpdateSignUp::sso(up.id(), google()));
    assert_eq!(rejected(world.sign_up(&client, again).await), ErrorCode::VerificationAlreadyVerified);
    reached!(up.update(SignUpFields::new().username("mary")).await.unwrap(), AfterSignUp::Complete);
    assert_eq!(world.fake.user("mary").unwrap().email_addresses, ["new@example.com"]);
}

async fn provider_address_replaces_an_unverified_one(world: World) {
    mary(&world);
    let client = world.known_client().await;
    let mut create = CreateSignUp::new(SignUpFields::new());
    create.fields.email_address = Some("mistyped@example.com".to_owned());
    let sign_up = world.sign_up(&client, Request::CreateSignUp(create)).await.unwrap();
    let mut prepare = PrepareSignUp::new(&sign_up.id, Strategy::oauth("google"));
    prepare.sso = google();
    let sent = world.sign_up(&client, Request::PrepareSignUp(prepare)).await.unwrap();
    let done = agreed(&world, &client, &sent, M).await;
    assert_eq!((done.id, done.status), (sign_up.id, Some(SignUpStatus::Complete)));
    assert_eq!(world.fake.user(M).unwrap().email_addresses, [M]);
}

async fn sign_up_carries_the_captcha_token(world: World) {
    let client = world.known_client().await;
    world.fake.configure(|settings| settings.captcha_required = true);
    assert_eq!(rejected(begun(&world, &client, google()).await), ErrorCode::RequiresCaptcha);
    let mut create = CreateSignUp::sso(google(), SignUpFields::new());
    create.captcha_token = Some("solved".into());
    let sign_up = world.sign_up(&client, Request::CreateSignUp(create.clone())).await.unwrap();
    assert_eq!(agreed(&world, &client, &sign_up, M).await.status, Some(SignUpStatus::Complete));
    create.captcha_error = Some("300030".to_owned());
    assert_eq!(rejected(world.sign_up(&client, Request::CreateSignUp(create)).await), ErrorCode::CaptchaInvalid);
}

async fn restricted_instance_rejects_sign_ups(world: World) {
    let client = world.known_client().await;
    let sign_up = at_google(&world, &client).await;
    world.fake.configure(|settings| settings.sign_ups = false);
    assert_eq!(rejected(begun(&world, &client, google()).await), ErrorCode::SignUpModeRestricted);
    // The settings changed while the user was at the provider, so the user gets the error after coming back.
    let sign_up = agreed(&world, &client, &sign_up, M).await;
    let (status, told) = error(&sign_up);
    assert_eq!((status, &told.code), (Some(VerificationStatus::Failed), &ErrorCode::SignUpModeRestricted));
    assert!(world.fake.user(M).is_none());
}

async fn invalid_request_starts_no_sign_up(world: World) {
    let client = world.known_client().await;
    let by = |strategy: &str| SignUpSso::new(Strategy::from(strategy), BACK);
    let to = |redirect_url: Option<&str>| {
        let mut sso = google();
        sso.redirect_url = redirect_url.map(str::to_owned);
        sso
    };
    for (sso, code) in [
        (by("oauth_facebook"), ErrorCode::OauthProviderNotEnabled),
        (by("oauth_nobody"), ErrorCode::OauthUnsupportedProvider),
        (by("enterprise_sso"), ErrorCode::EnterpriseSsoSignUpConnectionMissing),
        (by("saml"), ErrorCode::SamlConnectionActiveNotFound),
        (by("email_code"), ErrorCode::FormParamValueInvalid),
        (to(None), ErrorCode::FormParamMissing),
        (to(Some("javascript:alert(1)")), ErrorCode::ProhibitedRedirectUrl),
    ] {
        assert_eq!(rejected(begun(&world, &client, sso).await), code);
    }
    client.refresh().await.unwrap();
    assert!(client.sign_up().is_none());

    // An empty sign-up exists, but it contains nothing to transfer.
    let empty = Request::CreateSignUp(CreateSignUp::new(SignUpFields::new()));
    let empty = world.sign_up(&client, empty).await.unwrap();
    assert_eq!((empty.missing_fields, empty.unverified_fields), (vec![SignUpFieldName::EmailAddress], Vec::new()));
    let (error, _) = stayed!(client.sign_in().transfer().await);
    assert_eq!(codes(&error), [ErrorCode::AccountTransferInvalid]);
}

async fn abandoned_sign_up_leaves_nothing_behind(world: World) {
    let client = world.known_client().await;
    let sign_up = at_google(&world, &client).await;
    let held = |what: &str| serde_json::to_value(world.fake.state()).unwrap()[what].as_object().unwrap().len();
    assert_eq!((held("sign_ups"), held("authorizations")), (1, 1));
    let day = Duration::from_secs(24 * 60 * 60);
    world.fake.advance(day);
    let abandoned = world.sign_up(&client, Request::GetSignUp(GetSignUp::new(&sign_up.id))).await;
    assert_eq!(rejected(abandoned), ErrorCode::ResourceNotFound);
    world.fake.advance(day);
    drop(client.refresh().await);
    assert_eq!((held("sign_ups"), held("authorizations")), (0, 0));
}
