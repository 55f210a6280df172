//! The guide's flows with one object: clerk-js's newer methods first, then the older ones.

use std::sync::Arc;

use clerk_sign_in::dynamic::{
    DynamicError, DynamicSignIn, DynamicState, FirstFactorAnswer, PasskeyFlow, PrepareOptions, Recipient,
    SecondFactorAnswer,
};
use clerk_sign_in::fake::{FakeBackend, FakeSolver};
use clerk_sign_in::platform::{Mediation, Wallet as _, WalletProvider};
use clerk_sign_in::relation::Step;
use clerk_sign_in::wire::{Channel, CreateSignIn, Factor, SignUpFields, Status, Strategy, VerificationStatus};
use clerk_sign_in::{AfterSignUp, AnySignIn, Client, Finalized, OtherSessions, Sso};
use support::keys::Keys;
use support::{A, ADA_PASSWORD, G, L, World, take};

use crate::from_clerk_js::shown::Recorder;
use crate::from_clerk_js::users::{
    BACKUP_CODE, PAGE, PASSWORD, PHONE, QUINN, SECOND_ADDRESS, USERNAME, add_careful_quinn, add_quinn, factor_of,
    wallet, wallets,
};

fn begin(world: &World) -> (DynamicSignIn, Recorder) {
    let (client, recorder) = Recorder::client(world);
    (client.dynamic_sign_in(), recorder)
}

/// Makes the session active, and returns the calls since the last time.
async fn finalized(sign_in: &DynamicSignIn, recorder: &Recorder) -> Vec<String> {
    let session_id = sign_in.created_session_id().unwrap();
    let session = take!(sign_in.finalize().await.unwrap(), Finalized::Active);
    assert_eq!(session.id(), session_id);
    assert!(matches!(sign_in.state(), DynamicState::Session { session_id: id, .. } if id == session_id));
    assert_eq!(sign_in.client().active_session().unwrap().id, session_id);
    assert!(sign_in.steps().is_empty() && matches!(sign_in.finalize().await, Err(DynamicError::WrongState { .. })));
    recorder.take()
}

fn factors(sign_in: &DynamicSignIn) -> Vec<Factor> {
    sign_in.supported_first_factors()
}

#[tokio::test]
async fn email_codes() {
    let world = World::memory();
    add_quinn(&world);
    let (sign_in, recorder) = begin(&world);
    sign_in.email_code().send_code(Recipient::Identifier(QUINN)).await.unwrap();
    let DynamicState::CodeSent { sent_to, attempts: 0, .. } = sign_in.state() else { panic!() };
    assert_eq!(sent_to.unwrap().safe_identifier.as_deref(), Some(QUINN));
    let error = sign_in.email_code().verify_code("000000").await.unwrap_err();
    assert!(error.error().is_some_and(clerk_sign_in::Error::is_wrong_input), "{error}");
    // The code was set aside, and is taken up again by itself.
    sign_in.choose_another().await.unwrap();
    sign_in.email_code().verify_code(&world.mailed_code(QUINN)).await.unwrap();
    let calls = finalized(&sign_in, &recorder).await;
    let expected = [
        "sign_ins",
        "prepare_first_factor email_code",
        "attempt_first_factor email_code",
        "attempt_first_factor email_code",
        "touch",
    ];
    assert_eq!(calls, expected);

    // Another address of the user, without a new attempt.
    let (sign_in, recorder) = begin(&world);
    sign_in.create(CreateSignIn::with_identifier(USERNAME)).await.unwrap();
    let id = factor_of(&factors(&sign_in), SECOND_ADDRESS).email_address_id.unwrap();
    sign_in.email_code().send_code(Recipient::Id(&id)).await.unwrap();
    assert!(recorder.sent("email_address_id", &id));
    sign_in.email_code().send_code(Recipient::Chosen).await.unwrap_err();
    sign_in.email_code().verify_code(&world.mailed_code(SECOND_ADDRESS)).await.unwrap();
    finalized(&sign_in, &recorder).await;
}

