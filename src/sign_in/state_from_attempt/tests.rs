//! A test that runs the rule on every combination of inputs and compares each result with a table.

use super::*;
use crate::wire::{DevicePlatform, ProtectCheck, TrustedDeviceChallenge};

/// A condition that is part of a row. An attempt matches the row if it has the row's status and meets this condition.
///
/// If the condition concerns a verification, it checks the verification that belongs to the row's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    Nothing,
    /// The first factor was verified, but belongs to no user.
    Transferable,
    /// The verification waits for an answer, and contains a provider's URL.
    OpenUrl(Kind),
    /// The verification waits for an answer, and contains something to sign.
    OpenChallenge(Kind),
    /// A code or link was sent. It may no longer work.
    Sent(Kind),
    Session,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Code,
    ResetCode,
    Link,
    Passkey,
    Wallet,
    TrustedDevice,
    Redirect,
    Other,
}

use Kind as K;
use Needs as N;
use StateKind as S;

/// The rule, written as a table. The first matching row determines the state. A protect check takes precedence over the
/// table.
const TABLE: &[(Option<&str>, Needs, StateKind)] = &[
    (Some("needs_identifier"), N::Transferable, S::Transferable),
    (Some("needs_identifier"), N::OpenUrl(K::Redirect), S::RedirectReady),
    (Some("needs_identifier"), N::OpenChallenge(K::Passkey), S::FirstFactorPasskeyChallenged),
    (Some("needs_identifier"), N::Nothing, S::NeedsIdentifier),
    (Some("needs_first_factor"), N::Transferable, S::Transferable),
    (Some("needs_first_factor"), N::OpenUrl(K::Redirect), S::RedirectReady),
    (Some("needs_first_factor"), N::OpenChallenge(K::Passkey), S::FirstFactorPasskeyChallenged),
    (Some("needs_first_factor"), N::OpenChallenge(K::Wallet), S::WalletChallenged),
    (Some("needs_first_factor"), N::OpenChallenge(K::TrustedDevice), S::TrustedDeviceChallenged),
    (Some("needs_first_factor"), N::Sent(K::Code), S::FirstFactorCodeSent),
    (Some("needs_first_factor"), N::Sent(K::Link), S::FirstFactorLinkSent),
    (Some("needs_first_factor"), N::Sent(K::ResetCode), S::ResetCodeSent),
    (Some("needs_first_factor"), N::Nothing, S::NeedsFirstFactor),
    (Some("needs_second_factor"), N::Sent(K::Code), S::SecondFactorCodeSent),
    (Some("needs_second_factor"), N::Sent(K::Link), S::SecondFactorLinkSent),
    (Some("needs_second_factor"), N::OpenChallenge(K::Passkey), S::SecondFactorPasskeyChallenged),
    (Some("needs_second_factor"), N::Nothing, S::NeedsSecondFactor),
    (Some("needs_client_trust"), N::Sent(K::Code), S::ClientTrustCodeSent),
    (Some("needs_client_trust"), N::Sent(K::Link), S::ClientTrustLinkSent),
    (Some("needs_client_trust"), N::OpenChallenge(K::Passkey), S::ClientTrustPasskeyChallenged),
    (Some("needs_client_trust"), N::Nothing, S::NeedsClientTrust),
    (Some("needs_new_password"), N::Nothing, S::NeedsNewPassword),
    (Some("needs_protect_check"), N::Nothing, S::NeedsProtectCheck),
    (Some("complete"), N::Session, S::Complete),
    (Some("complete"), N::Nothing, S::Unrecognized),
    (Some("abandoned"), N::Nothing, S::Abandoned),
    (Some("a_status_of_tomorrow"), N::Nothing, S::Unrecognized),
    (None, N::Nothing, S::Unrecognized),
];

/// The parts of a verification that the table's conditions check.
#[derive(Clone, Copy)]
struct Seen {
    kind: Kind,
    status: Option<&'static str>,
    has_url: bool,
    has_challenge: bool,
}

fn expected(status: Option<&str>, first: Option<Seen>, second: Option<Seen>, has_session: bool) -> StateKind {
    let is_second = matches!(status, Some("needs_second_factor" | "needs_client_trust"));
    let seen = if is_second { second } else { first };
    let fits = |needs: Needs| match (needs, seen) {
        (N::Nothing, _) => true,
        (N::Session, _) => has_session,
        (_, None) => false,
        (N::Transferable, Some(seen)) => seen.status == Some("transferable"),
        (N::OpenUrl(kind), Some(seen)) => seen.kind == kind && seen.status == Some("unverified") && seen.has_url,
        (N::OpenChallenge(kind), Some(seen)) => {
            seen.kind == kind && seen.status == Some("unverified") && seen.has_challenge
        }
        (N::Sent(kind), Some(seen)) => {
            seen.kind == kind && !matches!(seen.status, None | Some("verified" | "transferable"))
        }
    };
    TABLE.iter().find(|(at, needs, _)| *at == status && fits(*needs)).unwrap().2
}

