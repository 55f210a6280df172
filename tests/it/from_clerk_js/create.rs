//! The beginnings of a sign-in: `create`, `password` and `ticket`.

use std::time::Duration;

use clerk_sign_in::fake::{EnterpriseConnection, FakeSolver, NewUser, SignUpField};
use clerk_sign_in::wire::{Channel, ErrorCode, SignUpFields, Strategy};
use clerk_sign_in::{AfterCreate, AfterFirstFactor, AfterRedirect, AfterSignUp, Finalized, IdToken, Landing, Sso};
use support::{L, World, codes, reached, stayed, take};

use super::shown::{Recorder, Shown};
use super::users::{HOME, PAGE, PASSWORD, PHONE, QUINN, USERNAME, add_quinn, address, first, state, wallet, wallets};

pub(super) async fn creates(world: &World, shown: &mut Shown) {
    add_quinn(world);
    identifiers(world, shown).await;
    one_call_strategies(world, shown).await;
    providers(world, shown).await;
    sign_ups(world, shown).await;
    let (error, start) = stayed!(world.client().sign_in().create("nobody@example.com").await);
    shown.row("create(): { error }", codes(&error) == [ErrorCode::FormIdentifierNotFound] && start.id().is_none());
}

async fn identifiers(world: &World, shown: &mut Shown) {
    let (client, recorder) = Recorder::client(world);
    let wallet = wallet(wallets()[0].1.clone());
    let begun = client.sign_in().create_without_identifier().await.unwrap();
    let is_empty = recorder.value("identifier").is_none() && matches!(begun, AfterCreate::NeedsIdentifier(_));
    for (kind, identifier) in [
        ("email address", QUINN),
        ("phone number", PHONE),
        ("username", USERNAME),
        ("Web3 wallet address", &address(&wallet)),
    ] {
        let first = first(&client, identifier).await;
        shown.row(&format!("create().identifier: {kind}"), first.identifier() == Some(identifier));
    }
    shown.row("create().identifier", is_empty && recorder.sent("identifier", &address(&wallet)));
    shown.row("create()", recorder.endpoint() == "sign_ins");
}

async fn one_call_strategies(world: &World, shown: &mut Shown) {
    let (client, recorder) = Recorder::client(world);
    let outcome = client.sign_in().password(QUINN, PASSWORD).await.unwrap();
    shown.row("create().strategy: 'password'", recorder.sent("strategy", "password"));
    let (client, recorder) = Recorder::client(world);
    let mut row = |strategy: &str| {
        shown.row(&format!("create().strategy: '{strategy}'"), recorder.sent("strategy", strategy));
    };
    drop(client.sign_in().send_email_code(QUINN).await.unwrap());
    row("email_code");
    drop(client.sign_in().send_phone_code(PHONE, Channel::Sms).await.unwrap());
    row("phone_code");
    drop(client.sign_in().challenge_passkey().await.unwrap());
    row("passkey");
    for (name, provider) in wallets() {
        let address = address(&wallet(provider.clone()));
        drop(client.sign_in().challenge_wallet(&provider, &address).await.unwrap());
        row(&format!("web3_{name}_signature"));
    }
    drop(client.sign_in().send_email_link(QUINN, PAGE).await.unwrap());
    row("email_link");
    let leads_to_page = recorder.sent("redirect_url", PAGE);
    let ticket = world.fake.add_ticket(L, Duration::from_secs(60)).unwrap().ticket;
    let used = client.sign_in().ticket(ticket.expose()).await.unwrap();
    row("ticket");
    let sent = recorder.sent("ticket", ticket.expose());
    let credential = world.fake.provider_credential(&Strategy::GoogleOneTap, QUINN).unwrap().id_token;
    let one_tap = client.sign_in().id_token(&IdToken::google_one_tap(credential.expose())).await.unwrap();
    row("google_one_tap");

    shown.row("create().password", matches!(outcome, AfterCreate::Complete(_)));
    shown.row("create().redirectUrl: an email link's", leads_to_page);
    shown.row("create().ticket", sent && matches!(used, AfterCreate::Complete(_)));
    let session = take!(take!(one_tap, AfterCreate::Complete).finalize().await.unwrap(), Finalized::Active);
    let is_active = client.active_session().is_some_and(|active| active.id == session.id());
    shown.row("authenticateWithGoogleOneTap()", is_active);
}

