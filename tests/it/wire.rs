//! Tests of data on the wire. The data includes real answers, answers of future servers, and garbage.

use std::time::Duration;

use clerk_sign_in::backend::{
    BackendError, CallContext, Identity, decode_request, decode_response, encode_request, encode_response,
};
use clerk_sign_in::wire::{
    API_VERSION, Answer, AttemptFactor, ClientUpdate, CreateSignIn, GetSignIn, Request, SignInAttempt, Status,
    Strategy, TokenUpdate, TouchSession,
};
use clerk_sign_in::{AfterCreate, AnySignIn, AnyStepError, Client, ErrorKind, HttpBackend, wire};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use proptest::prelude::*;
use proptest::strategy::Strategy as _;
use serde_json::{Value, json};
use support::published::{folder, recorded};
use support::{A, Scripted, reached, stayed, take};

fn decode(request: &Request, status: u16, body: &[u8]) -> Result<wire::Response, BackendError> {
    let mut message = http::Response::new(body.to_vec());
    *message.status_mut() = StatusCode::from_u16(status).unwrap();
    decode_response(&native(), request, &message)
}

fn native() -> CallContext {
    CallContext::new(Identity::Native { token: Some("t".into()) })
}

#[test]
fn every_recorded_answer_decodes() {
    let mut decoded = 0;
    for recorded in recorded() {
        // Some recorded answers belong to endpoints that this crate does not call.
        let method = recorded.method.parse().unwrap();
        let Ok(request) = Request::parse(&method, &recorded.path, b"") else { continue };
        let file = recorded.file.display();
        let body = serde_json::to_vec(&recorded.body).unwrap();
        let response = decode(&request, 200, &body).unwrap_or_else(|error| panic!("{file}: {error}"));
        if let Ok(Answer::SignInAttempt(sign_in)) = response.result {
            let status = recorded.body["response"]["status"].as_str().unwrap();
            assert_eq!(sign_in.status, Some(Status::from(status)));
            assert!(Status::KNOWN.contains(&Status::from(status)));
            let written = serde_json::to_value(&sign_in).unwrap();
            for (name, value) in recorded.body["response"].as_object().unwrap() {
                assert_eq!(&written[name], value, "{file} loses `{name}`");
            }
        }
        decoded += 1;
    }
    assert!(decoded >= 7 || folder().is_none(), "only {decoded} answers were found");
}

fn answering(status: u16, headers: &[(header::HeaderName, &str)], body: &[u8]) -> Client {
    let headers = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap())).collect();
    Client::new(HttpBackend::with_transport("http://clerk.invalid", Scripted::new([(status, headers, body.to_vec())])))
}

/// Starts a sign-in that gets this answer, and returns the outcome.
fn create(status: u16, body: &[u8]) -> Result<AfterCreate, AnyStepError> {
    let step = async { answering(status, &[], body).sign_in().create(A).await };
    futures::executor::block_on(step).map_err(clerk_sign_in::StepError::into_any)
}

fn wrapped(sign_in: &Value) -> Vec<u8> {
    serde_json::to_vec(&json!({ "response": sign_in, "client": null })).unwrap()
}

/// Clients in other programming languages distinguish the kinds of records by the field `object`.
#[test]
fn every_record_has_its_object_field() {
    fn kind(record: impl serde::Serialize) -> String {
        serde_json::to_value(record).unwrap()["object"].as_str().unwrap().to_owned()
    }
    assert_eq!(kind(wire::ClientResource::default()), "client");
    assert_eq!(kind(wire::Session::default()), "session");
    assert_eq!(kind(wire::SessionToken::new("e.y.J")), "token");
    assert_eq!(kind(SignInAttempt::default()), "sign_in_attempt");
    assert_eq!(kind(wire::SignUpAttempt::default()), "sign_up_attempt");
    assert_eq!(kind(wire::TrustedDevice::default()), "trusted_device");
    assert_eq!(kind(wire::TrustedDeviceChallenge::default()), "trusted_device_challenge");
    assert_eq!(kind(wire::TrustedDeviceValidation::default()), "trusted_device_validation");
}

