//! Random users.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::{BrokenInvariant, Invariants};
use crate::any::AnySignIn;
use crate::backend::Backend;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::fake::{ADA, DemoPerson, FakeBackend, GRACE, LINUS, Message, TEST_CODE};
use crate::finalize::Finalized;
use crate::resume::Resumed;
use crate::sign_in::SignIn;
use crate::states::{CodeSent, LinkSent, NeedsNewPassword, OtherSessions, ResetCodeSent, Stage};
use crate::step_error::{AnyStepError, StepError};
use crate::wire::Secret;

/// Where links lead.
const PAGE: &str = "https://example.com/verified";

/// Something that a user of the [demo server](FakeBackend::demo) may do. What is not possible where the sign-in stands,
/// does not compile there and is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Says who they are.
    Create(Person),
    /// Says who they are, with a password that is right or wrong.
    CreateWithPassword(Person, bool),
    /// Says who they are, and wants a code.
    CreateWithEmailCode(Person),
    /// Says who they are, and that they forgot the password.
    CreateWithResetCode(Person),
    /// Has a ticket that is right or wrong.
    CreateWithTicket(Person, bool),
    /// Gives a password that is right or wrong.
    Password(bool),
    /// Forgot the password.
    SendResetCode,
    /// Chooses a new password that does or does not do.
    SubmitPassword(bool),
    /// Is asked for so many proofs at the next step.
    DemandProofs(u32),
    /// Gives a proof that is right or wrong.
    SubmitProof(bool),
    /// Wants a code by email.
    SendEmailCode,
    /// Wants a link by email.
    SendEmailLink,
    /// Opens the newest link that came by email.
    OpenLink,
    /// Waits for the link to be opened, for this many seconds.
    WaitForLink(u32),
    /// Gives a code that is right or wrong.
    Verify(bool),
    /// Wants the code again.
    Resend,
    /// Wants to verify by something else.
    ChooseAnother,
    /// Gives what the authenticator app shows, or something else.
    Totp(bool),
    /// Asks the server where the sign-in stands.
    Refresh,
    /// Forgets the sign-in, and asks the server for it.
    Resume,
    /// Writes the sign-in down, forgets it, and restores it.
    Checkpoint,
    /// Begins again.
    StartOver,
    /// Lets seconds pass.
    Wait(u32),
}

impl Action {
    const fn may_begin_a_sign_in(self) -> bool {
        matches!(
            self,
            Self::Create(_)
                | Self::CreateWithPassword(..)
                | Self::CreateWithEmailCode(_)
                | Self::CreateWithResetCode(_)
                | Self::CreateWithTicket(..)
                | Self::Resume
                | Self::StartOver
        )
    }
}

/// Someone who lives on the demo server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Person {
    /// Has a password and an authenticator app.
    Ada,
    /// Has a password.
    Grace,
    /// Has neither, and a test address.
    Linus,
    /// Is not known to the server.
    Nobody,
}

impl Person {
    const fn demo(self) -> Option<DemoPerson> {
        match self {
            Self::Ada => Some(ADA),
            Self::Grace => Some(GRACE),
            Self::Linus => Some(LINUS),
            Self::Nobody => None,
        }
    }

    fn email_address(self) -> &'static str {
        self.demo().map_or("nobody@example.com", |person| person.email_address)
    }
}

/// Up to `most` actions of a user, the plausible ones more often.
pub fn actions(most: usize) -> impl Strategy<Value = Vec<Action>> {
    let person = prop_oneof![
        4 => Just(Person::Ada),
        3 => Just(Person::Grace),
        3 => Just(Person::Linus),
        1 => Just(Person::Nobody),
    ];
    let right = || prop::bool::weighted(0.7);
    let action = prop_oneof![
        2 => person.clone().prop_map(Action::Create),
        2 => (person.clone(), right()).prop_map(|(person, right)| Action::CreateWithPassword(person, right)),
        1 => person.clone().prop_map(Action::CreateWithEmailCode),
        1 => person.clone().prop_map(Action::CreateWithResetCode),
        1 => (person, right()).prop_map(|(person, right)| Action::CreateWithTicket(person, right)),
        1 => Just(Action::SendResetCode),
        2 => right().prop_map(Action::SubmitPassword),
        1 => (1..3_u32).prop_map(Action::DemandProofs),
        3 => right().prop_map(Action::SubmitProof),
        3 => right().prop_map(Action::Password),
        3 => Just(Action::SendEmailCode),
        2 => Just(Action::SendEmailLink),
        3 => Just(Action::OpenLink),
        2 => prop_oneof![0..3_u32, Just(700)].prop_map(Action::WaitForLink),
        4 => right().prop_map(Action::Verify),
        1 => Just(Action::Resend),
        1 => Just(Action::ChooseAnother),
        3 => right().prop_map(Action::Totp),
        1 => Just(Action::Refresh),
        1 => Just(Action::Resume),
        1 => Just(Action::Checkpoint),
        1 => Just(Action::StartOver),
        2 => prop_oneof![0..90_u32, 500..700_u32, Just(24 * 60 * 60)].prop_map(Action::Wait),
    ];
    prop::collection::vec(action, 0..=most)
}

