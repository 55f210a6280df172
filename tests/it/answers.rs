//! The state machine's reaction to answers that the fake never gives, or never gives in this order.

use std::error::Error as _;
use std::sync::{Arc, Mutex};

use clerk_sign_in::platform::CapabilityError;
use clerk_sign_in::wire::{ErrorCode, Status};
use clerk_sign_in::{
    AfterCreate, AnySignIn, Client, Error, ErrorKind, Finalized, HttpBackend, Resumed, Sso, StepError,
};
use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};
use support::{A, L, Scripted, World, reached, stayed, take};

fn sign_in(status: &str, more: Value) -> Value {
    let mut sign_in = json!({ "id": "sia_1", "status": status });
    sign_in.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    sign_in
}

fn answer(sign_in: Value) -> (u16, Value) {
    (200, json!({ "response": sign_in, "client": null }))
}

fn client(sign_in: Value) -> (u16, Value) {
    let sessions = json!([{ "id": "sess_1", "status": "active" }]);
    (200, json!({ "response": { "id": "client_1", "sessions": sessions, "sign_in": sign_in }, "client": null }))
}

fn first(status: &str, strategy: &str) -> Value {
    json!({ "first_factor_verification": { "status": status, "strategy": strategy } })
}

fn second(status: &str, strategy: &str) -> Value {
    json!({ "second_factor_verification": { "status": status, "strategy": strategy } })
}

/// Returns a first factor that has a challenge to sign.
fn challenged(status: &str, strategy: &str, challenge: Value) -> Value {
    let mut first = first(status, strategy);
    let verification = first["first_factor_verification"].as_object_mut().unwrap();
    verification.extend(challenge.as_object().unwrap().clone());
    first
}

/// Returns a second factor that has a passkey's challenge to sign.
fn challenged_second(status: &str) -> Value {
    json!({ "second_factor_verification": { "status": status, "strategy": "passkey", "nonce": "sign this" } })
}