#[tokio::test]
async fn phone_codes() {
    let world = World::memory();
    add_quinn(&world);
    let (sign_in, recorder) = begin(&world);
    sign_in.phone_code().send_code(Recipient::Identifier(PHONE), Channel::Whatsapp).await.unwrap();
    assert!(recorder.sent("channel", "whatsapp"));
    // A code of another strategy was not sent.
    let error = sign_in.email_code().verify_code("123456").await.unwrap_err();
    assert!(matches!(error, DynamicError::WrongState { wanted: Step::Verify, .. }), "{error}");
    sign_in.phone_code().verify_code(&world.mailed_code(PHONE)).await.unwrap();
    finalized(&sign_in, &recorder).await;
}

#[tokio::test]
async fn email_links() {
    let world = World::memory();
    add_quinn(&world);
    world.fake.configure(|settings| settings.email_links = true);
    let (sign_in, recorder) = begin(&world);
    sign_in.email_link().send_link(Recipient::Identifier(QUINN), "/verified").await.unwrap();
    let landing = world.fake.open_link(&world.mailed_link(QUINN)).unwrap();
    let landing = format!("{landing:?}");
    sign_in.email_link().wait_for_verification(world.fake.clock().clone()).await.unwrap();
    assert!(!landing.is_empty() && sign_in.email_link().verification("https://app.example.com").is_none());
    let url = "https://app.example.com/verified?__clerk_status=verified&__clerk_created_session=sess_1";
    assert!(sign_in.email_link().verification(url).is_some());
    finalized(&sign_in, &recorder).await;

    // The older way.
    let (sign_in, recorder) = begin(&world);
    sign_in.create(CreateSignIn::with_identifier(QUINN)).await.unwrap();
    let factor = factors(&sign_in).into_iter().find(|it| it.strategy == Strategy::EmailLink).unwrap();
    let flow = sign_in.create_email_link_flow();
    let start = flow.start(factor.email_address_id.as_deref().unwrap(), PAGE, world.fake.clock().clone());
    let (started, ()) = futures::join!(start, async {
        tokio::task::yield_now().await;
        flow.cancel();
    });
    assert!(
        matches!(started, Err(DynamicError::Cancelled)) && matches!(sign_in.state(), DynamicState::LinkSent { .. })
    );
    world.fake.open_link(&world.mailed_link(QUINN)).unwrap();
    sign_in.wait_for_verification(world.fake.clock().clone()).await.unwrap();
    finalized(&sign_in, &recorder).await;
}

#[tokio::test]
async fn passwords_and_second_factors() {
    let world = World::memory();
    add_careful_quinn(&world);
    for way in ["totp", "backup_code", "email_code", "phone_code"] {
        let (sign_in, recorder) = begin(&world);
        sign_in.password(Some(QUINN), PASSWORD).await.unwrap();
        let mfa = sign_in.mfa();
        match way {
            "totp" => {
                // A code was sent, and the user then chose the authenticator app.
                mfa.send_phone_code().await.unwrap();
                mfa.verify_totp(&world.fake.totp_code(QUINN).unwrap()).await.unwrap();
            }
            "backup_code" => mfa.verify_backup_code(BACKUP_CODE).await.unwrap(),
            "email_code" => {
                mfa.send_email_code().await.unwrap();
                mfa.verify_email_code(&world.mailed_code(QUINN)).await.unwrap();
            }
            _ => {
                mfa.send_phone_code().await.unwrap();
                let sent_to = match sign_in.state() {
                    DynamicState::CodeSent { sent_to, .. } => sent_to.unwrap().safe_identifier.unwrap(),
                    elsewhere => panic!("{elsewhere:?}"),
                };
                mfa.verify_phone_code(&world.mailed_code(&sent_to)).await.unwrap();
            }
        }
        let calls = finalized(&sign_in, &recorder).await;
        assert_eq!(calls[0], "sign_ins password");
        assert!(calls.contains(&format!("attempt_second_factor {way}")), "{calls:?}");
    }
}

#[tokio::test]
async fn a_new_client_becomes_trusted() {
    let world = World::memory();
    let (sign_in, recorder) = begin(&world);
    sign_in.create(CreateSignIn::with_identifier(G)).await.unwrap();
    sign_in.password(Some(G), support::GRACE_PASSWORD).await.unwrap();
    assert_eq!(recorder.take(), ["sign_ins", "attempt_first_factor password"], "the attempt goes on");
    assert!(matches!(sign_in.state(), DynamicState::NeedsClientTrust { .. }));
    sign_in.mfa().send_email_code().await.unwrap();
    sign_in.mfa().verify_email_code(&world.mailed_code(G)).await.unwrap();
    finalized(&sign_in, &recorder).await;
}

