//! Why a capability did not do what it was asked for.

/// Why something that the app lends, such as a wallet or a passkey authenticator, gave no answer.
///
/// An app answers each differently: after [`Cancelled`](Self::Cancelled) it offers the choice again and says nothing,
/// after [`Unavailable`](Self::Unavailable) it offers another way to sign in, after [`Failed`](Self::Failed) it shows why.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CapabilityError {
    /// The user closed the prompt, or said no.
    #[error("the user cancelled it")]
    Cancelled,
    /// It is not there, or cannot do this here: no wallet is installed, no passkey is on this device.
    #[error("it is not available here: {0}")]
    Unavailable(String),
    /// It was asked, and went wrong.
    #[error("it failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl CapabilityError {
    /// It is not there, or cannot do this here, for this reason.
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable(reason.into())
    }

    /// It went wrong, by this error or for this reason, which is the source of this error. It is shown: it must hold no secret.
    pub fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Failed(error.into())
    }
}
