//! The captcha that the server asks for: one at a time on a device, whoever waits for it.

use futures::channel::oneshot;

use super::Client;
use crate::error::{Error, ErrorKind};
use crate::platform::{CapabilityError, Captcha, ChallengeSolver};
use crate::wire::{Answer, ErrorCode, Rejection, Request, VerifyCaptcha};

/// What a device knows of its captchas.
#[derive(Default)]
pub(super) struct Captchas {
    /// Whether the server wants one, as it said last; `None` if it said nothing yet.
    is_wanted: Option<bool>,
    /// The last call that had begun when the server took one. It and those before were refused before that.
    taken_at: u64,
    /// Who waits for the one under way, if one is.
    waiting: Option<Vec<oneshot::Sender<Result<(), Error>>>>,
}

enum Turn {
    /// The server wants none.
    NotNeeded,
    Own,
    /// Somebody is at it.
    Anothers(oneshot::Receiver<Result<(), Error>>),
}

impl Captchas {
    /// The server refused a call, and perhaps for want of a captcha.
    pub(super) fn refused(&mut self, sequence: u64, rejection: &Rejection) {
        if rejection.has(&ErrorCode::RequiresCaptcha) && sequence > self.taken_at {
            self.is_wanted = Some(true);
        }
    }

    fn taken(&mut self, calls_begun: u64) {
        self.is_wanted = Some(false);
        self.taken_at = calls_begun;
    }

    fn turn(&mut self, is_bypassed: bool) -> Turn {
        if let Some(waiting) = &mut self.waiting {
            let (tell, told) = oneshot::channel();
            waiting.push(tell);
            return Turn::Anothers(told);
        }
        if !self.is_wanted.unwrap_or(!is_bypassed) {
            return Turn::NotNeeded;
        }
        self.waiting = Some(Vec::new());
        Turn::Own
    }
}

impl Client {
    /// Has the captcha solved that the server asks for ([`Error::is_captcha_required`]), and shows it to the server:
    /// `GET /v1/environment`, `POST /v1/client/verify`. The step that was refused can then be taken again. A client that
    /// was built with a [`challenge_solver`](crate::ClientBuilder::challenge_solver) does both by itself.
    ///
    /// The user is asked once, however many ask for it at the same time: who comes while a captcha is being solved waits
    /// for that one, and gets what it came to. Nobody is asked if the server took a captcha since it refused a call last,
    /// or if it wants none of this device ([`captcha_bypass`](crate::wire::ClientResource::captcha_bypass)) and has not refused
    /// one since.
    ///
    /// ```
    /// # use clerk_sign_in::fake::{FakeBackend, FakeSolver};
    /// # use clerk_sign_in::{AfterCreate, Client, StepError};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # fake.configure(|settings| settings.captcha_required = true);
    /// # let client = Client::new(fake);
    /// # let solver = FakeSolver;
    /// let created = match client.sign_in().create("ada@example.com").await {
    ///     Err(StepError::Stayed { error, sign_in }) if error.is_captcha_required() => {
    ///         client.solve_captcha(&solver).await?;
    ///         sign_in.create("ada@example.com").await?
    ///     }
    ///     step => step?,
    /// };
    /// # assert!(matches!(created, AfterCreate::NeedsFirstFactor(_)));
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// - [`ErrorKind::Capability`]: the user closed it, it cannot be shown, or it failed; or the instance names no captcha
    ///   (`Unavailable`). The server was told nothing.
    /// - [`ErrorKind::Rejected`]: the server does not take what it yielded (`captcha_invalid`): have it solved again.
    /// - [`ErrorKind::Transport`] or [`ErrorKind::Protocol`]: no readable answer came. The server may have taken it: take
    ///   the step again.
    pub async fn solve_captcha(&self, solver: &dyn ChallengeSolver) -> Result<(), Error> {
        loop {
            let turn = self.captcha_turn();
            match turn {
                Turn::NotNeeded => return Ok(()),
                Turn::Own => {
                    let own = OwnTurn(self);
                    let result = self.show_captcha(solver).await;
                    own.end(&result);
                    return result;
                }
                Turn::Anothers(told) => {
                    if let Ok(result) = told.await {
                        return result;
                    }
                    // Whoever was at it has gone away.
                }
            }
        }
    }

    fn captcha_turn(&self) -> Turn {
        let mut known = self.known();
        let is_bypassed = known.client().is_some_and(|client| client.captcha_bypass);
        known.captchas.turn(is_bypassed)
    }

    fn captcha_taken(&self) {
        let mut known = self.known();
        let calls_begun = known.token.calls_begun();
        known.captchas.taken(calls_begun);
    }

    async fn show_captcha(&self, solver: &dyn ChallengeSolver) -> Result<(), Error> {
        let received = self.send_once(Request::GetEnvironment).await?;
        let Answer::Environment(environment) = received.result.map_err(ErrorKind::Rejected)? else {
            return Err(ErrorKind::Protocol("the answer is no environment".to_owned()).into());
        };
        let captcha = Captcha::from_display_config(&environment.display_config)
            .ok_or_else(|| CapabilityError::unavailable("the instance names no captcha"))?;
        let solution = solver.solve_captcha(&captcha).await?;
        let verify = VerifyCaptcha::new(solution.token, solution.widget_type);
        self.send_once(Request::VerifyCaptcha(verify)).await?.result.map_err(ErrorKind::Rejected)?;
        self.captcha_taken();
        Ok(())
    }
}

/// Dropped with the future of whoever is at it: those who wait then ask themselves.
struct OwnTurn<'a>(&'a Client);

impl OwnTurn<'_> {
    fn end(self, result: &Result<(), Error>) {
        for tell in self.waiting() {
            // Who does not wait any more need not be told.
            let _ = tell.send(result.clone());
        }
    }

    fn waiting(&self) -> Vec<oneshot::Sender<Result<(), Error>>> {
        self.0.known().captchas.waiting.take().unwrap_or_default()
    }
}

impl Drop for OwnTurn<'_> {
    fn drop(&mut self) {
        drop(self.waiting());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::ApiError;

    fn refused(captchas: &mut Captchas, sequence: u64, code: ErrorCode) {
        captchas.refused(sequence, &Rejection::new(http::StatusCode::UNAUTHORIZED, ApiError::new(code, "")));
    }

    fn asks(captchas: &mut Captchas, is_bypassed: bool) -> bool {
        let asks = matches!(captchas.turn(is_bypassed), Turn::Own);
        captchas.waiting = None;
        asks
    }

    #[test]
    fn a_server_that_took_one_is_shown_no_other_whatever_it_says_of_the_device() {
        let mut captchas = Captchas::default();
        assert!(asks(&mut captchas, false) && !asks(&mut captchas, true));
        refused(&mut captchas, 1, ErrorCode::RequiresCaptcha);
        assert!(asks(&mut captchas, false) && asks(&mut captchas, true), "the refusal counts");
        captchas.taken(3);
        assert!(!asks(&mut captchas, false) && !asks(&mut captchas, true));
    }

    #[test]
    fn a_refusal_from_before_asks_for_no_other() {
        let mut captchas = Captchas::default();
        captchas.taken(3);
        refused(&mut captchas, 2, ErrorCode::RequiresCaptcha);
        refused(&mut captchas, 3, ErrorCode::RequiresCaptcha);
        refused(&mut captchas, 4, ErrorCode::UserLocked);
        assert!(!asks(&mut captchas, false));
        refused(&mut captchas, 4, ErrorCode::RequiresCaptcha);
        assert!(asks(&mut captchas, false));
    }
}
