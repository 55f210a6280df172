//! Captchas that the server requires. Each captcha is solved only once, even if several calls wait for it.

use futures::channel::oneshot;

use super::Client;
use crate::error::{Error, ErrorKind};
use crate::fault_switches::without;
use crate::platform::{CapabilityError, Captcha, ChallengeSolver};
use crate::wire::{Answer, ErrorCode, Rejection, Request, VerifyCaptcha};

/// The state of a client's captchas.
#[derive(Default)]
pub(super) struct Captchas {
    /// `Some(true)` if the server currently requires a captcha; `None` if it has not yet required a captcha or accepted a
    /// solution.
    is_wanted: Option<bool>,
    /// The number of the last call that began before the server accepted the solution of a captcha.
    ///
    /// If the server rejects this call or an earlier one because a captcha is missing, no new captcha is needed,
    /// because the accepted solution covers these calls.
    taken_at: u64,
    /// The tasks that wait until the current captcha is solved; `None` if no captcha is being solved.
    waiting: Option<Vec<oneshot::Sender<Result<(), Error>>>>,
}

enum Turn {
    /// The server requires no captcha.
    NotNeeded,
    Own,
    /// Another task is solving the captcha.
    Anothers(oneshot::Receiver<Result<(), Error>>),
}

impl Captchas {
    /// Records a rejection of a call. If the reason is a missing captcha, the server now requires one.
    pub(super) fn rejected(&mut self, sequence: u64, rejection: &Rejection) {
        let is_covered = sequence <= self.taken_at && !without("a captcha covers the calls before it");
        if rejection.has(&ErrorCode::RequiresCaptcha) && !is_covered {
            self.is_wanted = Some(true);
        }
    }

    fn taken(&mut self, calls_begun: u64) {
        self.is_wanted = Some(false);
        self.taken_at = calls_begun;
    }

    fn turn(&mut self, is_bypassed: bool) -> Turn {
        if let Some(waiting) = &mut self.waiting
            && !without("one captcha is solved at a time")
        {
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
    /// Solves the captcha that the server requires: `GET /v1/environment`, `POST /v1/client/verify`.
    ///
    /// Call this method if a step fails and [`Error::is_captcha_required`] returns `true`. After that, take the
    /// rejected step again. A client that was built with a [`challenge_solver`](crate::ClientBuilder::challenge_solver)
    /// solves the captcha and repeats the step automatically.
    ///
    /// The user is asked once, even if several tasks call this method at the same time. If a captcha is already being
    /// solved, this call waits for that captcha and returns its result. In two cases, the user is not asked at all:
    ///
    /// - The server accepted a solution, and since then it has not rejected a call because a captcha was missing.
    /// - The server said that it requires no captcha from this client
    ///   ([`captcha_bypass`](crate::wire::ClientResource::captcha_bypass)), and since then it has not rejected a call
    ///   because a captcha was missing.
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
    /// - [`ErrorKind::Capability`]: the user closed the captcha, the captcha failed, the captcha could not be shown, or
    ///   the settings of the instance contain no captcha (`Unavailable`). No solution was sent to the server.
    /// - [`ErrorKind::Rejected`]: the server does not accept the solution (`captcha_invalid`). Call this method again.
    /// - [`ErrorKind::NotSent`]: nothing was sent, so call this method again.
    /// - [`ErrorKind::Transport`] or [`ErrorKind::Protocol`]: no readable answer came. Nevertheless, the server may
    ///   have accepted the solution. To find out, take the rejected step again.
    pub async fn solve_captcha(&self, solver: &dyn ChallengeSolver) -> Result<(), Error> {
        loop {
            let turn = self.captcha_turn();
            match turn {
                Turn::NotNeeded => return Ok(()),
                Turn::Own => {
                    let own = OwnTurn { client: self, is_over: false };
                    let result = self.show_captcha(solver).await;
                    own.end(&result);
                    return result;
                }
                Turn::Anothers(told) => {
                    if let Ok(result) = told.await {
                        return result;
                    }
                    // The task that was solving the captcha was dropped, so try to take its place.
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

/// The right to solve the captcha. Only one task has this right at a time. If that task is dropped, a waiting task
/// takes over.
struct OwnTurn<'a> {
    client: &'a Client,
    is_over: bool,
}

impl OwnTurn<'_> {
    fn end(mut self, result: &Result<(), Error>) {
        // From here on, another task may have its own turn, whose waiting tasks this task must leave alone.
        self.is_over = true;
        for tell in self.waiting() {
            // Sending fails if the other task no longer waits. That is fine.
            let _ = tell.send(result.clone());
        }
    }

    fn waiting(&self) -> Vec<oneshot::Sender<Result<(), Error>>> {
        self.client.known().captchas.waiting.take().unwrap_or_default()
    }
}

impl Drop for OwnTurn<'_> {
    fn drop(&mut self) {
        if !self.is_over || without("the end of a captcha leaves the next one alone") {
            drop(self.waiting());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::ApiError;

    fn rejected(captchas: &mut Captchas, sequence: u64, code: ErrorCode) {
        captchas.rejected(sequence, &Rejection::new(http::StatusCode::UNAUTHORIZED, ApiError::new(code, "")));
    }

    fn asks(captchas: &mut Captchas, is_bypassed: bool) -> bool {
        let asks = matches!(captchas.turn(is_bypassed), Turn::Own);
        captchas.waiting = None;
        asks
    }

    #[test]
    fn a_solved_captcha_covers_later_calls() {
        let mut captchas = Captchas::default();
        assert!(asks(&mut captchas, false) && !asks(&mut captchas, true));
        rejected(&mut captchas, 1, ErrorCode::RequiresCaptcha);
        assert!(asks(&mut captchas, false) && asks(&mut captchas, true), "the rejection counts");
        captchas.taken(3);
        assert!(!asks(&mut captchas, false) && !asks(&mut captchas, true));
    }

    #[test]
    fn an_earlier_rejection_asks_for_no_other_captcha() {
        let mut captchas = Captchas::default();
        captchas.taken(3);
        rejected(&mut captchas, 2, ErrorCode::RequiresCaptcha);
        rejected(&mut captchas, 3, ErrorCode::RequiresCaptcha);
        rejected(&mut captchas, 4, ErrorCode::UserLocked);
        assert!(!asks(&mut captchas, false));
        rejected(&mut captchas, 4, ErrorCode::RequiresCaptcha);
        assert!(asks(&mut captchas, false));
    }
}
