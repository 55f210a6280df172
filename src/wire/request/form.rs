//! A request's parameters as a form, and back.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Request, RequestError};

impl Request {
    /// The parameters as a form: snake case, absent values left out, secrets in the clear.
    #[must_use]
    pub fn form(&self) -> String {
        match self {
            Self::GetEnvironment
            | Self::CreateDevelopmentBrowser
            | Self::GetClient
            | Self::CreateClient
            | Self::DeleteClient
            | Self::GetSession(_)
            | Self::EndSession(_)
            | Self::RemoveSession(_)
            | Self::EndSessions
            | Self::GetKeys
            | Self::GetOpenIdConfiguration => String::new(),
            Self::VerifyCaptcha(verify) => to_form(verify),
            Self::TouchClient(redirect) | Self::Handshake(redirect) => to_form(redirect),
            Self::CreateSignIn(create) => to_form(create),
            Self::GetSignIn(get) => to_form(get),
            Self::CreateSignUp(create) => to_form(create),
            Self::GetSignUp(get) => to_form(get),
            Self::UpdateSignUp(update) => to_form(update),
            Self::PrepareSignUp(prepare) => to_form(prepare),
            Self::AttemptSignUp(attempt) => to_form(attempt),
            Self::PrepareFirstFactor(prepare) | Self::PrepareSecondFactor(prepare) => to_form(prepare),
            Self::AttemptFirstFactor(attempt) | Self::AttemptSecondFactor(attempt) => to_form(attempt),
            Self::ResetPassword(reset) => to_form(reset),
            Self::SubmitProof(proof) => to_form(proof),
            Self::OpenEmailLink(open) => to_form(open),
            Self::OauthCallback(callback) => to_form(callback),
            Self::CompleteMagicLink(complete) => to_form(complete),
            Self::TouchSession(touch) => to_form(touch),
            Self::CreateSessionToken(create) => to_form(create),
            Self::ValidateTrustedDevice(validate) => to_form(validate),
            Self::GetUser(session)
            | Self::ListSessions(session)
            | Self::CreatePasskey(session)
            | Self::ListTrustedDevices(session) => to_form(session),
            Self::VerifyPasskey(verify) => to_form(verify),
            Self::RenamePasskey(rename) => to_form(rename),
            Self::RemovePasskey(remove) => to_form(remove),
            Self::PrepareTrustedDevice(prepare) => to_form(prepare),
            Self::AttemptTrustedDevice(attempt) => to_form(attempt),
            Self::RevokeTrustedDevice(revoke) => to_form(revoke),
        }
    }
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

pub(super) fn from_form<T: DeserializeOwned>(form: &[u8]) -> Result<T, RequestError> {
    let mut parameters = Map::new();
    for (name, value) in form_urlencoded::parse(form) {
        let name = name.into_owned();
        if parameters.contains_key(&name) {
            return Err(RequestError::MalformedForm(format!("`{name}` is given more than once")));
        }
        parameters.insert(name, Value::String(value.into_owned()));
    }
    serde_json::from_value(Value::Object(parameters)).map_err(|error| {
        // Any other error would show the value, which may be a secret.
        let missing = Some(error.to_string()).filter(|error| error.starts_with("missing field"));
        RequestError::MalformedForm(
            missing.unwrap_or_else(|| "a value is not of the kind that the endpoint takes".into()),
        )
    })
}