#[tokio::test]
async fn forgotten_passwords() {
    let world = World::memory();
    add_quinn(&world);
    let (sign_in, recorder) = begin(&world);
    let reset = sign_in.reset_password_email_code();
    reset.send_code(Recipient::Identifier(QUINN)).await.unwrap();
    assert!(matches!(
        reset.submit_password("a-new-password", OtherSessions::Keep).await,
        Err(DynamicError::WrongState { .. })
    ));
    reset.verify_code(&world.mailed_code(QUINN)).await.unwrap();
    assert_eq!(sign_in.state(), DynamicState::NeedsNewPassword);
    reset.submit_password("a-new-password", OtherSessions::SignOut).await.unwrap();
    assert!(recorder.sent("sign_out_of_other_sessions", "true"));
    finalized(&sign_in, &recorder).await;

    let (sign_in, recorder) = begin(&world);
    let reset = sign_in.reset_password_phone_code();
    reset.send_code(Recipient::Identifier(PHONE)).await.unwrap();
    let code = world.mailed_code(PHONE);
    let answer = FirstFactorAnswer::ResetPassword {
        code: &code,
        new_password: "another-password",
        other_sessions: OtherSessions::Keep,
    };
    sign_in.attempt_first_factor(answer).await.unwrap();
    finalized(&sign_in, &recorder).await;
}

#[tokio::test]
async fn passkeys() {
    let world = World::memory();
    let keys = Keys::new(&world.fake);
    keys.give_to(&world.fake, L);
    for flow in [PasskeyFlow::Discoverable, PasskeyFlow::Autofill, PasskeyFlow::Listed] {
        let (sign_in, recorder) = begin(&world);
        sign_in.passkey(&keys.passkeys, flow).await.unwrap();
        assert_eq!(finalized(&sign_in, &recorder).await, ["sign_ins passkey", "attempt_first_factor passkey", "touch"]);
    }
    let (sign_in, recorder) = begin(&world);
    sign_in.create(CreateSignIn::with_identifier(L)).await.unwrap();
    sign_in.authenticate_with_passkey(&keys.passkeys, PasskeyFlow::Listed).await.unwrap();
    let calls = finalized(&sign_in, &recorder).await;
    assert_eq!(calls[..3], ["sign_ins", "prepare_first_factor passkey", "attempt_first_factor passkey"]);

    // As the second factor.
    world.fake.configure(|settings| settings.passkey_satisfies_second_factor = true);
    keys.give_passkey_to(&world.fake, A);
    let (sign_in, recorder) = begin(&world);
    sign_in.password(Some(A), ADA_PASSWORD).await.unwrap();
    sign_in.mfa().passkey(&keys.passkeys, Mediation::Modal).await.unwrap();
    finalized(&sign_in, &recorder).await;
}

#[tokio::test]
async fn wallets_sign_in() {
    let world = World::memory();
    add_quinn(&world);
    for (name, provider) in wallets() {
        let (sign_in, recorder) = begin(&world);
        let wallet = wallet(provider.clone());
        let strategy = provider.strategy();
        match name {
            "metamask" => sign_in.authenticate_with_metamask(&wallet).await.unwrap(),
            "base" => sign_in.authenticate_with_base(&wallet).await.unwrap(),
            "coinbase_wallet" => sign_in.authenticate_with_coinbase_wallet(&wallet).await.unwrap(),
            "okx_wallet" => sign_in.authenticate_with_okx_wallet(&wallet).await.unwrap(),
            _ => sign_in.authenticate_with_solana(&wallet).await.unwrap(),
        }
        let calls = finalized(&sign_in, &recorder).await;
        let strategy = strategy.as_str();
        let prepared = format!("prepare_first_factor {strategy}");
        assert_eq!(calls, ["sign_ins", &prepared, &format!("attempt_first_factor {strategy}"), "touch"]);
    }
    let (sign_in, recorder) = begin(&world);
    sign_in.web3(&wallet(WalletProvider::Metamask)).await.unwrap();
    finalized(&sign_in, &recorder).await;
    // Another wallet than the method names, and a callback in place of a wallet.
    let (sign_in, recorder) = begin(&world);
    let metamask = wallet(WalletProvider::Metamask);
    let error = sign_in.authenticate_with_okx_wallet(&metamask).await.unwrap_err();
    assert_eq!((error.code(), recorder.calls()), ("capability_unavailable", 0));
    let address = metamask.address().await.unwrap();
    let sign = async |message: String| {
        let provider = WalletProvider::Metamask;
        metamask.sign_message(clerk_sign_in::platform::WalletRequest::new(&message, &provider)).await
    };
    sign_in.authenticate_with_web3(WalletProvider::Metamask, &address, sign).await.unwrap();
    finalized(&sign_in, &recorder).await;
}

