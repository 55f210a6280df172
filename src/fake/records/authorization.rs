//! Users who were sent to a provider.

use serde::{Deserialize, Serialize};

use crate::fake::provider::Claims;
use crate::wire::{ApiError, Secret, Strategy, Timestamp};

/// A user who was sent to a provider, as the server keeps it by the `state` that they come back with.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Authorization {
    /// What they come back to.
    pub(in crate::fake) of: Begun,
    pub(in crate::fake) at: At,
    /// Where they come back to.
    pub(in crate::fake) redirect_url: String,
    /// Where they come back to if that completes what they began.
    pub(in crate::fake) complete_url: Option<String>,
    /// What the ID token has to hold (OpenID Connect Core 1.0 section 3.1.2.1).
    pub(in crate::fake) nonce: String,
    /// What shows to the provider that the same server asks (RFC 7636).
    pub(in crate::fake) code_verifier: Secret,
    pub(in crate::fake) from: SentFrom,
    pub(in crate::fake) expires_at: Timestamp,
}

/// What a user has begun, by its id.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) enum Begun {
    SignIn(String),
    SignUp(String),
}

/// Which provider.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct At {
    pub(in crate::fake) strategy: Strategy,
    pub(in crate::fake) connection_id: Option<String>,
    /// The provider's name, as it stands in its URLs.
    pub(in crate::fake) provider: String,
}

/// What kind of device sent them there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) enum SentFrom {
    /// An app, which gets a nonce on the way back: the browser is not its own.
    App,
    /// A browser that is known by its cookie, and has it when it comes back.
    Browser,
    /// A browser that is known by its query, which it does not have when it comes back.
    DevelopmentBrowser,
}

/// What came of it at the provider, for an app to fetch by its nonce.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Returned {
    pub(in crate::fake) nonce: Secret,
    /// None once it was fetched: the same nonce shows the sign-in again, as the answer may have been lost.
    pub(in crate::fake) account: Option<(At, Result<Claims, ApiError>)>,
}
