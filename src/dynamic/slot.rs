//! The place of a dynamic sign-in: what it holds, and what can be read of it at any time.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::channel::oneshot;

use super::lost::{End, Ended, Lost, Shown};
use super::turn::{Anew, Begun, Turn, Wanted};
use super::{At, DynamicError, DynamicState, FetchStatus, Snapshot, offered, recovery};
use crate::client::Client;
use crate::fault_switches::without;
use crate::observers::{Changes, Observers};
use crate::relation::Step;
use crate::sign_in::states::NeedsIdentifier;
use crate::sign_in::{AnySignIn, Checkpoint, SignIn, StateKind};
use crate::wire::{Factor, SignInAttempt, Timestamp, Verification};

/// The place of one dynamic sign-in, which all its clones share.
pub(super) struct Place {
    pub(super) client: Client,
    slot: Mutex<Slot>,
}

pub(super) struct Slot {
    pub(super) held: Held,
    /// The number of the turn that may put something back. A turn with another number was overtaken by a reset.
    pub(super) turn: u64,
    /// Ends the wait that is under way when it is dropped.
    pub(super) cancel: Option<oneshot::Sender<Infallible>>,
    pub(super) lock: Option<Lock>,
    observers: Observers<Snapshot>,
}

pub(super) enum Held {
    /// The sign-in.
    Here(AnySignIn),
    /// A call has the sign-in.
    Away(Arc<Lost>),
    /// A call was dropped or got no answer, so only the server knows where the attempt stands. A call that got no
    /// answer handed the sign-in back.
    Interrupted(Arc<Lost>, Option<AnySignIn>),
    /// The sign-in is over.
    Over(Arc<Ended>),
}

/// What was found of a sign-in after an interruption.
pub(super) enum Found {
    /// There was no interruption.
    NothingLost,
    /// The sign-in is as it was shown.
    Unchanged,
    /// The lost call, or somebody else, has changed it.
    Changed { by: Step },
}

/// The sign-in before a call that may begin an attempt.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    AsShown,
    Moved,
    Over,
}

/// What changes if a call was carried out: the state, the attempt, and its verifications.
type Trace = (At, String, Option<Box<Verification>>, Option<Box<Verification>>);

/// The time until which the account of an attempt is locked.
pub(super) struct Lock {
    pub(super) attempt_id: String,
    pub(super) until: Timestamp,
}

impl Place {
    pub(super) fn new(sign_in: AnySignIn) -> Arc<Self> {
        let client = sign_in.client().clone();
        let slot =
            Slot { held: Held::Here(sign_in), turn: 0, cancel: None, lock: None, observers: Observers::default() };
        Arc::new(Self { client, slot: Mutex::new(slot) })
    }

    /// Takes the sign-in out for a step, if the step is legal now.
    ///
    /// A sign-in whose last call was dropped is found again first.
    pub(super) async fn begin(
        self: &Arc<Self>,
        wanted: Wanted<'_>,
        choosing: impl FnOnce(&AnySignIn) -> Option<Factor>,
    ) -> Result<(Turn, AnySignIn), DynamicError> {
        self.find_again_before_step(wanted.step).await?;
        self.update(|slot| self.take(slot, &wanted, choosing))
    }

    /// Takes a fresh sign-in for a call that begins an attempt, unless another call is under way.
    ///
    /// What was there before is put back if the server creates no attempt.
    pub(super) async fn begin_anew(
        self: &Arc<Self>,
        wanted: Wanted<'_>,
    ) -> Result<(Anew, SignIn<NeedsIdentifier>), DynamicError> {
        if self.find_again_before_beginning().await? == Before::Moved {
            return Err(DynamicError::Moved { wanted: wanted.step, at: self.at() });
        }
        self.update(|slot| self.take_fresh(slot, &wanted))
    }

