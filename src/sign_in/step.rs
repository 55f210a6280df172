//! Steps. Each step makes one call and leads to the state that the answer describes.

use super::any::AnySignIn;
use super::core::SignIn;
use super::state_kind::StateKind;
use super::states::{NeedsIdentifier, State};
use super::step_error::StepError;
use crate::client::Received;
use crate::error::{Error, ErrorKind};
use crate::fault_switches::without;
use crate::wire::{self, Answer, CreateSignIn, ErrorCode, Factor, GetSignIn, PrepareFactor, Request, SignInAttempt};

impl<S: State> SignIn<S> {
    /// Any state → the state that the server reports.
    /// `GET /v1/client/sign_ins/{id}`
    ///
    /// Before the sign-in's first call, the server has no attempt to report, so this step makes no call.
    ///
    /// # Errors
    /// [`StepError::Stayed`] if the server no longer knows the attempt
    /// ([`ResourceNotFound`](wire::ErrorCode::ResourceNotFound)), or if no readable answer was received.
    /// [`StepError::Moved`] if a rejection shows that the attempt is in another state.
    pub async fn refresh(self) -> Result<AnySignIn, StepError<S>> {
        if self.core.attempt.id.is_empty() {
            return Ok(self.into());
        }
        let request = Request::GetSignIn(GetSignIn::new(&self.core.attempt.id));
        self.step(request).await
    }

    /// Any state → `NeedsIdentifier`, without a call. The server forgets the old attempt when the new one begins.
    #[doc(alias = "reset")]
    pub fn start_over(self) -> SignIn<NeedsIdentifier> {
        SignIn::begin(self.core.client)
    }

    /// Makes one call, and returns the sign-in in the state that the answer describes.
    pub(super) async fn step(self, request: Request) -> Result<AnySignIn, StepError<S>> {
        let creates = matches!(request, Request::CreateSignIn(_));
        // Each step's future contains this future. If this future were not on the heap, the futures of steps and apps
        // would be large.
        let answer = Box::pin(self.core.client.send(request)).await;
        self.answered(answer, creates)
    }

    /// Returns the sign-in in the state that the answer describes. `creates` is `true` if the request was for a new
    /// attempt.
    pub(super) fn answered(
        mut self,
        answer: Result<Received, Error>,
        creates: bool,
    ) -> Result<AnySignIn, StepError<S>> {
        let Received { result, client, .. } = match answer {
            Ok(received) => received,
            Err(error) => return Err(StepError::stayed(error, self)),
        };
        let creates = creates || without("only create changes the id of a sign-in");
        let is_another = |id: &String| !creates && *id != self.core.attempt.id;
        match result {
            Ok(Answer::SignInAttempt(attempt)) if attempt.id.is_empty() => {
                Err(StepError::stayed(ErrorKind::Protocol("the answer is a sign-in without an id".to_owned()), self))
            }
            Ok(Answer::SignInAttempt(attempt)) if is_another(&attempt.id) => {
                Err(StepError::stayed(ErrorKind::Ended { replaced_by: attempt.id }, self))
            }
            Ok(Answer::SignInAttempt(attempt)) => {
                self.core.update(*attempt);
                Ok(AnySignIn::place(self.core))
            }
            Ok(_) => Err(StepError::stayed(ErrorKind::Protocol("the answer is no sign-in".to_owned()), self)),
            Err(rejection) => Err(self.rejected(rejection, client.as_deref())).or_else(transferred),
        }
    }

    /// Turns a rejection into the error that a step returns.
    ///
    /// A rejection comes with a description of the client, which may show that the attempt is in another state.
    pub(super) fn rejected(
        mut self,
        rejection: wire::Rejection,
        client: Option<&wire::ClientResource>,
    ) -> StepError<S> {
        let error = ErrorKind::Rejected(rejection).into();
        let attempt = client.and_then(|client| client.sign_in.as_deref());
        let attempt = attempt.filter(|_| !without("a rejection tells where the sign-in stands"));
        let is_own =
            |it: &&SignInAttempt| it.id == self.core.attempt.id || without("a rejection moves only its own sign-in");
        if let Some(attempt) = attempt.filter(is_own) {
            self.core.update(attempt.clone());
            if !stays_at(S::KIND, &self.core.attempt) {
                return StepError::Moved { error, sign_in: AnySignIn::place(self.core) };
            }
        }
        StepError::Stayed { error, sign_in: self }
    }

    /// Prepares a factor, either for the first time or again.
    ///
    /// If the sign-in is not in the state `To` afterwards, the step failed.
    pub(super) async fn prepare<To: State>(self, factor: Factor, request: Request) -> Result<SignIn<To>, StepError<S>> {
        match SignIn::<To>::try_from(self.step(request).await?) {
            Ok(mut prepared) => {
                prepared.core.choose(factor);
                Ok(prepared)
            }
            Err(elsewhere) => Err(StepError::moved(elsewhere)),
        }
    }

    /// Returns to a prepared factor that was set aside.
    ///
    /// This succeeds only if the server's last answer shows that the factor can still be used. No call is made.
    pub(super) fn back_to<To: State>(self) -> Result<SignIn<To>, Self> {
        let Self { core, state } = self;
        let prepared = SignIn::<To>::try_from(AnySignIn::place(core));
        prepared.map_err(|elsewhere| Self { core: elsewhere.into_core(), state })
    }

    /// Prepares a first factor that requires no additional data.
    pub(super) async fn prepare_first<To: State>(self, factor: Factor) -> Result<SignIn<To>, StepError<S>> {
        let request = Request::PrepareFirstFactor(PrepareFactor::new(&self.core.attempt.id, &factor));
        self.prepare(factor, request).await
    }

    /// Creates an attempt, and prepares a factor in the same call.
    ///
    /// If the attempt is not in the state `To` afterwards, the factor was not prepared.
    pub(super) async fn create_prepared<To: State>(self, create: CreateSignIn) -> Result<SignIn<To>, StepError<S>> {
        SignIn::<To>::try_from(self.step(Request::CreateSignIn(create)).await?).map_err(StepError::moved)
    }
}

/// Returns `true` if a failed step leaves the sign-in in the state `kind`.
///
/// This is the case if the server reports that state, or if setting the prepared factor aside leads to that state.
fn stays_at(kind: StateKind, attempt: &SignInAttempt) -> bool {
    kind == StateKind::from_attempt(attempt) || kind == StateKind::set_aside(attempt)
}

/// Treats a rejection as an answer if the only reason for the rejection is that the verified factor belongs to no user.
fn transferred<S: State>(failed: StepError<S>) -> Result<AnySignIn, StepError<S>> {
    match failed {
        StepError::Moved { error, sign_in: sign_in @ AnySignIn::Transferable(_) }
            if error.has_code(&ErrorCode::SignUpIfMissingTransfer) && !without("a transfer is no failure") =>
        {
            Ok(sign_in)
        }
        failed => Err(failed),
    }
}
