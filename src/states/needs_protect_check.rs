//! `needs_protect_check`: Clerk Protect wants a proof.

use super::{Started, State, sealed};
use crate::any::AnySignIn;
use crate::sign_in::SignIn;
use crate::standing::Standing;
use crate::step_error::StepError;
use crate::wire::{Request, SubmitProof};

/// Clerk Protect wants a proof before the sign-in goes on: [`protect_check`](SignIn::protect_check) says which.
///
/// The step that led here did not happen and is not kept: once the gate is open, take it again.
#[derive(Debug)]
pub struct NeedsProtectCheck(pub(crate) ());

impl SignIn<NeedsProtectCheck> {
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

impl State for NeedsProtectCheck {}

impl sealed::Sealed for NeedsProtectCheck {
    const NAME: &'static str = "NeedsProtectCheck";
    const STANDING: Standing = Standing::NeedsProtectCheck;

    fn into_any(sign_in: SignIn<Self>) -> AnySignIn {
        AnySignIn::NeedsProtectCheck(sign_in)
    }
}

impl Started for NeedsProtectCheck {}
