//! The answers whose values are changed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use super::changes::{field, places};
use clerk_sign_in::backend::{Backend, BackendError, CallContext, Identity, encode_response};
use clerk_sign_in::fake::{FakeBackend, NewUser};
use clerk_sign_in::platform::LocalDeviceKey;
use clerk_sign_in::testing::{Action, Person, Walker};
use clerk_sign_in::wire::{
    ActingSession, DevicePlatform, GetSignIn, GetSignUp, OneSession, RemovePasskey, Request, Response,
};
use clerk_sign_in::{AfterCreate, AfterFirstFactor, Client, Finalized, Landing, async_trait};
use futures::executor::block_on;
use serde_json::{Value, json};
use support::{A, ADA_PASSWORD, G, L, World, published, reached, take};

/// An answer, and the request that it answers.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) name: String,
    pub(super) request: Request,
    pub(super) status: u16,
    pub(super) body: Value,
}

/// A backend that keeps one answer of each kind.
///
/// Two answers are of the same kind if they answer the same endpoint and have the same fields with the same types.
#[derive(Clone, Debug)]
struct Recording {
    inner: FakeBackend,
    seen: Arc<Mutex<BTreeMap<String, Sample>>>,
}

impl Recording {
    fn keep(&self, context: &CallContext, request: &Request, response: &Response) {
        let message = encode_response(context, response);
        let Ok(body) = serde_json::from_slice::<Value>(message.body()) else { return };
        let endpoint = format!("{request:?}").split(['(', ' ']).next().unwrap().to_owned();
        let status = message.status().as_u16();
        let decisive = ["/response/status", "/response/first_factor_verification/strategy", "/errors/0/code"];
        let decisive: Vec<_> = decisive.iter().filter_map(|place| body.pointer(place)?.as_str()).collect();
        let kind = format!("{endpoint} {status} {}", decisive.join(" "));
        // The answer with the most fields is kept, and the smallest of these.
        let rank = |body: &Value| {
            let fields: BTreeSet<_> = places(body).iter().map(|place| field(place)).collect();
            (fields.len(), Reverse(body.to_string().len()))
        };
        let mut seen = self.seen.lock().unwrap();
        if seen.get(&kind).is_none_or(|known| rank(&known.body) < rank(&body)) {
            seen.insert(kind.clone(), Sample { name: kind, request: request.clone(), status, body });
        }
    }
}

#[async_trait]
impl Backend for Recording {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let response = self.inner.call(context.clone(), request.clone()).await?;
        self.keep(&context, &request, &response);
        Ok(response)
    }
}

/// Returns answers of the fake to all endpoints.
pub(super) fn of_the_fake() -> Vec<Sample> {
    let seen = Arc::default();
    // Each flow has a server of its own, so that the answers stay small.
    let recording = || Recording { inner: FakeBackend::demo(), seen: Arc::clone(&seen) };
    for actions in walks() {
        let recording = recording();
        block_on(Walker::new(recording.inner.clone(), recording).walk(&actions)).unwrap();
    }
    block_on(async {
        visit_endpoints(recording()).await;
        complete_a_link(recording()).await;
        meet_tasks_and_locks(recording()).await;
    });
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    seen.into_values().chain(written()).collect()
}

