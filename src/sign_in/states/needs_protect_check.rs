//! `needs_protect_check`: Clerk Protect asks for a proof.

use crate::error::{Error, ErrorKind};
use crate::fault_switches::without;
use crate::platform::{CapabilityError, ChallengeSolver};
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::state_from_attempt::is_redirect_open;
use crate::sign_in::states::RedirectReady;
use crate::sign_in::step_error::StepError;
use crate::wire::{ErrorCode, ProtectCheck, Request, Secret, SubmitProof};

/// The maximum number of challenges that one call to `solve_with` solves in a row.
const CHALLENGES_AT_MOST: usize = 5;

/// The maximum number of times that one call to `solve_with` asks the server for the challenge that replaced an expired
/// one.
const RELOADS_AT_MOST: usize = 2;

/// A sign-in that is blocked until Clerk Protect receives a proof.
///
/// [`protect_check`](SignIn::protect_check) returns the challenge. The step that led to this state was neither carried
/// out nor stored. Take that step again after the protect check has passed.
///
/// Any step can lead to this state. After the protect check, the sign-in goes back to the previous state.
///
/// The server may also ask for a proof and for a visit to an identity provider at the same time. The user can do either
/// first: [`redirect_ready`](SignIn#method.redirect_ready-1) leads to the provider.
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`solve_with`](SignIn::solve_with) | solves the challenge | [`AnySignIn`]: the state that the server reports |
/// | [`submit_proof`](SignIn::submit_proof) | the proof from the challenge's script | [`AnySignIn`]: the state that the server reports |
/// | [`redirect_ready`](SignIn#method.redirect_ready-1) | goes to the provider first, without a call | [`RedirectReady`] |
///
/// ```
/// # use clerk_sign_in::fake::{FakeBackend, FakeSolver};
/// # use clerk_sign_in::{AfterCreate, AnySignIn, Client};
/// # futures::executor::block_on(async {
/// # let fake = FakeBackend::demo();
/// # let solver = FakeSolver;
/// # let client = Client::new(fake.clone());
/// fake.require_protect_checks(1);
/// let AfterCreate::NeedsProtectCheck(gated) =
///     client.sign_in().create("ada@example.com").await? else {
///     panic!()
/// };
/// match gated.solve_with(&solver).await? {
///     AnySignIn::NeedsFirstFactor(ada) => assert!(!ada.supported_first_factors().is_empty()),
///     other => return Err(other.unhandled()),
/// }
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
///
/// [`AnySignIn`]: crate::AnySignIn
/// [`RedirectReady`]: crate::RedirectReady
#[derive(Debug)]
pub struct NeedsProtectCheck(pub(crate) ());

