//! A backend whose answers are checked against the rules.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::trace::{Checked, Exchange, Outside, TraceChecker};
use crate::backend::{Backend, BackendError, CallContext, CallPolicy};
use crate::wire::{Request, Response};

/// A backend that passes each call on, and checks the answer against [the rules](super::model).
///
/// Put it around your own backend in a test, and look at [`outside`](Self::outside) at the end:
///
/// ```
/// use std::sync::Arc;
///
/// use clerk_sign_in::Client;
/// use clerk_sign_in::fake::FakeBackend;
/// use clerk_sign_in::testing::CheckedBackend;
///
/// # futures::executor::block_on(async {
/// let backend = Arc::new(CheckedBackend::new(FakeBackend::demo()));
/// let client = Client::new(Arc::clone(&backend));
/// drop(client.sign_in().password("ada@example.com", "correct-horse-battery").await?);
/// assert!(backend.outside().is_empty());
/// assert_eq!(backend.checked(), 1);
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct CheckedBackend<B> {
    inner: B,
    checks: Arc<Mutex<Checks>>,
}

#[derive(Debug, Default)]
struct Checks {
    checker: TraceChecker,
    checked: usize,
    outside: Vec<Outside>,
    out_of_turn: Vec<Checked>,
}

/// The number of findings that are kept.
const AT_MOST: usize = 1_000;

impl<B: Backend> CheckedBackend<B> {
    /// Puts a check around a backend.
    pub fn new(inner: B) -> Self {
        Self { inner, checks: Arc::default() }
    }

    /// Puts a check around another way to the same server. Both share what they have seen and found.
    pub fn beside<C>(other: &CheckedBackend<C>, inner: B) -> Self {
        Self { inner, checks: Arc::clone(&other.checks) }
    }

    /// Forgets the sign-ins that were seen, because the server's state was replaced. What was found is kept.
    pub fn forget(&self) {
        self.checks().checker = TraceChecker::new();
    }

    /// The answers that were against the rules, oldest first. At most 1,000 are kept.
    #[must_use]
    pub fn outside(&self) -> Vec<Outside> {
        self.checks().outside.clone()
    }

    /// The requests that were not legal where the sign-in was, and that the backend rejected. At most 1,000 are kept.
    #[must_use]
    pub fn out_of_turn(&self) -> Vec<Checked> {
        self.checks().out_of_turn.clone()
    }

    /// The number of exchanges that were checked.
    #[must_use]
    pub fn checked(&self) -> usize {
        self.checks().checked
    }

    fn check(&self, exchange: &Exchange) {
        let mut checks = self.checks();
        match checks.checker.check(exchange) {
            Ok(Checked::NothingToCheck) => return,
            Ok(Checked::InTurn) => {}
            Ok(finding) if checks.out_of_turn.len() < AT_MOST => checks.out_of_turn.push(finding),
            Err(finding) if checks.outside.len() < AT_MOST => checks.outside.push(finding),
            Ok(_) | Err(_) => {}
        }
        checks.checked += 1;
    }

    fn checks(&self) -> MutexGuard<'_, Checks> {
        self.checks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call whose answer was not seen yet. If the call is dropped, the backend may still carry it out.
struct Unseen<'a, B: Backend> {
    backend: &'a CheckedBackend<B>,
    exchange: Option<Exchange>,
}

impl<B: Backend> Drop for Unseen<'_, B> {
    fn drop(&mut self) {
        if let Some(exchange) = self.exchange.take() {
            self.backend.check(&exchange);
        }
    }
}

#[async_trait]
impl<B: Backend> Backend for CheckedBackend<B> {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let mut unseen = Unseen { backend: self, exchange: Some(Exchange::new(&request, None)) };
        let asked = request.clone();
        let answer = self.inner.call(context, request).await;
        unseen.exchange = None;
        self.check(&Exchange::new(&asked, answer.as_ref().ok()));
        answer
    }

    fn call_policy(&self) -> Option<&CallPolicy> {
        self.inner.call_policy()
    }

    fn public_url(&self) -> Option<&str> {
        self.inner.public_url()
    }
}
