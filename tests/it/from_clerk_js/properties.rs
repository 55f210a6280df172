//! The properties of both objects.

use clerk_sign_in::fake::{EnterpriseConnection, NewUser};
use clerk_sign_in::wire::{
    Channel, ClientTrustState, IdentifierKind, Status, Strategy, Verification, VerificationStatus,
};
use clerk_sign_in::{
    AfterCreate, AfterFirstFactor, AfterRedirect, AfterResetCode, AfterSecondFactor, AnySignIn, Finalized,
    OtherSessions, Sso,
};
use support::keys::Keys;
use support::{G, GRACE_PASSWORD, L, World, moved, take};

use super::shown::Shown;
use super::users::{
    BACKUP_CODE, PAGE, PASSWORD, QUINN, USERNAME, add_careful_quinn, done, first, second, state, strategies, wallets,
};

pub(super) async fn properties(world: &World, shown: &mut Shown) {
    let new_client = world.client().sign_in().password(G, GRACE_PASSWORD).await.unwrap();
    let trust = take!(new_client, AfterCreate::NeedsClientTrust);
    shown.row("status: 'needs_client_trust'", trust.status() == Some(&Status::NeedsClientTrust));
    shown.row("clientTrustState", trust.client_trust_state() == Some(&ClientTrustState::New));

    add_careful_quinn(world);
    before_the_first_factor(world, shown).await;
    at_the_first_factor(world, shown).await;
    at_the_second_factor(world, shown).await;
    after_the_factors(world, shown).await;
    at_a_provider(world, shown).await;
    each_first_factor(world, shown).await;
    each_second_factor(world, shown).await;
}

async fn before_the_first_factor(world: &World, shown: &mut Shown) {
    let start = world.client().sign_in();
    shown.row("status: null", start.status() == Some(&Status::NeedsIdentifier));
    shown.row("status: 'needs_identifier'", start.state_name() == "NeedsIdentifier");
    assert!(start.id().is_none() && start.identifier().is_none() && start.user_data().is_none());
    assert!(start.supported_second_factors().is_empty());
    let begun = take!(start.create_without_identifier().await.unwrap(), AfterCreate::NeedsIdentifier);
    let kinds = begun.supported_identifiers();
    shown.row("supportedIdentifiers", kinds.len() == 4);
    for (name, kind) in [
        ("email_address", IdentifierKind::EmailAddress),
        ("phone_number", IdentifierKind::PhoneNumber),
        ("web3_wallet", IdentifierKind::Web3Wallet),
        ("username", IdentifierKind::Username),
    ] {
        shown.row(&format!("supportedIdentifiers: '{name}'"), kind.as_str() == name && kinds.contains(&kind));
    }
}

async fn at_the_first_factor(world: &World, shown: &mut Shown) {
    let first = first(&world.client(), QUINN).await;
    shown.row("id", first.id().starts_with("sia_"));
    shown.row("identifier", first.identifier() == Some(QUINN));
    shown.row("status", first.status() == Some(&Status::NeedsFirstFactor));
    shown.row("status: 'needs_first_factor'", first.state_name() == "NeedsFirstFactor");
    shown.row("supportedFirstFactors", strategies(first.supported_first_factors()).contains(&Strategy::Password));
    let data = first.user_data().unwrap();
    shown.row("userData", data.first_name.is_some());
    shown.row("userData.firstName", data.first_name.as_deref() == Some("Quinn"));
    shown.row("userData.lastName", data.last_name.as_deref() == Some("Q."));
    shown.row("userData.imageUrl", data.image_url.as_deref().is_some_and(|url| url.starts_with("data:image/")));
    shown.row("userData.hasImage", !data.has_image);
    assert!(first.first_factor_verification().is_none() && first.supported_second_factors().is_empty());
    let sent = first.send_email_code().await.unwrap();
    let prepared = sent.first_factor_verification().unwrap();
    shown.row("firstFactorVerification", prepared.strategy == Some(Strategy::EmailCode) && prepared.is_pending());
}

async fn at_the_second_factor(world: &World, shown: &mut Shown) {
    let second = second(&world.client(), QUINN).await;
    shown.row("status: 'needs_second_factor'", second.status() == Some(&Status::NeedsSecondFactor));
    shown.row("supportedSecondFactors", strategies(second.supported_second_factors()).contains(&Strategy::Totp));
    assert!(second.second_factor_verification().is_none());
    let sent = second.send_email_code().await.unwrap();
    shown.row("secondFactorVerification", sent.second_factor_verification().is_some_and(Verification::is_pending));
}

async fn after_the_factors(world: &World, shown: &mut Shown) {
    let sent = world.client().sign_in().send_reset_password_email_code(G).await.unwrap();
    let code = world.mailed_code(G);
    let new = take!(sent.verify(&code).await.unwrap(), AfterResetCode::NeedsNewPassword);
    shown.row("status: 'needs_new_password'", new.status() == Some(&Status::NeedsNewPassword));
    drop(new.submit_password("a-nanosecond-is-30-cm", OtherSessions::Keep).await.unwrap());

    let done = done(&world.client()).await;
    shown.row("status: 'complete'", done.status() == Some(&Status::Complete));
    let id = done.session_id().to_owned();
    let session = take!(done.finalize().await.unwrap(), Finalized::Active);
    shown.row("createdSessionId", session.id() == id);
}

