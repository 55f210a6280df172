//! A sign-in in each state, without a server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use clerk_sign_in::async_trait;
use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::dynamic::DynamicSignIn;
use clerk_sign_in::wire::{Request, Response, Strategy};
use clerk_sign_in::{Client, StateKind};
use serde_json::{Value, json};

/// A backend that sends nothing, and counts what it was asked to send.
#[derive(Clone, Debug, Default)]
pub(super) struct Unreachable(Arc<AtomicUsize>);

impl Unreachable {
    pub(super) fn calls(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Backend for Unreachable {
    async fn call(&self, _: CallContext, _: Request) -> Result<Response, BackendError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Err(BackendError::not_sent("nothing is sent"))
    }
}

/// Returns a dynamic sign-in in this state.
pub(super) fn sign_in_at(state: StateKind, backend: &Unreachable) -> DynamicSignIn {
    let client = Client::new(backend.clone());
    let saved = json!({ "version": 2, "set_aside": false, "attempt": attempt(state), "chosen": null });
    let restored = client.restore(serde_json::from_value(saved).unwrap()).unwrap();
    assert_eq!(restored.kind(), state);
    restored.into()
}

fn attempt(state: StateKind) -> Value {
    use StateKind as K;
    let verification = |strategy: &str| json!({ "status": "unverified", "strategy": strategy });
    let challenged = |strategy: &str| json!({ "status": "unverified", "strategy": strategy, "nonce": "sign this" });
    let (status, first, second) = match state {
        K::NeedsIdentifier => ("needs_identifier", Value::Null, Value::Null),
        K::NeedsFirstFactor => ("needs_first_factor", Value::Null, Value::Null),
        K::FirstFactorCodeSent => ("needs_first_factor", verification("email_code"), Value::Null),
        K::FirstFactorLinkSent => ("needs_first_factor", verification("email_link"), Value::Null),
        K::FirstFactorPasskeyChallenged => ("needs_first_factor", challenged("passkey"), Value::Null),
        K::WalletChallenged => ("needs_first_factor", challenged("web3_metamask_signature"), Value::Null),
        K::TrustedDeviceChallenged => {
            let challenge = json!({ "challenge_id": "tdc_1", "client_data": "sign this", "expires_at": 1 });
            let mut first = verification("trusted_device");
            first["trusted_device_challenge"] = challenge;
            ("needs_first_factor", first, Value::Null)
        }
        K::RedirectReady => {
            let mut first = verification("oauth_google");
            first["external_verification_redirect_url"] = json!("https://accounts.example.com/auth");
            ("needs_first_factor", first, Value::Null)
        }
        K::ResetCodeSent => ("needs_first_factor", verification("reset_password_email_code"), Value::Null),
        K::NeedsSecondFactor => ("needs_second_factor", Value::Null, Value::Null),
        K::SecondFactorCodeSent => ("needs_second_factor", Value::Null, verification("phone_code")),
        K::SecondFactorLinkSent => ("needs_second_factor", Value::Null, verification("email_link")),
        K::SecondFactorPasskeyChallenged => ("needs_second_factor", Value::Null, challenged("passkey")),
        K::NeedsClientTrust => ("needs_client_trust", Value::Null, Value::Null),
        K::ClientTrustCodeSent => ("needs_client_trust", Value::Null, verification("email_code")),
        K::ClientTrustLinkSent => ("needs_client_trust", Value::Null, verification("email_link")),
        K::ClientTrustPasskeyChallenged => ("needs_client_trust", Value::Null, challenged("passkey")),
        K::NeedsNewPassword => ("needs_new_password", Value::Null, Value::Null),
        K::NeedsProtectCheck => ("needs_protect_check", Value::Null, Value::Null),
        K::Transferable => {
            let first = json!({ "status": "transferable", "strategy": "oauth_google" });
            ("needs_identifier", first, Value::Null)
        }
        K::Complete => ("complete", Value::Null, Value::Null),
        K::Abandoned => ("abandoned", Value::Null, Value::Null),
        K::Unrecognized => ("needs_a_miracle", Value::Null, Value::Null),
    };
    let factors = |strategies: &[&str]| -> Value {
        strategies.iter().map(|strategy| json!({ "strategy": strategy, "email_address_id": "idn_1" })).collect()
    };
    json!({
        "id": "sia_1",
        "status": status,
        "identifier": "ada@example.com",
        "first_factor_verification": first,
        "second_factor_verification": second,
        "supported_first_factors": factors(&[
            "password", "email_code", "phone_code", "email_link", "passkey", "web3_metamask_signature",
            "trusted_device", "oauth_google", "reset_password_email_code", "reset_password_phone_code",
        ]),
        "supported_second_factors": factors(&["totp", "email_code", "phone_code", "email_link", "passkey"]),
        "created_session_id": if state == K::Complete { Some("sess_1") } else { None },
    })
}

/// The strategy that an attempt of `prepared` has prepared for this state.
pub(super) fn strategy_at(state: StateKind, prepared: StateKind) -> Option<Strategy> {
    let attempt = attempt(prepared);
    let is_second = state.name().contains("NeedsSecondFactor") || state.name().contains("NeedsClientTrust");
    let verification =
        if is_second { &attempt["second_factor_verification"] } else { &attempt["first_factor_verification"] };
    serde_json::from_value(verification["strategy"].clone()).ok()
}
