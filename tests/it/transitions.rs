//! A table of the published transitions between states, limited to the strategies that this version supports. Each row
//! consists of a starting state, a step, and the state to which the step leads. Every row is tested in memory and over
//! HTTP.

use std::time::Duration;

use clerk_sign_in::Stage;
use clerk_sign_in::backend::{Backend, CallContext};
use clerk_sign_in::fake::{FakeBackend, FakeSolver, NewUser};
use clerk_sign_in::platform::{Mediation, Wallet};
use clerk_sign_in::wire::{Answer, Channel, CreateSignIn, Request, Status, Strategy};
use clerk_sign_in::{
    AnySignIn, AnyStepError, BeforeFirstFactor, Client, IdToken, LinkSent, NeedsFirstFactor, NeedsIdentifier,
    OtherSessions, PasskeyChallenged, RedirectReady, Resumed, SignIn, Sso, StepError,
};
use support::keys::{Keys, device_of};
use support::{A, ADA_PASSWORD, G, GRACE_PASSWORD, World, over_every_identity};

over_every_identity! {
    every_row_leads_to_its_state,
    every_step_can_be_gated_and_returns,
    every_state_reloads_to_itself,
    every_unfinished_sign_in_is_abandoned_after_a_day,
    new_sign_in_leaves_every_state,
    attempt_without_identifier_leaves_every_state,
}

/// The state in which a step is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// A client without a sign-in.
    Nowhere,
    FirstFactor,
    FirstCode,
    FirstLink,
    /// A passkey challenge that any user can answer.
    AnyPasskey,
    Passkey,
    Wallet,
    Device,
    /// The user is being sent to a provider, and the sign-in has no identifier.
    Redirect,
    /// The user is being sent to a provider, and the sign-in has an identifier.
    FirstRedirect,
    ResetCode,
    SecondFactor,
    SecondCode,
    SecondLink,
    SecondPasskey,
    ClientTrust,
    TrustCode,
    TrustLink,
    TrustPasskey,
    NewPassword,
    NewPasswordWithMfa,
    ProtectCheck,
    Complete,
    Abandoned,
}

