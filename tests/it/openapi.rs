//! Tests of the OpenAPI checks: they accept real answers and reject damaged ones.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use clerk_sign_in::backend::Transport;
use clerk_sign_in::backend::{Backend, BackendError, CallContext, Identity, decode_response, encode_response};
use clerk_sign_in::fake::{EnterpriseConnection, FakeBackend, NewUser, RateLimits};
use clerk_sign_in::platform::LocalDeviceKey;
use clerk_sign_in::server::Server;
use clerk_sign_in::wire::{
    ActingSession, Answer, AttemptFactor, AttemptSignUp, BrowserRequest, CaptchaWidgetType, ChangePassword, Channel,
    CreateSignIn, CreateSignUp, DevicePlatform, Factor, GetSignIn, GetSignUp, OpenEmailLink, PrepareFactor,
    PrepareSignUp, Rejection, RemovePasskey, RenamePasskey, Request, ResetPassword, Secret, SignInAttempt,
    SignUpAttempt, SignUpFields, SignUpSso, Strategy, SubmitProof, TokenUpdate, VerifyCaptcha, VerifyPasskey,
};
use clerk_sign_in::{AfterCreate, AfterFirstFactor, Client, HttpBackend, Landing, async_trait};
use serde_json::{Value, json};
use support::keys::Keys;
use support::openapi::{Contract, EXCUSED, Plain, Validated, Wrong};
use support::published::{Recorded, folder, recorded};
use support::{A, ADA_PASSWORD, L, Scripted, stayed, take};

const SIGN_INS: &str = "/v1/client/sign_ins";

/// Returns all recorded answers except the environment. The environment is left out because these tests do not request
/// it, and because its field names are placeholders.
fn real_answers() -> impl Iterator<Item = Recorded> {
    recorded().into_iter().filter(|real| real.path != "/v1/environment")
}

#[test]
fn recorded_answers_match_the_document() {
    let Some(contract) = Contract::published() else { return };
    let context = CallContext::default();
    let mut checked = 0;
    for real in real_answers() {
        let file = real.file.display();
        let check = |body: &[u8]| contract.check_response(&real.method, &real.path, 200, body);
        let body = real.body.to_string().into_bytes();
        assert_eq!(check(&body), Ok(()), "{file}");

        // A server that forwards an answer of another server must keep everything that the document requires.
        let request = Request::parse(&real.method.parse().unwrap(), &real.path, b"").unwrap();
        let response = decode_response(&context, &request, &http::Response::new(body)).unwrap();
        assert_eq!(check(encode_response(&context, &response).body()), Ok(()), "{file}, passed on");
        checked += 1;
    }
    assert!(checked >= 8, "only {checked} answers were found");
}

