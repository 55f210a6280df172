//! A clock that tells the time and can wait for a given duration.

#[cfg(any(feature = "http", feature = "server"))]
mod tokio_timer;

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use async_trait::async_trait;
use futures::future::{Either, select};

#[cfg(any(feature = "http", feature = "server"))]
pub use tokio_timer::{SystemTimer, TokioTimer};

use crate::wire::Timestamp;

/// A clock that tells the time and can wait for a given duration.
///
/// This trait lets a test control the time. It also keeps the crate independent of any async runtime.
///
/// # Contract
/// - [`sleep`](Self::sleep) waits for at least `duration`, as measured by the clock that [`now`](Self::now) reads.
/// - Dropping the future that `sleep` or [`deadline`](Self::deadline) returns ends the wait and has no other effect.
#[async_trait]
pub trait Timer: fmt::Debug + Send + Sync {
    /// Returns the current time.
    fn now(&self) -> Timestamp;

    /// Waits for the given duration, because there is nothing else to do until then.
    async fn sleep(&self, duration: Duration);

    /// Waits until the clock shows this time, to limit how long something else may take.
    ///
    /// A clock that moves by [`sleep`](Self::sleep) does not move by this method. Its deadline passes only if something
    /// else moves the clock.
    async fn deadline(&self, at: Timestamp) {
        self.sleep(self.now().until(at)).await;
    }
}

#[async_trait]
impl<T: Timer + ?Sized> Timer for std::sync::Arc<T> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }

    async fn sleep(&self, duration: Duration) {
        (**self).sleep(duration).await;
    }

    async fn deadline(&self, at: Timestamp) {
        (**self).deadline(at).await;
    }
}

/// Waits for `future`, but not beyond the time `at`. Returns `None` if the time is over.
pub(crate) async fn before<T>(timer: &dyn Timer, at: Timestamp, future: impl Future<Output = T>) -> Option<T> {
    match select(pin!(future), timer.deadline(at)).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(((), _)) => None,
    }
}
