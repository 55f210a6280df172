//! Further features of accounts and instances: phones, backup codes, new passwords, limits, locks and gates. Each flow
//! runs in memory and over HTTP.

use std::time::Duration;

use clerk_sign_in::fake::{FakeBackend, NewUser, RateLimits, UserAccess};
use clerk_sign_in::platform::Timer;
use clerk_sign_in::wire::{Channel, ErrorCode, SessionTaskKey, Strategy};
use clerk_sign_in::{
    AfterClientTrust, AfterCreate, AfterFirstFactor, AfterReset, AfterResetCode, AfterSecondFactor, AnySignIn,
    ErrorKind, Finalized, NeedsFirstFactor, NeedsNewPassword, OtherSessions, Resumed, SignIn, StepError,
};
use support::{A, ADA_PASSWORD, G, GRACE_PASSWORD, L, World, codes, over_every_identity, reached, stayed, take};

over_every_identity! {
    account_never_locks_if_lockout_is_off,
    password_set_at_the_cutoff_time_is_valid,
    phone_code_signs_in_from_the_start,
    phone_code_is_resent_through_the_chosen_channel,
    phone_code_is_a_second_factor_if_the_user_enabled_it,
    phone_code_makes_a_new_client_trusted,
    test_number_gets_no_message,
    backup_code_works_once_and_beside_another_factor,
    code_goes_to_the_typed_address,
    code_does_not_show_the_address_of_an_earlier_stage,
    forgotten_password_is_reset_by_email_from_the_start,
    forgotten_password_is_reset_by_phone_at_first_factor,
    new_password_ends_or_keeps_the_users_other_sessions,
    second_factor_follows_a_reset,
    code_and_new_password_can_be_sent_together,
    new_password_in_one_step_can_end_the_users_other_sessions,
    rejected_password_lists_every_broken_rule,
    reset_code_can_expire_fail_and_be_resent,
    another_factor_can_be_chosen_instead_of_a_reset,
    outdated_password_must_be_changed,
    required_mfa_leaves_the_session_pending,
    wrong_answers_warn_and_then_lock_the_account,
    right_answer_resets_the_count_of_wrong_ones,
    session_shows_the_users_lockout,
    barred_users_get_the_reason,
    rate_limit_lasts_as_long_as_retry_after,
    second_sign_in_of_the_same_user_names_the_session,
    safe_identifiers_can_be_masked,
    enumeration_protection_hides_unknown_identifiers,
    required_captcha_has_its_own_error,
    gate_moves_the_sign_in_and_skips_the_step,
    gate_on_create_is_an_outcome,
    gates_can_be_chained_and_expire,
    checkpoint_distinguishes_a_reset_from_other_codes,
}

const P: &str = "phil@example.com";
const P_PASSWORD: &str = "ring-ring-ring";
const P_PHONE: &str = "+4930123456";

fn phil() -> NewUser {
    NewUser::new(P).password(P_PASSWORD).phone_number(P_PHONE)
}

async fn phone_code_signs_in_from_the_start(world: World) {
    world.fake.add_user(phil()).unwrap();
    let sent = world.client().sign_in().send_phone_code(P_PHONE, Channel::Sms).await.unwrap();
    assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some(P_PHONE));
    assert_eq!(sent.verification().unwrap().channel, Some(Channel::Sms));
    let (error, sent) = stayed!(sent.verify("000000").await);
    assert_eq!(codes(&error), [ErrorCode::FormCodeIncorrect]);
    let code = world.mailed_code(P_PHONE);
    reached!(sent.verify(&code).await.unwrap(), AfterFirstFactor::Complete);
}

