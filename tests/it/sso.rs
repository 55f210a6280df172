//! Single sign-on with providers and enterprise connections. Each flow runs in memory and over HTTP. Over HTTP, each
//! flow goes through the provider's pages and every redirect.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clerk_sign_in::fake::{EnterpriseConnection, FakeSolver, ProviderAccount, Scripted, UserAccess, UserChange};
use clerk_sign_in::platform::{Browser, BrowserVisit, CapabilityError};
use clerk_sign_in::wire::{ErrorCode, Secret, Status, Strategy, Verification, VerificationStatus};
use clerk_sign_in::{
    AfterCreate, AfterFirstFactor, AfterRedirect, AfterSecondFactor, AnySignIn, BeforeFirstFactor, Client, Error,
    ErrorKind, Finalized, RedirectError, RedirectReady, Resumed, SignIn, Sso, StepError, async_trait,
};
use support::{A, G, GRACE_PASSWORD, L, World, codes, moved, over_every_identity, reached, stayed, take};

over_every_identity! {
    provider_identifies_the_user,
    app_options_reach_the_provider,
    custom_provider_signs_in,
    second_factor_follows_sso,
    sso_needs_no_client_trust,
    unknown_user_can_sign_up_only_if_sign_ups_are_on,
    unverified_address_needs_another_first_factor,
    signed_in_user_gets_the_existing_session,
    user_who_declines_can_try_again,
    provider_outage_is_reported,
    barred_user_is_rejected,
    sign_in_waits_until_the_user_returns,
    callback_works_once,
    callback_of_another_sign_in_is_rejected,
    redirect_expires,
    callback_of_a_replaced_sign_in_is_rejected,
    pending_redirect_is_never_reused,
    choosing_another_factor_returns_to_the_earlier_state,
    redirect_is_found_after_a_restart,
    gate_comes_before_the_provider,
    invalid_redirect_url_is_rejected,
    disabled_provider_is_rejected,
    browser_visit_completes_the_sign_in,
    failed_browser_visit_loses_nothing,
    enterprise_connection_is_found_by_address,
    one_of_several_connections_can_be_chosen,
    enterprise_accepts_only_its_own_addresses,
    older_saml_strategy_still_works,
    address_without_a_connection_is_rejected,
    enterprise_user_must_use_the_connection,
    completed_sign_in_returns_to_the_complete_url,
    browser_that_notices_the_complete_url_returns_there,
    gated_visit_to_an_enterprise_is_requested_again,
    provider_can_be_visited_before_the_gate,
    gate_can_be_solved_before_the_provider,
}

const BACK: &str = "https://app.example.com/sso-callback?from=here";
const DONE: &str = "https://app.example.com/home";
const ACME: &str = "eve@acme.example";

fn google() -> Sso {
    Sso::oauth("google")
}

async fn ready(client: &Client) -> SignIn<RedirectReady> {
    client.sign_in().sso(&google(), BACK).await.unwrap()
}

/// Goes to the provider, chooses this account, consents, and comes back.
async fn visit_provider(
    world: &World,
    ready: SignIn<RedirectReady>,
    account: &str,
) -> Result<AfterRedirect, StepError<RedirectReady>> {
    let url = world.consent(ready.client(), ready.external_url(), account).await.unwrap();
    assert!(url.starts_with(BACK), "{url}");
    ready.finish(&url).await
}

async fn signed_in(world: &World, ready: SignIn<RedirectReady>, account: &str) -> AfterRedirect {
    visit_provider(world, ready, account).await.unwrap()
}

fn enterprise(world: &World) {
    let acme = EnterpriseConnection::new("ent_acme", "Acme", "acme.example");
    world.fake.configure(|settings| settings.enterprise_connections = vec![acme]);
    world.fake.add_user(clerk_sign_in::fake::NewUser::new(ACME).name("Eve", "Acme").password("eves-password")).unwrap();
}

fn query(url: &str) -> HashMap<String, String> {
    form_urlencoded::parse(url.split_once('?').unwrap().1.as_bytes()).into_owned().collect()
}

