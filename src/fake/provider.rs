//! A small OpenID provider that stands in for every provider and every enterprise connection of the instance.

mod authorization_request;

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::page_url::with_parameters;
use crate::fake::crypto::jwt::{sign, verified};
use crate::fake::crypto::pkce::code_challenge;
use crate::fake::crypto::random::Random;
use crate::fault_switches::without;
use crate::wire::{Secret, Timestamp};

pub(crate) use authorization_request::AuthorizationRequest;

/// The instance's client id at the provider.
pub(super) const CLIENT_ID: &str = "clerk-fake";
/// The lifetime, in seconds, of a code and of the tokens that the provider gives in exchange for it.
pub(super) const CODE_SECONDS: u64 = 60;
/// The lifetime of a credential that the provider gives to an app.
const CREDENTIAL_LIFETIME: Duration = Duration::from_secs(10 * 60);

/// An account at the fake's provider.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ProviderAccount {
    /// The email address, which also identifies the account at the provider.
    pub email_address: String,
    /// `true` if the provider has verified the address.
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
    /// Creates an account with this address. The provider has verified the address.
    #[must_use]
    pub fn new(email_address: &str) -> Self {
        Self { email_address: email_address.to_owned(), email_verified: true, first_name: None, last_name: None }
    }

    /// Sets the name.
    #[must_use]
    pub fn name(mut self, first_name: &str, last_name: &str) -> Self {
        (self.first_name, self.last_name) = (Some(first_name.to_owned()), Some(last_name.to_owned()));
        self
    }

    /// Marks the address as not verified by the provider.
    #[must_use]
    pub fn unverified(mut self) -> Self {
        self.email_verified = false;
        self
    }

    fn claims(&self) -> Claims {
        Claims {
            sub: self.subject(),
            email: self.email_address.clone(),
            email_verified: self.email_verified,
            given_name: self.first_name.clone(),
            family_name: self.last_name.clone(),
        }
    }

    /// Returns the account's `sub` claim, which is derived from the address.
    fn subject(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.email_address.to_ascii_lowercase()))
    }
}

/// The provider's claims about an account (OpenID Connect Core 1.0 section 5.1).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) sub: String,
    pub(super) email: String,
    pub(super) email_verified: bool,
    pub(super) given_name: Option<String>,
    pub(super) family_name: Option<String>,
}

/// The provider's state.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Provider {
    accounts: Vec<ProviderAccount>,
    codes: BTreeMap<String, Grant>,
    tokens: BTreeMap<String, Grant>,
}

/// A user's consent.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Grant {
    account: ProviderAccount,
    request: AuthorizationRequest,
    expires_at: Timestamp,
}

/// A credential that an app gets from the provider's own SDK when the user signs in without leaving the app.
///
/// Google One Tap and Sign in with Apple give apps such credentials. Pass the credential to
/// [`IdToken`](crate::IdToken).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ProviderCredential {
    /// The ID token, which identifies the user. It is valid for 10 minutes.
    pub id_token: Secret,
    /// An authorization code, which gives access to the provider's other claims about the user.
    ///
    /// The code works only once, and only for 10 minutes. Google One Tap gives no code.
    pub code: Option<Secret>,
}

/// The tokens that the provider gives in exchange for a code.
pub(super) struct Tokens {
    pub(super) id_token: Secret,
    pub(super) access_token: String,
}

impl Provider {
    pub(super) fn accounts(&self) -> &[ProviderAccount] {
        &self.accounts
    }

    pub(super) fn account_or_new(&mut self, email_address: &str) -> ProviderAccount {
        let mut accounts = self.accounts.iter();
        let known = accounts.find(|account| account.email_address.eq_ignore_ascii_case(email_address)).cloned();
        known.unwrap_or_else(|| {
            let account = ProviderAccount::new(email_address);
            self.add(account.clone());
            account
        })
    }

    pub(super) fn add(&mut self, account: ProviderAccount) {
        self.accounts.retain(|known| !known.email_address.eq_ignore_ascii_case(&account.email_address));
        self.accounts.push(account);
    }

    fn forget_expired(&mut self, now: Timestamp) {
        self.codes.retain(|_, grant| now < grant.expires_at);
        self.tokens.retain(|_, grant| now < grant.expires_at);
    }

    /// Records the user's consent, and returns the callback URL, which contains a code (RFC 6749 section 4.1.2).
    pub(super) fn grant(
        &mut self,
        random: &mut Random,
        now: Timestamp,
        account: ProviderAccount,
        request: AuthorizationRequest,
    ) -> String {
        self.forget_expired(now);
        let code = random.token();
        let back = with_parameters(&request.redirect_uri, &[("code", &code), ("state", &request.state)]);
        let expires_at = now + Duration::from_secs(CODE_SECONDS);
        self.codes.insert(code.clone(), Grant { account, request, expires_at });
        back
    }