async fn phone_code_is_resent_through_the_chosen_channel(world: World) {
    world.fake.add_user(phil().phone_number("+4930654321")).unwrap();
    let first = take!(world.client().sign_in().create(P).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let second_phone =
        first.supported_first_factors().iter().filter_map(|factor| factor.phone_number_id.clone()).nth(1);
    let sent = first.send_phone_code_to(&second_phone.unwrap(), Channel::Whatsapp).await.unwrap();
    assert_eq!(sent.verification().unwrap().channel, Some(Channel::Whatsapp));
    world.fake.advance(Duration::from_secs(30));
    let sent = sent.resend().await.unwrap();
    assert_eq!(sent.verification().unwrap().channel, Some(Channel::Whatsapp));
    let outbox = world.fake.outbox();
    assert_eq!(outbox.iter().filter(|it| it.to == "+4930654321" && it.channel == Some(Channel::Whatsapp)).count(), 2);
    let first = sent.choose_another();
    let (error, _) = stayed!(first.send_phone_code(Channel::from("carrier_pigeon")).await);
    assert_eq!(codes(&error), [ErrorCode::FormParamValueInvalid]);
}

async fn phone_code_is_a_second_factor_if_the_user_enabled_it(world: World) {
    world.fake.add_user(phil().phone_code_second_factor()).unwrap();
    let second = take!(world.client().sign_in().password(P, P_PASSWORD).await.unwrap(), AfterCreate::NeedsSecondFactor);
    let sent = second.send_phone_code().await.unwrap();
    let code = world.mailed_code(P_PHONE);
    reached!(sent.verify(&code).await.unwrap(), AfterSecondFactor::Complete);
}

async fn phone_code_makes_a_new_client_trusted(world: World) {
    world.fake.add_user(phil()).unwrap();
    let untrusted =
        take!(world.client().sign_in().password(P, P_PASSWORD).await.unwrap(), AfterCreate::NeedsClientTrust);
    let strategies: Vec<_> = untrusted.supported_second_factors().iter().map(|it| it.strategy.clone()).collect();
    assert_eq!(strategies, [Strategy::EmailCode, Strategy::EmailLink, Strategy::PhoneCode]);
    let sent = untrusted.send_phone_code().await.unwrap();
    let code = world.mailed_code(P_PHONE);
    reached!(sent.verify(&code).await.unwrap(), AfterClientTrust::Complete);
}

async fn test_number_gets_no_message(world: World) {
    world.fake.add_user(NewUser::new("t@example.com").phone_number("+12015550142")).unwrap();
    let sent = world.client().sign_in().send_phone_code("+12015550142", Channel::Sms).await.unwrap();
    assert!(world.fake.outbox().is_empty());
    reached!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
}

async fn backup_code_works_once_and_beside_another_factor(world: World) {
    let user = phil().totp_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJS").backup_code("first").backup_code("second");
    world.fake.add_user(user).unwrap();
    let second =
        async || take!(world.client().sign_in().password(P, P_PASSWORD).await.unwrap(), AfterCreate::NeedsSecondFactor);
    reached!(second().await.verify_backup_code("first").await.unwrap(), AfterSecondFactor::Complete);
    let (error, at) = stayed!(second().await.verify_backup_code("first").await);
    assert_eq!(codes(&error), [ErrorCode::FormCodeIncorrect], "the backup code was already used");
    reached!(at.verify_backup_code("second").await.unwrap(), AfterSecondFactor::Complete);
    let at = second().await;
    assert!(at.supported_second_factors().iter().all(|factor| factor.strategy != Strategy::BackupCode));
    let (error, _) = stayed!(at.verify_backup_code("third").await);
    assert_eq!(codes(&error), [ErrorCode::StrategyForUserInvalid], "no backup code is left");

    // A backup code alone is not a second factor.
    world.fake.add_user(NewUser::new("b@example.com").password("only-backups").backup_code("x")).unwrap();
    let outcome = world.client().sign_in().password("b@example.com", "only-backups").await.unwrap();
    reached!(outcome, AfterCreate::NeedsClientTrust);
}

async fn code_goes_to_the_typed_address(world: World) {
    let user =
        NewUser::new("one@example.com").email_address("two@example.com").username("both").password("one-and-two");
    world.fake.add_user(user).unwrap();
    // A reset code goes to the chosen address.
    let first = take!(world.client().sign_in().create("both").await.unwrap(), AfterCreate::NeedsFirstFactor);
    let factors = first.supported_first_factors().to_vec();
    let resets: Vec<_> = factors.iter().filter(|factor| factor.strategy.is_reset_code()).collect();
    let (error, first) = stayed!(first.send_reset_code(&factors[0]).await);
    assert!(matches!(error.kind(), ErrorKind::FactorNotFound { strategy: Strategy::Password }));
    let sent = first.send_reset_code(resets[1]).await.unwrap();
    assert_eq!(world.fake.outbox().pop().unwrap().to, "two@example.com");
    world.fake.advance(Duration::from_secs(30));
    let first = sent.choose_another();
    let id = resets[0].email_address_id.clone().unwrap();
    drop(first.send_reset_password_email_code_to(&id).await.unwrap());
    assert_eq!(world.fake.outbox().pop().unwrap().to, "one@example.com");
    for (typed, to) in [("two@example.com", "two@example.com"), ("both", "one@example.com")] {
        let first = take!(world.client().sign_in().create(typed).await.unwrap(), AfterCreate::NeedsFirstFactor);
        let sent = first.send_email_code().await.unwrap();
        assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some(to));
        assert_eq!(world.fake.outbox().pop().unwrap().to, to);
    }
}

