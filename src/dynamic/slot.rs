//! The place of a dynamic sign-in, and the turns that calls take with it.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::channel::oneshot;

use super::{At, DynamicError, DynamicState, recovery};
use crate::client::{Client, Finalized};
use crate::error::{Error, ErrorKind};
use crate::observers::{Changes, Observers};
use crate::relation::Step;
use crate::sign_in::states::{NeedsIdentifier, State};
use crate::sign_in::{AnySignIn, Checkpoint, SignIn, StateKind, StepError};
use crate::wire::{Factor, Session, SignInAttempt, Timestamp};

/// The place of one dynamic sign-in, which all its clones share.
pub(super) struct Place {
    pub(super) client: Client,
    slot: Mutex<Slot>,
}

struct Slot {
    held: Held,
    /// The number of the turn that may put something back. A turn with another number was overtaken by a reset.
    turn: u64,
    /// Ends the wait that is under way when it is dropped.
    cancel: Option<oneshot::Sender<Infallible>>,
    locked_until: Option<Timestamp>,
    observers: Observers<()>,
}

enum Held {
    /// The sign-in.
    Here(AnySignIn),
    /// A call has the sign-in.
    Away(Arc<Lost>),
    /// A call had the sign-in, and was dropped or got no answer. Only the server knows where the attempt stands.
    Interrupted(Arc<Lost>),
    /// The sign-in is over.
    Over(Box<Ended>),
    /// The sign-in is being moved. Nobody sees this, because the slot is locked.
    Empty,
}

/// How a sign-in ended.
#[derive(Clone)]
pub(super) enum End {
    Session { id: String, pending_tasks: Vec<String> },
    SignUp,
}

/// How a sign-in ended, and what it was last.
struct Ended {
    end: End,
    last: Shown,
}

/// What can be shown of a sign-in that is away.
#[derive(Clone)]
struct Shown {
    kind: StateKind,
    attempt: Arc<SignInAttempt>,
    sent_to: Option<Factor>,
}

/// What is needed to find a sign-in again whose call was dropped.
pub(super) struct Lost {
    shown: Shown,
    pub(super) checkpoint: Checkpoint,
    pub(super) wanted: Step,
    /// The factor that the call was about to prepare.
    pub(super) choosing: Option<Factor>,
    /// The user for whom the call may have begun an attempt, if it may have done so.
    pub(super) begins: Option<For>,
    /// The attempt, sessions and sign-up that the client knew before the call.
    pub(super) known: Known,
}

/// The user for whom an attempt begins.
#[derive(Clone)]
pub(super) enum For {
    /// The user of this identifier.
    Identifier(String),
    /// Whoever the attempt turns out to be for.
    Anybody,
}

/// The attempt, sessions and sign-up that a client knows at a moment.
pub(super) struct Known {
    pub(super) attempt_id: Option<String>,
    pub(super) session_ids: Vec<String>,
    pub(super) sign_up_id: Option<String>,
}

/// What a call leaves behind.
pub(super) enum After {
    Here(AnySignIn, Option<Error>),
    /// The step is not one of the state, so nothing was sent.
    Illegal(AnySignIn),
    Over(End),
}

/// The turn of one call. It must be ended. A turn that is dropped leaves the sign-in interrupted.
#[must_use]
pub(super) struct Turn {
    place: Arc<Place>,
    number: u64,
    lost: Option<Arc<Lost>>,
}

/// The turn of a call that begins an attempt.
#[must_use]
pub(super) struct Anew {
    turn: Turn,
    before: Held,
}

impl Place {
    pub(super) fn new(sign_in: AnySignIn) -> Arc<Self> {
        let client = sign_in.client().clone();
        let slot = Slot {
            held: Held::Here(sign_in),
            turn: 0,
            cancel: None,
            locked_until: None,
            observers: Observers::default(),
        };
        Arc::new(Self { client, slot: Mutex::new(slot) })
    }

