//! A clock that is controlled by tests.

mod sleepers;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use crate::platform::Timer;
use crate::wire::Timestamp;
use sleepers::{Sleep, Sleepers};

/// 2026-01-01T00:00:00Z.
const BEGINNING: i64 = 1_767_225_600_000;

/// A clock that tests can move. All clones show the same time.
///
/// The clock stands still until it is moved. Sleeping moves it too: a sleep of ten minutes advances the clock by ten
/// minutes and takes no real time. Before that, the sleep lets the other tasks run. If several tasks sleep, the one
/// that wakes up first moves the clock. A [`deadline`](Timer::deadline) never moves the clock.
///
/// A clock that was created [with a timer](Self::with_timer) does not stand still. It runs as fast as that timer, so
/// the difference between the two times stays the same until the clock is moved.
#[derive(Clone)]
pub struct FakeClock {
    /// The timer that the clock follows, if any.
    timer: Option<Arc<dyn Timer>>,
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    /// The offset from the timer, or the time itself if there is no timer.
    millis: i64,
    sleepers: Sleepers,
}

impl FakeClock {
    /// Creates a clock that stands still at the beginning of 2026.
    #[must_use]
    pub fn new() -> Self {
        Self::starting_at(None, BEGINNING)
    }

    /// Creates a clock that follows `timer`. Until the clock is moved, it shows the timer's time.
    #[must_use]
    pub fn with_timer(timer: impl Timer + 'static) -> Self {
        Self::starting_at(Some(Arc::new(timer)), 0)
    }

    fn starting_at(timer: Option<Arc<dyn Timer>>, millis: i64) -> Self {
        Self { timer, shared: Arc::new(Mutex::new(Shared { millis, sleepers: Sleepers::default() })) }
    }

    /// Moves the clock forward, but not past the latest representable time.
    pub fn advance(&self, duration: Duration) {
        let by = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        self.change(|millis| millis.saturating_add(by));
    }

    /// Sets the clock to `now`.
    pub fn set(&self, now: Timestamp) {
        let timers_millis = self.timers_millis();
        self.change(|_| now.as_millis().saturating_sub(timers_millis));
    }

    fn change(&self, change: impl FnOnce(i64) -> i64) {
        let mut shared = self.shared();
        shared.millis = change(shared.millis);
        let now = shared.millis;
        let due = shared.sleepers.due(now);
        drop(shared);
        for sleeper in due {
            sleeper.wake();
        }
    }

    fn timers_millis(&self) -> i64 {
        self.timer.as_ref().map_or(0, |timer| timer.now().as_millis())
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
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
        let millis = self.shared().millis;
        Timestamp::from_millis(self.timers_millis().saturating_add(millis))
    }

    async fn sleep(&self, duration: Duration) {
        match &self.timer {
            Some(timer) => timer.sleep(duration).await,
            None => Sleep::until(self, self.now() + duration).await,
        }
    }

    async fn deadline(&self, at: Timestamp) {
        match &self.timer {
            Some(timer) => timer.sleep(self.now().until(at)).await,
            None => Sleep::deadline(self, at).await,
        }
    }
}

impl fmt::Debug for FakeClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeClock").field("now", &self.now()).finish_non_exhaustive()
    }
}
