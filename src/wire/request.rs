//! Requests, in both directions: to method, path and form, and back.

mod form;
mod parse;

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    AttemptFactor, AttemptSignUp, AttemptTrustedDevice, CompleteMagicLink, CreateSessionToken, CreateSignIn,
    CreateSignUp, GetSignIn, GetSignUp, OauthCallback, OneSession, OpenEmailLink, PrepareFactor, PrepareSignUp,
    PrepareTrustedDevice, Redirect, RemovePasskey, RenamePasskey, ResetPassword, RevokeTrustedDevice, SubmitProof,
    TouchSession, UpdateSignUp, ValidateTrustedDevice, VerifyCaptcha, VerifyPasskey,
};

/// What can be asked of the Frontend API.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Request {
    /// `GET /v1/environment`: how the instance is set up. A browser's client asks by `PATCH`.
    GetEnvironment,
    /// `POST /v1/dev_browser`: makes a browser known to a development instance.
    CreateDevelopmentBrowser,

    /// `GET /v1/client`: the device, its sessions, the sign-in under way.
    GetClient,
    /// `POST /v1/client`: makes this device known.
    CreateClient,
    /// `DELETE /v1/client`: ends every session of this device, and forgets the device.
    DeleteClient,
    /// `POST /v1/client/verify`: a captcha was solved.
    VerifyCaptcha(VerifyCaptcha),
    /// `GET /v1/client/touch`: renews a browser's cookie on the way to a page.
    TouchClient(Redirect),
    /// `GET /v1/client/handshake`: brings a browser's session to the app's own backend, on the way to a page.
    Handshake(Redirect),

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
    /// `GET /v1/verify`: a link in an email is opened.
    OpenEmailLink(OpenEmailLink),
    /// `GET /v1/oauth_callback`: a provider sends the user back.
    OauthCallback(OauthCallback),
    /// `POST /v1/client/magic_links/complete`: a link led back to the native app that asked for it.
    CompleteMagicLink(CompleteMagicLink),
    /// `POST /v1/client/trusted_devices/validate`: can a trusted device sign in from here?
    ValidateTrustedDevice(ValidateTrustedDevice),

    /// `POST /v1/client/sign_ups`
    CreateSignUp(CreateSignUp),
    /// `GET /v1/client/sign_ups/{sign_up_id}`
    GetSignUp(GetSignUp),
    /// `PATCH /v1/client/sign_ups/{sign_up_id}`
    UpdateSignUp(UpdateSignUp),
    /// `POST /v1/client/sign_ups/{sign_up_id}/prepare_verification`
    PrepareSignUp(PrepareSignUp),
    /// `POST /v1/client/sign_ups/{sign_up_id}/attempt_verification`
    AttemptSignUp(AttemptSignUp),

    /// `GET /v1/client/sessions/{session_id}`
    GetSession(OneSession),
    /// `POST /v1/client/sessions/{session_id}/touch`
    TouchSession(TouchSession),
    /// `POST /v1/client/sessions/{session_id}/tokens`
    CreateSessionToken(CreateSessionToken),
    /// `POST /v1/client/sessions/{session_id}/end`
    EndSession(OneSession),
    /// `POST /v1/client/sessions/{session_id}/remove`
    RemoveSession(OneSession),
    /// `DELETE /v1/client/sessions`: ends every session of this device, which stays known.
    EndSessions,

    /// `GET /v1/me`: the user of a session.
    GetUser(OneSession),
    /// `GET /v1/me/sessions/active`: the sessions of a session's user, on every device.
    ListSessions(OneSession),
    /// `POST /v1/me/passkeys`: a session's user begins to make a passkey.
    CreatePasskey(OneSession),
    /// `POST /v1/me/passkeys/{passkey_id}/attempt_verification`: the passkey is made.
    VerifyPasskey(VerifyPasskey),
    /// `PATCH /v1/me/passkeys/{passkey_id}`: a passkey has another name.
    RenamePasskey(RenamePasskey),
    /// `DELETE /v1/me/passkeys/{passkey_id}`: a passkey is removed.
    RemovePasskey(RemovePasskey),
    /// `GET /v1/me/trusted_devices`: the trusted devices of a session's user.
    ListTrustedDevices(OneSession),
    /// `POST /v1/me/trusted_devices/prepare`: a session's user begins to enrol a device.
    PrepareTrustedDevice(PrepareTrustedDevice),
    /// `POST /v1/me/trusted_devices/attempt`: the device is enrolled.
    AttemptTrustedDevice(AttemptTrustedDevice),
    /// `DELETE /v1/me/trusted_devices/{trusted_device_id}`: a trusted device is taken back.
    RevokeTrustedDevice(RevokeTrustedDevice),

    /// `GET /.well-known/jwks.json`: the keys that session tokens are verified with (RFC 7517).
    GetKeys,
    /// `GET /.well-known/openid-configuration`
    GetOpenIdConfiguration,
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