#[test]
fn unknown_status_is_unrecognized_and_kept() {
    for status in [json!("needs_third_factor"), json!("Complete"), json!(""), json!(null)] {
        let body = wrapped(&json!({ "id": "sia_1", "status": status, "created_session_id": "sess_1" }));
        let unrecognized = take!(create(200, &body).unwrap(), AfterCreate::Elsewhere);
        assert_eq!(unrecognized.status().map(Status::as_str), status.as_str());
        assert_eq!(unrecognized.id(), Some("sia_1"));
    }
}

#[test]
fn complete_without_a_session_is_not_complete() {
    for session in [json!(null), json!("")] {
        let body = wrapped(&json!({ "id": "sia_1", "status": "complete", "created_session_id": session }));
        reached!(create(200, &body).unwrap(), AfterCreate::Elsewhere);
    }
    let body = wrapped(&json!({ "id": "sia_1", "status": "complete", "created_session_id": "sess_1" }));
    assert_eq!(take!(create(200, &body).unwrap(), AfterCreate::Complete).session_id(), "sess_1");
}

#[test]
fn gate_and_transfer_take_precedence_over_the_status() {
    let gate = json!({ "status": "pending", "token": "t", "sdk_url": "https://protect.invalid/a.mjs" });
    let body =
        wrapped(&json!({ "id": "sia_1", "status": "complete", "created_session_id": "s", "protect_check": gate }));
    let gated = take!(create(200, &body).unwrap(), AfterCreate::NeedsProtectCheck);
    assert_eq!(gated.protect_check().unwrap().sdk_url.as_deref(), Some("https://protect.invalid/a.mjs"));

    let verification = json!({ "status": "transferable", "strategy": "oauth_google" });
    let transfer = json!({ "id": "sia_1", "status": "needs_identifier", "first_factor_verification": verification });
    assert!(take!(create(200, &wrapped(&transfer)).unwrap(), AfterCreate::Transferable).is_transferable());
}

#[test]
fn unknown_factors_strategies_and_codes_are_kept() {
    let body = wrapped(&json!({
        "id": "sia_1", "status": "needs_first_factor", "a_new_field": {"x": [1]},
        "supported_identifiers": ["email_address", "iris"],
        "supported_first_factors": [{ "strategy": "telepathy", "range": 3 }, { "strategy": "oauth_acme" }],
        "first_factor_verification": { "status": "pondering", "strategy": "telepathy", "object": "verification_new" },
    }));
    let first = take!(create(200, &body).unwrap(), AfterCreate::NeedsFirstFactor);
    assert_eq!(first.supported_first_factors()[0].strategy.as_str(), "telepathy");
    assert_eq!(first.supported_first_factors()[1].strategy, Strategy::oauth("acme"));
    assert_eq!(first.supported_identifiers()[1].as_str(), "iris");
    let verification = first.first_factor_verification().unwrap();
    assert_eq!(verification.status.as_ref().unwrap().as_str(), "pondering");

    let body = json!({ "errors": [{ "code": "mood_incorrect", "message": "No.", "meta": { "mood": "grim" } }] });
    let AnyStepError { error, .. } = create(422, body.to_string().as_bytes()).unwrap_err();
    let rejection = error.rejection().unwrap();
    assert_eq!(rejection.errors[0].code.as_str(), "mood_incorrect");
    assert_eq!(rejection.errors[0].meta.other["mood"], "grim");
    assert_eq!(error.to_string(), "No. (mood_incorrect)");
}

