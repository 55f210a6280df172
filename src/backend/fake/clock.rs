//! Time in the test's hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;

use crate::platform::Timer;
use crate::wire::Timestamp;

/// 2026-01-01T00:00:00Z.
const BEGINNING: i64 = 1_767_225_600_000;

/// A clock that stands still until it is moved. Clones are the same clock.
///
/// Waiting by it moves it: a wait of ten minutes is over at once, and ten minutes have passed.
#[derive(Clone, Debug)]
pub struct FakeClock {
    millis: Arc<AtomicI64>,
}

impl FakeClock {
    /// A clock at the beginning of 2026.
    #[must_use]
    pub fn new() -> Self {
        Self { millis: Arc::new(AtomicI64::new(BEGINNING)) }
    }

    /// Moves the clock forward.
    pub fn advance(&self, duration: Duration) {
        self.millis.fetch_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
    }

    /// Sets the clock.
    pub fn set(&self, now: Timestamp) {
        self.millis.store(now.as_millis(), Ordering::SeqCst);
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
        Timestamp::from_millis(self.millis.load(Ordering::SeqCst))
    }

    async fn sleep(&self, duration: Duration) {
        self.advance(duration);
    }
}
