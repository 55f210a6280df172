//! The enrolment of trusted devices, and sign-ins with them. The tests use real keys. Each flow runs in memory
//! and over HTTP.

use std::time::Duration;

use async_trait::async_trait;
use clerk_sign_in::backend::CallContext;
use clerk_sign_in::fake::{NewUser, Scripted, UserAccess, UserChange};
use clerk_sign_in::platform::{CapabilityError, LocalDeviceKey, TrustedDeviceKey};
use clerk_sign_in::wire::{
    AttemptFactor, AttemptTrustedDevice, DevicePlatform, ErrorCode, PrepareTrustedDevice, Request, Secret, Strategy,
    TrustedDevice, TrustedDeviceStatus, VerificationStatus,
};
use clerk_sign_in::{
    AfterCreate, AfterFirstFactor, AfterSecondFactor, AnySignIn, Client, Error, ErrorKind, Finalized, NeedsFirstFactor,
    Resumed, SignIn, StepError, TrustedDeviceChallenged,
};
use serde_json::Value;
use support::{A, ADA_PASSWORD, L, World, codes, moved, over_every_identity, reached, stayed, take};

over_every_identity! {
    enrolled_device_signs_in,
    second_factor_follows_a_trusted_device,
    devices_can_be_listed_and_revoked,
    device_is_valid_while_it_can_sign_in,
    challenge_can_be_answered_once,
    expired_challenge_can_be_replaced,
    another_key_is_rejected,
    modified_challenge_is_rejected,
    replaced_challenge_is_gone,
    device_cannot_answer_for_another,
    missing_parameter_is_named,
    unknown_device_is_rejected,
    failing_key_sends_nothing,
    unknown_app_cannot_enrol,
    key_can_be_enrolled_once,
    two_users_cannot_enrol_the_same_key,
    invalid_key_is_rejected,
    enrolment_needs_a_signature_by_its_own_key,
    expired_enrolment_is_rejected,
    account_has_a_maximum_number_of_devices,
    barred_user_is_rejected,
    another_factor_can_be_chosen,
    challenge_is_found_after_a_restart,
    gate_comes_before_the_challenge,
}

const APP: (DevicePlatform, &str) = (DevicePlatform::Android, "com.example.app");

/// Signs in as Linus to an instance whose settings list his app.
async fn signed_in(world: &World) -> (Client, String) {
    signed_in_as(world, L).await
}

async fn signed_in_as(world: &World, email_address: &str) -> (Client, String) {
    world.fake.configure(|settings| settings.app_identifiers = vec![APP.1.to_owned(), "com.example.other".to_owned()]);
    let client = world.client();
    let sent = client.sign_in().send_email_code(email_address).await.unwrap();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    let session = done.finalize().await.unwrap().session().id.clone();
    (client, session)
}

async fn enrolled(client: &Client, session: &str, key: &LocalDeviceKey) -> TrustedDevice {
    let enrollment = client.enroll_trusted_device(session, APP, Some("Linus' phone"), key).await.unwrap();
    enrollment.confirm(key).await.unwrap()
}

/// Returns a trusted device that belongs to Linus, and the key of that device.
async fn device(world: &World) -> (TrustedDevice, LocalDeviceKey) {
    let (client, session) = signed_in(world).await;
    let key = LocalDeviceKey::generate();
    (enrolled(&client, &session, &key).await, key)
}

async fn first_factor(client: &Client, device: &TrustedDevice) -> SignIn<NeedsFirstFactor> {
    take!(client.sign_in().trusted_device(&device.id).await.unwrap(), AfterCreate::NeedsFirstFactor)
}

async fn challenged(client: &Client, device: &TrustedDevice) -> SignIn<TrustedDeviceChallenged> {
    first_factor(client, device).await.challenge_trusted_device(&device.id).await.unwrap()
}

fn rejected(error: &Error) -> ErrorCode {
    let codes = codes(error);
    assert_eq!(codes.len(), 1, "{error}");
    codes[0].clone()
}

