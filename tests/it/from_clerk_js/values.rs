//! Factors and verifications, which are values inside a sign-in.

use clerk_sign_in::fake::{EnterpriseConnection, NewUser};
use clerk_sign_in::platform::{Timer as _, WalletProvider};
use clerk_sign_in::wire::{Channel, ErrorCode, Factor, Strategy, VerificationStatus};
use clerk_sign_in::{AfterFirstFactor, AnySignIn, Sso};
use support::keys::Keys;
use support::{World, moved, take};

use super::shown::{Recorder, Shown};
use super::users::{
    PAGE, PASSWORD, PHONE, QUINN, SECOND_PHONE, USERNAME, add_quinn, address, first, last_recipient, second, wallet,
};

fn find(factors: &[Factor], strategy: Strategy) -> Factor {
    factors.iter().find(|factor| factor.strategy == strategy).unwrap().clone()
}

pub(super) async fn factors(world: &World, shown: &mut Shown) {
    add_quinn(world);
    let keys = Keys::new(&world.fake);
    let user = world.fake.user(QUINN).unwrap().id;
    let passkey = keys.passkeys.create(&world.fake.new_passkey(&user).unwrap()).await.unwrap();
    let passkey_id = world.fake.add_passkey(&user, passkey.expose()).unwrap();
    let (client, recorder) = Recorder::client(world);

    let by_email = first(&client, QUINN).await;
    let factors = by_email.supported_first_factors();
    let email = find(factors, Strategy::EmailCode);
    shown.row("strategy", email.strategy.as_str() == "email_code");
    shown.row("safeIdentifier", email.safe_identifier.as_deref() == Some(QUINN));
    shown.row("primary", email.primary == Some(true));
    shown.row("web3WalletId", find(factors, Strategy::Web3MetamaskSignature).web3_wallet_id.is_some());
    let id = email.email_address_id.unwrap();
    shown.row("emailAddressId", by_email.send_email_code_to(&id).await.is_ok());

    let by_name = first(&client, USERNAME).await;
    let phone = find(by_name.supported_first_factors(), Strategy::PhoneCode);
    let sent = by_name.send_phone_code_to(&phone.phone_number_id.unwrap(), Channel::Sms).await.unwrap();
    shown.row("phoneNumberId", last_recipient(world) == PHONE && sent.attempts() == 0);

    drop(first(&client, QUINN).await.challenge_passkey_with_id(&passkey_id).await.unwrap());
    shown.row("passkeyId", recorder.sent("passkey_id", &passkey_id));

    let acme = ["ent_acme", "ent_abroad"].map(|id| EnterpriseConnection::new(id, id, "acme.example"));
    world.fake.configure(|settings| settings.enterprise_connections = acme.into());
    let begun = client.sign_in().sso(&Sso::enterprise().identifier("eve@acme.example"), PAGE).await;
    let (_, begun) = moved!(begun);
    let choices = take!(begun, AnySignIn::NeedsFirstFactor);
    let connections = choices.supported_first_factors();
    shown.row("enterpriseConnectionId", connections[0].enterprise_connection_id.as_deref() == Some("ent_acme"));
    shown.row("enterpriseConnectionName", connections[1].enterprise_connection_name.as_deref() == Some("ent_abroad"));

    let dana = NewUser::new("dana@example.com").password(PASSWORD);
    let dana = dana.phone_number("+15550100161").phone_number("+15550100162").default_second_factor("+15550100162");
    world.fake.add_user(dana).unwrap();
    let second = second(&client, "dana@example.com").await;
    let defaults = second.supported_second_factors().iter().map(|factor| factor.default == Some(true));
    let defaults = defaults.filter(|is_default| *is_default).count();
    drop(second.send_phone_code().await.unwrap());
    shown.row("default", defaults == 1 && last_recipient(world) == "+15550100162");
}

pub(super) async fn verifications(world: &World, shown: &mut Shown) {
    add_quinn(world);
    let client = world.client();
    let sent = first(&client, USERNAME).await.send_phone_code(Channel::Whatsapp).await.unwrap();
    let now = world.fake.clock().now();
    let verification = sent.verification().unwrap();
    shown.row("status", verification.status == Some(VerificationStatus::Unverified));
    shown.row("strategy", verification.strategy == Some(Strategy::PhoneCode));
    shown.row("attempts", verification.attempts == Some(0));
    shown.row("expireAt", verification.expire_at.is_some_and(|end| end > now));
    shown.row("channel", verification.channel == Some(Channel::Whatsapp));
    assert_ne!(last_recipient(world), SECOND_PHONE);

    let owner = address(&wallet(WalletProvider::Metamask));
    let challenged = client.sign_in().challenge_wallet(&WalletProvider::Metamask, &owner).await.unwrap();
    let verification = challenged.verification().unwrap();
    let message = verification.message.as_deref().unwrap();
    shown.row("message", message.contains(&owner) && verification.challenge() == Some(message));
    let challenged = client.sign_in().challenge_passkey().await.unwrap();
    let nonce = challenged.verification().unwrap().nonce.as_deref();
    shown.row("nonce", nonce == Some(challenged.options()));

    let ready = client.sign_in().sso(&Sso::oauth("google"), PAGE).await.unwrap();
    let verification = ready.verification().unwrap();
    let url = verification.external_verification_redirect_url.as_deref();
    shown.row(
        "externalVerificationRedirectURL",
        url == Some(ready.external_url()) && verification.external_url() == url,
    );
    let declined = world.deny(&client, ready.external_url()).await.unwrap();
    let (_, over) = moved!(ready.finish(&declined).await);
    let over = take!(over, AnySignIn::NeedsIdentifier);
    let error = over.first_factor_verification().unwrap().error.as_ref().unwrap();
    shown.row("error", error.code == ErrorCode::OauthAccessDenied);

    let sent = client.sign_in().send_email_link(QUINN, PAGE).await.unwrap();
    world.open_on(&client, &world.mailed_link(QUINN)).await.unwrap();
    let outcome = sent.wait_for_verification(world.fake.clock().clone()).await.unwrap();
    let done = take!(outcome, AfterFirstFactor::Complete);
    let verification = done.first_factor_verification().unwrap();
    let opener = verification.verified_at_client.clone();
    shown.row("verifiedAtClient", opener == client.snapshot().map(|client| client.id.clone()));
    let elsewhere = world.known_client().await;
    let is_here = verification.verified_from_the_same_client(&client);
    shown.row("verifiedFromTheSameClient()", is_here && !verification.verified_from_the_same_client(&elsewhere));
}
