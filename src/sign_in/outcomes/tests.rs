use std::sync::Arc;

use super::*;
use crate::backend::{Backend, BackendError, CallContext};
use crate::client::Client;
use crate::sign_in::core::Core;
use crate::wire::{
    self, ProtectCheck, Request, Response, SignInAttempt, Status, Strategy, Verification, VerificationStatus,
};

/// A backend that sends nothing.
#[derive(Debug)]
struct Nowhere;

#[async_trait::async_trait]
impl Backend for Nowhere {
    async fn call(&self, _: CallContext, _: Request) -> Result<Response, BackendError> {
        Err(BackendError::Protocol("nothing is sent".to_owned()))
    }
}

/// Returns one or more sign-ins for every state.
///
/// A passkey challenge or a redirect can occur with either of two statuses.
fn every_state() -> Vec<AnySignIn> {
    let verification = |strategy: &str| {
        let mut verification = Verification::new(Strategy::from(strategy), VerificationStatus::Unverified);
        verification.nonce = Some("sign this".to_owned());
        verification.external_verification_redirect_url = Some("https://provider.example".to_owned());
        verification.trusted_device_challenge = Some(Box::new(wire::TrustedDeviceChallenge {
            client_data: "sign this".to_owned(),
            ..wire::TrustedDeviceChallenge::default()
        }));
        Some(Box::new(verification))
    };
    let transferable = Verification::new(Strategy::EmailCode, VerificationStatus::Transferable);
    let place = |status: &str, change: &dyn Fn(&mut SignInAttempt)| {
        let mut attempt = SignInAttempt {
            id: "sia_1".to_owned(),
            status: Some(Status::from(status)),
            created_session_id: Some("sess_1".to_owned()),
            ..SignInAttempt::default()
        };
        change(&mut attempt);
        AnySignIn::place(Core::new(Client::new(Nowhere), Arc::new(attempt), None))
    };
    let mut all = Vec::new();
    for status in Status::KNOWN.iter().map(Status::as_str).chain(["tomorrow"]) {
        all.push(place(status, &|_| {}));
        for strategy in ["email_code", "email_link", "reset_password_email_code", "passkey", "trusted_device"] {
            all.push(place(status, &|attempt| attempt.first_factor_verification = verification(strategy)));
            all.push(place(status, &|attempt| attempt.second_factor_verification = verification(strategy)));
        }
        for strategy in ["web3_okx_wallet_signature", "oauth_google"] {
            all.push(place(status, &|attempt| attempt.first_factor_verification = verification(strategy)));
        }
        all.push(place(status, &|attempt| {
            attempt.first_factor_verification = Some(Box::new(transferable.clone()));
        }));
        all.push(place(status, &|attempt| attempt.protect_check = Some(Box::new(ProtectCheck::default()))));
    }
    all
}

/// Checks that `Elsewhere` contains the unchanged sign-in, and is used only for states without their own variant.
fn law<Outcome: From<AnySignIn>>(states: &[StateKind], elsewhere: impl Fn(Outcome) -> Option<AnySignIn>) -> usize {
    let mut demoted = 0;
    for (before, any) in every_state().into_iter().zip(every_state()) {
        let (kind, attempt) = (before.kind(), before.attempt());
        let Some(elsewhere) = elsewhere(Outcome::from(any)) else { continue };
        assert_eq!((elsewhere.kind(), elsewhere.attempt()), (kind, attempt));
        assert!(!states.contains(&kind), "{kind:?} has a variant");
        assert!(!states.contains(&StateKind::set_aside(attempt)), "{kind:?} can be set aside");
        demoted += 1;
    }
    demoted
}

macro_rules! held_to_the_law {
    ($($outcome:ident),+) => {
        [$(law::<$outcome>($outcome::STATES, |outcome| match outcome {
            $outcome::Elsewhere(any) => Some(any),
            _ => None,
        })),+]
    };
}

#[test]
fn elsewhere_never_holds_a_state_with_a_variant_nor_a_changed_one() {
    let seen: Vec<_> = every_state().iter().map(AnySignIn::kind).collect();
    for kind in StateKind::ALL {
        assert!(seen.contains(kind), "{kind:?} is not tried");
    }
    let elsewhere = held_to_the_law!(
        AfterCreate,
        AfterFirstFactor,
        AfterRedirect,
        AfterSecondFactor,
        AfterClientTrust,
        AfterResetCode,
        AfterReset
    );
    assert!(elsewhere.iter().all(|count| *count > 0), "{elsewhere:?}");
}

#[test]
fn every_outcome_leads_back_to_the_state_it_came_from() {
    for (before, any) in every_state().into_iter().zip(every_state()) {
        let after = AnySignIn::from(AfterSecondFactor::from(any));
        let expected = [before.kind(), StateKind::set_aside(before.attempt())];
        assert!(expected.contains(&after.kind()), "{before:?} became {after:?}");
    }
}

#[test]
fn an_unhandled_outcome_names_its_real_state() {
    let second = every_state().into_iter().find(|any| any.kind() == StateKind::NeedsSecondFactor).unwrap();
    let error = AfterClientTrust::from(second).unhandled();
    assert!(error.to_string().contains("NeedsSecondFactor"), "{error}");
}
