//! The sign-in itself: what every state shares.

use std::fmt;

use crate::client::{Client, Received};
use crate::error::ErrorKind;
use crate::sign_in::any::AnySignIn;
use crate::sign_in::checkpoint::Checkpoint;
use crate::sign_in::standing::Standing;
use crate::sign_in::states::{NeedsIdentifier, Started, State};
use crate::sign_in::step_error::StepError;
use crate::wire::{
    self, Answer, ClientTrustState, Factor, GetSignIn, IdentifierKind, ProtectCheck, Request, Status, Timestamp,
    UserData, Verification,
};

/// A sign-in at the state `S`.
///
/// The methods of a state are the steps that are legal there. A step consumes the sign-in and returns the next one, so a
/// state cannot be used twice; a step that fails hands the sign-in back in [`StepError`]. There is no `Clone` and no
/// constructor: only the server's answers make states.
///
/// It holds the [`Client`] it belongs to and what the server said of the attempt last, read by the accessors below.
#[must_use = "the sign-in goes on from here: keep it for its next step"]
pub struct SignIn<S> {
    pub(crate) core: Box<Core>,
    pub(crate) state: S,
}

/// What every state shares, moved from state to state by its pointer.
pub(crate) struct Core {
    pub(crate) client: Client,
    pub(crate) attempt: Box<wire::SignInAttempt>,
    /// The factor that was prepared last, which the server does not name.
    pub(crate) chosen: Option<Box<Factor>>,
}

impl Client {
    /// Begins a sign-in. No call is made yet.
    pub fn sign_in(&self) -> SignIn<NeedsIdentifier> {
        SignIn::begin(self.clone())
    }
}

impl SignIn<NeedsIdentifier> {
    pub(crate) fn begin(client: Client) -> Self {
        let attempt =
            Box::new(wire::SignInAttempt { status: Some(Status::NeedsIdentifier), ..wire::SignInAttempt::default() });
        Self { core: Box::new(Core { client, attempt, chosen: None }), state: NeedsIdentifier(()) }
    }

    /// The attempt's id; `None` before the first call.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        Some(self.core.attempt.id.as_str()).filter(|id| !id.is_empty())
    }
}

impl<S: Started> SignIn<S> {
    /// The attempt's id, `sia_…`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.core.attempt.id
    }
}