async fn provider_identifies_the_user(world: World) {
    let client = world.client();
    let ready = ready(&client).await;
    assert_eq!((ready.status(), ready.identifier()), (Some(&Status::NeedsIdentifier), None));
    let verification = ready.verification().unwrap();
    assert_eq!((verification.strategy.clone(), verification.is_pending()), (Some(Strategy::oauth("google")), true));
    assert_eq!(
        ready.expires_at(),
        Some(clerk_sign_in::platform::Timer::now(world.fake.clock()) + Verification::LINK_LIFETIME)
    );
    let done = take!(signed_in(&world, ready, L).await, AfterRedirect::Complete);
    let session = take!(done.finalize().await.unwrap(), Finalized::Active);
    let user = session.session().user.as_deref().unwrap();
    assert_eq!(user.first_name.as_deref(), Some("Linus"));
    let [account] = user.external_accounts.as_slice() else { panic!("{:?}", user.external_accounts) };
    assert_eq!((account.provider.as_str(), account.email_address.as_str()), ("google", L));
    let verification = account.verification.as_deref().unwrap();
    assert_eq!(verification.status, Some(VerificationStatus::Verified));
    assert_eq!(client.snapshot().unwrap().last_authentication_strategy, Some(Strategy::oauth("google")));
    // From now on, the provider account belongs to the user and is offered as a factor.
    let first = take!(world.client().sign_in().create(L).await.unwrap(), AfterCreate::NeedsFirstFactor);
    assert!(first.supported_first_factors().iter().any(|factor| factor.strategy == Strategy::oauth("google")));
}

async fn app_options_reach_the_provider(world: World) {
    let sso = google().prompt("select_account consent").login_hint(L);
    let client = world.client();
    let ready = client.sign_in().sso(&sso, BACK).await.unwrap();
    let told = query(ready.external_url());
    assert_eq!((told["prompt"].as_str(), told["login_hint"].as_str()), ("select_account consent", L));
    assert_eq!((told["response_type"].as_str(), told["code_challenge_method"].as_str()), ("code", "S256"));
    assert!(told["redirect_uri"].ends_with("/v1/oauth_callback"));
    for secret in ["state", "nonce", "code_challenge"] {
        assert!(told[secret].len() >= 43, "{secret}");
    }
    reached!(signed_in(&world, ready, L).await, AfterRedirect::Complete);
}

async fn custom_provider_signs_in(world: World) {
    let ready = world.client().sign_in().sso(&Sso::oauth("custom_acme"), BACK).await.unwrap();
    assert_eq!(ready.verification().unwrap().strategy, Some(Strategy::from("oauth_custom_acme")));
    assert!(ready.external_url().contains("/custom_acme/authorize?"));
    reached!(signed_in(&world, ready, L).await, AfterRedirect::Complete);
}

async fn second_factor_follows_sso(world: World) {
    let ready = ready(&world.client()).await;
    let second = take!(signed_in(&world, ready, A).await, AfterRedirect::NeedsSecondFactor);
    reached!(second.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete);
}

async fn sso_needs_no_client_trust(world: World) {
    reached!(signed_in(&world, ready(&world.client()).await, G).await, AfterRedirect::Complete);
}

/// Starts another redirect after the previous one has ended.
async fn start_again(over: AnySignIn, sso: &Sso) -> SignIn<RedirectReady> {
    match over {
        AnySignIn::NeedsIdentifier(nobody) => nobody.sso(sso, BACK).await.unwrap(),
        AnySignIn::NeedsFirstFactor(user) => user.sso(sso, BACK).await.unwrap(),
        elsewhere => panic!("{elsewhere:?}"),
    }
}

async fn unknown_user_can_sign_up_only_if_sign_ups_are_on(world: World) {
    let ready_to_sign_up = ready(&world.client()).await;
    let transferable = take!(signed_in(&world, ready_to_sign_up, "new@example.com").await, AfterRedirect::Transferable);
    let verification = transferable.first_factor_verification().unwrap();
    assert_eq!(verification.status, Some(VerificationStatus::Transferable));

    world.fake.configure(|settings| settings.sign_ups = false);
    let rejected = ready(&world.client()).await;
    let (error, over) = moved!(visit_provider(&world, rejected, "new@example.com").await);
    assert_eq!(codes(&error), [ErrorCode::ExternalAccountNotFound]);
    assert_eq!(over.attempt().first_factor_verification.as_deref().unwrap().status, Some(VerificationStatus::Failed));
}