async fn code_does_not_show_the_address_of_an_earlier_stage(world: World) {
    world.fake.add_user(phil().email_code_second_factor().phone_code_second_factor()).unwrap();
    for by_phone in [true, false] {
        let client = world.client();
        let sent = client.sign_in().send_email_code(P).await.unwrap();
        let code = world.mailed_code(P);
        let second = take!(sent.verify(&code).await.unwrap(), AfterFirstFactor::NeedsSecondFactor);
        // A copy of this sign-in requests the code, so this sign-in does not receive the answer to that request.
        let twin = take!(client.restore(second.checkpoint()).unwrap(), AnySignIn::NeedsSecondFactor);
        drop(if by_phone { twin.send_phone_code().await } else { twin.send_email_code().await }.unwrap());
        let sent = take!(second.refresh().await.unwrap(), AnySignIn::SecondFactorCodeSent);
        assert!(sent.sent_to().is_none(), "the first code's factor does not describe this one");
        world.fake.advance(Duration::from_secs(30));
        let sent = sent.resend().await.unwrap();
        let to = if by_phone { P_PHONE } else { P };
        assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some(to));
        let code = world.mailed_code(to);
        reached!(sent.verify(&code).await.unwrap(), AfterSecondFactor::Complete);
    }
}

async fn new_password(world: &World, email_address: &str) -> SignIn<NeedsNewPassword> {
    let sent = world.client().sign_in().send_reset_password_email_code(email_address).await.unwrap();
    let code = world.mailed_code(email_address);
    take!(sent.verify(&code).await.unwrap(), AfterResetCode::NeedsNewPassword)
}

async fn forgotten_password_is_reset_by_email_from_the_start(world: World) {
    let new = new_password(&world, G).await;
    let done = take!(
        new.submit_password("a-nanosecond-is-30-cm", OtherSessions::SignOut).await.unwrap(),
        AfterReset::Complete
    );
    reached!(done.finalize().await.unwrap(), Finalized::Active);
    let (error, _) = stayed!(world.client().sign_in().password(G, GRACE_PASSWORD).await);
    assert_eq!(codes(&error), [ErrorCode::FormPasswordIncorrect]);
    let outcome = world.client().sign_in().password(G, "a-nanosecond-is-30-cm").await.unwrap();
    reached!(outcome, AfterCreate::NeedsClientTrust);
}

