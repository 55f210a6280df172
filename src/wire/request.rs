//! Requests, in both directions: to method, path and form, and back.

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{AttemptFactor, CreateSignIn, GetSignIn, PrepareFactor, ResetPassword, SubmitProof, TouchSession};

/// What can be asked of the Frontend API.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Request {
    /// `GET /v1/client`: the device, its sessions, the sign-in under way.
    GetClient,
    /// `POST /v1/client`: makes this device known.
    CreateClient,
    /// `DELETE /v1/client`: ends every session of this device.
    DeleteClient,
    /// `POST /v1/client/sign_ins`
    CreateSignIn(CreateSignIn),
    /// `GET /v1/client/sign_ins/{sign_in_id}`
    GetSignIn(GetSignIn),
    /// `POST /v1/client/sign_ins/{sign_in_id}/prepare_first_factor`
    PrepareFirstFactor(PrepareFactor),
    /// `POST /v1/client/sign_ins/{sign_in_id}/attempt_first_factor`
    AttemptFirstFactor(AttemptFactor),
    /// `POST /v1/client/sign_ins/{sign_in_id}/prepare_second_factor`
    PrepareSecondFactor(PrepareFactor),
    /// `POST /v1/client/sign_ins/{sign_in_id}/attempt_second_factor`
    AttemptSecondFactor(AttemptFactor),
    /// `POST /v1/client/sign_ins/{sign_in_id}/reset_password`
    ResetPassword(ResetPassword),
    /// `PATCH /v1/client/sign_ins/{sign_in_id}/protect_check`
    SubmitProof(SubmitProof),
    /// `POST /v1/client/sessions/{session_id}/touch`
    TouchSession(TouchSession),
}

/// A request that the Frontend API has no endpoint for, or whose parameters cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// No endpoint has this method and path.
    #[error("no endpoint for {method} {path}")]
    UnknownEndpoint {
        /// The method, after `_method` was applied.
        method: Method,
        /// The path.
        path: String,
    },
    /// The parameters are not a form (`application/x-www-form-urlencoded`) with the values that the endpoint takes.
    #[error("the parameters cannot be read: {0}")]
    MalformedForm(String),
}

/// Characters that stand for themselves in a path segment (RFC 3986 section 2.3).
const PATH_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

