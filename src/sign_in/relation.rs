//! The relation of the machine, as plain data: which steps are legal in each state, and where each step can lead.
//!
//! The types of this crate enforce the relation at compile time. This module states the same relation as a table, for
//! programs that know the state only at run time: user interfaces, bindings for other languages, and tests. Tests of
//! this crate hold the table against the types. [The page on the machine](crate::guide::machine) is generated from it.
//!
//! ```
//! use clerk_sign_in::StateKind;
//! use clerk_sign_in::relation::{LeadsTo, Step};
//!
//! let state = StateKind::ResetCodeSent;
//! let verify = state.transition(Step::Verify).expect("a code that was sent can be verified");
//! assert!(matches!(verify.leads_to, LeadsTo::States(states) if states.contains(&StateKind::NeedsNewPassword)));
//! // The password is not a step of this state.
//! assert!(state.transition(Step::Password).is_none());
//! ```

mod step;

pub use step::{Calls, Step};

use LeadsTo::{AnyState, Session, SignUp, States};
use OnFailure::{Impossible, Stays, StaysOrMoves};
use StateKind as At;

use super::outcomes::{
    AfterClientTrust, AfterCreate, AfterFirstFactor, AfterRedirect, AfterReset, AfterResetCode, AfterSecondFactor,
    BeforeFirstFactor,
};
use super::state_kind::StateKind;

/// A step that is legal in a state, and where it can lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transition {
    /// The step.
    pub step: Step,
    /// Where the step leads if it succeeds.
    pub leads_to: LeadsTo,
    /// The state of the sign-in if the step fails.
    pub on_failure: OnFailure,
}

/// Where a step leads if it succeeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeadsTo {
    /// One of these states.
    ///
    /// If the step has an outcome such as [`AfterFirstFactor`](crate::AfterFirstFactor), these are its variants. The
    /// variant `Elsewhere`, which holds any other state, is not listed.
    States(&'static [StateKind]),
    /// Any state, as the server describes it.
    AnyState,
    /// No state: the sign-in became a [session](crate::Finalized).
    Session,
    /// No state: the sign-in became a [sign-up](crate::AfterSignUp).
    SignUp,
}

/// The state of the sign-in if a step fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// The step cannot fail.
    Impossible,
    /// The sign-in stays in its state.
    Stays,
    /// The sign-in stays in its state ([`StepError::Stayed`](crate::StepError::Stayed)), or the server's answer shows
    /// that it is in another state ([`StepError::Moved`](crate::StepError::Moved)). A protect check that the server
    /// requires before it sends something is such a state.
    StaysOrMoves,
}

impl StateKind {
    /// Returns the steps that are legal in this state, in the order of the documentation.
    pub fn transitions(self) -> impl Iterator<Item = Transition> {
        let [own, shared] = rows(self);
        own.iter().chain(shared).chain(EVERY_STATE).copied()
    }

    /// Returns where a step can lead from this state. `None` if the step is not legal in this state.
    #[must_use]
    pub fn transition(self, step: Step) -> Option<Transition> {
        self.transitions().find(|transition| transition.step == step)
    }

    /// Returns `true` if a step without a call goes back from this state to `prepared`.
    pub(crate) fn returns_to(self, prepared: Self) -> bool {
        self.transitions().any(|transition| {
            let leads_there = matches!(transition.leads_to, States(states) if states.contains(&prepared));
            transition.step.calls() == Calls::None && leads_there
        })
    }

    /// Returns `true` if the step is legal in this state.
    #[must_use]
    pub fn allows(self, step: Step) -> bool {
        self.transition(step).is_some()
    }
}

