//! The keys that a person presses while the program waits.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, poll, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};

/// A key that ends a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pressed {
    /// Ctrl-C. While the program reads keys, Ctrl-C sends no signal.
    Interrupt,
    Escape,
}

/// The keyboard, which is read while the program waits. The pressed keys are not printed, because they would break the
/// spinner's line.
pub(super) struct Keyboard {
    pressed: UnboundedReceiver<Pressed>,
    is_closed: Arc<AtomicBool>,
    reader: Option<JoinHandle<()>>,
}

impl Keyboard {
    /// Starts to read keys. Returns `None` if the terminal cannot deliver the keys one by one.
    pub(super) fn open() -> Option<Self> {
        enable_raw_mode().ok()?;
        let (sender, pressed) = unbounded();
        let is_closed = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&is_closed);
        let reader = std::thread::spawn(move || read_keys(&sender, &is_over));
        Some(Self { pressed, is_closed, reader: Some(reader) })
    }

    pub(super) async fn next(&mut self) -> Pressed {
        match self.pressed.next().await {
            Some(pressed) => pressed,
            None => pending().await,
        }
    }
}

impl Drop for Keyboard {
    /// Waits for the thread to end, so that the thread does not read keys that are meant for the next prompt.
    fn drop(&mut self) {
        self.is_closed.store(true, Ordering::Relaxed);
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
        let _ = disable_raw_mode();
    }
}

fn read_keys(sender: &UnboundedSender<Pressed>, is_over: &AtomicBool) {
    while !is_over.load(Ordering::Relaxed) {
        match poll(Duration::from_millis(25)) {
            Ok(false) => {}
            Ok(true) => {
                let Ok(event) = read() else { return };
                if let Some(pressed) = pressed(&event) {
                    let _ = sender.unbounded_send(pressed);
                }
            }
            Err(_) => return,
        }
    }
}

fn pressed(event: &Event) -> Option<Pressed> {
    let Event::Key(KeyEvent { code, modifiers, kind: KeyEventKind::Press, .. }) = event else { return None };
    match code {
        KeyCode::Esc => Some(Pressed::Escape),
        KeyCode::Char('c') if modifiers.contains(KeyModifiers::CONTROL) => Some(Pressed::Interrupt),
        _ => None,
    }
}
