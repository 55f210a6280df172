//! Routes HTTP messages to the controls, the packages, the provider or the Frontend API. It also injects faults and
//! writes the log.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use http::header::{AUTHORIZATION, HeaderName, LOCATION, RETRY_AFTER};
use http::{HeaderValue, Method, StatusCode, Uri};
use hyper::body::{Bytes, Incoming};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, Cors, CorsLayer};
use tower_layer::Layer;

use super::control::{self, Control};
use super::faults::{self, Accident};
use super::frontend_api::{self, path_of, read};
use super::reply::{Cut, Reply, half, typed, whole};
use super::unsupported::Missing;
use super::{packages, provider, seen};
use crate::backend::{Backend, decode_request, method_of};
use crate::fake::FakeBackend;
use crate::platform::Timer;
use crate::testing::Exchange;

/// The maximum size of a request's body, in bytes.
///
/// In practice, the largest body is a passkey's assertion, whose size is a few KiB.
const BODY_AT_MOST: usize = 64 * 1024;
/// The maximum size of a body sent to the controls, in bytes. Such a body may contain the fake's whole state.
const CONTROL_BODY_AT_MOST: usize = 256 * 1024 * 1024;

/// The HTTP service that answers messages.
#[derive(Clone, Debug)]
pub(super) struct Service {
    backend: Arc<dyn Backend>,
    control: Option<Control>,
    packages: Option<Arc<PathBuf>>,
    /// The fake whose identity provider this service offers.
    provider: Option<FakeBackend>,
}

impl Service {
    pub(super) fn new(backend: Arc<dyn Backend>) -> Self {
        Self { backend, control: None, packages: None, provider: None }
    }

    pub(super) const fn control(&self) -> Option<&Control> {
        self.control.as_ref()
    }

    pub(super) fn with_control(self, control: Control) -> Self {
        Self { control: Some(control), ..self }
    }

    pub(super) fn with_provider(self, fake: FakeBackend) -> Self {
        Self { provider: Some(fake), ..self }
    }

    pub(super) fn with_packages(self, node_modules: PathBuf) -> Self {
        Self { packages: Some(Arc::new(node_modules)), ..self }
    }

    /// Adds CORS headers, so that pages from other origins can read the answers.
    ///
    /// Any page may read the Frontend API's answers. Only pages from this machine or from private addresses may read
    /// the answers of the controls.
    pub(super) fn for_browsers(self) -> Cors<Self> {
        let may_read = |origin: &HeaderValue, head: &http::request::Parts| {
            // Packages are the developer's private files. Answers of the controls contain user data. Therefore, only
            // pages from this machine or the local network may read packages and these answers.
            let is_public = !control::is_control(head.uri.path()) && !packages::is_package(head.uri.path());
            is_public || origin.to_str().is_ok_and(control::is_near)
        };
        CorsLayer::new()
            .allow_origin(AllowOrigin::predicate(may_read))
            .allow_methods(AllowMethods::mirror_request())
            .allow_headers(AllowHeaders::mirror_request())
            .allow_credentials(true)
            .expose_headers([AUTHORIZATION, HeaderName::from_static("clerk-db-jwt"), RETRY_AFTER])
            .layer(self)
    }

    async fn reply(self, message: http::Request<Incoming>) -> Result<Reply, Cut> {
        let (mut head, body) = message.into_parts();
        // HEAD is answered like GET, and hyper leaves out the body.
        let asked = head.method.clone();
        if asked == Method::HEAD {
            head.method = Method::GET;
        }
        if let Some(control) = self.control.as_ref().filter(|_| control::is_control(head.uri.path())) {
            return Ok(whole(match read(body, CONTROL_BODY_AT_MOST).await {
                Ok(body) => control.answer(&http::Request::from_parts(head, body)).await,
                Err(rejection) => control::rejected(&rejection),
            }));
        }
        let begun = Instant::now();
        if self.control.is_some() && head.uri.path() == "/" {
            return Ok(whole(to_the_controls()));
        }
        let package = self.packages.as_ref().and_then(|folder| packages::file_of(head.uri.path(), folder));
        if let Some(file) = package.filter(|_| head.method == Method::GET) {
            let answer = packages::answer(&file).await;
            log(&head.method, head.uri.path(), Some(&answer), &[], begun);
            return Ok(whole(answer));
        }
        if let Some(fake) = self.provider.as_ref().filter(|_| provider::is_provider(head.uri.path())) {
            let (method, path) = (head.method.clone(), head.uri.path().to_owned());
            let answer = match read(body, BODY_AT_MOST).await {
                Ok(body) => provider::answer(fake, &http::Request::from_parts(head, body)),
                Err(rejection) => frontend_api::rejected(rejection),
            };
            log(&method, &path, Some(&answer), &[], begun);
            return Ok(whole(answer));
        }
        head.method = asked;
        match read(body, BODY_AT_MOST).await {
            Ok(body) => self.frontend_api(http::Request::from_parts(head, body)).await,
            Err(rejection) => {
                let answer = frontend_api::rejected(rejection);
                log(&head.method, head.uri.path(), Some(&answer), &[], begun);
                Ok(whole(answer))
            }
        }
    }