fn kind_of(strategy: Option<&str>) -> Kind {
    match strategy {
        Some("email_code" | "phone_code") => K::Code,
        Some("reset_password_email_code" | "reset_password_phone_code") => K::ResetCode,
        Some("email_link") => K::Link,
        Some("passkey") => K::Passkey,
        Some("trusted_device") => K::TrustedDevice,
        Some("enterprise_sso" | "saml" | "oauth_google") => K::Redirect,
        Some(strategy) if strategy.starts_with("web3_") => K::Wallet,
        _ => K::Other,
    }
}

const VERIFICATION_STATUSES: [Option<&str>; 7] = [
    None,
    Some("unverified"),
    Some("verified"),
    Some("failed"),
    Some("expired"),
    Some("transferable"),
    Some("a_status_of_tomorrow"),
];

/// Returns one verification for every combination of the values that the rule uses or might use.
fn verifications() -> Vec<(Option<Seen>, Option<Box<Verification>>)> {
    let known = Strategy::KNOWN.iter().map(Strategy::as_str);
    let strategies = known.chain(["oauth_google", "oauth_token_apple", "a_strategy_of_tomorrow"]).map(Some);
    let mut all = vec![(None, None)];
    for strategy in strategies.chain([None]) {
        for status in VERIFICATION_STATUSES {
            for url in [None, Some(""), Some("https://provider.example")] {
                for challenge in [None, Some(""), Some("sign this")] {
                    for field in ["nonce", "message", "trusted_device_challenge"] {
                        if challenge.is_none() && field != "nonce" {
                            continue;
                        }
                        let kind = kind_of(strategy);
                        let mut verification = Verification::new(Strategy::Password, VerificationStatus::Verified);
                        verification.strategy = strategy.map(Strategy::from);
                        verification.status = status.map(VerificationStatus::from);
                        verification.external_verification_redirect_url = url.map(str::to_owned);
                        match field {
                            "nonce" => verification.nonce = challenge.map(str::to_owned),
                            "message" => verification.message = challenge.map(str::to_owned),
                            _ => verification.trusted_device_challenge = challenge.map(to_sign),
                        }
                        let is_read = match field {
                            "nonce" => matches!(kind, K::Passkey | K::Wallet),
                            "message" => kind == K::Wallet,
                            _ => kind == K::TrustedDevice,
                        };
                        let has_challenge = is_read && challenge.is_some_and(|text| !text.is_empty());
                        let has_url = url.is_some_and(|url| !url.is_empty());
                        all.push((Some(Seen { kind, status, has_url, has_challenge }), Some(Box::new(verification))));
                    }
                }
            }
        }
    }
    all
}

fn to_sign(client_data: &str) -> Box<TrustedDeviceChallenge> {
    let challenge = serde_json::json!({ "client_data": client_data, "platform": DevicePlatform::Android });
    serde_json::from_value(challenge).unwrap()
}

/// Returns `true` if the verification contains nothing but a strategy, a status and a passkey's challenge.
///
/// This is all that the verification of a second factor contains.
fn is_second(verification: Option<&Verification>) -> bool {
    verification.is_none_or(|verification| {
        verification.external_verification_redirect_url.is_none()
            && (verification.nonce.is_none() || verification.strategy == Some(Strategy::Passkey))
            && verification.message.is_none()
            && verification.trusted_device_challenge.is_none()
    })
}

#[test]
fn every_combination_is_placed_as_the_table_says() {
    let statuses = TABLE.iter().map(|(status, _, _)| *status).fold(Vec::new(), |mut all: Vec<_>, status| {
        if !all.contains(&status) {
            all.push(status);
        }
        all
    });
    let mut firsts = verifications();
    let seconds: Vec<_> = verifications().into_iter().filter(|(_, second)| is_second(second.as_deref())).collect();
    let mut combinations = 0_u64;
    for status in &statuses {
        for (second_seen, second) in &seconds {
            for session in [None, Some(""), Some("sess_1")] {
                let mut attempt = SignInAttempt {
                    status: status.map(Status::from),
                    second_factor_verification: second.clone(),
                    created_session_id: session.map(str::to_owned),
                    ..SignInAttempt::default()
                };
                for (first_seen, first) in &mut firsts {
                    attempt.first_factor_verification = first.take();
                    let has_session = session == Some("sess_1");
                    let expected = expected(*status, *first_seen, *second_seen, has_session);
                    assert_eq!(StateKind::from_attempt(&attempt), expected, "{attempt:#?}");
                    attempt.protect_check = Some(Box::new(ProtectCheck::default()));
                    assert_eq!(StateKind::from_attempt(&attempt), StateKind::NeedsProtectCheck, "{attempt:#?}");
                    attempt.protect_check = None;
                    *first = attempt.first_factor_verification.take();
                    combinations += 2;
                }
            }
        }
    }
    println!("{combinations} combinations");
    assert!(combinations > 10_000_000, "{combinations}");
}
