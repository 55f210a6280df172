//! An HTTP server for any backend.
//!
//! With this server, a client in another process or in another programming language can use the fake server. The server
//! can also act as a proxy in front of a real backend.
//!
//! ```
//! use clerk_sign_in::fake::FakeBackend;
//! use clerk_sign_in::server::Server;
//! use clerk_sign_in::{AfterFirstFactor, Client, HttpBackend};
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let server = Server::bind("127.0.0.1:0", FakeBackend::demo()).await?.spawn();
//!
//! let client = Client::new(HttpBackend::builder(server.url()).build()?);
//! let sent = client.sign_in().send_email_code("linus+clerk_test@example.com").await?;
//! let AfterFirstFactor::Complete(_) = sent.verify("424242").await? else { panic!() };
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! The binary `clerk-fake` runs this server. Its backend is the [fake](crate::fake), and the
//! [controls](Server::with_control) are enabled. `docs/fake-server.md` in the repository explains how to use
//! `clerk-fake` from any language.

mod connections;
mod control;
mod faults;
mod frontend_api;
mod packages;
mod provider;
mod reply;
mod seen;
mod service;
mod unsupported;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::sync::oneshot;

use crate::backend::Backend;
use crate::fake::FakeBackend;
use control::Control;
pub use seen::Check;
use service::Service;

/// The default maximum number of open connections. Further connections wait until an open connection is closed.
const CONNECTIONS_AT_MOST: usize = 1024;

/// An HTTP server that receives requests in the Frontend API's format and lets a backend answer them.
///
/// It serves native clients, browsers that send a cookie, and browsers registered with a development instance.
///
/// Requests go to `/v1/…` and `/.well-known/…`. These paths may have any prefix, such as the prefix of a proxy
/// (`/__clerk/v1/…`). Pages from other origins may call the server. The head and the body of a request may each be up
/// to 64 KiB long, and each must arrive within 30 seconds. Malformed requests are rejected with an error in Clerk's
/// format.
///
/// The server has no TLS and no protection against the open internet, so bind it to the loopback address.
#[derive(Debug)]
#[must_use = "it answers nothing before `serve` or `spawn`"]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    connections: usize,
    service: Service,
}

impl Server {
    /// Creates a server that listens at this address.
    ///
    /// Port 0 selects a free port. This function needs a tokio runtime with I/O and time enabled.
    ///
    /// # Errors
    /// Returns the operating system's error if the server cannot listen at the address.
    pub async fn bind(address: impl ToSocketAddrs, backend: impl Backend + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, connections: CONNECTIONS_AT_MOST, service: Service::new(Arc::new(backend)) })
    }

    /// Serves the fake's OpenID provider under `/_provider`. It offers a consent page, tokens, user info and keys.
    ///
    /// Single sign-on through a browser needs this provider. [`with_control`](Self::with_control) includes it.
    pub fn with_provider(mut self, fake: FakeBackend) -> Self {
        self.service = self.service.with_provider(fake);
        self
    }

    /// Serves HTTP controls for the fake under `/_fake`.
    ///
    /// The controls give access to users, settings, sent messages, the clock, faults, received requests and the whole
    /// state. To see the controls, open `/_fake` in a browser.
    ///
    /// The controls have no password, so enable them only on a server that nobody else can reach. In a browser, only
    /// pages from this machine or from private addresses may call the controls.
    pub fn with_control(mut self, fake: FakeBackend) -> Self {
        self.service = self.service.with_provider(fake.clone()).with_control(Control::new(fake));
        self
    }

    /// Returns what the server checks of each request about a sign-in, as it goes on. Only a server with
    /// [controls](Self::with_control) checks requests.
    #[must_use]
    pub fn check(&self) -> LiveCheck {
        LiveCheck(self.service.control().cloned())
    }

    /// Serves JavaScript packages from a `node_modules` folder. Web pages load these packages from the Frontend API.
    ///
    /// The path is `/npm/@clerk/clerk-js@6/dist/…`. The server sends the version that is installed in the folder.
    pub fn with_packages(mut self, node_modules: impl Into<PathBuf>) -> Self {
        self.service = self.service.with_packages(node_modules.into());
        self
    }

    /// Sets the maximum number of open connections. The value 0 has the same effect as 1.
    ///
    /// Further connections wait until an open connection is closed. The default is 1024.
    pub const fn max_connections(mut self, most: usize) -> Self {
        self.connections = most;
        self
    }

    /// Returns the address at which the server listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the server's URL, which is the base URL for an [`HttpBackend`](crate::HttpBackend).
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers requests until the future `stop` completes.
    ///
    /// The server then finishes the requests in progress, but takes at most 10 seconds for this.
    ///
    /// If the server cannot accept a connection, it logs the error and tries again.
    ///
    /// # Errors
    /// In this version, the function never returns an error.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        connections::serve(self.listener, self.connections, self.service, stop).await
    }

    /// Starts a tokio task that answers requests until the returned value is dropped.
    pub fn spawn(self) -> RunningServer {
        let url = self.url();
        let (stop, stopped) = oneshot::channel();
        let serving = self.serve(async {
            // The sender never sends a value. The server stops when the sender is dropped.
            let _ = stopped.await;
        });
        tokio::spawn(serving);
        RunningServer { url, _stop: stop }
    }
}

/// What a server has checked so far. See [`Server::check`].
#[derive(Clone, Debug)]
pub struct LiveCheck(Option<Control>);

impl LiveCheck {
    /// The numbers so far.
    #[must_use]
    pub fn now(&self) -> Check {
        self.0.as_ref().map(|control| control.seen().check()).unwrap_or_default()
    }
}

/// A server that answers requests until it is dropped.
#[derive(Debug)]
#[must_use = "the server stops when this is dropped"]
pub struct RunningServer {
    url: String,
    _stop: oneshot::Sender<()>,
}

impl RunningServer {
    /// Returns the server's URL, which is the base URL for an [`HttpBackend`](crate::HttpBackend).
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}