/// The complete mapping from the server's answers to states.
#[tokio::test]
async fn every_answer_maps_to_its_state() {
    let gate = json!({ "protect_check": { "status": "pending" } });
    let session = json!({ "created_session_id": "sess_1" });
    let (nonce, message) = (json!({ "nonce": "sign this" }), json!({ "message": "sign this", "nonce": "not this" }));
    let to_provider = json!({ "external_verification_redirect_url": "https://provider.example.com/authorize" });
    let to_device = json!({ "trusted_device_challenge": { "client_data": "sign this" } });
    let table = [
        ("needs_identifier", json!({}), "NeedsIdentifier"),
        ("needs_identifier", first("unverified", "oauth_google"), "NeedsIdentifier"),
        ("needs_identifier", challenged("unverified", "oauth_google", to_provider.clone()), "RedirectReady"),
        ("needs_first_factor", challenged("unverified", "oauth_custom_acme", to_provider.clone()), "RedirectReady"),
        ("needs_first_factor", challenged("unverified", "enterprise_sso", to_provider.clone()), "RedirectReady"),
        ("needs_first_factor", challenged("unverified", "saml", to_provider.clone()), "RedirectReady"),
        ("needs_first_factor", challenged("failed", "saml", to_provider.clone()), "NeedsFirstFactor"),
        ("needs_first_factor", challenged("expired", "oauth_google", to_provider.clone()), "NeedsFirstFactor"),
        ("needs_first_factor", challenged("unverified", "password", to_provider.clone()), "NeedsFirstFactor"),
        ("needs_second_factor", challenged("unverified", "oauth_google", to_provider), "NeedsSecondFactor"),
        ("needs_identifier", first("transferable", "oauth_google"), "Transferable"),
        ("needs_first_factor", json!({}), "NeedsFirstFactor"),
        ("needs_first_factor", first("unverified", "password"), "NeedsFirstFactor"),
        ("needs_first_factor", first("unverified", "email_code"), "CodeSent<NeedsFirstFactor>"),
        ("needs_first_factor", first("unverified", "phone_code"), "CodeSent<NeedsFirstFactor>"),
        ("needs_first_factor", first("expired", "email_code"), "CodeSent<NeedsFirstFactor>"),
        ("needs_first_factor", first("failed", "email_code"), "CodeSent<NeedsFirstFactor>"),
        ("needs_first_factor", first("verified", "email_code"), "NeedsFirstFactor"),
        ("needs_first_factor", first("unverified", "email_link"), "LinkSent<NeedsFirstFactor>"),
        ("needs_first_factor", first("expired", "email_link"), "LinkSent<NeedsFirstFactor>"),
        ("needs_first_factor", first("failed", "email_link"), "LinkSent<NeedsFirstFactor>"),
        ("needs_second_factor", second("unverified", "email_link"), "LinkSent<NeedsSecondFactor>"),
        ("needs_client_trust", second("unverified", "email_link"), "LinkSent<NeedsClientTrust>"),
        ("needs_identifier", challenged("unverified", "passkey", nonce.clone()), "PasskeyChallenged"),
        ("needs_identifier", first("unverified", "passkey"), "NeedsIdentifier"),
        ("needs_identifier", challenged("failed", "passkey", nonce.clone()), "NeedsIdentifier"),
        ("needs_identifier", challenged("unverified", "trusted_device", to_device.clone()), "NeedsIdentifier"),
        ("needs_first_factor", challenged("unverified", "passkey", nonce.clone()), "PasskeyChallenged"),
        ("needs_first_factor", first("unverified", "passkey"), "NeedsFirstFactor"),
        ("needs_first_factor", challenged("unverified", "web3_base_signature", message.clone()), "WalletChallenged"),
        // In the answers of older servers, the nonce is the text to sign.
        ("needs_first_factor", challenged("unverified", "web3_solana_signature", nonce.clone()), "WalletChallenged"),
        ("needs_first_factor", challenged("expired", "web3_base_signature", message), "NeedsFirstFactor"),
        ("needs_first_factor", first("unverified", "web3_base_signature"), "NeedsFirstFactor"),
        ("needs_first_factor", challenged("unverified", "web3_tomorrow_signature", nonce.clone()), "NeedsFirstFactor"),
        (
            "needs_first_factor",
            challenged("unverified", "trusted_device", to_device.clone()),
            "TrustedDeviceChallenged",
        ),
        ("needs_first_factor", challenged("verified", "trusted_device", to_device), "NeedsFirstFactor"),
        ("needs_first_factor", challenged("unverified", "trusted_device", nonce), "NeedsFirstFactor"),
        ("needs_first_factor", first("unverified", "reset_password_email_code"), "ResetCodeSent"),
        ("needs_first_factor", first("unverified", "reset_password_phone_code"), "ResetCodeSent"),
        ("needs_first_factor", first("expired", "reset_password_phone_code"), "ResetCodeSent"),
        ("needs_first_factor", first("transferable", "email_code"), "Transferable"),
        ("needs_first_factor", second("unverified", "email_code"), "NeedsFirstFactor"),
        ("needs_second_factor", json!({}), "NeedsSecondFactor"),
        ("needs_second_factor", first("unverified", "email_code"), "NeedsSecondFactor"),
        ("needs_second_factor", second("unverified", "totp"), "NeedsSecondFactor"),
        ("needs_second_factor", second("unverified", "phone_code"), "CodeSent<NeedsSecondFactor>"),
        ("needs_second_factor", second("failed", "phone_code"), "CodeSent<NeedsSecondFactor>"),
        ("needs_second_factor", challenged_second("unverified"), "PasskeyChallenged<NeedsSecondFactor>"),
        ("needs_second_factor", challenged_second("failed"), "NeedsSecondFactor"),
        ("needs_second_factor", challenged_second("expired"), "NeedsSecondFactor"),
        ("needs_second_factor", second("unverified", "passkey"), "NeedsSecondFactor"),
        ("needs_client_trust", json!({}), "NeedsClientTrust"),
        ("needs_client_trust", challenged_second("unverified"), "PasskeyChallenged<NeedsClientTrust>"),
        ("needs_client_trust", challenged_second("failed"), "NeedsClientTrust"),
        ("needs_first_factor", challenged_second("unverified"), "NeedsFirstFactor"),
        ("needs_client_trust", second("unverified", "email_code"), "CodeSent<NeedsClientTrust>"),
        ("needs_client_trust", second("expired", "email_code"), "CodeSent<NeedsClientTrust>"),
        ("needs_new_password", first("verified", "reset_password_email_code"), "NeedsNewPassword"),
        ("needs_protect_check", json!({}), "NeedsProtectCheck"),
        ("needs_second_factor", gate.clone(), "NeedsProtectCheck"),
        ("complete", gate, "NeedsProtectCheck"),
        ("complete", session.clone(), "Complete"),
        ("complete", json!({}), "Unrecognized"),
        ("complete", json!({ "created_session_id": "" }), "Unrecognized"),
        ("abandoned", json!({}), "Abandoned"),
        ("needs_third_factor", session, "Unrecognized"),
    ];
    for (status, more, state) in table {
        let client = Scripted::json([client(sign_in(status, more.clone()))]);
        let at = take!(client.resume().await.unwrap(), Resumed::Attempt);
        assert_eq!(at.state_name(), state, "{status} {more}");
        assert_eq!((at.id(), at.status()), (Some("sia_1"), Some(&Status::from(status))));
        // A checkpoint restores the same state.
        assert_eq!(at.checkpoint().id(), Some("sia_1"));
        assert_eq!(client.restore(at.checkpoint()).unwrap().state_name(), state);
    }
}

