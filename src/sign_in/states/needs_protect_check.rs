//! `needs_protect_check`: Clerk Protect wants a proof.

use crate::error::{Error, ErrorKind};
use crate::platform::{CapabilityError, ChallengeSolver};
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::step_error::StepError;
use crate::wire::{ErrorCode, ProtectCheck, Request, Secret, SubmitProof};

/// How many challenges in a row are solved in one go.
const CHALLENGES_AT_MOST: usize = 5;

/// Clerk Protect wants a proof before the sign-in goes on: [`protect_check`](SignIn::protect_check) says which.
///
/// The step that led here did not happen and is not kept: once the gate is open, take it again.
#[derive(Debug)]
pub struct NeedsProtectCheck(pub(crate) ());

impl SignIn<NeedsProtectCheck> {
    /// `NeedsProtectCheck` → wherever the sign-in then stands: has the challenge solved and gives the proof, and so on
    /// until the server asks for no other, which is one call for each.
    /// `PATCH /v1/client/sign_ins/{id}/protect_check`
    ///
    /// A challenge that was solved elsewhere meanwhile (`protect_check_already_resolved`) is no error.
    ///
    /// ```
    /// # use clerk_sign_in::fake::{FakeBackend, FakeSolver};
    /// # use clerk_sign_in::{AfterCreate, AnySignIn, Client};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # fake.demand_proofs(2);
    /// # let client = Client::new(fake);
    /// let AfterCreate::NeedsProtectCheck(gated) = client.sign_in().create("ada@example.com").await? else { panic!() };
    /// let AnySignIn::NeedsFirstFactor(ada) = gated.solve_with(&FakeSolver).await? else { panic!() };
    /// # drop(ada);
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`StepError::Stayed`], at the challenge that was not solved, with [`ErrorKind`]
    /// - `Capability`: the user closed it, it cannot be shown, or it failed; or its script is not at an `https://` URL
    ///   (`Unavailable`). Nothing was sent for it.
    /// - `TooManyChallenges`: five were solved, and the server has a sixth.
    /// - else as for [`submit_proof`](Self::submit_proof).
    ///
    /// [`StepError::Moved`] if a refusal shows the attempt at another state.
    pub async fn solve_with(mut self, solver: &dyn ChallengeSolver) -> Result<AnySignIn, StepError<NeedsProtectCheck>> {
        for _ in 0..CHALLENGES_AT_MOST {
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

    /// `NeedsProtectCheck` → wherever the sign-in then stands: gives what the challenge's script yielded. It may be
    /// another challenge. `PATCH /v1/client/sign_ins/{id}/protect_check`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the proof is wrong, or the challenge was solved before (`protect_check_already_resolved`).
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](SignIn::refresh) tells what happened.
    ///
    /// [`StepError::Moved`] if the refusal shows the attempt at another state.
    pub async fn submit_proof(self, proof_token: &str) -> Result<AnySignIn, StepError<NeedsProtectCheck>> {
        let proof = SubmitProof::new(self.id(), proof_token);
        self.step(Request::SubmitProof(proof)).await
    }
}

impl SignIn<NeedsProtectCheck> {
    async fn solve(&self, solver: &dyn ChallengeSolver) -> Result<Secret, Error> {
        let check = self.protect_check().filter(|check| check.token.is_some() && is_safe(check));
        let why = "the challenge has no token, or its script is not at an `https://` URL";
        let check = check.ok_or_else(|| CapabilityError::unavailable(why))?;
        Ok(solver.solve_protect_check(check).await?)
    }
}

/// Whether its script comes from where scripts may come from, since it is run on the user's machine.
fn is_safe(check: &ProtectCheck) -> bool {
    let url = check.sdk_url.as_deref().and_then(|url| url.parse::<http::Uri>().ok());
    url.is_some_and(|url| {
        let host = url.authority().map(http::uri::Authority::as_str);
        url.scheme() == Some(&http::uri::Scheme::HTTPS) && host.is_some_and(|host| !host.contains('@'))
    })
}

fn is_solved_already(error: &Error) -> bool {
    error.has_code(&ErrorCode::ProtectCheckAlreadyResolved)
}

state!(NeedsProtectCheck);