#[tokio::test]
async fn single_sign_on() {
    let world = World::memory();
    let (sign_in, recorder) = begin(&world);
    let google = Sso::oauth("google");
    let url = sign_in.authenticate_with_redirect(&google, PAGE).await.unwrap();
    assert_eq!(sign_in.external_url().as_deref(), Some(&*url));
    let json = serde_json::to_string(&sign_in.state()).unwrap();
    assert!(!json.contains(&url), "the state shows the secret URL");
    let callback = world.consent(sign_in.client(), &url, L).await.unwrap();
    sign_in.finish(&callback).await.unwrap();
    finalized(&sign_in, &recorder).await;

    // A user without an account: the same object goes on as a sign-up.
    let (sign_in, _) = begin(&world);
    sign_in.sso(&google, PAGE).await.unwrap();
    let url = sign_in.external_url().unwrap();
    let callback = world.consent(sign_in.client(), &url, "new@example.com").await.unwrap();
    sign_in.finish(&callback).await.unwrap();
    assert!(sign_in.is_transferable() && sign_in.state() == DynamicState::Transferable);
    let signed_up = take!(sign_in.continue_sign_up(SignUpFields::new()).await.unwrap(), AfterSignUp::Complete);
    drop(signed_up.finalize().await.unwrap());
    assert_eq!(sign_in.state(), DynamicState::SignUp);
}

#[tokio::test]
async fn single_sign_on_continues_an_attempt() {
    let world = World::memory();
    let (sign_in, recorder) = begin(&world);
    let google = Sso::oauth("google");
    let error = sign_in.continue_sign_in(&google, PAGE).await.unwrap_err();
    assert!(matches!(error, DynamicError::WrongState { wanted: Step::Sso, .. }) && recorder.calls() == 0);
    sign_in.create(CreateSignIn::with_identifier(L)).await.unwrap();
    let id = sign_in.id();
    let url = sign_in.continue_sign_in(&google, PAGE).await.unwrap();
    assert_eq!(sign_in.id(), id);
    sign_in.finish(&world.consent(sign_in.client(), &url, L).await.unwrap()).await.unwrap();
    finalized(&sign_in, &recorder).await;
}

#[tokio::test]
async fn tickets_replace_the_attempt() {
    let world = World::memory();
    let (sign_in, recorder) = begin(&world);
    sign_in.create(CreateSignIn::with_identifier(A)).await.unwrap();
    let ticket = world.fake.add_ticket(L, std::time::Duration::from_secs(60)).unwrap();
    sign_in.ticket(ticket.ticket.expose()).await.unwrap();
    finalized(&sign_in, &recorder).await;
}

