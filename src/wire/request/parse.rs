//! Which endpoint a method and a path are.

use std::borrow::Cow;

use http::Method;
use percent_encoding::percent_decode_str;

use super::form::from_form;
use super::{Request, RequestError};
use crate::wire::{
    AttemptFactor, AttemptSignUp, CreateSessionToken, GetSignIn, GetSignUp, OneSession, PrepareFactor, PrepareSignUp,
    RemovePasskey, RenamePasskey, ResetPassword, RevokeTrustedDevice, SubmitProof, TouchSession, UpdateSignUp,
    VerifyPasskey,
};

impl Request {
    /// Reads a request from its method (after `_method` was applied), its path from `/v1` or `/.well-known` on, and its
    /// form. Parameters that the endpoint does not know are passed over.
    ///
    /// # Errors
    /// [`RequestError::UnknownEndpoint`] if no endpoint has this method and path, [`RequestError::MalformedForm`] if
    /// the form does not hold what the endpoint takes.
    pub fn parse(method: &Method, path: &str, form: &[u8]) -> Result<Self, RequestError> {
        let unknown = || RequestError::UnknownEndpoint { method: method.clone(), path: path.to_owned() };
        let segments: Vec<String> = path
            .split('/')
            .skip(1)
            .map(|segment| percent_decode_str(segment).decode_utf8().map(Cow::into_owned))
            .collect::<Result<_, _>>()
            .map_err(|_| unknown())?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();

        let request = match segments.as_slice() {
            ["v1", "client", "sign_ins", rest @ ..] => sign_in(method, rest, form),
            ["v1", "client", "sign_ups", rest @ ..] => sign_up(method, rest, form),
            ["v1", "client", "sessions", rest @ ..] => session(method, rest, form),
            ["v1", "client", rest @ ..] => client(method, rest, form),
            ["v1", "verify"] if *method == Method::GET => from_form(form).map(|open| Some(Self::OpenEmailLink(open))),
            // Some providers post it.
            ["v1", "oauth_callback"] if *method == Method::GET || *method == Method::POST => {
                from_form(form).map(|callback| Some(Self::OauthCallback(callback)))
            }
            ["v1", "me", rest @ ..] => user(method, rest, form),
            ["v1", "environment"] if *method == Method::GET || *method == Method::PATCH => {
                Ok(Some(Self::GetEnvironment))
            }
            ["v1", "dev_browser"] if *method == Method::POST => Ok(Some(Self::CreateDevelopmentBrowser)),
            [".well-known", "jwks.json"] if *method == Method::GET => Ok(Some(Self::GetKeys)),
            [".well-known", "openid-configuration"] if *method == Method::GET => Ok(Some(Self::GetOpenIdConfiguration)),
            _ => Ok(None),
        };
        request?.ok_or_else(unknown)
    }
}

fn client(method: &Method, path: &[&str], form: &[u8]) -> Result<Option<Request>, RequestError> {
    Ok(Some(match (path, method) {
        ([], &Method::GET) => Request::GetClient,
        ([], &Method::POST | &Method::PUT) => Request::CreateClient,
        ([], &Method::DELETE) => Request::DeleteClient,
        (["verify"], &Method::POST) => Request::VerifyCaptcha(from_form(form)?),
        (["magic_links", "complete"], &Method::POST) => Request::CompleteMagicLink(from_form(form)?),
        (["trusted_devices", "validate"], &Method::POST) => Request::ValidateTrustedDevice(from_form(form)?),
        (["touch"], &Method::GET) => Request::TouchClient(from_form(form)?),
        (["handshake"], &Method::GET) => Request::Handshake(from_form(form)?),
        _ => return Ok(None),
    }))
}

