//! One unreadable value never hides the rest of an answer.

use clerk_sign_in::backend::{BackendError, CallContext, Identity, decode_response};
use clerk_sign_in::wire::{Answer, ClientUpdate, GetSignIn, Rejection, Request, Response, SessionTaskKey, Timestamp};
use http::StatusCode;
use serde_json::{Value, json};

fn decode(request: &Request, status: u16, body: &[u8]) -> Result<Response, BackendError> {
    let mut message = http::Response::new(body.to_vec());
    *message.status_mut() = StatusCode::from_u16(status).unwrap();
    decode_response(&CallContext::new(Identity::Native { token: Some("t".into()) }), request, &message)
}

fn get_sign_in() -> Request {
    Request::GetSignIn(GetSignIn::new("sia_1"))
}

/// Decodes a rejection with this body.
fn rejection(body: &[u8]) -> Rejection {
    decode(&get_sign_in(), 422, body).unwrap().result.unwrap_err()
}

fn codes(rejection: &Rejection) -> Vec<&str> {
    rejection.errors.iter().map(|error| error.code.as_str()).collect()
}

#[test]
fn rejection_keeps_its_codes_whatever_stands_beside_them() {
    let wrong = json!({ "code": "form_password_incorrect", "message": "No.", "meta": { "param_name": "password" } });
    let beside = |field: &str, value: Value| {
        let mut body = json!({ "errors": [wrong] });
        body[field] = value;
        body
    };
    for body in [
        beside("meta", json!({ "client": { "id": "c", "updated_at": 1.5 } })),
        beside("meta", json!({ "client": [] })),
        beside("meta", json!("none")),
        beside("client", json!({ "id": "c", "sessions": [{ "id": "s", "user": { "banned": "true" } }] })),
        beside("client", json!({ "id": "c", "sessions": 5, "sign_in": "no", "sign_up": true })),
        beside("clerk_trace_id", json!(5)),
    ] {
        let text = body.to_string();
        let rejection = rejection(text.as_bytes());
        assert_eq!(codes(&rejection), ["form_password_incorrect"], "{text}");
        assert_eq!(rejection.errors[0].meta.param_name.as_deref(), Some("password"), "{text}");
    }
}

#[test]
fn error_keeps_its_code_whatever_its_details_are() {
    for (meta, seconds) in [
        (json!({ "lockout_expires_in_seconds": 1799 }), Some(1799)),
        (json!({ "lockout_expires_in_seconds": 1799.5 }), Some(1799)),
        (json!({ "lockout_expires_in_seconds": "1800" }), Some(1800)),
        (json!({ "lockout_expires_in_seconds": -1 }), None),
        (json!({ "lockout_expires_in_seconds": 1e300 }), None),
        (json!({ "lockout_expires_in_seconds": "soon" }), None),
        (json!({ "lockout_expires_in_seconds": [1800], "param_name": 7 }), None),
        (json!("locked"), None),
    ] {
        let body = json!({ "errors": [{ "code": "user_locked", "message": ["x"], "long_message": 5, "meta": meta }] });
        let rejection = rejection(body.to_string().as_bytes());
        assert_eq!(codes(&rejection), ["user_locked"], "{meta}");
        assert_eq!(rejection.errors[0].meta.lockout_expires_in_seconds, seconds, "{meta}");
    }
}

