//! The tasks of a pending session that concern the user: `reset-password` and `setup-mfa`.

use clerk_sign_in::fake::NewUser;
use clerk_sign_in::wire::{ChangePassword, DisplayConfig, ErrorCode, Secret, SessionStatus, SessionTaskKey};
use clerk_sign_in::{AfterCreate, AfterFirstFactor, Client, Finalized, PasswordRule, PendingSession, Resumed};
use serde_json::json;
use support::{A, L, World, codes, over_every_identity, reached, signed_in, take};

over_every_identity! {
    new_password_completes_the_task,
    rejected_password_keeps_the_session_pending,
    password_change_needs_the_current_password_without_a_task,
    password_change_can_end_the_other_sessions,
    authenticator_app_completes_the_task,
    wrong_code_keeps_the_session_pending,
    second_authenticator_app_is_rejected,
    task_of_another_client_cannot_be_done,
}

const J: &str = "joan+clerk_test@example.com";
const NEW: &str = "wind-tunnel-at-mach-2";

async fn pending(client: &Client, who: &str) -> PendingSession {
    let sent = client.sign_in().send_email_code(who).await.unwrap();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    take!(done.finalize().await.unwrap(), Finalized::Pending)
}

async fn must_reset(world: &World, client: &Client) -> PendingSession {
    world.fake.add_user(NewUser::new(J).password("outdated-and-leaked").session_task("reset-password")).unwrap();
    pending(client, J).await
}

async fn must_set_up(world: &World, client: &Client) -> PendingSession {
    world.fake.configure(|settings| settings.mfa_required = true);
    pending(client, L).await
}

async fn new_password_completes_the_task(world: World) {
    let client = world.client();
    let session = must_reset(&world, &client).await;
    assert_eq!(session.tasks()[0].key, SessionTaskKey::ResetPassword);
    let user = client.change_password(ChangePassword::new(session.id(), NEW)).await.unwrap();
    assert_eq!(user.primary_email_address().map(|it| it.email_address.as_str()), Some(J));
    let active = client.active_session().expect("the session is active");
    assert_eq!((active.id.as_str(), active.status), (session.id(), Some(SessionStatus::Active)));
    reached!(client.set_active(session.id()).await.unwrap(), Finalized::Active);
    // The next session has no task.
    world.fake.configure(|settings| settings.client_trust = false);
    let done = take!(world.client().sign_in().password(J, NEW).await.unwrap(), AfterCreate::Complete);
    reached!(done.finalize().await.unwrap(), Finalized::Active);
}

async fn rejected_password_keeps_the_session_pending(world: World) {
    let client = world.client();
    let session = must_reset(&world, &client).await;
    for (password, rule) in [("short", PasswordRule::MinLength), ("outdated-and-leaked", PasswordRule::NotCurrent)] {
        let error = client.change_password(ChangePassword::new(session.id(), password)).await.unwrap_err();
        assert_eq!(error.broken_password_rules(), [rule]);
        assert!(error.is_about("new_password"), "{error}");
    }
    assert!(client.active_session().is_none());
    let found = take!(client.resume().await.unwrap(), Resumed::Session);
    assert_eq!(found.tasks.unwrap()[0].key, SessionTaskKey::ResetPassword);
}

async fn password_change_needs_the_current_password_without_a_task(world: World) {
    world.fake.configure(|settings| settings.password_settings.disable_password_reverification = false);
    world.fake.add_user(NewUser::new(J).password("outdated-and-leaked")).unwrap();
    let client = world.client();
    let sent = client.sign_in().send_email_code(J).await.unwrap();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    let id = done.finalize().await.unwrap().session().id.clone();
    let change = || ChangePassword::new(&id, NEW);
    let error = client.change_password(change()).await.unwrap_err();
    assert_eq!((codes(&error), error.is_about("current_password")), (vec![ErrorCode::FormParamMissing], true));
    let error = client.change_password(change().current_password("a-guess")).await.unwrap_err();
    assert_eq!((codes(&error), error.is_about("current_password")), (vec![ErrorCode::FormPasswordIncorrect], true));
    client.change_password(change().current_password("outdated-and-leaked")).await.unwrap();
}

