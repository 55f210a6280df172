//! Time in the test's hand.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;

use crate::platform::Timer;
use crate::wire::Timestamp;

/// 2026-01-01T00:00:00Z.
const BEGINNING: i64 = 1_767_225_600_000;

/// A clock that is moved by hand. Clones are the same clock.
///
/// It stands still, and waiting by it moves it: a wait of ten minutes is over at once, and ten minutes have passed. One
/// [with another timer](Self::with_timer) goes with it, and is ahead of it or behind.
#[derive(Clone)]
pub struct FakeClock {
    /// What goes by itself.
    timer: Option<Arc<dyn Timer>>,
    /// What is added to it, or the time itself.
    millis: Arc<AtomicI64>,
}

impl FakeClock {
    /// A clock that stands still at the beginning of 2026.
    #[must_use]
    pub fn new() -> Self {
        Self { timer: None, millis: Arc::new(AtomicI64::new(BEGINNING)) }
    }

    /// A clock that goes with `timer`, until it is moved.
    #[must_use]
    pub fn with_timer(timer: impl Timer + 'static) -> Self {
        Self { timer: Some(Arc::new(timer)), millis: Arc::default() }
    }

    /// Moves the clock forward, to the end of time at most.
    pub fn advance(&self, duration: Duration) {
        let by = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        let later = |millis: i64| Some(millis.saturating_add(by));
        // It always changes, so there is no other outcome.
        let _ = self.millis.fetch_update(Ordering::SeqCst, Ordering::SeqCst, later);
    }

    /// Sets the clock.
    pub fn set(&self, now: Timestamp) {
        self.millis.store(now.as_millis().saturating_sub(self.timers_millis()), Ordering::SeqCst);
    }

    fn timers_millis(&self) -> i64 {
        self.timer.as_ref().map_or(0, |timer| timer.now().as_millis())
    }
}

impl Default for FakeClock {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Timer for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.timers_millis().saturating_add(self.millis.load(Ordering::SeqCst)))
    }

    async fn sleep(&self, duration: Duration) {
        match &self.timer {
            Some(timer) => timer.sleep(duration).await,
            None => self.advance(duration),
        }
    }
}

impl fmt::Debug for FakeClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeClock").field("now", &self.now()).finish_non_exhaustive()
    }
}
