//! Retries of reads.

use std::time::Duration;

use async_trait::async_trait;
use backon::{BackoffBuilder, ExponentialBuilder};

use super::{Backend, BackendError, CallContext};
use crate::platform::Timer;
use crate::wire::{Request, Response};

/// The default limit on how many times a read is sent again.
pub(super) const RETRIES: usize = 3;

/// The default time limit for sending a read again.
const TOTAL: Duration = Duration::from_secs(30);

/// A wrapper that sends a read request again if no answer arrives.
///
/// Writes are sent only once. Reads that use something up, such as the nonce of a redirect, are also sent only once. If
/// a request could not be sent at all, there is no retry. A rejection is an answer, so the caller gets it at once, even
/// if it contains a `Retry-After`.
///
/// The first pause is about 0.1 s. The second pause is about 0.7 s, and every later pause is twice as long as the one
/// before, up to 5 s. A random jitter is added to each pause.
#[derive(Clone, Debug)]
pub struct Retry<B, T> {
    inner: B,
    timer: T,
    retries: usize,
    total: Duration,
}

impl<B: Backend, T: Timer> Retry<B, T> {
    /// Creates a wrapper around `inner` that repeats unanswered reads. It uses `timer` to wait between the tries.
    ///
    /// It repeats a read at most 3 times, and never later than 30 s after the first try.
    pub const fn new(inner: B, timer: T) -> Self {
        Self { inner, timer, retries: RETRIES, total: TOTAL }
    }

    /// Sets how many times a read is sent again. The value 0 turns retries off.
    #[must_use]
    pub const fn retries(mut self, retries: usize) -> Self {
        self.retries = retries;
        self
    }

    /// Sets the time limit for repeating a read, measured from the first try.
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
