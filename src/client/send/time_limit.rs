//! The time limit of a call.

use std::future::Future;
use std::time::Duration;

use crate::backend::CallPolicy;
use crate::fault_switches::without;
use crate::platform::{Timer, before};
use crate::wire::Timestamp;

/// The time at which a call must be over.
pub(super) struct TimeLimit<'a> {
    timer: &'a dyn Timer,
    ends_at: Timestamp,
}

impl<'a> TimeLimit<'a> {
    /// Starts the time limit of a new call.
    pub(super) fn new(policy: &'a CallPolicy) -> Self {
        let timer = policy.timer();
        Self { timer, ends_at: timer.now() + policy.limit() }
    }

    /// Returns `true` if the time limit is not yet over after this pause.
    pub(super) fn allows(&self, pause: Duration) -> bool {
        self.timer.now() + pause < self.ends_at
    }

    /// Waits for `future`, but not beyond the time limit, if there is one. Returns `None` if the time is over.
    pub(super) async fn apply<T>(limit: Option<&Self>, future: impl Future<Output = T>) -> Option<T> {
        match limit {
            Some(limit) if !without("a call ends with its time limit") => {
                before(limit.timer, limit.ends_at, future).await
            }
            _ => Some(future.await),
        }
    }
}