/// The steps of a state: first its own, then those that it shares with the other stages.
const fn rows(state: StateKind) -> [&'static [Transition]; 2] {
    match state {
        At::NeedsIdentifier => [NEEDS_IDENTIFIER, NONE],
        At::NeedsFirstFactor => [NEEDS_FIRST_FACTOR, FIRST_FACTOR],
        At::FirstFactorCodeSent => [FIRST_FACTOR_CODE_SENT, NONE],
        At::FirstFactorLinkSent => [FIRST_FACTOR_LINK_SENT, NONE],
        At::FirstFactorPasskeyChallenged => [FIRST_FACTOR_PASSKEY_CHALLENGED, NONE],
        At::WalletChallenged => [WALLET_CHALLENGED, NONE],
        At::TrustedDeviceChallenged => [TRUSTED_DEVICE_CHALLENGED, NONE],
        At::RedirectReady => [REDIRECT_READY, NONE],
        At::ResetCodeSent => [RESET_CODE_SENT, NONE],
        At::NeedsSecondFactor => [NEEDS_SECOND_FACTOR, SECOND_FACTOR],
        At::SecondFactorCodeSent => [SECOND_FACTOR_CODE_SENT, NONE],
        At::SecondFactorLinkSent => [SECOND_FACTOR_LINK_SENT, NONE],
        At::SecondFactorPasskeyChallenged => [SECOND_FACTOR_PASSKEY_CHALLENGED, NONE],
        At::NeedsClientTrust => [NEEDS_CLIENT_TRUST, CLIENT_TRUST],
        At::ClientTrustCodeSent => [CLIENT_TRUST_CODE_SENT, NONE],
        At::ClientTrustLinkSent => [CLIENT_TRUST_LINK_SENT, NONE],
        At::ClientTrustPasskeyChallenged => [CLIENT_TRUST_PASSKEY_CHALLENGED, NONE],
        At::NeedsNewPassword => [NEEDS_NEW_PASSWORD, NONE],
        At::NeedsProtectCheck => [NEEDS_PROTECT_CHECK, NONE],
        At::Transferable => [TRANSFERABLE, NONE],
        At::Complete => [COMPLETE, NONE],
        At::Abandoned | At::Unrecognized => [NONE, NONE],
    }
}

const NONE: &[Transition] = &[];

const NEEDS_IDENTIFIER: &[Transition] = &[
    call(Step::Create, AfterCreate::STATES),
    call(Step::CreateWithoutIdentifier, AfterCreate::STATES),
    call(Step::CreateOrSignUp, AfterCreate::STATES),
    call(Step::Transfer, AfterCreate::STATES),
    call(Step::Password, AfterCreate::STATES),
    call(Step::SendEmailCode, FIRST_FACTOR_CODE),
    call(Step::SendPhoneCode, FIRST_FACTOR_CODE),
    call(Step::SendResetPasswordEmailCode, RESET_CODE),
    call(Step::SendResetPasswordPhoneCode, RESET_CODE),
    call(Step::SendEmailLink, FIRST_FACTOR_LINK),
    call(Step::ChallengePasskey, FIRST_FACTOR_PASSKEY),
    call(Step::ChallengeWallet, WALLET),
    call(Step::TrustedDevice, AfterCreate::STATES),
    call(Step::Sso, REDIRECT),
    call(Step::SsoWith, AfterRedirect::STATES),
    call(Step::IdToken, AfterCreate::STATES),
    signs_up(Step::SignUpByIdToken),
    call(Step::Ticket, AfterCreate::STATES),
    signs_up(Step::SignUp),
];

const NEEDS_FIRST_FACTOR: &[Transition] = &[
    call(Step::Password, AfterFirstFactor::STATES),
    call(Step::SendEmailCode, FIRST_FACTOR_CODE),
    call(Step::SendEmailCodeTo, FIRST_FACTOR_CODE),
    call(Step::SendPhoneCode, FIRST_FACTOR_CODE),
    call(Step::SendPhoneCodeTo, FIRST_FACTOR_CODE),
    call(Step::SendCodeThrough, FIRST_FACTOR_CODE),
    call(Step::SendResetPasswordEmailCode, RESET_CODE),
    call(Step::SendResetPasswordEmailCodeTo, RESET_CODE),
    call(Step::SendResetPasswordPhoneCode, RESET_CODE),
    call(Step::SendResetPasswordPhoneCodeTo, RESET_CODE),
    call(Step::SendResetCode, RESET_CODE),
    returns(Step::ResetCodeSent, RESET_CODE),
    call(Step::SendEmailLinkToApp, FIRST_FACTOR_LINK),
    call(Step::ChallengePasskey, FIRST_FACTOR_PASSKEY),
    call(Step::ChallengePasskeyWithId, FIRST_FACTOR_PASSKEY),
    call(Step::ChallengeWallet, WALLET),
    call(Step::ChallengeWalletOf, WALLET),
    returns(Step::WalletChallenged, WALLET),
    call(Step::ChallengeTrustedDevice, TRUSTED_DEVICE),
    returns(Step::TrustedDeviceChallenged, TRUSTED_DEVICE),
    call(Step::Sso, REDIRECT),
    call(Step::SsoWith, AfterRedirect::STATES),
    returns(Step::RedirectReady, REDIRECT),
];