async fn enrolled_device_signs_in(world: World) {
    let (enrolled, key) = device(&world).await;
    assert_eq!((enrolled.platform.as_ref(), enrolled.app_identifier.as_str()), (Some(&APP.0), APP.1));
    assert_eq!((enrolled.name.as_deref(), enrolled.algorithm.as_str()), (Some("Linus' phone"), "ES256"));
    let client = world.client();
    let first = first_factor(&client, &enrolled).await;
    let listed = first.supported_first_factors().iter().find(|it| it.strategy == Strategy::TrustedDevice).unwrap();
    assert_eq!(listed.trusted_device_id.as_ref(), Some(&enrolled.id));
    let challenged = first.challenge_trusted_device(&enrolled.id).await.unwrap();
    let challenge = challenged.challenge();
    assert_eq!((challenge.trusted_device_id.as_ref(), challenge.algorithm.as_str()), (Some(&enrolled.id), "ES256"));
    assert!(challenged.client_data().contains(&challenge.challenge));
    let done = take!(challenged.verify_with(&key).await.unwrap(), AfterFirstFactor::Complete);
    let session = take!(done.finalize().await.unwrap(), Finalized::Active);
    assert_eq!(session.session().user.as_ref().unwrap().first_name.as_deref(), Some("Linus"));
    assert_eq!(client.snapshot().unwrap().last_authentication_strategy, Some(Strategy::TrustedDevice));
    let now = client.trusted_devices(session.id()).await.unwrap();
    assert!(now[0].last_used_at.is_some() && enrolled.last_used_at.is_none());
}

async fn second_factor_follows_a_trusted_device(world: World) {
    signed_in(&world).await;
    let client = world.client();
    let second = take!(client.sign_in().password(A, ADA_PASSWORD).await.unwrap(), AfterCreate::NeedsSecondFactor);
    let done = take!(second.verify_totp(&world.ada_totp()).await.unwrap(), AfterSecondFactor::Complete);
    let session = done.finalize().await.unwrap().session().id.clone();
    let key = LocalDeviceKey::generate();
    let device = enrolled(&client, &session, &key).await;
    let step = challenged(&world.client(), &device).await.verify_with(&key).await.unwrap();
    reached!(step, AfterFirstFactor::NeedsSecondFactor);
}

async fn devices_can_be_listed_and_revoked(world: World) {
    let (client, session) = signed_in(&world).await;
    let (phone, tablet) = (LocalDeviceKey::generate(), LocalDeviceKey::generate());
    let phone = enrolled(&client, &session, &phone).await;
    let key = tablet;
    let tablet = enrolled(&client, &session, &key).await;
    let ids = |devices: &[TrustedDevice]| devices.iter().map(|it| it.id.clone()).collect::<Vec<_>>();
    let mut listed = ids(&client.trusted_devices(&session).await.unwrap());
    listed.sort();
    let mut both = vec![phone.id.clone(), tablet.id.clone()];
    both.sort();
    assert_eq!(listed, both);
    assert_eq!(world.fake.user(L).unwrap().trusted_devices.len(), 2);

    let waiting = challenged(&world.client(), &tablet).await;
    let revoked = client.revoke_trusted_device(&session, &tablet.id).await.unwrap();
    assert_eq!(revoked.status, Some(TrustedDeviceStatus::Revoked));
    assert!(revoked.revoked_at.is_some());
    assert_eq!(ids(&client.trusted_devices(&session).await.unwrap()), [phone.id]);
    let (error, waiting) = stayed!(waiting.verify_with(&key).await);
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceNotRegistered, "a challenge from before is useless");
    let (error, _) = stayed!(waiting.challenge_again().await);
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceNotRegistered);
    let (error, _) = stayed!(world.client().sign_in().trusted_device(&tablet.id).await);
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceNotRegistered);
    let again = client.revoke_trusted_device(&session, &tablet.id).await.unwrap_err();
    assert_eq!(rejected(&again), ErrorCode::ResourceNotFound);
    assert!(client.active_session().is_some(), "sessions continue");
}

async fn device_is_valid_while_it_can_sign_in(world: World) {
    let (client, session) = signed_in(&world).await;
    let device = enrolled(&client, &session, &LocalDeviceKey::generate()).await;
    let elsewhere = world.client();
    assert!(elsewhere.validate_trusted_device(&device.id).await.unwrap());
    assert!(!elsewhere.validate_trusted_device("tdev_nobody").await.unwrap());
    let mut change = UserChange::default();
    change.access = Some(UserAccess::Banned);
    world.fake.change_user(&world.fake.user(L).unwrap().id, change).unwrap();
    assert!(!elsewhere.validate_trusted_device(&device.id).await.unwrap());
    let mut change = UserChange::default();
    change.access = Some(UserAccess::Allowed);
    world.fake.change_user(&world.fake.user(L).unwrap().id, change).unwrap();
    client.revoke_trusted_device(&session, &device.id).await.unwrap();
    assert!(!elsewhere.validate_trusted_device(&device.id).await.unwrap());
}