async fn forgotten_password_is_reset_by_phone_at_first_factor(world: World) {
    world.fake.add_user(phil()).unwrap();
    let by_email = take!(world.client().sign_in().create(P).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let (error, _) = stayed!(by_email.send_reset_password_phone_code().await);
    assert!(matches!(error.kind(), ErrorKind::FactorNotFound { .. }), "the way follows the identifier: {error}");

    let first = take!(world.client().sign_in().create(P_PHONE).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let sent = first.send_reset_password_phone_code().await.unwrap();
    let code = world.mailed_code(P_PHONE);
    let new = take!(sent.verify(&code).await.unwrap(), AfterResetCode::NeedsNewPassword);
    reached!(new.submit_password("ring-once-more", OtherSessions::Keep).await.unwrap(), AfterReset::Complete);
    let sent = world.client().sign_in().send_reset_password_phone_code(P_PHONE).await.unwrap();
    assert_eq!(sent.sent_to().unwrap().strategy, Strategy::ResetPasswordPhoneCode);
}

async fn new_password_ends_or_keeps_the_users_other_sessions(world: World) {
    for (choice, others_end) in [(OtherSessions::Keep, false), (OtherSessions::SignOut, true)] {
        let elsewhere = world.client();
        let sent = elsewhere.sign_in().send_email_code(G).await.unwrap();
        let code = world.mailed_code(G);
        let done = take!(sent.verify(&code).await.unwrap(), AfterFirstFactor::Complete);
        reached!(done.finalize().await.unwrap(), Finalized::Active);

        let password = if others_end { "second-new-password" } else { "first-new-password" };
        let new = new_password(&world, G).await;
        let done = take!(new.submit_password(password, choice).await.unwrap(), AfterReset::Complete);
        reached!(done.finalize().await.unwrap(), Finalized::Active);
        let sessions = elsewhere.refresh().await.unwrap().unwrap().sessions.len();
        assert_eq!((sessions == 0, elsewhere.active_session().is_none()), (others_end, others_end));
    }
}

async fn second_factor_follows_a_reset(world: World) {
    let new = new_password(&world, A).await;
    let second = take!(
        new.submit_password("correct-horse-stapler", OtherSessions::SignOut).await.unwrap(),
        AfterReset::NeedsSecondFactor
    );
    reached!(second.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete);
}

async fn code_and_new_password_can_be_sent_together(world: World) {
    let sent = world.client().sign_in().send_reset_password_email_code(A).await.unwrap();
    let code = world.mailed_code(A);
    // The new password is checked before the code is used.
    let (error, sent) = stayed!(sent.reset_password(&code, "short", OtherSessions::Keep).await);
    assert_eq!(codes(&error), [ErrorCode::FormPasswordLengthTooShort]);
    let (error, sent) = stayed!(sent.reset_password("000000", "long-enough", OtherSessions::Keep).await);
    assert_eq!(codes(&error), [ErrorCode::FormCodeIncorrect]);
    let outcome = sent.reset_password(&code, "long-enough", OtherSessions::Keep).await.unwrap();
    reached!(outcome, AfterReset::NeedsSecondFactor);
    let outcome = world.client().sign_in().password(A, "long-enough").await.unwrap();
    reached!(outcome, AfterCreate::NeedsSecondFactor);

    let sent = world.client().sign_in().send_reset_password_email_code(G).await.unwrap();
    let code = world.mailed_code(G);
    reached!(sent.reset_password(&code, "long-enough", OtherSessions::Keep).await.unwrap(), AfterReset::Complete);
}

async fn new_password_in_one_step_can_end_the_users_other_sessions(world: World) {
    for (choice, others_end) in [(OtherSessions::Keep, false), (OtherSessions::SignOut, true)] {
        let elsewhere = world.client();
        let password = format!("a-nanosecond-{choice:?}");
        let sent = elsewhere.sign_in().send_email_code(G).await.unwrap();
        let code = world.mailed_code(G);
        let done = take!(sent.verify(&code).await.unwrap(), AfterFirstFactor::Complete);
        reached!(done.finalize().await.unwrap(), Finalized::Active);
        let sent = world.client().sign_in().send_reset_password_email_code(G).await.unwrap();
        let code = world.mailed_code(G);
        let (error, sent) = stayed!(sent.reset_password("000000", &password, choice).await);
        assert_eq!(codes(&error), [ErrorCode::FormCodeIncorrect]);
        let outcome = if others_end {
            // The code is used up, so a password that is rejected leaves the sign-in at the new password.
            let Err(StepError::Moved { sign_in, .. }) = sent.reset_password(&code, "short", choice).await else {
                panic!("the password is too short")
            };
            let new = take!(sign_in, AnySignIn::NeedsNewPassword);
            new.submit_password(&password, choice).await.unwrap()
        } else {
            sent.reset_password(&code, &password, choice).await.unwrap()
        };
        reached!(outcome, AfterReset::Complete);
        elsewhere.refresh().await.unwrap();
        assert_eq!(elsewhere.snapshot().unwrap().sessions.is_empty(), others_end, "{choice:?}");
        world.fake.advance(Duration::from_secs(60));
    }
    let sent = world.client().sign_in().send_reset_password_email_code(G).await.unwrap();
    let code = world.mailed_code(G);
    let outcome = sent.reset_password(&code, "a-wire-of-11.8-inches", OtherSessions::SignOut).await.unwrap();
    reached!(outcome, AfterReset::Complete);
}

async fn rejected_password_lists_every_broken_rule(world: World) {
    world.fake.configure(|settings| settings.password_settings.min_length = 30);
    let new = new_password(&world, G).await;
    let (error, new) = stayed!(new.submit_password(GRACE_PASSWORD, OtherSessions::Keep).await);
    assert_eq!(codes(&error), [ErrorCode::FormPasswordLengthTooShort, ErrorCode::FormNewPasswordMatchesCurrent]);
    assert!(error.is_wrong_input() && error.is_about("password"));
    let (error, new) = stayed!(new.submit_password("", OtherSessions::Keep).await);
    assert_eq!(codes(&error), [ErrorCode::FormParamNil]);
    let long = "thirty characters and then some more";
    reached!(new.submit_password(long, OtherSessions::Keep).await.unwrap(), AfterReset::Complete);
}

async fn reset_code_can_expire_fail_and_be_resent(world: World) {
    world.fake.configure(|settings| settings.code_attempts = 1);
    let sent = world.client().sign_in().send_reset_password_email_code(G).await.unwrap();
    let (error, sent) = stayed!(sent.verify("000000").await);
    assert_eq!(codes(&error), [ErrorCode::VerificationFailed]);
    let (error, sent) = stayed!(sent.resend().await);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    world.fake.advance(Duration::from_secs(30));
    let sent = sent.resend().await.unwrap();
    let code = world.mailed_code(G);
    world.fake.advance(Duration::from_secs(600));
    let (error, sent) = stayed!(sent.verify(&code).await);
    assert_eq!(codes(&error), [ErrorCode::VerificationExpired]);
    let sent = sent.resend().await.unwrap();
    let code = world.mailed_code(G);
    reached!(sent.verify(&code).await.unwrap(), AfterResetCode::NeedsNewPassword);
}

async fn another_factor_can_be_chosen_instead_of_a_reset(world: World) {
    let sent = world.client().sign_in().send_reset_password_email_code(G).await.unwrap();
    let first: SignIn<NeedsFirstFactor> = sent.choose_another();
    let first = first.code_sent().unwrap_err();
    // Going back to a code that was already sent requires no call, and the code still works.
    let first = first.reset_code_sent().unwrap().choose_another();
    reached!(first.password(GRACE_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsClientTrust);
    let (error, _) = stayed!(world.client().sign_in().send_reset_password_email_code(L).await);
    assert_eq!(codes(&error), [ErrorCode::StrategyForUserInvalid], "a user without a password cannot reset one");
}

async fn outdated_password_must_be_changed(world: World) {
    let since = world.fake.clock().now() + Duration::from_secs(1);
    world.fake.configure(|settings| settings.passwords_valid_since = Some(since));
    world.fake.advance(Duration::from_secs(60));
    let new = take!(world.client().sign_in().password(G, GRACE_PASSWORD).await.unwrap(), AfterCreate::NeedsNewPassword);
    // The client is still new and therefore not trusted.
    let untrusted = take!(
        new.submit_password("fresh-and-new", OtherSessions::SignOut).await.unwrap(),
        AfterReset::NeedsClientTrust
    );
    let client = untrusted.client().clone();
    let sent = untrusted.send_email_code().await.unwrap();
    let code = world.mailed_code(G);
    reached!(sent.verify(&code).await.unwrap(), AfterClientTrust::Complete);
    client.sign_out().await.unwrap();
    let outcome = client.sign_in().password(G, "fresh-and-new").await.unwrap();
    reached!(outcome, AfterCreate::Complete);
}

async fn required_mfa_leaves_the_session_pending(world: World) {
    world.fake.configure(|settings| settings.mfa_required = true);
    let sent = world.client().sign_in().send_email_code(L).await.unwrap();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    let pending = take!(done.finalize().await.unwrap(), Finalized::Pending);
    assert_eq!(pending.tasks()[0].key, SessionTaskKey::SetupMfa);
    assert_eq!(pending.id(), pending.session().id);
    assert!(pending.id().starts_with("sess_"));
    let outcome = world.client().sign_in().password(A, ADA_PASSWORD).await.unwrap();
    let second = take!(outcome, AfterCreate::NeedsSecondFactor);
    let done = take!(second.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete);
    reached!(done.finalize().await.unwrap(), Finalized::Active);
}

async fn wrong_answers_warn_and_then_lock_the_account(world: World) {
    let mut first = take!(world.client().sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    for wrong in 1..10 {
        let (error, at) = stayed!(first.password("guess").await);
        let warned = error.has_code(&ErrorCode::AccountLockoutWarning);
        assert_eq!(warned, wrong >= 7, "after {wrong} wrong passwords");
        assert!(error.has_code(&ErrorCode::FormPasswordIncorrect) && error.lockout().is_none());
        first = at;
    }
    let (error, first) = stayed!(first.password("guess").await);
    assert_eq!(codes(&error), [ErrorCode::UserLocked]);
    assert_eq!(error.rejection().unwrap().status, 403);
    assert_eq!(error.lockout(), Some(Duration::from_secs(3600)));
    assert!(!error.is_wrong_input());
    world.fake.advance(Duration::from_secs(3000));
    let (error, first) = stayed!(first.password(ADA_PASSWORD).await);
    assert_eq!(error.lockout(), Some(Duration::from_secs(600)), "the right password does not unlock the account");
    let (error, first) = stayed!(first.send_email_code().await);
    assert_eq!(codes(&error), [ErrorCode::UserLocked]);
    world.fake.advance(Duration::from_secs(600));
    reached!(first.password(ADA_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsSecondFactor);
}

async fn session_shows_the_users_lockout(world: World) {
    let client = world.client();
    let second = take!(client.sign_in().password(A, ADA_PASSWORD).await.unwrap(), AfterCreate::NeedsSecondFactor);
    reached!(second.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete);
    let user = async || client.refresh().await.unwrap().unwrap().sessions[0].user.clone().unwrap();
    let at_first = user().await;
    assert_eq!((at_first.locked, at_first.verification_attempts_remaining), (false, Some(10)));
    assert!(at_first.mfa_enabled_at.is_some() && at_first.password_last_updated_at.is_some());
    assert!(at_first.last_sign_in_at.is_some() && at_first.last_sign_in_at == at_first.last_active_at);
    assert!(!at_first.banned && at_first.lockout_expires_in_seconds.is_none());

    // An attacker guesses the password on another client.
    world.fake.configure(|settings| settings.lockout_attempts = 2);
    let first = take!(world.client().sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let (_, first) = stayed!(first.password("guess").await);
    assert_eq!(user().await.verification_attempts_remaining, Some(1));
    let (_, _) = stayed!(first.password("guess").await);
    world.fake.advance(Duration::from_millis(500));
    let locked = user().await;
    assert_eq!((locked.locked, locked.verification_attempts_remaining), (true, Some(0)));
    assert_eq!(locked.lockout_expires_in_seconds, Some(3600), "rounded up");
    world.fake.advance(Duration::from_secs(3600));
    let after = user().await;
    assert_eq!((after.locked, after.lockout_expires_in_seconds), (false, None));
    assert_eq!(after.verification_attempts_remaining, Some(2));
    world.fake.configure(|settings| settings.lockout_attempts = 0);
    assert_eq!(user().await.verification_attempts_remaining, None, "the account cannot be locked");
}

async fn right_answer_resets_the_count_of_wrong_ones(world: World) {
    world.fake.configure(|settings| settings.lockout_attempts = 3);
    for _ in 0..3 {
        let first = take!(world.client().sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
        let (_, first) = stayed!(first.password("guess").await);
        let second = take!(first.password(ADA_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsSecondFactor);
        // Wrong codes from the authenticator app also count towards the lockout.
        let (error, _) = stayed!(second.verify_totp("000000").await);
        assert!(error.has_code(&ErrorCode::AccountLockoutWarning) && error.has_code(&ErrorCode::FormCodeIncorrect));
        let first = take!(world.client().sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
        reached!(first.password(ADA_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsSecondFactor);
    }
}

async fn barred_users_get_the_reason(world: World) {
    for (index, (access, code)) in [
        (UserAccess::Banned, ErrorCode::UserBanned),
        (UserAccess::Locked, ErrorCode::UserLocked),
        (UserAccess::Deactivated, ErrorCode::UserDeactivated),
    ]
    .into_iter()
    .enumerate()
    {
        let address = format!("user{index}@example.com");
        world.fake.add_user(NewUser::new(&address).password("let-me-in").access(access)).unwrap();
        let first = take!(world.client().sign_in().create(&address).await.unwrap(), AfterCreate::NeedsFirstFactor);
        let (error, first) = stayed!(first.password("let-me-in").await);
        assert_eq!(
            (codes(&error), error.lockout()),
            (vec![code.clone()], None),
            "only an administrator can unlock the account"
        );
        let (error, _) = stayed!(first.send_email_code().await);
        assert_eq!(codes(&error), [code]);
    }
}

async fn rate_limit_lasts_as_long_as_retry_after(world: World) {
    world.fake.configure(|settings| settings.rate_limits = Some(RateLimits::published()));
    let client = world.client();
    let mut first = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    for _ in 0..3 {
        (_, first) = stayed!(first.password("guess").await);
    }
    world.fake.advance(Duration::from_secs(4));
    let (error, at) = stayed!(first.password(ADA_PASSWORD).await);
    assert_eq!((codes(&error), error.retry_after()), (vec![ErrorCode::TooManyRequests], Some(Duration::from_secs(6))));
    assert_eq!(error.rejection().unwrap().status, 429);
    world.fake.advance(error.retry_after().unwrap());
    reached!(at.password(ADA_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsSecondFactor);

    for _ in 0..5 {
        reached!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    }
    let (error, _) = stayed!(client.sign_in().create(A).await);
    assert_eq!((codes(&error), error.retry_after()), (vec![ErrorCode::TooManyRequests], Some(Duration::from_secs(10))));
    reached!(world.client().sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
}

async fn second_sign_in_of_the_same_user_names_the_session(world: World) {
    let client = world.client();
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    let (error, _) = stayed!(client.sign_in().create(L).await);
    assert_eq!(codes(&error), [ErrorCode::IdentifierAlreadySignedIn]);
    assert_eq!(error.existing_session(), Some(done.session_id()));
    reached!(client.set_active(error.existing_session().unwrap()).await.unwrap(), Finalized::Active);
    reached!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    reached!(world.client().sign_in().create(L).await.unwrap(), AfterCreate::NeedsFirstFactor);

    world.fake.configure(|settings| settings.reject_signed_in_identifiers = false);
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    reached!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    assert_eq!(client.refresh().await.unwrap().unwrap().sessions.len(), 2);
}

async fn safe_identifiers_can_be_masked(world: World) {
    world.fake.add_user(phil()).unwrap();
    world.fake.configure(|settings| settings.mask_safe_identifiers = true);
    let first = take!(world.client().sign_in().create(P).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let shown: Vec<_> =
        first.supported_first_factors().iter().filter_map(|factor| factor.safe_identifier.clone()).collect();
    assert_eq!(shown, ["+4*******56", "p***@example.com", "p***@example.com", "p***@example.com"]);
    let sent = first.send_email_code().await.unwrap();
    assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some("p***@example.com"));
    let code = world.mailed_code(P);
    reached!(sent.verify(&code).await.unwrap(), AfterFirstFactor::Complete);
}

async fn enumeration_protection_hides_unknown_identifiers(world: World) {
    world.fake.configure(|settings| settings.hide_unknown_identifiers = true);
    for identifier in ["nobody@example.com", G] {
        let first = take!(world.client().sign_in().create(identifier).await.unwrap(), AfterCreate::NeedsFirstFactor);
        let strategies: Vec<_> =
            first.supported_first_factors().iter().map(|factor| factor.strategy.as_str().to_owned()).collect();
        assert_eq!(strategies[..3], ["password", "email_code", "email_link"]);
        let (error, first) = stayed!(first.password("guess").await);
        assert_eq!(codes(&error), [ErrorCode::FormPasswordOrIdentifierIncorrect]);
        let sent = first.send_email_code().await.unwrap();
        let (error, _) = stayed!(sent.verify("000000").await);
        assert_eq!(codes(&error), [ErrorCode::FormCodeIncorrect]);
        let (error, _) = stayed!(world.client().sign_in().password(identifier, "guess").await);
        assert_eq!(codes(&error), [ErrorCode::FormPasswordOrIdentifierIncorrect]);
    }
    assert_eq!(world.fake.outbox().len(), 1, "no message was sent to an unknown user");
}

async fn required_captcha_has_its_own_error(world: World) {
    world.fake.configure(|settings| settings.captcha_required = true);
    let (error, start) = stayed!(world.client().sign_in().create(A).await);
    assert_eq!((codes(&error), error.is_over()), (vec![ErrorCode::RequiresCaptcha], false));
    assert_eq!(error.rejection().unwrap().status, 401);
    world.fake.configure(|settings| settings.captcha_required = false);
    reached!(start.create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
}

fn proof(gated: &SignIn<clerk_sign_in::NeedsProtectCheck>) -> String {
    FakeBackend::proof_for(gated.protect_check().unwrap().token.as_ref().unwrap().expose())
}

async fn gate_moves_the_sign_in_and_skips_the_step(world: World) {
    let first = take!(world.client().sign_in().create(L).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let id = first.id().to_owned();
    world.fake.require_protect_checks(1);
    let Err(StepError::Moved { error, sign_in }) = first.send_email_code().await else { panic!("not gated") };
    assert!(matches!(error.kind(), ErrorKind::StepNotApplied { state: "NeedsProtectCheck" }), "{error}");
    let gated = take!(sign_in, AnySignIn::NeedsProtectCheck);
    assert_eq!(gated.id(), id);
    let (error, gated) = stayed!(gated.submit_proof("guess").await);
    assert!(error.is_about("proof_token"));
    // A refresh neither opens the gate nor creates a new challenge.
    let token = gated.protect_check().unwrap().token.clone();
    let gated = take!(gated.refresh().await.unwrap(), AnySignIn::NeedsProtectCheck);
    assert_eq!(gated.protect_check().unwrap().token, token);
    let proof = proof(&gated);
    let first = take!(gated.submit_proof(&proof).await.unwrap(), AnySignIn::NeedsFirstFactor);
    assert!(first.first_factor_verification().is_none(), "the gated step did not happen");
    let sent = first.send_email_code().await.unwrap();

    world.fake.require_protect_checks(1);
    let gated = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::NeedsProtectCheck);
    let proof = self::proof(&gated);
    let sent = take!(gated.submit_proof(&proof).await.unwrap(), AnySignIn::FirstFactorCodeSent);
    reached!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
}

async fn gate_on_create_is_an_outcome(world: World) {
    world.fake.require_protect_checks(1);
    let client = world.client();
    let gated = take!(client.sign_in().password(G, GRACE_PASSWORD).await.unwrap(), AfterCreate::NeedsProtectCheck);
    let restored = client.restore(gated.checkpoint()).unwrap();
    let gated = take!(restored, AnySignIn::NeedsProtectCheck);
    let proof = proof(&gated);
    let first = take!(gated.submit_proof(&proof).await.unwrap(), AnySignIn::NeedsFirstFactor);
    reached!(first.password(GRACE_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsClientTrust);
}

async fn gates_can_be_chained_and_expire(world: World) {
    let client = world.client();
    let first = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let before = first.checkpoint();
    world.fake.require_protect_checks(2);
    let gated = take!(first.password(ADA_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsProtectCheck);
    // The checkpoint was saved before the gate appeared. After the sign-in is restored, the next step leads to the
    // gate.
    let early = take!(client.restore(before).unwrap(), AnySignIn::NeedsFirstFactor);
    let Err(StepError::Moved { error, sign_in }) = early.password(ADA_PASSWORD).await else { panic!("not gated") };
    assert_eq!(codes(&error), [ErrorCode::RequiresProtectCheck]);
    reached!(sign_in, AnySignIn::NeedsProtectCheck);

    let late = proof(&gated);
    world.fake.advance(Duration::from_secs(5 * 60));
    let gated = take!(gated.submit_proof(&late).await.unwrap(), AnySignIn::NeedsProtectCheck);
    let first_proof = proof(&gated);
    assert_ne!(first_proof, late, "an expired challenge is replaced");
    let gated = take!(gated.submit_proof(&first_proof).await.unwrap(), AnySignIn::NeedsProtectCheck);
    let second_proof = proof(&gated);
    let checkpoint = gated.checkpoint();
    let first = take!(gated.submit_proof(&second_proof).await.unwrap(), AnySignIn::NeedsFirstFactor);
    // A sign-in that is restored from the older checkpoint is still at the gate, but the gate is already open.
    let other = take!(client.restore(checkpoint).unwrap(), AnySignIn::NeedsProtectCheck);
    let Err(StepError::Moved { error, .. }) = other.submit_proof(&second_proof).await else { panic!("still gated") };
    assert_eq!(codes(&error), [ErrorCode::ProtectCheckAlreadyResolved]);
    reached!(first.password(ADA_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsSecondFactor);
}

async fn checkpoint_distinguishes_a_reset_from_other_codes(world: World) {
    let client = world.client();
    let sent = client.sign_in().send_reset_password_email_code(G).await.unwrap();
    let (waiting, aside) = (sent.checkpoint(), sent.choose_another().checkpoint());
    reached!(client.restore(waiting.clone()).unwrap(), AnySignIn::ResetCodeSent);
    reached!(client.restore(aside).unwrap(), AnySignIn::NeedsFirstFactor);
    reached!(take!(client.resume().await.unwrap(), Resumed::Attempt), AnySignIn::ResetCodeSent);
    // The code has expired, but another code can still be sent from this state.
    world.fake.advance(Duration::from_secs(600));
    let sent = take!(client.restore(waiting).unwrap(), AnySignIn::ResetCodeSent);
    let (_, sent) = stayed!(sent.verify("000000").await);
    let sent = take!(client.restore(sent.checkpoint()).unwrap(), AnySignIn::ResetCodeSent);
    drop(sent.resend().await.unwrap());

    // An expired sign-in code is not treated as a reset code.
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    world.fake.advance(Duration::from_secs(600));
    let (_, sent) = stayed!(sent.verify("424242").await);
    let sent = take!(client.restore(sent.checkpoint()).unwrap(), AnySignIn::FirstFactorCodeSent);
    reached!(client.restore(sent.choose_another().checkpoint()).unwrap(), AnySignIn::NeedsFirstFactor);
}

async fn account_never_locks_if_lockout_is_off(world: World) {
    world.fake.configure(|settings| settings.lockout_attempts = 0);
    let client = world.client();
    let mut first = take!(client.sign_in().create(G).await.unwrap(), AfterCreate::NeedsFirstFactor);
    for _ in 0..12 {
        let (error, sign_in) = stayed!(first.password("wrong").await);
        assert_eq!(codes(&error), [ErrorCode::FormPasswordIncorrect]);
        first = sign_in;
    }
    drop(take!(first.password(GRACE_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsClientTrust));
}

async fn password_set_at_the_cutoff_time_is_valid(world: World) {
    let now = world.fake.clock().now();
    world.fake.add_user(NewUser::new("new@example.com").password("a-long-enough-one")).unwrap();
    world.fake.configure(|settings| settings.passwords_valid_since = Some(now));
    let next = world.client().sign_in().password("new@example.com", "a-long-enough-one").await.unwrap();
    drop(take!(next, AfterCreate::NeedsClientTrust));
}