async fn at_a_provider(world: &World, shown: &mut Shown) {
    world.fake.add_user(NewUser::new("eve@acme.example")).unwrap();
    let client = world.client();
    let ready = client.sign_in().sso(&Sso::oauth("google"), PAGE).await.unwrap();
    shown.row("identifier: null for 'oauth_<provider>'", ready.identifier().is_none());
    let acme = EnterpriseConnection::new("ent_acme", "Acme", "acme.example");
    world.fake.configure(|settings| settings.enterprise_connections = vec![acme]);
    let ready = client.sign_in().sso(&Sso::enterprise().connection("ent_acme"), PAGE).await.unwrap();
    shown.row("identifier: null for 'enterprise_sso'", ready.identifier().is_none());

    // The user is signed in already.
    let session = take!(done(&client).await.finalize().await.unwrap(), Finalized::Active);
    let ready = client.sign_in().sso(&Sso::oauth("google"), PAGE).await.unwrap();
    let url = world.consent(&client, ready.external_url(), L).await.unwrap();
    let (error, over) = moved!(ready.finish(&url).await);
    let over = take!(over, AnySignIn::NeedsIdentifier);
    shown.row("existingSession", error.existing_session().is_some() && over.existing_session().is_some());
    shown.row("existingSession.sessionId", over.existing_session() == Some(session.id()));

    let client = world.client();
    let ready = client.sign_in().sso(&Sso::oauth("google"), PAGE).await.unwrap();
    let url = world.consent(&client, ready.external_url(), "newcomer@example.com").await.unwrap();
    let new = take!(ready.finish(&url).await.unwrap(), AfterRedirect::Transferable);
    shown.row("isTransferable", new.is_transferable() && new.state_name() == "Transferable");
}

async fn each_first_factor(world: &World, shown: &mut Shown) {
    let keys = Keys::new(&world.fake);
    let user = world.fake.user(QUINN).unwrap().id;
    let passkey = keys.passkeys.create(&world.fake.new_passkey(&user).unwrap()).await.unwrap();
    world.fake.add_passkey(&user, passkey.expose()).unwrap();
    let mut row = |strategy: &str, is_true: bool| shown.row(&format!("'needs_first_factor': {strategy}"), is_true);
    let client = world.client();
    let at = || first(&client, QUINN);

    row("'email_link'", state(at().await.send_email_link(PAGE).await.unwrap()) == "LinkSent<NeedsFirstFactor>");
    row("'email_code'", state(at().await.send_email_code().await.unwrap()) == "CodeSent<NeedsFirstFactor>");
    row("'passkey'", state(at().await.challenge_passkey().await.unwrap()) == "PasskeyChallenged");
    let outcome = at().await.password(PASSWORD).await.unwrap();
    row("'password'", matches!(outcome, AfterFirstFactor::NeedsSecondFactor(_)));
    let by_name = first(&client, USERNAME).await;
    let sent = by_name.send_phone_code(Channel::Sms).await.unwrap();
    row("'phone_code'", state(sent) == "CodeSent<NeedsFirstFactor>");
    for (name, provider) in wallets() {
        let challenged = at().await.challenge_wallet(&provider).await.unwrap();
        let strategy = format!("web3_{name}_signature");
        row(&format!("'{strategy}'"), challenged.strategy().as_str() == strategy);
    }
    row("OAuthStrategy", state(at().await.sso(&Sso::oauth("google"), PAGE).await.unwrap()) == "RedirectReady");
    let by_enterprise = first(&client, "eve@acme.example").await;
    row("'enterprise_sso'", state(by_enterprise.sso(&Sso::enterprise(), PAGE).await.unwrap()) == "RedirectReady");
}

async fn each_second_factor(world: &World, shown: &mut Shown) {
    let mut row = |strategy: &str, is_true: bool| shown.row(&format!("'needs_second_factor': {strategy}"), is_true);
    let client = world.client();
    let at = || second(&client, QUINN);
    row("'phone_code'", state(at().await.send_phone_code().await.unwrap()) == "CodeSent<NeedsSecondFactor>");
    row("'email_code'", state(at().await.send_email_code().await.unwrap()) == "CodeSent<NeedsSecondFactor>");
    row("'email_link'", state(at().await.send_email_link(PAGE).await.unwrap()) == "LinkSent<NeedsSecondFactor>");
    let code = world.fake.totp_code(QUINN).unwrap();
    let outcome = at().await.verify_totp(&code).await.unwrap();
    row("'totp'", matches!(outcome, AfterSecondFactor::Complete(_)));
    let elsewhere = world.client();
    let outcome = second(&elsewhere, QUINN).await.verify_backup_code(BACKUP_CODE).await.unwrap();
    let done = take!(outcome, AfterSecondFactor::Complete);
    let verified = done.second_factor_verification().unwrap().status == Some(VerificationStatus::Verified);
    row("'backup_code'", verified);
}