    /// Takes the sign-in out if the attempt can be continued. Otherwise, takes a fresh sign-in.
    pub(super) async fn begin_or_continue(
        self: &Arc<Self>,
        wanted: Wanted<'_>,
        continues: impl FnOnce(StateKind, &SignInAttempt) -> bool,
    ) -> Result<Begun, DynamicError> {
        let before = self.find_again_before_beginning().await?;
        self.update(|slot| {
            let continues = matches!(&slot.held, Held::Here(sign_in)
                if before != Before::Over && continues(sign_in.kind(), sign_in.attempt()));
            if continues {
                let (turn, sign_in) = self.take(slot, &wanted, |_| None)?;
                return Ok(Begun::Continued(turn, sign_in));
            }
            if before == Before::Moved {
                return Err(DynamicError::Moved { wanted: wanted.step, at: slot.at() });
            }
            let (anew, fresh) = self.take_fresh(slot, &wanted)?;
            Ok(Begun::Anew(anew, fresh))
        })
    }

    /// Takes out a session that was found after an interruption.
    pub(super) async fn begin_found(self: &Arc<Self>, wanted: Step) -> Result<Option<(Turn, String)>, DynamicError> {
        self.find_again().await?;
        Ok(self.update(|slot| {
            let Held::Over(ended) = &slot.held else { return None };
            let End::Session { id, needs_finalize: true, .. } = &ended.end else { return None };
            let (id, ended) = (id.clone(), Arc::clone(ended));
            let fresh = self.client.sign_in().into();
            let lost = Lost::new(wanted, &fresh).ended(ended);
            Some((self.turn(slot, Arc::new(lost), None), id))
        }))
    }

    /// Puts a fresh sign-in into the place. A call that is under way is overtaken.
    pub(super) fn reset(&self) {
        let cancelled = self.update(|slot| {
            slot.turn += 1;
            slot.lock = None;
            slot.held = Held::Here(self.client.sign_in().into());
            slot.cancel.take()
        });
        // This wakes the wait, so it happens after the lock is released.
        drop(cancelled);
    }

    /// Takes the sign-in out for good.
    pub(super) async fn take_out(self: &Arc<Self>) -> Result<AnySignIn, DynamicError> {
        let (turn, sign_in) = self.begin(Wanted::step(Step::Refresh), |_| None).await?;
        turn.end_anew()?;
        Ok(sign_in)
    }

    /// Ends a wait that can be cancelled.
    pub(super) fn cancel(&self) {
        let cancelled = self.slot().cancel.take();
        // This wakes the wait, so it happens after the lock is released.
        drop(cancelled);
    }

    pub(super) fn at(&self) -> At {
        self.slot().at()
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let now = self.client.now();
        self.slot().snapshot(now)
    }

    pub(super) fn state(&self) -> DynamicState {
        let now = self.client.now();
        self.slot().state(now)
    }

    pub(super) fn steps(&self) -> Vec<Step> {
        self.slot().steps()
    }

    pub(super) fn is_away(&self) -> bool {
        matches!(self.slot().held, Held::Away(_))
    }

    pub(super) fn is_interrupted(&self) -> bool {
        matches!(self.slot().held, Held::Interrupted(..))
    }

    /// The state and the server's latest description of the attempt, if the sign-in is not over.
    pub(super) fn attempt(&self) -> Option<(StateKind, Arc<SignInAttempt>)> {
        let slot = self.slot();
        slot.end().is_none().then(|| slot.shown()).map(|shown| (shown.kind, shown.attempt))
    }

    /// The server's latest description of the attempt. Once the sign-in is over, this is the last one.
    pub(super) fn described(&self) -> Arc<SignInAttempt> {
        self.slot().shown().attempt
    }

    pub(super) fn checkpoint(&self) -> Option<Checkpoint> {
        match &self.slot().held {
            Held::Here(sign_in) => Some(sign_in.checkpoint()),
            Held::Away(lost) | Held::Interrupted(lost, _) => lost.ended.is_none().then(|| lost.checkpoint.clone()),
            Held::Over(_) => None,
        }
    }

    pub(super) fn subscribe(&self) -> Changes<Snapshot> {
        self.slot().observers.subscribe()
    }

