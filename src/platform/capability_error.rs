//! The errors of capabilities.

/// The reason that something the app lends, such as a wallet or a passkey authenticator, gave no answer.
///
/// An app responds to each differently. After [`Cancelled`](Self::Cancelled) it offers the choice again and says
/// nothing. After [`Unavailable`](Self::Unavailable) it offers another way to sign in. After [`Failed`](Self::Failed)
/// it shows the reason.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CapabilityError {
    /// The user closed the prompt, or said no.
    #[error("the user cancelled it")]
    Cancelled,
    /// The capability is not there, or cannot do this here: no wallet is installed, no passkey is on this device.
    #[error("it is not available here: {0}")]
    Unavailable(String),
    /// The capability was asked, and went wrong.
    #[error("it failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl CapabilityError {
    /// Makes the error of a capability that is not there, or cannot do this here, with the reason.
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable(reason.into())
    }

    /// Makes the error of a capability that went wrong, with the cause as its source.
    ///
    /// The cause may be an error or a text. It is shown, so it must hold no secret.
    pub fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Failed(error.into())
    }
}
