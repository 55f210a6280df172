//! Errors of passkeys, wallets and trusted devices.

use std::time::Duration;

use clerk_sign_in::backend::CallContext;
use clerk_sign_in::platform::{CapabilityError, LocalDeviceKey, LocalPasskeys, Mediation, TrustedDeviceKey, Wallet};
use clerk_sign_in::wire::{
    ActingSession, Answer, AttemptFactor, AttemptTrustedDevice, DevicePlatform, ErrorCode, Factor, Passkey,
    PrepareFactor, PrepareTrustedDevice, Request, Secret, Strategy, VerifyPasskey,
};
use clerk_sign_in::{
    AfterCreate, AfterFirstFactor, AnySignIn, Client, Error, ErrorKind, PasskeyChallenged, SignIn,
    TrustedDeviceChallenged,
};

use super::{Row, first, rejected_as, row};
use support::keys::{Keys, device_of};
use support::{G, L, World, take};

const APP: (DevicePlatform, &str) = (DevicePlatform::Android, "com.example.app");

pub(super) fn table() -> Vec<Row> {
    let mut rows = passkeys();
    rows.extend(trusted_devices());
    rows.push(row!(FormIncorrectSignature, 422, |world| {
        let keys = linus(world);
        let start = world.client().sign_in();
        let challenged = start.challenge_wallet(&keys.wallet.provider(), &keys.address()).await.unwrap();
        challenged.verify_signature("0x00").await.unwrap_err().into()
    }));
    rows
}

fn passkeys() -> Vec<Row> {
    vec![
        row!(NoPasskeysFoundForUser, 400, |world| {
            let sign_in = first(world, G).await;
            // The typed step detects by itself that the user has no passkey.
            let prepare = PrepareFactor::new(sign_in.id(), &Factor::new(Strategy::Passkey));
            rejected_as(&sign_in, world, Request::PrepareFirstFactor(prepare)).await
        }),
        row!(PasskeyNotRegistered, 404, |world| {
            first(world, G).await.challenge_passkey_with_id("idn_of_nobody").await.unwrap_err().into()
        }),
        row!(PasskeyIdentificationNotVerified, 422, |world| {
            world.fake.new_passkey(G).unwrap();
            let id = world.fake.user(G).unwrap().passkeys.remove(0);
            first(world, G).await.challenge_passkey_with_id(&id).await.unwrap_err().into()
        }),
        row!(PasskeyInvalidPublicKeyCredential, 422, |world| {
            linus(world);
            passkey(world).await.verify_assertion("{}").await.unwrap_err().into()
        }),
        row!(PasskeyAuthenticationFailure, 400, |world| {
            let keys = linus(world);
            // The authenticator answers an older challenge.
            let asked = passkey(world).await;
            let options = asked.options().to_owned();
            let again = asked.challenge_again().await.unwrap();
            let answer = signed(&keys.passkeys, &options).await.unwrap();
            again.verify_assertion(answer.expose()).await.unwrap_err().into()
        }),
        row!(PasskeyRegistrationFailure, 400, |world| {
            let (client, session) = signed_in(world).await;
            let (first, second) =
                (new_passkey(world, &client, &session).await, new_passkey(world, &client, &session).await);
            // A passkey created for the first request does not match the second request.
            let made = LocalPasskeys::new(&world.fake.settings().issuer).unwrap();
            let made = made.create(first.verification.unwrap().nonce.as_deref().unwrap()).await.unwrap();
            verify_passkey(world, &client, VerifyPasskey::new(&session, &second.id, made)).await.unwrap_err()
        }),
        row!(PasskeyInvalidVerification, 400, |world| {
            let (client, session) = signed_in(world).await;
            let asked = new_passkey(world, &client, &session).await;
            let made = LocalPasskeys::new(&world.fake.settings().issuer).unwrap();
            let made = made.create(asked.verification.unwrap().nonce.as_deref().unwrap()).await.unwrap();
            let verify = VerifyPasskey::new(&session, &asked.id, made);
            verify_passkey(world, &client, verify.clone()).await.unwrap();
            verify_passkey(world, &client, verify).await.unwrap_err()
        }),
        row!(PasskeyQuotaExceeded, 403, |world| {
            let (client, session) = signed_in(world).await;
            for _ in 0..10 {
                Keys::new(&world.fake).give_to(&world.fake, L);
            }
            asked_as(world, &client, Request::CreatePasskey(ActingSession::new(&session))).await.unwrap_err()
        }),
        row!(ActionForSessionNotAuthorized, 401, |world| {
            let (client, _) = signed_in(world).await;
            asked_as(world, &client, Request::CreatePasskey(ActingSession::new("sess_of_nobody"))).await.unwrap_err()
        }),
    ]
}

