//! Sign-ups, which continue a transferable sign-in or start from an ID token.

use std::fmt;
use std::future::Future;

use crate::client::{Client, Finalized, Navigation, Received};
use crate::error::{Error, ErrorKind};
use crate::sign_in::core::SignIn;
use crate::sign_in::states::State;
use crate::sign_in::step_error::{FailedStep, StepError};
use crate::wire::{
    Answer, AttemptSignUp, CreateSignUp, GetSignUp, PrepareSignUp, Request, SignUpAttempt, SignUpFields, SignUpStatus,
    Strategy, TouchSession, UpdateSignUp,
};

/// The state of a sign-up that was just started or updated.
#[must_use = "match on it to go on: a sign-up that lacks something is not yet a user"]
#[derive(Debug)]
pub enum AfterSignUp {
    /// A user and a session exist.
    Complete(SignedUp),
    /// The instance requires more data from the user. See [`SignUp::missing_fields`].
    MissingRequirements(SignUp),
    /// The sign-up was abandoned, or is in a state that this version of the crate does not know.
    Unrecognized(SignUp),
}

/// A sign-up that is not complete.
///
/// It holds the data that a sign-in or a provider has verified. The other fields are [submitted](Self::update) later.
/// The server keeps a sign-up for about a day. During that time, [`Client::sign_up`] returns it, and [`Client::resume`]
/// finds it again if no sign-in is under way.
///
/// This crate is for signing in, so it does not support sign-ups that begin with a phone number or on a provider's
/// page.
pub struct SignUp {
    client: Client,
    attempt: Box<SignUpAttempt>,
}

/// A complete sign-up, for which a user and a session exist.
///
/// [`finalize`](Self::finalize) makes the session the active session.
pub struct SignedUp {
    client: Client,
    attempt: Box<SignUpAttempt>,
    /// The request that makes the session the active session.
    touch: Box<TouchSession>,
}

/// The error that a failed sign-up step returns. It hands the sign-up back.
pub type SignUpError<S = SignUp> = FailedStep<S>;

impl AfterSignUp {
    pub(super) fn new(client: Client, attempt: Box<SignUpAttempt>) -> Self {
        let session_id = attempt.created_session_id.as_deref().filter(|id| !id.is_empty());
        match (&attempt.status, session_id) {
            (Some(SignUpStatus::Complete), Some(session_id)) => {
                let touch = Box::new(TouchSession::select(session_id));
                Self::Complete(SignedUp { client, attempt, touch })
            }
            (Some(SignUpStatus::MissingRequirements), _) => Self::MissingRequirements(SignUp { client, attempt }),
            _ => Self::Unrecognized(SignUp { client, attempt }),
        }
    }

    /// Returns the sign-up itself, after a step that is not meant to complete the sign-up.
    fn into_sign_up(self) -> SignUp {
        match self {
            Self::MissingRequirements(sign_up) | Self::Unrecognized(sign_up) => sign_up,
            Self::Complete(SignedUp { client, attempt, .. }) => SignUp { client, attempt },
        }
    }

    /// Returns an error that names the state. Use this method for states that the app does not handle.
    #[must_use]
    pub fn unhandled(self) -> Error {
        let state = match self {
            Self::Complete(_) => "a complete sign-up",
            Self::MissingRequirements(_) => "a sign-up that lacks something",
            Self::Unrecognized(_) => "a sign-up that is not recognized",
        };
        ErrorKind::Unhandled { state }.into()
    }
}

impl Client {
    /// The sign-up that is under way on this client, as the server last described it.
    ///
    /// This method makes no call. Use [`refresh`](Self::refresh) to ask the server.
    #[must_use]
    pub fn sign_up(&self) -> Option<SignUp> {
        let attempt = self.snapshot()?.sign_up.clone()?;
        let is_under_way = attempt.status == Some(SignUpStatus::MissingRequirements);
        is_under_way.then(|| SignUp { client: self.clone(), attempt })
    }
}

