//! Answers to HTTP and back.

use std::time::{Duration, SystemTime};

use http::header::{CONTENT_TYPE, DATE, HeaderValue, LOCATION, RETRY_AFTER, SET_COOKIE};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::identity;
use crate::backend::{BackendError, CallContext};
use crate::wire::{Answer, ApiError, Client, ClientUpdate, Rejection, Request, Response, Secret, TokenUpdate};

/// Reads the answer to `request`, which went out in this context, from an HTTP message.
///
/// An answer outside 2xx is a refusal, even if it does not have the shape that Clerk gives to one: a gateway's error
/// page becomes a [`Rejection`] without errors. Only what sends a browser on is answered by a redirect.
///
/// # Errors
/// [`BackendError::Protocol`] if a 2xx answer is not JSON of the shape that the endpoint is documented with.
pub fn decode_response(
    context: &CallContext,
    request: &Request,
    message: &http::Response<impl AsRef<[u8]>>,
) -> Result<Response, BackendError> {
    let body = message.body().as_ref();
    let mut token = identity::token_update(&context.identity, message.headers());
    let (result, client) = if message.status().is_success() {
        if let Request::CreateDevelopmentBrowser = request {
            token = TokenUpdate::Replaced(from_json::<DevelopmentBrowser>(request, body)?.id);
        }
        let (answer, client) = decode_success(request, body)?;
        (Ok(answer), client)
    } else if let (true, Some(redirect)) = (sends_on(request), redirect(message)) {
        (Ok(redirect), ClientUpdate::Unchanged)
    } else {
        let (rejection, client) = decode_rejection(message.status(), message.headers(), body);
        (Err(rejection), client)
    };
    Ok(Response { result, client, token })
}

/// Writes an answer to what was asked in this context as an HTTP message.
#[must_use]
pub fn encode_response(context: &CallContext, response: &Response) -> http::Response<Vec<u8>> {
    let client = match &response.client {
        ClientUpdate::Known(client) => Some(&**client),
        ClientUpdate::Unchanged | ClientUpdate::Gone => None,
    };
    let (status, body) = match &response.result {
        Ok(answer) => encode_answer(answer, client, &response.token),
        Err(rejection) => {
            let body = Refused {
                errors: &rejection.errors,
                meta: RefusedMeta { client },
                clerk_trace_id: rejection.trace_id.as_deref(),
            };
            (rejection.status, to_json(&body))
        }
    };

    let mut message = http::Response::new(body);
    *message.status_mut() = status;
    let headers = message.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
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
        // Whole seconds only: rounded up, so that nobody comes back too early.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    message
}

