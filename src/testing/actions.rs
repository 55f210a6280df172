//! The actions that users take in random walks.

use proptest::prelude::*;

use crate::fake::{ADA, DemoUser, GRACE, LINUS};

/// An action that a user takes on the [demo server](crate::fake::FakeBackend::demo).
///
/// In an app, the compiler rejects an action that the sign-in's state does not allow. A random walk skips such an
/// action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Gives an identifier.
    Create(Person),
    /// Submits an identifier and a password. The `bool` says whether the password is right.
    CreateWithPassword(Person, bool),
    /// Gives an identifier in order to sign in. An unknown user can sign up instead.
    CreateOrSignUp(Person),
    /// Signs up if the verified identifier belongs to no user.
    SignUp,
    /// Sets whether the server requires a captcha.
    RequireCaptcha(bool),
    /// Solves the captcha.
    SolveCaptcha,
    /// Gives an identifier, and asks for a code.
    CreateWithEmailCode(Person),
    /// Gives an identifier, and starts a password reset.
    CreateWithResetCode(Person),
    /// Submits a ticket. The `bool` says whether the ticket is right.
    CreateWithTicket(Person, bool),
    /// Submits a provider's ID token. The `bool` says whether the token is valid.
    CreateWithIdToken(Person, bool),
    /// Asks to sign in with the wallet, which belongs to Linus.
    ChallengeWallet,
    /// Asks for a passkey. On the demo server, no user has one until a test registers it.
    ChallengePasskey,
    /// Asks to sign in with the trusted device, which belongs to Linus.
    ChallengeTrustedDevice,
    /// Submits a signature. The `bool` says whether the challenge is what was signed.
    Sign(bool),
    /// Asks to sign in at an identity provider.
    Sso,
    /// Visits the provider and comes back. The `bool` says whether the user agrees there.
    GoToProvider(bool),
    /// Submits a password. The `bool` says whether the password is right.
    Password(bool),
    /// Starts a password reset.
    SendResetCode,
    /// Chooses a new password. The `bool` says whether the password is long enough.
    SubmitPassword(bool),
    /// Makes the server require this many Clerk Protect challenges before the next step.
    RequireProtectChecks(u32),
    /// Submits a proof. The `bool` says whether the proof is right.
    SubmitProof(bool),
    /// Asks for a code by email.
    SendEmailCode,
    /// Asks for a link by email.
    SendEmailLink,
    /// Opens the newest link that came by email.
    OpenLink,
    /// Waits at most this many seconds for the link to be opened.
    WaitForLink(u32),
    /// Submits a code. The `bool` says whether the code is right.
    Verify(bool),
    /// Asks for another code, link or challenge.
    Resend,
    /// Asks to verify another factor.
    ChooseAnother,
    /// Submits a code of the authenticator app. The `bool` says whether the code is the current one.
    Totp(bool),
    /// Asks the server for the state of the sign-in.
    Refresh,
    /// Drops the sign-in, and then resumes it from the server.
    Resume,
    /// Saves the sign-in as a checkpoint, drops it, and restores it from the checkpoint.
    Checkpoint,
    /// Starts over with a new sign-in.
    StartOver,
    /// Advances the clock by this many seconds.
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
                | Self::ChallengeTrustedDevice
                | Self::Sso
                | Self::Resume
                | Self::StartOver
        )
    }
}

/// A person who uses the demo server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Person {
    /// The user who has a password and an authenticator app.
    Ada,
    /// The user who has only a password.
    Grace,
    /// The user who has a test address, but neither a password nor an authenticator app.
    Linus,
    /// A person who is unknown to the server.
    Nobody,
}

impl Person {
    pub(super) const fn demo(self) -> Option<DemoUser> {
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

/// Generates up to `most` actions of a user. Plausible actions are more frequent than others.
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
        1 => Just(Action::ChallengeTrustedDevice),
        1 => Just(Action::Sso),
        2 => right().prop_map(Action::GoToProvider),
        3 => right().prop_map(Action::Sign),
        1 => Just(Action::SendResetCode),
        2 => right().prop_map(Action::SubmitPassword),
        1 => (1..3_u32).prop_map(Action::RequireProtectChecks),
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
