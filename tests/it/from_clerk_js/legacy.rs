//! The older object's way: create, prepare, attempt.

use clerk_sign_in::fake::{EnterpriseConnection, NewUser};
use clerk_sign_in::platform::{LocalPasskeys, Mediation, PasskeyAuthenticator as _, PasskeyRequest, Wallet as _};
use clerk_sign_in::wire::{Channel, Factor, Strategy};
use clerk_sign_in::{AfterFirstFactor, AfterResetCode, AfterSecondFactor, Finalized, Sso};
use support::{World, reached, take};

use super::shown::{Recorder, Shown};
use super::users::{
    HOME, PAGE, PASSWORD, PHONE, QUINN, SECOND_ADDRESS, SECOND_PHONE, USERNAME, add_careful_quinn, add_quinn,
    factor_of, first, last_recipient, phantom, second, state, wallet, wallets,
};

pub(super) async fn steps(world: &World, shown: &mut Shown) {
    add_careful_quinn(world);
    let client = world.client();
    let first = first(&client, QUINN).await;
    shown.row("1. create()", first.state_name() == "NeedsFirstFactor");
    let sent = first.send_email_code().await.unwrap();
    shown.row("2. prepareFirstFactor()", sent.state_name() == "CodeSent<NeedsFirstFactor>");
    let outcome = sent.verify(&world.mailed_code(QUINN)).await.unwrap();
    let second = take!(outcome, AfterFirstFactor::NeedsSecondFactor);
    shown.row("3. attemptFirstFactor()", second.state_name() == "NeedsSecondFactor");
    let id = factor_of(second.supported_second_factors(), PHONE).phone_number_id.unwrap();
    let sent = second.send_phone_code_to(&id).await.unwrap();
    shown.row("4. prepareSecondFactor()", sent.state_name() == "CodeSent<NeedsSecondFactor>");
    let outcome = sent.verify(&world.mailed_code(PHONE)).await.unwrap();
    let done = take!(outcome, AfterSecondFactor::Complete);
    shown.row("5. attemptSecondFactor()", done.state_name() == "Complete");
    let id = done.session_id().to_owned();
    drop(done);
    let session = take!(client.set_active(&id).await.unwrap(), Finalized::Active);
    shown.row("6. setActive()", client.active_session().is_some_and(|active| active.id == session.id()));

    world.fake.add_user(NewUser::new("busy@example.com").session_task("choose-organization")).unwrap();
    let client = world.client();
    let sent = client.sign_in().send_email_code("busy@example.com").await.unwrap();
    let outcome = sent.verify(&world.mailed_code("busy@example.com")).await.unwrap();
    let pending = take!(take!(outcome, AfterFirstFactor::Complete).finalize().await.unwrap(), Finalized::Pending);
    shown.row("session tasks", pending.tasks().len() == 1);
}

/// Shows that the newest call prepared this strategy.
fn prepared(shown: &mut Shown, recorder: &Recorder, strategy: &str) {
    let is_sent = recorder.endpoint() == "prepare_first_factor" && recorder.sent("strategy", strategy);
    shown.row(&format!("prepareFirstFactor().strategy: '{strategy}'"), is_sent);
    shown.row("prepareFirstFactor()", is_sent);
}

/// Shows that the newest call attempted this strategy, and that it led on.
fn attempted(shown: &mut Shown, recorder: &Recorder, strategy: &str, outcome: &AfterFirstFactor) {
    let is_sent = recorder.endpoint() == "attempt_first_factor" && recorder.sent("strategy", strategy);
    let is_complete = matches!(outcome, AfterFirstFactor::Complete(_));
    shown.row(&format!("attemptFirstFactor().strategy: '{strategy}'"), is_sent && is_complete);
    shown.row("attemptFirstFactor()", is_complete);
}

pub(super) async fn preparations(world: &World, shown: &mut Shown) {
    add_quinn(world);
    codes(world, shown).await;
    keys(world, shown).await;
    redirects(world, shown).await;
    resets(world, shown).await;
    let outcome = first(&world.client(), QUINN).await.password(PASSWORD).await.unwrap();
    shown.row("attemptFirstFactor(): without preparation", matches!(outcome, AfterFirstFactor::Complete(_)));
}

