//! Tests that passwords, codes and tokens appear nowhere except in the messages that are sent.

mod logged;

use std::fmt::{Debug, Write};
use std::sync::Arc;

use clerk_sign_in::backend::{Backend, CallContext, Identity, ProtectParameters, encode_request};
use clerk_sign_in::fake::{FakeBackend, NewUser, Scripted};
use clerk_sign_in::server::Server;
use clerk_sign_in::wire::{
    Answer, AttemptFactor, BrowserRequest, CompleteMagicLink, CreateSignIn, GetSignIn, OauthCallback, OpenEmailLink,
    Request, Strategy,
};
use clerk_sign_in::{AfterCreate, AfterFirstFactor, AfterMagicLink, Client, HttpBackend, IdToken, Landing, Sso};
use http::{HeaderName, HeaderValue};
use support::{A, ADA_PASSWORD, G, World, over_every_identity, stayed, take};

const PASSWORD: &str = "hunter2-is-secret";
const CODE: &str = "918273";
const TOKEN: &str = "token-to-the-kingdom";

/// The body of each request that changes a sign-in or a sign-up contains the parameters of Clerk Protect. No other part
/// of a message contains them.
#[tokio::test]
async fn protect_parameters_are_in_bodies_only() {
    let mut protect = ProtectParameters::new();
    (protect.assertion, protect.token) = (Some(TOKEN.into()), Some(format!("{TOKEN}&more").as_str().into()));
    (protect.status, protect.correlation_id) = (Some("ok".to_owned()), Some("1-a b".into()));
    hides(&shown(&protect));
    let mut context = CallContext::new(Identity::Native { token: None });
    context.protect = Some(Arc::new(protect.clone()));
    hides(&shown(&context));
    let create = Request::CreateSignIn(CreateSignIn::with_identifier(A));
    let sent = encode_request("https://example.com", &context, &create).unwrap();
    let body = String::from_utf8(sent.body().clone()).unwrap();
    assert!(body.ends_with(&format!(
        "&__clerk_protect_assertion={TOKEN}&__clerk_protect_token={TOKEN}%26more&__clerk_protect_status=ok&__clerk_protect_cid=1-a+b"
    )));
    for request in [create, Request::GetSignIn(GetSignIn::new("sia_1")), Request::GetClient, Request::DeleteClient] {
        let message = encode_request("https://example.com", &context, &request).unwrap();
        let is_sent = matches!(request, Request::CreateSignIn(_));
        assert_eq!(String::from_utf8_lossy(message.body()).contains("__clerk_protect"), is_sent);
        assert!(!message.uri().to_string().contains("__clerk_protect"));
    }

    let fake = FakeBackend::demo();
    let server = Server::bind("127.0.0.1:0", fake.clone()).await.unwrap().with_control(fake).spawn();
    let client = Client::new(HttpBackend::builder(server.url()).build().unwrap());
    client.set_protect_parameters(protect);
    let first = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    drop(first.password(ADA_PASSWORD).await.unwrap());
    let get = async |path: &str| reqwest::get(format!("{}{path}", server.url())).await.unwrap().text().await.unwrap();
    let seen = get("/_fake/requests").await;
    assert_eq!(seen.matches("__clerk_protect_assertion").count(), 2, "{seen}");
    hides(&seen);
    assert!(!get("/_fake/unsupported").await.contains("protect"));
    client.set_protect_parameters(None);
    drop(client.sign_in().create(A).await.unwrap());
    assert_eq!(get("/_fake/requests").await.matches("__clerk_protect_assertion").count(), 2);
}

#[track_caller]
fn hides(text: &str) {
    for secret in [PASSWORD, CODE, TOKEN, ADA_PASSWORD] {
        assert!(!text.contains(secret), "`{secret}` shows in {text}");
    }
}

fn shown(value: &impl Debug) -> String {
    format!("{value:?} {value:#?}")
}

fn shown_as_error(error: &impl std::error::Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(cause) = source {
        write!(text, "{cause} {cause:?}").unwrap();
        source = cause.source();
    }
    text
}