fn trusted_devices() -> Vec<Row> {
    vec![
        row!(TrustedDeviceNotRegistered, 422, |world| {
            world.client().sign_in().trusted_device("tdev_of_nobody").await.unwrap_err().into()
        }),
        row!(TrustedDeviceSignatureVerificationFailed, 400, |world| {
            linus(world);
            device(world).await.verify_with(&LocalDeviceKey::generate()).await.unwrap_err().into()
        }),
        row!(TrustedDeviceChallengeExpired, 400, |world| {
            let keys = linus(world);
            let asked = device(world).await;
            world.fake.advance(Duration::from_secs(5 * 60));
            asked.verify_with(&keys.device).await.unwrap_err().into()
        }),
        row!(TrustedDeviceChallengeNotFound, 400, |world| {
            let keys = linus(world);
            // The second copy of the sign-in does not know that a wrong answer to the first copy has used up the
            // challenge.
            let asked = device(world).await;
            let twin = take!(asked.client().restore(asked.checkpoint()).unwrap(), AnySignIn::TrustedDeviceChallenged);
            drop(asked.verify_signature("wrong").await.unwrap_err());
            twin.verify_with(&keys.device).await.unwrap_err().into()
        }),
        row!(TrustedDeviceInvalidClientData, 422, |world| {
            let keys = linus(world);
            let asked = device(world).await;
            let signature = keys.device.sign("{}").await.unwrap();
            let mut attempt = AttemptFactor::trusted_device(asked.id(), asked.challenge(), signature);
            attempt.client_data = Some("{}".to_owned());
            asked_as(world, asked.client(), Request::AttemptFirstFactor(attempt)).await.unwrap_err()
        }),
        row!(TrustedDeviceBindingMismatch, 422, |world| {
            let (client, session) = signed_in(world).await;
            let key = LocalDeviceKey::generate();
            let begun = client.enroll_trusted_device(&session, APP, None, &key).await.unwrap();
            let jwk = key.public_key_jwk().await.unwrap();
            let other = PrepareTrustedDevice::new(&session, DevicePlatform::Ios, APP.1, jwk);
            let data = begun.challenge().client_data.clone();
            let attempt = AttemptTrustedDevice::new(other, data.clone(), key.sign(&data).await.unwrap());
            asked_as(world, &client, Request::AttemptTrustedDevice(attempt)).await.unwrap_err()
        }),
        row!(TrustedDeviceAppIdentifierNotConfigured, 400, |world| {
            let (client, session) = signed_in(world).await;
            let app = (APP.0, "com.example.other");
            client.enroll_trusted_device(&session, app, None, &LocalDeviceKey::generate()).await.unwrap_err()
        }),
        row!(TrustedDeviceInvalidPublicKey, 422, |world| {
            let (client, session) = signed_in(world).await;
            let device = PrepareTrustedDevice::new(&session, APP.0, APP.1, "{}".to_owned());
            asked_as(world, &client, Request::PrepareTrustedDevice(device)).await.unwrap_err()
        }),
        row!(TrustedDeviceAlreadyEnrolled, 409, |world| {
            let (client, session) = signed_in(world).await;
            let keys = linus(world);
            client.enroll_trusted_device(&session, APP, None, &keys.device).await.unwrap_err()
        }),
        row!(TrustedDeviceCredentialQuotaExceeded, 400, |world| {
            let (client, session) = signed_in(world).await;
            for _ in 0..10 {
                let key = LocalDeviceKey::generate();
                let begun = client.enroll_trusted_device(&session, APP, None, &key).await.unwrap();
                begun.confirm(&key).await.unwrap();
            }
            client.enroll_trusted_device(&session, APP, None, &LocalDeviceKey::generate()).await.unwrap_err()
        }),
    ]
}

/// Returns Linus's keys.
fn linus(world: &World) -> Keys {
    let keys = Keys::new(&world.fake);
    keys.give_to(&world.fake, L);
    keys
}

async fn passkey(world: &World) -> SignIn<PasskeyChallenged> {
    world.client().sign_in().challenge_passkey().await.unwrap()
}

async fn signed(passkeys: &LocalPasskeys, options: &str) -> Result<Secret, CapabilityError> {
    use clerk_sign_in::platform::{PasskeyAuthenticator, PasskeyRequest};
    passkeys.get_assertion(PasskeyRequest::new(options, Mediation::Modal)).await
}

async fn device(world: &World) -> SignIn<TrustedDeviceChallenged> {
    let device = device_of(&world.fake, L);
    let first = world.client().sign_in().trusted_device(&device).await.unwrap();
    take!(first, AfterCreate::NeedsFirstFactor).challenge_trusted_device(&device).await.unwrap()
}

async fn signed_in(world: &World) -> (Client, String) {
    world.fake.configure(|settings| settings.app_identifiers = vec![APP.1.to_owned()]);
    let client = world.client();
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    let session = done.finalize().await.unwrap().session().id.clone();
    (client, session)
}

/// Sends a request that no typed step makes.
async fn asked_as(world: &World, client: &Client, request: Request) -> Result<Answer, Error> {
    let context = CallContext::new(world.identity(World::token_of(client).as_deref()));
    match world.for_wrong_requests.call(context, request).await.unwrap().result {
        Ok(answer) => Ok(answer),
        Err(rejection) => Err(ErrorKind::Rejected(rejection).into()),
    }
}

async fn new_passkey(world: &World, client: &Client, session: &str) -> Passkey {
    let answer = asked_as(world, client, Request::CreatePasskey(ActingSession::new(session))).await.unwrap();
    *take!(answer, Answer::Passkey)
}

async fn verify_passkey(world: &World, client: &Client, verify: VerifyPasskey) -> Result<Answer, Error> {
    asked_as(world, client, Request::VerifyPasskey(verify)).await
}