    /// Takes the sign-in out for a step, if the step is legal now.
    ///
    /// A sign-in whose last call was dropped is found again first.
    pub(super) async fn begin(self: &Arc<Self>, wanted: Step) -> Result<(Turn, AnySignIn), DynamicError> {
        self.begin_choosing(wanted, |_| None).await
    }

    /// Takes the sign-in out for a step that prepares a factor.
    pub(super) async fn begin_choosing(
        self: &Arc<Self>,
        wanted: Step,
        choosing: impl FnOnce(&AnySignIn) -> Option<Factor>,
    ) -> Result<(Turn, AnySignIn), DynamicError> {
        let legal = |sign_in: AnySignIn| if sign_in.kind().allows(wanted) { Ok(sign_in) } else { Err(sign_in) };
        self.begin_after(wanted, legal, choosing).await
    }

    /// Takes the sign-in out for a step, after the free moves that lead to a state in which the step is legal.
    pub(super) async fn begin_after(
        self: &Arc<Self>,
        wanted: Step,
        free_moves: impl FnOnce(AnySignIn) -> Result<AnySignIn, AnySignIn>,
        choosing: impl FnOnce(&AnySignIn) -> Option<Factor>,
    ) -> Result<(Turn, AnySignIn), DynamicError> {
        self.find_again().await?;
        self.update(|slot| {
            let at = slot.at();
            let sign_in = match std::mem::replace(&mut slot.held, Held::Empty) {
                Held::Here(sign_in) => sign_in,
                other => {
                    let is_over = matches!(other, Held::Over(_));
                    slot.held = other;
                    return Err(if is_over {
                        DynamicError::WrongState { wanted, at }
                    } else {
                        DynamicError::Busy { wanted }
                    });
                }
            };
            match free_moves(sign_in) {
                Ok(sign_in) => {
                    let lost = Arc::new(Lost {
                        shown: Shown::new(&sign_in),
                        checkpoint: sign_in.checkpoint(),
                        wanted,
                        choosing: choosing(&sign_in),
                        begins: For::whom(wanted, &sign_in),
                        known: Known::new(&self.client),
                    });
                    Ok((self.turn(slot, lost), sign_in))
                }
                Err(sign_in) => {
                    slot.held = Held::Here(sign_in);
                    Err(DynamicError::WrongState { wanted, at })
                }
            }
        })
    }

    /// Takes a fresh sign-in for a call that begins an attempt, unless a call is under way.
    ///
    /// What was there before is put back if the server creates no attempt.
    pub(super) fn begin_anew(
        self: &Arc<Self>,
        wanted: Step,
        identifier: Option<&str>,
    ) -> Result<(Anew, SignIn<NeedsIdentifier>), DynamicError> {
        self.update(|slot| {
            let fresh = self.client.sign_in();
            let (shown, checkpoint) = match &slot.held {
                Held::Away(_) => return Err(DynamicError::Busy { wanted }),
                Held::Here(sign_in) => (Shown::new(sign_in), sign_in.checkpoint()),
                Held::Interrupted(lost) => (lost.shown.clone(), lost.checkpoint.clone()),
                Held::Over(_) | Held::Empty => (Shown::new(&self.client.sign_in().into()), fresh.checkpoint()),
            };
            let known = Known::new(&self.client);
            let begins = Some(identifier.map_or(For::Anybody, |it| For::Identifier(it.to_owned())));
            let lost = Arc::new(Lost { shown, checkpoint, wanted, choosing: None, begins, known });
            let before = std::mem::replace(&mut slot.held, Held::Empty);
            Ok((Anew { turn: self.turn(slot, lost), before }, fresh))
        })
    }

    /// Puts a fresh sign-in into the place. A call that is under way is overtaken.
    pub(super) fn reset(&self) {
        let cancelled = self.update(|slot| {
            slot.turn += 1;
            slot.locked_until = None;
            slot.held = Held::Here(self.client.sign_in().into());
            slot.cancel.take()
        });
        // This wakes the wait, so it happens after the lock is released.
        drop(cancelled);
    }