#[test]
fn invalid_answer_is_reported_with_its_location() {
    let Some(contract) = Contract::published() else { return };
    let real = real_answers().find(|real| real.body["client"]["sessions"][0].is_object()).unwrap();
    let check = |body: &Value| contract.check_response(&real.method, &real.path, 200, body.to_string().as_bytes());
    let damaged = |place: &str, damage: &dyn Fn(&mut Value)| {
        let mut body = real.body.clone();
        damage(body.pointer_mut(place).unwrap());
        check(&body).expect_err(place).join("\n")
    };
    let without = |place: &str, name: &str| {
        damaged(place, &|value| assert!(value.as_object_mut().unwrap().remove(name).is_some()))
    };
    let with = |place: &str, changed: Value| damaged(place, &|value| *value = changed.clone());

    assert_eq!(without("", "client"), "/: \"client\" is a required property");
    assert_eq!(without("/response", "id"), "/response: \"id\" is a required property");
    let user = "/client/sessions/0/user";
    assert_eq!(without(user, "banned"), format!("{user}: \"banned\" is a required property"));
    let email = "/client/sessions/0/user/email_addresses/0";
    assert_eq!(without(email, "linked_to"), format!("{email}: \"linked_to\" is a required property"));

    assert!(with("/response/status", json!("done")).starts_with("/response/status: "), "an unknown status");
    assert!(with("/response/identifier", json!(5)).starts_with("/response/identifier: "), "the wrong type");
    assert!(
        with("/response/abandon_at", json!(null)).starts_with("/response/abandon_at: "),
        "null where it is not allowed"
    );
    assert!(
        with("/client/created_at", json!("1767225600000")).starts_with("/client/created_at: "),
        "text for a number"
    );
    let verification = "/response/first_factor_verification";
    assert!(
        with(&format!("{verification}/status"), json!("wrong")).starts_with(verification),
        "a wrong value in an alternative"
    );
    assert!(
        with(verification, json!({ "strategy": "password" })).starts_with(verification),
        "an incomplete verification"
    );

    let more = damaged("/response", &|value| value["secret"] = json!("x"));
    assert_eq!(more, "/response: Additional properties are not allowed ('secret' was unexpected)");
    damaged(email, &|value| value["secret"] = json!("x"));

    let answer = real.body.to_string();
    let rejected = |method: &str, path: &str, status, body: &str| {
        contract.check_response(method, path, status, body.as_bytes()).expect_err(path).join("\n")
    };
    assert!(rejected("POST", SIGN_INS, 201, &answer).contains("status 201"));
    assert!(rejected("PUT", SIGN_INS, 200, &answer).contains("no such operation"));
    assert!(rejected("POST", "/v1/client/sign_outs", 200, &answer).contains("no such operation"));
    assert!(rejected("POST", SIGN_INS, 200, "{").contains("not JSON"));
    assert!(rejected("POST", SIGN_INS, 422, r#"{"errors":[{"code":"x"}]}"#).contains("\"message\" is a required"));
    assert!(rejected("POST", SIGN_INS, 422, "{}").contains("\"errors\" is a required"));
}

#[test]
fn invalid_request_is_reported_with_the_parameter() {
    let Some(contract) = Contract::published() else { return };
    let reset = format!("{SIGN_INS}/sia_1/reset_password");
    let attempt = format!("{SIGN_INS}/sia_1/attempt_second_factor");
    let proof = format!("{SIGN_INS}/sia_1/protect_check?_is_native=1&_method=PATCH");
    let check = |method: &str, target: &str, form: &str| contract.check_request(method, target, form.as_bytes());
    for (method, target, form) in [
        ("GET", "/v1/client?_is_native=1", ""),
        ("POST", "/v1/client?_method=DELETE", ""),
        ("POST", SIGN_INS, "identifier=a%40b.c&strategy=password&password=x&transfer=true"),
        ("POST", &reset, "password=x&sign_out_of_other_sessions=false"),
        ("POST", &attempt, "strategy=totp&code=123456"),
        ("POST", &proof, "proof_token=x"),
    ] {
        assert_eq!(check(method, target, form), Ok(()), "{method} {target} {form}");
    }
    for (method, target, form, wrong) in [
        ("POST", SIGN_INS, "identifier=a&identifyer=b", "/identifyer: the document has no such parameter"),
        ("POST", SIGN_INS, "identifier=a&identifier=b", "/identifier: given more than once"),
        ("POST", SIGN_INS, "transfer=yes", "/transfer: value is not of type \"boolean\""),
        ("POST", &reset, "password=x&code=1", "/code: the document has no such parameter"),
        ("POST", &reset, "sign_out_of_other_sessions=true", "/: \"password\" is a required property"),
        ("POST", &attempt, "strategy=password&code=x", "/strategy: value is not one of"),
        ("POST", "/v1/client?x=1", "", "/x: the document has no such parameter"),
        ("GET", "/v1/client", "x=1", "a body: the document has none here"),
        ("GET", SIGN_INS, "", "get /v1/client/sign_ins: the document has no such operation"),
        ("POST", &proof.replace("&_method=PATCH", ""), "proof_token=x", "the document has no such operation"),
    ] {
        let rejected = check(method, target, form).expect_err(target);
        assert!(rejected.len() == 1 && rejected[0].contains(wrong), "{rejected:?} and not {wrong}");
    }
}

/// Uses a small document to check how the differences between OpenAPI and JSON Schema are handled.
#[test]
fn openapi_document_is_interpreted_correctly() {
    let answer = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "kind": { "type": "string", "nullable": true, "enum": ["one", "two"], "example": { "nullable": true } },
            "part": { "nullable": true, "allOf": [{ "$ref": "#/components/schemas/Tree.Node" }] },
            "either": { "oneOf": [{ "type": "integer" }, { "type": "number", "exclusiveMinimum": true, "minimum": 0 }] },
            // These words are usually keywords of OpenAPI, but here they are names of fields.
            "nullable": { "type": "boolean" },
            "format": { "type": "string", "format": "email" },
        },
    });
    let contract = Contract::new(json!({
        "paths": {
            "/v1/{anything}/node": { "get": { "responses": { "200": { "description": "other" } } } },
            "/v1/trees/{tree_id}": { "get": {
                "parameters": [{ "$ref": "#/components/parameters/Deep" }],
                "responses": { "200": { "$ref": "#/components/responses/Tree" } },
            } },
        },
        "components": {
            "securitySchemes": {},
            "parameters": { "Deep": { "in": "query", "name": "deep", "required": true, "schema": { "type": "integer" } } },
            "responses": { "Tree": { "content": { "application/json": { "schema": answer } } } },
            "schemas": { "Tree.Node": {
                "type": "object",
                "required": ["next"],
                "properties": { "next": { "nullable": true, "allOf": [{ "$ref": "#/components/schemas/Tree.Node" }] } },
            } },
        },
    }));
    let check = |body: Value| contract.check_response("GET", "/v1/trees/oak", 200, body.to_string().as_bytes());
    for right in [
        json!({ "kind": null, "part": null, "either": 3, "nullable": true, "format": "no address" }),
        json!({ "kind": "one", "part": { "next": { "next": null } }, "either": 0.5 }),
    ] {
        assert_eq!(check(right.clone()), Ok(()), "{right}");
    }
    for (wrong, place) in [
        (json!({ "kind": "three" }), "/kind"),
        (json!({ "part": { "next": { "next": 3 } } }), "/part/next/next"),
        (json!({ "part": {} }), "/part"),
        (json!({ "either": "3" }), "/either"),
        (json!({ "either": -0.5 }), "/either"),
        (json!({ "nullable": null }), "/nullable"),
        (json!({ "more": 1 }), "/"),
        (json!(null), "/"),
    ] {
        let rejected: Wrong = check(wrong.clone()).expect_err(place);
        assert!(rejected.iter().all(|line| line.starts_with(&format!("{place}: "))), "{wrong}: {rejected:?}");
    }
    let request = |target: &str| contract.check_request("GET", target, b"").map_err(|wrong| wrong.join("\n"));
    assert_eq!(request("/v1/trees/oak?deep=3"), Ok(()));
    assert_eq!(request("/v1/trees/oak"), Err("/: \"deep\" is a required property".to_owned()));
    assert!(request("/v1/trees/oak?deep=very").unwrap_err().starts_with("/deep: "));
    assert!(request("/v1/trees").unwrap_err().contains("no such operation"));
    assert!(contract.check_response("GET", "/v1/trees/node", 200, b"").is_err(), "the path with fewer variables");
}