    /// Finds a sign-in again whose last call was dropped or got no answer.
    pub(super) async fn find_again(self: &Arc<Self>) -> Result<Found, DynamicError> {
        let interrupted = self.update(|slot| {
            if !matches!(slot.held, Held::Interrupted(..)) {
                return None;
            }
            let before = slot.trace();
            let Held::Interrupted(lost, handed_back) = &mut slot.held else { return None };
            let (lost, handed_back) = (Arc::clone(lost), handed_back.take());
            Some((self.turn(slot, Arc::clone(&lost), None), lost, handed_back, before))
        });
        let Some((turn, lost, handed_back, before)) = interrupted else { return Ok(Found::NothingLost) };
        let wanted = lost.wanted;
        recovery::find_again(turn, lost, handed_back).await?;
        Ok(if self.slot().trace() == before { Found::Unchanged } else { Found::Changed { by: wanted } })
    }

    /// Finds a sign-in again before a step. A message that was already sent is not sent again.
    async fn find_again_before_step(self: &Arc<Self>, wanted: Step) -> Result<(), DynamicError> {
        match self.find_again().await? {
            Found::Changed { by }
                if by.sends_to_the_user() && wanted.sends_to_the_user() && !without("no message is sent twice") =>
            {
                Err(DynamicError::Moved { wanted, at: self.at() })
            }
            _ => Ok(()),
        }
    }

    /// Finds a sign-in again before a call that may begin an attempt.
    async fn find_again_before_beginning(self: &Arc<Self>) -> Result<Before, DynamicError> {
        match self.find_again().await {
            // The earlier attempt is over, which does not matter to a new one.
            Err(DynamicError::Failed(error)) if error.is_over() => Ok(Before::Over),
            Err(error) => Err(error),
            // If the attempt has moved meanwhile, the app must show that first. Otherwise, the call could do the same
            // again.
            Ok(Found::Changed { .. }) if !without("no attempt begins twice") => Ok(Before::Moved),
            Ok(_) => Ok(Before::AsShown),
        }
    }

    fn take(
        self: &Arc<Self>,
        slot: &mut Slot,
        wanted: &Wanted<'_>,
        choosing: impl FnOnce(&AnySignIn) -> Option<Factor>,
    ) -> Result<(Turn, AnySignIn), DynamicError> {
        let Wanted { step, .. } = *wanted;
        let illegal = DynamicError::WrongState { wanted: step, at: slot.at() };
        let (lost, from, to) = match &slot.held {
            Held::Here(sign_in) => {
                let Some(to) = wanted.target(sign_in) else { return Err(illegal) };
                let lost = Lost::new(step, sign_in).choosing(choosing(sign_in)).begins(wanted.identifier, sign_in);
                (Arc::new(lost), sign_in.kind(), to)
            }
            Held::Over(_) => return Err(illegal),
            Held::Away(_) | Held::Interrupted(..) => return Err(DynamicError::Busy { wanted: step }),
        };
        match std::mem::replace(&mut slot.held, Held::Away(Arc::clone(&lost))) {
            Held::Here(sign_in) => {
                let back = Some(from).filter(|from| *from != to);
                Ok((self.turn(slot, lost, back), sign_in.move_to(to)))
            }
            other => {
                slot.held = other;
                Err(DynamicError::Busy { wanted: step })
            }
        }
    }

    fn take_fresh(
        self: &Arc<Self>,
        slot: &mut Slot,
        wanted: &Wanted<'_>,
    ) -> Result<(Anew, SignIn<NeedsIdentifier>), DynamicError> {
        let fresh = self.client.sign_in();
        let lost = match &slot.held {
            Held::Here(sign_in) => Lost::new(wanted.step, sign_in),
            Held::Over(ended) => Lost::new(wanted.step, &self.client.sign_in().into()).ended(Arc::clone(ended)),
            Held::Away(_) | Held::Interrupted(..) => return Err(DynamicError::Busy { wanted: wanted.step }),
        };
        let begins = |lost: Lost| lost.begins_anew(wanted.identifier, &self.client);
        let lost = Arc::new(if wanted.is_after_a_prompt { lost } else { begins(lost) });
        let before = std::mem::replace(&mut slot.held, Held::Away(Arc::clone(&lost)));
        Ok((Anew { turn: self.turn(slot, lost, None), before }, fresh))
    }