async fn password_change_can_end_the_other_sessions(world: World) {
    let elsewhere = world.client();
    signed_in(&elsewhere).await;
    let client = world.client();
    let id = signed_in(&client).await;
    client.change_password(ChangePassword::new(&id, NEW)).await.unwrap();
    assert!(elsewhere.refresh().await.unwrap().unwrap().sessions.len() == 1, "it continues");
    let change = ChangePassword::new(&id, "another-one-at-mach-3").sign_out_of_other_sessions();
    client.change_password(change).await.unwrap();
    assert!(elsewhere.refresh().await.unwrap().unwrap().sessions.is_empty());
    assert_eq!(client.active_session().unwrap().id, id);
}

async fn authenticator_app_completes_the_task(world: World) {
    let client = world.client();
    let session = must_set_up(&world, &client).await;
    let forgotten = client.create_totp(session.id()).await.unwrap();
    let totp = client.create_totp(session.id()).await.unwrap();
    let secret = totp.secret.as_ref().unwrap().expose();
    assert!(!totp.verified && Some(secret) != forgotten.secret.as_ref().map(Secret::expose));
    assert!(totp.uri.as_ref().unwrap().expose().contains(secret));
    assert!(!format!("{totp:?}").contains(secret), "the secret is not logged");

    let code = world.fake.totp_code(L).unwrap();
    let verified = client.verify_totp(session.id(), &format!(" {} {}\n", &code[..3], &code[3..])).await.unwrap();
    assert_eq!((verified.id, verified.verified, verified.secret), (totp.id, true, None));
    let active = client.active_session().expect("the session is active");
    assert_eq!((active.id.as_str(), active.tasks), (session.id(), None));
    assert!(active.user.unwrap().totp_enabled);
    let sent = world.client().sign_in().send_email_code(L).await.unwrap();
    reached!(sent.verify("424242").await.unwrap(), AfterFirstFactor::NeedsSecondFactor);
}

async fn wrong_code_keeps_the_session_pending(world: World) {
    let client = world.client();
    let session = must_set_up(&world, &client).await;
    let error = client.verify_totp(session.id(), "000000").await.unwrap_err();
    assert_eq!(codes(&error), [ErrorCode::VerificationMissing]);
    client.create_totp(session.id()).await.unwrap();
    let code = world.fake.totp_code(L).unwrap();
    let wrong = if code == "000000" { "111111" } else { "000000" };
    let error = client.verify_totp(session.id(), wrong).await.unwrap_err();
    assert_eq!(codes(&error), [ErrorCode::FormCodeIncorrect]);
    assert!(client.active_session().is_none());
    let sent = world.client().sign_in().send_email_code(L).await.unwrap();
    reached!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
}

async fn second_authenticator_app_is_rejected(world: World) {
    let client = world.client();
    let outcome = client.sign_in().password(A, support::ADA_PASSWORD).await.unwrap();
    let second = take!(outcome, AfterCreate::NeedsSecondFactor);
    let done = take!(second.verify_totp(&world.ada_totp()).await.unwrap(), clerk_sign_in::AfterSecondFactor::Complete);
    let id = done.finalize().await.unwrap().session().id.clone();
    let error = client.create_totp(&id).await.unwrap_err();
    assert_eq!(codes(&error), [ErrorCode::TotpAlreadyEnabled]);
}

async fn task_of_another_client_cannot_be_done(world: World) {
    let client = world.client();
    let session = must_set_up(&world, &client).await;
    let other = world.known_client().await;
    for error in [
        other.create_totp(session.id()).await.unwrap_err(),
        other.verify_totp(session.id(), "000000").await.unwrap_err(),
        other.change_password(ChangePassword::new(session.id(), NEW)).await.unwrap_err(),
    ] {
        assert_eq!(codes(&error), [ErrorCode::ActionForSessionNotAuthorized]);
    }
}

#[test]
fn page_for_a_task_belongs_to_the_sign_in_page() {
    let url = |page: &str, key: &str| {
        let config: DisplayConfig = serde_json::from_value(json!({ "sign_in_url": page })).unwrap();
        config.task_url(&SessionTaskKey::from(key))
    };
    let hosted = "https://accounts.example.com/sign-in";
    assert_eq!(url(hosted, "reset-password"), Some(format!("{hosted}#/tasks/reset-password")));
    let old = format!("{hosted}#/old");
    assert_eq!(url(&old, "choose-organization"), Some(format!("{hosted}#/tasks/choose-organization")));
    assert_eq!(url(hosted, "dance"), None);
    for unsafe_page in ["", "/sign-in", "javascript:alert(1)", "http://example.com", "https://a:b@example.com"] {
        assert_eq!(url(unsafe_page, "setup-mfa"), None, "{unsafe_page}");
    }
}
