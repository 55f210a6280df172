//! Every pair of a state and a method: the method is legal exactly where the types have its step.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use clerk_sign_in::async_trait;
use clerk_sign_in::dynamic::{At, DynamicError, DynamicSignIn};
use clerk_sign_in::fake::{FakeBackend, FakeSolver};
use clerk_sign_in::platform::{Browser, BrowserVisit, CapabilityError, Mediation, SystemTimer, WalletProvider};
use clerk_sign_in::relation::Step;
use clerk_sign_in::wire::{Channel, CreateSignIn, Factor, Secret, SignUpFields, Strategy};
use clerk_sign_in::{IdToken, OtherSessions, Sso, StateKind};
use support::keys::Keys;
use support::{A, ADA_PASSWORD, L, World};

use super::states::{Unreachable, sign_in_at};

type Called<'a> = Pin<Box<dyn Future<Output = Result<(), DynamicError>> + 'a>>;

/// A method that takes one step.
struct Method {
    step: Step,
    /// The states for which the method is meant, if other methods take the step in the other states.
    only: Option<&'static [StateKind]>,
    call: for<'a> fn(&'a DynamicSignIn, &'a Keys) -> Called<'a>,
}

/// Lists methods. The states after a step are those for which the method is meant.
macro_rules! methods {
    ($($step:ident $([$($only:ident)|+])? |$at:ident, $keys:ident| $call:expr;)+) => {
        vec![$(Method {
            step: Step::$step,
            only: methods!(@only $([$($only)|+])?),
            call: |$at, $keys| {
                let _ = $keys;
                Box::pin(async move { $call.await.map(drop) })
            },
        }),+]
    };
    (@only) => { None };
    (@only [$($only:ident)|+]) => { Some(&[$(StateKind::$only),+]) };
}

#[derive(Debug)]
pub(super) struct NoBrowser;

#[async_trait]
impl Browser for NoBrowser {
    async fn reserve(&self) -> Result<Box<dyn BrowserVisit>, CapabilityError> {
        Err(CapabilityError::Cancelled)
    }
}

#[async_trait]
impl BrowserVisit for NoBrowser {
    fn redirect_url(&self) -> &'static str {
        "https://app.example.com/callback"
    }

    async fn open(self: Box<Self>, _: &str) -> Result<Secret, CapabilityError> {
        Err(CapabilityError::Cancelled)
    }
}

pub(super) const PAGE: &str = "https://app.example.com/page";

fn google() -> Sso {
    Sso::oauth("google")
}

fn factor(strategy: Strategy) -> Factor {
    Factor::new(strategy)
}

fn one_tap() -> IdToken {
    IdToken::google_one_tap("token")
}

