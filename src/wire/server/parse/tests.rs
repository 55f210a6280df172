use super::*;
use crate::wire::{
    ActingSession, AttemptFactor, AttemptSignUp, AttemptTrustedDevice, CaptchaWidgetType, ChangePassword, Channel,
    CompleteMagicLink, CreateSessionToken, CreateSignIn, CreateSignUp, DevicePlatform, Factor, GetSignIn, GetSignUp,
    OauthCallback, OneSession, OpenEmailLink, PrepareFactor, PrepareSignUp, PrepareTrustedDevice, Redirect,
    RemovePasskey, RenamePasskey, ResetPassword, RevokeTrustedDevice, SignUpFields, SignUpSso, Strategy, SubmitProof,
    TouchSession, UpdateSignUp, ValidateTrustedDevice, VerifyCaptcha, VerifyPasskey, VerifyTotp,
};

fn metadata() -> Map<String, Value> {
    Map::from_iter([("plan".to_owned(), "a & b".into())])
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
            locale: Some("de-DE".to_owned()),
            timezone: Some("Europe/Berlin".to_owned()),
            captcha_token: Some("to+ken".into()),
            captcha_widget_type: Some(CaptchaWidgetType::Invisible),
            captcha_error: Some("300&10".into()),
            action_complete_redirect_url: Some("https://example.com/done?a=b".into()),
            oidc_prompt: Some("select_account consent".into()),
            oidc_login_hint: Some("ada+x@example.com".into()),
        }),
        Request::GetSignIn(GetSignIn { rotating_token_nonce: Some("no+n/ce".into()), ..GetSignIn::new(odd_id) }),
        Request::Browser(BrowserRequest::OauthCallback(OauthCallback {
            state: Some("st&ate".into()),
            code: Some("c+ode".into()),
            ..OauthCallback::new()
        })),
        Request::GetSignIn(GetSignIn::new(odd_id)),
        Request::GetSignIn(GetSignIn::new("..")),
        Request::PrepareFirstFactor(PrepareFactor::new(odd_id, &factor)),
        Request::AttemptFirstFactor(AttemptFactor::password(odd_id, "pässword +&")),
        Request::PrepareSecondFactor(PrepareFactor::new(odd_id, &factor)),
        Request::AttemptSecondFactor(AttemptFactor::code(odd_id, Strategy::Totp, "123456")),
        Request::ResetPassword(ResetPassword::new(odd_id, "new & better", true)),
        Request::ResetPassword(ResetPassword::new(odd_id, "x", false)),
        Request::SubmitProof(SubmitProof::new(odd_id, "proof+/=")),
        Request::Browser(BrowserRequest::OpenEmailLink(OpenEmailLink::new("to+ken"))),
        Request::CompleteMagicLink(CompleteMagicLink::new("flow_1".into(), "a&b".into(), "c=d".into())),
        Request::TouchSession(TouchSession::select("sess_/x")),
        Request::GetEnvironment,
        Request::CreateDevelopmentBrowser,
        Request::VerifyCaptcha(VerifyCaptcha::new("to ken".into(), CaptchaWidgetType::Smart)),
        Request::Browser(BrowserRequest::TouchClient(Redirect::new("https://example.com/?a=b&c"))),
        Request::Browser(BrowserRequest::Handshake(Redirect::new("/here"))),
        Request::GetSession(OneSession::new("sess_/x")),
        Request::CreateSessionToken(CreateSessionToken::new("sess_/x")),
        Request::EndSession(OneSession::new("sess_/x")),
        Request::RemoveSession(OneSession::new("sess_/x")),
        Request::EndSessions,
        Request::GetUser(ActingSession::new("sess_/x")),
        Request::ListSessions(ActingSession::new("sess_/x")),
        Request::CreateSignUp(CreateSignUp::transfer(SignUpFields::new().name("Ada & co", "L").legal_accepted())),
        Request::CreateSignUp(CreateSignUp {
            captcha_token: Some("to+ken".into()),
            captcha_widget_type: Some(CaptchaWidgetType::Smart),
            captcha_error: Some("300&10".into()),
            ..CreateSignUp::sso(at_provider(), SignUpFields::new().email_address("ada+x@acme.example"))
        }),
        Request::GetSignUp(GetSignUp::new("sua_/x")),
        Request::GetSignUp(GetSignUp { rotating_token_nonce: Some("no+n/ce".into()), ..GetSignUp::new("sua_/x") }),
        Request::UpdateSignUp(UpdateSignUp::sso("sua_/x", at_provider())),
        Request::PrepareSignUp(PrepareSignUp { sso: at_provider(), ..PrepareSignUp::new("sua_/x", Strategy::Saml) }),
        Request::PrepareSignUp(PrepareSignUp::phone_code("sua_/x", Channel::Whatsapp)),
        Request::UpdateSignUp(UpdateSignUp::new("sua_/x", SignUpFields::new().phone_number("+49 30&1"))),
        Request::AttemptSignUp(AttemptSignUp::code("sua_/x", Strategy::EmailCode, "12 34")),
        Request::UpdateSignUp(UpdateSignUp::new("sua_/x", SignUpFields::new().unsafe_metadata(metadata()))),
        Request::ChangePassword(
            ChangePassword::new("sess_/x", "a&b c").current_password("d=e").sign_out_of_other_sessions(),
        ),
        Request::CreateTotp(ActingSession::new("sess_/x")),
        Request::VerifyTotp(VerifyTotp::new("sess_/x", "123 456")),
        Request::CreatePasskey(ActingSession::new("sess_/x")),
        Request::VerifyPasskey(VerifyPasskey::new("sess_/x", "idn_/x", r#"{"id":"a+b="}"#.into())),
        Request::RenamePasskey(RenamePasskey::new("sess_/x", "idn_/x", "My & phone")),
        Request::RemovePasskey(RemovePasskey::new("sess_/x", "idn_/x")),
        Request::ListTrustedDevices(ActingSession::new("sess_/x")),
        Request::PrepareTrustedDevice(device()),
        Request::AttemptTrustedDevice(AttemptTrustedDevice::new(device(), r#"{"a":"b"}"#.into(), "s+g".into())),
        Request::RevokeTrustedDevice(RevokeTrustedDevice::new("sess_/x", "td_/x")),
        Request::ValidateTrustedDevice(ValidateTrustedDevice::new("td_/x")),
        Request::Browser(BrowserRequest::GetKeys),
        Request::Browser(BrowserRequest::GetOpenIdConfiguration),
    ]
}

#[test]
fn every_request_round_trips() {
    for request in every_request() {
        let parsed = Request::parse(&request.method(), &request.path(), request.form().expose().as_bytes()).unwrap();
        assert_eq!((parsed.path(), parsed.form()), (request.path(), request.form()), "{request:?}");
        assert_eq!(std::mem::discriminant(&parsed), std::mem::discriminant(&request), "{request:?}");
    }
}

#[test]
fn wrong_method_or_path_is_an_unknown_endpoint() {
    for (method, path) in [(Method::GET, "/v1/client/sign_ins"), (Method::POST, "/v1/nothing"), (Method::GET, "")] {
        let error = Request::parse(&method, path, b"").unwrap_err();
        assert!(matches!(error, RequestError::UnknownEndpoint { .. }), "{error}");
    }
}

#[test]
fn newer_path_of_trusted_devices_is_known() {
    for (method, rest) in [("GET", ""), ("POST", "/prepare"), ("POST", "/attempt"), ("DELETE", "/td_1")] {
        let method: Method = method.parse().unwrap();
        let form = b"_clerk_session_id=sess_1&platform=ios&app_identifier=a&algorithm=ES256&public_key_jwk={}&client_data=c&signature=s";
        let parse = |name| format!("{:?}", Request::parse(&method, &format!("/v1/me/{name}{rest}"), form).unwrap());
        assert_eq!(parse("biometric_credentials"), parse("trusted_devices"));
    }
}

#[test]
fn unknown_parameters_are_ignored_and_repeated_ones_named() {
    let create = Request::parse(&Method::POST, "/v1/client/sign_ins", b"identifier=a&screen_hint=x").unwrap();
    assert_eq!(create.form().expose(), "identifier=a");
    let error = Request::parse(&Method::POST, "/v1/client/sign_ins", b"identifier=a&identifier=b").unwrap_err();
    assert!(error.to_string().contains("identifier"), "{error}");
}
