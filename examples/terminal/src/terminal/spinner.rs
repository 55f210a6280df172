//! A sign of life while a call is under way.

use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;

use indicatif::ProgressBar;

/// A call that is answered sooner shows nothing.
const PATIENCE: Duration = Duration::from_millis(150);

/// Spins until it is dropped.
pub(super) async fn spin(doing: &str) -> Infallible {
    tokio::time::sleep(PATIENCE).await;
    let bar = ProgressBar::new_spinner().with_message(format!("{doing} …"));
    bar.enable_steady_tick(Duration::from_millis(100));
    let _spinning = Spinning(bar);
    pending().await
}

struct Spinning(ProgressBar);

impl Drop for Spinning {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