#[test]
fn error_without_a_readable_code_keeps_its_place() {
    for (second, code) in [
        (json!({ "message": "Second." }), ""),
        (json!({ "code": null }), ""),
        (json!({ "code": 5 }), "5"),
        (json!({ "code": ["a"] }), r#"["a"]"#),
        (json!(null), ""),
        (json!("form_code_incorrect"), ""),
    ] {
        let body = json!({ "errors": [{ "code": "form_password_incorrect" }, second, { "code": "user_locked" }] });
        let rejection = rejection(body.to_string().as_bytes());
        assert_eq!(codes(&rejection), ["form_password_incorrect", code, "user_locked"], "{body}");
    }
}

#[test]
fn repeated_key_does_not_lose_an_answer() {
    for body in [
        r#"{"errors":[{"code":"identifier_already_signed_in","meta":{"session_id":"s","sessionId":"s"}}]}"#,
        r#"{"errors":[{"code":"identifier_already_signed_in","meta":{"session_id":4,"sessionId":"s"}}]}"#,
        r#"{"errors":[{"code":"identifier_already_signed_in","meta":{"session_id":null,"sessionId":"s"}}]}"#,
        r#"{"errors":[{"code":"no","code":"identifier_already_signed_in","meta":{"sessionId":"s"}}],"clerk_trace_id":"1","clerk_trace_id":"2"}"#,
    ] {
        let rejection = rejection(body.as_bytes());
        assert_eq!(codes(&rejection), ["identifier_already_signed_in"], "{body}");
        assert_eq!(rejection.errors[0].meta.session_id.as_deref(), Some("s"), "{body}");
    }
    let body = br#"{"response":{"id":"sia_0","id":"sia_1","status":"complete"},"client":null,"client":null}"#;
    let Ok(Answer::SignInAttempt(sign_in)) = decode(&get_sign_in(), 200, body).unwrap().result else { panic!() };
    assert_eq!(sign_in.id, "sia_1");
}

#[test]
fn body_that_is_not_utf_8_is_still_read() {
    let body = b"{\"errors\":[{\"code\":\"form_password_incorrect\",\"message\":\"Falsch f\xfcr Ada\"}]}";
    let rejection = rejection(body);
    assert_eq!((rejection.status.as_u16(), codes(&rejection)), (422, vec!["form_password_incorrect"]));
    assert_eq!(rejection.errors[0].message, "Falsch f\u{fffd}r Ada");
    let body = b"{\"response\":{\"id\":\"sia_1\",\"status\":\"complete\",\"identifier\":\"J\xf6rg\"},\"client\":null}";
    let Ok(Answer::SignInAttempt(sign_in)) = decode(&get_sign_in(), 200, body).unwrap().result else { panic!() };
    assert_eq!(sign_in.id, "sia_1");
}

/// Decodes a sign-in whose client has this session.
fn session(session: &Value) -> clerk_sign_in::wire::Session {
    let body = json!({ "response": { "id": "sia_1" }, "client": { "id": "client_1", "sessions": [session] } });
    let response = decode(&get_sign_in(), 200, body.to_string().as_bytes()).unwrap();
    let ClientUpdate::Known(client) = response.client else { panic!("{session}: {:?}", response.client) };
    client.session("sess_1").unwrap_or_else(|| panic!("{session}")).clone()
}

#[test]
fn unreadable_tasks_stay_pending() {
    for (tasks, keys) in [
        (json!([{}]), vec![""]),
        (json!([{ "key": 5 }, { "key": "setup-mfa" }]), vec!["5", "setup-mfa"]),
        (json!([null]), vec![""]),
        (json!(["setup-mfa"]), vec![""]),
        (json!({}), vec![""]),
        (json!(true), vec![""]),
        (json!([]), vec![]),
        (json!(null), vec![]),
    ] {
        let read = session(&json!({ "id": "sess_1", "status": "active", "tasks": tasks }));
        let read: Vec<_> = read.tasks.iter().flatten().map(|task| task.key.clone()).collect();
        assert_eq!(read, keys.into_iter().map(SessionTaskKey::from).collect::<Vec<_>>(), "{tasks}");
    }
}

#[test]
fn unreadable_value_never_permits_more() {
    let user = |user: &Value| *session(&json!({ "id": "sess_1", "user": user })).user.unwrap();
    for (value, is_true) in
        [(json!("true"), true), (json!("false"), false), (json!("no"), true), (json!(0), true), (json!(null), false)]
    {
        let read = user(&json!({ "id": "user_1", "banned": value, "locked": value }));
        assert_eq!((read.banned, read.locked), (is_true, is_true), "{value}");
    }
    let read = user(&json!({ "delete_self_enabled": 1, "create_organization_enabled": [], "two_factor_enabled": "y" }));
    assert!(!read.delete_self_enabled && !read.create_organization_enabled && !read.two_factor_enabled);
    let read = session(&json!({ "id": "sess_1", "status": ["active"], "factor_verification_age": ["x", 5] }));
    assert_eq!(read.status.unwrap().as_str(), r#"["active"]"#);
    assert_eq!(read.factor_verification_age, Some(vec![-1, 5]));
    let settings = json!({
        "auth_config": { "single_session_mode": "?" },
        "user_settings": {
            "attributes": { "email_address": { "enabled": 1, "required": 1 }, "phone_number": 5 },
            "password_settings": { "require_numbers": {}, "disable_hibp": "?", "min_length": "12" },
        },
    });
    let response = decode(&Request::GetEnvironment, 200, settings.to_string().as_bytes()).unwrap();
    let Ok(Answer::Environment(read)) = response.result else { panic!() };
    assert!(read.auth_config.single_session_mode);
    let (attributes, passwords) = (&read.user_settings.attributes, &read.user_settings.password_settings);
    assert!(attributes["email_address"].required && !attributes["email_address"].enabled && attributes.len() == 1);
    assert!(passwords.require_numbers && !passwords.disable_hibp && passwords.min_length == 12);
    for gate in [json!(true), json!("pending"), json!([]), json!({}), json!({ "status": 5, "token": 6 })] {
        let body = json!({ "response": { "id": "sia_1", "status": "complete", "protect_check": gate } });
        let response = decode(&get_sign_in(), 200, body.to_string().as_bytes()).unwrap();
        let Ok(Answer::SignInAttempt(sign_in)) = response.result else { panic!() };
        assert!(sign_in.protect_check.is_some(), "{gate}");
    }
}

#[test]
fn numbers_are_read_if_they_can_be() {
    for (value, millis) in [
        (json!(1_767_225_600_000_i64), Some(1_767_225_600_000)),
        (json!(1_767_225_600_000.5), Some(1_767_225_600_000)),
        (json!("1767225600000"), Some(1_767_225_600_000)),
        (json!(-1.5), Some(-1)),
        (json!(1e300), None),
        (json!(u64::MAX), None),
        (json!("2026-01-01T00:00:00Z"), None),
        (json!({}), None),
    ] {
        let read = session(&json!({ "id": "sess_1", "status": "active", "expire_at": value }));
        assert_eq!(read.expire_at.map(Timestamp::as_millis), millis, "{value}");
    }
}
