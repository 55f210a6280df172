//! A solver for the fake's challenges.

use async_trait::async_trait;

use crate::fake::FakeBackend;
use crate::platform::{CapabilityError, Captcha, CaptchaSolution, ChallengeSolver};
use crate::wire::{ProtectCheck, Secret};

/// A solver that solves every challenge of the fake immediately and without a user.
///
/// Tests use it instead of a solver that shows a page to the user. It does not work with a real server.
#[derive(Clone, Copy, Debug, Default)]
pub struct FakeSolver;

#[async_trait]
impl ChallengeSolver for FakeSolver {
    async fn solve_captcha(&self, captcha: &Captcha) -> Result<CaptchaSolution, CapabilityError> {
        Ok(captcha.solved("solved".into()))
    }

    async fn solve_protect_check(&self, check: &ProtectCheck) -> Result<Secret, CapabilityError> {
        let token = check.token.as_ref().ok_or_else(|| CapabilityError::unavailable("the challenge has no token"))?;
        Ok(FakeBackend::proof_for(token.expose()).into())
    }
}