fn encode_answer(answer: &Answer, client: Option<&Client>, token: &TokenUpdate) -> (StatusCode, Vec<u8>) {
    let body = match answer {
        Answer::Client => to_json(&Wrapped { response: client, client: None }),
        Answer::SignInAttempt(sign_in) => to_json(&Wrapped { response: sign_in, client }),
        Answer::SignUpAttempt(sign_up) => to_json(&Wrapped { response: sign_up, client }),
        Answer::MagicLink(link) => to_json(link),
        Answer::Session(session) => to_json(&Wrapped { response: session, client }),
        Answer::Sessions(sessions) => to_json(sessions),
        Answer::User(user) => to_json(&Wrapped { response: user, client }),
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

fn decode_success(request: &Request, body: &[u8]) -> Result<(Answer, ClientUpdate), BackendError> {
    Ok(match request {
        Request::GetClient
        | Request::CreateClient
        | Request::DeleteClient
        | Request::EndSessions
        | Request::VerifyCaptcha(_) => {
            let envelope: Envelope<Option<Box<Client>>> = from_json(request, body)?;
            let client = envelope.response.or(envelope.client).map_or(ClientUpdate::Gone, ClientUpdate::Known);
            (Answer::Client, client)
        }
        Request::GetSession(_) | Request::TouchSession(_) | Request::EndSession(_) | Request::RemoveSession(_) => {
            enveloped(request, body, Answer::Session)?
        }
        Request::CreateSignIn(_)
        | Request::GetSignIn(_)
        | Request::PrepareFirstFactor(_)
        | Request::AttemptFirstFactor(_)
        | Request::PrepareSecondFactor(_)
        | Request::AttemptSecondFactor(_)
        | Request::ResetPassword(_)
        | Request::SubmitProof(_) => enveloped(request, body, Answer::SignInAttempt)?,
        Request::CreateSignUp(_)
        | Request::GetSignUp(_)
        | Request::UpdateSignUp(_)
        | Request::PrepareSignUp(_)
        | Request::AttemptSignUp(_) => enveloped(request, body, Answer::SignUpAttempt)?,
        Request::CompleteMagicLink(_) => {
            (Answer::MagicLink(plain_or_enveloped(request, body)?), ClientUpdate::Unchanged)
        }
        Request::GetUser(_) => enveloped(request, body, Answer::User)?,
        Request::CreatePasskey(_) | Request::VerifyPasskey(_) | Request::RenamePasskey(_) => {
            enveloped(request, body, Answer::Passkey)?
        }
        Request::RemovePasskey(_) => enveloped(request, body, Answer::Deleted)?,
        Request::ListTrustedDevices(_) => enveloped(request, body, Answer::TrustedDevices)?,
        Request::PrepareTrustedDevice(_) => enveloped(request, body, Answer::TrustedDeviceChallenge)?,
        Request::AttemptTrustedDevice(_) | Request::RevokeTrustedDevice(_) => {
            enveloped(request, body, Answer::TrustedDevice)?
        }
        Request::ValidateTrustedDevice(_) => enveloped(request, body, Answer::TrustedDeviceValidation)?,
        Request::ListSessions(_) => (Answer::Sessions(from_json(request, body)?), ClientUpdate::Unchanged),
        Request::CreateSessionToken(_) => (Answer::SessionToken(from_json(request, body)?), ClientUpdate::Unchanged),
        Request::CreateDevelopmentBrowser => (Answer::DevelopmentBrowser, ClientUpdate::Unchanged),
        Request::GetEnvironment => (Answer::Environment(from_json(request, body)?), ClientUpdate::Unchanged),
        // A link that leads to no page is answered by a few words to whoever opened it.
        Request::OpenEmailLink(_) => {
            (Answer::Document(serde_json::from_slice(body).unwrap_or_default()), ClientUpdate::Unchanged)
        }
        Request::GetKeys | Request::GetOpenIdConfiguration => {
            (Answer::Document(from_json(request, body)?), ClientUpdate::Unchanged)
        }
        // They are answered by a redirect.
        Request::TouchClient(_) | Request::Handshake(_) | Request::OauthCallback(_) => {
            return Err(BackendError::Protocol(format!("the answer to GET {} is no redirect", request.path())));
        }
    })
}

fn enveloped<T: DeserializeOwned>(
    request: &Request,
    body: &[u8],
    answer: impl FnOnce(T) -> Answer,
) -> Result<(Answer, ClientUpdate), BackendError> {
    let envelope: Envelope<T> = from_json(request, body)?;
    Ok((answer(envelope.response), known(envelope.client)))
}

/// What is published says that it stands alone; most answers stand in an envelope.
fn plain_or_enveloped<T: DeserializeOwned>(request: &Request, body: &[u8]) -> Result<T, BackendError> {
    match from_json::<Envelope<T>>(request, body) {
        Ok(envelope) => Ok(envelope.response),
        Err(_) => from_json(request, body),
    }
}

/// Whether a browser that asks this is sent on to a page.
const fn sends_on(request: &Request) -> bool {
    matches!(
        request,
        Request::TouchClient(_) | Request::Handshake(_) | Request::OpenEmailLink(_) | Request::OauthCallback(_)
    )
}

fn redirect(message: &http::Response<impl AsRef<[u8]>>) -> Option<Answer> {
    let to = message.headers().get(LOCATION).filter(|_| message.status().is_redirection())?;
    let cookies = message.headers().get_all(SET_COOKIE).iter();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let status = message.status();
    Some(Answer::Redirect { status, to: text(to).into(), cookies: cookies.map(|cookie| text(cookie).into()).collect() })
}

fn decode_rejection(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> (Rejection, ClientUpdate) {
    let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let rejection = Rejection {
        status,
        errors: refusal.errors,
        retry_after: retry_after(headers),
        trace_id: refusal.clerk_trace_id,
    };
    (rejection, known(refusal.meta.and_then(|meta| meta.client).or(refusal.client)))
}

fn known(client: Option<Box<Client>>) -> ClientUpdate {
    client.map_or(ClientUpdate::Unchanged, ClientUpdate::Known)
}

/// `Retry-After` in seconds, or as a date measured against the `Date` of the same answer (RFC 9110 section 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = |text: &str| -> Option<SystemTime> { httpdate::parse_http_date(text).ok() };
    let now = date(headers.get(DATE)?.to_str().ok()?)?;
    Some(date(value)?.duration_since(now).unwrap_or_default())
}

/// The message names the place and not the text there, which may be a secret.
fn from_json<T: DeserializeOwned>(request: &Request, body: &[u8]) -> Result<T, BackendError> {
    serde_json::from_slice(body).map_err(|error| {
        let wrong = if error.is_data() { "has an unexpected value" } else { "is not complete JSON" };
        BackendError::Protocol(format!(
            "the answer to {} {} {wrong} (line {}, column {})",
            request.method(),
            request.path(),
            error.line(),
            error.column(),
        ))
    })
}

fn to_json(body: &impl Serialize) -> Vec<u8> {
    // Maps have string keys throughout, so there is nothing that JSON cannot hold.
    serde_json::to_vec(body).unwrap_or_default()
}

#[derive(Deserialize)]
struct Envelope<T> {
    response: T,
    #[serde(default)]
    client: Option<Box<Client>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    errors: Vec<ApiError>,
    meta: Option<RefusalMeta>,
    client: Option<Box<Client>>,
    clerk_trace_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RefusalMeta {
    client: Option<Box<Client>>,
}

#[derive(Serialize)]
struct Wrapped<'a, T> {
    response: T,
    client: Option<&'a Client>,
}

#[derive(Serialize)]
struct Refused<'a> {
    errors: &'a [ApiError],
    meta: RefusedMeta<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clerk_trace_id: Option<&'a str>,
}

#[derive(Serialize)]
struct RefusedMeta<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a Client>,
}

#[derive(Serialize, Deserialize)]
struct DevelopmentBrowser {
    id: Secret,
}
