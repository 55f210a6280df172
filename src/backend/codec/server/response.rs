//! Writes answers as HTTP messages, for a server.

use http::StatusCode;
use http::header::{CONTENT_TYPE, DATE, HeaderValue, LOCATION, RETRY_AFTER, SET_COOKIE};
use serde::Serialize;

use super::identity;
use crate::backend::CallContext;
use crate::wire::{
    Answer, ApiError, ClientResource, ClientUpdate, DevelopmentBrowser, Response, Secret, Timestamp, TokenUpdate,
};

/// Writes an answer as an HTTP message. `context` is the context of the call that is answered.
#[must_use]
pub fn encode_response(context: &CallContext, response: &Response) -> http::Response<Vec<u8>> {
    let client = match &response.client {
        ClientUpdate::Known(client) => Some(&**client),
        ClientUpdate::Unchanged | ClientUpdate::Gone => None,
    };
    let (status, body) = match &response.result {
        Ok(answer) => encode_answer(answer, client, &response.token),
        Err(rejection) => {
            let body = Rejected {
                errors: &rejection.errors,
                meta: RejectedMeta { client },
                clerk_trace_id: rejection.trace_id.as_deref(),
            };
            (rejection.status, to_json(&body))
        }
    };

    let mut message = http::Response::new(body);
    *message.status_mut() = status;
    let headers = message.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(date) = response.date.and_then(Timestamp::to_system_time) {
        headers.extend(HeaderValue::from_str(&httpdate::fmt_http_date(date)).ok().map(|date| (DATE, date)));
    }
    identity::write_token_update(&context.identity, &response.token, headers);
    if !matches!(response.client, ClientUpdate::Unchanged) {
        identity::write_signed_in_since(&context.identity, client, headers);
    }
    if let Ok(Answer::Redirect { to, cookies, .. }) = &response.result {
        headers.extend(HeaderValue::from_str(to.expose()).ok().map(|to| (LOCATION, to)));
        for cookie in cookies {
            headers.extend(HeaderValue::from_str(cookie.expose()).ok().map(|cookie| (SET_COOKIE, cookie)));
        }
    }
    if let Some(wait) = response.result.as_ref().err().and_then(|rejection| rejection.retry_after) {
        // The header holds only whole seconds. Round up, so that no client tries again too early.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    message
}

fn encode_answer(answer: &Answer, client: Option<&ClientResource>, token: &TokenUpdate) -> (StatusCode, Vec<u8>) {
    let body = match answer {
        Answer::Client => to_json(&Wrapped { response: client, client: None }),
        Answer::SignInAttempt(sign_in) => to_json(&Wrapped { response: sign_in, client }),
        Answer::SignUpAttempt(sign_up) => to_json(&Wrapped { response: sign_up, client }),
        Answer::MagicLink(link) => to_json(link),
        Answer::Session(session) => to_json(&Wrapped { response: session, client }),
        Answer::Sessions(sessions) => to_json(sessions),
        Answer::User(user) => to_json(&Wrapped { response: user, client }),
        Answer::Totp(totp) => to_json(&Wrapped { response: totp, client }),
        Answer::Passkey(passkey) => to_json(&Wrapped { response: passkey, client }),
        Answer::Deleted(deleted) => to_json(&Wrapped { response: deleted, client }),
        Answer::TrustedDevice(device) => to_json(&Wrapped { response: device, client }),
        Answer::TrustedDevices(devices) => to_json(&Wrapped { response: devices, client }),
        Answer::TrustedDeviceChallenge(challenge) => to_json(&Wrapped { response: challenge, client }),
        Answer::TrustedDeviceValidation(validation) => to_json(&Wrapped { response: validation, client }),
        Answer::SessionToken(token) => to_json(token),
        Answer::DevelopmentBrowser => {
            let id = if let TokenUpdate::Replaced(token) = token { token.clone() } else { Secret::from("") };
            to_json(&DevelopmentBrowser { id })
        }
        Answer::Environment(environment) => to_json(environment),
        Answer::Document(document) => to_json(document),
        Answer::Redirect { status, .. } => return (*status, Vec::new()),
    };
    (StatusCode::OK, body)
}

fn to_json(body: &impl Serialize) -> Vec<u8> {
    // Serialising cannot fail, because all maps in a body have string keys.
    serde_json::to_vec(body).unwrap_or_default()
}

#[derive(Serialize)]
struct Wrapped<'a, T> {
    response: T,
    client: Option<&'a ClientResource>,
}

#[derive(Serialize)]
struct Rejected<'a> {
    errors: &'a [ApiError],
    meta: RejectedMeta<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clerk_trace_id: Option<&'a str>,
}

#[derive(Serialize)]
struct RejectedMeta<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a ClientResource>,
}