/// Returns copies of an answer. In each copy, a different value is null.
fn with_one_null(body: &Value) -> Vec<Value> {
    fn places(value: &Value, here: &str, found: &mut Vec<String>) {
        let children: Vec<(String, &Value)> = match value {
            Value::Object(map) => map.iter().map(|(name, child)| (format!("{here}/{name}"), child)).collect(),
            Value::Array(items) => {
                items.iter().enumerate().map(|(at, child)| (format!("{here}/{at}"), child)).collect()
            }
            _ => Vec::new(),
        };
        for (place, child) in children {
            // An item of a list can be absent, but it is never null.
            if value.is_object() {
                found.push(place.clone());
            }
            places(child, &place, found);
        }
    }
    let mut found = Vec::new();
    places(body, "", &mut found);
    let made_null = |place: &String| {
        let mut body = body.clone();
        *body.pointer_mut(place).unwrap() = Value::Null;
        body
    };
    found.iter().filter(|place| *place != "/response").map(made_null).collect()
}

#[test]
fn null_values_do_not_lose_an_answer() {
    let fake = clerk_sign_in::fake::FakeBackend::demo();
    let client = Client::new(fake.clone());
    let sent = futures::executor::block_on(client.sign_in().send_email_code(support::L)).unwrap();
    let rejected = futures::executor::block_on(sent.verify("000000")).unwrap_err();
    let clerk_sign_in::StepError::Stayed { error, sign_in: sent } = rejected else { panic!("{rejected:?}") };
    let rejection = error.rejection().unwrap().clone();
    let done =
        take!(futures::executor::block_on(sent.verify("424242")).unwrap(), clerk_sign_in::AfterFirstFactor::Complete);
    let attempt = AnySignIn::from(done).attempt().clone();
    let snapshot = client.snapshot().unwrap();
    for result in [Ok(Answer::SignInAttempt(Box::new(attempt))), Err(rejection)] {
        let mut response = wire::Response::new(result);
        response.client = ClientUpdate::Known(Box::new(wire::ClientResource::clone(&snapshot)));
        let message = encode_response(&native(), &response);
        let status = message.status().as_u16();
        let body: Value = serde_json::from_slice(message.body()).unwrap();
        let nulls = with_one_null(&body);
        assert!(nulls.len() > 40, "only {} values", nulls.len());
        for body in nulls {
            let request = Request::GetSignIn(GetSignIn::new("x"));
            let decoded = decode(&request, status, body.to_string().as_bytes());
            assert!(decoded.is_ok(), "{decoded:?}: {body:#}");
            assert_eq!(decoded.unwrap().result.is_err(), status != 200);
        }
    }
}

#[test]
fn every_error_of_a_rejection_is_kept_with_its_details() {
    let body = json!({
        "errors": [
            { "code": "form_password_length_too_short", "message": "short", "long_message": "Too short.", "meta": { "param_name": "password" } },
            { "code": "form_password_pwned", "message": "pwned" },
            { "code": "user_locked", "message": "locked", "meta": { "lockout_expires_in_seconds": 1799 } },
            { "code": "identifier_already_signed_in", "message": "in", "meta": { "sessionId": "sess_9" } },
        ],
        "clerk_trace_id": "trace_1",
    });
    let client = answering(422, &[(header::RETRY_AFTER, "7")], body.to_string().as_bytes());
    let (error, _) = stayed!(futures::executor::block_on(client.sign_in().create(A)));
    assert_eq!(error.rejection().unwrap().errors.len(), 4);
    assert!(error.is_wrong_input());
    assert_eq!(error.lockout(), Some(Duration::from_secs(1799)));
    assert_eq!(error.existing_session(), Some("sess_9"));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(error.trace_id(), Some("trace_1"));
    let text = error.to_string();
    assert!(text.starts_with("Too short. (form_password_length_too_short); pwned (form_password_pwned)"), "{text}");
}