/// A user with a device, who does what they are told against a demo server, while the [`Invariants`] are watched.
#[derive(Debug)]
pub struct Walker {
    fake: FakeBackend,
    client: Client,
    invariants: Invariants,
    person: Person,
    /// The passwords chosen on the way.
    chosen: BTreeMap<Person, String>,
}

/// Why a walk stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BrokenWalk {
    /// Something happened that must not.
    #[error("after {action:?}: {broken}")]
    Invariant {
        /// What the user did.
        action: Action,
        /// What does not hold.
        broken: BrokenInvariant,
    },
    /// The sign-in's id changed though no sign-in was begun.
    #[error("after {action:?}: the sign-in {from:?} became {to:?}")]
    IdChanged {
        /// What the user did.
        action: Action,
        /// The id before.
        from: Option<String>,
        /// The id after.
        to: Option<String>,
    },
    /// A user with a second factor was asked to make the device trusted instead.
    #[error("after {action:?}: client trust was asked of a user with a second factor")]
    ClientTrustInsteadOfSecondFactor {
        /// What the user did.
        action: Action,
    },
    /// A step failed otherwise than by a refusal, or a refusal came without a reason.
    #[error("after {action:?}: {error}")]
    Failed {
        /// What the user did.
        action: Action,
        /// How it failed.
        error: Error,
    },
    /// A sign-in that was complete could not be finalized.
    #[error("the complete sign-in could not be finalized: {0}")]
    NotFinalized(Error),
}

impl Walker {
    /// A user of the demo server `fake`, which is reached through `backend`: the fake itself, or an HTTP backend with
    /// the fake behind it.
    pub fn new(fake: FakeBackend, backend: impl Backend + 'static) -> Self {
        Self {
            fake,
            client: Client::new(backend),
            invariants: Invariants::new(),
            person: Person::Nobody,
            chosen: BTreeMap::new(),
        }
    }

    /// Does what it is told, as far as it is possible. A complete sign-in is finalized and a new one begun.
    ///
    /// Returns how many sign-ins became sessions.
    ///
    /// # Errors
    /// [`BrokenWalk`] at the first thing that must not happen.
    pub async fn walk(mut self, actions: &[Action]) -> Result<usize, BrokenWalk> {
        let mut sessions = 0;
        let mut at: AnySignIn = self.client.sign_in().into();
        for &action in actions {
            let id = at.id().map(str::to_owned);
            at = match self.take(at, action).await {
                (next, None) => next,
                (next, Some(error)) if is_plain_refusal(&error) => next,
                (_, Some(error)) => return Err(BrokenWalk::Failed { action, error }),
            };
            if !action.may_begin_a_sign_in() && at.id() != id.as_deref() {
                return Err(BrokenWalk::IdChanged { action, from: id, to: at.id().map(str::to_owned) });
            }
            if self.person == Person::Ada && matches!(at, AnySignIn::NeedsClientTrust(_)) {
                return Err(BrokenWalk::ClientTrustInsteadOfSecondFactor { action });
            }
            self.invariants.observe(&at).map_err(|broken| BrokenWalk::Invariant { action, broken })?;
            if let AnySignIn::Complete(done) = at {
                let Finalized::Active(_) =
                    done.finalize().await.map_err(|failed| BrokenWalk::NotFinalized(failed.into()))?
                else {
                    return Err(BrokenWalk::NotFinalized(ErrorKind::SessionUnusable { status: None }.into()));
                };
                sessions += 1;
                at = self.client.sign_in().into();
            }
        }
        Ok(sessions)
    }

