//! Handles a failed step: tells the user why it failed, and continues with the sign-in that was handed back.

use clerk_sign_in::State;
use clerk_sign_in::{AfterSignUp, AnySignIn, AnyStepError, Error, Resumed, SignIn, StepError};

use super::{App, Next};
use crate::leave::Leave;
use crate::terminal::{complain, say};
use crate::words;

/// The ways in which the program continues after a failed step.
pub(crate) enum Failed<T> {
    /// The program asks the same question again, because the answer was wrong or came too early, or because the user
    /// went back.
    AskAgain(T),
    /// The program shows another screen.
    GoOn(Next),
}

impl App {
    pub(crate) async fn failed<S: State>(&mut self, failed: StepError<S>) -> Result<Failed<SignIn<S>>, Leave> {
        complain(words::error(failed.error()));
        match failed {
            StepError::Stayed { error, sign_in } if error.is_captcha_required() => {
                let is_solved = self.solve_captcha().await?;
                Ok(if is_solved { Failed::AskAgain(sign_in) } else { Failed::GoOn(sign_in.into()) })
            }
            StepError::Stayed { error, sign_in } if error.is_wrong_input() || error.retry_after().is_some() => {
                Ok(Failed::AskAgain(sign_in))
            }
            StepError::Stayed { error, sign_in } => self.stayed(&error, sign_in.into()).await.map(Failed::GoOn),
            StepError::Moved { error, sign_in } => match error.existing_session() {
                Some(session_id) => self.use_session(session_id, sign_in).await.map(Failed::GoOn),
                None => Ok(Failed::GoOn(sign_in.into())),
            },
        }
    }

    /// Does the same as [`failed`](Self::failed), but for a step that asks the user no question.
    pub(crate) async fn after_failure<S: State>(&mut self, failed: StepError<S>) -> Result<Next, Leave> {
        Ok(match self.failed(failed).await? {
            Failed::AskAgain(sign_in) => sign_in.into(),
            Failed::GoOn(next) => next,
        })
    }

    /// Asks the server for the current state of the sign-in. If the call fails, the user can choose to repeat the call.
    pub(crate) async fn find_again(&mut self, mut sign_in: AnySignIn) -> Result<Next, Leave> {
        const DOING: &str = "Asking where the sign-in stands";
        self.has_begun = true;
        loop {
            self.remember(&sign_in);
            let error = if sign_in.id().is_some() {
                match self.terminal.wait(DOING, sign_in.refresh()).await? {
                    Ok(found) => return Ok(found.into()),
                    // The sign-in has become a sign-up.
                    Err(AnyStepError { error, handed_back: AnySignIn::Transferable(_) }) if error.is_over() => {
                        return self.resume_sign_up().await;
                    }
                    Err(failed) => {
                        sign_in = failed.handed_back;
                        failed.error
                    }
                }
            } else {
                match self.terminal.wait(DOING, self.client.resume()).await? {
                    Ok(Resumed::Attempt(found)) if self.is_typed(found.attempt().identifier.as_deref()) => {
                        return Ok(found.into());
                    }
                    Ok(Resumed::Session(session)) => return self.use_session(&session.id, sign_in).await,
                    Ok(Resumed::SignUp(found)) if self.is_typed(words::identifier_of(&found)) => {
                        return Ok(Next::SignUp(AfterSignUp::MissingRequirements(found)));
                    }
                    // The server has no attempt, or only an older one, so the interrupted call did not begin an
                    // attempt.
                    Ok(Resumed::Nothing | Resumed::SignUp(_) | Resumed::Attempt(_)) => return Ok(sign_in.into()),
                    Err(error) => error,
                }
            };
            complain(words::error(&error));
            if error.is_over() {
                return Ok(begin_anew(sign_in));
            }
            if self.menu("What now?", vec!["Ask again"]).await?.way().is_none() {
                return Ok(sign_in.start_over().into());
            }
        }
    }

    async fn stayed(&mut self, error: &Error, sign_in: AnySignIn) -> Result<Next, Leave> {
        if error.is_outcome_unknown() {
            self.find_again(sign_in).await
        } else if let Some(session_id) = error.existing_session() {
            self.use_session(session_id, sign_in).await
        } else if error.is_over() {
            Ok(begin_anew(sign_in))
        } else {
            Ok(sign_in.into())
        }
    }

    /// Activates a session of this client.
    pub(super) async fn use_session(&mut self, id: &str, sign_in: AnySignIn) -> Result<Next, Leave> {
        say("This client is signed in already.");
        match self.terminal.wait("Opening its session", self.client.set_active(id)).await? {
            Ok(session) => Ok(Next::Session(session)),
            Err(error) => {
                complain(words::error(&error));
                Ok(sign_in.into())
            }
        }
    }

    /// Activates the saved session.
    pub(crate) async fn kept_session(&mut self) -> Result<Next, Leave> {
        loop {
            let client = self.client.clone();
            let opened = async {
                match client.resume().await? {
                    Resumed::Session(session) => client.set_active(&session.id).await.map(Some),
                    _ => Ok(None),
                }
            };
            match self.terminal.wait("Opening the kept session", opened).await? {
                Ok(Some(session)) => return Ok(Next::Session(session)),
                Err(error) if !error.is_over() => complain(words::error(&error)),
                Ok(None) | Err(_) => {
                    say("The kept session has ended.");
                    break;
                }
            }
            if self.menu("What now?", vec!["Try again"]).await?.way().is_none() {
                break;
            }
        }
        self.forget_session();
        Ok(self.anew())
    }

    fn is_typed(&self, identifier: Option<&str>) -> bool {
        self.identifier.as_deref().zip(identifier).is_some_and(|(typed, found)| typed.eq_ignore_ascii_case(found))
    }
}

fn begin_anew(sign_in: AnySignIn) -> Next {
    say("This sign-in is over, so it starts from the beginning.");
    sign_in.start_over().into()
}