#[test]
fn retry_after_can_be_a_date() {
    let date =
        [(header::RETRY_AFTER, "Sun, 06 Nov 1994 08:49:47 GMT"), (header::DATE, "Sun, 06 Nov 1994 08:49:37 GMT")];
    let wait = |headers: &[(header::HeaderName, &str)]| {
        let client = answering(429, headers, b"{}");
        let (error, _) = stayed!(futures::executor::block_on(client.sign_in().create(A)));
        error.retry_after()
    };
    assert_eq!(wait(&date), Some(Duration::from_secs(10)));
    assert_eq!(wait(&date[..1]), None, "a date needs the server's clock");
    assert_eq!(
        wait(&[(header::RETRY_AFTER, "86400")]),
        Some(Duration::from_secs(86400)),
        "a long wait is not shortened"
    );
    assert_eq!(wait(&[(header::RETRY_AFTER, "soon")]), None);
}

#[test]
fn gateway_error_page_is_a_rejection_without_errors() {
    let AnyStepError { error, handed_back: at } = create(502, b"<html>Bad Gateway</html>").unwrap_err();
    assert_eq!(error.rejection().unwrap().status, 502);
    assert_eq!(error.to_string(), "the server answered 502 Bad Gateway and did not say why");
    reached!(at, AnySignIn::NeedsIdentifier);
}

#[test]
fn unreadable_answer_is_hidden_and_keeps_the_sign_in() {
    for body in ["", "{", "null", "[]", r#"{"response":{"id":7}}"#, r#"{"response":"hunter2"}"#, r#"{"response":{}}"#] {
        let AnyStepError { error, handed_back: at } = create(200, body.as_bytes()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Protocol(_)), "{body}: {error:?}");
        assert!(error.is_outcome_unknown());
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        reached!(at, AnySignIn::NeedsIdentifier);
    }
}

#[test]
fn answer_with_another_sign_in_ends_this_one() {
    let first = json!({ "id": "sia_1", "status": "needs_first_factor" });
    let other = json!({ "id": "sia_2", "status": "needs_second_factor" });
    let script = [wrapped(&first), wrapped(&other)].map(|body| (200, HeaderMap::new(), body));
    let client = Client::new(HttpBackend::with_transport("http://clerk.invalid", Scripted::new(script)));
    futures::executor::block_on(async {
        let first = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
        let (error, first) = stayed!(first.password("x").await);
        assert!(matches!(error.kind(), ErrorKind::Ended { replaced_by } if replaced_by == "sia_2"), "{error}");
        assert_eq!(first.id(), "sia_1");
    });
}