impl Request {
    /// Whether it only reads, so that it may be sent again after a failure.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.method() == Method::GET
    }

    /// The method that the endpoint is documented with.
    #[must_use]
    pub fn method(&self) -> Method {
        match self {
            Self::GetClient | Self::GetSignIn(_) => Method::GET,
            Self::DeleteClient => Method::DELETE,
            Self::SubmitProof(_) => Method::PATCH,
            Self::CreateClient
            | Self::CreateSignIn(_)
            | Self::PrepareFirstFactor(_)
            | Self::AttemptFirstFactor(_)
            | Self::PrepareSecondFactor(_)
            | Self::AttemptSecondFactor(_)
            | Self::ResetPassword(_)
            | Self::TouchSession(_) => Method::POST,
        }
    }

    /// The path, from `/v1` on, with the ids percent-encoded.
    #[must_use]
    pub fn path(&self) -> String {
        let sign_in = |id: &str, action: &str| format!("/v1/client/sign_ins/{}{action}", encode_segment(id));
        match self {
            Self::GetClient | Self::CreateClient | Self::DeleteClient => "/v1/client".to_owned(),
            Self::CreateSignIn(_) => "/v1/client/sign_ins".to_owned(),
            Self::GetSignIn(get) => sign_in(&get.sign_in_id, ""),
            Self::PrepareFirstFactor(prepare) => sign_in(&prepare.sign_in_id, "/prepare_first_factor"),
            Self::AttemptFirstFactor(attempt) => sign_in(&attempt.sign_in_id, "/attempt_first_factor"),
            Self::PrepareSecondFactor(prepare) => sign_in(&prepare.sign_in_id, "/prepare_second_factor"),
            Self::AttemptSecondFactor(attempt) => sign_in(&attempt.sign_in_id, "/attempt_second_factor"),
            Self::ResetPassword(reset) => sign_in(&reset.sign_in_id, "/reset_password"),
            Self::SubmitProof(proof) => sign_in(&proof.sign_in_id, "/protect_check"),
            Self::TouchSession(touch) => format!("/v1/client/sessions/{}/touch", encode_segment(&touch.session_id)),
        }
    }

    /// The parameters as a form: snake case, absent values left out, secrets in the clear.
    #[must_use]
    pub fn form(&self) -> String {
        match self {
            Self::GetClient | Self::CreateClient | Self::DeleteClient => String::new(),
            Self::CreateSignIn(create) => to_form(create),
            Self::GetSignIn(get) => to_form(get),
            Self::PrepareFirstFactor(prepare) | Self::PrepareSecondFactor(prepare) => to_form(prepare),
            Self::AttemptFirstFactor(attempt) | Self::AttemptSecondFactor(attempt) => to_form(attempt),
            Self::ResetPassword(reset) => to_form(reset),
            Self::SubmitProof(proof) => to_form(proof),
            Self::TouchSession(touch) => to_form(touch),
        }
    }

    /// Reads a request from its method (after `_method` was applied), its path from `/v1` on, and its form.
    /// Parameters that the endpoint does not know are passed over.
    ///
    /// # Errors
    /// [`RequestError::UnknownEndpoint`] if no endpoint has this method and path, [`RequestError::MalformedForm`] if
    /// the form does not hold what the endpoint takes.
    pub fn parse(method: &Method, path: &str, form: &[u8]) -> Result<Self, RequestError> {
        let unknown = || RequestError::UnknownEndpoint { method: method.clone(), path: path.to_owned() };
        let segments: Vec<String> = path
            .split('/')
            .skip(1)
            .map(|segment| percent_decode_str(segment).decode_utf8().map(std::borrow::Cow::into_owned))
            .collect::<Result<_, _>>()
            .map_err(|_| unknown())?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let (is_get, is_post) = (method == Method::GET, method == Method::POST);

        match segments.as_slice() {
            ["v1", "client"] if is_get => Ok(Self::GetClient),
            ["v1", "client"] if is_post || method == Method::PUT => Ok(Self::CreateClient),
            ["v1", "client"] if method == Method::DELETE => Ok(Self::DeleteClient),
            ["v1", "client", "sign_ins"] if is_post => Ok(Self::CreateSignIn(from_form(form)?)),
            ["v1", "client", "sign_ins", id] if is_get => Ok(Self::GetSignIn(GetSignIn::new(id))),
            ["v1", "client", "sign_ins", id, "prepare_first_factor"] if is_post => {
                Ok(Self::PrepareFirstFactor(PrepareFactor { sign_in_id: (*id).to_owned(), ..from_form(form)? }))
            }
            ["v1", "client", "sign_ins", id, "attempt_first_factor"] if is_post => {
                Ok(Self::AttemptFirstFactor(AttemptFactor { sign_in_id: (*id).to_owned(), ..from_form(form)? }))
            }
            ["v1", "client", "sign_ins", id, "prepare_second_factor"] if is_post => {
                Ok(Self::PrepareSecondFactor(PrepareFactor { sign_in_id: (*id).to_owned(), ..from_form(form)? }))
            }
            ["v1", "client", "sign_ins", id, "attempt_second_factor"] if is_post => {
                Ok(Self::AttemptSecondFactor(AttemptFactor { sign_in_id: (*id).to_owned(), ..from_form(form)? }))
            }
            ["v1", "client", "sign_ins", id, "reset_password"] if is_post => {
                Ok(Self::ResetPassword(ResetPassword { sign_in_id: (*id).to_owned(), ..from_form(form)? }))
            }
            ["v1", "client", "sign_ins", id, "protect_check"] if method == Method::PATCH => {
                Ok(Self::SubmitProof(SubmitProof { sign_in_id: (*id).to_owned(), ..from_form(form)? }))
            }
            ["v1", "client", "sessions", id, "touch"] if is_post => {
                Ok(Self::TouchSession(TouchSession { session_id: (*id).to_owned(), ..from_form(form)? }))
            }
            _ => Err(unknown()),
        }
    }
}

