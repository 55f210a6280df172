//! The pages and endpoints of the fake's OpenID provider, which are served under `/_provider/{name}`.

use http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, LOCATION, REFERRER_POLICY, WWW_AUTHENTICATE,
};
use http::{HeaderValue, Method, StatusCode};
use hyper::body::Bytes;
use serde_json::json;

use super::reply::{json as as_json, typed};
use crate::fake::{AuthorizationRequest, FakeBackend, ProviderAccount};

type Answer = http::Response<Vec<u8>>;

const PAGE: &str = include_str!("provider.html");
const PREFIX: &str = "/_provider/";

/// Returns `true` if the path belongs to the provider.
pub(super) fn is_provider(path: &str) -> bool {
    path.starts_with(PREFIX)
}

pub(super) fn answer(fake: &FakeBackend, message: &http::Request<Bytes>) -> Answer {
    let path = message.uri().path().strip_prefix(PREFIX).unwrap_or_default();
    let (name, endpoint) = path.split_once('/').unwrap_or((path, ""));
    let issuer = fake.settings().provider_issuer(name);
    let query = message.uri().query().unwrap_or_default();
    match (message.method(), endpoint) {
        (&Method::GET, "authorize") => authorize(fake, name, &AuthorizationRequest::read(&issuer, query)),
        (&Method::POST, "consent") => consent(fake, AuthorizationRequest::read(&issuer, query), message.body()),
        (&Method::POST, "token") => token(fake, message.body()),
        (&Method::GET | &Method::POST, "userinfo") => user_info(fake, message),
        (&Method::GET, "keys") => as_json(StatusCode::OK, &fake.provider_keys()),
        (&Method::GET, ".well-known/openid-configuration") => as_json(StatusCode::OK, &discovery(&issuer)),
        _ => plain_text(StatusCode::NOT_FOUND, "This provider has no such page."),
    }
}

/// Asks the user for consent (RFC 6749 section 4.1.1).
fn authorize(fake: &FakeBackend, name: &str, request: &AuthorizationRequest) -> Answer {
    if let Some(why) = invalid_request(fake, request) {
        return why;
    }
    // The provider keeps no sessions, so it must ask the user every time.
    if request.prompt.split(' ').any(|prompt| prompt == "none") {
        return see_other(&request.denied("login_required"));
    }
    let mut accounts = fake.provider_accounts();
    accounts.sort_by_key(|account| !account.email_address.eq_ignore_ascii_case(&request.login_hint));
    let buttons: String = accounts.iter().map(button).collect();
    let name = name.strip_prefix("custom_").unwrap_or(name);
    let (provider, query) = (escaped(name), escaped(&request.query()));
    let page = PAGE.replace("{provider}", &provider).replace("{query}", &query).replace("{accounts}", &buttons);
    html(StatusCode::OK, page)
}

fn button(account: &ProviderAccount) -> String {
    let address = escaped(&account.email_address);
    let names = [account.first_name.as_deref(), account.last_name.as_deref()];
    let name = escaped(&names.into_iter().flatten().collect::<Vec<_>>().join(" "));
    let unverified = if account.email_verified { "" } else { " (not verified)" };
    format!(r#"<button name="account" value="{address}">{name} <small>{address}{unverified}</small></button>"#)
}

/// Handles the user's answer to the request for consent.
fn consent(fake: &FakeBackend, request: AuthorizationRequest, form: &[u8]) -> Answer {
    if let Some(why) = invalid_request(fake, &request) {
        return why;
    }
    let account = parameter(form, "account").filter(|account| account.contains('@'));
    match (parameter(form, "deny"), account) {
        (Some(_), _) => see_other(&request.denied("access_denied")),
        (None, Some(account)) => see_other(&fake.grant(request, &account)),
        (None, None) => plain_text(StatusCode::BAD_REQUEST, "An account is an email address. Enter one."),
    }
}

/// Exchanges an authorization code for tokens (RFC 6749 section 4.1.3).
fn token(fake: &FakeBackend, form: &[u8]) -> Answer {
    let given = |name: &str| parameter(form, name).unwrap_or_default();
    let tokens = (given("grant_type") == "authorization_code")
        .then(|| fake.provider_tokens(&given("code"), &given("code_verifier"), &given("redirect_uri")))
        .flatten();
    let mut answer = match tokens {
        Some(tokens) => as_json(StatusCode::OK, &tokens),
        None => as_json(StatusCode::BAD_REQUEST, &json!({ "error": "invalid_grant" })),
    };
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// Returns the user's claims (OpenID Connect Core 1.0 section 5.3).
fn user_info(fake: &FakeBackend, message: &http::Request<Bytes>) -> Answer {
    let bearer = message.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    if let Some(claims) = fake.provider_user_info(token) {
        return as_json(StatusCode::OK, &claims);
    }
    let mut answer = as_json(StatusCode::UNAUTHORIZED, &json!({ "error": "invalid_token" }));
    let why = HeaderValue::from_static(r#"Bearer error="invalid_token""#);
    answer.headers_mut().insert(WWW_AUTHENTICATE, why);
    answer
}

fn discovery(issuer: &str) -> serde_json::Value {
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/keys"),
        "scopes_supported": ["openid", "profile", "email"],
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "email", "email_verified", "given_name", "family_name"],
    })
}

fn invalid_request(fake: &FakeBackend, request: &AuthorizationRequest) -> Option<Answer> {
    let why = request.rejection_reason(&fake.settings().oauth_callback_url())?;
    Some(plain_text(StatusCode::BAD_REQUEST, why))
}

fn parameter(form: &[u8], name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(form);
    pairs.find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.into_owned())
}

fn see_other(to: &str) -> Answer {
    let mut answer = typed(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", Vec::new());
    answer.headers_mut().extend(HeaderValue::from_str(to).ok().map(|to| (LOCATION, to)));
    private(answer)
}

fn plain_text(status: StatusCode, text: &str) -> Answer {
    private(typed(status, "text/plain; charset=utf-8", text.as_bytes().to_vec()))
}

fn html(status: StatusCode, page: String) -> Answer {
    private(typed(status, "text/html; charset=utf-8", page.into_bytes()))
}

/// Adds headers that hide the URL from caches and other pages, because the URL contains secrets.
fn private(mut answer: Answer) -> Answer {
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";
    let headers: [(HeaderName, &'static str); 3] =
        [(CACHE_CONTROL, "no-store"), (REFERRER_POLICY, "no-referrer"), (CONTENT_SECURITY_POLICY, policy)];
    answer.headers_mut().extend(headers.map(|(name, value)| (name, HeaderValue::from_static(value))));
    answer
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // An unescaped opening brace would mark a place where another part of the page is inserted.
            '{' => escaped.push_str("&#123;"),
            other => escaped.push(other),
        }
    }
    escaped
}