/// A step that the user takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Create,
    CreateWithPassword(&'static str),
    CreateWithWrongPassword,
    CreateWithEmailCode,
    CreateWithEmailLink,
    CreateWithPhoneCode,
    CreateWithResetCode,
    CreateWithTicket(&'static str),
    CreateWithIdToken(&'static str),
    CreateWithPasskey,
    CreateWithWallet,
    CreateWithDevice,
    CreateWithSso,
    Sso,
    /// Goes to the provider, and comes back.
    Agree,
    Deny,
    /// Comes back without a result.
    ComeBackEmpty,
    Password,
    WrongPassword,
    SendEmailCode,
    SendEmailLink,
    SendEmailLinkToApp,
    SendPhoneCode,
    SendResetCode,
    ChallengePasskey,
    ChallengeWallet,
    ChallengeTrustedDevice,
    ChallengeAgain,
    Sign,
    SignWrong,
    Verify,
    VerifyWrong,
    /// Opens the link, and waits for the verification.
    OpenLink,
    /// Waits for a link that nobody opens.
    WaitInVain,
    Resend,
    Totp,
    WrongTotp,
    BackupCode,
    SubmitPassword,
    SubmitWeakPassword,
    SubmitProof,
    SubmitWrongProof,
    SolveCheck,
}

const PAGE: &str = "https://app.example.com/verified";

/// A user with a phone, an authenticator app and a backup code.
const M: &str = "mary@example.com";
/// The password of a user who does not need client trust, because the second factor is an email code.
const M_PASSWORD: &str = "two-factors-please";
const M_PHONE: &str = "+4915112345678";
/// A user who has only a password. The tests use a client that is trusted for this user.
const P: &str = "plain@example.com";

fn rows() -> Vec<(At, Step, &'static str)> {
    use At as A;
    use Step as S;
    vec![
        (A::FirstFactor, S::Password, "NeedsSecondFactor"),
        (A::FirstFactor, S::WrongPassword, "NeedsFirstFactor"),
        (A::FirstFactor, S::SendEmailCode, "CodeSent<NeedsFirstFactor>"),
        (A::FirstFactor, S::SendPhoneCode, "CodeSent<NeedsFirstFactor>"),
        (A::FirstFactor, S::SendResetCode, "ResetCodeSent"),
        (A::FirstFactor, S::SendEmailLink, "LinkSent<NeedsFirstFactor>"),
        (A::FirstFactor, S::SendEmailLinkToApp, "LinkSent<NeedsFirstFactor>"),
        (A::FirstCode, S::Verify, "NeedsSecondFactor"),
        (A::FirstCode, S::VerifyWrong, "CodeSent<NeedsFirstFactor>"),
        (A::FirstCode, S::Resend, "CodeSent<NeedsFirstFactor>"),
        (A::FirstLink, S::OpenLink, "NeedsSecondFactor"),
        (A::FirstLink, S::WaitInVain, "LinkSent<NeedsFirstFactor>"),
        (A::FirstLink, S::Resend, "LinkSent<NeedsFirstFactor>"),
        (A::FirstLink, S::SendEmailCode, "CodeSent<NeedsFirstFactor>"),
        (A::FirstCode, S::SendEmailLink, "LinkSent<NeedsFirstFactor>"),
        (A::FirstFactor, S::ChallengePasskey, "PasskeyChallenged"),
        (A::FirstFactor, S::ChallengeWallet, "WalletChallenged"),
        (A::FirstFactor, S::ChallengeTrustedDevice, "TrustedDeviceChallenged"),
        (A::AnyPasskey, S::Sign, "NeedsSecondFactor"),
        (A::AnyPasskey, S::SignWrong, "PasskeyChallenged"),
        (A::AnyPasskey, S::ChallengeAgain, "PasskeyChallenged"),
        (A::Passkey, S::Sign, "NeedsSecondFactor"),
        (A::Passkey, S::SignWrong, "PasskeyChallenged"),
        (A::Passkey, S::ChallengeAgain, "PasskeyChallenged"),
        (A::Passkey, S::SendEmailCode, "CodeSent<NeedsFirstFactor>"),
        (A::Wallet, S::Sign, "NeedsSecondFactor"),
        (A::Wallet, S::SignWrong, "WalletChallenged"),
        (A::Wallet, S::ChallengeAgain, "WalletChallenged"),
        (A::Wallet, S::ChallengeTrustedDevice, "TrustedDeviceChallenged"),
        (A::Device, S::Sign, "NeedsSecondFactor"),
        (A::Device, S::SignWrong, "NeedsFirstFactor"),
        (A::Device, S::ChallengeAgain, "TrustedDeviceChallenged"),
        (A::Device, S::ChallengeWallet, "WalletChallenged"),
        (A::FirstFactor, S::Sso, "RedirectReady"),
        (A::Redirect, S::Agree, "NeedsSecondFactor"),
        (A::Redirect, S::Deny, "NeedsIdentifier"),
        (A::Redirect, S::ComeBackEmpty, "RedirectReady"),
        (A::FirstRedirect, S::Agree, "NeedsSecondFactor"),
        (A::FirstRedirect, S::Deny, "NeedsFirstFactor"),
        (A::FirstRedirect, S::SendEmailCode, "CodeSent<NeedsFirstFactor>"),
        (A::ResetCode, S::Verify, "NeedsNewPassword"),
        (A::ResetCode, S::VerifyWrong, "ResetCodeSent"),
        (A::ResetCode, S::Resend, "ResetCodeSent"),
        (A::SecondFactor, S::Totp, "Complete"),
        (A::SecondFactor, S::WrongTotp, "NeedsSecondFactor"),
        (A::SecondFactor, S::BackupCode, "Complete"),
        (A::SecondFactor, S::SendEmailCode, "CodeSent<NeedsSecondFactor>"),
        (A::SecondFactor, S::SendPhoneCode, "CodeSent<NeedsSecondFactor>"),
        (A::SecondFactor, S::SendEmailLink, "LinkSent<NeedsSecondFactor>"),
        (A::SecondFactor, S::ChallengePasskey, "PasskeyChallenged<NeedsSecondFactor>"),
        (A::SecondPasskey, S::Sign, "Complete"),
        (A::SecondPasskey, S::SignWrong, "PasskeyChallenged<NeedsSecondFactor>"),
        (A::SecondPasskey, S::ChallengeAgain, "PasskeyChallenged<NeedsSecondFactor>"),
        (A::SecondPasskey, S::SendEmailCode, "CodeSent<NeedsSecondFactor>"),
        (A::SecondLink, S::OpenLink, "Complete"),
        (A::SecondLink, S::WaitInVain, "LinkSent<NeedsSecondFactor>"),
        (A::SecondLink, S::Resend, "LinkSent<NeedsSecondFactor>"),
        (A::SecondCode, S::Verify, "Complete"),
        (A::SecondCode, S::VerifyWrong, "CodeSent<NeedsSecondFactor>"),
        (A::SecondCode, S::Resend, "CodeSent<NeedsSecondFactor>"),
        (A::ClientTrust, S::SendEmailCode, "CodeSent<NeedsClientTrust>"),
        (A::ClientTrust, S::SendEmailLink, "LinkSent<NeedsClientTrust>"),
        (A::ClientTrust, S::ChallengePasskey, "PasskeyChallenged<NeedsClientTrust>"),
        (A::TrustPasskey, S::Sign, "Complete"),
        (A::TrustPasskey, S::SignWrong, "PasskeyChallenged<NeedsClientTrust>"),
        (A::TrustPasskey, S::ChallengeAgain, "PasskeyChallenged<NeedsClientTrust>"),
        (A::TrustPasskey, S::SendEmailCode, "CodeSent<NeedsClientTrust>"),
        (A::TrustLink, S::OpenLink, "Complete"),
        (A::TrustLink, S::WaitInVain, "LinkSent<NeedsClientTrust>"),
        (A::TrustLink, S::Resend, "LinkSent<NeedsClientTrust>"),
        (A::TrustCode, S::Verify, "Complete"),
        (A::TrustCode, S::VerifyWrong, "CodeSent<NeedsClientTrust>"),
        (A::TrustCode, S::Resend, "CodeSent<NeedsClientTrust>"),
        (A::NewPassword, S::SubmitPassword, "Complete"),
        (A::NewPasswordWithMfa, S::SubmitPassword, "NeedsSecondFactor"),
        (A::NewPassword, S::SubmitWeakPassword, "NeedsNewPassword"),
        (A::ProtectCheck, S::SubmitProof, "NeedsFirstFactor"),
        (A::ProtectCheck, S::SubmitWrongProof, "NeedsProtectCheck"),
        (A::ProtectCheck, S::SolveCheck, "NeedsFirstFactor"),
    ]
}

/// The steps that start a new sign-in, each with the state to which it leads. The state of the old sign-in does not
/// matter.
const CREATES: [(Step, &str); 18] = [
    (Step::CreateWithSso, "RedirectReady"),
    (Step::Create, "NeedsFirstFactor"),
    (Step::CreateWithEmailLink, "LinkSent<NeedsFirstFactor>"),
    (Step::CreateWithEmailCode, "CodeSent<NeedsFirstFactor>"),
    (Step::CreateWithPhoneCode, "CodeSent<NeedsFirstFactor>"),
    (Step::CreateWithResetCode, "ResetCodeSent"),
    (Step::CreateWithPasskey, "PasskeyChallenged"),
    (Step::CreateWithWallet, "WalletChallenged"),
    (Step::CreateWithDevice, "NeedsFirstFactor"),
    (Step::CreateWithTicket(G), "Complete"),
    (Step::CreateWithTicket(A), "NeedsSecondFactor"),
    (Step::CreateWithIdToken(G), "Complete"),
    (Step::CreateWithIdToken(A), "NeedsSecondFactor"),
    (Step::CreateWithIdToken("nobody@example.com"), "Transferable"),
    (Step::CreateWithPassword(P), "Complete"),
    (Step::CreateWithPassword(A), "NeedsSecondFactor"),
    (Step::CreateWithPassword(G), "NeedsClientTrust"),
    // Although the call was rejected, it created an attempt, which the client finds.
    (Step::CreateWithWrongPassword, "NeedsFirstFactor"),
];

const EVERYWHERE: [At; 24] = [
    At::Redirect,
    At::FirstRedirect,
    At::Nowhere,
    At::FirstFactor,
    At::FirstCode,
    At::FirstLink,
    At::AnyPasskey,
    At::Passkey,
    At::Wallet,
    At::Device,
    At::ResetCode,
    At::SecondFactor,
    At::SecondCode,
    At::SecondLink,
    At::SecondPasskey,
    At::ClientTrust,
    At::TrustCode,
    At::TrustLink,
    At::TrustPasskey,
    At::NewPassword,
    At::NewPasswordWithMfa,
    At::ProtectCheck,
    At::Complete,
    At::Abandoned,
];

fn people(world: &World) -> Keys {
    let mary = NewUser::new(M)
        .password(M_PASSWORD)
        .phone_number(M_PHONE)
        .totp_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJT")
        .backup_code("mary-1")
        .email_code_second_factor()
        .phone_code_second_factor();
    world.fake.add_user(mary).unwrap();
    world.fake.add_user(NewUser::new(P).password("plain-password")).unwrap();
    let keys = Keys::new(&world.fake);
    keys.give_passkey_to(&world.fake, G);
    // The newest passkey is Mary's. It is the one that signs if no user is named.
    keys.give_to(&world.fake, M);
    keys
}

async fn reach(world: &World, keys: &Keys, client: &Client, at: At) -> AnySignIn {
    let steps: &[Step] = match at {
        At::Nowhere => &[],
        At::FirstFactor | At::Abandoned => &[Step::Create],
        At::FirstCode => &[Step::CreateWithEmailCode],
        At::FirstLink => &[Step::CreateWithEmailLink],
        At::AnyPasskey => &[Step::CreateWithPasskey],
        At::Passkey => &[Step::Create, Step::ChallengePasskey],
        At::Wallet => &[Step::CreateWithWallet],
        At::Device => &[Step::CreateWithDevice, Step::ChallengeTrustedDevice],
        At::Redirect => &[Step::CreateWithSso],
        At::FirstRedirect => &[Step::Create, Step::Sso],
        At::ResetCode => &[Step::CreateWithResetCode],
        At::SecondFactor => &[Step::CreateWithPassword(M)],
        At::SecondCode => &[Step::CreateWithPassword(M), Step::SendPhoneCode],
        At::SecondLink => &[Step::CreateWithPassword(M), Step::SendEmailLink],
        At::SecondPasskey => &[Step::CreateWithPassword(M), Step::ChallengePasskey],
        At::ClientTrust => &[Step::CreateWithPassword(G)],
        At::TrustCode => &[Step::CreateWithPassword(G), Step::SendEmailCode],
        At::TrustLink => &[Step::CreateWithPassword(G), Step::SendEmailLink],
        At::TrustPasskey => &[Step::CreateWithPassword(G), Step::ChallengePasskey],
        At::NewPassword | At::NewPasswordWithMfa => &[Step::CreateWithResetCode, Step::Verify],
        At::ProtectCheck => &[Step::Create, Step::Password],
        At::Complete => &[Step::CreateWithPassword(P)],
    };
    // If a passkey satisfies the second factor, a passkey as the first factor completes the sign-in.
    let is_first = matches!(at, At::AnyPasskey | At::Passkey);
    world.fake.configure(|settings| settings.passkey_satisfies_second_factor = !is_first);
    let mut sign_in: AnySignIn = client.sign_in().into();
    for (index, &step) in steps.iter().enumerate() {
        if at == At::ProtectCheck && index == 1 {
            world.fake.require_protect_checks(1);
        }
        let who = if at == At::NewPassword { G } else { M };
        sign_in = take_step(world, keys, sign_in, step, who).await;
    }
    if at == At::Abandoned {
        world.fake.advance(Duration::from_secs(24 * 60 * 60));
        sign_in = match client.resume().await.unwrap() {
            Resumed::Attempt(sign_in) => sign_in,
            other => panic!("{other:?}"),
        };
    }
    sign_in
}

fn led_to<T: Into<AnySignIn>, S: clerk_sign_in::State>(step: Result<T, StepError<S>>) -> AnySignIn {
    match step.map_err(StepError::into_any) {
        Ok(next) => next.into(),
        Err(AnyStepError { error, handed_back: sign_in }) => {
            assert!(!error.is_outcome_unknown(), "{error}");
            sign_in
        }
    }
}

fn password_of(who: &str) -> &'static str {
    match who {
        A => ADA_PASSWORD,
        G => GRACE_PASSWORD,
        M => M_PASSWORD,
        _ => "plain-password",
    }
}

async fn create(world: &World, keys: &Keys, at: SignIn<NeedsIdentifier>, step: Step, who: &str) -> AnySignIn {
    match step {
        Step::Create => led_to(at.create(who).await),
        Step::CreateWithPassword(who) => led_to(at.password(who, password_of(who)).await),
        Step::CreateWithEmailCode => led_to(at.send_email_code(who).await),
        Step::CreateWithEmailLink => led_to(at.send_email_link(who, PAGE).await),
        Step::CreateWithPhoneCode => led_to(at.send_phone_code(M_PHONE, Channel::Sms).await),
        Step::CreateWithResetCode => led_to(at.send_reset_password_email_code(who).await),
        Step::CreateWithTicket(whose) => {
            let made = world.fake.add_ticket(whose, Duration::from_secs(60)).unwrap();
            led_to(at.ticket(made.ticket.expose()).await)
        }
        Step::CreateWithIdToken(whose) => {
            let credential = world.fake.provider_credential(&Strategy::oauth_token("apple"), whose).unwrap();
            led_to(at.id_token(&IdToken::new("apple", credential.id_token.expose())).await)
        }
        Step::CreateWithPasskey => led_to(at.challenge_passkey().await),
        Step::CreateWithWallet => led_to(at.challenge_wallet(&keys.wallet.provider(), &keys.address()).await),
        Step::CreateWithDevice => led_to(at.trusted_device(&device_of(&world.fake, M)).await),
        Step::CreateWithSso => led_to(at.sso(&Sso::oauth("google"), PAGE).await),
        step => panic!("{step:?} begins no sign-in"),
    }
}

async fn take_step(world: &World, keys: &Keys, at: AnySignIn, step: Step, who: &str) -> AnySignIn {
    let mailed = || world.fake.outbox().pop().unwrap().code().unwrap().expose().to_owned();
    if let (AnySignIn::NeedsIdentifier(at), Step::CreateWithWrongPassword) = (&at, step) {
        let client = at.client().clone();
        drop(client.sign_in().password(who, "wrong").await.unwrap_err());
        return match client.resume().await.unwrap() {
            Resumed::Attempt(sign_in) => sign_in,
            other => panic!("{other:?}"),
        };
    }
    match (at, step) {
        (AnySignIn::NeedsIdentifier(at), step) => create(world, keys, at, step, who).await,
        (
            AnySignIn::NeedsFirstFactor(at),
            step @ (Step::ChallengePasskey | Step::ChallengeWallet | Step::ChallengeTrustedDevice),
        ) => challenge(world, keys, at, step).await,
        (
            at @ (AnySignIn::FirstFactorPasskeyChallenged(_)
            | AnySignIn::SecondFactorPasskeyChallenged(_)
            | AnySignIn::ClientTrustPasskeyChallenged(_)
            | AnySignIn::WalletChallenged(_)
            | AnySignIn::TrustedDeviceChallenged(_)),
            step,
        ) => sign(world, keys, at, step).await,
        (AnySignIn::NeedsFirstFactor(at), Step::Sso) => led_to(at.sso(&Sso::oauth("google"), PAGE).await),
        (AnySignIn::RedirectReady(at), step) => led_to_by_provider(world, at, step, who).await,
        (AnySignIn::NeedsFirstFactor(at), Step::Password) => led_to(at.password(password_of(who)).await),
        (AnySignIn::NeedsFirstFactor(at), Step::WrongPassword) => led_to(at.password("wrong").await),
        (AnySignIn::NeedsFirstFactor(at), Step::SendEmailCode) => led_to(at.send_email_code().await),
        (AnySignIn::NeedsFirstFactor(at), Step::SendEmailLink) => led_to(at.send_email_link(PAGE).await),
        (AnySignIn::NeedsFirstFactor(at), Step::SendEmailLinkToApp) => {
            led_to(at.send_email_link_to_app("com.example.app://sign-in").await)
        }
        (AnySignIn::NeedsFirstFactor(at), Step::SendPhoneCode) => led_to(at.send_phone_code(Channel::Sms).await),
        (AnySignIn::NeedsFirstFactor(at), Step::SendResetCode) => led_to(at.send_reset_password_email_code().await),
        (AnySignIn::FirstFactorCodeSent(at), Step::Verify) => led_to(at.verify(&mailed()).await),
        (AnySignIn::FirstFactorCodeSent(at), Step::VerifyWrong) => led_to(at.verify("wrong").await),
        (AnySignIn::FirstFactorCodeSent(at), Step::Resend) => led_to(at.resend().await),
        (AnySignIn::FirstFactorCodeSent(at), Step::SendEmailLink) => {
            led_to(at.choose_another().send_email_link(PAGE).await)
        }
        (AnySignIn::FirstFactorLinkSent(at), Step::SendEmailCode) => {
            led_to(at.choose_another().send_email_code().await)
        }
        (AnySignIn::FirstFactorLinkSent(at), step) => led_to_by_link(world, at, step).await,
        (AnySignIn::ResetCodeSent(at), Step::Verify) => led_to(at.verify(&mailed()).await),
        (AnySignIn::ResetCodeSent(at), Step::VerifyWrong) => led_to(at.verify("wrong").await),
        (AnySignIn::ResetCodeSent(at), Step::Resend) => led_to(at.resend().await),
        (AnySignIn::NeedsSecondFactor(at), Step::Totp) => {
            led_to(at.verify_totp(&world.fake.totp_code(who).unwrap()).await)
        }
        (AnySignIn::NeedsSecondFactor(at), Step::WrongTotp) => led_to(at.verify_totp("wrong").await),
        (AnySignIn::NeedsSecondFactor(at), Step::BackupCode) => led_to(at.verify_backup_code("mary-1").await),
        (AnySignIn::NeedsSecondFactor(at), Step::SendEmailCode) => led_to(at.send_email_code().await),
        (AnySignIn::NeedsSecondFactor(at), Step::SendEmailLink) => led_to(at.send_email_link(PAGE).await),
        (AnySignIn::NeedsSecondFactor(at), Step::SendPhoneCode) => led_to(at.send_phone_code().await),
        (AnySignIn::NeedsSecondFactor(at), Step::ChallengePasskey) => led_to(at.challenge_passkey().await),
        (AnySignIn::SecondFactorCodeSent(at), Step::Verify) => led_to(at.verify(&mailed()).await),
        (AnySignIn::SecondFactorCodeSent(at), Step::VerifyWrong) => led_to(at.verify("wrong").await),
        (AnySignIn::SecondFactorCodeSent(at), Step::Resend) => led_to(at.resend().await),
        (AnySignIn::SecondFactorLinkSent(at), step) => led_to_by_link(world, at, step).await,
        (AnySignIn::NeedsClientTrust(at), Step::SendEmailLink) => led_to(at.send_email_link(PAGE).await),
        (AnySignIn::NeedsClientTrust(at), Step::SendEmailCode) => led_to(at.send_email_code().await),
        (AnySignIn::NeedsClientTrust(at), Step::ChallengePasskey) => led_to(at.challenge_passkey().await),
        (AnySignIn::ClientTrustCodeSent(at), Step::Verify) => led_to(at.verify(&mailed()).await),
        (AnySignIn::ClientTrustCodeSent(at), Step::VerifyWrong) => led_to(at.verify("wrong").await),
        (AnySignIn::ClientTrustCodeSent(at), Step::Resend) => led_to(at.resend().await),
        (AnySignIn::ClientTrustLinkSent(at), step) => led_to_by_link(world, at, step).await,
        (AnySignIn::NeedsNewPassword(at), Step::SubmitPassword) => {
            led_to(at.submit_password("a-new-password", OtherSessions::SignOut).await)
        }
        (AnySignIn::NeedsNewPassword(at), Step::SubmitWeakPassword) => {
            led_to(at.submit_password("weak", OtherSessions::SignOut).await)
        }
        (AnySignIn::NeedsProtectCheck(at), Step::SubmitProof) => {
            let token = at.protect_check().unwrap().token.as_ref().unwrap().expose().to_owned();
            led_to(at.submit_proof(&FakeBackend::proof_for(&token)).await)
        }
        (AnySignIn::NeedsProtectCheck(at), Step::SubmitWrongProof) => led_to(at.submit_proof("wrong").await),
        (AnySignIn::NeedsProtectCheck(at), Step::SolveCheck) => led_to(at.solve_with(&FakeSolver).await),
        (at, step) => panic!("{step:?} is no step at {at:?}"),
    }
}

async fn challenge(world: &World, keys: &Keys, at: SignIn<NeedsFirstFactor>, step: Step) -> AnySignIn {
    match step {
        Step::ChallengePasskey => led_to(at.challenge_passkey().await),
        Step::ChallengeWallet => led_to(at.challenge_wallet(&keys.wallet.provider()).await),
        _ => led_to(at.challenge_trusted_device(&device_of(&world.fake, M)).await),
    }
}

/// Signs a challenge, or takes another step in a state with a challenge.
async fn sign(world: &World, keys: &Keys, at: AnySignIn, step: Step) -> AnySignIn {
    match (at, step) {
        (AnySignIn::FirstFactorPasskeyChallenged(at), Step::SendEmailCode) => match at.choose_another() {
            BeforeFirstFactor::NeedsFirstFactor(at) => led_to(at.send_email_code().await),
            start @ BeforeFirstFactor::NeedsIdentifier(_) => panic!("no user was named: {start:?}"),
        },
        (AnySignIn::FirstFactorPasskeyChallenged(at), step) => sign_with_passkey(keys, at, step).await,
        (AnySignIn::SecondFactorPasskeyChallenged(at), Step::SendEmailCode) => {
            led_to(at.choose_another().send_email_code().await)
        }
        (AnySignIn::SecondFactorPasskeyChallenged(at), step) => sign_with_passkey(keys, at, step).await,
        (AnySignIn::ClientTrustPasskeyChallenged(at), Step::SendEmailCode) => {
            led_to(at.choose_another().send_email_code().await)
        }
        (AnySignIn::ClientTrustPasskeyChallenged(at), step) => sign_with_passkey(keys, at, step).await,
        (AnySignIn::WalletChallenged(at), Step::Sign) => led_to(at.verify_with(&keys.wallet).await),
        (AnySignIn::WalletChallenged(at), Step::SignWrong) => led_to(at.verify_signature("wrong").await),
        (AnySignIn::WalletChallenged(at), Step::ChallengeAgain) => led_to(at.challenge_again().await),
        (AnySignIn::WalletChallenged(at), step) => challenge(world, keys, at.choose_another(), step).await,
        (AnySignIn::TrustedDeviceChallenged(at), Step::Sign) => led_to(at.verify_with(&keys.device).await),
        (AnySignIn::TrustedDeviceChallenged(at), Step::SignWrong) => led_to(at.verify_signature("wrong").await),
        (AnySignIn::TrustedDeviceChallenged(at), Step::ChallengeAgain) => led_to(at.challenge_again().await),
        (AnySignIn::TrustedDeviceChallenged(at), step) => challenge(world, keys, at.choose_another(), step).await,
        (at, step) => panic!("{step:?} is no step at {at:?}"),
    }
}

async fn sign_with_passkey<S: Stage>(keys: &Keys, at: SignIn<PasskeyChallenged<S>>, step: Step) -> AnySignIn {
    match step {
        Step::Sign => led_to(at.verify_with(&keys.passkeys, Mediation::Modal).await),
        Step::SignWrong => led_to(at.verify_assertion("wrong").await),
        Step::ChallengeAgain => led_to(at.challenge_again().await),
        step => panic!("{step:?} is no step at {at:?}"),
    }
}

async fn led_to_by_provider(world: &World, at: SignIn<RedirectReady>, step: Step, who: &str) -> AnySignIn {
    let url = match step {
        Step::Agree => world.consent(at.client(), at.external_url(), who).await.unwrap(),
        Step::Deny => world.deny(at.client(), at.external_url()).await.unwrap(),
        Step::ComeBackEmpty => PAGE.to_owned(),
        Step::SendEmailCode => {
            return match at.choose_another() {
                BeforeFirstFactor::NeedsFirstFactor(at) => led_to(at.send_email_code().await),
                start @ BeforeFirstFactor::NeedsIdentifier(_) => panic!("no user was named: {start:?}"),
            };
        }
        step => panic!("{step:?} is no step at {at:?}"),
    };
    led_to(at.finish(&url).await)
}

async fn led_to_by_link<S: Stage>(world: &World, at: SignIn<LinkSent<S>>, step: Step) -> AnySignIn {
    let timer = world.fake.clock().clone();
    match step {
        Step::Resend => led_to(at.resend(PAGE).await),
        Step::WaitInVain => led_to(at.wait_for_verification(timer).poll_interval(Duration::from_secs(60)).await),
        Step::OpenLink => {
            let link = world.fake.outbox().pop().unwrap().link().unwrap().expose().to_owned();
            world.open(&link).await.unwrap();
            led_to(at.wait_for_verification(timer).await)
        }
        step => panic!("{step:?} is no step at {at:?}"),
    }
}

/// Returns a client that is trusted for the user `P`, because the user has already had a session on it.
async fn trusted(world: &World) -> Client {
    let client = world.client();
    let sent = client.sign_in().send_email_code(P).await.unwrap();
    let code = world.mailed_code(P);
    drop(sent.verify(&code).await.unwrap());
    client
}

/// Returns `true` if the sign-in in this state belongs to Grace, whose new client is not trusted. In the other states,
/// it belongs to Mary.
const fn belongs_to_grace(at: At) -> bool {
    matches!(at, At::NewPassword | At::ClientTrust | At::TrustCode | At::TrustLink | At::TrustPasskey)
}

async fn every_row_leads_to_its_state(world: World) {
    let keys = people(&world);
    let fresh = world.fake.state();
    for (at, step, to) in rows() {
        let here = world.restored(&fresh);
        let client = trusted(here).await;
        let sign_in = reach(here, &keys, &client, at).await;
        let who = if belongs_to_grace(at) { G } else { M };
        here.fake.advance(Duration::from_secs(30));
        let id = sign_in.id().map(str::to_owned);
        let led_to = take_step(here, &keys, sign_in, step, who).await;
        assert_eq!(led_to.state_name(), to, "{step:?} at {at:?}");
        assert_eq!(led_to.id().map(str::to_owned), id, "only a create changes the id");
    }
}

async fn every_step_can_be_gated_and_returns(world: World) {
    let keys = people(&world);
    let fresh = world.fake.state();
    // These steps only wait for a result or read it, so a protect check never interrupts them.
    let only_reads =
        |step| matches!(step, Step::OpenLink | Step::WaitInVain | Step::Agree | Step::Deny | Step::ComeBackEmpty);
    for (at, step, to) in rows().into_iter().filter(|(at, step, _)| *at != At::ProtectCheck && !only_reads(*step)) {
        let here = world.restored(&fresh);
        let client = trusted(here).await;
        let sign_in = reach(here, &keys, &client, at).await;
        let who = if belongs_to_grace(at) { G } else { M };
        here.fake.advance(Duration::from_secs(30));
        let from = sign_in.state_name();
        here.fake.require_protect_checks(2);
        let gated = take_step(here, &keys, sign_in, step, who).await;
        assert_eq!(gated.state_name(), "NeedsProtectCheck", "{step:?} at {at:?}");
        let chained = take_step(here, &keys, gated, Step::SubmitProof, who).await;
        assert_eq!(chained.state_name(), "NeedsProtectCheck");
        let back = take_step(here, &keys, chained, Step::SubmitProof, who).await;
        assert_eq!(back.state_name(), from, "the gate leads back to the state before the step");
        assert_eq!(take_step(here, &keys, back, step, who).await.state_name(), to);
    }
}

async fn every_state_reloads_to_itself(world: World) {
    let keys = people(&world);
    let fresh = world.fake.state();
    for at in EVERYWHERE.into_iter().filter(|at| !matches!(at, At::Nowhere | At::Abandoned)) {
        let here = world.restored(&fresh);
        let client = trusted(here).await;
        let sign_in = reach(here, &keys, &client, at).await;
        let (name, attempt) = (sign_in.state_name(), sign_in.attempt().clone());
        let reloaded = sign_in.refresh().await.unwrap();
        assert_eq!((reloaded.state_name(), reloaded.attempt()), (name, &attempt), "{at:?}");
    }
}

async fn every_unfinished_sign_in_is_abandoned_after_a_day(world: World) {
    let keys = people(&world);
    let fresh = world.fake.state();
    for at in EVERYWHERE.into_iter().filter(|at| !matches!(at, At::Nowhere | At::Abandoned | At::Complete)) {
        let here = world.restored(&fresh);
        let client = trusted(here).await;
        let sign_in = reach(here, &keys, &client, at).await;
        here.fake.advance(Duration::from_secs(24 * 60 * 60));
        let failed = sign_in.refresh().await.unwrap_err();
        assert!(failed.error.is_over(), "{}", failed.error);
        assert_eq!(failed.handed_back.state_name(), "Abandoned", "{at:?}");
    }
}

async fn new_sign_in_leaves_every_state(world: World) {
    let keys = people(&world);
    world.fake.configure(|settings| settings.reject_signed_in_identifiers = false);
    let fresh = world.fake.state();
    for at in EVERYWHERE {
        for (create, to) in CREATES {
            let here = world.restored(&fresh);
            let client = trusted(here).await;
            let old = reach(here, &keys, &client, at).await;
            here.fake.advance(Duration::from_secs(30));
            let old_id = old.id().map(str::to_owned);
            let new = take_step(here, &keys, old.start_over().into(), create, M).await;
            assert_eq!(new.state_name(), to, "{create:?} at {at:?}");
            assert_ne!(new.id().map(str::to_owned), old_id);
        }
    }
}

/// Creates an attempt without an identifier, as other clients do. No typed step does this, because `start_over` makes
/// no call.
async fn attempt_without_identifier_leaves_every_state(world: World) {
    let keys = people(&world);
    let fresh = world.fake.state();
    for at in EVERYWHERE {
        let here = world.restored(&fresh);
        let client = trusted(here).await;
        drop(reach(here, &keys, &client, at).await);
        let exported = serde_json::to_value(client.export()).unwrap();
        let context = CallContext::new(here.identity(exported["token"].as_str()));
        let response = here.backend.call(context, Request::CreateSignIn(CreateSignIn::new())).await.unwrap();
        let Ok(Answer::SignInAttempt(begun)) = response.result else { panic!("{at:?}") };
        assert_eq!((begun.status, begun.identifier), (Some(Status::NeedsIdentifier), None));
    }
}