impl<S: State> SignIn<S> {
    /// Creates a sign-up.
    ///
    /// Even if the call succeeds, the verification in the answer can report an error about a provider's account. Such
    /// an error counts as a rejection.
    pub(crate) async fn create_sign_up(self, create: CreateSignUp) -> Result<AfterSignUp, StepError<S>> {
        let Received { result, client, .. } = match self.client().send(Request::CreateSignUp(create)).await {
            Ok(received) => received,
            Err(error) => return Err(StepError::stayed(error, self)),
        };
        match result {
            Ok(Answer::SignUpAttempt(attempt)) if !attempt.id.is_empty() => {
                let account = attempt.verifications.external_account.as_ref();
                match account.and_then(|verification| verification.error.as_deref()) {
                    Some(error) => Err(StepError::stayed(Error::from_verification(error), self)),
                    None => Ok(AfterSignUp::new(self.client().clone(), attempt)),
                }
            }
            Ok(_) => Err(StepError::stayed(ErrorKind::Protocol("the answer is no sign-up".to_owned()), self)),
            Err(rejection) => Err(self.rejected(rejection, client.as_deref())),
        }
    }
}

impl SignUp {
    /// Submits missing fields, or replaces fields that were submitted before.
    /// `PATCH /v1/client/sign_ups/{sign_up_id}`
    ///
    /// # Errors
    /// The error hands the sign-up back. It has one of these kinds ([`ErrorKind`]):
    /// - `Rejected`: the user name is taken, or another user has taken the address in the meantime
    ///   (`form_identifier_exists`). The owner of the address can [sign in](crate::SignIn::transfer).
    /// - `Rejected`: the password is not accepted. [`broken_password_rules`](Error::broken_password_rules) lists every
    ///   rule that the password breaks.
    /// - `Rejected`: the server no longer has the sign-up (`resource_not_found`), or another sign-up has replaced it
    ///   (`resource_forbidden`).
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](Self::refresh) shows what happened.
    pub async fn update(self, fields: SignUpFields) -> Result<AfterSignUp, SignUpError> {
        let update = UpdateSignUp::new(self.id(), fields);
        self.call(Request::UpdateSignUp(update)).await
    }

    /// Sends a code to an email address that must be verified ([`unverified_fields`](Self::unverified_fields)).
    /// `POST /v1/client/sign_ups/{sign_up_id}/prepare_verification`
    ///
    /// If a provider supplies an address but does not vouch for it, the address must be verified.
    ///
    /// # Errors
    /// The error hands the sign-up back. It has one of these kinds ([`ErrorKind`]):
    /// - `Rejected`: a code was sent a moment ago (`verification_code_too_many_requests`). The time to wait is in
    ///   [`retry_after`](Error::retry_after).
    /// - `Rejected`: the address is already verified (`verification_already_verified`), or the sign-up has no address
    ///   (`form_param_value_invalid`).
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](Self::refresh) shows what happened.
    pub async fn send_email_code(self) -> Result<Self, SignUpError> {
        let prepare = PrepareSignUp::new(self.id(), Strategy::EmailCode);
        self.call(Request::PrepareSignUp(prepare)).await.map(AfterSignUp::into_sign_up)
    }

    /// Verifies the email address with the code that was [sent](Self::send_email_code) to it.
    /// `POST /v1/client/sign_ups/{sign_up_id}/attempt_verification`
    ///
    /// # Errors
    /// The error hands the sign-up back. It has one of these kinds ([`ErrorKind`]):
    /// - `Rejected`: the code is wrong (`form_code_incorrect`), or no code was sent (`verification_missing`).
    /// - `Rejected`: the code is too old (`verification_expired`), or too many wrong codes were entered
    ///   (`verification_failed`). Send another code.
    /// - `Rejected`: another user has taken the address in the meantime (`form_identifier_exists`). The owner of the
    ///   address can [sign in](crate::SignIn::transfer).
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](Self::refresh) shows what happened.
    pub async fn verify_email_code(self, code: &str) -> Result<AfterSignUp, SignUpError> {
        let attempt = AttemptSignUp::code(self.id(), Strategy::EmailCode, code);
        self.call(Request::AttemptSignUp(attempt)).await
    }

    /// Asks the server for the state of the sign-up.
    /// `GET /v1/client/sign_ups/{sign_up_id}`
    ///
    /// # Errors
    /// `Rejected` if the server no longer has the sign-up (`resource_not_found`); `Transport` or `Protocol` if no
    /// readable answer came. The sign-up is handed back.
    pub async fn refresh(self) -> Result<AfterSignUp, SignUpError> {
        let get = GetSignUp::new(self.id());
        self.call(Request::GetSignUp(get)).await
    }

    async fn call(self, request: Request) -> Result<AfterSignUp, SignUpError> {
        let received = match self.client.send(request).await {
            Ok(received) => received.result,
            Err(error) => return Err(SignUpError::new(error, self)),
        };
        match received {
            Ok(Answer::SignUpAttempt(attempt)) if attempt.id == self.attempt.id => {
                Ok(AfterSignUp::new(self.client, attempt))
            }
            Ok(_) => {
                Err(SignUpError::new(ErrorKind::Protocol("the answer is not the sign-up asked for".to_owned()), self))
            }
            Err(rejection) => Err(SignUpError::new(ErrorKind::Rejected(rejection), self)),
        }
    }

    /// The sign-up's id, `sua_…`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.attempt.id
    }

    /// The required fields that have not been submitted yet, such as `username`, `password` or `legal_accepted`.
    #[must_use]
    pub fn missing_fields(&self) -> &[String] {
        &self.attempt.missing_fields
    }

    /// The fields that were submitted but must still be verified.
    #[must_use]
    pub fn unverified_fields(&self) -> &[String] {
        &self.attempt.unverified_fields
    }

    /// The server's latest description of the sign-up.
    #[must_use]
    pub const fn attempt(&self) -> &SignUpAttempt {
        &self.attempt
    }

    /// The client that this sign-up belongs to.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }
}