const FIRST_FACTOR_CODE_SENT: &[Transition] = &code_sent(FIRST_FACTOR_CODE, FIRST, AfterFirstFactor::STATES);
const FIRST_FACTOR_LINK_SENT: &[Transition] = &link_sent(FIRST_FACTOR_LINK, FIRST, AfterFirstFactor::STATES);
const FIRST_FACTOR_PASSKEY_CHALLENGED: &[Transition] =
    &passkey_challenged(FIRST_FACTOR_PASSKEY, BeforeFirstFactor::STATES, AfterFirstFactor::STATES);
const WALLET_CHALLENGED: &[Transition] = &signed(WALLET);
const TRUSTED_DEVICE_CHALLENGED: &[Transition] = &signed(TRUSTED_DEVICE);

const REDIRECT_READY: &[Transition] = &[
    call(Step::Finish, AfterRedirect::STATES),
    call(Step::FinishHere, AfterRedirect::STATES),
    call(Step::FinishWith, AfterRedirect::STATES),
    call(Step::RedirectAgain, REDIRECT),
    call(Step::RedirectAgainWith, AfterRedirect::STATES),
    sets_aside(BeforeFirstFactor::STATES),
];

const RESET_CODE_SENT: &[Transition] = &[
    call(Step::Verify, AfterResetCode::STATES),
    call(Step::ResetPassword, AfterReset::STATES),
    call(Step::Resend, RESET_CODE),
    sets_aside(FIRST),
];

const NEEDS_SECOND_FACTOR: &[Transition] = &[
    call(Step::VerifyTotp, AfterSecondFactor::STATES),
    call(Step::VerifyBackupCode, AfterSecondFactor::STATES),
    call(Step::SendEmailCode, SECOND_FACTOR_CODE),
    call(Step::SendEmailCodeTo, SECOND_FACTOR_CODE),
    call(Step::SendPhoneCode, SECOND_FACTOR_CODE),
    call(Step::SendPhoneCodeTo, SECOND_FACTOR_CODE),
    call(Step::ChallengePasskey, SECOND_FACTOR_PASSKEY),
];

const SECOND_FACTOR_CODE_SENT: &[Transition] = &code_sent(SECOND_FACTOR_CODE, SECOND, AfterSecondFactor::STATES);
const SECOND_FACTOR_LINK_SENT: &[Transition] = &link_sent(SECOND_FACTOR_LINK, SECOND, AfterSecondFactor::STATES);
const SECOND_FACTOR_PASSKEY_CHALLENGED: &[Transition] =
    &passkey_challenged(SECOND_FACTOR_PASSKEY, SECOND, AfterSecondFactor::STATES);

const NEEDS_CLIENT_TRUST: &[Transition] = &[
    call(Step::SendEmailCode, CLIENT_TRUST_CODE),
    call(Step::SendEmailCodeTo, CLIENT_TRUST_CODE),
    call(Step::SendPhoneCode, CLIENT_TRUST_CODE),
    call(Step::SendPhoneCodeTo, CLIENT_TRUST_CODE),
    call(Step::ChallengePasskey, CLIENT_TRUST_PASSKEY),
];

const CLIENT_TRUST_CODE_SENT: &[Transition] = &code_sent(CLIENT_TRUST_CODE, TRUST, AfterClientTrust::STATES);
const CLIENT_TRUST_LINK_SENT: &[Transition] = &link_sent(CLIENT_TRUST_LINK, TRUST, AfterClientTrust::STATES);
const CLIENT_TRUST_PASSKEY_CHALLENGED: &[Transition] =
    &passkey_challenged(CLIENT_TRUST_PASSKEY, TRUST, AfterClientTrust::STATES);

const NEEDS_NEW_PASSWORD: &[Transition] = &[call(Step::SubmitPassword, AfterReset::STATES)];

const NEEDS_PROTECT_CHECK: &[Transition] = &[
    row(Step::SolveWith, AnyState, StaysOrMoves),
    row(Step::SubmitProof, AnyState, StaysOrMoves),
    returns(Step::RedirectReady, REDIRECT),
];

const TRANSFERABLE: &[Transition] = &[signs_up(Step::SignUp)];

const COMPLETE: &[Transition] = &[
    row(Step::Organization, States(&[At::Complete]), Impossible),
    row(Step::Finalize, Session, Stays),
    row(Step::FinalizeWith, Session, Stays),
];

const EVERY_STATE: &[Transition] =
    &[row(Step::Refresh, AnyState, StaysOrMoves), row(Step::StartOver, States(&[At::NeedsIdentifier]), Impossible)];

