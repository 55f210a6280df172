//! What random users may do.

use proptest::prelude::*;

use crate::fake::{ADA, DemoPerson, GRACE, LINUS};

/// Something that a user of the [demo server](crate::fake::FakeBackend::demo) may do. What is not possible where the sign-in stands,
/// does not compile there and is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Says who they are.
    Create(Person),
    /// Says who they are, with a password that is right or wrong.
    CreateWithPassword(Person, bool),
    /// Says who they are, to sign in or up.
    CreateOrSignUp(Person),
    /// Signs up, if nobody is known by what they verified.
    SignUp,
    /// Is asked for a captcha from now on, or no more.
    RequireCaptcha(bool),
    /// Solves the captcha.
    SolveCaptcha,
    /// Says who they are, and wants a code.
    CreateWithEmailCode(Person),
    /// Says who they are, and that they forgot the password.
    CreateWithResetCode(Person),
    /// Has a ticket that is right or wrong.
    CreateWithTicket(Person, bool),
    /// Comes with an ID token of a provider that is right or wrong.
    CreateWithIdToken(Person, bool),
    /// Wants to sign in by the wallet, which is Linus's.
    ChallengeWallet,
    /// Wants to sign in by a passkey, though nobody has one.
    ChallengePasskey,
    /// Wants to sign in by the trusted device, which is Linus's.
    ChallengeDevice,
    /// Signs what is to be signed, or something else.
    Sign(bool),
    /// Wants to sign in at a provider.
    Sso,
    /// Goes to the provider and agrees, as whoever they are, or says no; and comes back.
    GoToProvider(bool),
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
    /// Wants the code, the link or the challenge again.
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
    pub(super) const fn may_begin_a_sign_in(self) -> bool {
        matches!(
            self,
            Self::Create(_)
                | Self::CreateOrSignUp(_)
                | Self::SignUp
                | Self::CreateWithPassword(..)
                | Self::CreateWithEmailCode(_)
                | Self::CreateWithResetCode(_)
                | Self::CreateWithTicket(..)
                | Self::CreateWithIdToken(..)
                | Self::ChallengeWallet
                | Self::ChallengePasskey
                | Self::ChallengeDevice
                | Self::Sso
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
    pub(super) const fn demo(self) -> Option<DemoPerson> {
        match self {
            Self::Ada => Some(ADA),
            Self::Grace => Some(GRACE),
            Self::Linus => Some(LINUS),
            Self::Nobody => None,
        }
    }

    pub(super) fn email_address(self) -> &'static str {
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
        1 => person.clone().prop_map(Action::CreateOrSignUp),
        2 => Just(Action::SignUp),
        1 => prop::bool::weighted(0.3).prop_map(Action::RequireCaptcha),
        1 => Just(Action::SolveCaptcha),
        2 => (person.clone(), right()).prop_map(|(person, right)| Action::CreateWithPassword(person, right)),
        1 => person.clone().prop_map(Action::CreateWithEmailCode),
        1 => person.clone().prop_map(Action::CreateWithResetCode),
        1 => (person.clone(), right()).prop_map(|(person, right)| Action::CreateWithTicket(person, right)),
        1 => (person, right()).prop_map(|(person, right)| Action::CreateWithIdToken(person, right)),
        1 => Just(Action::ChallengeWallet),
        1 => Just(Action::ChallengePasskey),
        1 => Just(Action::ChallengeDevice),
        1 => Just(Action::Sso),
        2 => right().prop_map(Action::GoToProvider),
        3 => right().prop_map(Action::Sign),
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