impl Request {
    /// Whether it only reads, so that it may be sent again after a failure.
    #[must_use]
    pub fn is_read(&self) -> bool {
        // A link is opened and a callback followed by a GET, since a browser knows nothing else, and each works once.
        self.method() == Method::GET && !matches!(self, Self::OpenEmailLink(_) | Self::OauthCallback(_))
    }

    /// The method that the endpoint is documented with.
    #[must_use]
    pub fn method(&self) -> Method {
        match self {
            Self::GetEnvironment
            | Self::GetClient
            | Self::TouchClient(_)
            | Self::Handshake(_)
            | Self::GetSignIn(_)
            | Self::OpenEmailLink(_)
            | Self::OauthCallback(_)
            | Self::GetSession(_)
            | Self::GetUser(_)
            | Self::ListSessions(_)
            | Self::ListTrustedDevices(_)
            | Self::GetSignUp(_)
            | Self::GetKeys
            | Self::GetOpenIdConfiguration => Method::GET,
            Self::DeleteClient | Self::EndSessions | Self::RemovePasskey(_) | Self::RevokeTrustedDevice(_) => {
                Method::DELETE
            }
            Self::SubmitProof(_) | Self::RenamePasskey(_) | Self::UpdateSignUp(_) => Method::PATCH,
            Self::CreateDevelopmentBrowser
            | Self::CreateClient
            | Self::VerifyCaptcha(_)
            | Self::CreateSignUp(_)
            | Self::PrepareSignUp(_)
            | Self::AttemptSignUp(_)
            | Self::CreateSignIn(_)
            | Self::PrepareFirstFactor(_)
            | Self::AttemptFirstFactor(_)
            | Self::PrepareSecondFactor(_)
            | Self::AttemptSecondFactor(_)
            | Self::ResetPassword(_)
            | Self::CompleteMagicLink(_)
            | Self::ValidateTrustedDevice(_)
            | Self::CreatePasskey(_)
            | Self::VerifyPasskey(_)
            | Self::PrepareTrustedDevice(_)
            | Self::AttemptTrustedDevice(_)
            | Self::TouchSession(_)
            | Self::CreateSessionToken(_)
            | Self::EndSession(_)
            | Self::RemoveSession(_) => Method::POST,
        }
    }

