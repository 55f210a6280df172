//! Codes by email and phone, as the first and as the second factor.

use std::time::Duration;

use clerk_sign_in::fake::NewUser;
use clerk_sign_in::wire::{Channel, Strategy};
use clerk_sign_in::{AfterClientTrust, AfterCreate, AfterFirstFactor, AfterSecondFactor, ErrorKind};
use support::{G, GRACE_PASSWORD, World, reached, stayed, take};

use super::shown::{Recorder, Shown};
use super::users::{
    BACKUP_CODE, PHONE, QUINN, SECOND_ADDRESS, SECOND_PHONE, USERNAME, add_careful_quinn, add_quinn, factor_of, first,
    last_recipient, second,
};

pub(super) async fn emails(world: &World, shown: &mut Shown) {
    add_quinn(world);
    let (client, recorder) = Recorder::client(world);
    let sent = client.sign_in().send_email_code(SECOND_ADDRESS).await.unwrap();
    shown.row("emailCode.sendCode().emailAddress", last_recipient(world) == SECOND_ADDRESS && recorder.calls() == 1);
    world.fake.advance(Duration::from_secs(30));
    drop(sent.resend().await.unwrap());
    shown.row("emailCode.sendCode()", last_recipient(world) == SECOND_ADDRESS);

    let first_factor = first(&client, QUINN).await;
    let id = factor_of(first_factor.supported_first_factors(), SECOND_ADDRESS).email_address_id.unwrap();
    drop(first_factor.send_email_code_to(&id).await.unwrap());
    let is_sent = recorder.sent("email_address_id", &id);
    shown.row("emailCode.sendCode().emailAddressId", is_sent && last_recipient(world) == SECOND_ADDRESS);

    drop(first(&client, "Second@Example.com").await.send_email_code().await.unwrap());
    let to_the_typed = last_recipient(world) == SECOND_ADDRESS;
    let sent = first(&client, USERNAME).await.send_email_code().await.unwrap();
    shown.row("emailCode.sendCode(): neither", to_the_typed && last_recipient(world) == QUINN);

    let code = world.mailed_code(QUINN);
    let (half, rest) = code.split_at(3);
    let outcome = sent.verify(&format!(" {half}-{rest}\n")).await.unwrap();
    shown.row("emailCode.verifyCode().code", recorder.sent("code", &code));
    shown.row("emailCode.verifyCode()", matches!(outcome, AfterFirstFactor::Complete(_)));

    // If several masked addresses may be the typed one, the crate does not guess.
    let sally = NewUser::new("sal@example.com").email_address("sue@example.com");
    world.fake.add_user(sally).unwrap();
    world.fake.configure(|settings| settings.mask_safe_identifiers = true);
    let (error, _) = stayed!(first(&client, "sal@example.com").await.send_email_code().await);
    assert!(matches!(error.kind(), ErrorKind::AmbiguousFactor { .. }), "{error}");
}

pub(super) async fn phones(world: &World, shown: &mut Shown) {
    add_quinn(world);
    let (client, recorder) = Recorder::client(world);
    let sent = client.sign_in().send_phone_code(SECOND_PHONE, Channel::Whatsapp).await.unwrap();
    shown.row("phoneCode.sendCode().channel: 'whatsapp'", recorder.sent("channel", "whatsapp"));
    shown.row("phoneCode.sendCode().phoneNumber", last_recipient(world) == SECOND_PHONE);
    world.fake.advance(Duration::from_secs(30));
    drop(sent.resend().await.unwrap());
    shown.row("phoneCode.sendCode()", world.fake.outbox().pop().unwrap().channel == Some(Channel::Whatsapp));

    let first_factor = first(&client, USERNAME).await;
    let id = factor_of(first_factor.supported_first_factors(), SECOND_PHONE).phone_number_id.unwrap();
    drop(first_factor.send_phone_code_to(&id, Channel::Sms).await.unwrap());
    let is_sent = recorder.sent("phone_number_id", &id);
    shown.row("phoneCode.sendCode().phoneNumberId", is_sent && last_recipient(world) == SECOND_PHONE);
    shown.row("phoneCode.sendCode().channel: 'sms'", recorder.sent("channel", "sms"));

    drop(first(&client, SECOND_PHONE).await.send_phone_code(Channel::Sms).await.unwrap());
    let to_the_typed = last_recipient(world) == SECOND_PHONE;
    let sent = first(&client, USERNAME).await.send_phone_code(Channel::Sms).await.unwrap();
    shown.row("phoneCode.sendCode(): neither", to_the_typed && last_recipient(world) == PHONE);

    let code = world.mailed_code(PHONE);
    let outcome = sent.verify(&code).await.unwrap();
    shown.row("phoneCode.verifyCode().code", recorder.sent("code", &code));
    shown.row("phoneCode.verifyCode()", matches!(outcome, AfterFirstFactor::Complete(_)));
}

pub(super) async fn second_factors(world: &World, shown: &mut Shown) {
    add_careful_quinn(world);
    let (client, recorder) = Recorder::client(world);
    let sent = second(&client, SECOND_ADDRESS).await.send_email_code().await.unwrap();
    shown.row("mfa.sendEmailCode()", last_recipient(world) == SECOND_ADDRESS);
    let code = world.mailed_code(SECOND_ADDRESS);
    let outcome = sent.verify(&code).await.unwrap();
    shown.row("mfa.verifyEmailCode().code", recorder.sent("code", &code));
    shown.row("mfa.verifyEmailCode()", matches!(outcome, AfterSecondFactor::Complete(_)));

    let (client, recorder) = Recorder::client(world);
    let sent = second(&client, SECOND_PHONE).await.send_phone_code().await.unwrap();
    shown.row("mfa.sendPhoneCode()", last_recipient(world) == SECOND_PHONE);
    let code = world.mailed_code(SECOND_PHONE);
    let outcome = sent.verify(&code).await.unwrap();
    shown.row("mfa.verifyPhoneCode().code", recorder.sent("code", &code));
    shown.row("mfa.verifyPhoneCode()", matches!(outcome, AfterSecondFactor::Complete(_)));

    let (client, recorder) = Recorder::client(world);
    let outcome = second(&client, QUINN).await.verify_backup_code(BACKUP_CODE).await.unwrap();
    shown.row("mfa.verifyBackupCode().code", recorder.sent("code", BACKUP_CODE));
    let done = take!(outcome, AfterSecondFactor::Complete);
    let strategy = done.second_factor_verification().unwrap().strategy.clone();
    shown.row("mfa.verifyBackupCode()", strategy == Some(Strategy::BackupCode));

    let (client, recorder) = Recorder::client(world);
    let code = world.fake.totp_code(QUINN).unwrap();
    let outcome = second(&client, QUINN).await.verify_totp(&code).await.unwrap();
    shown.row("mfa.verifyTOTP().code", recorder.sent("code", &code));
    shown.row("mfa.verifyTOTP()", matches!(outcome, AfterSecondFactor::Complete(_)));

    // A new client becomes trusted by the same steps.
    world.fake.configure(|settings| settings.client_trust = true);
    let outcome = world.client().sign_in().password(G, GRACE_PASSWORD).await.unwrap();
    let sent = take!(outcome, AfterCreate::NeedsClientTrust).send_email_code().await.unwrap();
    reached!(sent.verify(&world.mailed_code(G)).await.unwrap(), AfterClientTrust::Complete);
}
