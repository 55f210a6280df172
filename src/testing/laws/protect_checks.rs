//! Protect checks: a challenge of Clerk Protect that is answered before the next step.

use super::caller::{Caller, Which};
use super::law::{Outcome, Unmet};
use super::trial::{Trial, expect, expect_same, wrong};
use super::{TestUser, WantedUser};
use crate::wire::{CreateSignIn, Secret, SignInAttempt, Status, Strategy};

impl Trial<'_> {
    pub(super) async fn protect_check_comes_before_the_step(&self) -> Outcome {
        let (mut caller, user) = self.gated(1).await?;
        challenge(&caller.reload().await?)?;
        expect(self.messages(&user.email_address).await?.is_empty(), "no message before the proof", &"a message")
    }

    pub(super) async fn gated_sign_in_takes_no_other_step(&self) -> Outcome {
        let (mut caller, user) = self.gated(1).await?;
        let reply = caller.prepare(Which::First, &Strategy::EmailCode).await?;
        // A server may reject the step, or describe the same gate once more. It never carries the step out.
        match reply.response.result {
            Ok(_) => drop(challenge(&reply.sign_in()?)?),
            Err(_) => drop(reply.rejected()?),
        }
        challenge(&caller.reload().await?)?;
        expect(self.messages(&user.email_address).await?.is_empty(), "no message before the proof", &"a message")
    }

    pub(super) async fn reading_keeps_the_challenge(&self) -> Outcome {
        let (mut caller, _) = self.gated(1).await?;
        let demanded = challenge(&caller.sign_in)?;
        let read = challenge(&caller.reload().await?)?;
        expect(demanded == read, "the same challenge", &"another challenge")?;
        let proof = self.proof(&read).await?;
        open(&caller.submit_proof(&proof).await?.at(&Status::NeedsFirstFactor)?)
    }

    pub(super) async fn wrong_proof_keeps_the_gate(&self) -> Outcome {
        let (mut caller, _) = self.gated(1).await?;
        let demanded = challenge(&caller.sign_in)?;
        let proof = self.proof(&demanded).await?;
        caller.submit_proof(&wrong(&proof)).await?.rejected()?;
        let kept = challenge(&caller.reload().await?)?;
        let proof = self.proof(&kept).await?;
        open(&caller.submit_proof(&proof).await?.at(&Status::NeedsFirstFactor)?)
    }

    pub(super) async fn right_proof_opens_the_gate(&self) -> Outcome {
        let (mut caller, user) = self.gated(1).await?;
        let proof = self.proof(&challenge(&caller.sign_in)?).await?;
        open(&caller.submit_proof(&proof).await?.at(&Status::NeedsFirstFactor)?)?;
        caller.prepare(Which::First, &Strategy::EmailCode).await?.at(&Status::NeedsFirstFactor)?;
        let code = self.code(&user.email_address).await?;
        caller.attempt_email_code(&code).await?.at(&Status::Complete)?;
        Ok(())
    }

    pub(super) async fn challenges_can_be_chained(&self) -> Outcome {
        let (mut caller, _) = self.gated(2).await?;
        let first = challenge(&caller.sign_in)?;
        let proof = self.proof(&first).await?;
        let second = challenge(&caller.submit_proof(&proof).await?.sign_in()?)?;
        expect(first != second, "another challenge", &"the same challenge")?;
        let proof = self.proof(&second).await?;
        open(&caller.submit_proof(&proof).await?.at(&Status::NeedsFirstFactor)?)
    }

    pub(super) async fn proof_without_a_check_is_rejected(&self) -> Outcome {
        let mut caller = self.caller();
        caller.create(CreateSignIn::new()).await?.at(&Status::NeedsIdentifier)?;
        caller.submit_proof(&"made-up".into()).await?.rejected()?;
        expect_same("the status", &Some(Status::NeedsIdentifier), &caller.reload().await?.status)
    }

    async fn proof(&self, token: &Secret) -> Outcome<Secret> {
        Ok(self.harness.proof_for(token).await?)
    }

    /// Asks for a code while this many protect checks are required.
    async fn gated(&self, checks: u32) -> Outcome<(Caller<'_>, TestUser)> {
        let user = self.user(WantedUser::new()).await?;
        let mut caller = self.caller();
        caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        let offered = caller.sign_in.supported_first_factors.clone();
        self.require_protect_checks(checks).await?;
        challenge(&caller.prepare(Which::First, &Strategy::EmailCode).await?.sign_in()?)?;
        // A server need not list the factors while a protect check is pending.
        caller.sign_in.supported_first_factors = offered;
        Ok((caller, user))
    }
}

/// Returns the token of the challenge. A pending check counts, whatever the status is.
fn challenge(sign_in: &SignInAttempt) -> Outcome<Secret> {
    let token = sign_in.protect_check.as_ref().and_then(|check| check.token.clone());
    token.ok_or_else(|| Unmet::broken("a protect check", "none"))
}

fn open(sign_in: &SignInAttempt) -> Outcome {
    expect(sign_in.protect_check.is_none(), "no protect check", &sign_in.protect_check)
}