#[tokio::test]
async fn the_older_steps_by_strategy() {
    let world = World::memory();
    add_careful_quinn(&world);
    let (sign_in, recorder) = begin(&world);
    sign_in.create(CreateSignIn::with_identifier(QUINN)).await.unwrap();
    let options = PrepareOptions::new();
    for factor in factors(&sign_in) {
        let strategy = factor.strategy.clone();
        let options = options.clone().redirect_url(PAGE);
        let prepared = sign_in.prepare_first_factor(&factor, &options).await;
        if strategy == Strategy::Password {
            assert_eq!(prepared.unwrap_err().code(), "factor_not_found");
            continue;
        }
        let wait = prepared.is_err_and(|error| error.code() == "verification_code_too_many_requests");
        let sent = recorder.take().pop().unwrap();
        assert!(wait || sent == format!("prepare_first_factor {strategy}"), "{sent} {strategy}");
    }
    world.fake.clock().advance(clerk_sign_in::wire::Verification::RESEND_INTERVAL);
    sign_in.prepare_first_factor(&Factor::new(Strategy::EmailCode), &options).await.unwrap();
    let code = world.mailed_code(QUINN);
    sign_in.attempt_first_factor(FirstFactorAnswer::EmailCode(&code)).await.unwrap();
    let error = sign_in.attempt_first_factor(FirstFactorAnswer::Password(PASSWORD)).await.unwrap_err();
    assert!(matches!(error, DynamicError::WrongState { wanted: Step::Password, .. }));
    sign_in.prepare_second_factor(&Factor::new(Strategy::PhoneCode), &options).await.unwrap();
    assert_eq!(
        sign_in.prepare_second_factor(&Factor::new(Strategy::Totp), &options).await.unwrap_err().code(),
        "factor_not_found"
    );
    let totp = world.fake.totp_code(QUINN).unwrap();
    sign_in.attempt_second_factor(SecondFactorAnswer::Totp(&totp)).await.unwrap();
    finalized(&sign_in, &recorder).await;
}

#[tokio::test]
async fn a_failure_half_way_leaves_a_state_to_go_on_from() {
    let world = World::memory();
    add_quinn(&world);
    let (sign_in, _) = begin(&world);
    sign_in.phone_code().send_code(Recipient::Identifier("quinn"), Channel::Sms).await.unwrap();
    sign_in.reset();
    // The user has no passkey: the attempt exists, and another factor can be verified.
    let error = sign_in.email_code().send_code(Recipient::Identifier("+15550100153")).await.unwrap_err();
    assert!(error.error().is_some(), "{error}");
    sign_in.create(CreateSignIn::with_identifier(QUINN)).await.unwrap();
    let error = sign_in.challenge_passkey().await.unwrap_err();
    assert_eq!(error.code(), "factor_not_found");
    sign_in.password(None, PASSWORD).await.unwrap();
    assert!(matches!(sign_in.state(), DynamicState::Complete { .. }));
}

#[tokio::test]
async fn the_typed_sign_in_and_the_object_become_each_other() {
    let world = World::memory();
    let sign_in = world.client().dynamic_sign_in();
    sign_in.create(CreateSignIn::with_identifier(A)).await.unwrap();
    let AnySignIn::NeedsFirstFactor(typed) = sign_in.clone().into_typed().await.unwrap() else { panic!() };
    assert!(matches!(sign_in.state(), DynamicState::NeedsIdentifier { .. }), "the object begins anew");
    let sign_in = DynamicSignIn::new(typed);
    sign_in.password(None, ADA_PASSWORD).await.unwrap();
    assert!(matches!(sign_in.state(), DynamicState::NeedsSecondFactor { .. }));
}

#[tokio::test]
async fn one_tap_makes_the_session_active() {
    let world = World::memory();
    let credential = world.fake.provider_credential(&Strategy::GoogleOneTap, L).unwrap();
    let client: Client = world.client();
    let sign_in = client.dynamic_sign_in();
    let token = credential.id_token.expose().to_owned();
    let session = take!(sign_in.authenticate_with_google_one_tap(&token).await.unwrap(), Finalized::Active);
    assert_eq!(client.active_session().unwrap().id, session.id());
}

#[tokio::test]
async fn popups_come_back_to_the_object() {
    let world = World::memory();
    for older in [false, true] {
        let (sign_in, recorder) = begin(&world);
        let browser = world.fake.browser(L);
        if older {
            sign_in.authenticate_with_popup(&Sso::oauth("google"), &browser).await.unwrap();
        } else {
            sign_in.sso_with(&Sso::oauth("google"), &browser).await.unwrap();
        }
        finalized(&sign_in, &recorder).await;
    }
}

