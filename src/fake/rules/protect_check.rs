//! `PATCH …/protect_check`, and the protect check before every other step.

use std::time::Duration;

use super::Call;
use super::attempt_factor::given;
use crate::fake::records::sign_in::Gate;
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{Answer, Rejection, SubmitProof};

/// The time within which a challenge must be answered.
const CHALLENGE_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// Returns the proof that the script of a challenge produces.
pub(in crate::fake) fn proof_for(token: &str) -> String {
    format!("proof-of-{token}")
}

impl Call<'_> {
    /// Runs a step, unless a proof is required first.
    ///
    /// If a proof is required, the server does not store the step, so the client must repeat it.
    pub(super) fn gated(
        &mut self,
        id: &str,
        step: impl FnOnce(&mut Self) -> Result<Answer, Rejection>,
    ) -> Result<Answer, Rejection> {
        if self.own_attempt(id)?.gate.is_some() && !without("no step passes a protect check") {
            return Err(rejections::protect_check_required());
        }
        let demanded = std::mem::take(&mut self.state.demanded_proofs);
        match demanded.checked_sub(1) {
            None => step(self),
            Some(then) => {
                self.challenge(id, Gate { then, ..Gate::default() });
                self.get_sign_in(id)
            }
        }
    }

    /// Runs a step that sends the user to a provider. If a proof is required, the answer contains the challenge as well
    /// as the provider's URL.
    pub(super) fn gated_with_redirect(
        &mut self,
        id: &str,
        step: impl FnOnce(&mut Self) -> Result<Answer, Rejection>,
    ) -> Result<Answer, Rejection> {
        let demanded = std::mem::take(&mut self.state.demanded_proofs);
        step(self)?;
        if let Some(then) = demanded.checked_sub(1) {
            self.challenge(id, Gate { then, comes_with_redirect: true, ..Gate::default() });
        }
        self.get_sign_in(id)
    }

    pub(super) fn submit_proof(&mut self, proof: &SubmitProof) -> Result<Answer, Rejection> {
        let id = proof.sign_in_id.as_str();
        let gate = self.current_attempt(id)?.gate.clone().ok_or_else(rejections::protect_check_already_resolved)?;
        let token = given("proof_token", proof.proof_token.as_ref())?;
        if self.now >= gate.expires_at && !without("a protect check expires") {
            // This challenge has expired, so a new one replaces it.
            self.challenge(id, gate);
        } else if token.expose() != proof_for(&gate.token) && !without("a proof is checked") {
            return Err(rejections::param_value_invalid("proof_token"));
        } else if let Some(then) = gate.then.checked_sub(1).filter(|_| !without("every protect check must be solved")) {
            self.challenge(id, Gate { then, ..gate });
        } else if let Some(attempt) = self.state.attempts.get_mut(id) {
            attempt.gate = None;
            if let Some(account) = gate.account {
                let (choice, account) = *account;
                self.settle(id, &choice, account)?;
            }
        }
        self.get_sign_in(id)
    }

    /// Demands a proof for a new challenge. In all other respects, the gate is like this one.
    fn challenge(&mut self, id: &str, gate: Gate) {
        let gate = Gate { token: self.state.random.token(), expires_at: self.now + CHALLENGE_LIFETIME, ..gate };
        if let Some(attempt) = self.state.attempts.get_mut(id) {
            attempt.gate = Some(gate);
        }
    }
}