async fn providers(world: &World, shown: &mut Shown) {
    let acme = [
        EnterpriseConnection::new("ent_acme", "Acme", "acme.example"),
        EnterpriseConnection::new("ent_older", "Older", "older.example").saml(),
    ];
    world.fake.configure(|settings| settings.enterprise_connections = acme.into());
    let (client, recorder) = Recorder::client(world);
    let sso = Sso::oauth("google").complete_redirect_url(HOME).prompt("login").login_hint(QUINN);
    let ready = client.sign_in().sso(&sso, "/callback").await.unwrap();
    shown.row("create().strategy: OAuthStrategy", recorder.sent("strategy", "oauth_google"));
    let leads_back = recorder.sent("redirect_url", "https://app.example.com/callback");
    shown.row("create().redirectUrl", leads_back);
    shown.row("create().redirectUrl: a provider's", leads_back && state(ready) == "RedirectReady");
    shown.row("create().actionCompleteRedirectUrl", recorder.sent("action_complete_redirect_url", HOME));
    shown.row("create().oidcPrompt", recorder.sent("oidc_prompt", "login"));
    shown.row("create().oidcLoginHint", recorder.sent("oidc_login_hint", QUINN));
    drop(client.sign_in().sso(&Sso::enterprise().identifier("eve@acme.example"), PAGE).await.unwrap());
    shown.row("create().strategy: 'enterprise_sso'", recorder.sent("strategy", "enterprise_sso"));
    drop(client.sign_in().sso(&Sso::saml().identifier("eve@older.example"), PAGE).await.unwrap());
    shown.row("create().strategy: 'saml'", recorder.sent("strategy", "saml"));
}

async fn sign_ups(world: &World, shown: &mut Shown) {
    const NEW: &str = "newcomer@example.com";
    world.fake.configure(|settings| settings.captcha_required = true);
    let (client, recorder) = Recorder::client(world);
    let (error, start) = stayed!(client.sign_in().create_or_sign_up(NEW).await);
    client.solve_captcha(&FakeSolver).await.unwrap();
    let first = take!(start.create_or_sign_up(NEW).await.unwrap(), AfterCreate::NeedsFirstFactor);
    shown.row("create().signUpIfMissing: captcha", error.is_captcha_required());
    let is_sent = recorder.sent("sign_up_if_missing", "true");
    let sent = first.send_email_code().await.unwrap();
    let code = world.mailed_code(NEW);
    let outcome = sent.verify(&code).await.unwrap();
    shown.row("create().signUpIfMissing", is_sent && matches!(outcome, AfterFirstFactor::Transferable(_)));
    world.fake.configure(|settings| settings.captcha_required = false);

    // A sign-up that turns out to belong to an existing user becomes a sign-in.
    let client = world.client();
    let ready = client.sign_in().sso(&Sso::oauth("google"), PAGE).await.unwrap();
    let url = world.consent(&client, ready.external_url(), "other@example.com").await.unwrap();
    let new = take!(ready.finish(&url).await.unwrap(), AfterRedirect::Transferable);
    world.fake.configure(|settings| settings.sign_up_required = vec![SignUpField::Username]);
    let fields = SignUpFields::new();
    reached!(new.sign_up(fields).await.unwrap(), AfterSignUp::MissingRequirements);
    world.fake.add_user(NewUser::new("other@example.com")).unwrap();
    let outcome = client.sign_in().transfer().await.unwrap();
    shown.row("create().transfer", matches!(outcome, AfterCreate::Complete(_)));
}

pub(super) async fn passwords(world: &World, shown: &mut Shown) {
    add_quinn(world);
    for (parameter, identifier) in [("identifier", USERNAME), ("emailAddress", QUINN), ("phoneNumber", PHONE)] {
        let outcome = world.client().sign_in().password(identifier, PASSWORD).await.unwrap();
        let done = take!(outcome, AfterCreate::Complete);
        shown.row(&format!("password().{parameter}"), done.identifier() == Some(identifier));
    }
    let (client, recorder) = Recorder::client(world);
    let first = first(&client, QUINN).await;
    let id = first.id().to_owned();
    let (error, first) = stayed!(first.password(" quinns-password").await);
    shown.row("password().password", error.has_code(&ErrorCode::FormPasswordIncorrect));
    let done = take!(first.password(PASSWORD).await.unwrap(), AfterFirstFactor::Complete);
    shown.row("password(): no identifier", recorder.endpoint() == "attempt_first_factor" && done.id() == id);
    shown.row("password()", done.session_id().starts_with("sess_"));
}

pub(super) async fn tickets(world: &World, shown: &mut Shown) {
    let ticket = world.fake.add_ticket(L, Duration::from_secs(60)).unwrap().ticket;
    let url = format!("https://app.example.com/accept?__clerk_ticket={}", ticket.expose());
    let found = Landing::parse(&url).ticket().cloned().unwrap();
    shown.row("ticket(): no parameters", found == ticket);
    let (client, recorder) = Recorder::client(world);
    let outcome = client.sign_in().ticket(found.expose()).await.unwrap();
    shown.row("ticket().ticket", recorder.sent("ticket", ticket.expose()));
    let done = take!(outcome, AfterCreate::Complete);
    shown.row("ticket()", done.first_factor_verification().unwrap().strategy == Some(Strategy::Ticket));
}