#[tokio::test]
async fn wrong_answer_fails_the_test() {
    if folder().is_none() {
        return;
    }
    let answer = json!({ "response": { "id": "sia_1", "status": "complete" }, "client": null }).to_string();
    let scripted = Scripted::new([(200, http::HeaderMap::new(), answer.into_bytes())]);
    let client = Client::new(HttpBackend::with_transport("http://clerk.invalid", Validated::new(scripted)));
    let failed = tokio::spawn(client.sign_in().create(A)).await.unwrap_err();
    let message = failed.into_panic().downcast::<String>().unwrap();
    assert!(message.starts_with("the answer 200 to POST /v1/client/sign_ins?_is_native=1 is not as"), "{message}");
    assert!(message.contains("\n  /response: \"object\" is a required property"), "{message}");
}

#[tokio::test]
async fn excuses_are_all_needed_and_sufficient() {
    let Some(contract) = Contract::published() else { return };
    let exchanges = exchanges().await;
    for exchange in &exchanges {
        assert_eq!(exchange.check(contract), Ok(()), "{} {}", exchange.method, exchange.target);
    }
    for excuse in EXCUSED {
        for place in excuse.places {
            let stricter = Contract::without(Some(place)).unwrap();
            let is_missed = exchanges.iter().any(|exchange| exchange.check(&stricter).is_err());
            assert!(is_missed, "nothing needs {place} any more, though {}", excuse.because);
        }
    }
}