impl SignedUp {
    /// The id of the new session, `sess_…`.
    #[must_use]
    pub fn session_id(&self) -> &str {
        &self.touch.session_id
    }

    /// Selects the organization that [`finalize`](Self::finalize) makes the session's active organization, like
    /// [`SignIn::organization`](crate::SignIn::organization).
    #[must_use]
    pub fn organization(mut self, organization: Option<&str>) -> Self {
        *self.touch = TouchSession::select(self.session_id()).organization(organization);
        self
    }

    /// The id of the new user, `user_…`.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        self.attempt.created_user_id.as_deref()
    }

    /// The server's latest description of the sign-up.
    #[must_use]
    pub const fn attempt(&self) -> &SignUpAttempt {
        &self.attempt
    }

    /// Makes the session the active session, like [`SignIn::finalize`](crate::SignIn::finalize).
    ///
    /// # Errors
    /// The error hands the sign-up back, so that the step can be repeated. It has one of these kinds ([`ErrorKind`]):
    /// - `Rejected`: the session does not exist on the server.
    /// - `SessionUnusable`: the session has ended in the meantime.
    /// - `Transport` or `Protocol`: no readable answer came.
    pub async fn finalize(self) -> Result<Finalized, SignUpError<Self>> {
        self.finalize_with(|_| std::future::ready(())).await
    }

    /// Works like [`finalize`](Self::finalize), but also runs a callback.
    ///
    /// The callback runs after the server has answered, but before the session becomes the active session. See
    /// [`SignIn::finalize_with`](crate::SignIn::finalize_with).
    ///
    /// # Errors
    /// The errors are those of [`finalize`](Self::finalize). If there is an error, `navigate` does not run.
    pub async fn finalize_with<N, F>(self, navigate: N) -> Result<Finalized, SignUpError<Self>>
    where
        N: FnOnce(Navigation) -> F,
        F: Future<Output = ()>,
    {
        self.client.finalize(&self.touch, navigate).await.map_err(|error| SignUpError::new(error, self))
    }
}

/// Shows nothing that says who the user is, because errors contain sign-ups and are logged.
fn debug(name: &str, attempt: &SignUpAttempt, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.debug_struct(name)
        .field("id", &attempt.id)
        .field("status", &attempt.status)
        .field("missing_fields", &attempt.missing_fields)
        .field("unverified_fields", &attempt.unverified_fields)
        .finish_non_exhaustive()
}

impl fmt::Debug for SignUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug("SignUp", &self.attempt, f)
    }
}

impl fmt::Debug for SignedUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug("SignedUp", &self.attempt, f)
    }
}