#[tokio::test]
async fn attempt_can_exist_without_an_identifier() {
    let client =
        Scripted::json([answer(sign_in("needs_identifier", json!({}))), answer(sign_in("complete", json!({})))]);
    let start = client.sign_in();
    assert_eq!((start.id(), start.status()), (None, Some(&Status::NeedsIdentifier)));
    assert_eq!(start.checkpoint().id(), None);
    let start = take!(start.create(A).await.unwrap(), AfterCreate::NeedsIdentifier);
    assert_eq!(start.id(), Some("sia_1"));
    let unrecognized = take!(start.refresh().await.unwrap(), AnySignIn::Unrecognized);
    assert_eq!(unrecognized.id(), "sia_1");
}

#[tokio::test]
async fn optional_fields_are_read() {
    let error = |code: &str| json!({ "code": code, "meta": { "session_id": "sess_7" } });
    let verification = |code| json!({ "status": "unverified", "strategy": "oauth_google", "error": error(code) });
    for (code, session) in [("identifier_already_signed_in", Some("sess_7")), ("oauth_access_denied", None)] {
        let more = json!({
            "first_factor_verification": verification(code), "locale": "de-DE", "abandon_at": 1_767_225_600_000_i64,
        });
        let client = Scripted::json([answer(sign_in("needs_identifier", more))]);
        let start = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsIdentifier);
        assert_eq!(start.existing_session(), session);
        assert_eq!(start.locale(), Some("de-DE"));
        assert_eq!(start.abandon_at().unwrap().as_millis(), 1_767_225_600_000);
    }
}

fn rejected(status: u16, code: &str, client: Value) -> (u16, Value) {
    (status, json!({ "errors": [{ "code": code, "message": "No." }], "meta": { "client": client } }))
}

