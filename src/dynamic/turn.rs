//! The turns that calls take with a dynamic sign-in.

use std::convert::Infallible;
use std::sync::Arc;

use futures::channel::oneshot;

use super::lost::{End, Ended, Lost};
use super::slot::{Held, Lock, Place};
use super::{At, DynamicError};
use crate::client::{Client, Finalized};
use crate::error::{Error, ErrorKind};
use crate::fault_switches::without;
use crate::relation::{Calls, Step};
use crate::sign_in::states::{NeedsIdentifier, State};
use crate::sign_in::{AnySignIn, AnyStepError, SignIn, StateKind, StepError};
use crate::wire::{Factor, Strategy};

/// What a call needs in order to begin.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) step: Step,
    /// The states in which the call begins, after the free moves that lead there. Without states, the step must be
    /// legal where the sign-in is.
    states: Option<&'a [StateKind]>,
    /// The strategy of the factor that must be prepared.
    strategy: Option<&'a Strategy>,
    /// The identifier with which the call begins an attempt.
    pub(super) identifier: Option<&'a str>,
    /// `true` if the user is asked for the identifier first, so that nothing is sent at once.
    pub(super) is_after_a_prompt: bool,
}

/// The turn of one call. It must be ended. A turn that is dropped leaves the sign-in interrupted.
#[must_use]
pub(super) struct Turn {
    place: Arc<Place>,
    number: u64,
    lost: Option<Arc<Lost>>,
    /// The state before the free moves, to which a failed step goes back.
    back: Option<StateKind>,
    /// `true` if the end of the call says nothing about the lock of the account.
    keeps_lock: bool,
}

/// The turn of a call that begins an attempt.
#[must_use]
pub(super) struct Anew {
    pub(super) turn: Turn,
    pub(super) before: Held,
}

/// The turn of a call that continues the attempt, or begins one if the attempt cannot be continued.
pub(super) enum Begun {
    Continued(Turn, AnySignIn),
    Anew(Anew, SignIn<NeedsIdentifier>),
}

/// What a call leaves behind.
pub(super) enum After {
    Here(AnySignIn, Option<Error>),
    /// The step is not one of the state, so nothing was sent.
    Illegal(AnySignIn),
    Over(End),
}

impl<'a> Wanted<'a> {
    /// A step where the sign-in is.
    pub(super) const fn step(step: Step) -> Self {
        Self { step, states: None, strategy: None, identifier: None, is_after_a_prompt: false }
    }

    /// A step in one of these states, after the free moves that lead there.
    pub(super) const fn at(step: Step, states: &'a [StateKind]) -> Self {
        Self { states: Some(states), ..Self::step(step) }
    }

    pub(super) const fn prepared(mut self, strategy: &'a Strategy) -> Self {
        self.strategy = Some(strategy);
        self
    }

    pub(super) const fn identifier(mut self, identifier: Option<&'a str>) -> Self {
        self.identifier = identifier;
        self
    }

    pub(super) const fn after_a_prompt(mut self) -> Self {
        self.is_after_a_prompt = true;
        self
    }

    /// The state in which the call begins, if it can begin.
    pub(super) fn target(&self, sign_in: &AnySignIn) -> Option<StateKind> {
        let Some(states) = self.states else {
            return Some(sign_in.kind()).filter(|kind| kind.allows(self.step));
        };
        let is_prepared = |kind| {
            without("a step needs the strategy that was prepared")
                || self.strategy.is_none_or(|strategy| sign_in.strategy_at(kind) == Some(strategy))
        };
        states.iter().copied().find(|kind| sign_in.can_move_to(*kind) && is_prepared(*kind))
    }
}

impl Turn {
    pub(super) const fn new(place: Arc<Place>, number: u64, lost: Arc<Lost>, back: Option<StateKind>) -> Self {
        Self { place, number, lost: Some(lost), back, keeps_lock: false }
    }

    pub(super) fn client(&self) -> &Client {
        &self.place.client
    }

    /// Returns a future that is ready when the wait is cancelled.
    pub(super) fn cancellable(&self) -> oneshot::Receiver<Infallible> {
        let (sender, receiver) = oneshot::channel();
        let mut slot = self.place.slot();
        if slot.turn == self.number {
            slot.cancel = Some(sender);
        }
        receiver
    }

    /// Notes how far a call of several steps has come, and the factor that its next step is about to prepare.
    ///
    /// Fails if the call was overtaken. Its other steps must not be taken.
    pub(super) fn reached(&mut self, sign_in: &AnySignIn, choosing: Option<Factor>) -> Result<(), DynamicError> {
        self.note(|before| before.reached(sign_in, choosing))
    }