async fn unverified_address_needs_another_first_factor(world: World) {
    world.fake.add_provider_account(ProviderAccount::new(G).unverified());
    let ready = ready(&world.client()).await;
    let first = take!(signed_in(&world, ready, G).await, AfterRedirect::NeedsFirstFactor);
    assert_eq!(first.identifier(), Some(G));
    // The owner of the address verifies it in another way.
    reached!(first.password(GRACE_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsClientTrust);
}

async fn signed_in_user_gets_the_existing_session(world: World) {
    let client = world.client();
    let done = take!(signed_in(&world, ready(&client).await, L).await, AfterRedirect::Complete);
    let session = take!(done.finalize().await.unwrap(), Finalized::Active);
    let (error, over) = moved!(visit_provider(&world, ready(&client).await, L).await);
    assert_eq!(codes(&error), [ErrorCode::IdentifierAlreadySignedIn]);
    let over = take!(over, AnySignIn::NeedsIdentifier);
    assert_eq!((error.existing_session(), over.existing_session()), (Some(session.id()), Some(session.id())));
}

async fn user_who_declines_can_try_again(world: World) {
    let client = world.client();
    let sign_in = ready(&client).await;
    let url = world.deny(&client, sign_in.external_url()).await.unwrap();
    let (error, over) = moved!(sign_in.finish(&url).await);
    assert_eq!(codes(&error), [ErrorCode::OauthAccessDenied]);
    assert!(!error.is_over() && !error.is_outcome_unknown());
    let again = start_again(over, &google()).await;
    reached!(signed_in(&world, again, L).await, AfterRedirect::Complete);
}

async fn provider_outage_is_reported(world: World) {
    world.fake.configure(|settings| settings.provider_down = true);
    let (error, over) = moved!(visit_provider(&world, ready(&world.client()).await, L).await);
    assert_eq!(codes(&error), [ErrorCode::OauthTokenExchangeError]);
    world.fake.configure(|settings| settings.provider_down = false);
    let again = start_again(over, &google()).await;
    reached!(signed_in(&world, again, L).await, AfterRedirect::Complete);
}

async fn barred_user_is_rejected(world: World) {
    for (access, code) in [
        (UserAccess::Banned, ErrorCode::UserBanned),
        (UserAccess::Locked, ErrorCode::UserLocked),
        (UserAccess::Deactivated, ErrorCode::UserDeactivated),
    ] {
        let mut change = UserChange::default();
        change.access = Some(access);
        world.fake.change_user(&world.fake.user(L).unwrap().id, change).unwrap();
        let (error, _) = moved!(visit_provider(&world, ready(&world.client()).await, L).await);
        assert_eq!(codes(&error), [code]);
    }
}

async fn sign_in_waits_until_the_user_returns(world: World) {
    let client = world.client();
    let (error, sign_in) = stayed!(ready(&client).await.finish_here().await);
    assert!(matches!(error.kind(), ErrorKind::Redirect(RedirectError::Pending)), "{error}");
    // Any program can make an app open a URL, so this URL proves nothing.
    let (error, sign_in) = stayed!(sign_in.finish(&format!("{BACK}&created_session_id=sess_1")).await);
    if world.is_native() {
        assert!(matches!(error.kind(), ErrorKind::Redirect(RedirectError::InvalidCallback(_))), "{error}");
        let (error, _) = stayed!(sign_in.finish(&format!("{BACK}&rotating_token_nonce=guess")).await);
        assert_eq!(codes(&error), [ErrorCode::OauthCallbackInvalid]);
    } else {
        assert!(matches!(error.kind(), ErrorKind::Redirect(RedirectError::Pending)), "{error}");
    }
}

async fn callback_works_once(world: World) {
    let client = world.client();
    let sign_in = ready(&client).await;
    let callback_url = world.fake.consent_without_return(sign_in.external_url(), L).unwrap();
    let url = world.follow_callback(&client, &callback_url).await.unwrap();
    let replayed = world.follow_callback(&client, &callback_url).await.unwrap_err();
    assert!(replayed.has(&ErrorCode::OauthCallbackInvalid));
    if world.is_native() {
        // Without the callback's nonce, the result is not visible.
        let (error, sign_in) = stayed!(sign_in.finish_here().await);
        assert!(matches!(error.kind(), ErrorKind::Redirect(RedirectError::Pending)), "{error}");
        reached!(sign_in.finish(&url).await.unwrap(), AfterRedirect::Complete);
    } else {
        reached!(sign_in.finish_here().await.unwrap(), AfterRedirect::Complete);
    }
}

/// An attacker must not be able to sign a victim in with the attacker's own callback URL (login CSRF).
async fn callback_of_another_sign_in_is_rejected(world: World) {
    let (attacker, victim) = (world.client(), world.client());
    let attackers = ready(&attacker).await;
    let victims = ready(&victim).await;
    let callback_url = world.fake.consent_without_return(attackers.external_url(), A).unwrap();
    // Nothing identifies a development browser when it comes back.
    let in_victims_browser = world.follow_callback(&victim, &callback_url).await;
    match in_victims_browser {
        Ok(url) if world.is_native() => {
            // The victim comes back as well, but the app gets the attacker's URL.
            let own = world.consent(&victim, victims.external_url(), L).await.unwrap();
            let (error, victims) = stayed!(victims.finish(&url).await);
            assert_eq!(codes(&error), [ErrorCode::OauthCallbackInvalid]);
            reached!(victims.finish(&own).await.unwrap(), AfterRedirect::Complete);
        }
        Ok(url) => {
            assert!(!world.is_known_by_cookie(), "the cookie is the victim's");
            assert!(matches!(
                stayed!(victims.finish(&url).await).0.kind(),
                ErrorKind::Redirect(RedirectError::Pending)
            ));
        }
        Err(rejection) => assert!(rejection.has(&ErrorCode::OauthCallbackInvalid)),
    }
}

async fn redirect_expires(world: World) {
    let client = world.client();
    let sign_in = ready(&client).await;
    let id = sign_in.id().to_owned();
    let external_url = sign_in.external_url().to_owned();
    world.fake.advance(Verification::LINK_LIFETIME);
    let rejected = world.consent(&client, &external_url, L).await.unwrap_err();
    assert!(rejected.has(&ErrorCode::OauthCallbackInvalid));
    let (error, over) = moved!(sign_in.finish_here().await);
    assert!(
        matches!(error.kind(), ErrorKind::Redirect(RedirectError::NotVerified { status: VerificationStatus::Expired })),
        "{error}"
    );
    let again = start_again(over, &google()).await;
    assert_eq!(again.id(), id, "the redirect has expired, but the sign-in has not");
    reached!(signed_in(&world, again, L).await, AfterRedirect::Complete);
}

async fn callback_of_a_replaced_sign_in_is_rejected(world: World) {
    let client = world.client();
    let old = ready(&client).await;
    let external_url = old.external_url().to_owned();
    let new = ready(&client).await;
    let rejected = world.consent(&client, &external_url, L).await.unwrap_err();
    assert!(rejected.has(&ErrorCode::OauthCallbackInvalid));
    reached!(signed_in(&world, new, L).await, AfterRedirect::Complete);
}

async fn pending_redirect_is_never_reused(world: World) {
    let client = world.client();
    let first = take!(client.sign_in().create(L).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let id = first.id().to_owned();
    let prepared = first.sso(&google(), BACK).await.unwrap();
    assert_eq!(prepared.id(), id, "nothing was pending, so the same sign-in continues");
    let external_url = prepared.external_url().to_owned();
    let first = take!(prepared.choose_another(), BeforeFirstFactor::NeedsFirstFactor);
    let anew = first.sso(&Sso::oauth("github"), BACK).await.unwrap();
    assert_ne!(anew.id(), id, "a pending redirect may be open elsewhere");
    assert_ne!(anew.external_url(), external_url);
    reached!(signed_in(&world, anew, L).await, AfterRedirect::Complete);
}

async fn choosing_another_factor_returns_to_the_earlier_state(world: World) {
    let client = world.client();
    let start = take!(ready(&client).await.choose_another(), BeforeFirstFactor::NeedsIdentifier);
    let first = take!(start.create(L).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let prepared = first.sso(&google(), BACK).await.unwrap();
    let first = take!(prepared.choose_another(), BeforeFirstFactor::NeedsFirstFactor);
    let prepared = first.redirect_ready().unwrap();
    let first = take!(prepared.choose_another(), BeforeFirstFactor::NeedsFirstFactor);
    reached!(first.send_email_code().await.unwrap().verify("424242").await.unwrap(), AfterFirstFactor::Complete);
}

async fn redirect_is_found_after_a_restart(world: World) {
    let client = world.client();
    let sign_in = ready(&client).await;
    let (id, checkpoint) = (sign_in.id().to_owned(), sign_in.checkpoint());
    let url = world.consent(&client, sign_in.external_url(), L).await.unwrap();
    drop(sign_in);
    let restored = take!(client.restore(checkpoint).unwrap(), AnySignIn::RedirectReady);
    assert_eq!(restored.id(), id);
    if world.is_native() {
        let found = take!(client.resume().await.unwrap(), Resumed::Attempt);
        reached!(take!(found, AnySignIn::RedirectReady).finish(&url).await.unwrap(), AfterRedirect::Complete);
    } else {
        reached!(restored.finish(&url).await.unwrap(), AfterRedirect::Complete);
    }
}

async fn gate_comes_before_the_provider(world: World) {
    let client = world.client();
    world.fake.require_protect_checks(1);
    let failed = client.sign_in().sso(&google(), BACK).await.unwrap_err().into_any();
    let gate = take!(failed.handed_back, AnySignIn::NeedsProtectCheck);
    let token = gate.protect_check().unwrap().token.as_ref().unwrap().expose().to_owned();
    let proof = clerk_sign_in::fake::FakeBackend::proof_for(&token);
    let start = take!(gate.submit_proof(&proof).await.unwrap(), AnySignIn::NeedsIdentifier);
    let id = start.id().unwrap().to_owned();
    let prepared = start.sso(&google(), BACK).await.unwrap();
    assert_eq!(prepared.id(), id, "nothing was pending, so the same sign-in continues");
    reached!(signed_in(&world, prepared, L).await, AfterRedirect::Complete);
}

async fn invalid_redirect_url_is_rejected(world: World) {
    let client = world.client();
    let (error, start) = stayed!(client.sign_in().sso(&google(), "/callback").await);
    assert!(matches!(error.kind(), ErrorKind::InvalidUrl { .. }), "{error}");
    let (error, start) = stayed!(start.sso(&google(), "javascript:alert(1)").await);
    assert_eq!(codes(&error), [ErrorCode::ProhibitedRedirectUrl]);
    let (error, start) = stayed!(start.sso(&google(), "1:/x").await);
    assert_eq!((codes(&error), error.is_about("redirect_url")), (vec![ErrorCode::InvalidRedirectUrl], true));
    assert_eq!(start.id(), None, "nothing began");
}

async fn disabled_provider_is_rejected(world: World) {
    let client = world.client();
    let (error, start) = stayed!(client.sign_in().sso(&Sso::oauth("facebook"), BACK).await);
    assert_eq!(codes(&error), [ErrorCode::OauthProviderNotEnabled]);
    let (error, _) = stayed!(start.sso(&Sso::oauth("nobody"), BACK).await);
    assert_eq!(codes(&error), [ErrorCode::OauthUnsupportedProvider]);
}

async fn browser_visit_completes_the_sign_in(world: World) {
    let browser = world.fake.browser(L);
    let done = world.client().sign_in().sso_with(&google(), &browser).await.unwrap();
    reached!(done, AfterRedirect::Complete);
    let first = take!(world.client().sign_in().create(L).await.unwrap(), AfterCreate::NeedsFirstFactor);
    reached!(first.sso_with(&google(), &browser).await.unwrap(), AfterRedirect::Complete);
}

async fn failed_browser_visit_loses_nothing(world: World) {
    let broken = |error: Result<_, _>| Scripted::new(world.fake.browser(L), [error]);
    let client = world.client();
    for error in
        [CapabilityError::Cancelled, CapabilityError::unavailable("no browser"), CapabilityError::failed("it crashed")]
    {
        let failed = client.sign_in().sso_with(&google(), &broken(Err(error))).await.unwrap_err();
        let failed = failed.into_any();
        assert!(matches!(failed.error.kind(), ErrorKind::Capability(_)), "{}", failed.error);
        let sign_in = take!(failed.handed_back, AnySignIn::RedirectReady);
        assert!(!sign_in.external_url().is_empty(), "the redirect can still be used");
    }
    let failed: Error =
        client.sign_in().sso_with(&google(), &broken(Err(CapabilityError::Cancelled))).await.unwrap_err().into();
    assert!(failed.is_cancelled());
}

async fn enterprise_connection_is_found_by_address(world: World) {
    enterprise(&world);
    let sso = Sso::enterprise().identifier(ACME);
    let client = world.client();
    let ready = client.sign_in().sso(&sso, BACK).await.unwrap();
    assert_eq!((ready.status(), ready.identifier()), (Some(&Status::NeedsFirstFactor), Some(ACME)));
    reached!(signed_in(&world, ready, ACME).await, AfterRedirect::Complete);

    // The sign-in first identifies the user, and then sends the user to the provider. A second redirect continues the
    // same sign-in, even if the first redirect is still pending.
    let first = take!(world.client().sign_in().create(ACME).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let factor = first.supported_first_factors().iter().find(|it| it.strategy == Strategy::EnterpriseSso).unwrap();
    assert_eq!(factor.enterprise_connection_name.as_deref(), Some("Acme"));
    let id = first.id().to_owned();
    let ready = first.sso(&Sso::enterprise(), BACK).await.unwrap();
    let before = ready.external_url().to_owned();
    let ready = ready.redirect_again(&Sso::enterprise(), BACK).await.unwrap();
    assert_eq!((ready.id(), ready.external_url() == before), (id.as_str(), false));
    reached!(signed_in(&world, ready, ACME).await, AfterRedirect::Complete);
}

async fn one_of_several_connections_can_be_chosen(world: World) {
    enterprise(&world);
    let second = EnterpriseConnection::new("ent_other", "Acme abroad", "acme.example");
    world.fake.configure(|settings| settings.enterprise_connections.push(second));
    let client = world.client();
    let failed = client.sign_in().sso(&Sso::enterprise().identifier(ACME), BACK).await.unwrap_err().into_any();
    let first = take!(failed.handed_back, AnySignIn::NeedsFirstFactor);
    let names: Vec<_> =
        first.supported_first_factors().iter().filter_map(|it| it.enterprise_connection_name.as_deref()).collect();
    assert_eq!(names, ["Acme", "Acme abroad"]);
    let (error, first) = stayed!(first.sso(&Sso::enterprise(), BACK).await);
    assert_eq!(codes(&error), [ErrorCode::EnterpriseConnectionIdIsRequiredWithMultipleConnections]);
    let ready = first.sso(&Sso::enterprise().connection("ent_other"), BACK).await.unwrap();
    assert!(ready.external_url().contains("/ent_other/authorize?"));
    reached!(signed_in(&world, ready, ACME).await, AfterRedirect::Complete);

    // The app chooses the connection at the start. The test tries this twice, without an address and with an address.
    for sso in [Sso::enterprise().connection("ent_other"), Sso::enterprise().connection("ent_other").identifier(ACME)] {
        let ready = world.client().sign_in().sso(&sso, BACK).await.unwrap();
        reached!(signed_in(&world, ready, ACME).await, AfterRedirect::Complete);
    }
}

async fn enterprise_accepts_only_its_own_addresses(world: World) {
    enterprise(&world);
    let ready = world.client().sign_in().sso(&Sso::enterprise().identifier(ACME), BACK).await.unwrap();
    let (error, _) = moved!(visit_provider(&world, ready, G).await);
    assert_eq!(codes(&error), [ErrorCode::EnterpriseSsoEmailAddressDomainMismatch]);
    // The enterprise vouches for its own addresses, even if the provider has not verified them.
    world.fake.add_provider_account(ProviderAccount::new(ACME).unverified());
    let ready = world.client().sign_in().sso(&Sso::enterprise().identifier(ACME), BACK).await.unwrap();
    reached!(signed_in(&world, ready, ACME).await, AfterRedirect::Complete);
}

async fn older_saml_strategy_still_works(world: World) {
    enterprise(&world);
    let (error, start) = stayed!(world.client().sign_in().sso(&Sso::saml().identifier(ACME), BACK).await);
    assert_eq!(codes(&error), [ErrorCode::SamlConnectionActiveNotFound], "the connection uses OpenID Connect");
    let by_saml = EnterpriseConnection::new("ent_acme", "Acme", "acme.example").saml();
    world.fake.configure(|settings| settings.enterprise_connections = vec![by_saml]);
    let ready = start.sso(&Sso::saml().identifier(ACME), BACK).await.unwrap();
    assert_eq!(ready.verification().unwrap().strategy, Some(Strategy::Saml));
    let (error, over) = moved!(visit_provider(&world, ready, G).await);
    assert_eq!(codes(&error), [ErrorCode::SamlEmailAddressDomainMismatch]);
    let ready = start_again(over, &Sso::saml().identifier(ACME)).await;
    reached!(signed_in(&world, ready, ACME).await, AfterRedirect::Complete);
}

async fn address_without_a_connection_is_rejected(world: World) {
    enterprise(&world);
    let (error, _) = stayed!(world.client().sign_in().sso(&Sso::enterprise().identifier(G), BACK).await);
    assert_eq!(codes(&error), [ErrorCode::EnterpriseSsoSignInConnectionMissing]);
    // No user has this address, but the enterprise may still know it.
    let first =
        take!(world.client().sign_in().create("new@acme.example").await.unwrap(), AfterCreate::NeedsFirstFactor);
    let offered: Vec<_> = first.supported_first_factors().iter().map(|factor| factor.strategy.clone()).collect();
    assert_eq!(offered, [Strategy::EnterpriseSso]);
    let ready = first.sso(&Sso::enterprise(), BACK).await.unwrap();
    reached!(signed_in(&world, ready, "new@acme.example").await, AfterRedirect::Transferable);
}

async fn enterprise_user_must_use_the_connection(world: World) {
    enterprise(&world);
    let (error, _) = moved!(visit_provider(&world, ready(&world.client()).await, ACME).await);
    assert_eq!(codes(&error), [ErrorCode::SignInMustUseEnterpriseConnectionIdentifier]);
}

async fn completed_sign_in_returns_to_the_complete_url(world: World) {
    for (account, completes) in [(L, true), (A, false)] {
        let client = world.client();
        let ready = client.sign_in().sso(&google().complete_redirect_url(DONE), BACK).await.unwrap();
        let url = world.consent(&client, ready.external_url(), account).await.unwrap();
        // A native app gets the result only when it asks for the result.
        assert_eq!(url.starts_with(DONE), completes && !world.is_native(), "{url}");
        drop(ready.finish(&url).await.unwrap());
    }
    world.fake.advance(Duration::from_secs(1));
}

/// A browser that shows where the user arrived.
#[derive(Clone)]
struct Watched {
    world: Arc<World>,
    client: Client,
    notices_done: bool,
    arrived: Arc<Mutex<String>>,
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watched")
    }
}

#[async_trait]
impl Browser for Watched {
    async fn reserve(&self) -> Result<Box<dyn BrowserVisit>, CapabilityError> {
        Ok(Box::new(self.clone()))
    }
}

#[async_trait]
impl BrowserVisit for Watched {
    fn redirect_url(&self) -> &str {
        BACK
    }

    fn ends_at(&self, url: &str) -> bool {
        self.notices_done && url == DONE
    }

    async fn open(self: Box<Self>, url: &str) -> Result<Secret, CapabilityError> {
        let url = self.world.consent(&self.client, url, L).await.map_err(|_| CapabilityError::Cancelled)?;
        self.arrived.lock().unwrap().clone_from(&url);
        Ok(url.into())
    }
}

async fn browser_that_notices_the_complete_url_returns_there(world: World) {
    let world = Arc::new(world);
    for notices_done in [false, true] {
        let client = world.client();
        let arrived = Arc::default();
        let browser =
            Watched { world: Arc::clone(&world), client: client.clone(), notices_done, arrived: Arc::clone(&arrived) };
        let outcome = client.sign_in().sso_with(&google().complete_redirect_url(DONE), &browser).await.unwrap();
        reached!(outcome, AfterRedirect::Complete);
        assert_eq!(arrived.lock().unwrap().starts_with(DONE), notices_done && !world.is_native());
    }
}

async fn gated_visit_to_an_enterprise_is_requested_again(world: World) {
    enterprise(&world);
    let client = world.client();
    let first = take!(client.sign_in().create(ACME).await.unwrap(), AfterCreate::NeedsFirstFactor);
    world.fake.require_protect_checks(1);
    let failed = first.sso(&Sso::enterprise(), BACK).await.unwrap_err().into_any();
    let gated = take!(failed.handed_back, AnySignIn::NeedsProtectCheck);
    let id = gated.id().to_owned();
    let first = take!(gated.solve_with(&FakeSolver).await.unwrap(), AnySignIn::NeedsFirstFactor);
    let ready = first.sso(&Sso::enterprise(), BACK).await.unwrap();
    assert_eq!(ready.id(), id);
    reached!(signed_in(&world, ready, ACME).await, AfterRedirect::Complete);
}

/// A sign-in whose provider's URL came together with this many challenges.
async fn gated_and_ready(world: &World, client: &Client, challenges: u32) -> SignIn<RedirectReady> {
    world.fake.configure(|settings| settings.protect_check_with_redirect = true);
    world.fake.require_protect_checks(challenges);
    let ready = ready(client).await;
    assert!(ready.protect_check().is_some());
    ready
}

async fn provider_can_be_visited_before_the_gate(world: World) {
    for (account, challenges) in [(L, 1), (A, 2)] {
        let client = world.client();
        let ready = gated_and_ready(&world, &client, challenges).await;
        let gated = take!(signed_in(&world, ready, account).await, AfterRedirect::NeedsProtectCheck);
        assert!(client.snapshot().unwrap().sessions.is_empty(), "the gate is closed");
        match gated.solve_with(&FakeSolver).await.unwrap() {
            AnySignIn::Complete(done) => reached!(done.finalize().await.unwrap(), Finalized::Active),
            elsewhere => reached!(elsewhere, AnySignIn::NeedsSecondFactor),
        }
    }
}

async fn gate_can_be_solved_before_the_provider(world: World) {
    let client = world.client();
    let ready = gated_and_ready(&world, &client, 2).await;
    let gated = take!(ready.refresh().await.unwrap(), AnySignIn::NeedsProtectCheck);
    let gated = gated.redirect_ready().unwrap().refresh().await.unwrap();
    let gated = take!(gated, AnySignIn::NeedsProtectCheck);
    let ready = take!(gated.solve_with(&FakeSolver).await.unwrap(), AnySignIn::RedirectReady);
    reached!(signed_in(&world, ready, L).await, AfterRedirect::Complete);
    // The user does not consent, and learns it after the proof.
    let ready = gated_and_ready(&world, &client, 1).await;
    let url = world.deny(&client, ready.external_url()).await.unwrap();
    let gated = take!(ready.finish(&url).await.unwrap(), AfterRedirect::NeedsProtectCheck);
    reached!(gated.solve_with(&FakeSolver).await.unwrap(), AnySignIn::NeedsIdentifier);
}
