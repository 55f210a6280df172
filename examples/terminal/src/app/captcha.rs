//! A captcha, which no terminal can show: whoever has solved it elsewhere types in what it yielded.

use clerk_sign_in::async_trait;
use clerk_sign_in::platform::{CapabilityError, Captcha, CaptchaSolution, ChallengeSolver};
use clerk_sign_in::wire::{ProtectCheck, Secret};

use super::App;
use crate::leave::Leave;
use crate::terminal::{complain, say};
use crate::words;

impl App {
    /// Whether the captcha was solved that the server asks for.
    pub(super) async fn solve_captcha(&mut self) -> Result<bool, Leave> {
        let hint = if self.has_mailbox() {
            "anything but `invalid` solves it here; leave empty to go back"
        } else {
            "as the provider's page yields it; leave empty to go back"
        };
        let typed = Typed(self.terminal.secret("Captcha token", hint).await?);
        match self.terminal.wait("Showing it to the server", self.client.solve_captcha(&typed)).await? {
            Ok(()) => {
                say("The captcha is solved: do that again.");
                return Ok(true);
            }
            Err(error) if error.is_cancelled() => {}
            Err(error) => complain(words::error(&error)),
        }
        Ok(false)
    }
}

/// What the user typed in.
#[derive(Debug)]
struct Typed(Secret);

#[async_trait]
impl ChallengeSolver for Typed {
    async fn solve_captcha(&self, captcha: &Captcha) -> Result<CaptchaSolution, CapabilityError> {
        if self.0.expose().is_empty() { Err(CapabilityError::Cancelled) } else { Ok(captcha.solved(self.0.clone())) }
    }

    async fn solve_protect_check(&self, _: &ProtectCheck) -> Result<Secret, CapabilityError> {
        Err(CapabilityError::unavailable("a terminal runs no script"))
    }
}
