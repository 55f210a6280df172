//! What can go wrong.

use std::fmt;
use std::time::Duration;

use crate::backend::BackendError;
use crate::password::PasswordRule;
use crate::platform::CapabilityError;
use crate::wire::{ApiError, ErrorCode, Rejection, SessionStatus, Strategy, VerificationStatus};

/// What went wrong, one pointer wide.
///
/// `Display` is a sentence for a person. [`kind`](Self::kind) is for `match`; the questions below answer what an app
/// usually wants to know, so that it rarely needs a code.
#[derive(Debug)]
pub struct Error(Box<ErrorKind>);

/// The kinds of [`Error`], kept apart because an app answers each differently.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The server refused. Nothing happened, unless the refusal came with a newer state of the sign-in.
    #[error("{0}")]
    Rejected(Rejection),
    /// No answer came. The step may have happened: refresh or resume before trying again.
    #[error("no answer from the server; the step may have happened, so refresh before trying again")]
    Transport(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// An answer came that cannot be read. The step may have happened: refresh or resume before trying again.
    #[error("{0}")]
    Protocol(String),
    /// The server answered with another sign-in, which has replaced this one: start over, or resume the other.
    #[error("this sign-in is over: another one, {replaced_by}, has replaced it")]
    Ended {
        /// The id of the other sign-in.
        replaced_by: String,
    },
    /// The user has no such factor, so nothing was sent.
    #[error("this user cannot verify by `{strategy}`: choose one of the supported factors")]
    FactorNotFound {
        /// The strategy that was asked for.
        strategy: Strategy,
    },
    /// The server answered, but the sign-in stands where the step does not lead: no code was sent, for instance. With
    /// [`StepError::Moved`](crate::StepError::Moved), which says where: at a gate of Clerk Protect, mostly.
    #[error("the step did not happen: the sign-in is at {state}")]
    NotTaken {
        /// The state's name.
        state: &'static str,
    },
    /// The sign-in is at a state that the app does not handle.
    #[error("the sign-in is at {state}, which is not handled here")]
    Unhandled {
        /// The state's name.
        state: &'static str,
    },
    /// The sign-in is complete, but its session is neither active nor pending.
    #[error("the session cannot be used: {}", status.as_ref().map_or("its status is not known", SessionStatus::as_str))]
    SessionUnusable {
        /// What has become of the session.
        status: Option<SessionStatus>,
    },
    /// The link that was sent by email expired or failed: send another, or choose another factor.
    #[error("the link was not opened in time, or does not work: send another ({status})")]
    LinkNotVerified {
        /// How the verification stands.
        status: VerificationStatus,
    },
    /// Nobody opened the link while it was waited for. It may still be opened: wait again, or send another.
    #[error("the link was not opened while it was waited for")]
    TimedOut,
    /// A link led back into the app that this device did not ask for, or that it came back from already: nothing was sent.
    #[error("this device waits for no link: ask for another")]
    NoPendingLink,
    /// The user has not come back from the provider yet: go on where they are, or ask them to go there again.
    #[error("the provider has not answered yet")]
    RedirectPending,
    /// What the provider was asked for is over, and the server did not say why: go there again, or choose another way.
    #[error("the way to the provider and back took too long, or failed: go there again ({status})")]
    RedirectNotVerified {
        /// How the verification stands.
        status: VerificationStatus,
    },
    /// The URL that the user came back to is not one that this sign-in waits for: nothing was sent. Anybody can make an app
    /// open a URL.
    #[error("this is not the way back that the sign-in waits for: {0}")]
    CallbackInvalid(&'static str),
    /// The URL of a page is relative, and the client has no [`origin`](crate::ClientBuilder::origin) to resolve it against.
    /// Nothing was sent.
    #[error("the URL `{url}` is relative: give it whole, or build the client with an origin")]
    InvalidUrl {
        /// The URL.
        url: String,
    },
    /// What was to be signed is over: it expired, or was answered wrongly. Ask for another challenge. Nothing was sent, and the
    /// user was asked for nothing.
    #[error("there is nothing to sign any more: ask for another challenge")]
    NothingToSign,
    /// What the app lent, a wallet or a passkey authenticator, gave no answer: the user cancelled it, it is not there, or it
    /// failed. The step did not happen.
    #[error(transparent)]
    Capability(CapabilityError),
    /// The server asked for one proof after another, more than a person is to be asked for at once. Those that were given
    /// count: go on later.
    #[error("the server asked for {solved} proofs in a row, and for one more")]
    TooManyChallenges {
        /// How many were solved.
        solved: usize,
    },
    /// A checkpoint or an exported client cannot be read.
    #[error("what was saved cannot be used: {0}")]
    Checkpoint(String),
}

impl Error {
    /// What the server says of a verification, and not by a status of its answer.
    pub(crate) fn of_verification(error: &ApiError) -> Self {
        ErrorKind::Rejected(Rejection::new(http::StatusCode::OK, error.clone())).into()
    }

    /// What went wrong, to match on.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// What went wrong, to take apart.
    #[must_use]
    pub fn into_kind(self) -> ErrorKind {
        *self.0
    }

    /// The refusal, with every error that the server gave.
    #[must_use]
    pub fn rejection(&self) -> Option<&Rejection> {
        match self.kind() {
            ErrorKind::Rejected(rejection) => Some(rejection),
            _ => None,
        }
    }

    /// Whether the server refused with this code, first or not.
    #[must_use]
    pub fn has_code(&self, code: &ErrorCode) -> bool {
        self.rejection().is_some_and(|rejection| rejection.has(code))
    }

    /// Whether the user gave something that they can correct: a wrong password or code, an unknown identifier, a new
    /// password that is too weak. Ask again.
    #[must_use]
    pub fn is_wrong_input(&self) -> bool {
        self.rejection().is_some_and(|rejection| rejection.errors.iter().any(|error| is_wrong_input(&error.code)))
    }

    /// Every rule that the server says a new password breaks, in its order.
    /// [`PasswordPolicy::describe`](crate::PasswordPolicy::describe) has words for them; the refusal has the server's.
    #[must_use]
    pub fn broken_password_rules(&self) -> Vec<PasswordRule> {
        let errors = self.rejection().map(|rejection| rejection.errors.as_slice()).unwrap_or_default();
        errors.iter().filter_map(|error| PasswordRule::of(&error.code)).collect()
    }

    /// Whether the user cancelled it: closed a captcha, or the prompt of a wallet or for a passkey. Nothing has to be said.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self.kind(), ErrorKind::Capability(CapabilityError::Cancelled))
    }

    /// Whether the server wants a captcha solved first (`requires_captcha`). The step did not happen:
    /// [solve it](crate::Client::solve_captcha) and take the step again.
    #[must_use]
    pub fn is_captcha_required(&self) -> bool {
        self.has_code(&ErrorCode::RequiresCaptcha)
    }

    /// Whether the server refused because of this parameter: `identifier`, `password`, `code`.
    #[must_use]
    pub fn is_about(&self, param_name: &str) -> bool {
        let errors = self.rejection().map(|rejection| rejection.errors.as_slice()).unwrap_or_default();
        errors.iter().any(|error| error.meta.param_name.as_deref() == Some(param_name))
    }

    /// Whether this sign-in cannot go on, whatever the user does: another has replaced it, it was abandoned, or the
    /// server knows neither it nor the device any more. Start over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let gone = [ErrorCode::ResourceNotFound, ErrorCode::ResourceForbidden, ErrorCode::AuthenticationInvalid];
        matches!(self.kind(), ErrorKind::Ended { .. }) || gone.iter().any(|code| self.has_code(code))
    }

    /// Whether it is unknown if the step happened, since no readable answer came. Refresh or resume before trying again.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(self.kind(), ErrorKind::Transport(_) | ErrorKind::Protocol(_))
    }

    /// How long to wait before trying again, as the server said (`Retry-After`), never shortened.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.rejection().and_then(|rejection| rejection.retry_after)
    }

    /// How long the account stays locked (`user_locked`). `None` if it is not locked, and if an administrator has to
    /// unlock it: the code `user_locked` tells the two apart.
    #[must_use]
    pub fn lockout(&self) -> Option<Duration> {
        let errors = &self.rejection()?.errors;
        let locked = errors.iter().find(|error| error.code == ErrorCode::UserLocked)?;
        locked.meta.lockout_expires_in_seconds.map(Duration::from_secs)
    }

    /// The session that the identifier is signed in with already (`identifier_already_signed_in`).
    #[must_use]
    pub fn existing_session(&self) -> Option<&str> {
        self.rejection()?.errors.iter().find_map(|error| error.meta.session_id.as_deref())
    }

    /// What Clerk's support asks for (`clerk_trace_id`).
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.rejection().and_then(|rejection| rejection.trace_id.as_deref())
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
    is_wrong || PasswordRule::of(code).is_some()
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

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(kind))
    }
}

impl From<CapabilityError> for Error {
    fn from(error: CapabilityError) -> Self {
        ErrorKind::Capability(error).into()
    }
}

impl From<BackendError> for Error {
    fn from(error: BackendError) -> Self {
        match error {
            BackendError::Transport(source) => ErrorKind::Transport(source).into(),
            BackendError::Protocol(what) => ErrorKind::Protocol(what).into(),
        }
    }
}