/// All methods that take one step.
fn methods() -> Vec<Method> {
    methods! {
        CreateWithoutIdentifier |at, keys| at.create_without_identifier();
        CreateOrSignUp |at, keys| at.create_or_sign_up("ada");
        Transfer |at, keys| at.transfer();
        SendEmailCode [NeedsIdentifier] |at, keys| at.send_email_code(Some("a@example.com"));
        SendEmailCode [NeedsFirstFactor | NeedsSecondFactor | NeedsClientTrust] |at, keys| at.send_email_code(None);
        SendEmailCodeTo |at, keys| at.send_email_code_to("idn_1");
        SendPhoneCode [NeedsIdentifier] |at, keys| at.send_phone_code(Some("+15550100"), Channel::Sms);
        SendPhoneCode [NeedsFirstFactor | NeedsSecondFactor | NeedsClientTrust]
            |at, keys| at.send_phone_code(None, Channel::Sms);
        SendPhoneCodeTo |at, keys| at.send_phone_code_to("idn_1", Channel::Sms);
        SendCode |at, keys| async { at.send_code(&factor(Strategy::EmailCode)).await };
        SendCodeThrough |at, keys| async { at.send_code_through(&factor(Strategy::PhoneCode), Channel::Sms).await };
        CodeSent |at, keys| at.code_sent();
        SendResetPasswordEmailCode [NeedsIdentifier]
            |at, keys| at.send_reset_password_email_code(Some("a@example.com"));
        SendResetPasswordEmailCode [NeedsFirstFactor] |at, keys| at.send_reset_password_email_code(None);
        SendResetPasswordEmailCodeTo |at, keys| at.send_reset_password_email_code_to("idn_1");
        SendResetPasswordPhoneCode [NeedsIdentifier] |at, keys| at.send_reset_password_phone_code(Some("+15550100"));
        SendResetPasswordPhoneCode [NeedsFirstFactor] |at, keys| at.send_reset_password_phone_code(None);
        SendResetPasswordPhoneCodeTo |at, keys| at.send_reset_password_phone_code_to("idn_1");
        SendResetCode |at, keys| async { at.send_reset_code(&factor(Strategy::ResetPasswordEmailCode)).await };
        ResetCodeSent |at, keys| at.reset_code_sent();
        SendEmailLink [NeedsIdentifier] |at, keys| at.send_email_link(Some("a@example.com"), PAGE);
        SendEmailLink [NeedsFirstFactor | NeedsSecondFactor | NeedsClientTrust]
            |at, keys| at.send_email_link(None, PAGE);
        SendEmailLinkTo |at, keys| at.send_email_link_to("idn_1", PAGE);
        SendEmailLinkToApp |at, keys| at.send_email_link_to_app("app://verified");
        LinkSent |at, keys| at.link_sent();
        ChallengePasskey |at, keys| at.challenge_passkey();
        ChallengePasskeyWithId |at, keys| at.challenge_passkey_with_id("pk_1");
        PasskeyChallenged |at, keys| at.passkey_challenged();
        ChallengeWallet [NeedsIdentifier] |at, keys| at.challenge_wallet(Some("0x1"), &WalletProvider::Metamask);
        ChallengeWallet [NeedsFirstFactor] |at, keys| at.challenge_wallet(None, &WalletProvider::Metamask);
        ChallengeWalletOf |at, keys| async {
            at.challenge_wallet_of(&factor(Strategy::Web3MetamaskSignature)).await
        };
        WalletChallenged |at, keys| at.wallet_challenged();
        TrustedDevice |at, keys| at.trusted_device("td_1");
        ChallengeTrustedDevice |at, keys| at.challenge_trusted_device("td_1");
        TrustedDeviceChallenged |at, keys| at.trusted_device_challenged();
        RedirectReady |at, keys| at.redirect_ready();
        IdToken |at, keys| async { at.id_token(&one_tap()).await };
        SignUpByIdToken |at, keys| async { at.sign_up_by_id_token(&one_tap(), SignUpFields::new()).await };
        SignUp |at, keys| at.sign_up(SignUpFields::new());
        Verify |at, keys| at.verify("123456");
        Resend [FirstFactorCodeSent | SecondFactorCodeSent | ClientTrustCodeSent | ResetCodeSent]
            |at, keys| at.resend();
        Resend [FirstFactorLinkSent | SecondFactorLinkSent | ClientTrustLinkSent] |at, keys| at.resend_link(PAGE);
        WaitForVerification |at, keys| at.wait_for_verification(SystemTimer);
        VerifyWith [FirstFactorPasskeyChallenged | SecondFactorPasskeyChallenged | ClientTrustPasskeyChallenged]
            |at, keys| at.verify_with_passkey(&keys.passkeys, Mediation::Modal);
        VerifyWith [WalletChallenged] |at, keys| at.verify_with_wallet(&keys.wallet);
        VerifyWith [TrustedDeviceChallenged] |at, keys| at.verify_with_trusted_device(&keys.device);
        VerifyAssertion |at, keys| at.verify_assertion("{}");
        VerifySignature |at, keys| at.verify_signature("signed");
        ChallengeAgain |at, keys| at.challenge_again();
        Finish |at, keys| at.finish("https://app.example.com/callback?rotating_token_nonce=1");
        FinishHere |at, keys| at.finish_here();
        FinishWith |at, keys| at.finish_with(Box::new(NoBrowser));
        RedirectAgain |at, keys| async { at.redirect_again(&google(), PAGE).await };
        RedirectAgainWith |at, keys| async { at.redirect_again_with(&google(), &NoBrowser).await };
        ResetPassword |at, keys| at.reset_password("123456", "a new password", OtherSessions::Keep);
        VerifyTotp |at, keys| at.verify_totp("123456");
        VerifyBackupCode |at, keys| at.verify_backup_code("backup");
        SubmitPassword |at, keys| at.submit_password("a new password", OtherSessions::Keep);
        SolveWith |at, keys| at.solve_with(&FakeSolver);
        SubmitProof |at, keys| at.submit_proof("proof");
        Organization |at, keys| at.organization(None);
        Finalize |at, keys| at.finalize();
        FinalizeWith |at, keys| at.finalize_with(|_| std::future::ready(()));
        ChooseAnother |at, keys| at.choose_another();
        Refresh |at, keys| at.refresh();
    }
}