    async fn take(&mut self, at: AnySignIn, action: Action) -> (AnySignIn, Option<Error>) {
        match (at, action) {
            (at, Action::Wait(seconds)) => {
                self.fake.advance(Duration::from_secs(seconds.into()));
                (at, None)
            }
            (at, Action::StartOver) => (at.start_over().into(), None),
            (at, Action::Refresh) => match at.refresh().await {
                Ok(at) => (at, None),
                Err(AnyStepError { error, sign_in }) => (sign_in, Some(error)),
            },
            (at, Action::Resume) => self.resume(at).await,
            (at, Action::Checkpoint) => match self.client.restore(at.checkpoint()) {
                Ok(at) => (at, None),
                Err(error) => (at, Some(error)),
            },
            (AnySignIn::NeedsIdentifier(at), Action::Create(person)) => {
                self.person = person;
                next(at.create(person.email_address()).await)
            }
            (AnySignIn::NeedsIdentifier(at), Action::CreateWithPassword(person, right)) => {
                self.person = person;
                next(at.password(person.email_address(), &self.password(right)).await)
            }
            (AnySignIn::NeedsIdentifier(at), Action::CreateWithEmailCode(person)) => {
                self.person = person;
                next(at.send_email_code(person.email_address()).await)
            }
            (AnySignIn::NeedsFirstFactor(at), Action::Password(right)) => {
                next(at.password(&self.password(right)).await)
            }
            (at, Action::DemandProofs(count)) => {
                self.fake.demand_proofs(count);
                (at, None)
            }
            (AnySignIn::NeedsIdentifier(at), Action::CreateWithResetCode(person)) => {
                self.person = person;
                next(at.send_reset_password_email_code(person.email_address()).await)
            }
            (AnySignIn::NeedsIdentifier(at), Action::CreateWithTicket(person, right)) => {
                self.person = person;
                let made = self.fake.add_ticket(person.email_address(), Duration::from_secs(60)).ok().filter(|_| right);
                let ticket = made.map_or_else(|| "none".into(), |made| made.ticket);
                next(at.ticket(ticket.expose()).await)
            }
            (AnySignIn::NeedsFirstFactor(at), Action::SendResetCode) => next(at.send_reset_password_email_code().await),
            (AnySignIn::ResetCodeSent(at), action) => self.reset_code_sent(at, action).await,
            (AnySignIn::NeedsNewPassword(at), Action::SubmitPassword(does)) => self.submit_password(at, does).await,
            (AnySignIn::NeedsProtectCheck(at), Action::SubmitProof(right)) => {
                let token = at.protect_check().and_then(|check| check.token.clone()).filter(|_| right);
                next(at.submit_proof(&FakeBackend::proof_of(token.as_deref().unwrap_or("nothing"))).await)
            }
            (AnySignIn::NeedsFirstFactor(at), Action::SendEmailCode) => next(at.send_email_code().await),
            (AnySignIn::NeedsSecondFactor(at), Action::SendEmailCode) => next(at.send_email_code().await),
            (AnySignIn::NeedsClientTrust(at), Action::SendEmailCode) => next(at.send_email_code().await),
            (AnySignIn::NeedsFirstFactor(at), Action::SendEmailLink) => next(at.send_email_link(PAGE).await),
            (AnySignIn::NeedsSecondFactor(at), Action::SendEmailLink) => next(at.send_email_link(PAGE).await),
            (AnySignIn::NeedsClientTrust(at), Action::SendEmailLink) => next(at.send_email_link(PAGE).await),
            (at, Action::OpenLink) => {
                self.open_link();
                (at, None)
            }
            (AnySignIn::NeedsSecondFactor(at), Action::Totp(right)) => {
                let shown = self.fake.totp_code(self.person.email_address()).filter(|_| right);
                next(at.verify_totp(&shown.unwrap_or_else(|| "000000".to_owned())).await)
            }
            (AnySignIn::FirstFactorCodeSent(at), action) => self.code_sent(at, action).await,
            (AnySignIn::SecondFactorCodeSent(at), action) => self.code_sent(at, action).await,
            (AnySignIn::ClientTrustCodeSent(at), action) => self.code_sent(at, action).await,
            (AnySignIn::FirstFactorLinkSent(at), action) => self.link_sent(at, action).await,
            (AnySignIn::SecondFactorLinkSent(at), action) => self.link_sent(at, action).await,
            (AnySignIn::ClientTrustLinkSent(at), action) => self.link_sent(at, action).await,
            (at, _) => (at, None),
        }
    }

