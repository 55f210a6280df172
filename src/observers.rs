//! Observers. Each observer gets only the latest value, because values are not queued.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};

use futures::Stream;
use futures::task::AtomicWaker;

/// The observers of a value. When this is dropped, the observers' streams end.
pub(crate) struct Observers<T> {
    slots: Vec<Weak<Slot<T>>>,
}

/// A stream that yields the value after each change.
pub(crate) struct Changes<T>(Arc<Slot<T>>);

/// The place where an observer finds the latest value.
pub(crate) struct Slot<T> {
    latest: Mutex<Latest<T>>,
    waker: AtomicWaker,
}

struct Latest<T> {
    unseen: Option<T>,
    is_over: bool,
}

impl<T> Default for Observers<T> {
    fn default() -> Self {
        Self { slots: Vec::new() }
    }
}

impl<T: Clone> Observers<T> {
    pub(crate) fn subscribe(&mut self) -> Changes<T> {
        self.slots.retain(|slot| slot.strong_count() > 0);
        let latest = Mutex::new(Latest { unseen: None, is_over: false });
        let slot = Arc::new(Slot { latest, waker: AtomicWaker::new() });
        self.slots.push(Arc::downgrade(&slot));
        Changes(slot)
    }

    /// Returns `true` if nobody observes.
    pub(crate) fn is_empty(&self) -> bool {
        self.slots.iter().all(|slot| slot.strong_count() == 0)
    }

    /// Stores the value for every observer, and returns the observers that must be woken.
    ///
    /// The caller wakes these observers after it has released its locks, because a waker may use what is observed.
    #[must_use]
    pub(crate) fn show(&mut self, value: &T) -> Vec<Arc<Slot<T>>> {
        self.slots.retain(|slot| slot.strong_count() > 0);
        let slots: Vec<Arc<Slot<T>>> = self.slots.iter().filter_map(Weak::upgrade).collect();
        for slot in &slots {
            slot.latest().unseen = Some(value.clone());
        }
        slots
    }
}

impl<T> Drop for Observers<T> {
    fn drop(&mut self) {
        for slot in self.slots.iter().filter_map(Weak::upgrade) {
            slot.latest().is_over = true;
            slot.wake();
        }
    }
}

impl<T> Slot<T> {
    pub(crate) fn wake(&self) {
        self.waker.wake();
    }

    fn latest(&self) -> MutexGuard<'_, Latest<T>> {
        // No code that can panic runs while the lock is held, so the data is consistent even if the lock is poisoned.
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Stream for Changes<T> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        self.0.waker.register(context.waker());
        let mut latest = self.0.latest();
        match latest.unseen.take() {
            Some(value) => Poll::Ready(Some(value)),
            None if latest.is_over => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}
