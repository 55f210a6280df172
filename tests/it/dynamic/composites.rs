//! The table of the calls of several moves, against the relation and against the calls themselves.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use clerk_sign_in::dynamic::{
    At, BeginsAt, COMPOSITES, Composite, DynamicError, DynamicSignIn, FirstFactorAnswer as First, PasskeyFlow,
    PrepareOptions, Recipient, SecondFactorAnswer as Second,
};
use clerk_sign_in::fake::FakeBackend;
use clerk_sign_in::platform::{Mediation, SystemTimer};
use clerk_sign_in::relation::{Calls, LeadsTo, Step};
use clerk_sign_in::wire::{Channel, CreateSignIn, Factor, SignUpFields, Strategy};
use clerk_sign_in::{OtherSessions, Sso, StateKind};
use support::keys::Keys;

use super::pairs::{NoBrowser, PAGE};
use super::states::{Unreachable, sign_in_at, strategy_at};

type Called<'a> = Pin<Box<dyn Future<Output = Result<(), DynamicError>> + 'a>>;

struct Tried {
    name: &'static str,
    /// The strategy that must be prepared, if the call needs one.
    strategy: Option<Strategy>,
    call: for<'a> fn(&'a DynamicSignIn, &'a Keys) -> Called<'a>,
}

/// Lists calls, with the strategy that must be prepared if the call needs one.
macro_rules! calls {
    ($($name:literal $([$strategy:ident])? |$at:ident, $keys:ident| $call:expr;)+) => {
        vec![$(Tried {
            name: $name,
            strategy: calls!(@ $($strategy)?),
            call: |$at, $keys| {
                let _ = $keys;
                Box::pin(async move { $call.await.map(drop) })
            },
        }),+]
    };
    (@) => { None };
    (@ $strategy:ident) => { Some(Strategy::$strategy) };
}