    /// Takes the sign-in out for good, unless a call has it.
    pub(super) fn into_sign_in(self: &Arc<Self>) -> Option<AnySignIn> {
        self.update(|slot| {
            let held = std::mem::replace(&mut slot.held, Held::Here(self.client.sign_in().into()));
            match held {
                Held::Here(sign_in) => Some(sign_in),
                other => {
                    slot.held = other;
                    None
                }
            }
        })
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

    pub(super) fn state(&self) -> DynamicState {
        let slot = self.slot();
        match (&slot.held, slot.shown()) {
            (Held::Over(ended), _) => match &ended.end {
                End::SignUp => DynamicState::SignUp,
                End::Session { id, pending_tasks } => {
                    DynamicState::Session { session_id: id.clone(), pending_tasks: pending_tasks.clone() }
                }
            },
            (_, Some(Shown { kind, attempt, sent_to })) => {
                DynamicState::new(kind, &attempt, sent_to, slot.locked_until)
            }
            (_, None) => DynamicState::Unrecognized { status: None },
        }
    }

    /// The state and the server's latest description of the attempt, if the sign-in is not over.
    pub(super) fn attempt(&self) -> Option<(StateKind, Arc<SignInAttempt>)> {
        let slot = self.slot();
        let shown = slot.shown().filter(|_| !matches!(slot.held, Held::Over(_)))?;
        Some((shown.kind, shown.attempt))
    }

    /// The server's latest description of the attempt. Once the sign-in is over, this is the last one.
    pub(super) fn described(&self) -> Arc<SignInAttempt> {
        self.slot().shown().map(|shown| shown.attempt).unwrap_or_default()
    }

    pub(super) fn checkpoint(&self) -> Option<Checkpoint> {
        match &self.slot().held {
            Held::Here(sign_in) => Some(sign_in.checkpoint()),
            Held::Away(lost) | Held::Interrupted(lost) => Some(lost.checkpoint.clone()),
            Held::Over(_) | Held::Empty => None,
        }
    }

    pub(super) fn is_away(&self) -> bool {
        matches!(self.slot().held, Held::Away(_))
    }

    pub(super) fn is_interrupted(&self) -> bool {
        matches!(self.slot().held, Held::Interrupted(_))
    }

    pub(super) fn subscribe(&self) -> Changes<()> {
        self.slot().observers.subscribe()
    }

    /// Finds a sign-in again whose last call was dropped or got no answer. Returns `true` if there was one.
    pub(super) async fn find_again(self: &Arc<Self>) -> Result<bool, DynamicError> {
        match self.take_interrupted() {
            Some((turn, lost)) => recovery::find_again(turn, lost).await.map(|()| true),
            None => Ok(false),
        }
    }

    fn take_interrupted(self: &Arc<Self>) -> Option<(Turn, Arc<Lost>)> {
        self.update(|slot| {
            let Held::Interrupted(lost) = &slot.held else { return None };
            let lost = Arc::clone(lost);
            Some((self.turn(slot, Arc::clone(&lost)), lost))
        })
    }

    fn turn(self: &Arc<Self>, slot: &mut Slot, lost: Arc<Lost>) -> Turn {
        slot.turn += 1;
        slot.held = Held::Away(Arc::clone(&lost));
        Turn { place: Arc::clone(self), number: slot.turn, lost: Some(lost) }
    }

    fn update<T>(&self, change: impl FnOnce(&mut Slot) -> T) -> T {
        let mut slot = self.slot();
        let result = change(&mut slot);
        let observers = slot.observers.show(&());
        drop(slot);
        for observer in observers {
            observer.wake();
        }
        result
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        // No code that can panic runs while the lock is held, so the data is consistent even if the lock is poisoned.
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    pub(super) fn client(&self) -> &Client {
        &self.place.client
    }

    /// Returns a future that is ready when the call is cancelled.
    pub(super) fn cancellable(&self) -> oneshot::Receiver<Infallible> {
        let (sender, receiver) = oneshot::channel();
        let mut slot = self.place.slot();
        if slot.turn == self.number {
            slot.cancel = Some(sender);
        }
        receiver
    }

    /// Puts back what the call leaves behind, and returns what the call returns.
    pub(super) fn end_with<T>(self, after: After, returned: Option<T>) -> Result<T, DynamicError> {
        self.end(after)?;
        returned.ok_or(DynamicError::Cancelled)
    }

    /// Notes how far a call of several steps has come, and the factor that its next step is about to prepare.
    pub(super) fn reached(&mut self, sign_in: &AnySignIn, choosing: Option<Factor>) {
        let Some(before) = self.lost.take() else { return };
        let lost = Arc::new(Lost {
            shown: Shown::new(sign_in),
            checkpoint: sign_in.checkpoint(),
            wanted: before.wanted,
            choosing,
            begins: None,
            known: Known::new(&self.place.client),
        });
        self.place.update(|slot| {
            if slot.turn == self.number {
                slot.held = Held::Away(Arc::clone(&lost));
            }
        });
        self.lost = Some(lost);
    }

    /// Puts back what the call leaves behind.
    pub(super) fn end(self, after: After) -> Result<(), DynamicError> {
        let wanted = self.lost.as_ref().map(|lost| lost.wanted);
        match after {
            After::Here(sign_in, error) => self.put_back(Held::Here(sign_in), error.map(DynamicError::Failed)),
            After::Illegal(sign_in) => {
                let at = At::UnderWay(sign_in.kind());
                self.put_back(Held::Here(sign_in), wanted.map(|wanted| DynamicError::WrongState { wanted, at }))
            }
            After::Over(end) => {
                let last = self.lost.as_ref().map(|lost| lost.shown.clone());
                let held = last.map_or(Held::Empty, |last| Held::Over(Box::new(Ended { end, last })));
                self.put_back(held, None)
            }
        }
    }

    fn put_back(mut self, held: Held, error: Option<DynamicError>) -> Result<(), DynamicError> {
        let lost = self.lost.take();
        let failed = error.as_ref().and_then(DynamicError::error);
        let lockout = failed.and_then(Error::lockout);
        let locked_until = lockout.and_then(|lockout| Some(self.place.client.now()? + lockout));
        // The server may have carried out the step, so the next call asks first.
        let held = match lost.filter(|_| failed.is_some_and(Error::is_outcome_unknown)) {
            Some(lost) => Held::Interrupted(lost),
            None => held,
        };
        let ended_wait = self.place.update(|slot| {
            if slot.turn != self.number {
                return Err(DynamicError::Cancelled);
            }
            slot.held = held;
            slot.locked_until = locked_until;
            Ok(slot.cancel.take())
        })?;
        drop(ended_wait);
        error.map_or(Ok(()), Err)
    }
}

impl Anew {
    /// Ends the call.
    pub(super) fn end<S: State>(self, step: Result<impl Into<AnySignIn>, StepError<S>>) -> Result<(), DynamicError> {
        let (turn, sign_in) = self.created(step.map(Into::into))?;
        turn.end(After::Here(sign_in, None))
    }

    /// Goes on after the server has created the attempt. If it has not, the call ends.
    pub(super) fn created<S: State>(
        self,
        step: Result<AnySignIn, StepError<S>>,
    ) -> Result<(Turn, AnySignIn), DynamicError> {
        match step {
            Ok(sign_in) => Ok((self.turn, sign_in)),
            Err(failed) => {
                let (sign_in, error) = failed.into_parts();
                let held = if sign_in.id().is_some() { Held::Here(sign_in) } else { self.before };
                self.turn.put_back(held, Some(error.into()))?;
                Err(DynamicError::Cancelled)
            }
        }
    }
}

/// A dropped call leaves the sign-in interrupted.
impl Drop for Turn {
    fn drop(&mut self) {
        let Some(lost) = self.lost.take() else { return };
        self.place.update(|slot| {
            if slot.turn == self.number {
                slot.held = Held::Interrupted(lost);
            }
        });
    }
}

impl Slot {
    fn at(&self) -> At {
        match &self.held {
            Held::Here(sign_in) => At::UnderWay(sign_in.kind()),
            Held::Away(lost) | Held::Interrupted(lost) => At::UnderWay(lost.shown.kind),
            Held::Over(ended) if matches!(ended.end, End::Session { .. }) => At::Session,
            Held::Over(_) | Held::Empty => At::SignUp,
        }
    }

    fn shown(&self) -> Option<Shown> {
        match &self.held {
            Held::Here(sign_in) => Some(Shown::new(sign_in)),
            Held::Away(lost) | Held::Interrupted(lost) => Some(lost.shown.clone()),
            Held::Over(ended) => Some(ended.last.clone()),
            Held::Empty => None,
        }
    }
}

impl Shown {
    fn new(sign_in: &AnySignIn) -> Self {
        Self { kind: sign_in.kind(), attempt: sign_in.shared_attempt(), sent_to: sign_in.sent_to().cloned() }
    }
}

impl Lost {
    pub(super) const fn kind(&self) -> StateKind {
        self.shown.kind
    }
}

impl For {
    /// Returns the user for whom a step may begin an attempt.
    fn whom(step: Step, sign_in: &AnySignIn) -> Option<Self> {
        let same_user = || sign_in.identifier().map_or(Self::Anybody, |it| Self::Identifier(it.to_owned()));
        match step {
            _ if sign_in.kind() == StateKind::NeedsIdentifier => Some(Self::Anybody),
            Step::SignUp => Some(Self::Anybody),
            // These begin an attempt anew if the one under way cannot be continued.
            Step::Sso | Step::SsoWith | Step::RedirectAgain | Step::RedirectAgainWith | Step::Resend => {
                Some(same_user())
            }
            _ => None,
        }
    }

    pub(super) fn is_for(&self, identifier: Option<&str>) -> bool {
        match (self, identifier) {
            (Self::Identifier(wanted), Some(identifier)) => wanted.trim().eq_ignore_ascii_case(identifier),
            (Self::Anybody, _) | (_, None) => true,
        }
    }
}

impl End {
    pub(super) fn finalized(finalized: &Finalized) -> Self {
        match finalized {
            Finalized::Active(session) => Self::Session { id: session.id().to_owned(), pending_tasks: Vec::new() },
            Finalized::Pending(session) => {
                let tasks = session.tasks().iter().map(|task| task.key.as_str().to_owned()).collect();
                Self::Session { id: session.id().to_owned(), pending_tasks: tasks }
            }
        }
    }

    pub(super) fn of_session(session: &Session) -> Self {
        let tasks = session.tasks.iter().flatten().map(|task| task.key.as_str().to_owned()).collect();
        Self::Session { id: session.id.clone(), pending_tasks: tasks }
    }
}

impl Known {
    fn new(client: &Client) -> Self {
        let snapshot = client.snapshot();
        let sessions = snapshot.iter().flat_map(|client| &client.sessions);
        Self {
            attempt_id: client.last_attempt_id(),
            session_ids: sessions.map(|session| session.id.clone()).collect(),
            sign_up_id: client.sign_up().map(|sign_up| sign_up.id().to_owned()),
        }
    }
}

/// What a step leaves behind that goes back without a call.
pub(super) fn settled<Back, At>(step: Result<SignIn<Back>, SignIn<At>>) -> After
where
    SignIn<Back>: Into<AnySignIn>,
    SignIn<At>: Into<AnySignIn>,
{
    match step {
        Ok(back) => After::Here(back.into(), None),
        Err(stayed) => {
            let stayed: AnySignIn = stayed.into();
            let error = ErrorKind::StepNotApplied { state: stayed.state_name() }.into();
            After::Here(stayed, Some(error))
        }
    }
}

/// What a step leaves behind, whether it succeeded or failed.
pub(super) fn after<S: State>(step: Result<impl Into<AnySignIn>, StepError<S>>) -> After {
    match step {
        Ok(sign_in) => After::Here(sign_in.into(), None),
        Err(failed) => {
            let (sign_in, error) = failed.into_parts();
            After::Here(sign_in, Some(error))
        }
    }
}
