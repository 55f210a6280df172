//! Errors.

mod kind;
mod user_message;

pub use kind::{ErrorKind, LinkError, RedirectError};

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use crate::backend::BackendError;
#[cfg(feature = "http")]
use crate::backend::HttpSetupError;
#[cfg(feature = "publishable-key")]
use crate::backend::publishable_key::PublishableKeyError;
use crate::password::PasswordRule;
use crate::platform::CapabilityError;
use crate::wire::{ApiError, ErrorCode, Rejection};

/// An error of this crate. It is only as large as one pointer, and it is cheap to clone.
///
/// [`user_message`](Self::user_message) returns a sentence for the user, and `Display` writes one for developers.
/// [`kind`](Self::kind) returns an enum that you can match on. The other methods answer the questions that an app
/// usually has, so the app rarely has to look at an error code.
///
/// It can be serialised for a user interface that is written in another programming language:
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{Client, Error};
/// # futures::executor::block_on(async {
/// # let client = Client::new(FakeBackend::demo());
/// let error: Error =
///     client.sign_in().password("ada@example.com", "wrong").await.unwrap_err().into();
/// assert_eq!(
///     serde_json::to_value(&error).unwrap(),
///     serde_json::json!({
///         "code": "form_password_incorrect",
///         "message": "The password is wrong. Try again, or sign in another way.",
///         "field": "password",
///         "retry_after": null,
///     }),
/// );
/// # });
/// ```
///
/// `retry_after` is in whole seconds, rounded up.
#[derive(Clone, Debug)]
pub struct Error(Arc<ErrorKind>);

impl Error {
    /// Creates the error for a failed verification, which the server reports inside a successful answer.
    pub(crate) fn from_verification(error: &ApiError) -> Self {
        ErrorKind::Rejected(Rejection::new(http::StatusCode::OK, error.clone())).into()
    }

    /// The kind of error, as an enum that you can match on.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// The name of the error. It is the server's first error code or, if there is none, the name of the [`ErrorKind`].
    ///
    /// The names of kinds are in snake case, such as `transport` or `link_not_opened`.
    #[must_use]
    pub fn code(&self) -> &str {
        match self.kind() {
            ErrorKind::Rejected(rejection) => rejection.errors.first().map_or("rejected", |error| error.code.as_str()),
            ErrorKind::NotSent(_) => "not_sent",
            ErrorKind::Transport(_) => "transport",
            ErrorKind::Protocol(_) => "protocol",
            ErrorKind::Ended { .. } => "ended",
            ErrorKind::StepNotApplied { .. } => "step_not_applied",
            ErrorKind::Unhandled { .. } => "unhandled",
            ErrorKind::FactorNotFound { .. } => "factor_not_found",
            ErrorKind::AmbiguousFactor { .. } => "ambiguous_factor",
            ErrorKind::Setup(_) => "setup",
            ErrorKind::SessionUnusable { .. } => "session_unusable",
            ErrorKind::Link(LinkError::NotVerified { .. }) => "link_not_verified",
            ErrorKind::Link(LinkError::NotOpened) => "link_not_opened",
            ErrorKind::Link(LinkError::NotPending) => "link_not_pending",
            ErrorKind::Redirect(RedirectError::Pending) => "redirect_pending",
            ErrorKind::Redirect(RedirectError::NotVerified { .. }) => "redirect_not_verified",
            ErrorKind::Redirect(RedirectError::InvalidCallback(_)) => "redirect_invalid_callback",
            ErrorKind::Redirect(RedirectError::UnsafeUrl(_)) => "redirect_unsafe_url",
            ErrorKind::InvalidUrl { .. } => "invalid_url",
            ErrorKind::Capability(CapabilityError::Cancelled) => "capability_cancelled",
            ErrorKind::Capability(CapabilityError::Unavailable(_)) => "capability_unavailable",
            ErrorKind::Capability(CapabilityError::Failed(_)) => "capability_failed",
            ErrorKind::TooManyChallenges { .. } => "too_many_challenges",
            ErrorKind::Checkpoint(_) => "checkpoint",
        }
    }

