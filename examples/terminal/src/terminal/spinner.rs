//! The spinner that is shown during a call, and the keys that end the call.

use std::time::Duration;

use indicatif::ProgressBar;

use super::keys::Keyboard;
pub(super) use super::keys::Pressed;

/// The time before the spinner appears. If the answer to a call arrives within this time, no spinner appears.
const PATIENCE: Duration = Duration::from_millis(150);

/// Shows a spinner until the future is dropped or a person presses one of the keys. The text can change, for example to
/// show the remaining time.
pub(super) async fn spin(text: impl Fn() -> String, is_person: bool) -> Pressed {
    tokio::time::sleep(PATIENCE).await;
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(100));
    let spinning = Spinning(bar);
    let mut keyboard = is_person.then(Keyboard::open).flatten();
    loop {
        spinning.0.set_message(text());
        let tick = tokio::time::sleep(Duration::from_millis(250));
        match &mut keyboard {
            None => tick.await,
            Some(keyboard) => tokio::select! {
                pressed = keyboard.next() => return pressed,
                () = tick => {}
            },
        }
    }
}

struct Spinning(ProgressBar);

impl Drop for Spinning {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