#[test]
fn token_comes_with_or_without_bearer_or_is_cleared() {
    let token = |value: Option<&str>| {
        let mut message = http::Response::new(br#"{"response":null,"client":null}"#.to_vec());
        if let Some(value) = value {
            message.headers_mut().insert(header::AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        }
        match decode_response(&native(), &Request::GetClient, &message).unwrap().token {
            TokenUpdate::Replaced(token) => token.expose().to_owned(),
            TokenUpdate::Cleared => "cleared".to_owned(),
            _ => "unchanged".to_owned(),
        }
    };
    assert_eq!(token(Some("abc.def")), "abc.def");
    assert_eq!(token(Some("Bearer abc.def")), "abc.def");
    assert_eq!(token(Some("bearer  abc.def ")), "abc.def");
    for cleared in ["", "Bearer", "Bearer "] {
        assert_eq!(token(Some(cleared)), "cleared");
    }
    assert_eq!(token(None), "unchanged");
}

#[test]
fn request_matches_that_of_a_native_sdk() {
    let context = CallContext::new(Identity::Native { token: Some("token_1".into()) });
    let mut create = CreateSignIn::new();
    create.identifier = Some("ada+x@example.com".to_owned());
    create.password = Some("a&b=c d".into());
    let message = encode_request("https://example.com/__clerk/", &context, &Request::CreateSignIn(create)).unwrap();
    assert_eq!((message.method(), message.uri().path()), (&Method::POST, "/__clerk/v1/client/sign_ins"));
    assert_eq!(message.uri().query(), Some("_is_native=1"));
    assert_eq!(message.body(), b"identifier=ada%2Bx%40example.com&password=a%26b%3Dc+d");
    assert_eq!(message.headers()["authorization"], "token_1");
    assert_eq!(message.headers()["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(message.headers()["clerk-api-version"], API_VERSION);

    let delete = encode_request("https://example.com", &context, &Request::DeleteClient).unwrap();
    assert_eq!((delete.method(), delete.uri().query()), (&Method::POST, Some("_is_native=1&_method=DELETE")));
    let get = Request::GetSignIn(GetSignIn::new("sia_1"));
    let get = encode_request("https://example.com", &context, &get).unwrap();
    assert_eq!((get.method(), get.body().len()), (&Method::GET, 0));
    assert!(!get.headers().contains_key("content-type"));

    let odd = CallContext::new(Identity::Native { token: Some("line\nbreak".into()) });
    let error = encode_request("https://example.com", &odd, &Request::GetClient).unwrap_err();
    assert!(matches!(error, BackendError::NotSent(_)) && !format!("{error:?}").contains("break"), "{error:?}");
}

#[test]
fn api_version_is_read_from_the_header_or_the_query() {
    let version_of = |query: &str, header: Option<&str>| {
        let mut message = http::Request::get(format!("/v1/client?{query}"));
        if let Some(version) = header {
            message = message.header("clerk-api-version", version);
        }
        let (context, _) = decode_request(&message.body(Vec::new()).unwrap()).unwrap();
        context.headers.get("clerk-api-version").map(|version| version.to_str().unwrap().to_owned())
    };
    assert_eq!(version_of("_is_native=1", None), None);
    assert_eq!(version_of("_is_native=1", Some("2026-08-20")).as_deref(), Some("2026-08-20"));
    assert_eq!(version_of("__clerk_api_version=2026-05-12", None).as_deref(), Some("2026-05-12"));
    assert_eq!(version_of("__clerk_api_version=2025-04-10", Some("2026-08-20")).as_deref(), Some("2026-08-20"));
    assert_eq!(version_of("__clerk_api_version=%0A", None), None);
}

fn any_json() -> impl proptest::strategy::Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z_]{0,12}".prop_map(Value::from),
        proptest::sample::select(Status::KNOWN).prop_map(|status| Value::from(status.as_str())),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        let name = prop_oneof![
            "[a-z_]{1,10}",
            proptest::sample::select(
                &[
                    "response",
                    "client",
                    "id",
                    "status",
                    "created_session_id",
                    "errors",
                    "meta",
                    "supported_first_factors",
                    "first_factor_verification",
                    "strategy",
                    "protect_check",
                    "code"
                ][..]
            )
            .prop_map(str::to_owned),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..6).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn arbitrary_answer_never_creates_a_session(body in any_json(), status in 200_u16..600) {
        let body = json!({ "response": body, "client": null });
        let complete = body["response"]["status"] == "complete"
            && body["response"]["created_session_id"].as_str().is_some_and(|id| !id.is_empty());
        if let Ok(AfterCreate::Complete(_)) = create(status, body.to_string().as_bytes()) {
            prop_assert!(complete && status < 300);
        }
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(body in prop::collection::vec(any::<u8>(), 0..200), status in 200_u16..600) {
        for request in [Request::GetClient, Request::GetSignIn(GetSignIn::new("x")), Request::TouchSession(TouchSession::select("x"))] {
            let _ = decode(&request, status, &body);
        }
        let _ = create(status, &body);
        let message = http::Request::post("/v1/client/sign_ins").body(body).unwrap();
        let _ = decode_request(&message);
    }

    #[test]
    fn truncated_answer_is_an_error(cut in 0.0..1.0_f64) {
        let fake = clerk_sign_in::fake::FakeBackend::demo();
        let request = Request::CreateSignIn({ let mut create = CreateSignIn::new(); create.identifier = Some(A.to_owned()); create });
        let context = CallContext::new(Identity::Native { token: None });
        let response = futures::executor::block_on(clerk_sign_in::backend::Backend::call(&fake, context, request.clone())).unwrap();
        let whole = encode_response(&native(), &response).into_body();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, clippy::as_conversions)]
        let length = (whole.len() as f64 * cut) as usize;
        prop_assert!(decode(&request, 200, &whole[..length]).is_err());
        prop_assert!(decode(&request, 200, &whole).is_ok());
    }

    #[test]
    fn request_round_trips_over_http(identifier in ".{0,40}", password in ".{0,40}", id in ".{1,40}", code in ".{0,20}") {
        let mut create = CreateSignIn::new();
        create.identifier = Some(identifier);
        create.password = Some(password.as_str().into());
        let requests = [
            Request::CreateSignIn(create),
            Request::AttemptFirstFactor(AttemptFactor::password(&id, &password)),
            Request::AttemptSecondFactor(AttemptFactor::code(&id, Strategy::Totp, &code)),
            Request::GetSignIn(GetSignIn::new(&id)),
            Request::DeleteClient,
        ];
        for request in requests {
            let message = encode_request("http://127.0.0.1:1", &native(), &request).unwrap();
            let (context, decoded) = decode_request(&message).unwrap();
            let is_known = matches!(context.identity, Identity::Native { token: Some(token) } if token.expose() == "t");
            prop_assert!(is_known);
            prop_assert_eq!((decoded.path(), decoded.form()), (request.path(), request.form()));
        }
    }
}

#[test]
fn answer_round_trips_over_http() {
    let fake = clerk_sign_in::fake::FakeBackend::demo();
    let client = Client::new(fake.clone());
    let sent = futures::executor::block_on(client.sign_in().send_email_code(support::L)).unwrap();
    let attempt: &SignInAttempt =
        &serde_json::from_value(serde_json::to_value(AnySignIn::from(sent).attempt()).unwrap()).unwrap();
    let snapshot = client.snapshot().unwrap();
    assert_eq!(snapshot.sign_in.as_deref(), Some(attempt));

    let mut response = wire::Response::new(Ok(Answer::SignInAttempt(Box::new(attempt.clone()))));
    response.client = ClientUpdate::Known(Box::new(wire::ClientResource::clone(&snapshot)));
    response.token = TokenUpdate::Replaced("next".into());
    let message = encode_response(&native(), &response);
    let decoded = decode_response(&native(), &Request::GetSignIn(GetSignIn::new("x")), &message).unwrap();
    assert!(matches!(decoded.result, Ok(Answer::SignInAttempt(sign_in)) if *sign_in == *attempt));
    assert!(matches!(decoded.client, ClientUpdate::Known(client) if *client == *snapshot));
    assert!(matches!(decoded.token, TokenUpdate::Replaced(token) if token.expose() == "next"));
}

#[test]
fn user_has_a_full_name_and_primary_identifiers() {
    let user = |user: Value| serde_json::from_value::<wire::User>(user).unwrap();
    let mary = user(json!({
        "first_name": "Mary", "last_name": " Jackson ",
        "primary_email_address_id": "idn_2", "primary_phone_number_id": "idn_3", "primary_web3_wallet_id": "idn_9",
        "email_addresses": [{ "id": "idn_1", "email_address": "old@example.com" },
                            { "id": "idn_2", "email_address": "mary@example.com" }],
        "phone_numbers": [{ "id": "idn_3", "phone_number": "+4930123456" }],
    }));
    assert_eq!(mary.full_name().as_deref(), Some("Mary Jackson"));
    assert_eq!(mary.primary_email_address().map(|it| it.email_address.as_str()), Some("mary@example.com"));
    assert_eq!(mary.primary_phone_number().map(|it| it.phone_number.as_str()), Some("+4930123456"));
    assert_eq!(mary.primary_web3_wallet(), None, "the list does not have it");
    assert_eq!(user(json!({ "first_name": "", "last_name": "Jackson" })).full_name().as_deref(), Some("Jackson"));
    assert_eq!(user(json!({ "first_name": " ", "last_name": null })).full_name(), None);
    assert_eq!(user(json!({ "email_addresses": [{ "id": "" }] })).primary_email_address(), None);
}
