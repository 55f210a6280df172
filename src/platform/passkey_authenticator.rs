//! What holds the user's passkeys.

use std::fmt;

use async_trait::async_trait;

use super::CapabilityError;
use crate::wire::Secret;

/// What holds the user's passkeys: the system, a browser, a security key.
///
/// # Contract
/// - The future may show something to the user, and takes as long as the user does.
/// - Dropping it closes what it shows.
/// - A user who says no is [`CapabilityError::Cancelled`] (`NotAllowedError` of `WebAuthn`).
#[async_trait]
pub trait PasskeyAuthenticator: fmt::Debug + Send + Sync {
    /// Asks the user for a passkey, and returns what it signed: a `PublicKeyCredential` with an assertion, as the JSON
    /// text of Web Authentication Level 3 section 5.1.8 (`AuthenticationResponseJSON`).
    ///
    /// # Errors
    /// [`CapabilityError`] if the user says no, there is no passkey or authenticator, or it fails.
    async fn get_assertion(&self, request: PasskeyRequest<'_>) -> Result<Secret, CapabilityError>;
}

/// What a passkey is asked for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PasskeyRequest<'a> {
    /// The server's options, as the JSON text of Web Authentication Level 3 section 5.1.10
    /// (`PublicKeyCredentialRequestOptionsJSON`).
    pub options: &'a str,
    /// How the user is asked.
    pub mediation: Mediation,
}

impl<'a> PasskeyRequest<'a> {
    /// Asks for a passkey by these options.
    #[must_use]
    pub const fn new(options: &'a str, mediation: Mediation) -> Self {
        Self { options, mediation }
    }
}

/// How the user is asked for a passkey (Credential Management Level 1 section 2.3.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mediation {
    /// By a dialogue, at once.
    #[default]
    Modal,
    /// By the suggestions of the field for the identifier, when the user comes to it (`conditional`).
    Autofill,
}
