//! Retries of reads.

use std::time::Duration;

use async_trait::async_trait;
use backon::{BackoffBuilder, ExponentialBuilder};

use super::{Backend, BackendError, CallContext};
use crate::platform::Timer;
use crate::wire::{Request, Response};

/// The default number of times that a read is sent again.
const RETRIES: usize = 3;

/// The default time limit for sending a read again.
const TOTAL: Duration = Duration::from_secs(30);

/// A wrapper that sends a read again if no answer came.
///
/// Writes are sent only once. So are reads that use something up, such as the nonce of a redirect. A request that was
/// not sent is not sent again. A rejection is an answer, so the caller gets it at once, even if it contains a
/// `Retry-After`.
///
/// The first pause is about 0.1 s. The second pause is about 0.7 s, and every later pause is twice as long as the one
/// before, up to 5 s. Each pause has a random jitter.
#[derive(Clone, Debug)]
pub struct Retry<B, T> {
    inner: B,
    timer: T,
    retries: usize,
    total: Duration,
}

impl<B: Backend, T: Timer> Retry<B, T> {
    /// Creates a wrapper that sends the reads of `inner` again. It uses `timer` to wait between the tries.
    ///
    /// It repeats a read up to 3 times, and only within 30 s of the first try.
    pub const fn new(inner: B, timer: T) -> Self {
        Self { inner, timer, retries: RETRIES, total: TOTAL }
    }

    /// Sets how many times a read is sent again. 0 switches the retries off.
    #[must_use]
    pub const fn retries(mut self, retries: usize) -> Self {
        self.retries = retries;
        self
    }

    /// Sets how long after the first try a read may be sent again.
    #[must_use]
    pub const fn total(mut self, total: Duration) -> Self {
        self.total = total;
        self
    }
}

#[async_trait]
impl<B: Backend, T: Timer> Backend for Retry<B, T> {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        if !request.is_read() {
            return self.inner.call(context, request).await;
        }
        let give_up_at = self.timer.now() + self.total;
        for delay in delays(self.retries) {
            let answer = self.inner.call(context.clone(), request.clone()).await;
            let is_lost = matches!(answer, Err(BackendError::Transport(_)));
            if !is_lost || self.timer.now() + delay >= give_up_at {
                return answer;
            }
            self.timer.sleep(delay).await;
        }
        self.inner.call(context, request).await
    }

    fn public_url(&self) -> Option<&str> {
        self.inner.public_url()
    }
}

/// Returns the pause before each retry of a read.
fn delays(retries: usize) -> impl Iterator<Item = Duration> + Send {
    let backoff = |first: u64, times: usize| {
        ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(first))
            .with_max_delay(Duration::from_secs(5))
            .with_max_times(times)
            .with_jitter()
            .build()
    };
    backoff(100, retries.min(1)).chain(backoff(700, retries.saturating_sub(1)))
}
