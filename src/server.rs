//! Any backend, served over HTTP: the fake for a client in another process or language, or a proxy in front of a real one.
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
//! The binary `clerk-fake` is this server with the [fake](crate::fake) behind it and its
//! [controls](Server::with_control) on; `docs/fake-server.md` in the repository tells how to use it from any language.

mod connections;
mod control;
mod faults;
mod frontend_api;
mod packages;
mod provider;
mod reply;
mod seen;
mod service;

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
use service::Service;

/// How many connections are open at a time; more wait until one is closed.
const CONNECTIONS_AT_MOST: usize = 1024;

/// A backend that listens for HTTP requests and answers them in the Frontend API's format: those of native devices, of
/// browsers with a cookie, and of browsers of a development instance.
///
/// Requests go to `/v1/…` and `/.well-known/…`, or below any path, as they do with a proxy (`/__clerk/v1/…`). Pages of
/// other origins may call it. A body may have 64 KiB, the head of a request as much, and a request 30 seconds; what is
/// malformed is refused in the shape that Clerk gives to refusals.
///
/// There is no TLS and no defence against the open internet: bind it to the loopback address.
#[derive(Debug)]
#[must_use = "it answers nothing before `serve` or `spawn`"]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    connections: usize,
    service: Service,
}

impl Server {
    /// Listens at an address; port 0 takes a free one. Needs a tokio runtime with its I/O and time enabled.
    ///
    /// # Errors
    /// Whatever the system says if it cannot listen there.
    pub async fn bind(address: impl ToSocketAddrs, backend: impl Backend + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, connections: CONNECTIONS_AT_MOST, service: Service::new(Arc::new(backend)) })
    }

    /// Serves the OpenID provider of the fake behind this server, under `/_provider`: the page on which users agree, tokens,
    /// user info and keys. Single sign-on through a browser needs it; [`with_control`](Self::with_control) includes it.
    pub fn with_provider(mut self, fake: FakeBackend) -> Self {
        self.service = self.service.with_provider(fake);
        self
    }

    /// Puts the fake behind this server into the hand of whoever reaches it, by HTTP under `/_fake`: people, settings, what
    /// was sent, the clock, faults, the requests seen, the whole state. Open `/_fake` in a browser to see it.
    ///
    /// There is no password: only for a server that nobody else reaches. Browsers may call it from pages of this
    /// machine only.
    pub fn with_control(mut self, fake: FakeBackend) -> Self {
        self.service = self.service.with_provider(fake.clone()).with_control(Control::new(fake));
        self
    }

    /// Serves the JavaScript packages that pages load from the Frontend API (`/npm/@clerk/clerk-js@6/dist/…`) from a
    /// `node_modules` folder, in the version that is installed there.
    pub fn with_packages(mut self, node_modules: impl Into<PathBuf>) -> Self {
        self.service = self.service.with_packages(node_modules.into());
        self
    }

    /// How many connections may be open at a time, one at least; more wait until one is closed. 1024 unless set.
    pub const fn max_connections(mut self, most: usize) -> Self {
        self.connections = most;
        self
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as the base URL of an [`HttpBackend`](crate::HttpBackend).
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers requests until `stop` ends; those under way are answered first, for 10 seconds at most.
    ///
    /// # Errors
    /// Whatever the system says if it cannot go on listening.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        connections::serve(self.listener, self.connections, self.service, stop).await
    }

    /// Answers requests in a task of the runtime, until what is returned is dropped.
    pub fn spawn(self) -> RunningServer {
        let url = self.url();
        let (stop, stopped) = oneshot::channel();
        let serving = self.serve(async {
            // The other end is dropped, never used.
            let _ = stopped.await;
        });
        tokio::spawn(serving);
        RunningServer { url, _stop: stop }
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
    /// Where it listens, as the base URL of an [`HttpBackend`](crate::HttpBackend).
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}
