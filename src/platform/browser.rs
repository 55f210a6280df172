//! A browser that shows the user an identity provider, and comes back.

use std::fmt;

use async_trait::async_trait;

use super::CapabilityError;
use crate::wire::Secret;

/// A browser in which the user goes to an identity provider.
///
/// It is the system's browser, or a sheet that the system shows over the app (RFC 8252).
///
/// The redirect URL must be known before the server is asked for the URL to open. So a visit has two steps: it is
/// reserved, and then [opened](BrowserVisit::open).
///
/// # Contract
/// - Each visit has a redirect URL of its own that nobody can guess, or one with which the system opens this app and no
///   other.
/// - A visit that is dropped no longer waits, and ignores anything that comes back later.
#[async_trait]
pub trait Browser: fmt::Debug + Send + Sync {
    /// Reserves one visit. Nothing is shown yet.
    ///
    /// # Errors
    /// [`CapabilityError`] if there is no browser here, or nothing that it could come back to.
    async fn reserve(&self) -> Result<Box<dyn BrowserVisit>, CapabilityError>;
}

/// A visit to one page, and the way back.
#[async_trait]
pub trait BrowserVisit: fmt::Debug + Send + Sync {
    /// The URL to which the page has to send the user back.
    fn redirect_url(&self) -> &str;

    /// Opens the page, waits until the user comes back, and returns the whole URL of their return.
    ///
    /// The URL may hold secrets, so it is a secret itself.
    ///
    /// # Contract
    /// - Anything else that is opened meanwhile is ignored: another path, or the same one a second time.
    /// - Dropping the future stops waiting.
    ///
    /// # Errors
    /// [`CapabilityError::Cancelled`] if the user closed it, [`CapabilityError::Unavailable`] if it cannot be opened
    /// here, [`CapabilityError::Failed`] if the user did not come back in time or something broke.
    async fn open(self: Box<Self>, url: &str) -> Result<Secret, CapabilityError>;
}