async fn codes(world: &World, shown: &mut Shown) {
    let (client, recorder) = Recorder::client(world);
    let sent = first(&client, QUINN).await.send_email_code().await.unwrap();
    prepared(shown, &recorder, "email_code");
    let code = world.mailed_code(QUINN);
    let outcome = sent.verify(&code).await.unwrap();
    attempted(shown, &recorder, "email_code", &outcome);
    shown.row("attemptFirstFactor().code", recorder.sent("code", &code));

    let (client, recorder) = Recorder::client(world);
    let by_name = first(&client, USERNAME).await;
    let id = factor_of(by_name.supported_first_factors(), SECOND_PHONE).phone_number_id.unwrap();
    let sent = by_name.send_phone_code_to(&id, Channel::Whatsapp).await.unwrap();
    prepared(shown, &recorder, "phone_code");
    shown.row("prepareFirstFactor().phoneNumberId", recorder.sent("phone_number_id", &id));
    shown.row("prepareFirstFactor().channel", recorder.sent("channel", "whatsapp"));
    let outcome = sent.verify(&world.mailed_code(SECOND_PHONE)).await.unwrap();
    attempted(shown, &recorder, "phone_code", &outcome);

    let (client, recorder) = Recorder::client(world);
    drop(first(&client, QUINN).await.send_email_link(PAGE).await.unwrap());
    prepared(shown, &recorder, "email_link");
    shown.row("prepareFirstFactor().redirectUrl: an email link's", recorder.sent("redirect_url", PAGE));
    let outcome = first(&client, QUINN).await.password(PASSWORD).await.unwrap();
    attempted(shown, &recorder, "password", &outcome);
    shown.row("attemptFirstFactor().password", recorder.sent("password", PASSWORD));
}

async fn keys(world: &World, shown: &mut Shown) {
    for (name, provider) in wallets() {
        let (client, recorder) = Recorder::client(world);
        let strategy = format!("web3_{name}_signature");
        let challenged = first(&client, QUINN).await.challenge_wallet(&provider).await.unwrap();
        prepared(shown, &recorder, &strategy);
        let outcome = challenged.verify_with(&wallet(provider)).await.unwrap();
        attempted(shown, &recorder, &strategy, &outcome);
        shown.row("attemptFirstFactor().signature", recorder.value("signature").is_some());
    }
    let (client, recorder) = Recorder::client(world);
    let by_name = first(&client, USERNAME).await;
    let mut factors = by_name.supported_first_factors().iter();
    let solana = factors.find(|factor| factor.strategy == Strategy::Web3SolanaSignature).unwrap().clone();
    let challenged = by_name.challenge_wallet_of(&solana).await.unwrap();
    let is_sent = recorder.value("web3_wallet_id") == solana.web3_wallet_id;
    let own = wallet(phantom()).address().await.unwrap();
    shown.row("prepareFirstFactor().web3WalletId", is_sent && challenged.message().contains(&own));

    let passkeys = LocalPasskeys::new(&world.fake.settings().issuer).unwrap();
    let made = passkeys.create(&world.fake.new_passkey(QUINN).unwrap()).await.unwrap();
    world.fake.add_passkey(QUINN, made.expose()).unwrap();
    let challenged = first(&client, QUINN).await.challenge_passkey().await.unwrap();
    prepared(shown, &recorder, "passkey");
    let request = PasskeyRequest::new(challenged.options(), Mediation::Modal);
    let assertion = passkeys.get_assertion(request).await.unwrap();
    let outcome = challenged.verify_assertion(assertion.expose()).await.unwrap();
    attempted(shown, &recorder, "passkey", &outcome);
}

