//! The user's own browser, which comes back to the program through the loopback address (RFC 8252 section 7.3).

mod loopback;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Browser, BrowserVisit, CapabilityError};
use crate::wire::{Secret, web_url};
use loopback::{Loopback, Waiting, wait};

/// The default time that a user may spend at a provider. The server waits for the same length of time.
const TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// A function that opens a URL.
type Open = dyn Fn(&str) -> io::Result<()> + Send + Sync;

/// The user's own browser, which desktop programs use as described in RFC 8252 section 7.3.
///
/// The user's browser opens the page, and a listener on 127.0.0.1 waits until the user comes back.
///
/// Each visit has its own port and its own unguessable path. The first request for that path ends the visit. The
/// listener answers this request with a page that tells the user to go back to the program. Any other request gets an
/// error page. Connections on which nothing arrives do not keep the user from coming back. A visit runs on two threads
/// of its own and needs no async runtime.
///
/// Only `https://` and `http://` URLs are opened.
///
/// The instance must allow redirects to `http://127.0.0.1`.
///
/// ```no_run
/// # use clerk_sign_in::platform::SystemBrowser;
/// # use clerk_sign_in::{AfterRedirect, Client, Error, Sso};
/// # async fn run(client: Client) -> Result<(), Error> {
/// let browser = SystemBrowser::new("Notes");
/// let AfterRedirect::Complete(done) =
///     client.sign_in().sso_with(&Sso::oauth("google"), &browser).await? else {
///     return Ok(());
/// };
/// # drop(done);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SystemBrowser {
    app_name: String,
    timeout: Duration,
    open: Arc<Open>,
}

impl SystemBrowser {
    /// Creates a browser that opens pages in the user's default browser.
    ///
    /// `app_name` is the program's name. It appears on the page that tells the user to go back.
    #[must_use]
    pub fn new(app_name: impl Into<String>) -> Self {
        Self { app_name: app_name.into(), timeout: TIMEOUT, open: Arc::new(webbrowser::open) }
    }

    /// Sets how long to wait for the user to come back. The default is 10 minutes.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Replaces the function that opens pages.
    ///
    /// For example, the function can start another program, or show the URL to the user in a message.
    ///
    /// If `open` cannot open the page, it returns the reason as an error, which ends the visit. A panic also ends the
    /// visit. `open` runs on a thread of its own, so it may block.
    #[must_use]
    pub fn open_with(mut self, open: impl Fn(&str) -> io::Result<()> + Send + Sync + 'static) -> Self {
        self.open = Arc::new(open);
        self
    }
}

#[async_trait]
impl Browser for SystemBrowser {
    async fn reserve(&self) -> Result<Box<dyn BrowserVisit>, CapabilityError> {
        let no_way_back =
            |error: io::Error| CapabilityError::unavailable(format!("nothing can come back here: {error}"));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(no_way_back)?;
        listener.set_nonblocking(true).map_err(no_way_back)?;
        let port = listener.local_addr().map_err(no_way_back)?.port();
        let mut path = [0; 32];
        getrandom::fill(&mut path).map_err(CapabilityError::failed)?;
        let redirect_url = format!("http://127.0.0.1:{port}/{}", URL_SAFE_NO_PAD.encode(path));
        Ok(Box::new(Visit { browser: self.clone(), listener, redirect_url }))
    }
}

/// A visit that is either reserved or already open. Dropping the visit stops its listener.
struct Visit {
    browser: SystemBrowser,
    listener: TcpListener,
    redirect_url: String,
}

#[async_trait]
impl BrowserVisit for Visit {
    fn redirect_url(&self) -> &str {
        &self.redirect_url
    }

    async fn open(self: Box<Self>, url: &str) -> Result<Secret, CapabilityError> {
        // Another program may run what it is given: it may read an option, or open a file.
        web_url::check_form(url)
            .map_err(|why| CapabilityError::failed(format!("the URL is not safe to open: {why}")))?;
        let Self { browser, listener, redirect_url } = *self;
        let (waiting, came_back) = wait();
        let loopback = Loopback::new(redirect_url, browser.app_name, waiting.clone());
        spawn("way back", waiting.clone(), move |_| loopback.listen(&listener, browser.timeout))?;
        let (url, open) = (url.to_owned(), browser.open);
        spawn("browser", waiting, move |waiting| {
            if let Err(error) = open(&url) {
                waiting.end(Err(CapabilityError::unavailable(format!("no browser opens: {error}"))));
            }
        })?;
        came_back.await
    }
}

/// Does the work on a thread of its own. A panic ends the visit.
fn spawn(
    name: &'static str,
    waiting: Waiting,
    work: impl FnOnce(&Waiting) + Send + 'static,
) -> Result<(), CapabilityError> {
    let work = move || {
        if catch_unwind(AssertUnwindSafe(|| work(&waiting))).is_err() {
            waiting.end(Err(CapabilityError::failed(format!("the thread `{name}` panicked"))));
        }
    };
    thread::Builder::new().name(name.to_owned()).spawn(work).map(drop).map_err(CapabilityError::failed)
}

impl fmt::Debug for SystemBrowser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemBrowser").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

impl fmt::Debug for Visit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Anyone who knows the path can end the visit, so `Debug` does not show the path.
        f.debug_struct("Visit").finish_non_exhaustive()
    }
}
