//! A captcha. A terminal cannot show it, so the user solves it elsewhere and types the token.

use clerk_sign_in::async_trait;
use clerk_sign_in::platform::{CapabilityError, Captcha, CaptchaSolution, ChallengeSolver};
use clerk_sign_in::wire::{ProtectCheck, Secret};

use super::App;
use crate::leave::Leave;
use crate::terminal::{Question, complain, say};
use crate::words;

impl App {
    /// Asks for the token of a captcha. Returns `true` if the server accepts the token.
    pub(super) async fn solve_captcha(&mut self) -> Result<bool, Leave> {
        let also = if self.has_mailbox() {
            "the embedded fake accepts anything but `invalid`"
        } else {
            "as the page of the captcha's provider shows it"
        };
        let question = Question { also: Some(also), ..Question::new("Captcha token").empty("to go back") };
        let Some(token) = self.terminal.secret(&question).await? else { return Ok(false) };
        match self.terminal.wait("Sending the token", self.client.solve_captcha(&Typed(token))).await? {
            Ok(()) => {
                say("The captcha is solved. Take the step again.");
                return Ok(true);
            }
            Err(error) => complain(words::error(&error)),
        }
        Ok(false)
    }
}

/// A token that the user typed.
#[derive(Debug)]
struct Typed(Secret);

#[async_trait]
impl ChallengeSolver for Typed {
    async fn solve_captcha(&self, captcha: &Captcha) -> Result<CaptchaSolution, CapabilityError> {
        Ok(captcha.solved(self.0.clone()))
    }

    async fn solve_protect_check(&self, _: &ProtectCheck) -> Result<Secret, CapabilityError> {
        Err(CapabilityError::unavailable("a terminal runs no script"))
    }
}