async fn redirects(world: &World, shown: &mut Shown) {
    let (client, recorder) = Recorder::client(world);
    let sso = Sso::oauth("google").complete_redirect_url(HOME);
    let ready = first(&client, QUINN).await.sso(&sso, PAGE).await.unwrap();
    let is_prepared = recorder.endpoint() == "prepare_first_factor" && recorder.sent("strategy", "oauth_google");
    shown.row("prepareFirstFactor().strategy: OAuthStrategy", is_prepared && state(ready) == "RedirectReady");
    shown.row("prepareFirstFactor().redirectUrl: a provider's", recorder.sent("redirect_url", PAGE));
    let is_sent = recorder.sent("action_complete_redirect_url", HOME);
    shown.row("prepareFirstFactor().actionCompleteRedirectUrl", is_sent);

    let acme = EnterpriseConnection::new("ent_acme", "Acme", "acme.example");
    world.fake.configure(|settings| settings.enterprise_connections = vec![acme]);
    world.fake.add_user(NewUser::new("eve@acme.example")).unwrap();
    let (client, recorder) = Recorder::client(world);
    drop(first(&client, "eve@acme.example").await.sso(&Sso::enterprise(), PAGE).await.unwrap());
    prepared(shown, &recorder, "enterprise_sso");
}

async fn resets(world: &World, shown: &mut Shown) {
    for (strategy, address) in
        [("reset_password_email_code", SECOND_ADDRESS), ("reset_password_phone_code", SECOND_PHONE)]
    {
        let (client, recorder) = Recorder::client(world);
        let first = first(&client, address).await;
        let is_to = |factor: &&Factor| {
            factor.strategy.as_str() == strategy && factor.safe_identifier.as_deref() == Some(address)
        };
        let factor = first.supported_first_factors().iter().find(is_to).unwrap().clone();
        world.fake.advance(std::time::Duration::from_secs(30));
        let sent = match factor.email_address_id.as_deref() {
            Some(id) => first.send_reset_password_email_code_to(id).await.unwrap(),
            None => first.send_reset_password_phone_code().await.unwrap(),
        };
        prepared(shown, &recorder, strategy);
        if let Some(id) = &factor.email_address_id {
            let is_sent = recorder.sent("email_address_id", id) && last_recipient(world) == address;
            shown.row("prepareFirstFactor().emailAddressId", is_sent);
        }
        let outcome = sent.verify(&world.mailed_code(address)).await.unwrap();
        reached!(outcome, AfterResetCode::NeedsNewPassword);
        let is_sent = recorder.endpoint() == "attempt_first_factor" && recorder.sent("strategy", strategy);
        shown.row(&format!("attemptFirstFactor().strategy: '{strategy}'"), is_sent);
    }
}

pub(super) async fn older_second_factors(world: &World, shown: &mut Shown) {
    add_careful_quinn(world);
    let (client, recorder) = Recorder::client(world);
    let sent = second(&client, QUINN).await.send_phone_code().await.unwrap();
    shown.row("prepareSecondFactor()", recorder.endpoint() == "prepare_second_factor");
    shown.row("prepareSecondFactor().strategy: 'phone_code'", recorder.sent("strategy", "phone_code"));
    world.fake.advance(std::time::Duration::from_secs(30));
    let second_factor = sent.choose_another();
    let id = factor_of(second_factor.supported_second_factors(), SECOND_PHONE).phone_number_id.unwrap();
    let sent = second_factor.send_phone_code_to(&id).await.unwrap();
    let is_sent = recorder.sent("phone_number_id", &id);
    shown.row("prepareSecondFactor().phoneNumberId", is_sent && last_recipient(world) == SECOND_PHONE);

    let code = world.mailed_code(SECOND_PHONE);
    let outcome = sent.verify(&code).await.unwrap();
    shown.row("attemptSecondFactor()", recorder.endpoint() == "attempt_second_factor");
    shown.row("attemptSecondFactor().code", recorder.sent("code", &code));
    let is_sent = recorder.sent("strategy", "phone_code");
    let is_complete = matches!(outcome, AfterSecondFactor::Complete(_));
    shown.row("attemptSecondFactor().strategy: 'phone_code'", is_sent && is_complete);

    let (client, recorder) = Recorder::client(world);
    let code = world.fake.totp_code(QUINN).unwrap();
    reached!(second(&client, QUINN).await.verify_totp(&code).await.unwrap(), AfterSecondFactor::Complete);
    shown.row("attemptSecondFactor().strategy: 'totp'", recorder.sent("strategy", "totp"));
}
