//! A clock that tells the time and can wait for a given duration.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use crate::wire::Timestamp;

/// A clock that tells the time and can wait for a given duration.
///
/// This trait lets a test control the time. It also keeps the crate independent of any async runtime.
///
/// # Contract
/// - [`sleep`](Self::sleep) waits for at least `duration`, as measured by the clock that [`now`](Self::now) reads.
/// - Dropping the future that `sleep` returns ends the wait and has no other effect.
#[async_trait]
pub trait Timer: fmt::Debug + Send + Sync {
    /// Returns the current time.
    fn now(&self) -> Timestamp;

    /// Waits for the given duration.
    async fn sleep(&self, duration: Duration);
}

#[async_trait]
impl<T: Timer + ?Sized> Timer for std::sync::Arc<T> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }

    async fn sleep(&self, duration: Duration) {
        (**self).sleep(duration).await;
    }
}

/// A timer that uses the system's clock and tokio's sleep. It needs a tokio runtime whose timer is enabled.
#[cfg(any(feature = "http", feature = "server"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioTimer;

#[cfg(any(feature = "http", feature = "server"))]
#[async_trait]
impl Timer for TokioTimer {
    fn now(&self) -> Timestamp {
        std::time::SystemTime::now().into()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
