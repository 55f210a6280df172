//! The tasks that wait for a clock that stands still.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::FakeClock;
use crate::fault_switches::without;
use crate::wire::Timestamp;

/// The waiting tasks, in the order in which they wake up.
#[derive(Default)]
pub(super) struct Sleepers {
    wakers: BTreeMap<Place, Waker>,
    ids: u64,
}

/// The place of a waiting task: the time at which it wakes up, whether it only waits for a deadline, and a number.
type Place = (i64, Kind, u64);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Deadline,
    /// A task that has nothing to do until it wakes up, so it may move the clock.
    Sleep,
}

impl Sleepers {
    /// Removes the tasks that wake up at `now` or earlier. The caller wakes them after it has released the lock.
    pub(super) fn due(&mut self, now: i64) -> Vec<Waker> {
        let mut due = Vec::new();
        while let Some(first) = self.wakers.first_entry().filter(|first| first.key().0 <= now) {
            due.push(first.remove());
        }
        due
    }

    fn next_sleep(&self) -> Option<&Place> {
        self.wakers.keys().find(|place| place.1 == Kind::Sleep)
    }
}

/// A wait for a clock that stands still.
pub(super) struct Sleep<'a> {
    clock: &'a FakeClock,
    wakes_at: i64,
    kind: Kind,
    place: Option<Place>,
}

impl<'a> Sleep<'a> {
    /// Waits until the clock shows `at`. If no other task wakes up earlier, the clock then moves.
    pub(super) const fn until(clock: &'a FakeClock, at: Timestamp) -> Self {
        Self { clock, wakes_at: at.as_millis(), kind: Kind::Sleep, place: None }
    }

    /// Waits until the clock shows `at`, without moving the clock.
    pub(super) const fn deadline(clock: &'a FakeClock, at: Timestamp) -> Self {
        Self { clock, wakes_at: at.as_millis(), kind: Kind::Deadline, place: None }
    }
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let clock = self.clock;
        let mut shared = clock.shared();
        if shared.millis >= self.wakes_at {
            return Poll::Ready(());
        }
        if self.kind == Kind::Sleep && without("sleeping lets other tasks run") {
            drop(shared);
            clock.change(|millis| millis.max(self.wakes_at));
            return Poll::Ready(());
        }
        let Some(place) = self.place else {
            shared.sleepers.ids += 1;
            let place = (self.wakes_at, self.kind, shared.sleepers.ids);
            shared.sleepers.wakers.insert(place, context.waker().clone());
            drop(shared);
            self.place = Some(place);
            if self.kind == Kind::Sleep {
                // The other tasks run first. One of them may do what this task waits for.
                context.waker().wake_by_ref();
            }
            return Poll::Pending;
        };
        shared.sleepers.wakers.insert(place, context.waker().clone());
        if shared.sleepers.next_sleep() == Some(&place) {
            drop(shared);
            clock.change(|millis| millis.max(self.wakes_at));
            return Poll::Ready(());
        }
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        let Some(place) = self.place else { return };
        let mut shared = self.clock.shared();
        shared.sleepers.wakers.remove(&place);
        // The task that now wakes up next may move the clock.
        let next = shared.sleepers.next_sleep().and_then(|place| shared.sleepers.wakers.get(place)).cloned();
        drop(shared);
        if let Some(next) = next {
            next.wake();
        }
    }
}
