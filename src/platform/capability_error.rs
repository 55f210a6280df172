//! The errors that a capability can return.

/// The reason why a capability of the app, such as a wallet or a passkey authenticator, gave no answer.
///
/// An app should respond to each variant differently. After [`Cancelled`](Self::Cancelled), the app should offer the
/// choice again, but should show no error message. After [`Unavailable`](Self::Unavailable), the app should offer
/// another way to sign in. After [`Failed`](Self::Failed), the app should show the reason.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CapabilityError {
    /// The user closed the prompt or declined.
    #[error("the user cancelled it")]
    Cancelled,
    /// The capability is missing or cannot be used here. For example, no wallet is installed, or there is no passkey.
    #[error("it is not available here: {0}")]
    Unavailable(String),
    /// The capability was used, but failed.
    #[error("it failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl CapabilityError {
    /// Creates the error for a capability that is missing or cannot be used here. The error contains `reason`.
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable(reason.into())
    }

    /// Creates the error for a capability that failed. The cause becomes the error's source.
    ///
    /// The cause may be an error or a string. The app may show the cause to the user, so the cause must not contain a
    /// secret.
    pub fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Failed(error.into())
    }
}
