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
    /// Returns the person who acts, if the action says it.
    pub(super) const fn person(self) -> Option<Person> {
        match self {
            Self::Create(person)
            | Self::CreateOrSignUp(person)
            | Self::CreateWithPassword(person, _)
            | Self::CreateWithEmailCode(person)
            | Self::CreateWithResetCode(person)
            | Self::CreateWithTicket(person, _)
            | Self::CreateWithIdToken(person, _) => Some(person),
            _ => None,
        }
    }

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
#[non_exhaustive]
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
    const fn demo(self) -> Option<DemoUser> {
        match self {
            Self::Ada => Some(ADA),
            Self::Grace => Some(GRACE),
            Self::Linus => Some(LINUS),
            Self::Nobody => None,
        }
    }

    /// Returns the person's email address.
    #[must_use]
    pub fn email_address(self) -> &'static str {
        self.demo().map_or("nobody@example.com", |person| person.email_address)
    }

    /// Returns the password that the person has at first.
    #[must_use]
    pub fn password(self) -> Option<&'static str> {
        self.demo().and_then(|person| person.password)
    }
}

/// Generates up to `most` actions of a user.
///
/// Most actions are parts of journeys to a session, with other actions and mistakes in between. So most walks of 20
/// actions or more end in a session.
pub fn actions(most: usize) -> impl Strategy<Value = Vec<Action>> {
    let part = prop_oneof![3 => journey().boxed(), 1 => any_action().prop_map(|action| vec![action]).boxed()];
    prop::collection::vec(part, 0..=most.div_ceil(3)).prop_map(move |parts| {
        let mut actions = parts.concat();
        actions.truncate(most);
        actions
    })
}

/// Generates the actions of a user who gets a session, with other actions in between. A few actions are left out.
fn journey() -> impl Strategy<Value = Vec<Action>> {
    let steps = (person(), 0..JOURNEYS).prop_map(|(person, journey)| steps(person, journey));
    let between = (prop::bool::weighted(0.15), any_action());
    let around = prop::collection::vec((prop::bool::weighted(0.97), between), MOST_STEPS);
    (steps, around).prop_map(|(steps, around)| {
        let with_others = steps
            .into_iter()
            .zip(around)
            .flat_map(|(step, (is_kept, (has_other, other)))| [has_other.then_some(other), is_kept.then_some(step)]);
        with_others.flatten().collect()
    })
}

/// The number of journeys that [`steps`] knows.
const JOURNEYS: usize = 12;

/// The highest number of steps in a journey.
const MOST_STEPS: usize = 12;

/// Returns the actions that lead to a session.
fn steps(person: Person, journey: usize) -> Vec<Action> {
    use Action as Do;
    // An authenticator app's code counts once, so the next sign-in waits for the next code.
    let (begin, second): (&[Action], &[Action]) = match person {
        Person::Ada => (&[Do::StartOver, Do::Wait(31)], &[Do::Totp(true)]),
        _ => (&[Do::StartOver], &[]),
    };
    // A password alone is not enough on a new client.
    let trust: &[Action] = if person == Person::Grace { &[Do::SendEmailCode, Do::Verify(true)] } else { second };
    let has_password = person.password().is_some();
    let by_password: &[Action] = if has_password {
        &[Do::Create(person), Do::Password(true)]
    } else {
        &[Do::Create(Person::Linus), Do::SendEmailCode, Do::Verify(true)]
    };
    let mistakes: &[Action] = if has_password {
        &[Do::Create(person), Do::Password(false), Do::Password(false), Do::Password(false), Do::Password(true)]
    } else {
        &[
            Do::CreateWithEmailCode(Person::Linus),
            Do::Verify(false),
            Do::Verify(false),
            Do::Verify(false),
            Do::Verify(true),
        ]
    };
    let after_mistakes: &[Action] = if has_password { &[Do::Password(true)] } else { &[Do::Resend, Do::Verify(true)] };
    let rest: &[&[Action]] = match journey {
        0 | 1 => &[by_password, trust],
        2 => &[&[Do::CreateWithEmailCode(person), Do::Verify(true)], second],
        3 => &[&[Do::Create(person), Do::SendEmailLink, Do::OpenLink, Do::WaitForLink(2)], second],
        4 => &[&[Do::CreateWithTicket(person, true)], second],
        5 => &[&[Do::CreateWithIdToken(person, true)], second],
        6 => &[&[Do::CreateWithResetCode(person), Do::Verify(true), Do::SubmitPassword(true)], second],
        7 => &[&[Do::ChallengeWallet, Do::Sign(true)]],
        8 => &[&[Do::ChallengeTrustedDevice, Do::Sign(true)]],
        9 => &[&[Do::Create(person), Do::Sso, Do::GoToProvider(true)], second],
        // So many mistakes that the account is locked for an hour.
        10 => &[mistakes, &[Do::Wait(60 * 60)], after_mistakes, trust],
        _ => &[&[Do::CreateOrSignUp(person), Do::SendEmailCode, Do::Verify(true), Do::SignUp], second],
    };
    [begin].into_iter().chain(rest.iter().copied()).flatten().copied().collect()
}

fn person() -> impl Strategy<Value = Person> {
    prop_oneof![
        4 => Just(Person::Ada),
        3 => Just(Person::Grace),
        3 => Just(Person::Linus),
        1 => Just(Person::Nobody),
    ]
}

/// Generates any action. Plausible actions are more frequent than others.
fn any_action() -> impl Strategy<Value = Action> {
    let right = || prop::bool::weighted(0.7);
    let who = person;
    prop_oneof![
        2 => who().prop_map(Action::Create),
        1 => who().prop_map(Action::CreateOrSignUp),
        2 => Just(Action::SignUp),
        1 => prop::bool::weighted(0.3).prop_map(Action::RequireCaptcha),
        1 => Just(Action::SolveCaptcha),
        2 => (who(), right()).prop_map(|(person, right)| Action::CreateWithPassword(person, right)),
        1 => who().prop_map(Action::CreateWithEmailCode),
        1 => who().prop_map(Action::CreateWithResetCode),
        1 => (who(), right()).prop_map(|(person, right)| Action::CreateWithTicket(person, right)),
        1 => (who(), right()).prop_map(|(person, right)| Action::CreateWithIdToken(person, right)),
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
    ]
}