/// The steps that only calls of several steps take, and the calls that take them.
const OF_COMPOSITES: [(Step, &str); 6] = [
    (Step::Create, "create"),
    (Step::Password, "password"),
    (Step::Ticket, "ticket"),
    (Step::Sso, "sso"),
    (Step::SsoWith, "sso_with"),
    (Step::StartOver, "reset"),
];

#[tokio::test]
async fn method_is_legal_exactly_where_the_types_have_its_step() {
    let keys = Keys::new(&FakeBackend::demo());
    let (mut legal, mut illegal) = (0, 0);
    for state in StateKind::ALL {
        for method in methods() {
            let backend = Unreachable::default();
            let sign_in = sign_in_at(*state, &backend);
            let step = method.step;
            let is_legal = state.allows(step) && method.only.is_none_or(|only| only.contains(state));
            let mut call = pin!((method.call)(&sign_in, &keys));
            let refused = match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(Err(DynamicError::WrongState { wanted, at })) => Some((wanted, at)),
                Poll::Ready(_) | Poll::Pending => None,
            };
            if is_legal {
                legal += 1;
                assert_eq!(refused, None, "{step} is legal at {}", state.name());
                continue;
            }
            illegal += 1;
            let (wanted, at) = refused.unwrap_or_else(|| panic!("{step} is not legal at {}", state.name()));
            // `finalize` is `finalize_with` without a navigation.
            assert!(wanted == step || (wanted, step) == (Step::FinalizeWith, Step::Finalize));
            assert_eq!((at, sign_in.at()), (At::UnderWay(*state), At::UnderWay(*state)), "{step} moved it");
            assert_eq!(backend.calls(), 0, "{step} sent something at {}", state.name());
        }
    }
    println!("{} pairs of a state and a method: {legal} legal, {illegal} refused", legal + illegal);
}

#[test]
fn every_step_has_a_method() {
    let mut found: BTreeSet<&str> = methods().iter().map(|method| method.step.name()).collect();
    found.extend(OF_COMPOSITES.iter().map(|(step, _)| step.name()));
    assert_eq!(found, Step::ALL.iter().map(|step| step.name()).collect());
}

#[tokio::test]
async fn steps_that_the_users_factors_do_not_allow_are_not_listed() {
    let sign_in = World::memory().client().dynamic_sign_in();
    sign_in.create(CreateSignIn::with_identifier(L)).await.unwrap();
    let steps = sign_in.steps();
    assert!(steps.contains(&Step::SendEmailCode) && !steps.contains(&Step::Password), "{steps:?}");
    sign_in.password(Some(A), ADA_PASSWORD).await.unwrap();
    let steps = sign_in.steps();
    assert!(steps.contains(&Step::VerifyTotp) && !steps.contains(&Step::SendPhoneCode), "{steps:?}");
}