impl SignIn<NeedsProtectCheck> {
    /// `NeedsProtectCheck` → the state that the server reports: solves the challenge, and submits the proof.
    /// `PATCH /v1/client/sign_ins/{id}/protect_check`
    ///
    /// If the server answers with another challenge, the step solves that challenge too. It makes one call for each
    /// challenge.
    ///
    /// It is not an error if a challenge was solved elsewhere in the meantime (`protect_check_already_resolved`). If
    /// the challenge has expired by the time of the client's [`CallPolicy`](crate::backend::CallPolicy), the step first
    /// asks the server whether another challenge has replaced it, at most twice (`GET /v1/client/sign_ins/{id}`).
    ///
    /// ```
    /// # use clerk_sign_in::fake::{FakeBackend, FakeSolver};
    /// # use clerk_sign_in::{AfterCreate, AnySignIn, Client};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # fake.require_protect_checks(2);
    /// # let client = Client::new(fake);
    /// let AfterCreate::NeedsProtectCheck(gated) =
    ///     client.sign_in().create("ada@example.com").await? else {
    ///     panic!()
    /// };
    /// let AnySignIn::NeedsFirstFactor(ada) = gated.solve_with(&FakeSolver).await? else { panic!() };
    /// # drop(ada);
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`StepError::Stayed`] hands back the sign-in with the challenge that was not solved. The error has one of these
    /// kinds ([`ErrorKind`]):
    /// - `Capability`: the user closed the challenge, the challenge could not be shown, or the challenge failed.
    ///   Nothing was sent for this challenge.
    /// - `Capability` (`Unavailable`): the challenge has no token, or its script is not at an `https://` URL. Nothing
    ///   was sent for this challenge.
    /// - `TooManyChallenges`: the step solved five challenges, and the server asked for a sixth.
    ///
    /// The other errors are those of [`submit_proof`](Self::submit_proof).
    ///
    /// [`StepError::Moved`] if a rejection shows that the attempt is in another state.
    pub async fn solve_with(mut self, solver: &dyn ChallengeSolver) -> Result<AnySignIn, StepError<NeedsProtectCheck>> {
        let (mut challenges, mut reloads) = (0, 0);
        while challenges < CHALLENGES_AT_MOST {
            if reloads < RELOADS_AT_MOST && self.is_expired() && !without("an expired challenge is asked for again") {
                reloads += 1;
                match self.refresh().await? {
                    AnySignIn::NeedsProtectCheck(reloaded) => self = reloaded,
                    elsewhere => return Ok(elsewhere),
                }
                continue;
            }
            challenges += 1;
            let proof = match self.solve(solver).await {
                Ok(proof) => proof,
                Err(error) => return Err(StepError::stayed(error, self)),
            };
            let next = match self.submit_proof(proof.expose()).await {
                Err(StepError::Stayed { error, sign_in }) if is_solved_already(&error) => sign_in.refresh().await?,
                Err(StepError::Moved { error, sign_in }) if is_solved_already(&error) => sign_in,
                step => step?,
            };
            match next {
                AnySignIn::NeedsProtectCheck(another) => self = another,
                elsewhere => return Ok(elsewhere),
            }
        }
        Err(StepError::stayed(ErrorKind::TooManyChallenges { solved: CHALLENGES_AT_MOST }, self))
    }

    /// `NeedsProtectCheck` → the state that the server reports: submits the proof that the challenge's script returned.
    /// `PATCH /v1/client/sign_ins/{id}/protect_check`
    ///
    /// The server may ask for another challenge.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the proof is wrong, or the challenge was already solved (`protect_check_already_resolved`).
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the rejection shows that the attempt is in another state.
    #[doc(alias = "submitProtectCheck")]
    pub async fn submit_proof(self, proof_token: &str) -> Result<AnySignIn, StepError<NeedsProtectCheck>> {
        let proof = SubmitProof::new(self.id(), proof_token);
        self.step(Request::SubmitProof(proof)).await
    }

    /// `NeedsProtectCheck` → `RedirectReady`, without a call: goes to the identity provider before the proof.
    ///
    /// When the user comes back, [`finish`](SignIn::finish) leads to this state again if the proof is still required.
    ///
    /// # Errors
    /// If the server did not send the URL of a provider together with the challenge, the sign-in is handed back
    /// unchanged.
    pub fn redirect_ready(self) -> Result<SignIn<RedirectReady>, Self> {
        let is_open = self.first_factor_verification().is_some_and(is_redirect_open);
        if is_open { Ok(self.with_state(RedirectReady::new())) } else { Err(self) }
    }
}

impl SignIn<NeedsProtectCheck> {
    fn is_expired(&self) -> bool {
        let expires_at = self.protect_check().and_then(|check| check.expires_at);
        expires_at.zip(self.client().now()).is_some_and(|(expires_at, now)| expires_at <= now)
    }

    async fn solve(&self, solver: &dyn ChallengeSolver) -> Result<Secret, Error> {
        let check = self.protect_check().filter(|check| check.token.is_some() && is_safe(check));
        let why = "the challenge has no token, or its script is not at an `https://` URL";
        let check = check.ok_or_else(|| CapabilityError::unavailable(why))?;
        Ok(solver.solve_protect_check(check).await?)
    }
}

/// Returns `true` if the script comes from a safe URL. The script runs on the user's machine.
fn is_safe(check: &ProtectCheck) -> bool {
    let url = check.sdk_url.as_deref().and_then(|url| url.parse::<http::Uri>().ok());
    without("a challenge is a script at a safe URL")
        || url.is_some_and(|url| {
            let host = url.authority().map(http::uri::Authority::as_str);
            url.scheme() == Some(&http::uri::Scheme::HTTPS) && host.is_some_and(|host| !host.contains('@'))
        })
}

fn is_solved_already(error: &Error) -> bool {
    error.has_code(&ErrorCode::ProtectCheckAlreadyResolved) && !without("a challenge may be solved elsewhere")
}

state!(NeedsProtectCheck);