#[cfg(feature = "local-keys")]
#[test]
fn keys_and_signatures_are_hidden() {
    use clerk_sign_in::platform::{LocalDeviceKey, LocalPasskeys, LocalWallet, WalletProvider};
    use clerk_sign_in::wire::{AttemptTrustedDevice, DevicePlatform, PrepareTrustedDevice, VerifyPasskey};

    let prepare = PrepareTrustedDevice::new("sess_1", DevicePlatform::Ios, "com.example.app", "{}".to_owned());
    for request in [
        Request::AttemptFirstFactor(AttemptFactor::passkey("sia_1", TOKEN.into())),
        Request::AttemptFirstFactor(AttemptFactor::wallet_signature(
            "sia_1",
            Strategy::Web3BaseSignature,
            TOKEN.into(),
        )),
        Request::AttemptTrustedDevice(AttemptTrustedDevice::new(prepare, "{}".to_owned(), TOKEN.into())),
        Request::VerifyPasskey(VerifyPasskey::new("sess_1", "idn_1", TOKEN.into())),
    ] {
        hides(&shown(&request));
        assert!(request.form().expose().contains(TOKEN), "the request contains the secret");
    }
    let wallet = LocalWallet::new(WalletProvider::Base, &[0x5a; 32]).unwrap();
    let scripted = Scripted::new(wallet, [Ok(TOKEN.into())]);
    hides(&shown(&scripted));
    assert!(!shown(&scripted).to_lowercase().contains("5a5a") && !shown(&scripted).contains("90, 90"));
    let key = LocalDeviceKey::generate();
    assert!(!shown(&key).contains(key.to_secret().expose()));
    hides(&shown(&key.to_secret()));
    assert!(shown(&LocalPasskeys::new("https://example.com").unwrap()).starts_with("LocalPasskeys { origin"));
}

#[test]
fn requests_and_contexts_hide_their_secrets() {
    let mut create = CreateSignIn::new();
    create.password = Some(PASSWORD.into());
    create.token = Some(TOKEN.into());
    create.code = Some(CODE.into());
    hides(&shown(&IdToken::new("apple", TOKEN).with_code(CODE)));
    for request in [
        Request::CreateSignIn(create),
        Request::AttemptFirstFactor(AttemptFactor::password("sia_1", PASSWORD)),
        Request::AttemptSecondFactor(AttemptFactor::code("sia_1", Strategy::Totp, CODE)),
    ] {
        hides(&shown(&request));
        assert!(
            request.form().expose().contains(PASSWORD) || request.form().expose().contains(CODE),
            "the request contains the secret"
        );
    }
    let mut context = CallContext::new(Identity::Native { token: Some(TOKEN.into()) });
    context.headers.insert("x-secret", HeaderValue::from_static(TOKEN));
    hides(&shown(&context));
    let message = encode_request("http://127.0.0.1:1", &context, &Request::GetClient).unwrap();
    hides(&shown(&message.headers().get("authorization")));
}

#[test]
fn builders_and_clients_hide_their_secrets() {
    hides(&shown(&NewUser::new("a@example.com").password(PASSWORD).totp_secret(TOKEN)));
    let header = || (HeaderName::from_static("x-secret"), HeaderValue::from_static(TOKEN));
    let (name, value) = header();
    let builder = HttpBackend::builder("http://127.0.0.1:1").header(name, value);
    let builder = builder.proxy(format!("http://user:{PASSWORD}@127.0.0.1:2"));
    hides(&shown(&builder));
    let backend = builder.build().unwrap();
    hides(&shown(&backend));
    let (name, value) = header();
    let builder = Client::builder(backend).header(name, value).identity(Identity::Native { token: Some(TOKEN.into()) });
    hides(&shown(&builder));
    let client = builder.build();
    hides(&shown(&client));
    hides(&shown(&client.export()));
    assert!(serde_json::to_string(&client.export()).unwrap().contains(TOKEN), "the export contains the token");
    let error = HttpBackend::builder("http://127.0.0.1:1").proxy(format!("::{PASSWORD}")).build().unwrap_err();
    hides(&shown_as_error(&error));
}

over_every_identity! {
    sign_in_hides_its_secrets,
    link_hides_its_tokens,
    provider_callback_hides_its_secrets,
}

