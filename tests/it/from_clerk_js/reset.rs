//! Forgotten and new passwords.

use clerk_sign_in::wire::Status;
use clerk_sign_in::{
    AfterCreate, AfterReset, AfterResetCode, Client, NeedsNewPassword, OtherSessions, PasswordPolicy, PasswordRule,
    ResetCodeSent, SignIn,
};
use support::{World, take};

use super::shown::{Recorder, Shown};
use super::users::{
    PHONE, QUINN, SECOND_ADDRESS, SECOND_PHONE, USERNAME, add_careful_quinn, add_quinn, first, last_recipient,
};

const NEW_PASSWORD: &str = "a-nanosecond-is-30-cm";

pub(super) async fn by_email(world: &World, shown: &mut Shown) {
    add_quinn(world);
    let (client, recorder) = Recorder::client(world);
    drop(first(&client, SECOND_ADDRESS).await.send_reset_password_email_code().await.unwrap());
    let to_the_typed = last_recipient(world) == SECOND_ADDRESS;
    let sent = first(&client, USERNAME).await.send_reset_password_email_code().await.unwrap();
    shown.row("resetPasswordEmailCode.sendCode(): the first address", to_the_typed && last_recipient(world) == QUINN);
    shown.row("resetPasswordEmailCode.sendCode()", recorder.sent("strategy", "reset_password_email_code"));
    let code = world.mailed_code(QUINN);
    completes(shown, "resetPasswordEmailCode", (sent, &recorder), &code).await;
}

pub(super) async fn by_phone(world: &World, shown: &mut Shown) {
    add_quinn(world);
    let (client, recorder) = Recorder::client(world);
    drop(first(&client, SECOND_PHONE).await.send_reset_password_phone_code().await.unwrap());
    let to_the_typed = last_recipient(world) == SECOND_PHONE;
    shown.row("resetPasswordPhoneCode.sendCode(): the first number", to_the_typed);
    shown.row("resetPasswordPhoneCode.sendCode()", recorder.sent("strategy", "reset_password_phone_code"));
    let sent = client.sign_in().send_reset_password_phone_code(PHONE).await.unwrap();
    shown.row("resetPasswordPhoneCode.sendCode().phoneNumber", last_recipient(world) == PHONE);
    let code = world.mailed_code(PHONE);
    completes(shown, "resetPasswordPhoneCode", (sent, &recorder), &code).await;
}

/// Verifies the code and submits a new password.
async fn completes(shown: &mut Shown, method: &str, (sent, recorder): (SignIn<ResetCodeSent>, &Recorder), code: &str) {
    let mut row = |name: &str, is_true: bool| shown.row(&format!("{method}.{name}"), is_true);
    let outcome = sent.verify(code).await.unwrap();
    row("verifyCode()", recorder.endpoint() == "attempt_first_factor");
    row("verifyCode().code", recorder.sent("code", code));
    let new = take!(outcome, AfterResetCode::NeedsNewPassword);
    row("verifyCode(): 'needs_new_password'", new.status() == Some(&Status::NeedsNewPassword));
    let outcome = new.submit_password(NEW_PASSWORD, OtherSessions::Keep).await.unwrap();
    row("submitPassword()", recorder.endpoint() == "reset_password");
    row("submitPassword().password", recorder.sent("password", NEW_PASSWORD));
    row("submitPassword().signOutOfOtherSessions", recorder.sent("sign_out_of_other_sessions", "false"));
    row("submitPassword(): 'complete'", matches!(outcome, AfterReset::Complete(_)));
}

async fn new_password(world: &World, recorded: &Client) -> SignIn<NeedsNewPassword> {
    let sent = recorded.sign_in().send_reset_password_email_code(QUINN).await.unwrap();
    take!(sent.verify(&world.mailed_code(QUINN)).await.unwrap(), AfterResetCode::NeedsNewPassword)
}

pub(super) async fn new_passwords(world: &World, shown: &mut Shown) {
    add_careful_quinn(world);
    let (client, recorder) = Recorder::client(world);
    let new = new_password(world, &client).await;
    let policy = PasswordPolicy::from_environment(&client.environment().await.unwrap());
    let broken = policy.broken_by("short");
    shown.row("validatePassword()", broken == [PasswordRule::MinLength]);
    shown.row("validatePassword().password", policy.broken_by(NEW_PASSWORD).is_empty());
    shown.row("validatePassword().callback", policy.describe(broken[0]) == "has 8 characters or more");

    let outcome = new.submit_password(NEW_PASSWORD, OtherSessions::SignOut).await.unwrap();
    shown.row("resetPassword()", matches!(outcome, AfterReset::NeedsSecondFactor(_)));
    shown.row("resetPassword().signOutOfOtherSessions", recorder.sent("sign_out_of_other_sessions", "true"));
    let outcome = world.client().sign_in().password(QUINN, NEW_PASSWORD).await.unwrap();
    shown.row("resetPassword().password", matches!(outcome, AfterCreate::NeedsSecondFactor(_)));

    // One page can ask for the code and the password.
    world.fake.advance(std::time::Duration::from_secs(30));
    let sent = client.sign_in().send_reset_password_email_code(QUINN).await.unwrap();
    let code = world.mailed_code(QUINN);
    let outcome = sent.reset_password(&code, "another-nanosecond", OtherSessions::Keep).await.unwrap();
    assert!(matches!(outcome, AfterReset::NeedsSecondFactor(_)), "{outcome:?}");
}
