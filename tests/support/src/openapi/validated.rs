//! Wrappers for transports and backends. They check every request and every answer against the OpenAPI document.

use clerk_sign_in::backend::Transport;
use clerk_sign_in::backend::{Backend, BackendError, CallContext, encode_request, encode_response};
use clerk_sign_in::{async_trait, wire};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, Response};

use super::{Contract, Wrong};

/// An HTTP client.
#[derive(Clone, Debug)]
pub struct Plain(reqwest::Client);

impl Default for Plain {
    fn default() -> Self {
        // Loading the system's certificates would take up most of a test's time, so none are loaded.
        let builder = reqwest::Client::builder().tls_certs_only([]).redirect(reqwest::redirect::Policy::none());
        Self(builder.build().unwrap())
    }
}

#[async_trait]
impl Transport for Plain {
    async fn send(&self, message: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, BackendError> {
        let request = reqwest::Request::try_from(message).map_err(BackendError::transport)?;
        let answer = self.0.execute(request).await.map_err(BackendError::transport)?;
        let mut message = Response::new(Vec::new());
        *message.status_mut() = answer.status();
        *message.headers_mut() = answer.headers().clone();
        *message.body_mut() = answer.bytes().await.map_err(BackendError::transport)?.into();
        Ok(message)
    }
}

/// A wrapper that panics if a request or an answer does not match the document. It wraps an HTTP transport or a
/// backend. Calls to a backend are encoded as if they were sent over HTTP.
#[derive(Clone, Debug)]
pub struct Validated<T> {
    inner: T,
    requests: bool,
}

impl<T> Validated<T> {
    pub const fn new(inner: T) -> Self {
        Self { inner, requests: true }
    }

    /// Checks only the answers, so that a test can send wrong requests.
    pub const fn answers_only(inner: T) -> Self {
        Self { inner, requests: false }
    }

    /// Checks a request, and returns a function that checks its answer.
    fn check(&self, contract: &'static Contract, message: &Request<Vec<u8>>) -> impl Fn(&Response<Vec<u8>>) + use<T> {
        let method = message.method().to_string();
        let target = message.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        if self.requests {
            let mut checked = contract.check_request(&method, &target, message.body());
            if !message.body().is_empty() {
                checked = and_is(checked, message.headers(), "application/x-www-form-urlencoded");
            }
            assert_right(&format!("the request {method} {target}"), checked);
        }
        move |answer| {
            let status = answer.status().as_u16();
            let mut checked = contract.check_response(&method, &target, status, answer.body());
            if !answer.body().is_empty() {
                checked = and_is(checked, answer.headers(), "application/json");
            }
            assert_right(&format!("the answer {status} to {method} {target}"), checked);
        }
    }
}

#[async_trait]
impl<T: Transport> Transport for Validated<T> {
    async fn send(&self, message: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, BackendError> {
        let check_answer = Contract::published().map(|contract| self.check(contract, &message));
        let answer = self.inner.send(message).await?;
        check_answer.inspect(|check| check(&answer));
        Ok(answer)
    }
}

#[async_trait]
impl<B: Backend> Backend for Validated<B> {
    async fn call(&self, context: CallContext, request: wire::Request) -> Result<wire::Response, BackendError> {
        let Some(contract) = Contract::published() else { return self.inner.call(context, request).await };
        let check_answer = self.check(contract, &encode_request("http://clerk.invalid", &context, &request)?);
        let answer = self.inner.call(context.clone(), request).await?;
        check_answer(&encode_response(&context, &answer));
        Ok(answer)
    }

    fn public_url(&self) -> Option<&str> {
        self.inner.public_url()
    }
}

fn and_is(checked: Result<(), Wrong>, headers: &HeaderMap, expected: &str) -> Result<(), Wrong> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("without a type");
    if kind.split(';').next() == Some(expected) {
        return checked;
    }
    let mut wrong = checked.err().unwrap_or_default();
    wrong.push(format!("the body is {kind}, and should be {expected}"));
    Err(wrong)
}

fn assert_right(what: &str, checked: Result<(), Wrong>) {
    if let Err(wrong) = checked {
        panic!("{what} is not as documented:\n  {}", wrong.join("\n  "));
    }
}