    async fn frontend_api(&self, mut message: http::Request<Bytes>) -> Result<Reply, Cut> {
        if let Some(uri) = without_prefix(message.uri()) {
            *message.uri_mut() = uri;
        }
        let begun = Instant::now();
        let method = method_of(&message).unwrap_or_else(|_| message.method().clone());
        let fault = self
            .control
            .as_ref()
            .and_then(|control| faults::take(&mut control.faults(), &method, message.uri().path()));
        if let Some(fault) = &fault {
            tokio::time::sleep(fault.delay()).await;
        }
        let accident = fault.as_ref().and_then(faults::Fault::accident);
        let answer = match accident {
            Some(Accident::DropRequest) => None,
            Some(Accident::Reject(rejection)) => Some(rejection.message()),
            Some(Accident::DropResponse | Accident::TruncateBody | Accident::GarbageBody) | None => {
                Some(frontend_api::answer(&*self.backend, &message, self.is_strict()).await)
            }
        };
        let answer = match accident {
            Some(Accident::DropResponse) => None,
            Some(Accident::GarbageBody) => Some(faults::garbage()),
            _ => answer,
        };
        self.note(&method, &message, answer.as_ref(), begun);
        let answer = answer.ok_or(Cut)?;
        Ok(if let Some(Accident::TruncateBody) = accident { half(answer) } else { whole(answer) })
    }

    fn note(
        &self,
        method: &Method,
        message: &http::Request<Bytes>,
        answer: Option<&http::Response<Vec<u8>>>,
        begun: Instant,
    ) {
        let now = self.control.as_ref().map(|control| control.fake().clock().now());
        let seen = seen::seen(now.unwrap_or_default(), method, message, answer);
        let exchange = answer.and_then(|answer| answer.extensions().get::<Exchange>().cloned());
        // Without an answer, nobody knows what became of the request.
        let unanswered = || decode_request(message).ok().map(|(_, request)| Exchange::new(&request, None));
        let exchange = exchange.or_else(unanswered);
        log(method, message.uri().path(), answer, seen.errors(), begun);
        let missing = answer.and_then(|answer| answer.extensions().get::<Missing>());
        match missing {
            Some(Missing::Endpoint) => {
                tracing::warn!(%method, path = message.uri().path(), "this server has no such endpoint");
            }
            Some(Missing::Parameters(names)) => {
                tracing::debug!(%method, path = message.uri().path(), ?names, "parameters were ignored");
            }
            None => {}
        }
        if let Some(control) = &self.control {
            if let Some(missing) = missing {
                control.unsupported().add(method, message.uri().path(), missing);
            }
            control.saw(seen, exchange.as_ref());
        }
    }

    /// Returns `true` if the settings say that requests with unknown parameters are rejected.
    fn is_strict(&self) -> bool {
        self.provider.as_ref().is_some_and(|fake| fake.inspect(|state| state.settings().reject_unknown_parameters))
    }
}

/// Logs one line per request. The line contains the path but not the query, because a query may contain a token.
fn log(method: &Method, path: &str, answer: Option<&http::Response<Vec<u8>>>, errors: &[String], begun: Instant) {
    let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    let status = answer.map(|answer| answer.status().as_u16());
    tracing::info!(%method, path, status, ?errors, micros, "answered");
}

/// Returns a redirect to the controls. Anyone who opens the server's URL in a browser gets this answer.
fn to_the_controls() -> http::Response<Vec<u8>> {
    let mut message = typed(StatusCode::TEMPORARY_REDIRECT, "text/plain", Vec::new());
    message.headers_mut().insert(LOCATION, HeaderValue::from_static("/_fake"));
    message
}

impl tower_service::Service<http::Request<Incoming>> for Service {
    type Response = Reply;
    type Error = Cut;
    type Future = Pin<Box<dyn Future<Output = Result<Reply, Cut>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Cut>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, message: http::Request<Incoming>) -> Self::Future {
        Box::pin(self.clone().reply(message))
    }
}

/// Removes a proxy's path prefix from the URI, so that the Frontend API recognizes the path.
///
/// Returns `None` if there is no prefix.
fn without_prefix(uri: &Uri) -> Option<Uri> {
    let path = path_of(uri);
    if path.len() == uri.path().len() {
        return None;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{path}{query}").parse().ok()
}