fn calls() -> Vec<Tried> {
    calls! {
        "create(parameters)" |at, keys| at.create(CreateSignIn::with_identifier("ada"));
        "ticket(ticket)" |at, keys| at.ticket("ticket");
        "password(another identifier)" |at, keys| at.password(Some("grace@example.com"), "password");
        "password(the same identifier or none)" |at, keys| at.password(None, "password");
        "email_code().send_code(Identifier)"
            |at, keys| async { at.email_code().send_code(Recipient::Identifier("ada")).await };
        "email_code().send_code(Id)" |at, keys| async { at.email_code().send_code(Recipient::Id("idn_1")).await };
        "email_code().send_code(Chosen)" |at, keys| async { at.email_code().send_code(Recipient::Chosen).await };
        "email_code().verify_code(code)" [EmailCode] |at, keys| async { at.email_code().verify_code("123456").await };
        "phone_code().send_code(Identifier)"
            |at, keys| async { at.phone_code().send_code(Recipient::Identifier("ada"), Channel::Sms).await };
        "phone_code().send_code(Id)"
            |at, keys| async { at.phone_code().send_code(Recipient::Id("idn_1"), Channel::Sms).await };
        "phone_code().send_code(Chosen)"
            |at, keys| async { at.phone_code().send_code(Recipient::Chosen, Channel::Sms).await };
        "phone_code().verify_code(code)" [PhoneCode] |at, keys| async { at.phone_code().verify_code("123456").await };
        "email_link().send_link(Identifier)"
            |at, keys| async { at.email_link().send_link(Recipient::Identifier("ada"), PAGE).await };
        "email_link().send_link(Id)" |at, keys| async { at.email_link().send_link(Recipient::Id("idn_1"), PAGE).await };
        "email_link().send_link(Chosen)" |at, keys| async { at.email_link().send_link(Recipient::Chosen, PAGE).await };
        "reset_password_email_code().send_code(Identifier)"
            |at, keys| async { at.reset_password_email_code().send_code(Recipient::Identifier("ada")).await };
        "reset_password_email_code().send_code(Id)"
            |at, keys| async { at.reset_password_email_code().send_code(Recipient::Id("idn_1")).await };
        "reset_password_email_code().send_code(Chosen)"
            |at, keys| async { at.reset_password_email_code().send_code(Recipient::Chosen).await };
        "reset_password_email_code().verify_code(code)" [ResetPasswordEmailCode]
            |at, keys| async { at.reset_password_email_code().verify_code("123456").await };
        "reset_password_phone_code().send_code(Identifier)"
            |at, keys| async { at.reset_password_phone_code().send_code(Recipient::Identifier("ada")).await };
        "reset_password_phone_code().send_code(Id)"
            |at, keys| async { at.reset_password_phone_code().send_code(Recipient::Id("idn_1")).await };
        "reset_password_phone_code().send_code(Chosen)"
            |at, keys| async { at.reset_password_phone_code().send_code(Recipient::Chosen).await };
        "reset_password_phone_code().verify_code(code)" [ResetPasswordPhoneCode]
            |at, keys| async { at.reset_password_phone_code().verify_code("123456").await };
        "mfa().send_email_code()" |at, keys| async { at.mfa().send_email_code().await };
        "mfa().send_phone_code()" |at, keys| async { at.mfa().send_phone_code().await };
        "mfa().verify_email_code(code)" [EmailCode] |at, keys| async { at.mfa().verify_email_code("123456").await };
        "mfa().verify_phone_code(code)" [PhoneCode] |at, keys| async { at.mfa().verify_phone_code("123456").await };
        "mfa().verify_totp(code)" |at, keys| async { at.mfa().verify_totp("123456").await };
        "mfa().verify_backup_code(code)" |at, keys| async { at.mfa().verify_backup_code("backup").await };
        "mfa().passkey(authenticator)" |at, keys| async { at.mfa().passkey(&keys.passkeys, Mediation::Modal).await };
        "passkey(authenticator, Discoverable)" |at, keys| at.passkey(&keys.passkeys, PasskeyFlow::Discoverable);
        "web3(wallet)" |at, keys| at.web3(&keys.wallet);
        "sso(sso, url)" |at, keys| async { at.sso(&google(), PAGE).await };
        "sso_with(sso, browser)" |at, keys| async { at.sso_with(&google(), &NoBrowser).await };
        "continue_sign_in(sso, url)" |at, keys| async { at.continue_sign_in(&google(), PAGE).await };
        "continue_sign_up(fields)" |at, keys| at.continue_sign_up(SignUpFields::new());
        "authenticate_with_google_one_tap(token)" |at, keys| at.authenticate_with_google_one_tap("token");
        "create_email_link_flow().start(id, url)"
            |at, keys| async { at.create_email_link_flow().start("idn_1", PAGE, SystemTimer).await };
        "prepare_first_factor(a code)" |at, keys| prepare_first(at, Strategy::EmailCode);
        "prepare_first_factor(a link)" |at, keys| prepare_first(at, Strategy::EmailLink);
        "prepare_first_factor(a reset code)" |at, keys| prepare_first(at, Strategy::ResetPasswordEmailCode);
        "prepare_first_factor(a passkey)" |at, keys| prepare_first(at, Strategy::Passkey);
        "prepare_first_factor(a wallet)" |at, keys| prepare_first(at, Strategy::Web3MetamaskSignature);
        "prepare_first_factor(a trusted device)" |at, keys| prepare_first(at, Strategy::TrustedDevice);
        "prepare_first_factor(an identity provider)" |at, keys| prepare_first(at, Strategy::oauth("google"));
        "attempt_first_factor(ResetPassword)" |at, keys| {
            let other_sessions = OtherSessions::Keep;
            at.attempt_first_factor(First::ResetPassword { code: "123456", new_password: "a new one", other_sessions })
        };
        "attempt_first_factor(Passkey)" |at, keys| at.attempt_first_factor(First::Passkey("{}"));
        "attempt_first_factor(Web3)" |at, keys| at.attempt_first_factor(First::Web3("signed"));
        "attempt_first_factor(TrustedDevice)" |at, keys| at.attempt_first_factor(First::TrustedDevice("signed"));
        "prepare_second_factor(a code)" |at, keys| prepare_second(at, Strategy::EmailCode);
        "prepare_second_factor(a link)" |at, keys| prepare_second(at, Strategy::EmailLink);
        "prepare_second_factor(a passkey)" |at, keys| prepare_second(at, Strategy::Passkey);
        "attempt_second_factor(Passkey)" |at, keys| at.attempt_second_factor(Second::Passkey("{}"));
    }
}

fn google() -> Sso {
    Sso::oauth("google")
}

async fn prepare_first(at: &DynamicSignIn, strategy: Strategy) -> Result<(), DynamicError> {
    at.prepare_first_factor(&Factor::new(strategy), &PrepareOptions::new().redirect_url(PAGE)).await
}