    /// The parameter that the server rejected, such as `identifier`, `password` or `code`. `None` if the server named
    /// no parameter.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.errors().iter().find_map(|error| error.meta.param_name.as_deref())
    }

    /// The rejection, which contains every error that the server reported. `None` if the server rejected nothing.
    #[must_use]
    pub fn rejection(&self) -> Option<&Rejection> {
        match self.kind() {
            ErrorKind::Rejected(rejection) => Some(rejection),
            _ => None,
        }
    }

    /// Returns `true` if any error in the server's rejection has this code.
    #[must_use]
    pub fn has_code(&self, code: &ErrorCode) -> bool {
        self.rejection().is_some_and(|rejection| rejection.has(code))
    }

    /// Returns `true` if the user can correct the input.
    ///
    /// For example, the user entered a wrong password, a wrong code, an unknown identifier or a weak new password. Ask
    /// the user for the input again.
    #[must_use]
    pub fn is_wrong_input(&self) -> bool {
        self.errors().iter().any(|error| is_wrong_input(&error.code))
    }

    /// The rules that a new password breaks, in the order in which the server listed them.
    ///
    /// [`PasswordPolicy::describe`](crate::PasswordPolicy::describe) describes these rules in words. The server's own
    /// descriptions are in the rejection.
    #[must_use]
    pub fn broken_password_rules(&self) -> Vec<PasswordRule> {
        self.errors().iter().filter_map(|error| PasswordRule::from_code(&error.code)).collect()
    }

    /// Returns `true` if the user closed a captcha, a wallet prompt or a passkey prompt.
    ///
    /// In this case, the app should not show an error.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self.kind(), ErrorKind::Capability(CapabilityError::Cancelled))
    }

    /// Returns `true` if a captcha must be solved first (`requires_captcha`).
    ///
    /// The server did not carry out the step. [Solve the captcha](crate::Client::solve_captcha) and take the step
    /// again.
    #[must_use]
    pub fn is_captcha_required(&self) -> bool {
        self.has_code(&ErrorCode::RequiresCaptcha)
    }

    /// Returns `true` if the server rejected this parameter, such as `identifier`, `password` or `code`.
    #[must_use]
    pub fn is_about(&self, param_name: &str) -> bool {
        self.errors().iter().any(|error| error.meta.param_name.as_deref() == Some(param_name))
    }

    /// Returns `true` if this sign-in cannot continue. Start over.
    ///
    /// The sign-in was abandoned or replaced by another sign-in, or the server no longer knows the sign-in or the
    /// client.
    #[must_use]
    pub fn is_over(&self) -> bool {
        match self.kind() {
            ErrorKind::Ended { .. } => true,
            ErrorKind::Rejected(rejection) => rejection.ends_a_sign_in(),
            _ => false,
        }
    }

    /// Returns `true` if no readable answer came. In this case, the server may have carried out the step.
    ///
    /// Before you try again, refresh or resume the sign-in.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(self.kind(), ErrorKind::Transport(_) | ErrorKind::Protocol(_))
    }

    /// Returns `true` if the error says nothing about what was asked. In that case, it makes sense to ask again.
    pub(crate) fn is_passing(&self) -> bool {
        let is_busy =
            |status: http::StatusCode| status == http::StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
        self.is_outcome_unknown()
            || matches!(self.kind(), ErrorKind::NotSent(_))
            || self.rejection().is_some_and(|rejection| is_busy(rejection.status))
    }

    /// The time to wait before trying again, exactly as the server gave it (`Retry-After`).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.rejection().and_then(|rejection| rejection.retry_after)
    }

    /// The time for which the account stays locked (`user_locked`).
    ///
    /// `None` if the account is not locked, or if only an administrator can unlock it. If only an administrator can
    /// unlock the account, the error still has the code `user_locked`.
    #[must_use]
    pub fn lockout(&self) -> Option<Duration> {
        let errors = &self.rejection()?.errors;
        let locked = errors.iter().find(|error| error.code == ErrorCode::UserLocked)?;
        locked.meta.lockout_expires_in_seconds.map(Duration::from_secs)
    }

    /// The id of the session in which the identifier is already signed in (`identifier_already_signed_in`).
    #[must_use]
    pub fn existing_session(&self) -> Option<&str> {
        let is_signed_in = |error: &&ApiError| error.code == ErrorCode::IdentifierAlreadySignedIn;
        self.errors().iter().find(is_signed_in)?.meta.session_id.as_deref()
    }

    /// The trace id that Clerk's support team asks for (`clerk_trace_id`).
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.rejection().and_then(|rejection| rejection.trace_id.as_deref())
    }

    fn errors(&self) -> &[ApiError] {
        self.rejection().map(|rejection| rejection.errors.as_slice()).unwrap_or_default()
    }
}

fn is_wrong_input(code: &ErrorCode) -> bool {
    use ErrorCode as C;
    let is_wrong = matches!(
        code,
        C::AccountLockoutWarning
            | C::FormCodeIncorrect
            | C::FormIdentifierNotFound
            | C::FormParamFormatInvalid
            | C::FormParamMaxLengthExceeded
            | C::FormParamMissing
            | C::FormParamNil
            | C::FormPasswordIncorrect
            | C::FormPasswordOrIdentifierIncorrect
            | C::FormPasswordValidationFailed
            | C::TotpIncorrectCode
    );
    is_wrong || PasswordRule::from_code(code).is_some()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

/// Writes `code`, `message` (for the user), `field`, and `retry_after` (in seconds).
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let seconds = self.retry_after().map(|wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0));
        let mut error = serializer.serialize_struct("Error", 4)?;
        error.serialize_field("code", self.code())?;
        error.serialize_field("message", &self.user_message())?;
        error.serialize_field("field", &self.field())?;
        error.serialize_field("retry_after", &seconds)?;
        error.end()
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Arc::new(kind))
    }
}

impl From<LinkError> for Error {
    fn from(error: LinkError) -> Self {
        ErrorKind::Link(error).into()
    }
}

impl From<RedirectError> for Error {
    fn from(error: RedirectError) -> Self {
        ErrorKind::Redirect(error).into()
    }
}

impl From<CapabilityError> for Error {
    fn from(error: CapabilityError) -> Self {
        ErrorKind::Capability(error).into()
    }
}

#[cfg(feature = "http")]
impl From<HttpSetupError> for Error {
    fn from(error: HttpSetupError) -> Self {
        ErrorKind::Setup(error.into()).into()
    }
}

#[cfg(feature = "publishable-key")]
impl From<PublishableKeyError> for Error {
    fn from(error: PublishableKeyError) -> Self {
        ErrorKind::Setup(error.into()).into()
    }
}

impl From<BackendError> for Error {
    fn from(error: BackendError) -> Self {
        match error {
            BackendError::NotSent(source) => ErrorKind::NotSent(source).into(),
            BackendError::Transport(source) => ErrorKind::Transport(source).into(),
            BackendError::Protocol(what) => ErrorKind::Protocol(what).into(),
        }
    }
}
