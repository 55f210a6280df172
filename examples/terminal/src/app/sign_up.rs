//! Performs the steps of a sign-up, handles failed steps, and finds the sign-up again.

use clerk_sign_in::{AfterSignUp, Resumed, SignUp, SignUpError};

use super::{App, Failed, Next};
use crate::leave::Leave;
use crate::saved::LeftAt;
use crate::terminal::{complain, say};
use crate::words;

const DOING: &str = "Asking where the sign-up stands";

impl App {
    pub(crate) fn remember_sign_up(&mut self) {
        self.left_at = LeftAt::SignUp;
        self.has_begun = true;
    }

    /// Performs one step of a sign-up. The step makes one call to the server.
    pub(crate) async fn sign_up_step<T>(&mut self, doing: &str, step: impl Future<Output = T>) -> Result<T, Leave> {
        self.remember_sign_up();
        let result = self.terminal.wait(doing, step).await?;
        self.show_mail();
        Ok(result)
    }

    /// Does the same as [`failed`](Self::failed), but for a sign-up.
    pub(crate) async fn sign_up_failed(&mut self, failed: SignUpError) -> Result<Failed<SignUp>, Leave> {
        let SignUpError { error, handed_back: sign_up } = failed;
        complain(words::error(&error));
        if error.is_captcha_required() {
            self.solve_captcha().await?;
            return Ok(Failed::AskAgain(sign_up));
        }
        if error.is_outcome_unknown() {
            return self.find_sign_up_again(sign_up).await.map(Failed::GoOn);
        }
        if let Some(session_id) = error.existing_session() {
            return self.use_session(session_id, sign_up.client().sign_in().into()).await.map(Failed::GoOn);
        }
        Ok(if error.is_over() { Failed::GoOn(self.after_sign_up()) } else { Failed::AskAgain(sign_up) })
    }

    /// Asks the server for the current state of the sign-up. If the call fails, the user can choose to repeat it.
    pub(crate) async fn find_sign_up_again(&mut self, mut sign_up: SignUp) -> Result<Next, Leave> {
        loop {
            let SignUpError { error, handed_back: same } = match self.sign_up_step(DOING, sign_up.refresh()).await? {
                Ok(found) => return Ok(Next::SignUp(found)),
                Err(failed) => failed,
            };
            complain(words::error(&error));
            if error.is_over() {
                return Ok(self.after_sign_up());
            }
            if self.menu("What now?", vec!["Ask again"]).await?.way().is_none() {
                return Ok(self.anew());
            }
            sign_up = same;
        }
    }

    /// Asks the server for this client's sign-up, which may have become a sign-in or a session.
    pub(crate) async fn resume_sign_up(&mut self) -> Result<Next, Leave> {
        loop {
            let client = self.client.clone();
            let error = match self.sign_up_step(DOING, client.resume()).await? {
                Ok(Resumed::SignUp(found)) => {
                    return Ok(Next::SignUp(AfterSignUp::MissingRequirements(found)));
                }
                Ok(Resumed::Session(session)) => return self.use_session(&session.id, client.sign_in().into()).await,
                // The sign-up has become a sign-in.
                Ok(Resumed::Attempt(found)) => return Ok(found.into()),
                Ok(Resumed::Nothing) => return Ok(self.after_sign_up()),
                Err(error) => error,
            };
            complain(words::error(&error));
            if error.is_over() {
                return Ok(self.after_sign_up());
            }
            if self.menu("What now?", vec!["Ask again"]).await?.way().is_none() {
                return Ok(self.anew());
            }
        }
    }

    fn after_sign_up(&self) -> Next {
        say("This sign-up is over, so it starts from the beginning.");
        self.anew()
    }
}
