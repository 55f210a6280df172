//! Tests that use the fake's OpenID provider as a relying party does: they get the discovery document, codes and tokens
//! over HTTP, and verify ID tokens with the published keys. They also test the credentials that an app gets from the
//! provider's own SDK.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_sign_in::fake::{FakeBackend, ProviderAccount};
use clerk_sign_in::server::{RunningServer, Server};
use clerk_sign_in::wire::ErrorCode;
use clerk_sign_in::{AfterCreate, Client, HttpBackend, IdToken};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use support::{G, take};

const VERIFIER: &str = "a-verifier-that-is-long-enough-for-the-rfc-7636";
const FORM: &str = "application/x-www-form-urlencoded";

/// The fake's server, and a relying party that uses the fake's provider.
struct World {
    fake: FakeBackend,
    server: RunningServer,
    http: reqwest::Client,
    issuer: String,
}

impl World {
    async fn new() -> Self {
        let fake = FakeBackend::demo();
        let server = Server::bind("127.0.0.1:0", fake.clone()).await.unwrap().with_control(fake.clone()).spawn();
        fake.configure(|settings| settings.public_url = Some(server.url().to_owned()));
        fake.add_provider_account(ProviderAccount::new(G).name("Grace", "Hopper"));
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let issuer = format!("{}/_provider/google", server.url());
        Self { fake, server, http, issuer }
    }

    fn client(&self) -> Client {
        Client::new(HttpBackend::builder(self.server.url()).build().unwrap())
    }

    async fn read(&self, url: &str) -> Value {
        let answer = self.http.get(url).send().await.unwrap();
        assert!(answer.status().is_success(), "{url}: {}", answer.status());
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }

    async fn post(&self, url: &str, form: &[(&str, &str)]) -> reqwest::Response {
        let body = encoded(form);
        self.http.post(url).header("content-type", FORM).body(body).send().await.unwrap()
    }

    fn redirect_uri(&self) -> String {
        format!("{}/v1/oauth_callback", self.server.url())
    }

    /// Gives the user's consent, and returns the code that the provider sends back.
    async fn code(&self) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let request = encoded(&[
            ("client_id", "clerk-fake"),
            ("redirect_uri", &self.redirect_uri()),
            ("response_type", "code"),
            ("scope", "openid email profile"),
            ("state", "this-state"),
            ("nonce", "this-nonce"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        let answer = self.post(&format!("{}/consent?{request}", self.issuer), &[("account", G)]).await;
        assert_eq!(answer.status(), 303);
        let to = answer.headers()["location"].to_str().unwrap();
        let query = to.strip_prefix(&format!("{}?", self.redirect_uri())).unwrap();
        let parameters: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert!(parameters.contains(&("state".to_owned(), "this-state".to_owned())), "{to}");
        parameters.into_iter().find(|(name, _)| name == "code").unwrap().1
    }

    async fn tokens(&self, code: &str, verifier: &str, redirect_uri: &str) -> Result<Value, Value> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("code_verifier", verifier),
            ("redirect_uri", redirect_uri),
        ];
        let answer = self.post(&format!("{}/token", self.issuer), &form).await;
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let is_given = answer.status().is_success();
        let said = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        if is_given { Ok(said) } else { Err(said) }
    }