const FIRST_FACTOR: &[Transition] = &stage(FIRST_FACTOR_CODE, FIRST_FACTOR_LINK, FIRST_FACTOR_PASSKEY);
const SECOND_FACTOR: &[Transition] = &stage(SECOND_FACTOR_CODE, SECOND_FACTOR_LINK, SECOND_FACTOR_PASSKEY);
const CLIENT_TRUST: &[Transition] = &stage(CLIENT_TRUST_CODE, CLIENT_TRUST_LINK, CLIENT_TRUST_PASSKEY);

const FIRST: &[StateKind] = &[At::NeedsFirstFactor];
const FIRST_FACTOR_CODE: &[StateKind] = &[At::FirstFactorCodeSent];
const FIRST_FACTOR_LINK: &[StateKind] = &[At::FirstFactorLinkSent];
const FIRST_FACTOR_PASSKEY: &[StateKind] = &[At::FirstFactorPasskeyChallenged];
const WALLET: &[StateKind] = &[At::WalletChallenged];
const TRUSTED_DEVICE: &[StateKind] = &[At::TrustedDeviceChallenged];
const REDIRECT: &[StateKind] = &[At::RedirectReady];
const RESET_CODE: &[StateKind] = &[At::ResetCodeSent];
const SECOND: &[StateKind] = &[At::NeedsSecondFactor];
const SECOND_FACTOR_CODE: &[StateKind] = &[At::SecondFactorCodeSent];
const SECOND_FACTOR_LINK: &[StateKind] = &[At::SecondFactorLinkSent];
const SECOND_FACTOR_PASSKEY: &[StateKind] = &[At::SecondFactorPasskeyChallenged];
const TRUST: &[StateKind] = &[At::NeedsClientTrust];
const CLIENT_TRUST_CODE: &[StateKind] = &[At::ClientTrustCodeSent];
const CLIENT_TRUST_LINK: &[StateKind] = &[At::ClientTrustLinkSent];
const CLIENT_TRUST_PASSKEY: &[StateKind] = &[At::ClientTrustPasskeyChallenged];

/// The steps of each stage: the first factor, the second factor, and client trust.
const fn stage(code: Kinds, link: Kinds, passkey: Kinds) -> [Transition; 6] {
    [
        call(Step::SendCode, code),
        returns(Step::CodeSent, code),
        call(Step::SendEmailLink, link),
        call(Step::SendEmailLinkTo, link),
        returns(Step::LinkSent, link),
        returns(Step::PasskeyChallenged, passkey),
    ]
}

const fn code_sent(own: Kinds, stage: Kinds, outcome: Kinds) -> [Transition; 3] {
    [call(Step::Verify, outcome), call(Step::Resend, own), sets_aside(stage)]
}

const fn link_sent(own: Kinds, stage: Kinds, outcome: Kinds) -> [Transition; 3] {
    [call(Step::WaitForVerification, outcome), call(Step::Resend, own), sets_aside(stage)]
}

const fn passkey_challenged(own: Kinds, before: Kinds, outcome: Kinds) -> [Transition; 4] {
    [
        call(Step::VerifyWith, outcome),
        call(Step::VerifyAssertion, outcome),
        call(Step::ChallengeAgain, own),
        sets_aside(before),
    ]
}

/// The steps of a challenge that a wallet or a trusted device signs.
const fn signed(own: Kinds) -> [Transition; 4] {
    [
        call(Step::VerifyWith, AfterFirstFactor::STATES),
        call(Step::VerifySignature, AfterFirstFactor::STATES),
        call(Step::ChallengeAgain, own),
        sets_aside(FIRST),
    ]
}

type Kinds = &'static [StateKind];

/// A step that calls the server, which can fail in every way.
const fn call(step: Step, states: Kinds) -> Transition {
    row(step, States(states), StaysOrMoves)
}

/// A step that goes back to what was prepared before, which fails if there is no such thing.
const fn returns(step: Step, states: Kinds) -> Transition {
    row(step, States(states), Stays)
}

/// A step that sets aside what was prepared.
const fn sets_aside(states: Kinds) -> Transition {
    row(Step::ChooseAnother, States(states), Impossible)
}

const fn signs_up(step: Step) -> Transition {
    row(step, SignUp, StaysOrMoves)
}

const fn row(step: Step, leads_to: LeadsTo, on_failure: OnFailure) -> Transition {
    Transition { step, leads_to, on_failure }
}

#[cfg(test)]
mod tests;