async fn challenge_can_be_answered_once(world: World) {
    let (device, key) = device(&world).await;
    let client = world.client();
    let asked = challenged(&client, &device).await;
    let (first, signature) = (asked.challenge().clone(), key.sign(asked.client_data()).await.unwrap());
    reached!(asked.verify_signature(signature.expose()).await.unwrap(), AfterFirstFactor::Complete);
    client.sign_out().await.unwrap();
    let again = challenged(&client, &device).await;
    assert_ne!(again.challenge().challenge, first.challenge);
    let (error, over) = moved!(again.verify_signature(signature.expose()).await);
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceSignatureVerificationFailed);
    let first = take!(over, AnySignIn::NeedsFirstFactor);
    let first = first.trusted_device_challenged().expect_err("one wrong answer uses it up");
    let again = first.challenge_trusted_device(&device.id).await.unwrap();
    reached!(again.verify_with(&key).await.unwrap(), AfterFirstFactor::Complete);
}

async fn expired_challenge_can_be_replaced(world: World) {
    let (device, key) = device(&world).await;
    let challenged = challenged(&world.client(), &device).await;
    world.fake.advance(Duration::from_secs(5 * 60));
    let (error, over) = moved!(challenged.verify_with(&key).await);
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceChallengeExpired);
    let first = take!(over, AnySignIn::NeedsFirstFactor);
    assert_eq!(first.first_factor_verification().unwrap().status, Some(VerificationStatus::Expired));
    let challenged = first.challenge_trusted_device(&device.id).await.unwrap();
    reached!(challenged.verify_with(&key).await.unwrap(), AfterFirstFactor::Complete);
}

async fn another_key_is_rejected(world: World) {
    let (device, key) = device(&world).await;
    let challenged = challenged(&world.client(), &device).await;
    let (error, over) = moved!(challenged.verify_with(&LocalDeviceKey::generate()).await);
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceSignatureVerificationFailed);
    let first = take!(over, AnySignIn::NeedsFirstFactor);
    assert_eq!(first.first_factor_verification().unwrap().status, Some(VerificationStatus::Failed));
    let challenged = first.challenge_trusted_device(&device.id).await.unwrap();
    let (error, over) = moved!(challenged.verify_signature("nonsense").await);
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceSignatureVerificationFailed);
    let first = take!(over, AnySignIn::NeedsFirstFactor);
    let challenged = first.challenge_trusted_device(&device.id).await.unwrap();
    reached!(challenged.verify_with(&key).await.unwrap(), AfterFirstFactor::Complete);
}

/// Sends an answer that the state machine never sends.
async fn answered(
    world: &World,
    client: &Client,
    challenged: &SignIn<TrustedDeviceChallenged>,
    key: &LocalDeviceKey,
    change: impl FnOnce(&mut AttemptFactor),
) -> ErrorCode {
    let signature = key.sign(challenged.client_data()).await.unwrap();
    let mut attempt = AttemptFactor::trusted_device(challenged.id(), challenged.challenge(), signature);
    change(&mut attempt);
    let export = serde_json::to_value(client.export()).unwrap();
    let context = CallContext::new(world.identity(export["token"].as_str()));
    let answer = world.for_wrong_requests.call(context, Request::AttemptFirstFactor(attempt)).await.unwrap();
    answer.result.unwrap_err().errors[0].code.clone()
}

async fn modified_challenge_is_rejected(world: World) {
    let (device, key) = device(&world).await;
    let client = world.client();
    let asked = challenged(&client, &device).await;
    let mut data: Value = serde_json::from_str(asked.client_data()).unwrap();
    data["issuer"] = "https://evil.example".into();
    let changed = data.to_string();
    let signature = key.sign(&changed).await.unwrap();
    let code = answered(&world, &client, &asked, &key, |attempt| {
        attempt.client_data = Some(changed);
        attempt.signature = Some(signature);
    });
    assert_eq!(code.await, ErrorCode::TrustedDeviceInvalidClientData);
    let code = answered(&world, &client, &asked, &key, |attempt| attempt.client_data = Some("{}".to_owned())).await;
    assert_eq!(code, ErrorCode::TrustedDeviceInvalidClientData);
}

