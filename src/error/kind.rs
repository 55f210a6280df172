//! The kinds of errors, one for each cause.

use crate::platform::CapabilityError;
use crate::wire::{Factor, Rejection, SessionStatus, Strategy, VerificationStatus};

/// The kinds of [`Error`](crate::Error), one for each cause. An app handles each kind differently.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The server rejected the step. The sign-in is unchanged, unless the rejection contained a newer state.
    #[error("{0}")]
    Rejected(Rejection),
    /// Nothing was sent, because the server cannot be reached or because the client's earlier calls took the whole time
    /// limit. The step did not happen, so it is safe to try again.
    #[error("nothing was sent, so it is safe to try again")]
    NotSent(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No answer came. The server may have carried out the step, so refresh or resume the sign-in before trying again.
    #[error("no answer from the server; the step may have happened, so refresh before trying again")]
    Transport(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// An answer came, but the client could not read it. The server may have carried out the step, so refresh or resume
    /// the sign-in before trying again.
    #[error("{0}")]
    Protocol(String),
    /// The server answered with another sign-in, which has replaced this one. Start over, or resume the other sign-in.
    #[error("this sign-in is over, since {replaced_by} has replaced it: start over or resume")]
    Ended {
        /// The id of the other sign-in.
        replaced_by: String,
    },
    /// The server answered, but did not carry out the step. For example, it sent no code.
    ///
    /// This error comes with [`StepError::Moved`](crate::StepError::Moved), which contains the sign-in in its current
    /// state. Usually, that state is [`NeedsProtectCheck`](crate::NeedsProtectCheck).
    #[error("the step was not applied: the sign-in is at {state}")]
    StepNotApplied {
        /// The name of the state.
        state: &'static str,
    },
    /// The sign-in is in a state that the app does not handle.
    #[error("the sign-in is at {state}, which is not handled here")]
    Unhandled {
        /// The name of the state.
        state: &'static str,
    },
    /// The user has no factor with this strategy. Nothing was sent.
    #[error("this user cannot verify by `{strategy}`: choose one of the supported factors")]
    FactorNotFound {
        /// The requested strategy.
        strategy: Strategy,
    },
    /// The step names no factor, and several of the user's addresses or numbers are masked in such a way that each may
    /// be the one that the user typed. Nothing was sent.
    ///
    /// Let the user choose one of the factors, and pass it to [`send_code`](crate::SignIn::send_code) or a similar
    /// step. Alternatively, begin the sign-in with a step such as
    /// [`SignIn<NeedsIdentifier>::send_email_code`](crate::SignIn#method.send_email_code), because then the server
    /// chooses.
    #[error("{} factors may be the one that the user typed: choose one of them", choices.len())]
    AmbiguousFactor {
        /// The factors that may be the one that the user typed.
        choices: Vec<Factor>,
    },
    /// The client cannot be set up, because the publishable key or the setup of the HTTP client is not valid.
    #[error(transparent)]
    Setup(Box<dyn std::error::Error + Send + Sync>),
    /// The sign-in is complete, but its session is neither active nor pending.
    #[error("the session cannot be used: {}", status.as_ref().map_or("its status is not known", SessionStatus::as_str))]
    SessionUnusable {
        /// The status of the session.
        status: Option<SessionStatus>,
    },
    /// An email link did not verify the sign-in.
    #[error(transparent)]
    Link(LinkError),
    /// The identity provider did not verify the user.
    #[error(transparent)]
    Redirect(RedirectError),
    /// The URL of a page is relative, and the client has no [`origin`](crate::ClientBuilder::origin).
    ///
    /// The URL cannot be resolved. Nothing was sent.
    #[error("the URL `{url}` is relative: give it whole, or build the client with an origin")]
    InvalidUrl {
        /// The URL.
        url: String,
    },
    /// Something that the app provides, such as a wallet or a browser, gave no answer.
    ///
    /// The user cancelled the request, the request failed, or nothing was available to answer it. The step did not
    /// happen.
    #[error(transparent)]
    Capability(CapabilityError),
    /// Clerk Protect asked for too many proofs in a row.
    ///
    /// The challenges that were already solved still count. Call [`solve_with`](crate::SignIn::solve_with) again to
    /// continue.
    #[error("the server asked for more than {solved} proofs in a row: call again to continue")]
    TooManyChallenges {
        /// The number of challenges that were solved.
        solved: usize,
    },
    /// A checkpoint cannot be restored, because it has another version or contains no sign-in that can continue.
    #[error("the saved sign-in cannot be used: {0}")]
    Checkpoint(String),
}

/// The reason why an email link did not verify the sign-in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkError {
    /// The link expired or failed. Send another link, or choose another factor.
    #[error("the link was not opened in time or does not work ({status}): send another")]
    NotVerified {
        /// The status of the verification.
        status: VerificationStatus,
    },
    /// Nobody opened the link during the wait. The link can still be opened, so wait again or send another link.
    #[error("the link was not opened during the wait: wait again or send another")]
    NotOpened,
    /// A link led back into the app, but the client is not waiting for a link.
    ///
    /// Either the client did not request a link, or the client has already used the link. Nothing was sent.
    #[error("this client waits for no link: send another")]
    NotPending,
}

/// The reason why the identity provider did not verify the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedirectError {
    /// The user has not come back yet. Wait, or send the user to the identity provider again.
    #[error("the identity provider has not answered yet")]
    Pending,
    /// The redirect expired or failed, and the server gave no reason. Start another redirect, or choose another factor.
    #[error("the redirect took too long or failed ({status}): start another")]
    NotVerified {
        /// The status of the verification.
        status: VerificationStatus,
    },
    /// The callback URL does not belong to this sign-in. Nothing was sent.
    ///
    /// The URL may be forged, because any program can ask the system to open the app with a URL of its choice.
    #[error("the callback URL does not belong to this sign-in: {0}")]
    InvalidCallback(&'static str),
    /// The server sent a URL of an identity provider that is not safe to open, so no browser gets it.
    ///
    /// The sign-in goes on: choose another factor or another provider. A safe URL begins with `https://` and contains
    /// no password. `http://` is accepted only for a loopback address and for the server's own host. If the provider
    /// is yours, correct its URL in the settings of the instance.
    #[error("the identity provider's URL is not safe to open, since {0}: choose another factor or provider")]
    UnsafeUrl(&'static str),
}