fn sign_in(method: &Method, path: &[&str], form: &[u8]) -> Result<Option<Request>, RequestError> {
    let id = || path.first().copied().unwrap_or_default().to_owned();
    let prepare = || from_form(form).map(|prepare| PrepareFactor { sign_in_id: id(), ..prepare });
    let attempt = || from_form(form).map(|attempt| AttemptFactor { sign_in_id: id(), ..attempt });
    Ok(Some(match (path, method) {
        ([], &Method::POST) => Request::CreateSignIn(from_form(form)?),
        ([_], &Method::GET) => Request::GetSignIn(GetSignIn { sign_in_id: id(), ..from_form(form)? }),
        ([_, "prepare_first_factor"], &Method::POST) => Request::PrepareFirstFactor(prepare()?),
        ([_, "attempt_first_factor"], &Method::POST) => Request::AttemptFirstFactor(attempt()?),
        ([_, "prepare_second_factor"], &Method::POST) => Request::PrepareSecondFactor(prepare()?),
        ([_, "attempt_second_factor"], &Method::POST) => Request::AttemptSecondFactor(attempt()?),
        ([_, "reset_password"], &Method::POST) => {
            Request::ResetPassword(ResetPassword { sign_in_id: id(), ..from_form(form)? })
        }
        ([_, "protect_check"], &Method::PATCH) => {
            Request::SubmitProof(SubmitProof { sign_in_id: id(), ..from_form(form)? })
        }
        _ => return Ok(None),
    }))
}

fn sign_up(method: &Method, path: &[&str], form: &[u8]) -> Result<Option<Request>, RequestError> {
    Ok(Some(match (path, method) {
        ([], &Method::POST) => Request::CreateSignUp(from_form(form)?),
        ([id], &Method::GET) => Request::GetSignUp(GetSignUp { sign_up_id: (*id).to_owned(), ..from_form(form)? }),
        ([id], &Method::PATCH) => {
            Request::UpdateSignUp(UpdateSignUp { sign_up_id: (*id).to_owned(), ..from_form(form)? })
        }
        ([id, "prepare_verification"], &Method::POST) => {
            Request::PrepareSignUp(PrepareSignUp { sign_up_id: (*id).to_owned(), ..from_form(form)? })
        }
        ([id, "attempt_verification"], &Method::POST) => {
            Request::AttemptSignUp(AttemptSignUp { sign_up_id: (*id).to_owned(), ..from_form(form)? })
        }
        _ => return Ok(None),
    }))
}

fn session(method: &Method, path: &[&str], form: &[u8]) -> Result<Option<Request>, RequestError> {
    Ok(Some(match (path, method) {
        ([], &Method::DELETE) => Request::EndSessions,
        ([id], &Method::GET) => Request::GetSession(OneSession::new(id)),
        ([id, "touch"], &Method::POST) => {
            Request::TouchSession(TouchSession { session_id: (*id).to_owned(), ..from_form(form)? })
        }
        ([id, "tokens"], &Method::POST) => {
            Request::CreateSessionToken(CreateSessionToken { session_id: (*id).to_owned(), ..from_form(form)? })
        }
        ([id, "end"], &Method::POST) => Request::EndSession(OneSession::new(id)),
        ([id, "remove"], &Method::POST) => Request::RemoveSession(OneSession::new(id)),
        _ => return Ok(None),
    }))
}

fn user(method: &Method, path: &[&str], form: &[u8]) -> Result<Option<Request>, RequestError> {
    Ok(Some(match (path, method) {
        ([], &Method::GET) => Request::GetUser(from_form(form)?),
        (["sessions", "active"], &Method::GET) => Request::ListSessions(from_form(form)?),
        (["passkeys"], &Method::POST) => Request::CreatePasskey(from_form(form)?),
        (["passkeys", id, "attempt_verification"], &Method::POST) => {
            Request::VerifyPasskey(VerifyPasskey { passkey_id: (*id).to_owned(), ..from_form(form)? })
        }
        (["passkeys", id], &Method::PATCH) => {
            Request::RenamePasskey(RenamePasskey { passkey_id: (*id).to_owned(), ..from_form(form)? })
        }
        (["passkeys", id], &Method::DELETE) => {
            Request::RemovePasskey(RemovePasskey { passkey_id: (*id).to_owned(), ..from_form(form)? })
        }
        (["trusted_devices"], &Method::GET) => Request::ListTrustedDevices(from_form(form)?),
        (["trusted_devices", "prepare"], &Method::POST) => Request::PrepareTrustedDevice(from_form(form)?),
        (["trusted_devices", "attempt"], &Method::POST) => Request::AttemptTrustedDevice(from_form(form)?),
        (["trusted_devices", id], &Method::DELETE) => Request::RevokeTrustedDevice(RevokeTrustedDevice {
            trusted_device_id: (*id).to_owned(),
            ..from_form(form)?
        }),
        _ => return Ok(None),
    }))
}