#[tokio::test]
async fn properties_show_the_attempt() {
    let world = World::memory();
    add_careful_quinn(&world);
    let client = world.client_over(Arc::clone(&world.backend)).locale("de-DE").timezone("Europe/Berlin").build();
    let sign_in = client.dynamic_sign_in();
    assert!(sign_in.id().is_none() && sign_in.identifier().is_none() && sign_in.user_data().is_none());
    assert_eq!(sign_in.status(), Some(Status::NeedsIdentifier));
    sign_in.create_or_sign_up(QUINN).await.unwrap();
    sign_in.create(CreateSignIn::with_identifier(QUINN)).await.unwrap();
    let attempt = sign_in.attempt();
    assert_eq!(sign_in.id().as_deref(), Some(attempt.id.as_str()));
    assert_eq!(sign_in.status(), Some(Status::NeedsFirstFactor));
    assert_eq!(sign_in.user_data().unwrap().first_name.as_deref(), Some("Quinn"));
    assert_eq!(sign_in.locale().as_deref(), Some("de-DE"));
    assert_eq!(sign_in.timezone().as_deref(), Some("Europe/Berlin"));
    assert_eq!(sign_in.supported_identifiers(), attempt.supported_identifiers);
    assert!(sign_in.sso_bypass_first_factors().is_empty() && sign_in.supported_second_factors().is_empty());
    assert!(sign_in.protect_check().is_none() && sign_in.existing_session().is_none());
    assert!(!sign_in.is_transferable() && sign_in.client_trust_state().is_none());
    assert_eq!(sign_in.abandon_at(), attempt.abandon_at);
    sign_in.password(None, PASSWORD).await.unwrap();
    assert!(sign_in.first_factor_verification().unwrap().status == Some(VerificationStatus::Verified));
    assert!(sign_in.second_factor_verification().is_none());
    assert_eq!(sign_in.fetch_status(), clerk_sign_in::dynamic::FetchStatus::Idle);
    sign_in.mfa().verify_totp(&world.fake.totp_code(QUINN).unwrap()).await.unwrap();
    sign_in.organization(None).await.unwrap();
    let finalized = sign_in.finalize_with(|navigation| {
        assert!(!navigation.session().id.is_empty());
        std::future::ready(())
    });
    drop(finalized.await.unwrap());
    // The last description stays readable.
    assert_eq!(sign_in.identifier().as_deref(), Some(QUINN));
}

#[tokio::test]
async fn a_gate_is_a_state_of_the_object() {
    let world = World::memory();
    world.fake.require_protect_checks(2);
    let (sign_in, recorder) = begin(&world);
    sign_in.create(CreateSignIn::with_identifier(L)).await.unwrap();
    let DynamicState::NeedsProtectCheck { expires_at: Some(_) } = sign_in.state() else { panic!() };
    let token = sign_in.protect_check().unwrap().token.unwrap();
    assert!(!serde_json::to_string(&sign_in.state()).unwrap().contains(token.expose()));
    sign_in.submit_proof(&FakeBackend::proof_for(token.expose())).await.unwrap();
    sign_in.solve_with(&FakeSolver).await.unwrap();
    sign_in.send_email_code(None).await.unwrap();
    sign_in.verify("424242").await.unwrap();
    finalized(&sign_in, &recorder).await;
}

#[tokio::test]
async fn passwords_are_checked_before_they_are_sent() {
    let world = World::memory();
    let client = world.client();
    let environment = client.environment().await.unwrap();
    let sign_in = client.dynamic_sign_in();
    assert!(sign_in.validate_password(&environment, "a-long-password").is_empty());
    assert!(!sign_in.validate_password(&environment, "short").is_empty());
}

#[tokio::test]
async fn a_link_makes_a_new_client_trusted() {
    let world = World::memory();
    let (sign_in, recorder) = begin(&world);
    sign_in.password(Some(G), support::GRACE_PASSWORD).await.unwrap();
    sign_in.send_email_link(None, PAGE).await.unwrap();
    world.fake.open_link(&world.mailed_link(G)).unwrap();
    sign_in.wait_for_verification(world.fake.clock().clone()).await.unwrap();
    finalized(&sign_in, &recorder).await;
}

#[test]
fn objects_and_calls_can_move_between_threads() {
    fn moves<T: Send + Sync>(_: &T) {}
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let sign_in = World::memory().client().dynamic_sign_in();
    moves(&sign_in);
    drop(is_send(sign_in.password(Some(A), ADA_PASSWORD)));
    drop(is_send(sign_in.email_code().send_code(Recipient::Chosen)));
    drop(is_send(sign_in.finalize()));
}