    /// Notes what is needed to find the sign-in again from here. Fails if the call was overtaken.
    fn note(&mut self, lost: impl FnOnce(&Lost) -> Lost) -> Result<(), DynamicError> {
        let Some(before) = &self.lost else { return Err(DynamicError::Cancelled) };
        let lost = Arc::new(lost(before));
        self.place.update(|slot| {
            if slot.turn != self.number && !without("an overtaken call takes no further step") {
                return Err(DynamicError::Cancelled);
            }
            slot.held = Held::Away(Arc::clone(&lost));
            Ok(())
        })?;
        (self.lost, self.back) = (Some(lost), None);
        Ok(())
    }

    /// Goes on after a step of a call that has several. If the step failed, the call ends.
    pub(super) fn go_on(mut self, after: After) -> Result<(Self, AnySignIn), DynamicError> {
        match after {
            After::Here(sign_in, None) => {
                self.reached(&sign_in, None)?;
                Ok((self, sign_in))
            }
            failed => {
                self.end(failed)?;
                Err(DynamicError::Cancelled)
            }
        }
    }

    /// Ends a call of several steps whose next step is not possible, because the attempt is elsewhere.
    pub(super) fn stop_at(self, elsewhere: AnySignIn) -> DynamicError {
        let error = ErrorKind::StepNotApplied { state: elsewhere.state_name() }.into();
        match self.end(After::Here(elsewhere, Some(error))) {
            Err(error) => error,
            Ok(()) => DynamicError::Cancelled,
        }
    }

    /// Puts back what the call leaves behind, and returns what the call returns.
    pub(super) fn end_with<T>(self, after: After, returned: Option<T>) -> Result<T, DynamicError> {
        self.end(after)?;
        returned.ok_or(DynamicError::Cancelled)
    }

    /// Puts back what the call leaves behind.
    pub(super) fn end(self, after: After) -> Result<(), DynamicError> {
        match after {
            After::Here(sign_in, None) => self.put_back(Held::Here(sign_in), None),
            After::Here(sign_in, Some(error)) => {
                let sign_in = match self.back {
                    Some(back) if !without("a failed step goes back to where it began") => sign_in.move_to(back),
                    _ => sign_in,
                };
                self.put_back(Held::Here(sign_in), Some(DynamicError::Failed(error)))
            }
            After::Illegal(sign_in) => {
                let at = At::UnderWay(sign_in.kind());
                let wanted = self.lost.as_ref().map(|lost| lost.wanted);
                self.put_back(Held::Here(sign_in), wanted.map(|wanted| DynamicError::WrongState { wanted, at }))
            }
            After::Over(end) => {
                let last = self.lost.as_ref().map(|lost| lost.last().clone());
                let fresh = || Held::Here(self.place.client.sign_in().into());
                let held = last.map_or_else(fresh, |last| Held::Over(Arc::new(Ended { end, last })));
                self.put_back(held, None)
            }
        }
    }

    /// Ends a call that makes a found session active.
    pub(super) fn end_found(self, finalized: Result<Finalized, Error>) -> Result<Finalized, DynamicError> {
        match finalized {
            Ok(finalized) => self.end_with(After::Over(End::finalized(&finalized)), Some(finalized)),
            Err(error) => {
                let ended = self.lost.as_ref().and_then(|lost| lost.ended.clone());
                let Some(ended) = ended else { return Err(DynamicError::Cancelled) };
                self.put_back(Held::Over(ended), Some(error.into()))?;
                Err(DynamicError::Cancelled)
            }
        }
    }

    /// Ends the call with a fresh sign-in.
    pub(super) fn end_anew(self) -> Result<(), DynamicError> {
        let fresh = self.place.client.sign_in().into();
        self.put_back(Held::Here(fresh), None)
    }

    /// The attempt that this call has begun, if the client knows it.
    fn begun_attempt(&self) -> Option<AnySignIn> {
        let begins = self.lost.as_ref()?.begins.as_ref()?;
        self.client().known_sign_in().filter(|attempt| begins.is_attempt(attempt))
    }

    /// Ends a call that must be found again, because no answer came.
    pub(super) fn interrupt(mut self, handed_back: Option<AnySignIn>, error: Error) -> DynamicError {
        let Some(lost) = self.lost.take() else { return DynamicError::Cancelled };
        match self.settle(Held::Interrupted(lost, handed_back), Lockout::Unchanged) {
            Ok(()) => error.into(),
            Err(overtaken) => overtaken,
        }
    }

    /// Puts back what was found again. Finding it says nothing about the lock of the account.
    pub(super) fn end_recovery(mut self, after: After) -> Result<(), DynamicError> {
        self.keeps_lock = true;
        self.end(after)
    }