    /// The path, from `/v1` or `/.well-known` on, with the ids percent-encoded.
    #[must_use]
    pub fn path(&self) -> String {
        let sign_in = |id: &str, action: &str| format!("/v1/client/sign_ins/{}{action}", encode_segment(id));
        let session = |id: &str, action: &str| format!("/v1/client/sessions/{}{action}", encode_segment(id));
        let sign_up = |id: &str, action: &str| format!("/v1/client/sign_ups/{}{action}", encode_segment(id));
        let passkey = |id: &str, action: &str| format!("/v1/me/passkeys/{}{action}", encode_segment(id));
        match self {
            Self::GetEnvironment => "/v1/environment".to_owned(),
            Self::CreateDevelopmentBrowser => "/v1/dev_browser".to_owned(),
            Self::GetClient | Self::CreateClient | Self::DeleteClient => "/v1/client".to_owned(),
            Self::VerifyCaptcha(_) => "/v1/client/verify".to_owned(),
            Self::TouchClient(_) => "/v1/client/touch".to_owned(),
            Self::Handshake(_) => "/v1/client/handshake".to_owned(),
            Self::CreateSignIn(_) => "/v1/client/sign_ins".to_owned(),
            Self::GetSignIn(get) => sign_in(&get.sign_in_id, ""),
            Self::PrepareFirstFactor(prepare) => sign_in(&prepare.sign_in_id, "/prepare_first_factor"),
            Self::AttemptFirstFactor(attempt) => sign_in(&attempt.sign_in_id, "/attempt_first_factor"),
            Self::PrepareSecondFactor(prepare) => sign_in(&prepare.sign_in_id, "/prepare_second_factor"),
            Self::AttemptSecondFactor(attempt) => sign_in(&attempt.sign_in_id, "/attempt_second_factor"),
            Self::ResetPassword(reset) => sign_in(&reset.sign_in_id, "/reset_password"),
            Self::SubmitProof(proof) => sign_in(&proof.sign_in_id, "/protect_check"),
            Self::OpenEmailLink(_) => "/v1/verify".to_owned(),
            Self::OauthCallback(_) => "/v1/oauth_callback".to_owned(),
            Self::CompleteMagicLink(_) => "/v1/client/magic_links/complete".to_owned(),
            Self::ValidateTrustedDevice(_) => "/v1/client/trusted_devices/validate".to_owned(),
            Self::GetSession(get) => session(&get.session_id, ""),
            Self::TouchSession(touch) => session(&touch.session_id, "/touch"),
            Self::CreateSessionToken(create) => session(&create.session_id, "/tokens"),
            Self::EndSession(end) => session(&end.session_id, "/end"),
            Self::RemoveSession(remove) => session(&remove.session_id, "/remove"),
            Self::EndSessions => "/v1/client/sessions".to_owned(),
            Self::CreateSignUp(_) => "/v1/client/sign_ups".to_owned(),
            Self::GetSignUp(get) => sign_up(&get.sign_up_id, ""),
            Self::UpdateSignUp(update) => sign_up(&update.sign_up_id, ""),
            Self::PrepareSignUp(prepare) => sign_up(&prepare.sign_up_id, "/prepare_verification"),
            Self::AttemptSignUp(attempt) => sign_up(&attempt.sign_up_id, "/attempt_verification"),
            Self::GetUser(_) => "/v1/me".to_owned(),
            Self::ListSessions(_) => "/v1/me/sessions/active".to_owned(),
            Self::CreatePasskey(_) => "/v1/me/passkeys".to_owned(),
            Self::VerifyPasskey(verify) => passkey(&verify.passkey_id, "/attempt_verification"),
            Self::RenamePasskey(rename) => passkey(&rename.passkey_id, ""),
            Self::RemovePasskey(remove) => passkey(&remove.passkey_id, ""),
            Self::ListTrustedDevices(_) => "/v1/me/trusted_devices".to_owned(),
            Self::PrepareTrustedDevice(_) => "/v1/me/trusted_devices/prepare".to_owned(),
            Self::AttemptTrustedDevice(_) => "/v1/me/trusted_devices/attempt".to_owned(),
            Self::RevokeTrustedDevice(revoke) => {
                format!("/v1/me/trusted_devices/{}", encode_segment(&revoke.trusted_device_id))
            }
            Self::GetKeys => "/.well-known/jwks.json".to_owned(),
            Self::GetOpenIdConfiguration => "/.well-known/openid-configuration".to_owned(),
        }
    }
}

