//! Authenticators, which hold the user's passkeys.

use std::fmt;

use async_trait::async_trait;

use super::CapabilityError;
use crate::wire::Secret;

/// An authenticator, which holds the user's passkeys. It can be the system, a browser or a security key.
///
/// # Contract
/// - The returned future may show a prompt to the user. It may take as long as the user needs.
/// - When the future is dropped, it closes any prompt that it has opened.
/// - If the user declines, the error is [`CapabilityError::Cancelled`] (`NotAllowedError` in `WebAuthn`).
#[async_trait]
pub trait PasskeyAuthenticator: fmt::Debug + Send + Sync {
    /// Asks the user for a passkey, and returns the assertion that the passkey signed.
    ///
    /// The assertion is a `PublicKeyCredential` in the JSON format of Web Authentication Level 3 section 5.1.8
    /// (`AuthenticationResponseJSON`).
    ///
    /// # Errors
    /// [`CapabilityError`] if the user declines, if no passkey or authenticator is available, or if the request fails.
    async fn get_assertion(&self, request: PasskeyRequest<'_>) -> Result<Secret, CapabilityError>;
}

/// A request for a passkey.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PasskeyRequest<'a> {
    /// The server's options, as JSON text.
    ///
    /// The format is defined in Web Authentication Level 3 section 5.1.10 (`PublicKeyCredentialRequestOptionsJSON`).
    pub options: &'a str,
    /// The way in which the user is asked for the passkey.
    pub mediation: Mediation,
}

impl<'a> PasskeyRequest<'a> {
    /// Creates a passkey request from these options.
    #[must_use]
    pub const fn new(options: &'a str, mediation: Mediation) -> Self {
        Self { options, mediation }
    }
}

/// The way in which the user is asked for a passkey (Credential Management Level 1 section 2.3.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mediation {
    /// A dialogue that is shown immediately.
    #[default]
    Modal,
    /// Suggestions that appear at the identifier field when the user focuses the field (`conditional`).
    Autofill,
}