    fn turn(self: &Arc<Self>, slot: &mut Slot, lost: Arc<Lost>, back: Option<StateKind>) -> Turn {
        slot.turn += 1;
        slot.held = Held::Away(Arc::clone(&lost));
        Turn::new(Arc::clone(self), slot.turn, lost, back)
    }

    /// Changes the slot, and shows the change to the observers.
    pub(super) fn update<T>(&self, change: impl FnOnce(&mut Slot) -> T) -> T {
        let now = self.client.now();
        let mut slot = self.slot();
        let before = slot.revision();
        let result = change(&mut slot);
        let observers = if slot.revision() == before || slot.observers.is_empty() {
            Vec::new()
        } else {
            let snapshot = slot.snapshot(now);
            slot.observers.show(&snapshot)
        };
        drop(slot);
        for observer in observers {
            observer.wake();
        }
        result
    }

    pub(super) fn slot(&self) -> MutexGuard<'_, Slot> {
        // No code that can panic runs while the lock is held, so the data is consistent even if the lock is poisoned.
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    /// Differs whenever what is held has changed.
    fn revision(&self) -> (u64, Option<*const Lost>, bool, Option<Timestamp>) {
        let (lost, is_away) = match &self.held {
            Held::Away(lost) => (Some(Arc::as_ptr(lost)), true),
            Held::Interrupted(lost, _) => (Some(Arc::as_ptr(lost)), false),
            Held::Here(_) | Held::Over(_) => (None, false),
        };
        (self.turn, lost, is_away, self.lock.as_ref().map(|lock| lock.until))
    }

    fn snapshot(&self, now: Option<Timestamp>) -> Snapshot {
        Snapshot {
            state: self.state(now),
            steps: self.steps(),
            fetch_status: if matches!(self.held, Held::Away(_)) { FetchStatus::Fetching } else { FetchStatus::Idle },
            is_interrupted: matches!(self.held, Held::Interrupted(..)),
        }
    }

    fn at(&self) -> At {
        match self.end() {
            Some(End::Session { .. }) => At::Session,
            Some(End::SignUp) => At::SignUp,
            None => At::UnderWay(self.shown().kind),
        }
    }

    /// How the sign-in ended, if it is over.
    fn end(&self) -> Option<&End> {
        match &self.held {
            Held::Here(_) => None,
            Held::Away(lost) | Held::Interrupted(lost, _) => lost.ended.as_ref().map(|ended| &ended.end),
            Held::Over(ended) => Some(&ended.end),
        }
    }

    fn trace(&self) -> Trace {
        let attempt = self.shown().attempt;
        let verifications = (attempt.first_factor_verification.clone(), attempt.second_factor_verification.clone());
        (self.at(), attempt.id.clone(), verifications.0, verifications.1)
    }

    fn shown(&self) -> Shown {
        match &self.held {
            Held::Here(sign_in) => Shown::new(sign_in),
            Held::Away(lost) | Held::Interrupted(lost, _) => lost.last().clone(),
            Held::Over(ended) => ended.last.clone(),
        }
    }

    fn state(&self, now: Option<Timestamp>) -> DynamicState {
        if let Some(end) = self.end() {
            return end.state();
        }
        let Shown { kind, attempt, sent_to } = self.shown();
        let lock = self.lock.as_ref().filter(|lock| lock.attempt_id == attempt.id);
        let lasts = |until: &Timestamp| now.is_none_or(|now| now < *until) || without("a lock ends by itself");
        let locked_until = lock.map(|lock| lock.until).filter(lasts);
        DynamicState::new(kind, &attempt, sent_to, locked_until)
    }

    fn steps(&self) -> Vec<Step> {
        match self.end() {
            Some(End::Session { needs_finalize: true, .. }) => vec![Step::Finalize, Step::FinalizeWith],
            Some(_) => Vec::new(),
            None => {
                let Shown { kind, attempt, .. } = self.shown();
                let legal = kind.transitions().map(|transition| transition.step);
                legal.filter(|step| offered::is_offered(*step, kind, &attempt)).collect()
            }
        }
    }
}
