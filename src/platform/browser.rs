//! A browser in which the user visits an identity provider and then returns to the app.

use std::fmt;

use async_trait::async_trait;

use super::CapabilityError;
use crate::wire::Secret;

/// A browser in which the user visits an identity provider and then returns to the app.
///
/// It can be the system's browser, or a sheet that the system shows over the app (RFC 8252).
///
/// The app must know the redirect URL before it asks the server which URL to open. For this reason, a visit has two
/// steps: the app first reserves the visit, and then [opens](BrowserVisit::open) it.
///
/// # Contract
/// - Either a redirect URL belongs to only one visit and is impossible to guess, or the system opens the URL only in
///   this app.
/// - Once a visit is dropped, it stops waiting, and it ignores a user who comes back later.
#[async_trait]
pub trait Browser: fmt::Debug + Send + Sync {
    /// Reserves one visit. Nothing is shown yet.
    ///
    /// # Errors
    /// [`CapabilityError`] if there is no browser, or if no redirect URL can be reserved.
    async fn reserve(&self) -> Result<Box<dyn BrowserVisit>, CapabilityError>;
}

/// A visit to a page that sends the user back to the app.
#[async_trait]
pub trait BrowserVisit: fmt::Debug + Send + Sync {
    /// The URL through which the page sends the user back to the app.
    fn redirect_url(&self) -> &str;

    /// Returns `true` if the visit also ends when the page sends the user to this URL instead.
    ///
    /// An app may want the user to arrive at another page if the sign-in is then complete
    /// ([`Sso::complete_redirect_url`](crate::Sso::complete_redirect_url)). The server is told about that page only if
    /// the visit notices that the user has arrived there. By default, a visit notices only its redirect URL.
    fn ends_at(&self, url: &str) -> bool {
        let _ = url;
        false
    }

    /// Opens the page, waits until the user comes back, and returns the complete URL at which the user arrived.
    ///
    /// The sign-in passes only a URL that is safe to open: it begins with `https://`, or with `http://` and a loopback
    /// address or the server's own host. It contains only the characters of RFC 3986, and no password.
    ///
    /// The URL may contain secrets, so it is returned as a [`Secret`].
    ///
    /// # Contract
    /// - While the visit is open, requests for other paths are ignored, and so is a second request for the redirect
    ///   URL.
    /// - Dropping the future stops the wait.
    ///
    /// # Errors
    /// - [`CapabilityError::Cancelled`] if the user closed the page.
    /// - [`CapabilityError::Unavailable`] if the page cannot be opened here.
    /// - [`CapabilityError::Failed`] if the user did not come back in time, or if something else failed.
    async fn open(self: Box<Self>, url: &str) -> Result<Secret, CapabilityError>;
}
