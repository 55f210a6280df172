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

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use http::StatusCode;
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::sync::oneshot;

use crate::backend::{Backend, BackendError, CallContext, decode_request, encode_response};
use crate::wire::{ApiError, ErrorCode, Rejection, Request, RequestError, Response};

/// What a request's body may take, in bytes. The largest real one is a passkey's assertion, of a few KiB.
const BODY_AT_MOST: usize = 64 * 1024;

/// A backend that listens for HTTP requests. It answers the requests of native devices, in the Frontend API's format.
///
/// There is no TLS and no defence against the open internet: bind it to the loopback address.
#[derive(Debug)]
#[must_use = "it answers nothing before `serve` or `spawn`"]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    backend: Arc<dyn Backend>,
}

impl Server {
    /// Listens at an address; port 0 takes a free one. Needs a tokio runtime with its I/O enabled.
    ///
    /// # Errors
    /// Whatever the system says if it cannot listen there.
    pub async fn bind(address: impl ToSocketAddrs, backend: impl Backend + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, backend: Arc::new(backend) })
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

    /// Answers requests until `stop` ends; those under way are answered first.
    ///
    /// # Errors
    /// Whatever the system says if it cannot go on listening.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let router = Router::new().fallback(answer).with_state(self.backend);
        axum::serve(self.listener, router).with_graceful_shutdown(stop).await
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

async fn answer(State(backend): State<Arc<dyn Backend>>, message: http::Request<Body>) -> http::Response<Body> {
    let (context, response) = match read(message).await {
        Ok((context, request)) => (context.clone(), call(&*backend, context, request).await),
        Err(rejection) => (CallContext::default(), Err(rejection)),
    };
    encode_response(&context, &response.unwrap_or_else(|rejection| Response::new(Err(rejection)))).map(Body::from)
}

async fn read(message: http::Request<Body>) -> Result<(CallContext, Request), Rejection> {
    let (head, body) = message.into_parts();
    let body = to_bytes(body, BODY_AT_MOST).await.map_err(|_| {
        let message = format!("A body may have {BODY_AT_MOST} bytes at most.");
        refusal(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::RequestBodyTooLarge, &message)
    })?;
    decode_request(&http::Request::from_parts(head, body)).map_err(|error| {
        let (status, code) = match error {
            RequestError::UnknownEndpoint { .. } => (StatusCode::NOT_FOUND, ErrorCode::ResourceNotFound),
            RequestError::MalformedForm(_) => (StatusCode::BAD_REQUEST, ErrorCode::RequestBodyInvalid),
        };
        refusal(status, code, &error.to_string())
    })
}

async fn call(backend: &dyn Backend, context: CallContext, request: Request) -> Result<Response, Rejection> {
    backend.call(context, request).await.map_err(|error| {
        let (status, code) = match error {
            BackendError::Transport(_) => (StatusCode::GATEWAY_TIMEOUT, ErrorCode::GatewayTimeout),
            BackendError::Protocol(_) => (StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::InternalClerkError),
        };
        refusal(status, code, &error.to_string())
    })
}

fn refusal(status: StatusCode, code: ErrorCode, message: &str) -> Rejection {
    Rejection::new(status, ApiError::new(code, message))
}