fn walks() -> Vec<Vec<Action>> {
    use Action as Do;
    let by_keys = [
        Do::ChallengeTrustedDevice,
        Do::Refresh,
        Do::Sign(true),
        Do::ChallengeWallet,
        Do::Refresh,
        Do::Sign(false),
        Do::Resend,
        Do::Sign(true),
        Do::ChallengePasskey,
        Do::Refresh,
    ];
    let signing_up = [
        Do::CreateWithIdToken(Person::Nobody, true),
        Do::SignUp,
        Do::CreateOrSignUp(Person::Nobody),
        Do::SendEmailCode,
        Do::Verify(true),
    ];
    let by_provider =
        [Do::Create(Person::Linus), Do::Sso, Do::Resume, Do::GoToProvider(false), Do::Sso, Do::GoToProvider(true)];
    let by_password =
        [Do::Create(Person::Ada), Do::Password(false), Do::Password(true), Do::Totp(false), Do::Totp(true)];
    let by_code = [
        Do::CreateWithPassword(Person::Grace, true),
        Do::SendEmailCode,
        Do::Refresh,
        Do::Verify(false),
        Do::Verify(true),
    ];
    let by_link = [Do::Create(Person::Linus), Do::SendEmailLink, Do::WaitForLink(2), Do::OpenLink, Do::WaitForLink(2)];
    let reset = [
        Do::CreateWithResetCode(Person::Ada),
        Do::Refresh,
        Do::Verify(true),
        Do::SubmitPassword(false),
        Do::SubmitPassword(true),
    ];
    let gated = [
        Do::Create(Person::Grace),
        Do::RequireProtectChecks(2),
        Do::Password(true),
        Do::SubmitProof(false),
        Do::SubmitProof(true),
        Do::SubmitProof(true),
    ];
    [&by_keys[..], &signing_up, &by_provider, &by_password, &by_code, &by_link, &reset, &gated].map(Vec::from).into()
}

async fn visit_endpoints(recording: Recording) {
    let fake = recording.inner.clone();
    let app = (DevicePlatform::Android, "com.example.app");
    fake.configure(|settings| settings.app_identifiers = vec![app.1.to_owned()]);
    let client = Client::new(recording.clone());
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    let done = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    let session = done.finalize().await.unwrap().session().id.clone();
    client.refresh().await.unwrap();
    client.environment().await.unwrap();
    client.session_token(&session).await.unwrap();

    let key = LocalDeviceKey::generate();
    let enrollment = client.enroll_trusted_device(&session, app, Some("phone"), &key).await.unwrap();
    let device = enrollment.confirm(&key).await.unwrap();
    client.validate_trusted_device(&device.id).await.unwrap();
    client.trusted_devices(&session).await.unwrap();
    client.revoke_trusted_device(&session, &device.id).await.unwrap();

    let acting = || ActingSession::new(&session);
    for request in [
        Request::GetUser(acting()),
        Request::ListSessions(acting()),
        Request::CreateTotp(acting()),
        Request::CreatePasskey(acting()),
        Request::GetSession(OneSession::new(&session)),
        Request::GetSession(OneSession::new("sess_unknown")),
        Request::EndSession(OneSession::new(&session)),
        Request::EndSessions,
        Request::DeleteClient,
    ] {
        let identity = Identity::Native { token: World::token_of(&client).map(Into::into) };
        recording.call(CallContext::new(identity), request).await.unwrap();
    }
}

async fn complete_a_link(recording: Recording) {
    let fake = recording.inner.clone();
    let client = Client::new(recording.clone());
    let first = take!(client.sign_in().create(G).await.unwrap(), AfterCreate::NeedsFirstFactor);
    drop(first.send_email_link_to_app("com.example.app://sign-in").await.unwrap());
    let link = fake.outbox().pop().unwrap().link().unwrap().expose().to_owned();
    let url = fake.open_link(&link).unwrap().unwrap();
    let landing = Landing::parse(&url);
    drop(client.complete_magic_link(landing.magic_link().unwrap()).await.unwrap());
}

async fn meet_tasks_and_locks(recording: Recording) {
    let fake = recording.inner.clone();
    let user = NewUser::new("new@example.com").password("first-day").session_task("choose-organization");
    fake.add_user(user).unwrap();
    fake.configure(|settings| (settings.client_trust, settings.lockout_attempts) = (false, 2));
    let client = Client::new(recording.clone());
    let done = take!(client.sign_in().password("new@example.com", "first-day").await.unwrap(), AfterCreate::Complete);
    reached!(done.finalize().await.unwrap(), Finalized::Pending);
    client.refresh().await.unwrap();
    for password in ["wrong", "wrong", ADA_PASSWORD] {
        drop(client.sign_in().password(A, password).await.unwrap_err());
    }
}