    async fn user_info(&self, access_token: &str) -> (u16, Value) {
        let url = format!("{}/userinfo", self.issuer);
        let answer = self.http.get(url).header("authorization", format!("Bearer {access_token}")).send().await.unwrap();
        let told = answer.headers().get("www-authenticate").is_some();
        assert_eq!(told, !answer.status().is_success());
        (answer.status().as_u16(), serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
    }

    /// Verifies an ID token with the keys from the discovery document, and returns its claims.
    async fn claims(&self, id_token: &str) -> Value {
        let configuration = self.read(&format!("{}/.well-known/openid-configuration", self.issuer)).await;
        let keys: JwkSet =
            serde_json::from_value(self.read(configuration["jwks_uri"].as_str().unwrap()).await).unwrap();
        let key_id = jsonwebtoken::decode_header(id_token).unwrap().kid.unwrap();
        let mut validation = Validation::new(Algorithm::RS256);
        // The fake's clock and the machine's clock show different times.
        validation.validate_exp = false;
        validation.set_issuer(&[configuration["issuer"].as_str().unwrap()]);
        validation.set_audience(&["clerk-fake"]);
        let key = DecodingKey::from_jwk(keys.find(&key_id).unwrap()).unwrap();
        jsonwebtoken::decode::<Value>(id_token, &key, &validation).unwrap().claims
    }
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[tokio::test]
async fn discovery_document_lists_the_endpoints() {
    let world = World::new().await;
    let configuration = world.read(&format!("{}/.well-known/openid-configuration", world.issuer)).await;
    assert_eq!(text(&configuration["issuer"]), world.issuer);
    let endpoint = |name: &str| text(&configuration[name]).to_owned();
    assert_eq!(endpoint("authorization_endpoint"), format!("{}/authorize", world.issuer));
    assert_eq!(world.http.get(endpoint("userinfo_endpoint")).send().await.unwrap().status(), 401);
    assert_eq!(world.post(&endpoint("token_endpoint"), &[]).await.status(), 400);
    assert_eq!(world.http.get(format!("{}/nothing", world.issuer)).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn code_is_exchanged_for_the_users_tokens() {
    let world = World::new().await;
    let code = world.code().await;
    let tokens = world.tokens(&code, VERIFIER, &world.redirect_uri()).await.unwrap();
    assert_eq!((text(&tokens["token_type"]), tokens["expires_in"].as_u64()), ("Bearer", Some(60)));
    let claims = world.claims(text(&tokens["id_token"])).await;
    assert_eq!((text(&claims["email"]), &claims["email_verified"]), (G, &json!(true)));
    assert_eq!(text(&claims["nonce"]), "this-nonce");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 60);
    assert!(claims.get("given_name").is_none());

    let (status, user) = world.user_info(text(&tokens["access_token"])).await;
    assert_eq!((status, &user["sub"]), (200, &claims["sub"]));
    assert_eq!((text(&user["given_name"]), text(&user["family_name"])), ("Grace", "Hopper"));
    // The token was issued for the request above, so the token alone cannot sign a user in.
    let again = IdToken::new("google", text(&tokens["id_token"]));
    let rejected = world.client().sign_in().id_token(&again).await.unwrap_err();
    assert!(rejected.error().has_code(&ErrorCode::OauthTokenExchangeError), "{rejected}");

    world.fake.clock().advance(Duration::from_secs(60));
    assert_eq!(world.user_info(text(&tokens["access_token"])).await.0, 401, "the token lives for a minute");
    assert_eq!(world.user_info("of-nobody").await.0, 401);
}

#[tokio::test]
async fn code_works_once_in_time_and_for_its_requester() {
    let world = World::new().await;
    let here = world.redirect_uri();
    let no = Err(json!({ "error": "invalid_grant" }));
    let used = world.code().await;
    drop(world.tokens(&used, VERIFIER, &here).await.unwrap());
    assert_eq!(world.tokens(&used, VERIFIER, &here).await, no);
    assert_eq!(world.tokens(&world.code().await, "another-verifier", &here).await, no);
    assert_eq!(world.tokens(&world.code().await, "", &here).await, no);
    assert_eq!(world.tokens(&world.code().await, VERIFIER, "https://elsewhere.example").await, no);
    let old = world.code().await;
    world.fake.clock().advance(Duration::from_secs(60));
    assert_eq!(world.tokens(&old, VERIFIER, &here).await, no);
    // Only the server can exchange the code that an app got from the SDK.
    let apps = world.fake.provider_credential(&"oauth_token_google".into(), G).unwrap().code.unwrap();
    assert_eq!(world.tokens(apps.expose(), "", "").await, no);
}

#[tokio::test]
async fn invalid_authorization_request_is_not_followed() {
    let world = World::new().await;
    let url = |client_id: &str, redirect_uri: &str| {
        let request = encoded(&[
            ("client_id", client_id),
            ("redirect_uri", redirect_uri),
            ("response_type", "code"),
            ("state", "s"),
            ("nonce", "n"),
            ("code_challenge", "c"),
            ("code_challenge_method", "S256"),
        ]);
        format!("{}/authorize?{request}", world.issuer)
    };
    let status = async |url: String| world.http.get(url).send().await.unwrap().status().as_u16();
    assert_eq!(status(url("clerk-fake", &world.redirect_uri())).await, 200);
    assert_eq!(status(url("another", &world.redirect_uri())).await, 400);
    assert_eq!(status(url("clerk-fake", "https://elsewhere.example")).await, 400);
    assert_eq!(status(url("clerk-fake", &world.redirect_uri()).replace("S256", "plain")).await, 400);
    assert_eq!(status(url("clerk-fake", &world.redirect_uri()).replace("nonce=n", "nonce=")).await, 400);
}

#[tokio::test]
async fn provider_credential_matches_the_providers_sdk() {
    let world = World::new().await;
    let ask = async |path: &str, body: Value| {
        let request = world.http.post(format!("{}/_fake/provider/{path}", world.server.url()));
        let answer = request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_slice::<Value>(&answer.bytes().await.unwrap()).unwrap())
    };
    let (status, credential) =
        ask("credentials", json!({ "strategy": "oauth_token_google", "email_address": G })).await;
    assert_eq!(status, 201);
    assert_eq!(text(&world.claims(text(&credential["id_token"])).await["email"]), G);
    let client = world.client();
    let google = IdToken::new("google", text(&credential["id_token"])).with_code(text(&credential["code"]));
    drop(take!(client.sign_in().id_token(&google).await.unwrap(), AfterCreate::Complete));

    let (status, answer) = ask("credentials", json!({ "strategy": "oauth_google", "email_address": G })).await;
    assert_eq!(status, 400);
    assert!(text(&answer["error"]).contains("`oauth_google` takes no ID token"), "{answer}");
    let (status, _) = ask("credentials", json!({ "strategy": "google_one_tap" })).await;
    assert_eq!(status, 400);
    let mary = json!({ "email_address": "mary@example.com", "email_verified": false });
    assert_eq!(ask("accounts", mary).await.0, 201);
    assert_eq!(ask("accounts", json!({ "email_address": "m@example.com", "name": "M" })).await.0, 400);
    let accounts = world.read(&format!("{}/_fake/provider/accounts", world.server.url())).await;
    let accounts = accounts.as_array().unwrap();
    assert!(accounts.iter().any(|it| it["email_address"] == "mary@example.com" && it["email_verified"] == false));
}