/// A request and its answer.
struct Exchange {
    method: String,
    target: String,
    form: Option<Vec<u8>>,
    status: u16,
    answer: Vec<u8>,
}

impl Exchange {
    fn check(&self, contract: &Contract) -> Result<(), Wrong> {
        if let Some(form) = &self.form {
            contract.check_request(&self.method, &self.target, form)?;
        }
        contract.check_response(&self.method, &self.target, self.status, &self.answer)
    }
}

/// A transport that records every exchange.
#[derive(Clone, Debug, Default)]
struct Recording {
    http: Plain,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.method, self.target, self.status)
    }
}

#[async_trait]
impl Transport for Recording {
    async fn send(&self, message: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, BackendError> {
        let (method, target) = (message.method().to_string(), message.uri().path_and_query().unwrap().to_string());
        let form = Some(message.body().clone());
        let answer = self.http.send(message).await?;
        let (status, body) = (answer.status().as_u16(), answer.body().clone());
        self.exchanges.lock().unwrap().push(Exchange { method, target, form, status, answer: body });
        Ok(answer)
    }
}

/// A client that can send any request.
struct RawClient<'a> {
    backend: &'a HttpBackend,
    token: Option<Secret>,
}

impl RawClient<'_> {
    async fn ask(&mut self, request: Request) -> Option<SignInAttempt> {
        match self.answer(request).await {
            Ok(Answer::SignInAttempt(sign_in)) => Some(*sign_in),
            _ => None,
        }
    }

    async fn sign_up(&mut self, request: Request) -> SignUpAttempt {
        *take!(self.answer(request).await.unwrap(), Answer::SignUpAttempt)
    }

    async fn answer(&mut self, request: Request) -> Result<Answer, Rejection> {
        let context = CallContext::new(Identity::Native { token: self.token.clone() });
        let response = self.backend.call(context, request).await.unwrap();
        if let TokenUpdate::Replaced(token) = response.token {
            self.token = Some(token);
        }
        response.result
    }

    async fn create(&mut self, identifier: &str, strategy: Option<Strategy>, password: Option<&str>) -> SignInAttempt {
        let mut create = CreateSignIn::new();
        (create.identifier, create.strategy) = (Some(identifier.to_owned()), strategy);
        create.password = password.map(Secret::from);
        create.timezone = Some("Europe/Berlin".to_owned());
        self.ask(Request::CreateSignIn(create)).await.unwrap()
    }
}

fn proof(gated: &SignInAttempt) -> Request {
    let token = gated.protect_check.as_ref().unwrap().token.as_ref().unwrap().expose();
    Request::SubmitProof(SubmitProof::new(&gated.id, &FakeBackend::proof_for(token)))
}