async fn replaced_challenge_is_gone(world: World) {
    let (device, key) = device(&world).await;
    let client = world.client();
    let asked = challenged(&client, &device).await;
    let old = asked.client_data().to_owned();
    let asked = asked.challenge_again().await.unwrap();
    let signature = key.sign(&old).await.unwrap();
    let code = answered(&world, &client, &asked, &key, |attempt| {
        attempt.client_data = Some(old);
        attempt.signature = Some(signature);
    });
    assert_eq!(code.await, ErrorCode::TrustedDeviceChallengeNotFound);
}

async fn device_cannot_answer_for_another(world: World) {
    let (client, session) = signed_in(&world).await;
    let (phones, tablets) = (LocalDeviceKey::generate(), LocalDeviceKey::generate());
    let phone = enrolled(&client, &session, &phones).await;
    let tablet = enrolled(&client, &session, &tablets).await;
    let elsewhere = world.client();
    let asked = challenged(&elsewhere, &phone).await;
    let id = tablet.id.clone();
    let code = answered(&world, &elsewhere, &asked, &tablets, |attempt| attempt.trusted_device_id = Some(id)).await;
    assert_eq!(code, ErrorCode::TrustedDeviceBindingMismatch);
}

async fn missing_parameter_is_named(world: World) {
    let (device, key) = device(&world).await;
    let client = world.client();
    let asked = challenged(&client, &device).await;
    let parts: [fn(&mut AttemptFactor); 4] = [
        |attempt| attempt.trusted_device_id = None,
        |attempt| attempt.client_data = None,
        |attempt| attempt.signature = None,
        |attempt| attempt.algorithm = None,
    ];
    for part in parts {
        assert_eq!(answered(&world, &client, &asked, &key, part).await, ErrorCode::FormParamMissing);
    }
    let code = answered(&world, &client, &asked, &key, |attempt| attempt.algorithm = Some("none".to_owned())).await;
    assert_eq!(code, ErrorCode::FormParamValueInvalid);
    let signature = key.sign(asked.client_data()).await.unwrap();
    reached!(asked.verify_signature(signature.expose()).await.unwrap(), AfterFirstFactor::Complete);
}

async fn unknown_device_is_rejected(world: World) {
    let (device, _) = device(&world).await;
    let (error, start) = stayed!(world.client().sign_in().trusted_device("tdev_nobody").await);
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceNotRegistered);
    // Linus's device does not belong to Ada.
    let ada = take!(start.create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let (error, ada) = stayed!(ada.challenge_trusted_device(&device.id).await);
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceNotRegistered);
    drop(ada.trusted_device_challenged().unwrap_err());
}

async fn failing_key_sends_nothing(world: World) {
    let (device, key) = device(&world).await;
    let key = Scripted::new(
        key,
        [
            Err(CapabilityError::Cancelled),
            Err(CapabilityError::unavailable("the fingerprints were changed")),
            Err(CapabilityError::failed("the enclave gave an error")),
        ],
    );
    let mut asked = challenged(&world.client(), &device).await;
    let before = world.fake.state();
    for is_cancelled in [true, false, false] {
        let (error, again) = stayed!(asked.verify_with(&key).await);
        assert!(matches!(error.kind(), ErrorKind::Capability(_)) && error.is_cancelled() == is_cancelled, "{error}");
        asked = again;
    }
    assert!(before == world.fake.state(), "the server got no request");
    reached!(asked.verify_with(&key).await.unwrap(), AfterFirstFactor::Complete);
}

async fn unknown_app_cannot_enrol(world: World) {
    let (client, session) = signed_in(&world).await;
    let key = LocalDeviceKey::generate();
    let app = (DevicePlatform::Ios, "com.example.unknown");
    let error = client.enroll_trusted_device(&session, app, None, &key).await.unwrap_err();
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceAppIdentifierNotConfigured);
    let error = client.enroll_trusted_device("sess_nobody", APP, None, &key).await.unwrap_err();
    assert_eq!(rejected(&error), ErrorCode::ActionForSessionNotAuthorized);
    world.fake.configure(|settings| settings.trusted_devices = false);
    let error = client.enroll_trusted_device(&session, APP, None, &key).await.unwrap_err();
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceAppIdentifierNotConfigured);
}

async fn key_can_be_enrolled_once(world: World) {
    let (client, session) = signed_in(&world).await;
    let key = LocalDeviceKey::generate();
    let device = enrolled(&client, &session, &key).await;
    let error = client.enroll_trusted_device(&session, APP, None, &key).await.unwrap_err();
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceAlreadyEnrolled);
    client.revoke_trusted_device(&session, &device.id).await.unwrap();
    assert_ne!(enrolled(&client, &session, &key).await.id, device.id);
}

