//! Calls that fail.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use clerk_sign_in::async_trait;
use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::wire::{Request, Response};

/// The time for which a user waits for an answer.
pub const PATIENCE: Duration = Duration::from_millis(200);

/// A backend that simulates a failure of its n-th call.
#[derive(Debug)]
pub struct Accident {
    inner: Arc<dyn Backend>,
    calls_before: AtomicUsize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// The request never arrives.
    RequestLost,
    /// The server processes the request, but the answer never arrives.
    AnswerLost,
    /// The call never ends, and the request never reaches the server.
    HangsBefore,
    /// The call never ends, but the server processes the request.
    HangsAfter,
}

pub const KINDS: [Kind; 4] = [Kind::RequestLost, Kind::AnswerLost, Kind::HangsBefore, Kind::HangsAfter];

impl Accident {
    pub fn new(inner: &Arc<dyn Backend>, nth: usize, kind: Kind) -> Self {
        Self { inner: Arc::clone(inner), calls_before: AtomicUsize::new(nth), kind }
    }

    /// Waits as long as a patient user would, and then returns `None`. If the failure has not been simulated yet, the
    /// method keeps waiting, because in that case only a slow machine can be the cause of the delay.
    pub async fn waited_for<T>(&self, mut step: Pin<&mut impl Future<Output = T>>) -> Option<T> {
        loop {
            match tokio::time::timeout(PATIENCE, step.as_mut()).await {
                Err(_) if !self.has_happened() => {}
                answer => return answer.ok(),
            }
        }
    }

    /// Prevents further simulated failures. One failure is enough for a test, even if only a slow machine caused it.
    pub fn is_over(&self) {
        self.calls_before.store(0, Ordering::SeqCst);
    }

    pub fn has_happened(&self) -> bool {
        self.calls_before.load(Ordering::SeqCst) == 0
    }

    fn happens(&self) -> bool {
        self.calls_before.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)) == Ok(1)
    }
}

#[async_trait]
impl Backend for Accident {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        if !self.happens() {
            return self.inner.call(context, request).await;
        }
        match self.kind {
            Kind::RequestLost => Err(BackendError::transport("the request was lost")),
            Kind::AnswerLost => {
                self.inner.call(context, request).await?;
                Err(BackendError::transport("the answer was lost"))
            }
            Kind::HangsBefore => std::future::pending().await,
            Kind::HangsAfter => {
                self.inner.call(context, request).await?;
                std::future::pending().await
            }
        }
    }
}