#[tokio::test]
async fn resume_fetches_an_attempt_that_the_client_no_longer_names() {
    let begun = || answer(sign_in("needs_first_factor", json!({})));
    let gone = || client(Value::Null);
    let outcome = async |last: (u16, Value)| {
        let client = Scripted::json([begun(), gone(), last]);
        drop(client.sign_in().create(A).await.unwrap());
        client.resume().await
    };
    let complete = answer(sign_in("complete", json!({ "created_session_id": "sess_1" })));
    reached!(take!(outcome(complete).await.unwrap(), Resumed::Attempt), AnySignIn::Complete);
    assert!(matches!(outcome(rejected(404, "resource_not_found", Value::Null)).await.unwrap(), Resumed::Nothing));
    let error = outcome(rejected(403, "resource_forbidden", Value::Null)).await.unwrap_err();
    assert!(error.has_code(&ErrorCode::ResourceForbidden) && error.is_over());
    let error = outcome(answer(json!({ "id": "sia_2", "status": "complete" }))).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Protocol(_)), "{error}");
}

#[tokio::test]
async fn rejection_moves_only_the_sign_in_that_it_contains() {
    let elsewhere = |id: &str| json!({ "id": "client_1", "sign_in": { "id": id, "status": "needs_second_factor" } });
    let at_first_factor =
        async |client: &Client| take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let begun = || answer(sign_in("needs_first_factor", json!({})));

    let already = rejected(400, "verification_already_verified", elsewhere("sia_1"));
    let client = Scripted::json([begun(), already]);
    let Err(StepError::Moved { error, sign_in }) = at_first_factor(&client).await.password("x").await else {
        panic!("stayed")
    };
    assert_eq!(error.to_string(), "No. (verification_already_verified)");
    reached!(sign_in, AnySignIn::NeedsSecondFactor);

    let client = Scripted::json([begun(), rejected(422, "form_password_incorrect", elsewhere("sia_2"))]);
    let (error, first) = stayed!(at_first_factor(&client).await.password("x").await);
    assert!(error.is_wrong_input() && !error.is_over() && !error.is_about("password"));
    assert!(!error.has_code(&ErrorCode::FormCodeIncorrect));
    assert_eq!(first.id(), "sia_1");
    assert_eq!(
        client.snapshot().unwrap().sign_in.as_ref().unwrap().id,
        "sia_2",
        "the client still knows the other sign-in"
    );
}

#[tokio::test]
async fn step_error_displays_as_its_error() {
    let client = Scripted::json([rejected(422, "form_identifier_not_found", Value::Null)]);
    let failed = client.sign_in().create(A).await.unwrap_err();
    assert_eq!(failed.to_string(), "No. (form_identifier_not_found)");
    assert!(failed.source().is_none(), "the error is complete in itself");
    assert!(format!("{failed:?}").contains("Stayed") && format!("{failed:?}").contains("NeedsIdentifier"));
    let failed = failed.into_any();
    assert_eq!(failed.to_string(), "No. (form_identifier_not_found)");
    assert_eq!(Error::from(failed).to_string(), "No. (form_identifier_not_found)");

    let unreachable = HttpBackend::builder("http://127.0.0.1:1").build().unwrap();
    let failed = Client::new(unreachable).sign_in().create(A).await.unwrap_err();
    assert!(failed.source().is_some() && !failed.to_string().contains(&failed.source().unwrap().to_string()));
    let failed = failed.into_any();
    assert!(failed.source().is_some());
}

/// Returns the URL that the callback of `finalize_with` gets if the cookie expires this many days after the client
/// changed last. `date` is the server's time when it answers.
async fn decorated(days: i64, date: Option<&'static str>) -> String {
    let now = 1_767_225_600_000_i64;
    let session = json!({ "id": "sess_1", "status": "active" });
    let client = json!({
        "id": "client_1", "sessions": [session], "updated_at": now, "cookie_expires_at": now + days * 86_400_000,
    });
    let complete = answer(sign_in("complete", json!({ "created_session_id": "sess_1" })));
    let headers: HeaderMap =
        date.into_iter().map(|date| (http::header::DATE, HeaderValue::from_static(date))).collect();
    let answers = [complete, (200, json!({ "response": session, "client": client }))];
    let scripted =
        Scripted::new(answers.map(|(status, body)| (status, headers.clone(), body.to_string().into_bytes())));
    let client = Client::new(HttpBackend::with_transport("http://clerk.invalid", scripted));
    let done = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::Complete);
    let url = Arc::new(Mutex::new(String::new()));
    let seen = Arc::clone(&url);
    let finalized = done
        .finalize_with(|navigation| async move {
            *seen.lock().unwrap() = navigation.decorate_url("https://app.example.com/a?b=c");
        })
        .await
        .unwrap();
    reached!(finalized, Finalized::Active);
    Arc::into_inner(url).unwrap().into_inner().unwrap()
}