/// Returns exchanges with the server. Every exception to the document is there because one of these exchanges or a
/// recorded answer needs it.
#[allow(clippy::too_many_lines)]
async fn exchanges() -> Vec<Exchange> {
    let fake = FakeBackend::demo();
    let server = Server::bind("127.0.0.1:0", fake.clone()).await.unwrap().spawn();
    let recording = Recording::default();
    let backend = HttpBackend::with_transport(server.url(), recording.clone());
    let new_client = || RawClient { backend: &backend, token: None };
    let (phil, password) = ("phil@example.com", "ring-ring-ring");
    fake.add_user(NewUser::new(phil).password(password).phone_number("+4930123456").phone_code_second_factor())
        .unwrap();
    let tasked = "tasked@example.com";
    fake.add_user(NewUser::new(tasked).password(password).session_task("choose-organization")).unwrap();

    // A user signs in through an enterprise that has two connections, and approves the sign-in at the enterprise's
    // provider.
    let connections = ["ent_1", "ent_2"].map(|id| EnterpriseConnection::new(id, "Acme", "example.com"));
    fake.configure(|settings| settings.enterprise_connections = connections.into());
    let mut raw = new_client();
    let begun = raw.create(tasked, None, None).await;
    let mut prepare = PrepareFactor::new(&begun.id, &Factor::new(Strategy::EnterpriseSso));
    prepare.enterprise_connection_id = Some("ent_2".to_owned());
    prepare.redirect_url = Some("https://example.com/back".to_owned());
    let prepared = raw.ask(Request::PrepareFirstFactor(prepare)).await.unwrap();
    let external_url = prepared.first_factor_verification.unwrap().external_verification_redirect_url.unwrap();
    let came_back_to = fake.consent(&external_url, tasked).unwrap();
    let mut get = GetSignIn::new(&begun.id);
    get.rotating_token_nonce = Landing::parse(&came_back_to).rotating_token_nonce().cloned();
    raw.ask(Request::GetSignIn(get)).await.unwrap();

    // Another user signs up through the same enterprise.
    let mut sso = SignUpSso::new(Strategy::EnterpriseSso, "https://example.com/back");
    sso.enterprise_connection_id = Some("ent_2".to_owned());
    let begun = raw.sign_up(Request::CreateSignUp(CreateSignUp::sso(sso, SignUpFields::new()))).await;
    let external_url = begun.verifications.external_account.unwrap().external_verification_redirect_url.unwrap();
    let came_back_to = fake.consent(&external_url, "somebody@example.com").unwrap();
    let mut get = GetSignUp::new(&begun.id);
    get.rotating_token_nonce = Landing::parse(&came_back_to).rotating_token_nonce().cloned();
    raw.sign_up(Request::GetSignUp(get)).await;
    for id in [begun.id.as_str(), "sua_of_nobody"] {
        raw.answer(Request::PrepareSignUp(PrepareSignUp::new(id, Strategy::EmailCode))).await.unwrap_err();
        raw.answer(Request::AttemptSignUp(AttemptSignUp::code(id, Strategy::EmailCode, "123456"))).await.unwrap_err();
    }
    fake.configure(|settings| settings.enterprise_connections.clear());

    // A user signs up with a phone number.
    let fields = SignUpFields::new().phone_number("+4930999999");
    let mut raw = new_client();
    let begun = raw.sign_up(Request::CreateSignUp(CreateSignUp::new(fields))).await;
    raw.sign_up(Request::PrepareSignUp(PrepareSignUp::phone_code(&begun.id, Channel::Sms))).await;

    // The user must pass one protect check at the start and another one before choosing the new password. After the
    // password is changed, the session is pending.
    let mut raw = new_client();
    fake.require_protect_checks(1);
    let gated = raw.create(tasked, None, None).await;
    raw.ask(proof(&gated)).await.unwrap();
    let reset = raw.create(tasked, Some(Strategy::ResetPasswordEmailCode), None).await;
    let code = fake.outbox().pop().unwrap().code().unwrap().clone();
    let attempt = AttemptFactor::code(&reset.id, Strategy::ResetPasswordEmailCode, code.expose());
    raw.ask(Request::AttemptFirstFactor(attempt)).await.unwrap();
    fake.require_protect_checks(1);
    let new_password = || Request::ResetPassword(ResetPassword::new(&reset.id, "correct-horse-stable", false));
    let gated = raw.ask(new_password()).await.unwrap();
    raw.ask(proof(&gated)).await.unwrap();
    raw.ask(new_password()).await.unwrap();

    // One text message is requested for the first factor. Three more are requested for the second factor, and one of
    // these requests comes too soon.
    let mut raw = new_client();
    let first = raw.create(phil, None, None).await;
    let phone = first.supported_first_factors.iter().flatten().find(|factor| factor.strategy == Strategy::PhoneCode);
    let mut prepare = PrepareFactor::new(&first.id, phone.unwrap());
    prepare.channel = Some(Channel::Sms);
    raw.ask(Request::PrepareFirstFactor(prepare)).await.unwrap();
    let client = Client::new(backend.clone());
    let second = take!(client.sign_in().password(phil, password).await.unwrap(), AfterCreate::NeedsSecondFactor);
    let (_, sent) = stayed!(second.send_phone_code().await.unwrap().resend().await);
    fake.advance(Duration::from_secs(30));
    drop(sent.resend().await.unwrap());

    // A passkey is challenged as the second factor, and the answer is unreadable.
    fake.configure(|settings| settings.passkey_satisfies_second_factor = true);
    Keys::new(&fake).give_passkey_to(&fake, phil);
    let second = take!(client.sign_in().password(phil, password).await.unwrap(), AfterCreate::NeedsSecondFactor);
    drop(stayed!(second.challenge_passkey().await.unwrap().verify_assertion("{}").await));

    // A link that has no redirect URL is opened in another browser. The settings first forbid other browsers, and then
    // allow them. After that, a link that leads back to an app is opened.
    let mut raw = new_client();
    raw.create(A, Some(Strategy::EmailLink), None).await;
    let opened = async |raw: &mut RawClient<'_>| {
        let email = fake.outbox().pop().unwrap();
        let (_, token) = email.link().unwrap().expose().split_once("token=").unwrap();
        raw.ask(Request::Browser(BrowserRequest::OpenEmailLink(OpenEmailLink::new(token)))).await;
    };
    for same_client in [true, false] {
        fake.configure(|settings| settings.email_link_same_client = same_client);
        opened(&mut new_client()).await;
    }
    let first = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    drop(first.send_email_link_to_app("com.example.app://sign-in").await.unwrap());
    opened(&mut new_client()).await;
    let landing = Landing::parse("com.example.app://sign-in?flow_id=mlf_guessed&approval_token=guessed");
    client.complete_magic_link(landing.magic_link().unwrap()).await.unwrap_err();

    // A browser registers with a development instance.
    let browser = Client::builder(backend.clone()).identity(Identity::DevelopmentBrowser { token: None }).build();
    drop(browser.sign_in().create(A).await.unwrap());
    raw.ask(Request::GetUser(ActingSession::new("sess_of_nobody"))).await;

    // A passkey is created. A trusted device is enrolled twice and then revoked.
    fake.configure(|settings| settings.app_identifiers = vec!["com.example.app".to_owned()]);
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    let linus = take!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
    let session = linus.finalize().await.unwrap().session().id.clone();
    let (key, app) = (LocalDeviceKey::generate(), (DevicePlatform::Ios, "com.example.app"));
    let enrollment = client.enroll_trusted_device(&session, app.clone(), None, &key).await.unwrap();
    let trusted = enrollment.confirm(&key).await.unwrap();
    client.enroll_trusted_device(&session, app, None, &key).await.unwrap_err();
    client.trusted_devices(&session).await.unwrap();
    client.revoke_trusted_device(&session, &trusted.id).await.unwrap();
    client.create_totp(&session).await.unwrap();
    client.verify_totp(&session, &fake.totp_code(L).unwrap()).await.unwrap();
    client.change_password(ChangePassword::new(&session, "correct-horse-stable")).await.unwrap();
    raw.ask(Request::VerifyPasskey(VerifyPasskey::new("sess_of_nobody", "idn_of_nobody", "{}".into()))).await;
    raw.ask(Request::RenamePasskey(RenamePasskey::new("sess_of_nobody", "idn_of_nobody", "Mine"))).await;
    raw.ask(Request::RemovePasskey(RemovePasskey::new("sess_of_nobody", "idn_of_nobody"))).await;

    // An unknown user signs up, and must solve a captcha first.
    let visitor = Client::builder(backend.clone()).locale("de-DE").timezone("Europe/Berlin").build();
    let first = visitor.sign_in().create_or_sign_up("mary@example.com").await.unwrap();
    let sent = take!(first, AfterCreate::NeedsFirstFactor).send_email_code().await.unwrap();
    let code = fake.outbox().pop().unwrap().code().unwrap().clone();
    let new = take!(sent.verify(code.expose()).await.unwrap(), AfterFirstFactor::Transferable);
    visitor.refresh().await.unwrap();
    fake.configure(|settings| settings.captcha_required = true);
    let (_, new) = stayed!(new.sign_up(SignUpFields::new()).await);
    fake.configure(|settings| settings.captcha_required = false);
    drop(new.sign_up(SignUpFields::new()).await.unwrap());

    // A custom provider.
    visitor.environment().await.unwrap();

    // This request names a sign-in that does not exist.
    let missing = "sia_of_nobody";
    let factor = Factor::new(Strategy::EmailCode);
    raw.ask(Request::PrepareSecondFactor(PrepareFactor::new(missing, &factor))).await;
    raw.ask(Request::AttemptSecondFactor(AttemptFactor::code(missing, Strategy::Totp, "123456"))).await;
    raw.ask(Request::ResetPassword(ResetPassword::new(missing, "correct-horse-stable", false))).await;

    // An invalid token.
    for request in [Request::CreateClient, Request::DeleteClient, Request::CreateSignIn(CreateSignIn::new())] {
        RawClient { token: Some("guessed".into()), ..new_client() }.ask(request).await;
    }

    // One captcha is solved for an attempt, and another one is solved for the client.
    fake.configure(|settings| settings.captcha_required = true);
    let mut raw = new_client();
    let mut create = CreateSignIn::new();
    create.captcha_token = Some("solved".into());
    create.captcha_widget_type = Some(CaptchaWidgetType::Smart);
    raw.ask(Request::CreateSignIn(create.clone())).await.unwrap();
    create.captcha_error = Some("captcha_unavailable".to_owned());
    assert!(raw.ask(Request::CreateSignIn(create)).await.is_none());
    raw.ask(Request::VerifyCaptcha(VerifyCaptcha::new("solved".into(), CaptchaWidgetType::Smart))).await;
    fake.configure(|settings| settings.captcha_required = false);

    // The client sends more requests than the limits allow.
    fake.configure(|settings| settings.rate_limits = Some(RateLimits::published()));
    let mut raw = new_client();
    let second = raw.create(A, None, Some(ADA_PASSWORD)).await;
    for _ in 0..4 {
        let attempt = AttemptFactor::code(&second.id, Strategy::Totp, "000000");
        raw.ask(Request::AttemptSecondFactor(attempt)).await;
    }
    for _ in 0..6 {
        raw.ask(Request::CreateSignIn(CreateSignIn::new())).await;
    }
    let mut raw = new_client();
    let reset = raw.create(A, Some(Strategy::ResetPasswordEmailCode), None).await;
    let code = fake.outbox().pop().unwrap().code().unwrap().clone();
    let attempt = AttemptFactor::code(&reset.id, Strategy::ResetPasswordEmailCode, code.expose());
    raw.ask(Request::AttemptFirstFactor(attempt)).await.unwrap();
    for _ in 0..4 {
        raw.ask(Request::ResetPassword(ResetPassword::new(&reset.id, "short", false))).await;
    }

    let mut exchanges = std::mem::take(&mut *recording.exchanges.lock().unwrap());
    exchanges.extend(real_answers().map(|real| Exchange {
        method: real.method,
        target: real.path,
        form: None,
        status: 200,
        answer: real.body.to_string().into_bytes(),
    }));
    exchanges
}