async fn sign_in_hides_its_secrets(world: World) {
    let client = world.client();
    let first = take!(client.sign_in().create(A).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let failed = first.password(PASSWORD).await.unwrap_err();
    hides(&shown(&failed));
    hides(&shown_as_error(&failed));
    let (error, first) = stayed!(Err::<(), _>(failed));
    hides(&shown_as_error(&error));
    let second = take!(first.password(ADA_PASSWORD).await.unwrap(), AfterFirstFactor::NeedsSecondFactor);
    hides(&shown(&second));
    hides(&serde_json::to_string(&second.checkpoint()).unwrap());
    let (error, _) = stayed!(second.verify_totp(CODE).await);
    hides(&shown_as_error(&error));

    let sent = client.sign_in().send_email_code(G).await.unwrap();
    let code = world.mailed_code(G);
    let checkpoint = serde_json::to_string(&sent.checkpoint()).unwrap();
    let exported = serde_json::to_value(client.export()).unwrap();
    let token = exported["token"].as_str().unwrap();
    for text in [shown(&sent), shown(&client), shown(&world.fake), shown(&world.fake.state()), checkpoint] {
        assert!(!text.contains(&code) && !text.contains(token), "{text}");
    }
    assert!(!shown(&world.fake.outbox()).contains(&code));
}

async fn link_hides_its_tokens(world: World) {
    let client = world.client();
    let first = take!(client.sign_in().create(G).await.unwrap(), AfterCreate::NeedsFirstFactor);
    let sent = first.send_email_link_to_app("com.example.app://sign-in").await.unwrap();
    let link = world.mailed_link(G);
    let (_, token) = link.split_once("token=").unwrap();
    let exported = serde_json::to_value(client.export()).unwrap();
    let verifier = exported["code_verifier"].as_str().unwrap().to_owned();

    let open = Request::Browser(BrowserRequest::OpenEmailLink(OpenEmailLink::new(token)));
    let answer = world.backend.call(CallContext::default(), open.clone()).await.unwrap();
    let Ok(Answer::Redirect { to, .. }) = &answer.result else { panic!("{answer:?}") };
    let landing = Landing::parse(to.expose());
    let approval = landing.magic_link().unwrap().approval_token.expose().to_owned();
    let (flow_id, approved) = ("mlf_1".to_owned(), approval.as_str().into());
    let complete = Request::CompleteMagicLink(CompleteMagicLink::new(flow_id, approved, verifier.as_str().into()));
    let mut texts = vec![shown(&open), shown(&answer), shown(&landing), shown(&landing.magic_link()), shown(&complete)];
    texts.extend([shown(&sent), shown(&client), shown(&client.export()), shown(&world.fake.outbox())]);
    texts.extend([shown(&world.fake), shown(&world.fake.state())]);
    texts.push(serde_json::to_string(&sent.checkpoint()).unwrap());
    texts.push(shown(&sent.wait_for_verification(world.fake.clock().clone())));

    let completed = client.complete_magic_link(landing.magic_link().unwrap()).await.unwrap();
    let ticket = take!(completed, AfterMagicLink::Ticket);
    let again = client.complete_magic_link(landing.magic_link().unwrap()).await.unwrap_err();
    texts.extend([shown(&ticket), shown_as_error(&again), shown(&world.fake.state())]);
    for text in texts {
        for secret in [token, &verifier, &approval, ticket.expose()] {
            assert!(!text.contains(secret), "`{secret}` shows in {text}");
        }
    }
}

async fn provider_callback_hides_its_secrets(world: World) {
    let client = world.client();
    let ready = client.sign_in().sso(&Sso::oauth("google"), "https://app.example.com/back").await.unwrap();
    let callback_url = world.fake.consent_without_return(ready.external_url(), A).unwrap();
    let parameter = |url: &str, name: &str| {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    };
    let code = parameter(&callback_url, "code").unwrap();
    let mut callback = OauthCallback::new();
    callback.code = Some(code.as_str().into());
    callback.state = parameter(&callback_url, "state").map(Into::into);
    let came_back_to = world.follow_callback(&client, &callback_url).await.unwrap();
    let nonce = parameter(&came_back_to, "rotating_token_nonce");
    let mut get = GetSignIn::new(ready.id());
    get.rotating_token_nonce = nonce.as_deref().map(Into::into);
    let mut texts =
        vec![shown(&Request::Browser(BrowserRequest::OauthCallback(callback))), shown(&Request::GetSignIn(get))];
    texts.extend([shown(&Landing::parse(&came_back_to)), shown(&world.fake), shown(&world.fake.state())]);
    texts.push(serde_json::to_string(&ready.checkpoint()).unwrap());
    texts.push(shown(&ready.finish(&came_back_to).await.unwrap()));
    for text in texts {
        for secret in [Some(&code), nonce.as_ref()].into_iter().flatten() {
            assert!(!text.contains(secret.as_str()), "`{secret}` shows in {text}");
        }
    }
}

#[tokio::test]
async fn connection_error_does_not_reveal_the_request() {
    // No server listens on port 1 of the loopback address.
    let backend = HttpBackend::builder("http://127.0.0.1:1").build().unwrap();
    let (error, _) = stayed!(Client::new(backend.clone()).sign_in().password(A, PASSWORD).await);
    assert!(!error.is_outcome_unknown());
    hides(&shown_as_error(&error));
    let context = CallContext::new(Identity::Native { token: Some(TOKEN.into()) });
    let request = Request::AttemptSecondFactor(AttemptFactor::code("sia_1", Strategy::Totp, CODE));
    hides(&shown_as_error(&backend.call(context, request).await.unwrap_err()));
}

#[test]
fn add_user_error_does_not_reveal_the_password() {
    let error = FakeBackend::demo().add_user(NewUser::new(A).password(PASSWORD)).unwrap_err();
    hides(&shown_as_error(&error));
}