async fn two_users_cannot_enrol_the_same_key(world: World) {
    const MIA: &str = "mia+clerk_test@example.com";
    world.fake.add_user(NewUser::new(MIA)).unwrap();
    let (linus, linus_session) = signed_in(&world).await;
    let (mia, mia_session) = signed_in_as(&world, MIA).await;
    let key = LocalDeviceKey::generate();
    // Both users get a challenge before either of them answers.
    let of_linus = linus.enroll_trusted_device(&linus_session, APP, None, &key).await.unwrap();
    let of_mia = mia.enroll_trusted_device(&mia_session, APP, None, &key).await.unwrap();
    of_linus.confirm(&key).await.unwrap();
    let error = of_mia.confirm(&key).await.unwrap_err();
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceChallengeNotFound);
}

/// A key that presents the public key of another key pair.
#[derive(Debug)]
struct Claims<'a>(&'a LocalDeviceKey, String);

#[async_trait]
impl TrustedDeviceKey for Claims<'_> {
    async fn public_key_jwk(&self) -> Result<String, CapabilityError> {
        Ok(self.1.clone())
    }

    async fn sign(&self, text: &str) -> Result<Secret, CapabilityError> {
        self.0.sign(text).await
    }
}

async fn invalid_key_is_rejected(world: World) {
    let (client, session) = signed_in(&world).await;
    let key = LocalDeviceKey::generate();
    let jwk = key.public_key_jwk().await.unwrap();
    for wrong in ["{}".to_owned(), "nonsense".to_owned(), jwk.replace("P-256", "P-384"), jwk.replace("\"x\"", "\"z\"")]
    {
        let error = client.enroll_trusted_device(&session, APP, None, &Claims(&key, wrong)).await.unwrap_err();
        assert_eq!(rejected(&error), ErrorCode::TrustedDeviceInvalidPublicKey);
    }
    // A JSON Web Key is still the same key if only the order of its members changes.
    let read: Value = serde_json::from_str(&jwk).unwrap();
    let reordered = format!(r#"{{"y":{},"x":{},"crv":"P-256","kty":"EC"}}"#, read["y"], read["x"]);
    let begun = client.enroll_trusted_device(&session, APP, None, &Claims(&key, reordered)).await.unwrap();
    begun.confirm(&key).await.unwrap();
    let error = client.enroll_trusted_device(&session, APP, None, &key).await.unwrap_err();
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceAlreadyEnrolled);
}

type Change = fn(&mut PrepareTrustedDevice);

async fn enrolment_needs_a_signature_by_its_own_key(world: World) {
    let (client, session) = signed_in(&world).await;
    let (key, other) = (LocalDeviceKey::generate(), LocalDeviceKey::generate());
    let begun = client.enroll_trusted_device(&session, APP, None, &key).await.unwrap();
    let error = begun.confirm(&other).await.unwrap_err();
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceSignatureVerificationFailed);
    let error = begun.confirm(&key).await.unwrap_err();
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceChallengeNotFound, "it was used up");
    // The challenge of one enrolment does not work for another enrolment.
    let first = client.enroll_trusted_device(&session, APP, None, &key).await.unwrap();
    let second = client.enroll_trusted_device(&session, APP, None, &other).await.unwrap();
    let error = first.confirm(&key).await.unwrap_err();
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceChallengeNotFound);
    // The data must not change between the start and the end of an enrolment.
    let changes: [(&str, Change); 2] = [
        ("platform", |device| device.platform = Some(DevicePlatform::Ios)),
        ("app_identifier", |device| device.app_identifier = Some("com.example.other".to_owned())),
    ];
    for (name, change) in changes {
        let client_data = second.challenge().client_data.clone();
        let signature = other.sign(&client_data).await.unwrap();
        let jwk = other.public_key_jwk().await.unwrap();
        let mut device = PrepareTrustedDevice::new(&session, APP.0, APP.1, jwk);
        change(&mut device);
        let attempt = AttemptTrustedDevice::new(device, client_data, signature);
        let export = serde_json::to_value(client.export()).unwrap();
        let context = CallContext::new(world.identity(export["token"].as_str()));
        let answer = world.backend.call(context, Request::AttemptTrustedDevice(attempt)).await.unwrap();
        let error = answer.result.unwrap_err().errors[0].clone();
        assert_eq!(error.code, ErrorCode::TrustedDeviceBindingMismatch);
        assert_eq!(error.meta.param_name.as_deref(), Some(name));
    }
    second.confirm(&other).await.unwrap();
}