/// Characters that stand for themselves in a path segment (RFC 3986 section 2.3).
const PATH_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn encode_segment(segment: &str) -> String {
    // A segment of dots alone would be a step through the path.
    if segment.bytes().all(|byte| byte == b'.') {
        return segment.replace('.', "%2E");
    }
    utf8_percent_encode(segment, PATH_SEGMENT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{CaptchaWidgetType, DevicePlatform, Factor, SignUpFields, SignUpSso, Strategy};

    fn metadata() -> serde_json::Map<String, serde_json::Value> {
        serde_json::Map::from_iter([("plan".to_owned(), "a & b".into())])
    }

    fn device() -> PrepareTrustedDevice {
        let device = PrepareTrustedDevice::new("sess_/x", DevicePlatform::Ios, "com.example.app", r#"{"x":1}"#.into());
        PrepareTrustedDevice { name: Some("Ada's phone & co".into()), ..device }
    }

    fn at_provider() -> SignUpSso {
        SignUpSso {
            action_complete_redirect_url: Some("https://example.com/done?a=b".into()),
            oidc_prompt: Some("select_account consent".into()),
            oidc_login_hint: Some("ada+x@example.com".into()),
            enterprise_connection_id: Some("ent_/x".into()),
            ..SignUpSso::new(Strategy::EnterpriseSso, "https://example.com/back?a&b")
        }
    }

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
                ticket: Some("a+ticket/".into()),
                token: Some("ey.J+/=".into()),
                code: Some("c&o=de".into()),
                redirect_url: Some("https://example.com/a?b&c".into()),
                sign_up_if_missing: Some(true),
                transfer: Some(false),
                trusted_device_id: Some("td_1".into()),
                captcha_token: Some("to+ken".into()),
                captcha_widget_type: Some(CaptchaWidgetType::Invisible),
                captcha_error: Some("300&10".into()),
                action_complete_redirect_url: Some("https://example.com/done?a=b".into()),
                oidc_prompt: Some("select_account consent".into()),
                oidc_login_hint: Some("ada+x@example.com".into()),
            }),
            Request::GetSignIn(GetSignIn { rotating_token_nonce: Some("no+n/ce".into()), ..GetSignIn::new(odd_id) }),
            Request::OauthCallback(OauthCallback {
                state: Some("st&ate".into()),
                code: Some("c+ode".into()),
                ..OauthCallback::new()
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
            Request::OpenEmailLink(OpenEmailLink::new("to+ken")),
            Request::CompleteMagicLink(CompleteMagicLink::new("flow_1".into(), "a&b".into(), "c=d".into())),
            Request::TouchSession(TouchSession::select("sess_/x")),
            Request::GetEnvironment,
            Request::CreateDevelopmentBrowser,
            Request::VerifyCaptcha(VerifyCaptcha::new("to ken".into(), CaptchaWidgetType::Smart)),
            Request::TouchClient(Redirect::to("https://example.com/?a=b&c")),
            Request::Handshake(Redirect::to("/here")),
            Request::GetSession(OneSession::new("sess_/x")),
            Request::CreateSessionToken(CreateSessionToken::new("sess_/x")),
            Request::EndSession(OneSession::new("sess_/x")),
            Request::RemoveSession(OneSession::new("sess_/x")),
            Request::EndSessions,
            Request::GetUser(OneSession::new("sess_/x")),
            Request::ListSessions(OneSession::new("sess_/x")),
            Request::CreateSignUp(CreateSignUp::transfer(SignUpFields::new().name("Ada & co", "L").legal_accepted())),
            Request::CreateSignUp(CreateSignUp {
                email_address: Some("ada+x@acme.example".into()),
                captcha_token: Some("to+ken".into()),
                captcha_widget_type: Some(CaptchaWidgetType::Smart),
                captcha_error: Some("300&10".into()),
                ..CreateSignUp::sso(at_provider(), SignUpFields::new())
            }),
            Request::GetSignUp(GetSignUp::new("sua_/x")),
            Request::GetSignUp(GetSignUp { rotating_token_nonce: Some("no+n/ce".into()), ..GetSignUp::new("sua_/x") }),
            Request::UpdateSignUp(UpdateSignUp::sso("sua_/x", at_provider())),
            Request::PrepareSignUp(PrepareSignUp {
                sso: at_provider(),
                ..PrepareSignUp::new("sua_/x", Strategy::Saml)
            }),
            Request::AttemptSignUp(AttemptSignUp::code("sua_/x", Strategy::EmailCode, "12 34")),
            Request::UpdateSignUp(UpdateSignUp::new("sua_/x", SignUpFields::new().unsafe_metadata(metadata()))),
            Request::CreatePasskey(OneSession::new("sess_/x")),
            Request::VerifyPasskey(VerifyPasskey::new("sess_/x", "idn_/x", r#"{"id":"a+b="}"#.into())),
            Request::RenamePasskey(RenamePasskey::new("sess_/x", "idn_/x", "My & phone")),
            Request::RemovePasskey(RemovePasskey::new("sess_/x", "idn_/x")),
            Request::ListTrustedDevices(OneSession::new("sess_/x")),
            Request::PrepareTrustedDevice(device()),
            Request::AttemptTrustedDevice(AttemptTrustedDevice::new(device(), r#"{"a":"b"}"#.into(), "s+g".into())),
            Request::RevokeTrustedDevice(RevokeTrustedDevice::new("sess_/x", "td_/x")),
            Request::ValidateTrustedDevice(ValidateTrustedDevice::new("td_/x")),
            Request::GetKeys,
            Request::GetOpenIdConfiguration,
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
        let create = Request::parse(&Method::POST, "/v1/client/sign_ins", b"identifier=a&screen_hint=x").unwrap();
        assert_eq!(create.form(), "identifier=a");
        let error = Request::parse(&Method::POST, "/v1/client/sign_ins", b"identifier=a&identifier=b").unwrap_err();
        assert!(error.to_string().contains("identifier"), "{error}");
    }
}
