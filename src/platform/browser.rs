//! What shows the user a page of somebody else, and comes back.

use std::fmt;

use async_trait::async_trait;

use super::CapabilityError;
use crate::wire::Secret;

/// A browser that the user goes to a provider in: the system's, or a sheet that the system shows over the app
/// (RFC 8252).
///
/// Where the user is to come back to has to be known before the server is asked for the way there, so a visit has two
/// steps: it is reserved, and then [opened](BrowserVisit::open).
///
/// # Contract
/// - Each visit has a redirect URL of its own that nobody can guess, or one by which the system opens this app and no
///   other.
/// - A visit that is dropped waits no longer, and nothing that comes back later is taken.
#[async_trait]
pub trait Browser: fmt::Debug + Send + Sync {
    /// Gets ready for one visit. Nothing is shown yet.
    ///
    /// # Errors
    /// [`CapabilityError`] if there is no browser here, or nothing that it could come back to.
    async fn reserve(&self) -> Result<Box<dyn BrowserVisit>, CapabilityError>;
}

/// One visit of a page, and the way back.
#[async_trait]
pub trait BrowserVisit: fmt::Debug + Send + Sync {
    /// Where the page has to send the user back to.
    fn redirect_url(&self) -> &str;

    /// Opens the page, waits until the user comes back, and returns the whole URL that they came back to. It may hold
    /// secrets, so that it is one.
    ///
    /// # Contract
    /// - Whatever else is opened meanwhile is passed over: another path, a second time.
    /// - Dropping the future stops waiting.
    ///
    /// # Errors
    /// [`CapabilityError::Cancelled`] if the user closed it, [`CapabilityError::Unavailable`] if it cannot be opened here,
    /// [`CapabilityError::Failed`] if they did not come back in time or something broke.
    async fn open(self: Box<Self>, url: &str) -> Result<Secret, CapabilityError>;
}
