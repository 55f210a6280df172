//! A small OpenID provider, which stands for every provider and enterprise connection of the instance.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::email_link::code_challenge;
use super::random::Random;
use super::session_token::{sign, verified};
use crate::wire::{Secret, Timestamp};

/// Who the instance is to the provider.
pub(super) const CLIENT_ID: &str = "clerk-fake";
/// How long a code works, and the tokens that it brings.
pub(super) const CODE_SECONDS: u64 = 60;

/// Someone with an account at the fake's provider.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ProviderAccount {
    /// Their email address, which is also how they are known there.
    pub email_address: String,
    /// Whether the provider knows that the address is theirs.
    #[serde(default = "yes")]
    pub email_verified: bool,
    /// The first name.
    #[serde(default)]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default)]
    pub last_name: Option<String>,
}

const fn yes() -> bool {
    true
}

impl ProviderAccount {
    /// An account with this address, which the provider has verified.
    #[must_use]
    pub fn new(email_address: &str) -> Self {
        Self { email_address: email_address.to_owned(), email_verified: true, first_name: None, last_name: None }
    }

    /// With a name.
    #[must_use]
    pub fn name(mut self, first_name: &str, last_name: &str) -> Self {
        (self.first_name, self.last_name) = (Some(first_name.to_owned()), Some(last_name.to_owned()));
        self
    }

    /// With an address that the provider has not verified.
    #[must_use]
    pub fn unverified(mut self) -> Self {
        self.email_verified = false;
        self
    }

    /// Who they are to the instance, whatever becomes of their address.
    fn subject(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.email_address.to_ascii_lowercase()))
    }
}

/// What the provider says of an account (OpenID Connect Core 1.0 section 5.1).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) sub: String,
    pub(super) email: String,
    pub(super) email_verified: bool,
    pub(super) given_name: Option<String>,
    pub(super) family_name: Option<String>,
}

/// What the provider holds.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Provider {
    accounts: Vec<ProviderAccount>,
    codes: BTreeMap<String, Grant>,
    tokens: BTreeMap<String, Grant>,
}

/// What a user agreed to.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Grant {
    account: ProviderAccount,
    request: AuthorizationRequest,
    expires_at: Timestamp,
}

/// A request for an account (RFC 6749 section 4.1.1, RFC 7636 section 4.3, OpenID Connect Core 1.0 section 3.1.2.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AuthorizationRequest {
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) response_type: String,
    pub(crate) scope: String,
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) code_challenge: String,
    pub(crate) code_challenge_method: String,
    pub(crate) prompt: String,
    pub(crate) login_hint: String,
}

/// The tokens that a code brings.
pub(super) struct Tokens {
    pub(super) id_token: Secret,
    pub(super) access_token: String,
}

impl AuthorizationRequest {
    /// Reads the URL that the user was sent to: the provider's own, below its issuer.
    pub(crate) fn read(issuer: &str, query: &str) -> Self {
        let parameters: BTreeMap<_, _> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let parameter = |name: &str| parameters.get(name).cloned().unwrap_or_default();
        Self {
            issuer: issuer.to_owned(),
            client_id: parameter("client_id"),
            redirect_uri: parameter("redirect_uri"),
            response_type: parameter("response_type"),
            scope: parameter("scope"),
            state: parameter("state"),
            nonce: parameter("nonce"),
            code_challenge: parameter("code_challenge"),
            code_challenge_method: parameter("code_challenge_method"),
            prompt: parameter("prompt"),
            login_hint: parameter("login_hint"),
        }
    }

    /// The same as a query.
    pub(crate) fn query(&self) -> String {
        let parameters = [
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("response_type", &self.response_type),
            ("scope", &self.scope),
            ("state", &self.state),
            ("nonce", &self.nonce),
            ("code_challenge", &self.code_challenge),
            ("code_challenge_method", &self.code_challenge_method),
            ("prompt", &self.prompt),
            ("login_hint", &self.login_hint),
        ];
        let given = parameters.into_iter().filter(|(_, value)| !value.is_empty());
        form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish()
    }

