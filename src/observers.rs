//! Observers of a client. Each observer gets only the latest description, because descriptions are not queued.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};

use futures::Stream;
use futures::task::AtomicWaker;

use crate::wire;

/// A description of the client; `None` if the client is gone.
pub(super) type Description = Option<Arc<wire::ClientResource>>;

/// The observers of a client. When this value is dropped, the observers' streams end.
#[derive(Default)]
pub(super) struct Observers {
    slots: Vec<Weak<Slot>>,
}

/// A stream that yields the description of a client after each change.
pub(super) struct Changes(Arc<Slot>);

/// The place where an observer finds the latest description.
#[derive(Default)]
pub(super) struct Slot {
    latest: Mutex<Latest>,
    waker: AtomicWaker,
}

#[derive(Default)]
struct Latest {
    unseen: Option<Description>,
    is_over: bool,
}

impl Observers {
    pub(super) fn subscribe(&mut self) -> Changes {
        self.slots.retain(|slot| slot.strong_count() > 0);
        let slot = Arc::new(Slot::default());
        self.slots.push(Arc::downgrade(&slot));
        Changes(slot)
    }

    /// Stores the description for every observer, and returns the observers that must be woken.
    ///
    /// The caller wakes these observers after it has released its locks, because a waker may call the client.
    #[must_use]
    pub(super) fn show(&mut self, description: &Description) -> Vec<Arc<Slot>> {
        self.slots.retain(|slot| slot.strong_count() > 0);
        let slots: Vec<Arc<Slot>> = self.slots.iter().filter_map(Weak::upgrade).collect();
        for slot in &slots {
            slot.latest().unseen = Some(description.clone());
        }
        slots
    }
}

impl Drop for Observers {
    fn drop(&mut self) {
        for slot in self.slots.iter().filter_map(Weak::upgrade) {
            slot.latest().is_over = true;
            slot.wake();
        }
    }
}

impl Slot {
    pub(super) fn wake(&self) {
        self.waker.wake();
    }

    fn latest(&self) -> MutexGuard<'_, Latest> {
        // No code that can panic runs while the lock is held, so the data is consistent even if the lock is poisoned.
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stream for Changes {
    type Item = Description;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Description>> {
        self.0.waker.register(context.waker());
        let mut latest = self.0.latest();
        match latest.unseen.take() {
            Some(description) => Poll::Ready(Some(description)),
            None if latest.is_over => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}
