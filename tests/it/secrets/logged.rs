//! Tests of what a log shows. Whatever an app holds during a sign-in may be logged, and so may every error. A log must
//! show no secret, and no identifier or name of the user. Only the wire types, which are the server's data about the
//! user, show identifiers and names. They show no secret either.

use std::error::Error as StdError;
use std::fmt::Debug;

use clerk_sign_in::backend::{Backend, CallContext, Identity};
use clerk_sign_in::fake::{FakeBackend, FakeSolver, NewUser, ProviderAccount};
use clerk_sign_in::wire::{
    ApiError, CreateSignIn, CreateSignUp, ErrorCode, Rejection, Request, SignUpFields, SignUpSso, Strategy,
};
use clerk_sign_in::{
    AfterCreate, AfterFirstFactor, AfterRedirect, AfterSignUp, AnySignIn, Client, Error, HttpBackend, Resumed, Sso,
    StepError,
};
use serde_json::json;
use support::{Scripted, World, moved, stayed, take};

use super::{shown, shown_as_error};

const EMAIL_ADDRESS: &str = "personal-address@example.com";
const STRANGER: &str = "personal-stranger@example.com";
const PASSWORD: &str = "marked-password-4711";
const WRONG_PASSWORD: &str = "marked-wrong-password";
const CODE: &str = "471147";
const RECOVERY: &str = "marked-backup-code";
const REDIRECT_URL: &str = "com.example.app://callback?state=marked-app-state";

/// The texts that must not show: secrets, and data about the user.
struct Marks {
    secrets: Vec<String>,
    personal: Vec<&'static str>,
}

impl Marks {
    fn new() -> Self {
        let secrets = [PASSWORD, WRONG_PASSWORD, CODE, RECOVERY].map(str::to_owned).to_vec();
        let personal = vec!["personal-address", "personal-stranger", "Personalfirst", "Personallast", "personalname"];
        Self { secrets, personal }
    }

    /// Adds the parameters of a provider's URL that only the user's browser may know.
    fn add_url(&mut self, url: &str) {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let pairs = form_urlencoded::parse(query.as_bytes());
        let secret = pairs.filter(|(name, _)| matches!(name.as_ref(), "state" | "nonce" | "code_challenge"));
        let found: Vec<_> = secret.map(|(_, value)| value.into_owned()).collect();
        assert!(!found.is_empty(), "{url}");
        self.secrets.extend(found);
    }

    /// Adds the client's token.
    fn add_token(&mut self, client: &Client) {
        self.secrets.extend(World::token_of(client));
    }

    /// For values that hold the server's data about the user.
    #[track_caller]
    fn no_secret(&self, text: &str) {
        for secret in &self.secrets {
            assert!(!text.contains(secret.as_str()), "`{secret}` shows in {text}");
        }
    }

    #[track_caller]
    fn nothing(&self, text: &str) {
        self.no_secret(text);
        for personal in &self.personal {
            assert!(!text.contains(personal), "`{personal}` shows in {text}");
        }
    }

    #[track_caller]
    fn nothing_in(&self, value: &impl Debug) {
        self.nothing(&shown(value));
    }

    #[track_caller]
    fn nothing_in_error(&self, error: &impl StdError) {
        self.nothing(&shown_as_error(error));
    }

    #[track_caller]
    fn nothing_in_sign_in(&self, sign_in: &AnySignIn) {
        self.nothing_in(sign_in);
        self.nothing_in(&sign_in.checkpoint());
        self.nothing_in(sign_in.client());
        // The wire types, which an app can get at.
        self.no_secret(&shown(sign_in.attempt()));
        self.no_secret(&shown(&sign_in.client().snapshot()));
    }
}