    /// Puts back what the call leaves behind, and returns the error of the call.
    pub(super) fn put_back(mut self, held: Held, error: Option<DynamicError>) -> Result<(), DynamicError> {
        let failed = error.as_ref().and_then(DynamicError::error);
        let locked_for = failed.and_then(Error::lockout);
        let until = locked_for.zip(self.client().now()).map(|(lockout, now)| now + lockout);
        let Some(lost) = self.lost.take() else { return Err(DynamicError::Cancelled) };
        let lockout = match (until, &held) {
            _ if self.keeps_lock => Lockout::Unchanged,
            (Some(until), Held::Here(sign_in)) => {
                Lockout::Begins(Lock { attempt_id: sign_in.attempt().id.clone(), until })
            }
            _ if error.is_none() && lost.wanted.calls() == Calls::Writes => Lockout::Ends,
            _ => Lockout::Unchanged,
        };
        let is_unanswered = failed.is_some_and(Error::is_outcome_unknown) && !can_be_repeated(lost.wanted);
        let is_unanswered = is_unanswered && !without("a call without an answer is found again");
        let held = match held {
            held if !is_unanswered => held,
            // The server may have carried out the step, so the next call asks first.
            Held::Here(sign_in) => Held::Interrupted(Arc::new(lost.handed_back(&sign_in)), Some(sign_in)),
            _ => Held::Interrupted(lost, None),
        };
        self.settle(held, lockout)?;
        error.map_or(Ok(()), Err)
    }

    fn settle(&self, held: Held, lockout: Lockout) -> Result<(), DynamicError> {
        let ended_wait = self.place.update(|slot| {
            if slot.turn != self.number && !without("an overtaken call changes nothing") {
                return Err(DynamicError::Cancelled);
            }
            slot.held = held;
            match lockout {
                Lockout::Begins(lock) => slot.lock = Some(lock),
                Lockout::Ends => slot.lock = None,
                Lockout::Unchanged => {}
            }
            Ok(slot.cancel.take())
        })?;
        drop(ended_wait);
        Ok(())
    }
}

/// What a call says about the lock of the account.
enum Lockout {
    Begins(Lock),
    Ends,
    Unchanged,
}

/// Returns `true` if the step can be taken again whatever became of it, so that nothing needs to be asked first.
const fn can_be_repeated(step: Step) -> bool {
    matches!(step, Step::Finalize | Step::FinalizeWith | Step::WaitForVerification | Step::Refresh)
}

impl Anew {
    /// Ends the call.
    pub(super) fn end<S: State>(self, step: Result<impl Into<AnySignIn>, StepError<S>>) -> Result<(), DynamicError> {
        let (turn, sign_in) = self.created(step.map(Into::into))?;
        turn.end(After::Here(sign_in, None))
    }

    /// Goes on after the server has created the attempt. If it has not, the call ends.
    pub(super) fn created<S: State>(
        mut self,
        step: Result<AnySignIn, StepError<S>>,
    ) -> Result<(Turn, AnySignIn), DynamicError> {
        match step {
            Ok(sign_in) => self.turn.go_on(After::Here(sign_in, None)),
            Err(failed) => {
                let (sign_in, error) = failed.into_parts();
                // The server may have created an attempt all the same, for example if only the password is wrong.
                let begun = || self.turn.begun_attempt().filter(|_| error.rejection().is_some());
                let held = if let Some(sign_in) = Some(sign_in).filter(|it| it.id().is_some()).or_else(begun) {
                    Held::Here(sign_in)
                } else {
                    // What the error says is not about the earlier attempt.
                    self.turn.keeps_lock = true;
                    self.before
                };
                self.turn.put_back(held, Some(error.into()))?;
                Err(DynamicError::Cancelled)
            }
        }
    }

    /// Ends the call before anything was sent.
    pub(super) fn fail(self, error: Error) -> DynamicError {
        self.turn.put_back(self.before, Some(error.into())).err().unwrap_or(DynamicError::Cancelled)
    }

    /// Goes on after the user was asked for the identifier. Fails if the call was overtaken.
    pub(super) fn begins(&mut self, identifier: &str) -> Result<(), DynamicError> {
        let client = self.turn.client().clone();
        self.turn.note(|lost| lost.clone().begins_anew(Some(identifier), &client))
    }
}

/// A dropped call leaves the sign-in interrupted, unless its step can be repeated.
impl Drop for Turn {
    fn drop(&mut self) {
        let Some(lost) = self.lost.take() else { return };
        let before = || lost.ended.clone().map(Held::Over).or_else(|| lost.before(self.client()).map(Held::Here));
        let is_harmless = can_be_repeated(lost.wanted) || without("a dropped call is found again");
        let held = if is_harmless { before() } else { None };
        let ended_wait = self.place.update(|slot| {
            if slot.turn != self.number {
                return None;
            }
            slot.held = held.unwrap_or(Held::Interrupted(lost, None));
            slot.cancel.take()
        });
        drop(ended_wait);
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
pub(super) fn after(step: Result<impl Into<AnySignIn>, impl Into<AnyStepError>>) -> After {
    match step {
        Ok(sign_in) => After::Here(sign_in.into(), None),
        Err(failed) => {
            let (sign_in, error) = failed.into().into_parts();
            After::Here(sign_in, Some(error))
        }
    }
}