/// In every state: reading, and the ways out.
impl<S: State> SignIn<S> {
    /// The name of the state, such as `NeedsSecondFactor`.
    #[must_use]
    pub fn state_name(&self) -> &'static str {
        S::NAME
    }

    /// The status as the server wrote it; `None` if it did not.
    #[must_use]
    pub fn status(&self) -> Option<&Status> {
        self.core.attempt.status.as_ref()
    }

    /// The identifier given: email address, phone number, user name or wallet address.
    #[must_use]
    pub fn identifier(&self) -> Option<&str> {
        self.core.attempt.identifier.as_deref()
    }

    /// What the instance takes as an identifier.
    #[must_use]
    pub fn supported_identifiers(&self) -> &[IdentifierKind] {
        &self.core.attempt.supported_identifiers
    }

    /// What the user may verify first. Empty once complete.
    #[must_use]
    pub fn supported_first_factors(&self) -> &[Factor] {
        self.core.attempt.supported_first_factors.as_deref().unwrap_or_default()
    }

    /// What the user may verify next. Empty until the first factor is verified, and once complete.
    #[must_use]
    pub fn supported_second_factors(&self) -> &[Factor] {
        self.core.attempt.supported_second_factors.as_deref().unwrap_or_default()
    }

    /// The verification of the first factor; `None` until one is prepared or attempted.
    #[must_use]
    pub fn first_factor_verification(&self) -> Option<&Verification> {
        self.core.attempt.first_factor_verification.as_deref()
    }

    /// The verification of the second factor or of client trust; `None` until one is prepared or attempted.
    #[must_use]
    pub fn second_factor_verification(&self) -> Option<&Verification> {
        self.core.attempt.second_factor_verification.as_deref()
    }

    /// What may be shown of the user. Some instances show nothing.
    #[must_use]
    pub fn user_data(&self) -> Option<&UserData> {
        self.core.attempt.user_data.as_deref()
    }

    /// Whether the first factor was verified but belongs to no user, so that the sign-in can become a sign-up.
    #[must_use]
    pub fn is_transferable(&self) -> bool {
        Standing::is_transferable(&self.core.attempt)
    }

    /// The session that the identifier is signed in with already, if that is why the sign-in made none.
    #[must_use]
    pub fn existing_session(&self) -> Option<&str> {
        let error = self.first_factor_verification()?.error.as_ref()?;
        (error.code == wire::ErrorCode::IdentifierAlreadySignedIn).then_some(error.meta.session_id.as_deref()).flatten()
    }

    /// What the server knows of this device for this user.
    #[must_use]
    pub fn client_trust_state(&self) -> Option<&ClientTrustState> {
        self.core.attempt.client_trust_state.as_ref()
    }

    /// What Clerk Protect asks for before the sign-in goes on.
    #[must_use]
    pub fn protect_check(&self) -> Option<&ProtectCheck> {
        self.core.attempt.protect_check.as_deref()
    }

    /// When the attempt ends if it is not finished.
    #[must_use]
    pub fn abandon_at(&self) -> Option<Timestamp> {
        self.core.attempt.abandon_at
    }

    /// The language of the messages that the user gets.
    #[must_use]
    pub fn locale(&self) -> Option<&str> {
        self.core.attempt.locale.as_deref()
    }

    /// The device that signs in.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.core.client
    }

    /// Any state → wherever the server says: `GET /v1/client/sign_ins/{id}`. Before the first call nothing is asked.
    ///
    /// # Errors
    /// [`StepError::Stayed`] if the server does not know the attempt any more
    /// ([`ResourceNotFound`](wire::ErrorCode::ResourceNotFound)), or no readable answer came.
    pub async fn refresh(self) -> Result<AnySignIn, StepError<S>> {
        if self.core.attempt.id.is_empty() {
            return Ok(self.into());
        }
        let request = Request::GetSignIn(GetSignIn::new(&self.core.attempt.id));
        self.step(request).await
    }

    /// Any state → `NeedsIdentifier`, without a call. The server forgets the old attempt when the new one begins.
    pub fn start_over(self) -> SignIn<NeedsIdentifier> {
        SignIn::begin(self.core.client)
    }

    /// What brings the sign-in back to this state after a restart. It holds no secret; see [`Checkpoint`].
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint::of(S::STANDING, &self.core)
    }

    /// One call, and the state that its answer tells.
    pub(crate) async fn step(mut self, request: Request) -> Result<AnySignIn, StepError<S>> {
        let creates = matches!(request, Request::CreateSignIn(_));
        // On the heap, since every step's future holds it, and an app's futures hold those.
        let sent = Box::pin(self.core.client.send(request));
        let Received { result, client } = match sent.await {
            Ok(received) => received,
            Err(error) => return Err(StepError::stayed(error, self)),
        };
        match result {
            Ok(Answer::SignInAttempt(attempt)) if attempt.id.is_empty() => {
                Err(StepError::stayed(ErrorKind::Protocol("the answer is a sign-in without an id".to_owned()), self))
            }
            Ok(Answer::SignInAttempt(attempt)) if !creates && attempt.id != self.core.attempt.id => {
                Err(StepError::stayed(ErrorKind::Ended { replaced_by: attempt.id }, self))
            }
            Ok(Answer::SignInAttempt(attempt)) => {
                if attempt.status != self.core.attempt.status {
                    // It was chosen at a stage that is over.
                    self.core.chosen = None;
                }
                self.core.attempt = attempt;
                Ok(AnySignIn::place(self.core))
            }
            Ok(_) => Err(StepError::stayed(ErrorKind::Protocol("the answer is no sign-in".to_owned()), self)),
            Err(rejection) => {
                let is_transfer = rejection.has(&wire::ErrorCode::SignUpIfMissingTransfer);
                match self.rejected(rejection, client.as_deref()) {
                    // Refused in form only: what was to be verified is.
                    StepError::Moved { sign_in: sign_in @ AnySignIn::Transferable(_), .. } if is_transfer => {
                        Ok(sign_in)
                    }
                    failed => Err(failed),
                }
            }
        }
    }

    /// A refusal carries the device, and the attempt in it may have moved.
    pub(crate) fn rejected(mut self, rejection: wire::Rejection, client: Option<&wire::Client>) -> StepError<S> {
        let error = ErrorKind::Rejected(rejection).into();
        let attempt = client.and_then(|client| client.sign_in.as_ref());
        if let Some(attempt) = attempt.filter(|attempt| attempt.id == self.core.attempt.id) {
            self.core.attempt.clone_from(attempt);
            if !S::stays_at(Standing::of(&self.core.attempt)) {
                return StepError::Moved { error, sign_in: AnySignIn::place(self.core) };
            }
        }
        StepError::Stayed { error, sign_in: self }
    }

    pub(crate) fn with_state<T>(self, state: T) -> SignIn<T> {
        SignIn { core: self.core, state }
    }
}

impl SignIn<()> {
    /// The state that an answer tells, wherever it came from.
    pub(crate) fn placed(client: Client, attempt: Box<wire::SignInAttempt>, chosen: Option<Box<Factor>>) -> AnySignIn {
        AnySignIn::place(Box::new(Core { client, attempt, chosen }))
    }
}

impl<S: State> fmt::Debug for SignIn<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn").field("state", &S::NAME).field("attempt", &self.core.attempt).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::sign_in::outcomes::AfterFirstFactor;
    use crate::sign_in::states::{NeedsFirstFactor, NeedsSecondFactor};

    #[test]
    fn a_sign_in_is_one_pointer_and_a_step_moves_little() {
        let pointer = size_of::<usize>();
        assert_eq!(size_of::<SignIn<NeedsSecondFactor>>(), pointer);
        assert_eq!(size_of::<Error>(), pointer);
        assert!(size_of::<AnySignIn>() <= 4 * pointer);
        assert!(size_of::<Result<AfterFirstFactor, StepError<NeedsFirstFactor>>>() <= 5 * pointer);
    }

    #[test]
    fn sign_ins_and_their_futures_may_move_between_threads() {
        fn moves<T: Send>(_: &T) {}
        fn a_future(sign_in: SignIn<NeedsSecondFactor>) -> impl Future<Output = impl Sized> + Send {
            sign_in.verify_totp("123456")
        }
        let _ = a_future;
        moves(&None::<(AnySignIn, Client, Error, StepError<NeedsFirstFactor>)>);
    }
}