/// A sign-in with a verified ticket must not be replaced by a new sign-in.
#[tokio::test]
async fn sso_keeps_the_sign_in_of_a_ticket() {
    let connections = json!({
        "first_factor_verification": { "status": "verified", "strategy": "ticket" },
        "supported_first_factors": [
            { "strategy": "enterprise_sso", "enterprise_connection_id": "ent_1" },
            { "strategy": "oauth_google" },
        ],
    });
    let to_provider = |strategy: &str| {
        let to_provider = json!({ "external_verification_redirect_url": "https://provider.example.com/authorize" });
        answer(sign_in("needs_first_factor", challenged("unverified", strategy, to_provider)))
    };
    for (sso, strategy) in [(Sso::enterprise(), "enterprise_sso"), (Sso::oauth("google"), "oauth_google")] {
        let by_ticket = answer(sign_in("needs_first_factor", connections.clone()));
        let (client, asked) = Scripted::json_recorded([by_ticket, to_provider(strategy)]);
        let first = take!(client.sign_in().ticket("a-ticket").await.unwrap(), AfterCreate::NeedsFirstFactor);
        drop(first.sso(&sso, "https://app.example.com/back").await.unwrap());
        let asked = asked.lock().unwrap();
        let went = "POST /v1/client/sign_ins/sia_1/prepare_first_factor";
        assert!(asked[1].starts_with(&format!("{went} strategy={strategy}")), "{asked:?}");
        assert_eq!(asked[1].contains("enterprise_connection_id=ent_1"), strategy == "enterprise_sso", "{asked:?}");
    }
}

#[tokio::test]
async fn decorated_url_renews_a_cookie_that_ends_soon() {
    let through = "http://clerk.invalid/v1/client/touch?redirect_url=https%3A%2F%2Fapp.example.com%2Fa%3Fb%3Dc";
    let as_it_is = "https://app.example.com/a?b=c";
    assert_eq!(decorated(7, None).await, through);
    assert_eq!(decorated(9, None).await, as_it_is);
    // The client changed at the beginning of 2026.
    assert_eq!(decorated(9, Some("Fri, 02 Jan 2026 12:00:00 GMT")).await, through);
    assert_eq!(decorated(10, Some("Fri, 02 Jan 2026 12:00:00 GMT")).await, as_it_is);
}

#[tokio::test]
async fn touch_answered_with_another_session_is_an_error() {
    for id in ["sess_other", ""] {
        let complete = answer(sign_in("complete", json!({ "created_session_id": "sess_1" })));
        let session = json!({ "id": id, "status": "active" });
        let client = Scripted::json([complete, (200, json!({ "response": session, "client": null }))]);
        let done = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::Complete);
        let (error, done) = stayed!(done.finalize().await);
        assert!(matches!(error.kind(), ErrorKind::Protocol(_)), "{error}");
        assert_eq!(done.session_id(), "sess_1");
        assert!(client.active_session().is_none());
    }
}