async fn prepare_second(at: &DynamicSignIn, strategy: Strategy) -> Result<(), DynamicError> {
    at.prepare_second_factor(&Factor::new(strategy), &PrepareOptions::new().redirect_url(PAGE)).await
}

/// The rows of a call. Its path depends on the state, which the text after a comma names.
fn rows(call: &str) -> Vec<&'static Composite> {
    let is_row =
        |row: &&Composite| row.call == call || row.call.strip_prefix(call).is_some_and(|it| it.starts_with(','));
    COMPOSITES.iter().filter(is_row).collect()
}

#[test]
fn path_of_a_call_is_legal_by_the_relation() {
    for Composite { call, begins, steps, .. } in COMPOSITES {
        let begins = match begins {
            BeginsAt::Anew => &[StateKind::NeedsIdentifier],
            BeginsAt::In(states) => *states,
        };
        for state in begins {
            let mut at = vec![*state];
            for step in *steps {
                let legal: Vec<_> = at.iter().filter_map(|state| state.transition(*step)).collect();
                assert!(!legal.is_empty(), "{call}: `{step}` is no step of {at:?}");
                let next = |transition: &clerk_sign_in::relation::Transition| match transition.leads_to {
                    LeadsTo::States(states) => states,
                    LeadsTo::AnyState => StateKind::ALL,
                    _ => &[],
                };
                at = legal.iter().flat_map(next).copied().collect();
            }
        }
    }
}

/// The states in which the free moves of the relation end that begin in this state of the attempt.
fn reached_for_free(state: StateKind, prepared: StateKind) -> Vec<StateKind> {
    let free = state.transitions().filter(|transition| transition.step.calls() == Calls::None);
    let leads = free.filter(|transition| {
        let back = |states: &[StateKind]| transition.step == Step::ChooseAnother || states.contains(&prepared);
        transition.step != Step::StartOver && matches!(transition.leads_to, LeadsTo::States(states) if back(states))
    });
    let states = leads.flat_map(|transition| match transition.leads_to {
        LeadsTo::States(states) => states,
        _ => &[],
    });
    states.copied().chain([state]).collect()
}

#[tokio::test]
async fn call_is_legal_exactly_where_the_table_lists_it() {
    let keys = Keys::new(&FakeBackend::demo());
    let (mut legal, mut illegal) = (0, 0);
    for prepared in StateKind::ALL {
        for is_aside in [false, true] {
            for Tried { name, strategy, call } in calls() {
                let backend = Unreachable::default();
                let sign_in = sign_in_at(*prepared, &backend);
                if is_aside && sign_in.choose_another().await.is_err() {
                    continue;
                }
                let At::UnderWay(state) = sign_in.at() else { panic!() };
                let rows = rows(name);
                assert!(!rows.is_empty(), "the table lacks {name}");
                let reached = reached_for_free(state, *prepared);
                let is_prepared = |at: &&StateKind| strategy.is_none() || strategy == strategy_at(**at, *prepared);
                let is_legal = rows.iter().any(|row| match row.begins {
                    BeginsAt::Anew => true,
                    BeginsAt::In(states) => states.iter().filter(|at| reached.contains(at)).any(|at| is_prepared(&at)),
                });
                let before = sign_in.snapshot();
                let mut called = pin!(call(&sign_in, &keys));
                let result = called.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                let refused = matches!(result, Poll::Ready(Err(DynamicError::WrongState { .. })));
                assert_eq!(refused, !is_legal, "{name} at {} (aside: {is_aside})", state.name());
                if refused {
                    illegal += 1;
                    assert_eq!((sign_in.snapshot(), backend.calls()), (before, 0), "{name} at {}", state.name());
                } else {
                    legal += 1;
                }
            }
        }
    }
    println!("{} pairs of a state and a call: {legal} legal, {illegal} refused", legal + illegal);
}

#[test]
fn table_lists_no_other_call() {
    let called: Vec<&str> = calls().iter().map(|call| call.name).collect();
    for Composite { call, .. } in COMPOSITES {
        let name = call.split(", if ").next().unwrap().split(", after ").next().unwrap();
        let name = if name == "passkey(authenticator, Listed)" { "passkey(authenticator, Discoverable)" } else { name };
        assert!(called.contains(&name), "{call}");
    }
}
