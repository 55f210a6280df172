//! Sign-ins that are performed in the same way as an app performs them. Each flow runs in memory and over HTTP.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use clerk_sign_in::fake::NewUser;
use clerk_sign_in::wire::{
    ErrorCode, IdentifierKind, SessionTaskKey, Status, Strategy, Verification, VerificationStatus,
};
use clerk_sign_in::{
    AfterClientTrust, AfterCreate, AfterFirstFactor, AfterSecondFactor, AnySignIn, Client, ErrorKind, Finalized,
    NeedsFirstFactor, Resumed, SignIn, StepError,
};
use futures::{FutureExt as _, StreamExt};
use support::{A, ADA_PASSWORD, G, GRACE_PASSWORD, L, World, codes, over_every_identity, reached, stayed, take};

over_every_identity! {
    identifier_then_password_then_totp,
    password_in_the_first_call_then_totp,
    any_identifier_signs_in_with_the_password,
    new_client_becomes_trusted_by_a_code,
    email_code_in_one_request,
    email_code_at_the_first_factor,
    email_code_or_totp_as_the_second_factor,
    wrong_password_keeps_the_attempt,
    wrong_password_at_the_start_continues_at_first_factor,
    right_code_works_after_a_wrong_one,
    too_many_wrong_codes_require_a_new_code,
    expired_code_can_be_resent,
    resent_code_replaces_the_first_after_the_interval,
    another_factor_can_be_chosen_after_a_code_was_sent,
    authenticator_code_works_once,
    unknown_and_empty_identifiers_have_different_errors,
    user_without_a_password_gets_an_error,
    missing_factor_fails_without_a_call,
    pending_session_is_not_active,
    finalize_touches_then_navigates_then_switches,
    single_session_instance_rejects_a_second_sign_in,
    new_sign_in_replaces_the_old_one,
    resume_reports_an_abandoned_sign_in,
    clients_cannot_see_each_others_sign_ins,
    accessors_return_the_servers_values,
    client_survives_export_and_import,
    observers_see_each_change,
}

async fn identifier_then_password_then_totp(world: World) {
    let client = world.client();
    let first = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let second = take!(first.password(ADA_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsSecondFactor);
    let done = take!(second.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete);
    let session_id = done.session_id().to_owned();
    assert!(client.active_session().is_none(), "a complete sign-in's session is not in use yet");
    let session = take!(done.finalize().await.unwrap(), Finalized::Active);
    assert_eq!(session.id(), session_id);
    assert_eq!(client.active_session().unwrap().id, session_id);
    assert_eq!(session.session().user.as_ref().unwrap().first_name.as_deref(), Some("Ada"));
}

async fn password_in_the_first_call_then_totp(world: World) {
    let second =
        take!(world.client().sign_in().password(A, ADA_PASSWORD).await.unwrap(), AfterCreate::NeedsSecondFactor);
    let done = take!(second.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete);
    assert!(done.session_id().starts_with("sess_"));
}

async fn any_identifier_signs_in_with_the_password(world: World) {
    let user =
        NewUser::new("lin@example.com").username("lin").phone_number("+15555550100").password("pässwörd & more+");
    world.fake.add_user(user).unwrap();
    world.fake.configure(|settings| settings.client_trust = false);
    for identifier in ["lin@example.com", "LIN@example.com", "lin", "+15555550100"] {
        let client = world.client();
        let outcome = client.sign_in().password(identifier, "pässwörd & more+").await.unwrap();
        let done = take!(outcome, AfterCreate::Complete);
        assert_eq!(done.identifier(), Some(identifier));
    }
}

async fn new_client_becomes_trusted_by_a_code(world: World) {
    let client = world.client();
    let untrusted = take!(client.sign_in().password(G, GRACE_PASSWORD).await.unwrap(), AfterCreate::NeedsClientTrust);
    let sent = untrusted.send_email_code().await.unwrap();
    assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some(G));
    let code = world.mailed_code(G);
    let done = take!(sent.verify(&code).await.unwrap(), AfterClientTrust::Complete);
    reached!(done.finalize().await.unwrap(), Finalized::Active);

    client.sign_out().await.unwrap();
    let again = client.sign_in().password(G, GRACE_PASSWORD).await.unwrap();
    reached!(again, AfterCreate::Complete);
    let elsewhere = world.client().sign_in().password(G, GRACE_PASSWORD).await.unwrap();
    reached!(elsewhere, AfterCreate::NeedsClientTrust);
}