#[tokio::test]
async fn ended_or_unknown_session_is_an_error() {
    for (session, reason) in [
        (json!({ "id": "sess_1", "status": "ended" }), "ended"),
        (json!({ "id": "sess_1", "status": "dreaming" }), "dreaming"),
        (json!({ "id": "sess_1" }), "not known"),
    ] {
        let complete = answer(sign_in("complete", json!({ "created_session_id": "sess_1" })));
        let client = Scripted::json([complete, (200, json!({ "response": session, "client": null }))]);
        let done = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::Complete);
        let (error, done) = stayed!(done.finalize().await);
        assert!(matches!(error.kind(), ErrorKind::SessionUnusable { .. }), "{error}");
        assert!(error.to_string().contains(reason), "{error}");
        assert_eq!(done.session_id(), "sess_1");
        assert!(client.active_session().is_none());
    }
    // A session with the status `active` counts as pending if it has tasks.
    let session = json!({ "id": "sess_1", "status": "active", "tasks": [{ "key": "setup-mfa" }] });
    let complete = answer(sign_in("complete", json!({ "created_session_id": "sess_1" })));
    let client = Scripted::json([complete, (200, json!({ "response": session, "client": null }))]);
    let done = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::Complete);
    reached!(done.finalize().await.unwrap(), Finalized::Pending);
}

#[test]
fn invalid_checkpoint_is_an_error() {
    let client = World::memory().client();
    let mut checkpoint = serde_json::to_value(client.sign_in().checkpoint()).unwrap();
    checkpoint["version"] = json!(3);
    let error = client.restore(serde_json::from_value(checkpoint.clone()).unwrap()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Checkpoint(_)) && error.to_string().contains("version 3"), "{error}");
    checkpoint["version"] = json!(2);
    checkpoint["attempt"]["status"] = json!("needs_second_factor");
    let error = client.restore(serde_json::from_value(checkpoint).unwrap()).unwrap_err();
    assert!(error.to_string().contains("names no sign-in"), "{error}");
}

#[tokio::test]
async fn proof_can_lead_to_any_state() {
    let gate = json!({ "protect_check": { "status": "pending", "token": "t" } });
    for (status, more, state) in [
        ("needs_identifier", json!({}), "NeedsIdentifier"),
        ("needs_first_factor", json!({}), "NeedsFirstFactor"),
        ("needs_second_factor", json!({}), "NeedsSecondFactor"),
        ("needs_client_trust", json!({}), "NeedsClientTrust"),
        ("needs_new_password", json!({}), "NeedsNewPassword"),
        ("complete", json!({ "created_session_id": "sess_1" }), "Complete"),
        ("needs_protect_check", gate.clone(), "NeedsProtectCheck"),
    ] {
        let gated = answer(sign_in("needs_protect_check", gate.clone()));
        let client = Scripted::json([gated, answer(sign_in(status, more))]);
        let gated = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsProtectCheck);
        assert_eq!(gated.submit_proof("proof").await.unwrap().state_name(), state);
    }
}

#[tokio::test]
async fn create_can_lead_to_any_state() {
    for (status, more, state) in [
        ("needs_identifier", json!({}), "NeedsIdentifier"),
        // A browser may have filled in a password even though the user does not sign in with a password.
        ("needs_first_factor", json!({}), "NeedsFirstFactor"),
        ("needs_first_factor", first("unverified", "email_code"), "NeedsFirstFactor"),
        ("needs_first_factor", first("unverified", "reset_password_email_code"), "NeedsFirstFactor"),
        ("needs_second_factor", json!({}), "NeedsSecondFactor"),
        ("needs_second_factor", second("unverified", "email_code"), "NeedsSecondFactor"),
        ("needs_client_trust", json!({}), "NeedsClientTrust"),
        ("needs_new_password", json!({}), "NeedsNewPassword"),
        ("needs_identifier", first("transferable", "oauth_google"), "Transferable"),
        ("complete", json!({ "created_session_id": "sess_1" }), "Complete"),
        ("abandoned", json!({}), "Abandoned"),
    ] {
        let client = Scripted::json([answer(sign_in(status, more.clone()))]);
        let outcome = client.sign_in().password(A, "password").await.unwrap();
        assert_eq!(AnySignIn::from(outcome).state_name(), state, "{status} {more}");
    }
}

