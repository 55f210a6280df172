//! Users who take random actions.

mod beginning;
mod by_key;
mod by_provider;
mod signing_up;

use std::time::Duration;

use super::keys::Keys;
use super::{Action, BrokenInvariant, Invariants, Person, SimulatedUser};
use crate::backend::Backend;
use crate::client::{Client, Finalized};
use crate::error::{Error, ErrorKind, LinkError};
use crate::fake::{FakeBackend, FakeSolver};
use crate::platform::{CapabilityError, PasskeyAuthenticator};
use crate::sign_in::states::{CodeSent, LinkSent, NeedsNewPassword, OtherSessions, ResetCodeSent, Sso, Stage};
use crate::sign_in::{AnySignIn, AnyStepError, Resumed, SignIn, StepError};
use crate::wire::Secret;

/// The page to which links in emails lead.
const PAGE: &str = "https://example.com/verified";

/// A simulated user who acts on a demo server through a client, while [`Invariants`] checks every sign-in.
#[derive(Debug)]
pub struct Walker {
    fake: FakeBackend,
    client: Client,
    invariants: Invariants,
    user: SimulatedUser,
    keys: Keys,
    passkeys: Option<Box<dyn PasskeyAuthenticator>>,
    /// The number of users who signed up during the walk.
    signed_up: usize,
}

/// The reason why a walk stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BrokenWalk {
    /// An invariant was broken.
    #[error("after {action:?}: {broken}")]
    Invariant {
        /// The user's action.
        action: Action,
        /// The broken invariant.
        broken: BrokenInvariant,
    },
    /// The sign-in's id changed, although no new sign-in was started.
    #[error("after {action:?}: the sign-in {from:?} became {to:?}")]
    IdChanged {
        /// The user's action.
        action: Action,
        /// The id before.
        from: Option<String>,
        /// The id after.
        to: Option<String>,
    },
    /// The server required client trust, although it should have asked the user for a second factor.
    #[error("after {action:?}: client trust was required of a user with a second factor")]
    ClientTrustInsteadOfSecondFactor {
        /// The user's action.
        action: Action,
    },
    /// A step failed with an error other than a rejection, or with a rejection that gave no reason.
    #[error("after {action:?}: {error}")]
    Failed {
        /// The user's action.
        action: Action,
        /// The error with which the step failed.
        error: Error,
    },
    /// A complete sign-in could not be finalized.
    #[error("the complete sign-in could not be finalized: {0}")]
    NotFinalized(Error),
}

impl Walker {
    /// Creates a walker that uses the demo server `fake`.
    ///
    /// The walker reaches the server through `backend`, which is either the fake itself or an HTTP backend that
    /// connects to the fake.
    pub fn new(fake: FakeBackend, backend: impl Backend + 'static) -> Self {
        let keys = Keys::for_linus(&fake);
        Self {
            user: SimulatedUser::new(fake.clone()),
            fake,
            keys,
            passkeys: None,
            client: Client::new(backend),
            invariants: Invariants::new(),
            signed_up: 0,
        }
    }

    /// Lets the walker sign with these passkeys. Without them, the walker's answers to a passkey's challenge are wrong.
    #[must_use]
    pub fn with_passkeys(mut self, passkeys: impl PasskeyAuthenticator + 'static) -> Self {
        self.passkeys = Some(Box::new(passkeys));
        self
    }

    /// Takes the actions that are possible, and skips the others.
    ///
    /// A complete sign-in is finalized, and then a new sign-in starts.
    ///
    /// Returns the number of sign-ins and sign-ups that led to a session.
    ///
    /// # Errors
    /// [`BrokenWalk`] as soon as something happens that must not happen.
    pub async fn walk(self, actions: &[Action]) -> Result<usize, BrokenWalk> {
        self.walk_while(actions, || true).await
    }

