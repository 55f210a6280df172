//! Timers of the tokio runtime.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use tokio::time::Instant;

use super::Timer;
use crate::fault_switches::without;
use crate::wire::Timestamp;

/// A timer that uses tokio's clock. It needs a tokio runtime whose timer is enabled.
///
/// The timer starts with the system's time when the program first uses it. From then on, it follows tokio's clock, so
/// a change of the system's clock neither ends nor prolongs a wait. A test that pauses tokio's time also pauses this
/// timer.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioTimer;

#[async_trait]
impl Timer for TokioTimer {
    fn now(&self) -> Timestamp {
        static START: OnceLock<(Timestamp, Instant)> = OnceLock::new();
        let (time, instant) = *START.get_or_init(|| (SystemTime::now().into(), Instant::now()));
        if without("the timer's time and its waits agree") {
            return SystemTime::now().into();
        }
        let now = Instant::now();
        // Every runtime whose time is paused has a clock of its own, which may be behind the one that was read first.
        let ahead = millis(now.saturating_duration_since(instant));
        let behind = millis(instant.saturating_duration_since(now));
        Timestamp::from_millis(time.as_millis().saturating_add(ahead).saturating_sub(behind))
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// A timer that shows the system's time and waits with tokio. It needs a tokio runtime whose timer is enabled.
///
/// Use it for a fake server that other programs rely on, such as authenticator apps. Such a server must show the
/// correct time even after the computer was suspended. For waits, use [`TokioTimer`], which no change of the system's
/// clock affects.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemTimer;

#[async_trait]
impl Timer for SystemTimer {
    fn now(&self) -> Timestamp {
        SystemTime::now().into()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