async fn email_code_in_one_request(world: World) {
    let sent = world.client().sign_in().send_email_code(G).await.unwrap();
    assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some(G));
    let code = world.mailed_code(G);
    reached!(sent.verify(&code).await.unwrap(), AfterFirstFactor::Complete);
}

async fn email_code_at_the_first_factor(world: World) {
    let first = take!(world.client().sign_in().create(L).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let first = first.code_sent().unwrap_err();
    let id = first.supported_first_factors()[0].email_address_id.clone().unwrap();
    let sent = first.send_email_code_to(&id).await.unwrap();
    assert!(world.fake.outbox().is_empty(), "a test address gets no mail");
    reached!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
}

async fn email_code_or_totp_as_the_second_factor(world: World) {
    let user = NewUser::new("mfa@example.com")
        .password("two-factors")
        .email_code_second_factor()
        .totp_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR");
    world.fake.add_user(user).unwrap();
    let outcome = world.client().sign_in().password("mfa@example.com", "two-factors").await.unwrap();
    let second = take!(outcome, AfterCreate::NeedsSecondFactor);
    let by_app = second.supported_second_factors()[0].clone();
    let (error, second) = stayed!(second.send_code(&by_app).await);
    assert!(
        matches!(error.kind(), ErrorKind::FactorNotFound { strategy: Strategy::Totp }),
        "no code is sent to an authenticator app"
    );
    let strategies: Vec<_> = second.supported_second_factors().iter().map(|factor| factor.strategy.as_str()).collect();
    assert_eq!(strategies, ["totp", "email_code", "email_link"]);

    let by_email = second.supported_second_factors()[1].clone();
    let sent = second.send_code(&by_email).await.unwrap();
    let code = world.mailed_code("mfa@example.com");
    // After a wrong code from the authenticator app, the code that was mailed still works.
    let (error, second) = stayed!(sent.choose_another().verify_totp("000000").await);
    assert!(error.is_wrong_input());
    let sent = take!(second.refresh().await.unwrap(), AnySignIn::SecondFactorCodeSent);
    reached!(sent.verify(&code).await.unwrap(), AfterSecondFactor::Complete);
}

async fn wrong_password_keeps_the_attempt(world: World) {
    let first = take!(world.client().sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let id = first.id().to_owned();
    let (error, first) = stayed!(first.password("guess").await);
    assert_eq!(codes(&error), [ErrorCode::FormPasswordIncorrect]);
    assert_eq!(error.rejection().unwrap().status, 422);
    assert_eq!(error.rejection().unwrap().errors[0].meta.param_name.as_deref(), Some("password"));
    assert!(error.is_wrong_input() && error.is_about("password") && !error.is_outcome_unknown());
    assert_eq!(first.id(), id);
    assert_eq!(first.first_factor_verification().unwrap().attempts, Some(1), "accessors are fresh after a rejection");
    reached!(first.password(ADA_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsSecondFactor);
}

async fn wrong_password_at_the_start_continues_at_first_factor(world: World) {
    let client = world.client();
    let (error, start) = stayed!(client.sign_in().password(A, "guess").await);
    assert_eq!(codes(&error), [ErrorCode::FormPasswordIncorrect]);
    assert_eq!(start.id(), None);
    let first = take!(take!(client.resume().await.unwrap(), Resumed::Attempt), AnySignIn::NeedsFirstFactor);
    reached!(first.password(ADA_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsSecondFactor);
}

async fn right_code_works_after_a_wrong_one(world: World) {
    let sent = world.client().sign_in().send_email_code(L).await.unwrap();
    assert_eq!(sent.attempts(), 0);
    let (error, sent) = stayed!(sent.verify("000000").await);
    assert_eq!(codes(&error), [ErrorCode::FormCodeIncorrect]);
    assert_eq!(sent.attempts(), 1);
    let (error, sent) = stayed!(sent.verify("").await);
    assert_eq!(codes(&error), [ErrorCode::FormParamNil]);
    reached!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
}

async fn too_many_wrong_codes_require_a_new_code(world: World) {
    world.fake.configure(|settings| settings.code_attempts = 2);
    let sent = world.client().sign_in().send_email_code(L).await.unwrap();
    let (_, sent) = stayed!(sent.verify("000000").await);
    let (error, sent) = stayed!(sent.verify("000000").await);
    assert_eq!(codes(&error), [ErrorCode::VerificationFailed]);
    assert_eq!(sent.verification().unwrap().status, Some(VerificationStatus::Failed));
    let (error, sent) = stayed!(sent.verify("424242").await);
    assert_eq!(codes(&error), [ErrorCode::VerificationFailed], "the right code comes too late");
    world.fake.advance(Verification::RESEND_INTERVAL);
    let sent = sent.resend().await.unwrap();
    reached!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
}

async fn expired_code_can_be_resent(world: World) {
    let untrusted =
        take!(world.client().sign_in().password(G, GRACE_PASSWORD).await.unwrap(), AfterCreate::NeedsClientTrust);
    let sent = untrusted.send_email_code().await.unwrap();
    let (expires_at, code) = (sent.expires_at().unwrap(), world.mailed_code(G));
    world.fake.advance(Duration::from_secs(10 * 60));
    let (error, sent) = stayed!(sent.verify(&code).await);
    assert_eq!(codes(&error), [ErrorCode::VerificationExpired]);
    assert!(!error.is_wrong_input(), "typing the code again does not help");
    let sent = sent.resend().await.unwrap();
    assert_eq!(expires_at.until(sent.expires_at().unwrap()), Duration::from_secs(10 * 60));
    let code = world.mailed_code(G);
    reached!(sent.verify(&code).await.unwrap(), AfterClientTrust::Complete);
}

async fn resent_code_replaces_the_first_after_the_interval(world: World) {
    let sent = world.client().sign_in().send_email_code(G).await.unwrap();
    let first_code = world.mailed_code(G);
    world.fake.advance(Duration::from_millis(10_500));
    let (error, sent) = stayed!(sent.resend().await);
    assert_eq!(codes(&error), [ErrorCode::VerificationCodeTooManyRequests]);
    assert_eq!(error.rejection().unwrap().status, 429);
    let wait = error.retry_after().unwrap();
    assert!((Duration::from_millis(19_500)..=Duration::from_secs(20)).contains(&wait), "{wait:?}");
    world.fake.advance(wait);
    let sent = sent.resend().await.unwrap();
    let (error, sent) = stayed!(sent.verify(&first_code).await);
    assert_eq!(codes(&error), [ErrorCode::FormCodeIncorrect], "the first code stopped working");
    let code = world.mailed_code(G);
    reached!(sent.verify(&code).await.unwrap(), AfterFirstFactor::Complete);
}

async fn another_factor_can_be_chosen_after_a_code_was_sent(world: World) {
    let sent = world.client().sign_in().send_email_code(A).await.unwrap();
    let first: SignIn<NeedsFirstFactor> = sent.choose_another();
    // Going back to a code that was already sent requires no call, and the code still works.
    let sent = first.code_sent().unwrap();
    assert_eq!(sent.sent_to().unwrap().safe_identifier.as_deref(), Some(A));
    let first = sent.choose_another();
    reached!(first.password(ADA_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsSecondFactor);
}

async fn authenticator_code_works_once(world: World) {
    let client = world.client();
    let code = world.ada_totp();
    let second = take!(client.sign_in().password(A, ADA_PASSWORD).await.unwrap(), AfterCreate::NeedsSecondFactor);
    reached!(second.verify_totp(&code).await.unwrap(), AfterSecondFactor::Complete);

    client.sign_out().await.unwrap();
    let second = take!(client.sign_in().password(A, ADA_PASSWORD).await.unwrap(), AfterCreate::NeedsSecondFactor);
    let (error, second) = stayed!(second.verify_totp(&code).await);
    assert_eq!(codes(&error), [ErrorCode::FormCodeIncorrect]);
    world.fake.advance(Duration::from_secs(30));
    reached!(second.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete);
}

async fn unknown_and_empty_identifiers_have_different_errors(world: World) {
    let (error, start) = stayed!(world.client().sign_in().create("nobody@example.com").await);
    assert_eq!(codes(&error), [ErrorCode::FormIdentifierNotFound]);
    assert!(error.is_wrong_input());
    let (error, start) = stayed!(start.create("").await);
    assert_eq!(codes(&error), [ErrorCode::FormParamNil]);
    assert_eq!(start.id(), None);
    reached!(start.create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
}

async fn user_without_a_password_gets_an_error(world: World) {
    let client = world.client();
    let (error, start) = stayed!(client.sign_in().password(L, "anything").await);
    assert_eq!(codes(&error), [ErrorCode::StrategyForUserInvalid]);
    let first = take!(start.create(L).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let (error, _) = stayed!(first.password("anything").await);
    assert_eq!(codes(&error), [ErrorCode::StrategyForUserInvalid]);
}

async fn missing_factor_fails_without_a_call(world: World) {
    let outcome = world.client().sign_in().password(A, ADA_PASSWORD).await.unwrap();
    let second = take!(outcome, AfterCreate::NeedsSecondFactor);
    let before = world.fake.state();
    let (error, second) = stayed!(second.send_email_code().await);
    assert!(matches!(error.kind(), ErrorKind::FactorNotFound { strategy: Strategy::EmailCode }), "{error}");
    assert!(world.fake.state() == before, "no call was made");
    let (error, _) = stayed!(second.send_email_code_to("idn_unknown").await);
    assert_eq!(codes(&error), [ErrorCode::StrategyForUserInvalid], "the server checks a given id");
}

async fn pending_session_is_not_active(world: World) {
    let user = NewUser::new("new@example.com").password("first-day").session_task("choose-organization");
    world.fake.add_user(user).unwrap();
    world.fake.configure(|settings| settings.client_trust = false);
    let client = world.client();
    let done = take!(client.sign_in().password("new@example.com", "first-day").await.unwrap(), AfterCreate::Complete);
    let pending = take!(done.finalize().await.unwrap(), Finalized::Pending);
    assert_eq!(pending.tasks()[0].key, SessionTaskKey::ChooseOrganization);
    assert!(client.active_session().is_none());
}

async fn finalize_touches_then_navigates_then_switches(world: World) {
    let client = world.client();
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    world.fake.advance(Duration::from_secs(5));
    let seen = Arc::new(Mutex::new(None));
    let (at_navigation, client_at_navigation) = (Arc::clone(&seen), client.clone());
    let finalized = done
        .finalize_with(|navigation| async move {
            let url = navigation.decorate_url("https://app.example.com/home");
            let touched = navigation.session().last_active_at;
            *at_navigation.lock().unwrap() = Some((client_at_navigation.active_session().is_some(), touched, url));
        })
        .await
        .unwrap();
    let (was_in_use, touched, url) = seen.lock().unwrap().take().unwrap();
    assert!(!was_in_use, "the session is in use only after the callback");
    assert!(touched > finalized.session().created_at, "the session was touched before the callback");
    assert_eq!(url, "https://app.example.com/home");
    assert_eq!(client.active_session().unwrap().id, finalized.session().id);
}

async fn single_session_instance_rejects_a_second_sign_in(world: World) {
    world.fake.configure(|settings| settings.single_session = true);
    let client = world.client();
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    reached!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    for anyone in [A, L] {
        let (error, _) = stayed!(client.sign_in().create(anyone).await);
        assert_eq!(codes(&error), [ErrorCode::SessionExists]);
        assert_eq!(error.existing_session(), None);
    }
    reached!(world.client().sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
}

async fn new_sign_in_replaces_the_old_one(world: World) {
    let client = world.client();
    let old = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let new = take!(client.sign_in().create(G).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let (error, old) = stayed!(old.password(ADA_PASSWORD).await);
    assert_eq!(codes(&error), [ErrorCode::ResourceForbidden]);
    assert!(error.is_over());
    assert_eq!(old.identifier(), Some(A), "the other sign-in's data does not leak into this one");
    let fresh = take!(old.start_over().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    assert_ne!(fresh.id(), new.id());
}

async fn resume_reports_an_abandoned_sign_in(world: World) {
    let client = world.client();
    let first = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    world.fake.advance(Duration::from_secs(24 * 60 * 60));
    let failed = first.password(ADA_PASSWORD).await.unwrap_err();
    assert_eq!(codes(failed.error()), [ErrorCode::ResourceNotFound]);
    let StepError::Moved { sign_in, .. } = failed else { panic!("{failed:?}") };
    let abandoned = take!(sign_in, AnySignIn::Abandoned);
    assert_eq!(abandoned.status(), Some(&Status::Abandoned));
    reached!(take!(client.resume().await.unwrap(), Resumed::Attempt), AnySignIn::Abandoned);
    reached!(abandoned.start_over().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
}

async fn clients_cannot_see_each_others_sign_ins(world: World) {
    let (mine, theirs) = (world.client(), world.client());
    let first = take!(mine.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    reached!(theirs.sign_in().create(G).await.unwrap(), AfterCreate::NeedsFirstFactor);
    // The other client has the checkpoint, but it can neither see nor use the sign-in.
    let stolen = take!(theirs.restore(first.checkpoint()).unwrap(), AnySignIn::NeedsFirstFactor);
    let (error, stolen) = stayed!(stolen.refresh().await);
    assert_eq!(codes(&error), [ErrorCode::ResourceNotFound]);
    let (error, _) = stayed!(stolen.password(ADA_PASSWORD).await);
    assert_eq!(codes(&error), [ErrorCode::ResourceNotFound]);
    assert!(take!(mine.resume().await.unwrap(), Resumed::Attempt).id() == Some(first.id()));
}

async fn accessors_return_the_servers_values(world: World) {
    let client = world.client();
    let untrusted = take!(client.sign_in().password(G, GRACE_PASSWORD).await.unwrap(), AfterCreate::NeedsClientTrust);
    assert!(untrusted.id().starts_with("sia_"));
    assert_eq!(untrusted.state_name(), "NeedsClientTrust");
    assert_eq!(untrusted.status(), Some(&Status::NeedsClientTrust));
    assert_eq!(untrusted.identifier(), Some(G));
    assert_eq!(untrusted.supported_identifiers()[0], IdentifierKind::EmailAddress);
    assert_eq!(untrusted.supported_first_factors()[0].strategy, Strategy::Password);
    assert_eq!(untrusted.supported_second_factors()[0].strategy, Strategy::EmailCode);
    let password = untrusted.first_factor_verification().unwrap();
    assert_eq!(password.status, Some(VerificationStatus::Verified));
    assert_eq!((password.object.as_ref(), password.expire_at), ("verification_password", None));
    assert!(untrusted.second_factor_verification().is_none());
    assert_eq!(untrusted.user_data().unwrap().first_name.as_deref(), Some("Grace"));
    assert!(!untrusted.is_transferable());
    assert_eq!(untrusted.existing_session(), None);
    assert_eq!(untrusted.client_trust_state().unwrap().as_str(), "new");
    assert!(untrusted.protect_check().is_none());
    assert!(untrusted.abandon_at().is_some());
    assert_eq!(untrusted.locale(), None);

    let sent = untrusted.send_email_code().await.unwrap();
    assert_eq!(sent.state_name(), "CodeSent<NeedsClientTrust>");
    let mailed = sent.second_factor_verification().unwrap();
    assert_eq!((mailed.object.as_ref(), mailed.attempts), ("verification_otp", Some(0)));
    let code = world.mailed_code(G);
    let done = take!(sent.verify(&code).await.unwrap(), AfterClientTrust::Complete);
    assert!(done.session_id().starts_with("sess_"));
    assert!(done.supported_first_factors().is_empty() && done.supported_second_factors().is_empty());
    let snapshot = client.snapshot().unwrap();
    assert!(snapshot.sign_in.is_none(), "a complete sign-in is no longer current");
    assert_eq!(snapshot.last_authentication_strategy, Some(Strategy::Password));
}

async fn client_survives_export_and_import(world: World) {
    let client = world.client();
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    let session_id = done.session_id().to_owned();
    let exported = serde_json::to_string(&client.export()).unwrap();
    drop((client, done));

    let exported = serde_json::from_str(&exported).unwrap();
    let client = Client::builder(Arc::clone(&world.backend)).exported(exported).build();
    let session = take!(client.resume().await.unwrap(), Resumed::Session);
    assert_eq!(session.id, session_id);
    reached!(client.set_active(&session_id).await.unwrap(), Finalized::Active);
    let error = client.set_active("sess_unknown").await.unwrap_err();
    assert_eq!(codes(&error), [ErrorCode::ResourceNotFound]);
    assert_eq!(client.active_session().unwrap().id, session_id);
}

async fn observers_see_each_change(world: World) {
    let client = world.client();
    let mut changes = client.changes();
    let mut seen = Vec::new();
    let mut look = || {
        let client = changes.next().now_or_never().unwrap().unwrap().unwrap();
        let attempts = client.sign_in.as_ref().and_then(|attempt| attempt.first_factor_verification.as_ref()?.attempts);
        seen.push((attempts, client.sessions.len()));
    };
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    look();
    let (_, sent) = stayed!(sent.verify("000000").await);
    look();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    look();
    reached!(done.finalize().await.unwrap(), Finalized::Active);
    look();
    drop(client);
    assert!(changes.next().await.is_none(), "the stream has ended");
    // The test looks four times: after a code is sent, after a wrong code is rejected, after the sign-in is complete,
    // and after the session becomes active.
    assert_eq!(seen, [(Some(0), 0), (Some(1), 0), (None, 1), (None, 1)]);
}
