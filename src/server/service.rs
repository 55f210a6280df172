//! What happens to a message: it goes to the controls or to the Frontend API, meets a fault or not, and is logged.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use http::header::{AUTHORIZATION, HeaderName, RETRY_AFTER};
use http::{HeaderValue, Method, Uri};
use hyper::body::{Bytes, Incoming};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, Cors, CorsLayer};
use tower_layer::Layer;

use super::control::{self, Control};
use super::faults::{self, Accident};
use super::frontend_api::{self, path_of, read};
use super::packages;
use super::reply::{Cut, Reply, half, whole};
use super::seen;
use crate::backend::Backend;
use crate::platform::Timer;

/// Answers messages.
#[derive(Clone, Debug)]
pub(super) struct Service {
    backend: Arc<dyn Backend>,
    control: Option<Control>,
    packages: Option<Arc<PathBuf>>,
}

impl Service {
    pub(super) fn new(backend: Arc<dyn Backend>) -> Self {
        Self { backend, control: None, packages: None }
    }

    pub(super) fn with_control(self, control: Control) -> Self {
        Self { control: Some(control), ..self }
    }

    pub(super) fn with_packages(self, node_modules: PathBuf) -> Self {
        Self { packages: Some(Arc::new(node_modules)), ..self }
    }

    /// Lets pages of other origins read the answers: any page those of the Frontend API, pages of this machine the controls.
    pub(super) fn for_browsers(self) -> Cors<Self> {
        let may_read = |origin: &HeaderValue, head: &http::request::Parts| {
            !control::is_control(head.uri.path()) || origin.to_str().is_ok_and(control::is_of_this_machine)
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
        let (head, body) = message.into_parts();
        if let Some(control) = self.control.as_ref().filter(|_| control::is_control(head.uri.path())) {
            return Ok(whole(match read(body).await {
                Ok(body) => control.answer(&http::Request::from_parts(head, body)).await,
                Err(rejection) => frontend_api::refused(rejection),
            }));
        }
        let package = self.packages.as_ref().and_then(|folder| packages::file_of(head.uri.path(), folder));
        if let Some(file) = package.filter(|_| head.method == Method::GET) {
            return Ok(whole(packages::answer(&file).await));
        }
        match read(body).await {
            Ok(body) => self.frontend_api(http::Request::from_parts(head, body)).await,
            Err(rejection) => Ok(whole(frontend_api::refused(rejection))),
        }
    }

    async fn frontend_api(&self, mut message: http::Request<Bytes>) -> Result<Reply, Cut> {
        if let Some(uri) = without_prefix(message.uri()) {
            *message.uri_mut() = uri;
        }
        let begun = Instant::now();
        let method = method_of(&message);
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
            Some(Accident::Refuse(refusal)) => Some(refusal.message()),
            Some(Accident::DropResponse | Accident::TruncateBody | Accident::GarbageBody) | None => {
                Some(frontend_api::answer(&*self.backend, &message).await)
            }
        };
        let answer = match accident {
            Some(Accident::DropResponse) => None,
            Some(Accident::GarbageBody) => Some(faults::garbage()),
            _ => answer,
        };
        self.log(&method, &message, answer.as_ref(), begun);
        let answer = answer.ok_or(Cut)?;
        Ok(if let Some(Accident::TruncateBody) = accident { half(answer) } else { whole(answer) })
    }

    fn log(
        &self,
        method: &Method,
        message: &http::Request<Bytes>,
        answer: Option<&http::Response<Vec<u8>>>,
        begun: Instant,
    ) {
        let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let status = answer.map(|answer| answer.status().as_u16());
        let now = self.control.as_ref().map(|control| control.fake().clock().now());
        let seen = seen::seen(now.unwrap_or_default(), method, message, answer);
        // The path alone: a query may carry a token.
        tracing::info!(%method, path = message.uri().path(), status, errors = ?seen.errors(), micros, "answered");
        if let Some(control) = &self.control {
            control.saw(seen);
        }
    }
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

/// The same URI with the path that the Frontend API knows, if a proxy's path stands before it.
fn without_prefix(uri: &Uri) -> Option<Uri> {
    let path = path_of(uri);
    if path.len() == uri.path().len() {
        return None;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{path}{query}").parse().ok()
}

/// The method, after `_method` was applied.
fn method_of(message: &http::Request<Bytes>) -> Method {
    let query = message.uri().query().unwrap_or_default().as_bytes();
    let overridden = form_urlencoded::parse(query).find(|(name, _)| name == "_method");
    overridden.and_then(|(_, method)| method.parse().ok()).unwrap_or_else(|| message.method().clone())
}