/// Returns answers that the fake does not give.
fn written() -> Vec<Sample> {
    let client = json!({
        "id": "client_1", "updated_at": 1_767_225_600_000_i64, "last_active_session_id": "sess_1",
        "sessions": [
            { "id": "sess_1", "status": "active", "last_active_token": { "object": "token", "jwt": "e.y.J" } },
            { "id": "sess_2", "status": "active", "tasks": [{ "key": "reset-password" }, { "key": "setup-mfa" }] },
        ],
    });
    let sign_in = |more: Value| {
        let mut sign_in = json!({ "id": "sia_1", "status": "needs_first_factor", "identifier": "ada" });
        sign_in.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "response": sign_in, "client": client })
    };
    let gate = json!({ "protect_check": { "status": "pending", "token": "t", "sdk_url": "https://protect.invalid" } });
    let nonce =
        json!({ "first_factor_verification": { "status": "unverified", "strategy": "passkey", "nonce": "{}" } });
    let device = json!({ "first_factor_verification": {
        "status": "unverified", "strategy": "trusted_device",
        "trusted_device_challenge": { "client_data": "{}", "challenge_id": "c", "expires_at": 5, "algorithm": "ES256" },
    } });
    let denied = json!({ "first_factor_verification": {
        "status": "unverified", "strategy": "oauth_google", "attempts": 1, "expire_at": 5,
        "error": { "code": "oauth_access_denied", "message": "No.", "long_message": "No!", "meta": { "a": 1 } },
    } });
    let rejection = json!({
        "errors": [
            { "code": "user_locked", "message": "m", "meta": { "lockout_expires_in_seconds": 1799 } },
            { "code": "identifier_already_signed_in", "message": "m", "meta": { "session_id": "s", "param_name": "p" } },
        ],
        "meta": { "client": client },
        "clerk_trace_id": "trace_1",
    });
    let sample = |name: &str, status, body: Value| {
        let request = Request::GetSignIn(GetSignIn::new("sia_1"));
        Sample { name: name.to_owned(), request, status, body }
    };
    let other = |name: &str, request, response: Value| {
        let body = json!({ "response": response, "client": client });
        Sample { name: name.to_owned(), request, status: 200, body }
    };
    let banned = json!({ "id": "user_1", "banned": true, "locked": true });
    let deleted = json!({ "object": "passkey", "id": "idn_1", "deleted": true });
    let totp =
        json!({ "object": "totp", "id": "totp_1", "secret": "GEZDGNBV", "uri": "otpauth://totp/a", "verified": true });
    let sign_up = json!({
        "id": "sua_1", "status": "missing_requirements", "missing_fields": ["username", "password"],
        "unverified_fields": ["email_address"],
        "verifications": { "email_address": { "status": "unverified", "strategy": "email_code", "next_action": "a" } },
    });
    vec![
        sample("gated", 200, sign_in(gate)),
        sample("passkey challenge", 200, sign_in(nonce)),
        sample("device challenge", 200, sign_in(device)),
        sample("denied at the provider", 200, sign_in(denied)),
        sample("two errors", 422, rejection),
        other("client", Request::GetClient, client.clone()),
        other("session", Request::GetSession(OneSession::new("sess_1")), client["sessions"][0].clone()),
        other("pending", Request::GetSession(OneSession::new("sess_2")), client["sessions"][1].clone()),
        other("user", Request::GetUser(ActingSession::new("sess_1")), banned),
        other("passkey", Request::RemovePasskey(RemovePasskey::new("sess_1", "idn_1")), deleted),
        other("authenticator app", Request::CreateTotp(ActingSession::new("sess_1")), totp),
        other("sign-up", Request::GetSignUp(GetSignUp::new("sua_1")), sign_up),
        Sample {
            request: Request::ListSessions(ActingSession::new("sess_1")),
            ..sample("sessions", 200, client["sessions"].clone())
        },
    ]
}

/// Returns the recorded answers to the endpoints that this crate calls.
pub(super) fn recorded() -> Vec<Sample> {
    let samples = published::recorded().into_iter().filter_map(|recorded| {
        let request = Request::parse(&recorded.method.parse().unwrap(), &recorded.path, b"").ok()?;
        Some(Sample { name: recorded.file.display().to_string(), request, status: 200, body: recorded.body })
    });
    samples.collect()
}
