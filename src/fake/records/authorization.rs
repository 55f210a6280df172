//! Authorizations: the records of users who were sent to a provider.

use serde::{Deserialize, Serialize};

use crate::fake::provider::Claims;
use crate::wire::{ApiError, Secret, Strategy, Timestamp};

/// A user who was sent to a provider. The record's key is the `state` parameter with which the user comes back.
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
    /// The code verifier. The verifier proves to the provider that this server is the one that requested the code (RFC
    /// 7636).
    pub(in crate::fake) code_verifier: Secret,
    pub(in crate::fake) from: SentFrom,
    pub(in crate::fake) expires_at: Timestamp,
}

/// The id of a sign-in or sign-up that a user has started.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) enum AttemptId {
    SignIn(String),
    SignUp(String),
}

/// The provider and the strategy that the user chose.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct ProviderChoice {
    pub(in crate::fake) strategy: Strategy,
    pub(in crate::fake) connection_id: Option<String>,
    /// The provider's name, as it appears in the provider's URLs.
    pub(in crate::fake) provider: String,
}

/// The kind of client that sent the user to the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) enum SentFrom {
    /// An app. When the user comes back, the app gets a nonce to fetch the result, because the user's browser is not
    /// the app's own.
    App,
    /// A browser that is identified by a cookie. The browser still has this cookie when the user comes back.
    Browser,
    /// A browser that is identified by a token in the query. The token is missing when the user comes back.
    DevelopmentBrowser,
}

/// The provider's result, which an app fetches with the nonce.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::fake) struct Returned {
    pub(in crate::fake) nonce: Secret,
    /// The user's account at the provider, or an error. The field is `None` after the app has fetched the result.
    ///
    /// After that, the app can still read the sign-in with the nonce, because the first answer may have been lost.
    pub(in crate::fake) account: Option<ProviderResult>,
}

/// The user's account at the provider that the user chose, or an error.
pub(in crate::fake) type ProviderResult = (ProviderChoice, Result<Claims, ApiError>);