    /// What is wrong with it, for the user to read: a redirect would lead who knows where.
    pub(crate) fn refused(&self, redirect_uri: &str) -> Option<&'static str> {
        if self.client_id != CLIENT_ID {
            Some("The provider does not know this client.")
        } else if self.redirect_uri != redirect_uri {
            Some("The client has no such redirect URI.")
        } else if self.response_type != "code" || self.code_challenge_method != "S256" {
            Some("The provider gives codes, and asks for a code challenge (RFC 7636).")
        } else if self.state.is_empty() || self.nonce.is_empty() || self.code_challenge.is_empty() {
            Some("State, nonce and code challenge have to be given.")
        } else {
            None
        }
    }

    /// The way back with an error (RFC 6749 section 4.1.2.1).
    pub(crate) fn denied(&self, error: &str) -> String {
        super::rules::with_parameters(&self.redirect_uri, &[("error", error), ("state", &self.state)])
    }
}

impl Provider {
    pub(super) fn accounts(&self) -> &[ProviderAccount] {
        &self.accounts
    }

    pub(super) fn account(&self, email_address: &str) -> Option<&ProviderAccount> {
        self.accounts.iter().find(|account| account.email_address.eq_ignore_ascii_case(email_address))
    }

    pub(super) fn add(&mut self, account: ProviderAccount) {
        self.accounts.retain(|known| !known.email_address.eq_ignore_ascii_case(&account.email_address));
        self.accounts.push(account);
    }

    /// The user agrees: the way back with a code (RFC 6749 section 4.1.2).
    pub(super) fn grant(
        &mut self,
        random: &mut Random,
        now: Timestamp,
        account: ProviderAccount,
        request: AuthorizationRequest,
    ) -> String {
        self.codes.retain(|_, grant| now < grant.expires_at);
        self.tokens.retain(|_, grant| now < grant.expires_at);
        let code = random.token();
        let back = super::rules::with_parameters(&request.redirect_uri, &[("code", &code), ("state", &request.state)]);
        let expires_at = now + std::time::Duration::from_secs(CODE_SECONDS);
        self.codes.insert(code.clone(), Grant { account, request, expires_at });
        back
    }

    /// `POST …/token` (RFC 6749 section 4.1.3): each code once, for whoever has its verifier.
    pub(super) fn exchange(
        &mut self,
        random: &mut Random,
        now: Timestamp,
        code: &str,
        code_verifier: &str,
        redirect_uri: &str,
    ) -> Option<Tokens> {
        let grant = self.codes.remove(code).filter(|grant| now < grant.expires_at)?;
        if grant.request.code_challenge != code_challenge(code_verifier) || grant.request.redirect_uri != redirect_uri {
            return None;
        }
        let issued_at = now.as_seconds();
        let id_token = sign(&json!({
            "iss": grant.request.issuer,
            "sub": grant.account.subject(),
            "aud": CLIENT_ID,
            "nonce": grant.request.nonce,
            "iat": issued_at,
            "exp": grant.expires_at.as_seconds(),
            "email": grant.account.email_address,
            "email_verified": grant.account.email_verified,
        }))?;
        let access_token = random.token();
        self.tokens.insert(access_token.clone(), grant);
        Some(Tokens { id_token, access_token })
    }

    /// `GET …/userinfo` (OpenID Connect Core 1.0 section 5.3).
    pub(super) fn user_info(&self, now: Timestamp, access_token: &str) -> Option<Claims> {
        let grant = self.tokens.get(access_token).filter(|grant| now < grant.expires_at)?;
        let account = &grant.account;
        Some(Claims {
            sub: account.subject(),
            email: account.email_address.clone(),
            email_verified: account.email_verified,
            given_name: account.first_name.clone(),
            family_name: account.last_name.clone(),
        })
    }
}

/// Who an ID token is about, if it is for this server and this request (OpenID Connect Core 1.0 section 3.1.3.7).
pub(super) fn subject_of(id_token: &Secret, issuer: &str, nonce: &str, now: Timestamp) -> Option<String> {
    let claims = verified(id_token)?;
    let is = |name: &str, value: &str| claims.get(name).and_then(Value::as_str) == Some(value);
    let in_time = claims.get("exp").and_then(Value::as_i64).is_some_and(|exp| now.as_seconds() < exp);
    let is_ours = is("iss", issuer) && is("aud", CLIENT_ID) && is("nonce", nonce) && in_time;
    is_ours.then(|| claims.get("sub").and_then(Value::as_str).map(str::to_owned)).flatten()
}
