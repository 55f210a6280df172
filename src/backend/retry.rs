//! Retries of reads.

use std::time::Duration;

use async_trait::async_trait;
use backon::{BackoffBuilder, ExponentialBuilder};

use super::{Backend, BackendError, CallContext};
use crate::platform::Timer;
use crate::wire::{Request, Response};

/// A wrapper that retries a read if no answer came, or if the server says when to try again.
///
/// Writes are sent only once. A request that could not be sent is not retried.
///
/// There are up to 4 tries. The first pause is about 0.1 s. The second pause is about 0.7 s, and every later pause is
/// twice as long as the one before, up to 5 s. Each pause has a random jitter. If the server sent `Retry-After`, the
/// wrapper waits for that time instead.
#[derive(Clone, Debug)]
pub struct Retry<B, T> {
    inner: B,
    timer: T,
}

impl<B: Backend, T: Timer> Retry<B, T> {
    /// Creates a wrapper that retries the reads of `inner`, and uses `timer` for the pauses.
    pub const fn new(inner: B, timer: T) -> Self {
        Self { inner, timer }
    }
}

#[async_trait]
impl<B: Backend, T: Timer> Backend for Retry<B, T> {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        if !request.is_read() {
            return self.inner.call(context, request).await;
        }
        for delay in delays() {
            let answer = self.inner.call(context.clone(), request.clone()).await;
            let wait = match &answer {
                Err(BackendError::Transport(_)) => delay,
                Ok(Response { result: Err(rejection), .. }) => match rejection.retry_after {
                    Some(wait) => wait,
                    None => return answer,
                },
                Ok(_) | Err(BackendError::NotSent(_) | BackendError::Protocol(_)) => return answer,
            };
            self.timer.sleep(wait).await;
        }
        self.inner.call(context, request).await
    }

    fn public_url(&self) -> Option<&str> {
        self.inner.public_url()
    }
}

/// Returns the pauses before the second, third and fourth try.
fn delays() -> impl Iterator<Item = Duration> + Send {
    let backoff = |first: u64, times: usize| {
        ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(first))
            .with_max_delay(Duration::from_secs(5))
            .with_max_times(times)
            .with_jitter()
            .build()
    };
    backoff(100, 1).chain(backoff(700, 2))
}
