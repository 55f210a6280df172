//! A clock that is controlled by tests.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;

use crate::platform::Timer;
use crate::wire::Timestamp;

/// 2026-01-01T00:00:00Z.
const BEGINNING: i64 = 1_767_225_600_000;

/// A clock that tests can move. All clones show the same time.
///
/// The clock stands still until it is moved. Sleeping moves it too: a sleep of ten minutes ends immediately and
/// advances the clock by ten minutes. A clock that was created [with a timer](Self::with_timer) does not stand still.
/// It runs as fast as that timer, so the difference between the two times stays the same until the clock is moved.
#[derive(Clone)]
pub struct FakeClock {
    /// The timer that the clock follows, if any.
    timer: Option<Arc<dyn Timer>>,
    /// The offset from the timer, or the time itself if there is no timer.
    millis: Arc<AtomicI64>,
}

impl FakeClock {
    /// Creates a clock that stands still at the beginning of 2026.
    #[must_use]
    pub fn new() -> Self {
        Self { timer: None, millis: Arc::new(AtomicI64::new(BEGINNING)) }
    }

    /// Creates a clock that follows `timer`. Until the clock is moved, it shows the timer's time.
    #[must_use]
    pub fn with_timer(timer: impl Timer + 'static) -> Self {
        Self { timer: Some(Arc::new(timer)), millis: Arc::default() }
    }

    /// Moves the clock forward, but not past the latest representable time.
    pub fn advance(&self, duration: Duration) {
        let by = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        let later = |millis: i64| Some(millis.saturating_add(by));
        // The closure always returns a value, so the update cannot fail.
        let _ = self.millis.fetch_update(Ordering::SeqCst, Ordering::SeqCst, later);
    }

    /// Sets the clock to `now`.
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