/// If a step leads to an unexpected state, that state is returned unchanged as `Elsewhere`.
#[tokio::test]
async fn unexpected_state_is_kept_as_elsewhere() {
    let begun = answer(sign_in("needs_second_factor", json!({})));
    let back = answer(sign_in("needs_first_factor", json!({ "identifier": "ada" })));
    let client = Scripted::json([begun, back.clone(), back]);
    let second = take!(client.sign_in().password(A, "x").await.unwrap(), AfterCreate::NeedsSecondFactor);
    let outcome = second.verify_totp("123456").await.unwrap();
    let kept = take!(outcome, clerk_sign_in::AfterSecondFactor::Elsewhere);
    assert_eq!((kept.state_name(), kept.identifier()), ("NeedsFirstFactor", Some("ada")));
    reached!(kept.refresh().await.unwrap(), AnySignIn::NeedsFirstFactor);
}

#[tokio::test]
async fn only_already_signed_in_errors_name_a_session() {
    let rejected = |code: &str| {
        let error = json!({ "code": code, "meta": { "session_id": "sess_1" } });
        Scripted::json([(400, json!({ "errors": [error] }))])
    };
    let error: Error = rejected("resource_not_found").sign_in().create(A).await.unwrap_err().into();
    assert_eq!(error.existing_session(), None);
    let error: Error = rejected("identifier_already_signed_in").sign_in().create(A).await.unwrap_err().into();
    assert_eq!(error.existing_session(), Some("sess_1"));
}

/// A user interface in another programming language receives this JSON.
#[tokio::test]
async fn error_serializes_with_the_seconds_to_wait() {
    let client = World::memory().client();
    let sent = client.sign_in().send_email_code(L).await.unwrap();
    let error: Error = sent.resend().await.unwrap_err().into();
    let copy = error.clone();
    assert_eq!((copy.to_string(), copy.code()), (error.to_string(), error.code()));
    let json = serde_json::to_value(&copy).unwrap();
    assert_eq!((&json["code"], &json["retry_after"]), (&json!("verification_code_too_many_requests"), &json!(30)));
    assert!(json["message"].as_str().unwrap().ends_with(" Try again in 30 seconds."), "{json}");
}

/// In a chain of causes, each cause is printed only once.
#[test]
fn capability_error_prints_its_cause_once() {
    let error = Error::from(CapabilityError::failed("the wallet broke"));
    assert_eq!(error.to_string(), "it failed");
    let cause = error.source().unwrap();
    assert_eq!((cause.to_string().as_str(), cause.source().is_none()), ("the wallet broke", true));
}

/// Some versions of the Frontend API send this time in seconds, others in milliseconds.
#[tokio::test]
async fn challenge_of_a_device_expires_in_seconds_or_milliseconds() {
    for expires_at in [json!(1_767_225_600), json!(1_767_225_600_000_i64), json!("1767225600")] {
        let challenge = json!({ "client_data": "sign this", "expires_at": expires_at });
        let verification = json!({
            "status": "unverified", "strategy": "trusted_device", "trusted_device_challenge": challenge,
        });
        let attempt =
            json!({ "id": "sia_1", "status": "needs_first_factor", "first_factor_verification": verification });
        let client = Scripted::json([(200, json!({ "response": attempt, "client": null }))]);
        let begun = take!(client.sign_in().trusted_device("td_1").await.unwrap(), AfterCreate::NeedsFirstFactor);
        let challenged = begun.trusted_device_challenged().unwrap();
        assert_eq!(challenged.challenge().expires_at.unwrap().as_millis(), 1_767_225_600_000);
    }
}

#[tokio::test]
async fn factors_that_bypass_single_sign_on_are_listed() {
    let factors = json!([{ "strategy": "password" }, { "strategy": "email_code", "email_address_id": "idn_1" }]);
    let attempt = json!({ "id": "sia_1", "status": "needs_first_factor", "sso_bypass_first_factors": factors });
    let client = Scripted::json([(200, json!({ "response": attempt, "client": null }))]);
    let first = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let strategies: Vec<_> = first.sso_bypass_first_factors().iter().map(|it| it.strategy.as_str()).collect();
    assert_eq!(strategies, ["password", "email_code"]);
}