    /// Takes actions until something is wrong elsewhere.
    pub(super) async fn walk_while(
        mut self,
        actions: &[Action],
        goes_on: impl Fn() -> bool,
    ) -> Result<usize, BrokenWalk> {
        let mut sessions = 0;
        let mut at: AnySignIn = self.client.sign_in().into();
        for &action in actions {
            if !goes_on() {
                break;
            }
            let id = at.id().map(str::to_owned);
            at = match self.take(at, action).await {
                (next, None) => next,
                (next, Some(error)) if is_expected_rejection(&error) => next,
                (_, Some(error)) => return Err(BrokenWalk::Failed { action, error }),
            };
            if !action.may_begin_a_sign_in() && at.id() != id.as_deref() {
                return Err(BrokenWalk::IdChanged { action, from: id, to: at.id().map(str::to_owned) });
            }
            if self.user.person() == Person::Ada && matches!(at, AnySignIn::NeedsClientTrust(_)) {
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
        Ok(sessions + self.signed_up)
    }

    async fn take(&mut self, at: AnySignIn, action: Action) -> (AnySignIn, Option<Error>) {
        match (at, action) {
            (at, Action::Wait(_) | Action::OpenLink | Action::RequireProtectChecks(_) | Action::RequireCaptcha(_)) => {
                happens(action, &self.fake, &self.user);
                (at, None)
            }
            (at, Action::StartOver) => (at.start_over().into(), None),
            (at, Action::Refresh) => match at.refresh().await {
                Ok(at) => (at, None),
                Err(AnyStepError { error, handed_back: sign_in }) => (sign_in, Some(error)),
            },
            (at, Action::Resume) => self.resume(at).await,
            (at, Action::Checkpoint) => match self.client.restore(at.checkpoint()) {
                Ok(at) => (at, None),
                Err(error) => (at, Some(error)),
            },
            (at, Action::SolveCaptcha) => (at, self.client.solve_captcha(&FakeSolver).await.err()),
            (AnySignIn::Transferable(at), Action::SignUp) => self.sign_up(at).await,
            (AnySignIn::NeedsFirstFactor(at), Action::Password(right)) => {
                next(at.password(&self.user.password(right)).await)
            }
            (
                AnySignIn::NeedsFirstFactor(at),
                action @ (Action::ChallengeWallet | Action::ChallengePasskey | Action::ChallengeTrustedDevice),
            ) => self.challenge(at, action).await,
            (AnySignIn::NeedsSecondFactor(at), Action::ChallengePasskey) => next(at.challenge_passkey().await),
            (AnySignIn::NeedsClientTrust(at), Action::ChallengePasskey) => next(at.challenge_passkey().await),
            (AnySignIn::NeedsFirstFactor(at), Action::Sso) => next(at.sso(&Sso::oauth("google"), PAGE).await),
            (AnySignIn::NeedsIdentifier(at), action) => self.begin(at, action).await,
            (AnySignIn::RedirectReady(at), action) => self.redirect_ready(at, action).await,
            (AnySignIn::WalletChallenged(at), action) => self.wallet_challenged(at, action).await,
            (AnySignIn::FirstFactorPasskeyChallenged(at), action) => self.passkey_challenged(at, action).await,
            (AnySignIn::SecondFactorPasskeyChallenged(at), action) => self.passkey_challenged(at, action).await,
            (AnySignIn::ClientTrustPasskeyChallenged(at), action) => self.passkey_challenged(at, action).await,
            (AnySignIn::TrustedDeviceChallenged(at), action) => self.trusted_device_challenged(at, action).await,
            (AnySignIn::NeedsFirstFactor(at), Action::SendResetCode) => next(at.send_reset_password_email_code().await),
            (AnySignIn::ResetCodeSent(at), action) => self.reset_code_sent(at, action).await,
            (AnySignIn::NeedsNewPassword(at), Action::SubmitPassword(does)) => self.submit_password(at, does).await,
            (AnySignIn::NeedsProtectCheck(at), Action::SubmitProof(right)) => {
                let token = at.protect_check().and_then(|check| check.token.clone()).filter(|_| right);
                next(at.submit_proof(&FakeBackend::proof_for(token.as_ref().map_or("nothing", Secret::expose))).await)
            }
            (AnySignIn::NeedsFirstFactor(at), Action::SendEmailCode) => next(at.send_email_code().await),
            (AnySignIn::NeedsSecondFactor(at), Action::SendEmailCode) => next(at.send_email_code().await),
            (AnySignIn::NeedsClientTrust(at), Action::SendEmailCode) => next(at.send_email_code().await),
            (AnySignIn::NeedsFirstFactor(at), Action::SendEmailLink) => next(at.send_email_link(PAGE).await),
            (AnySignIn::NeedsSecondFactor(at), Action::SendEmailLink) => next(at.send_email_link(PAGE).await),
            (AnySignIn::NeedsClientTrust(at), Action::SendEmailLink) => next(at.send_email_link(PAGE).await),
            (AnySignIn::NeedsSecondFactor(at), Action::Totp(right)) => {
                next(at.verify_totp(&self.user.totp_code(right)).await)
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
                next(wait.timeout(Duration::from_secs(seconds.into())).await)
            }
            Action::Resend => next(at.resend(PAGE).await),
            Action::ChooseAnother => (at.choose_another().into(), None),
            _ => (at.into(), None),
        }
    }

    async fn code_sent<S: Stage>(&self, at: SignIn<CodeSent<S>>, action: Action) -> (AnySignIn, Option<Error>) {
        match action {
            Action::Verify(right) => next(at.verify(&self.user.code(right)).await),
            Action::Resend => next(at.resend().await),
            Action::ChooseAnother => (at.choose_another().into(), None),
            _ => (at.into(), None),
        }
    }

    async fn reset_code_sent(&self, at: SignIn<ResetCodeSent>, action: Action) -> (AnySignIn, Option<Error>) {
        match action {
            Action::Verify(right) => next(at.verify(&self.user.code(right)).await),
            Action::Resend => next(at.resend().await),
            Action::ChooseAnother => (at.choose_another().into(), None),
            _ => (at.into(), None),
        }
    }

    async fn submit_password(&mut self, at: SignIn<NeedsNewPassword>, does: bool) -> (AnySignIn, Option<Error>) {
        let new_password = self.user.new_password(does);
        let (at, error) = next(at.submit_password(&new_password, OtherSessions::Keep).await);
        let is_set = error.is_none() && !matches!(at, AnySignIn::NeedsProtectCheck(_));
        if is_set {
            self.user.remember_password(new_password);
        }
        (at, error)
    }

    async fn resume(&self, at: AnySignIn) -> (AnySignIn, Option<Error>) {
        match self.client.resume().await {
            Ok(Resumed::Attempt(at)) => (at, None),
            Ok(Resumed::Session(_) | Resumed::SignUp(_) | Resumed::Nothing) => (at.start_over().into(), None),
            Err(error) => (at, Some(error)),
        }
    }
}

/// Lets an action happen that takes place at the server or in the user's mailbox.
pub(super) fn happens(action: Action, fake: &FakeBackend, user: &SimulatedUser) {
    match action {
        Action::Wait(seconds) => fake.advance(Duration::from_secs(seconds.into())),
        // The answer is meant for a browser, so it is ignored.
        Action::OpenLink => drop(user.link().map(|link| fake.open_link(link.expose()))),
        Action::RequireProtectChecks(count) => fake.require_protect_checks(count),
        Action::RequireCaptcha(is_required) => fake.configure(|settings| settings.captcha_required = is_required),
        _ => {}
    }
}

/// Returns `true` if this error is allowed in a walk.
///
/// For example, a step in a walk may fail because the server rejects it with a reason, or because a factor is missing.
fn is_expected_rejection(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Rejected(rejection) => !rejection.errors.is_empty(),
        // Solving a captcha fails with this error if the instance has no captcha.
        ErrorKind::Capability(CapabilityError::Unavailable(_))
        | ErrorKind::FactorNotFound { .. }
        | ErrorKind::StepNotApplied { .. }
        | ErrorKind::Redirect(_)
        | ErrorKind::Link(LinkError::NotOpened | LinkError::NotVerified { .. }) => true,
        _ => false,
    }
}

fn next<T: Into<AnySignIn>, S: crate::sign_in::states::State>(
    step: Result<T, StepError<S>>,
) -> (AnySignIn, Option<Error>) {
    match step {
        Ok(next) => (next.into(), None),
        Err(failed) => {
            let AnyStepError { error, handed_back: sign_in } = failed.into_any();
            (sign_in, Some(error))
        }
    }
}
