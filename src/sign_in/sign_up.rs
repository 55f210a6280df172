//! Sign-ups, which continue a transferable sign-in or start from an ID token.

mod codes;
mod signed_up;

use std::fmt;

use crate::client::{Client, Received};
use crate::error::{Error, ErrorKind};
use crate::sign_in::core::SignIn;
use crate::sign_in::states::State;
use crate::sign_in::step_error::{FailedStep, StepError};
use crate::wire::{
    Answer, CreateSignUp, GetSignUp, Request, SignUpAttempt, SignUpFieldName, SignUpFields, SignUpStatus, TouchSession,
    UpdateSignUp,
};
pub use signed_up::SignedUp;

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
/// | step | gives or does |
/// |---|---|
/// | [`update`](Self::update) | adds missing fields, or corrects fields that are not verified yet |
/// | [`send_email_code`](Self::send_email_code), [`verify_email_code`](Self::verify_email_code) | verifies the email address |
/// | [`send_phone_code`](Self::send_phone_code), [`verify_phone_code`](Self::verify_phone_code) | verifies the phone number |
/// | [`refresh`](Self::refresh) | asks the server |
///
/// This crate is for signing in, so it does not support sign-ups that begin on a provider's page. A sign-in with
/// [`SignIn<NeedsIdentifier>::sso`](crate::SignIn#method.sso) that leads to an unknown user becomes a sign-up instead.
pub struct SignUp {
    client: Client,
    attempt: Box<SignUpAttempt>,
}

/// The error that a failed sign-up step returns. It hands the sign-up back.
pub type SignUpError<S = SignUp> = FailedStep<S>;

impl AfterSignUp {
    pub(super) fn new(client: Client, attempt: Box<SignUpAttempt>) -> Self {
        let session_id = attempt.created_session_id.as_deref().filter(|id| !id.is_empty());
        match (&attempt.status, session_id) {
            (Some(SignUpStatus::Complete), Some(session_id)) => {
                let touch = Box::new(TouchSession::select(session_id));
                Self::Complete(SignedUp::new(client, touch, attempt))
            }
            (Some(SignUpStatus::MissingRequirements), _) => Self::MissingRequirements(SignUp { client, attempt }),
            _ => Self::Unrecognized(SignUp { client, attempt }),
        }
    }

    /// Returns the sign-up itself, after a step that is not meant to complete the sign-up.
    fn into_sign_up(self) -> SignUp {
        match self {
            Self::MissingRequirements(sign_up) | Self::Unrecognized(sign_up) => sign_up,
            Self::Complete(signed_up) => signed_up.into_sign_up(),
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
    /// A new email address or phone number replaces one that is not verified yet. In that case, send a code to the new
    /// one.
    ///
    /// ```
    /// # use clerk_sign_in::fake::FakeBackend;
    /// # use clerk_sign_in::wire::SignUpFields;
    /// # use clerk_sign_in::{AfterSignUp, Client};
    /// # futures::executor::block_on(async {
    /// # let client = Client::new(FakeBackend::demo());
    /// # let begun = client.sign_in().sign_up(SignUpFields::new().email_address("mary@exmaple.com")).await?;
    /// # let AfterSignUp::MissingRequirements(sign_up) = begun else { panic!() };
    /// let mistyped = sign_up.send_email_code().await?;
    /// let right = SignUpFields::new().email_address("mary+clerk_test@example.com");
    /// let AfterSignUp::MissingRequirements(sign_up) = mistyped.update(right).await? else { panic!() };
    /// let sent = sign_up.send_email_code().await?;
    /// let AfterSignUp::Complete(mary) = sent.verify_email_code("424242").await? else { panic!() };
    /// # let _ = mary;
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// The error hands the sign-up back. It has one of these kinds ([`ErrorKind`]):
    /// - `Rejected`: the user name, the address or the number belongs to another user (`form_identifier_exists`). The
    ///   owner of a verified address can [sign in](crate::SignIn::transfer).
    /// - `Rejected`: the text is not an email address, or not a phone number in E.164 format
    ///   (`form_param_value_invalid`). The address or number that should be replaced is already verified
    ///   (`verification_already_verified`).
    /// - `Rejected`: the password is not accepted. [`broken_password_rules`](Error::broken_password_rules) lists every
    ///   rule that the password breaks.
    /// - `Rejected`: the server no longer has the sign-up (`resource_not_found`), or another sign-up has replaced it
    ///   (`resource_forbidden`).
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](Self::refresh) shows what happened.
    pub async fn update(self, fields: SignUpFields) -> Result<AfterSignUp, SignUpError> {
        let update = UpdateSignUp::new(self.id(), fields);
        self.call(Request::UpdateSignUp(update)).await
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

    /// The required fields that have not been submitted yet.
    ///
    /// [`update`](Self::update) submits them. If the list contains
    /// [`EnterpriseSso`](crate::wire::SignUpFieldName::EnterpriseSso), the user has to sign in through the enterprise
    /// connection: [`SignIn<NeedsIdentifier>::sso`](crate::SignIn#method.sso) with
    /// [`Sso::enterprise`](crate::Sso::enterprise).
    #[must_use]
    pub fn missing_fields(&self) -> &[SignUpFieldName] {
        &self.attempt.missing_fields
    }

    /// The fields that were submitted but must still be verified.
    #[must_use]
    pub fn unverified_fields(&self) -> &[SignUpFieldName] {
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