fn fake() -> FakeBackend {
    let fake = FakeBackend::demo();
    let user = NewUser::new(EMAIL_ADDRESS).name("Personalfirst", "Personallast").username("personalname");
    fake.add_user(user.password(PASSWORD).totp_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").backup_code(RECOVERY))
        .unwrap();
    let stranger = ProviderAccount::new(STRANGER).unverified();
    fake.add_provider_account(stranger);
    fake.add_provider_account(ProviderAccount::new(EMAIL_ADDRESS));
    fake
}

#[tokio::test]
async fn factors_show_nothing() {
    let (fake, mut marks) = (fake(), Marks::new());
    let client = Client::new(fake.clone());
    let created = client.sign_in().create(EMAIL_ADDRESS).await.unwrap();
    marks.add_token(&client);
    marks.nothing_in(&created);
    let first = take!(created, AfterCreate::NeedsFirstFactor);
    marks.nothing_in(&first);

    let failed = first.password(WRONG_PASSWORD).await.unwrap_err();
    marks.nothing_in(&failed);
    marks.nothing_in_error(&failed);
    let failed = failed.into_any();
    marks.nothing_in(&failed);
    marks.nothing_in_error(&failed);
    let (first, error) = failed.into_parts();
    marks.nothing_in_error(&error);
    marks.nothing(&serde_json::to_string(&error).unwrap());
    marks.nothing_in_sign_in(&first);

    let first = take!(first, AnySignIn::NeedsFirstFactor);
    let sent = first.send_email_code().await.unwrap();
    marks.nothing_in(&sent);
    let (error, sent) = stayed!(sent.verify(CODE).await);
    marks.nothing_in_error(&error);
    let sent: AnySignIn = sent.into();
    marks.nothing_in_sign_in(&sent);
    let first = take!(sent, AnySignIn::FirstFactorCodeSent).choose_another();

    let after = first.password(PASSWORD).await.unwrap();
    marks.add_token(&client);
    marks.nothing_in(&after);
    let second = take!(after, AfterFirstFactor::NeedsSecondFactor);
    let (error, second) = stayed!(second.verify_totp(CODE).await);
    marks.nothing_in_error(&error);
    let resumed = client.resume().await.unwrap();
    marks.nothing_in(&resumed);
    marks.nothing_in_sign_in(&take!(resumed, Resumed::Attempt));
    let done = second.verify_backup_code(RECOVERY).await.unwrap();
    marks.nothing_in(&done);
    let done: AnySignIn = done.into();
    marks.nothing_in_sign_in(&done);
    let finalized =
        take!(done, AnySignIn::Complete).finalize_with(async |navigation| marks.nothing_in(&navigation)).await.unwrap();
    marks.add_token(&client);
    marks.nothing_in(&finalized);
    marks.nothing_in(&client);
    marks.nothing_in(&client.export());
    marks.nothing_in(&client.resume().await.unwrap());
    marks.nothing_in(&client.set_active("sess_none").await.map(drop));
}

#[tokio::test]
async fn provider_shows_nothing() {
    let (fake, mut marks) = (fake(), Marks::new());
    let client = Client::new(fake.clone());
    let ready = client.sign_in().sso(&Sso::oauth("google"), REDIRECT_URL).await.unwrap();
    marks.add_url(ready.external_url());
    marks.add_token(&client);
    marks.nothing_in(&ready);
    marks.nothing_in(&Sso::oauth("google").identifier(EMAIL_ADDRESS).login_hint(EMAIL_ADDRESS));
    marks.no_secret(&shown(&ready.verification()));
    let denied = fake.deny(ready.external_url()).unwrap();
    let (sign_in, error) = ready.finish(&denied).await.unwrap_err().into_parts();
    marks.nothing_in_error(&error);
    marks.nothing_in_sign_in(&sign_in);

    let ready = client.sign_in().sso(&Sso::oauth("google"), REDIRECT_URL).await.unwrap();
    marks.add_url(ready.external_url());
    let scripted = clerk_sign_in::fake::Scripted::new(
        fake.browser(STRANGER),
        [Err(clerk_sign_in::platform::CapabilityError::Cancelled)],
    );
    let failed = ready.redirect_again_with(&Sso::oauth("google"), &scripted).await.unwrap_err();
    marks.nothing_in(&failed);
    marks.nothing_in_error(&failed);
    let (sign_in, error) = failed.into_parts();
    marks.nothing_in_error(&error);
    let ready = take!(sign_in, AnySignIn::RedirectReady);
    marks.add_url(ready.external_url());
    let ready: AnySignIn = ready.into();
    marks.nothing_in_sign_in(&ready);

    let ready = take!(ready, AnySignIn::RedirectReady);
    let back = fake.consent(ready.external_url(), STRANGER).unwrap();
    let after = ready.finish(&back).await.unwrap();
    marks.add_token(&client);
    marks.nothing_in(&after);
    let new = take!(after, AfterRedirect::Transferable);
    let up = new.sign_up(SignUpFields::new().name("Personalfirst", "Personallast")).await.unwrap();
    marks.nothing_in(&up);
    let up = take!(up, AfterSignUp::MissingRequirements);
    let failed = up.verify_email_code(CODE).await.unwrap_err();
    marks.nothing_in(&failed);
    marks.nothing_in_error(&failed);
    let (up, error) = failed.into_parts();
    marks.nothing_in_error(&error);
    marks.no_secret(&shown(up.attempt()));
    let up = up.send_email_code().await.unwrap();
    let code = fake.outbox().last().unwrap().code().unwrap().expose().to_owned();
    let up = take!(up.verify_email_code(&code).await.unwrap(), AfterSignUp::Complete);
    marks.nothing_in(&up);
    marks.nothing_in(&up.finalize().await.unwrap());
}

#[tokio::test]
async fn gate_shows_nothing() {
    let (fake, mut marks) = (fake(), Marks::new());
    let client = Client::new(fake.clone());
    fake.require_protect_checks(1);
    let gated = take!(client.sign_in().create(EMAIL_ADDRESS).await.unwrap(), AfterCreate::NeedsProtectCheck);
    marks.add_token(&client);
    let written = serde_json::to_value(gated.protect_check()).unwrap();
    marks.secrets.push(written["token"].as_str().unwrap().to_owned());
    marks.nothing_in(&gated);
    marks.no_secret(&shown(&gated.protect_check()));
    let (error, gated) = stayed!(gated.submit_proof(CODE).await);
    marks.nothing_in_error(&error);
    let gated: AnySignIn = gated.into();
    marks.nothing_in_sign_in(&gated);
    let open = take!(gated, AnySignIn::NeedsProtectCheck).solve_with(&FakeSolver).await.unwrap();
    marks.nothing_in_sign_in(&open);
    fake.require_protect_checks(1);
    let (error, gated) = moved!(take!(open, AnySignIn::NeedsFirstFactor).send_email_code().await);
    marks.nothing_in_error(&error);
    marks.nothing_in_sign_in(&gated);
}

/// A backend of one's own can log every request and every answer.
#[tokio::test]
async fn requests_and_answers_show_no_secret() {
    let (fake, mut marks) = (fake(), Marks::new());
    let mut create = CreateSignIn::new();
    create.strategy = Some(Strategy::oauth("google"));
    create.redirect_url = Some(REDIRECT_URL.to_owned());
    create.action_complete_redirect_url = Some(REDIRECT_URL.to_owned());
    let sso = SignUpSso::new(Strategy::oauth("google"), REDIRECT_URL);
    let up = Request::CreateSignUp(CreateSignUp::sso(sso, SignUpFields::new()));
    for request in [Request::CreateSignIn(create), up] {
        marks.no_secret(&shown(&request));
        let context = CallContext::new(Identity::Native { token: None });
        let answer = fake.call(context, request).await.unwrap();
        let written = match answer.result.as_ref().unwrap() {
            clerk_sign_in::wire::Answer::SignInAttempt(attempt) => serde_json::to_value(attempt).unwrap(),
            clerk_sign_in::wire::Answer::SignUpAttempt(attempt) => serde_json::to_value(attempt).unwrap(),
            other => panic!("{other:?}"),
        };
        let verification = [&written["first_factor_verification"], &written["verifications"]["external_account"]];
        let url = verification.iter().find_map(|at| at["external_verification_redirect_url"].as_str()).unwrap();
        marks.add_url(url);
        marks.no_secret(&shown(&answer));
    }
}

/// A rejection can carry data of the user for programs.
#[tokio::test]
async fn rejections_do_not_show_what_they_carry() {
    let marks = Marks::new();
    let errors = json!([{
        "code": "identifier_already_signed_in",
        "message": "already signed in",
        "meta": { "session_id": "sess_1", "identifier": EMAIL_ADDRESS, "names": { "first": "Personalfirst" } },
    }]);
    let client = Scripted::json([(400, json!({ "errors": errors }))]);
    let failed: StepError<_> = client.sign_in().create(EMAIL_ADDRESS).await.unwrap_err();
    marks.nothing_in_error(&failed);
    let error: Error = failed.into();
    marks.nothing_in_error(&error);
    assert_eq!(error.existing_session(), Some("sess_1"));
    assert_eq!(error.rejection().unwrap().errors[0].meta.other["identifier"], EMAIL_ADDRESS);
    let rejection = Rejection::new(http::StatusCode::BAD_REQUEST, ApiError::new(ErrorCode::ResourceNotFound, "gone"));
    assert!(shown(&rejection).contains("gone"), "the server's own words show");
}

#[tokio::test]
async fn base_url_and_proxy_show_no_password() {
    let marks = Marks::new();
    let base_urls = [
        format!("https://user:{PASSWORD}@clerk.example.com"),
        format!("http://{PASSWORD}@127.0.0.1:1/__clerk"),
        format!("https://user:a/{PASSWORD}@clerk.example.com"),
        format!("https://user:a?{PASSWORD}@clerk.example.com"),
        format!("user:{PASSWORD}@clerk.example.com"),
        format!("https://clerk.example.com?token={PASSWORD}"),
        format!("https://clerk.example.com#{PASSWORD}"),
    ];
    for base_url in base_urls {
        let builder = HttpBackend::builder(base_url.as_str()).proxy(format!("http://user:{PASSWORD}@127.0.0.1:1"));
        marks.nothing_in(&builder);
        match builder.build() {
            Err(error) => {
                marks.nothing_in_error(&error);
                marks.nothing_in_error(&Error::from(error));
            }
            Ok(backend) => {
                marks.nothing_in(&backend);
                let client = Client::new(backend.clone());
                marks.nothing_in(&client);
                let failed = client.sign_in().create(EMAIL_ADDRESS).await.unwrap_err();
                marks.nothing_in_error(&failed);
                marks.nothing_in(&failed);
            }
        }
        let backend = HttpBackend::with_transport(&base_url, Scripted::new([]));
        marks.nothing_in(&backend);
        if base_url.starts_with("user") {
            let failed = Client::new(backend).sign_in().create(EMAIL_ADDRESS).await.unwrap_err();
            marks.nothing_in_error(&failed);
        }
    }
}
