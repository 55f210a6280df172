//! What solves the challenges of the fake.

use async_trait::async_trait;

use crate::fake::FakeBackend;
use crate::platform::{CapabilityError, Captcha, CaptchaSolution, ChallengeSolver};
use crate::wire::{ProtectCheck, Secret};

/// Solves every challenge of the fake, at once and without asking anybody.
///
/// It stands for what shows a page to the user, so it is of no use at a real server.
#[derive(Clone, Copy, Debug, Default)]
pub struct FakeSolver;

#[async_trait]
impl ChallengeSolver for FakeSolver {
    async fn solve_captcha(&self, captcha: &Captcha) -> Result<CaptchaSolution, CapabilityError> {
        Ok(captcha.solved("solved".into()))
    }

    async fn solve_protect_check(&self, check: &ProtectCheck) -> Result<Secret, CapabilityError> {
        let token = check.token.as_deref().ok_or_else(|| CapabilityError::unavailable("the challenge has no token"))?;
        Ok(FakeBackend::proof_of(token).into())
    }
}