fn encode_segment(segment: &str) -> String {
    // A segment of dots alone would be a step through the path.
    if segment.bytes().all(|byte| byte == b'.') {
        return segment.replace('.', "%2E");
    }
    utf8_percent_encode(segment, PATH_SEGMENT).to_string()
}

/// Arrays become repeated keys, objects one JSON text, as the Frontend API reads them.
fn to_form(parameters: &impl Serialize) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    if let Ok(Value::Object(parameters)) = serde_json::to_value(parameters) {
        for (name, value) in &parameters {
            match value {
                Value::Null => {}
                Value::String(text) => drop(form.append_pair(name, text)),
                Value::Array(items) => {
                    for item in items {
                        form.append_pair(name, item.as_str().unwrap_or(&item.to_string()));
                    }
                }
                other => drop(form.append_pair(name, &other.to_string())),
            }
        }
    }
    form.finish()
}

fn from_form<T: DeserializeOwned>(form: &[u8]) -> Result<T, RequestError> {
    let mut parameters = Map::new();
    for (name, value) in form_urlencoded::parse(form) {
        let name = name.into_owned();
        if parameters.contains_key(&name) {
            return Err(RequestError::MalformedForm(format!("`{name}` is given more than once")));
        }
        parameters.insert(name, Value::String(value.into_owned()));
    }
    // The error would show the value, which may be a secret.
    serde_json::from_value(Value::Object(parameters))
        .map_err(|_| RequestError::MalformedForm("a value is not of the kind that the endpoint takes".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Factor, Strategy};

    fn every_request() -> Vec<Request> {
        let factor = Factor { email_address_id: Some("idn_1&x=/ä".into()), ..Factor::new(Strategy::EmailCode) };
        let odd_id = "sia_../%2F?x=1";
        vec![
            Request::GetClient,
            Request::CreateClient,
            Request::DeleteClient,
            Request::CreateSignIn(CreateSignIn::new()),
            Request::CreateSignIn(CreateSignIn {
                identifier: Some("ada+x@example.com".into()),
                strategy: Some(Strategy::Password),
                password: Some("a b&c=ü".into()),
            }),
            Request::GetSignIn(GetSignIn::new(odd_id)),
            Request::GetSignIn(GetSignIn::new("..")),
            Request::PrepareFirstFactor(PrepareFactor::new(odd_id, &factor)),
            Request::AttemptFirstFactor(AttemptFactor::password(odd_id, "pässword +&")),
            Request::PrepareSecondFactor(PrepareFactor::new(odd_id, &factor)),
            Request::AttemptSecondFactor(AttemptFactor::code(odd_id, Strategy::Totp, "123456")),
            Request::ResetPassword(ResetPassword::new(odd_id, "new & better", true)),
            Request::ResetPassword(ResetPassword::new(odd_id, "x", false)),
            Request::SubmitProof(SubmitProof::new(odd_id, "proof+/=")),
            Request::TouchSession(TouchSession::select("sess_/x")),
        ]
    }

    #[test]
    fn every_request_survives_the_way_over_the_wire() {
        for request in every_request() {
            let parsed = Request::parse(&request.method(), &request.path(), request.form().as_bytes()).unwrap();
            assert_eq!((parsed.path(), parsed.form()), (request.path(), request.form()), "{request:?}");
            assert_eq!(std::mem::discriminant(&parsed), std::mem::discriminant(&request), "{request:?}");
        }
    }

    #[test]
    fn a_wrong_method_or_path_is_no_endpoint() {
        for (method, path) in [(Method::GET, "/v1/client/sign_ins"), (Method::POST, "/v1/nothing"), (Method::GET, "")] {
            let error = Request::parse(&method, path, b"").unwrap_err();
            assert!(matches!(error, RequestError::UnknownEndpoint { .. }), "{error}");
        }
    }

    #[test]
    fn unknown_parameters_are_passed_over_and_repeated_ones_are_named() {
        let create = Request::parse(&Method::POST, "/v1/client/sign_ins", b"identifier=a&captcha_token=x").unwrap();
        assert_eq!(create.form(), "identifier=a");
        let error = Request::parse(&Method::POST, "/v1/client/sign_ins", b"identifier=a&identifier=b").unwrap_err();
        assert!(error.to_string().contains("identifier"), "{error}");
    }
}