    /// Creates a credential for a user who signs in without leaving the app.
    pub(super) fn credential(
        &mut self,
        random: &mut Random,
        now: Timestamp,
        account: ProviderAccount,
        issuer: String,
        client_id: String,
    ) -> Option<ProviderCredential> {
        self.forget_expired(now);
        let request = AuthorizationRequest { issuer, client_id, ..AuthorizationRequest::default() };
        let grant = Grant { account, request, expires_at: now + CREDENTIAL_LIFETIME };
        let id_token = grant.id_token(now)?;
        let code = random.token();
        self.codes.insert(code.clone(), grant);
        Some(ProviderCredential { id_token, code: Some(code.into()) })
    }

    /// Returns the claims about the user for whom the app got this code.
    ///
    /// The code stays valid until it is [redeemed](Self::redeem).
    pub(super) fn claims_for_code(&self, now: Timestamp, code: &str, issuer: &str) -> Option<Claims> {
        let grant = self.codes.get(code).filter(|grant| now < grant.expires_at)?;
        // A code that was sent through a browser can only be exchanged together with its verifier.
        let is_an_apps = grant.request.code_challenge.is_empty() && grant.request.issuer == issuer;
        is_an_apps.then(|| grant.account.claims())
    }

    pub(super) fn redeem(&mut self, code: &str) {
        self.codes.remove(code);
    }

    /// Answers `POST …/token` (RFC 6749 section 4.1.3): exchanges a code for tokens.
    ///
    /// Each code works only once, and only together with its code verifier.
    pub(super) fn exchange(
        &mut self,
        random: &mut Random,
        now: Timestamp,
        code: &str,
        code_verifier: &str,
        redirect_uri: &str,
    ) -> Option<Tokens> {
        let grant = self.codes.remove(code).filter(|grant| now < grant.expires_at)?;
        let is_proven = grant.request.code_challenge == code_challenge(code_verifier);
        let is_proven = is_proven || without("a provider's code needs its verifier");
        if !is_proven || grant.request.redirect_uri != redirect_uri {
            return None;
        }
        let id_token = grant.id_token(now)?;
        let access_token = random.token();
        self.tokens.insert(access_token.clone(), grant);
        Some(Tokens { id_token, access_token })
    }

    /// Answers `GET …/userinfo` (OpenID Connect Core 1.0 section 5.3).
    pub(super) fn user_info(&self, now: Timestamp, access_token: &str) -> Option<Claims> {
        let grant = self.tokens.get(access_token).filter(|grant| now < grant.expires_at)?;
        Some(grant.account.claims())
    }
}

impl Grant {
    /// Returns an ID token for this client (OpenID Connect Core 1.0 section 2). The token does not contain the user's
    /// name.
    fn id_token(&self, now: Timestamp) -> Option<Secret> {
        let mut claims = json!({
            "iss": self.request.issuer,
            "sub": self.account.subject(),
            "aud": self.request.client_id,
            "iat": now.as_seconds(),
            "exp": self.expires_at.as_seconds(),
            "email": self.account.email_address,
            "email_verified": self.account.email_verified,
        });
        let nonce = Some(&self.request.nonce).filter(|nonce| !nonce.is_empty());
        if let (Some(claims), Some(nonce)) = (claims.as_object_mut(), nonce) {
            claims.insert("nonce".to_owned(), nonce.as_str().into());
        }
        sign(&claims)
    }
}

/// Returns the claims of an ID token, if it is valid.
///
/// A token is valid if it was issued for this client and this request and has not expired (OpenID Connect Core 1.0
/// section 3.1.3.7).
pub(super) fn claims_of(
    id_token: &Secret,
    issuer: &str,
    client_id: &str,
    nonce: Option<&str>,
    now: Timestamp,
) -> Option<Claims> {
    let claims = verified(id_token)?;
    let claim = |name: &str| claims.get(name).and_then(Value::as_str);
    let in_time = claims.get("exp").and_then(Value::as_i64).is_some_and(|exp| now.as_seconds() < exp);
    let is_ours = (claim("iss") == Some(issuer) || without("an ID token comes from its issuer"))
        && (claim("aud") == Some(client_id) || without("an ID token is for this client"))
        && (claim("nonce") == nonce || without("an ID token is for this request"))
        && (in_time || without("an ID token expires"));
    if is_ours { serde_json::from_value(claims).ok() } else { None }
}
