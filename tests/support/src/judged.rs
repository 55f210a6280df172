//! A backend whose answers must be within the rules of the model.

use std::sync::{Arc, Mutex};

use clerk_sign_in::async_trait;
use clerk_sign_in::backend::{Backend, BackendError, CallContext, CallPolicy};
use clerk_sign_in::testing::{Checked, Exchange, Outside, TraceChecker};
use clerk_sign_in::wire::{Request, Response};

/// A backend that fails the test as soon as an answer is against the rules.
#[derive(Debug)]
pub struct Judged<B> {
    inner: B,
    checker: SharedChecker,
}

/// A checker that several backends of one server share.
#[derive(Clone, Debug, Default)]
pub struct SharedChecker(Arc<Mutex<TraceChecker>>);

/// An exchange whose answer was not seen yet.
struct Unseen<'a> {
    checker: &'a SharedChecker,
    exchange: Option<Exchange>,
}

impl Drop for Unseen<'_> {
    fn drop(&mut self) {
        if let Some(exchange) = self.exchange.take() {
            drop(self.checker.check(&exchange));
        }
    }
}

impl SharedChecker {
    fn check(&self, exchange: &Exchange) -> Result<Checked, Outside> {
        self.0.lock().unwrap().check(exchange)
    }

    /// Forgets what was seen, because the server's state was replaced.
    pub fn forget(&self) {
        *self.0.lock().unwrap() = TraceChecker::new();
    }
}

impl<B> Judged<B> {
    pub fn new(inner: B, checker: &SharedChecker) -> Self {
        Self { inner, checker: checker.clone() }
    }
}

#[async_trait]
impl<B: Backend> Backend for Judged<B> {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        // A call that is dropped may still be carried out.
        let mut unseen = Unseen { checker: &self.checker, exchange: Some(Exchange::new(&request, None)) };
        let asked = request.clone();
        let answer = self.inner.call(context, request).await;
        unseen.exchange = None;
        let judged = self.checker.check(&Exchange::new(&asked, answer.as_ref().ok()));
        if let Err(outside) = judged {
            panic!("an answer is against the rules: {outside}");
        }
        answer
    }

    fn call_policy(&self) -> Option<&CallPolicy> {
        self.inner.call_policy()
    }

    fn public_url(&self) -> Option<&str> {
        self.inner.public_url()
    }
}
