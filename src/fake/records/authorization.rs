//! Authorizations: users who were sent to a provider.

use serde::{Deserialize, Serialize};

use crate::fake::provider::Claims;
use crate::wire::{ApiError, Secret, Strategy, Timestamp};

/// A user who was sent to a provider. The server stores it by the `state` with which they come back.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Authorization {
    /// The sign-in or sign-up that the user continues.
    pub(in crate::fake) attempt_id: AttemptId,
    pub(in crate::fake) choice: ProviderChoice,
    /// The URL to which the user comes back.
    pub(in crate::fake) redirect_url: String,
    /// The URL to which the user comes back if the sign-in or sign-up is then complete.
    pub(in crate::fake) complete_url: Option<String>,
    /// The nonce that the ID token must contain (OpenID Connect Core 1.0 section 3.1.2.1).
    pub(in crate::fake) nonce: String,
    /// The verifier that proves to the provider that the same server redeems the code (RFC 7636).
    pub(in crate::fake) code_verifier: Secret,
    pub(in crate::fake) from: SentFrom,
    pub(in crate::fake) expires_at: Timestamp,
}

/// A sign-in or sign-up that a user has started, by its id.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) enum AttemptId {
    SignIn(String),
    SignUp(String),
}

/// The provider that the user chose, and the strategy with which they use it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct ProviderChoice {
    pub(in crate::fake) strategy: Strategy,
    pub(in crate::fake) connection_id: Option<String>,
    /// The provider's name, as it appears in its URLs.
    pub(in crate::fake) provider: String,
}

/// The kind of client that sent the user to the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) enum SentFrom {
    /// An app, which gets a nonce when the user comes back, because the browser does not belong to it.
    App,
    /// A browser that is identified by its cookie, and still has it when the user comes back.
    Browser,
    /// A browser that is identified by its query, which it does not have when the user comes back.
    DevelopmentBrowser,
}

/// The result from the provider, which an app fetches with the nonce.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Returned {
    pub(in crate::fake) nonce: Secret,
    /// The account or the error; `None` once fetched.
    ///
    /// The same nonce returns the sign-in again, because the answer may have been lost.
    pub(in crate::fake) account: Option<(ProviderChoice, Result<Claims, ApiError>)>,
}