async fn expired_enrolment_is_rejected(world: World) {
    let (client, session) = signed_in(&world).await;
    let key = LocalDeviceKey::generate();
    let begun = client.enroll_trusted_device(&session, APP, None, &key).await.unwrap();
    world.fake.advance(Duration::from_secs(5 * 60));
    let error = begun.confirm(&key).await.unwrap_err();
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceChallengeExpired);
    enrolled(&client, &session, &key).await;
}

async fn account_has_a_maximum_number_of_devices(world: World) {
    let (client, session) = signed_in(&world).await;
    for _ in 0..10 {
        enrolled(&client, &session, &LocalDeviceKey::generate()).await;
    }
    let error = client.enroll_trusted_device(&session, APP, None, &LocalDeviceKey::generate()).await.unwrap_err();
    assert_eq!(rejected(&error), ErrorCode::TrustedDeviceCredentialQuotaExceeded);
}

async fn barred_user_is_rejected(world: World) {
    let (device, key) = device(&world).await;
    let asked = challenged(&world.client(), &device).await;
    let mut change = UserChange::default();
    change.access = Some(UserAccess::Banned);
    world.fake.change_user(&world.fake.user(L).unwrap().id, change).unwrap();
    let (error, _) = stayed!(asked.verify_with(&key).await);
    assert_eq!(rejected(&error), ErrorCode::UserBanned);
    let (error, _) = stayed!(world.client().sign_in().trusted_device(&device.id).await);
    assert_eq!(rejected(&error), ErrorCode::UserBanned);
}

async fn another_factor_can_be_chosen(world: World) {
    let (device, key) = device(&world).await;
    let asked = challenged(&world.client(), &device).await;
    let data = asked.client_data().to_owned();
    let first = asked.choose_another();
    let back = first.trusted_device_challenged().unwrap();
    assert_eq!(back.client_data(), data);
    let sent = back.choose_another().send_email_code().await.unwrap();
    let first = sent.choose_another().trusted_device_challenged().unwrap_err();
    let asked = first.challenge_trusted_device(&device.id).await.unwrap();
    reached!(asked.verify_with(&key).await.unwrap(), AfterFirstFactor::Complete);
}

async fn challenge_is_found_after_a_restart(world: World) {
    let (device, key) = device(&world).await;
    let client = world.client();
    let data = challenged(&client, &device).await.client_data().to_owned();
    let found = take!(client.resume().await.unwrap(), Resumed::Attempt);
    let found = take!(found, AnySignIn::TrustedDeviceChallenged);
    assert_eq!((found.client_data(), found.state_name()), (data.as_str(), "TrustedDeviceChallenged"));
    let restored = take!(client.restore(found.checkpoint()).unwrap(), AnySignIn::TrustedDeviceChallenged);
    reached!(restored.verify_with(&key).await.unwrap(), AfterFirstFactor::Complete);
}

async fn gate_comes_before_the_challenge(world: World) {
    let (device, key) = device(&world).await;
    world.fake.require_protect_checks(1);
    let client = world.client();
    let gate = take!(client.sign_in().trusted_device(&device.id).await.unwrap(), AfterCreate::NeedsProtectCheck);
    let proof =
        clerk_sign_in::fake::FakeBackend::proof_for(gate.protect_check().unwrap().token.as_ref().unwrap().expose());
    let first = take!(gate.submit_proof(&proof).await.unwrap(), AnySignIn::NeedsFirstFactor);
    world.fake.require_protect_checks(1);
    let Err(StepError::Moved { sign_in, .. }) = first.challenge_trusted_device(&device.id).await else {
        panic!("the step was not gated")
    };
    let gate = take!(sign_in, AnySignIn::NeedsProtectCheck);
    let proof =
        clerk_sign_in::fake::FakeBackend::proof_for(gate.protect_check().unwrap().token.as_ref().unwrap().expose());
    let first = take!(gate.submit_proof(&proof).await.unwrap(), AnySignIn::NeedsFirstFactor);
    let asked = first.challenge_trusted_device(&device.id).await.unwrap();
    reached!(asked.verify_with(&key).await.unwrap(), AfterFirstFactor::Complete);
}