    async fn link_sent<S: Stage>(&self, at: SignIn<LinkSent<S>>, action: Action) -> (AnySignIn, Option<Error>) {
        match action {
            Action::WaitForLink(seconds) => {
                let wait = at.wait_for_verification(self.fake.clock().clone());
                next(wait.for_at_most(Duration::from_secs(seconds.into())).await)
            }
            Action::Resend => next(at.resend(PAGE).await),
            Action::ChooseAnother => (at.choose_another().into(), None),
            _ => (at.into(), None),
        }
    }

    async fn code_sent<S: Stage>(&self, at: SignIn<CodeSent<S>>, action: Action) -> (AnySignIn, Option<Error>) {
        match action {
            Action::Verify(right) => next(at.verify(&self.code(right)).await),
            Action::Resend => next(at.resend().await),
            Action::ChooseAnother => (at.choose_another().into(), None),
            _ => (at.into(), None),
        }
    }

    async fn reset_code_sent(&self, at: SignIn<ResetCodeSent>, action: Action) -> (AnySignIn, Option<Error>) {
        match action {
            Action::Verify(right) => next(at.verify(&self.code(right)).await),
            Action::Resend => next(at.resend().await),
            Action::ChooseAnother => (at.choose_another().into(), None),
            _ => (at.into(), None),
        }
    }

    async fn submit_password(&mut self, at: SignIn<NeedsNewPassword>, does: bool) -> (AnySignIn, Option<Error>) {
        let new_password = if does { format!("{}-and-more", self.password(true)) } else { "short".to_owned() };
        let (at, error) = next(at.submit_password(&new_password, OtherSessions::Keep).await);
        let is_set = error.is_none() && !matches!(at, AnySignIn::NeedsProtectCheck(_));
        if is_set {
            self.chosen.insert(self.person, new_password);
        }
        (at, error)
    }

    fn password(&self, right: bool) -> String {
        let chosen = self.chosen.get(&self.person).map(String::as_str);
        let first = || self.person.demo().and_then(|person| person.password);
        chosen.or_else(first).filter(|_| right).unwrap_or("wrong").to_owned()
    }

    fn code(&self, right: bool) -> String {
        let to = self.person.email_address();
        let outbox = self.fake.outbox();
        let mailed = outbox.iter().rev().filter(|message| message.to == to).find_map(Message::code).map(Secret::expose);
        match mailed.or((self.person == Person::Linus).then_some(TEST_CODE)).filter(|_| right) {
            Some(code) => code.to_owned(),
            None => "000000".to_owned(),
        }
    }

    /// What the page that it leads to is told, is of no interest here.
    fn open_link(&self) {
        let to = self.person.email_address();
        let outbox = self.fake.outbox();
        let link = outbox.iter().rev().filter(|message| message.to == to).find_map(Message::link);
        let _ = link.map(|link| self.fake.open_link(link.expose()));
    }

    async fn resume(&self, at: AnySignIn) -> (AnySignIn, Option<Error>) {
        match self.client.resume().await {
            Ok(Resumed::UnderWay(at)) => (at, None),
            Ok(Resumed::Session(_) | Resumed::Nothing) => (at.start_over().into(), None),
            Err(error) => (at, Some(error)),
        }
    }
}

/// A refusal with a reason, or a factor that the user does not have, is what a user may meet.
fn is_plain_refusal(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Rejected(rejection) => !rejection.errors.is_empty(),
        ErrorKind::FactorNotFound { .. }
        | ErrorKind::NotTaken { .. }
        | ErrorKind::TimedOut
        | ErrorKind::LinkNotVerified { .. } => true,
        _ => false,
    }
}

fn next<T: Into<AnySignIn>, S: crate::states::State>(step: Result<T, StepError<S>>) -> (AnySignIn, Option<Error>) {
    match step {
        Ok(next) => (next.into(), None),
        Err(failed) => {
            let AnyStepError { error, sign_in } = failed.into_any();
            (sign_in, Some(error))
        }
    }
}
