//! A backend whose answers are checked against the rules.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use serde::Serialize;

use super::referee::{Before, Referee};
use super::trace::{Checked, Exchange, Outside, TraceChecker};
use crate::backend::{Backend, BackendError, CallContext, CallPolicy};
use crate::fake::FakeBackend;
use crate::wire::{Request, Response};

/// A backend that passes each call on, and checks the answer against [the rules](super::model).
///
/// Put it around your own backend in a test, and look at [`outside`](Self::outside) at the end:
///
/// ```
/// use std::sync::Arc;
///
/// use clerk_sign_in::Client;
/// use clerk_sign_in::fake::FakeBackend;
/// use clerk_sign_in::testing::CheckedBackend;
///
/// # futures::executor::block_on(async {
/// let backend = Arc::new(CheckedBackend::new(FakeBackend::demo()));
/// let client = Client::new(Arc::clone(&backend));
/// drop(client.sign_in().password("ada@example.com", "correct-horse-battery").await?);
/// assert!(backend.outside().is_empty());
/// assert_eq!(backend.checked(), 1);
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct CheckedBackend<B> {
    inner: B,
    checks: Arc<Mutex<Checks>>,
}

#[derive(Debug, Default)]
struct Checks {
    judge: Judge,
    checked: usize,
    /// The number of calls that have begun, and of those that are under way.
    begun: usize,
    under_way: usize,
    outside: Vec<Outside>,
    out_of_turn: Vec<Checked>,
}

/// The knowledge of a check, which can be serialised so that two can be compared. It contains codes and passwords of
/// the fake's users.
#[doc(hidden)]
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Learned(Judge);

/// A judge of answers.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Judge {
    /// Knows what the answers show.
    Trace(TraceChecker),
    /// Knows what the server knows.
    Referee(Box<Referee>),
}

impl Default for Judge {
    fn default() -> Self {
        Self::Trace(TraceChecker::new())
    }
}

impl Judge {
    /// Notes what is known before a request is sent.
    fn note(&self, request: &Request) -> Option<Before> {
        match self {
            Self::Trace(_) => None,
            Self::Referee(referee) => Some(referee.before(request)),
        }
    }

    fn judge(
        &mut self,
        before: Option<&Before>,
        asked: (&CallContext, &Request),
        response: Option<&Response>,
        is_alone: bool,
    ) -> Result<Checked, Outside> {
        match (self, before) {
            (Self::Referee(referee), Some(before)) => referee.judge(asked, before, response, is_alone),
            (Self::Referee(_), None) => Ok(Checked::NothingToCheck),
            (Self::Trace(checker), _) => checker.check(&Exchange::new(asked.1, response)),
        }
    }

    fn forget(&mut self) {
        *self = match self {
            Self::Trace(_) => Self::default(),
            Self::Referee(referee) => Self::Referee(Box::new(Referee::new(referee.server().clone()))),
        };
    }
}

/// The number of findings that are kept.
const AT_MOST: usize = 1_000;

impl<B: Backend> CheckedBackend<B> {
    /// Puts a check around a backend.
    pub fn new(inner: B) -> Self {
        Self { inner, checks: Arc::default() }
    }

    /// Puts a check around another way to the same server. Both share what they have seen and found.
    pub fn beside<C>(other: &CheckedBackend<C>, inner: B) -> Self {
        Self { inner, checks: Arc::clone(&other.checks) }
    }

    /// Puts a check around a backend whose server is this fake.
    ///
    /// The check then also knows what only the server knows, such as the demo users' passwords and the codes in the
    /// mailbox. It finds a wrong code that was accepted, a second factor that was skipped, and a session that was lost.
    pub fn with_server(inner: B, server: FakeBackend) -> Self {
        let judge = Judge::Referee(Box::new(Referee::new(server)));
        Self { inner, checks: Arc::new(Mutex::new(Checks { judge, ..Checks::default() })) }
    }

    /// Tells the check a user's secrets, which it cannot read from the server. It knows those of the demo users.
    ///
    /// Does nothing if the check knows no server, or the server no such user.
    pub fn tell(&self, identifier: &str, password: Option<&str>, backup_codes: &[&str]) {
        if let Judge::Referee(referee) = &mut self.checks().judge {
            referee.tell(identifier, password, backup_codes);
        }
    }

    /// Returns what was learned so far. With [`FakeBackend::state`](crate::fake::FakeBackend::state), a test can go
    /// back to this moment. What was found is not included.
    #[doc(hidden)]
    #[must_use]
    pub fn learned(&self) -> Learned {
        Learned(self.checks().judge.clone())
    }

    /// Goes back to a moment.
    #[doc(hidden)]
    pub fn restore(&self, learned: &Learned) {
        let mut checks = self.checks();
        checks.judge = match (&checks.judge, &learned.0) {
            (Judge::Referee(here), Judge::Referee(learned)) => Judge::Referee(Box::new(here.learned_by(learned))),
            (_, learned) => learned.clone(),
        };
    }

    /// Forgets the sign-ins that were seen, because the server's state was replaced. What was found is kept.
    pub fn forget(&self) {
        self.checks().judge.forget();
    }

    /// The answers that were against the rules, oldest first. At most 1,000 are kept.
    #[must_use]
    pub fn outside(&self) -> Vec<Outside> {
        self.checks().outside.clone()
    }

    /// The requests that were not legal where the sign-in was, and that the backend rejected. At most 1,000 are kept.
    #[must_use]
    pub fn out_of_turn(&self) -> Vec<Checked> {
        self.checks().out_of_turn.clone()
    }

    /// The number of exchanges that were checked.
    #[must_use]
    pub fn checked(&self) -> usize {
        self.checks().checked
    }

    fn check(
        &self,
        (before, began_alone): (Option<&Before>, Option<usize>),
        asked: (&CallContext, &Request),
        response: Option<&Response>,
    ) {
        let mut checks = self.checks();
        let is_alone = began_alone == Some(checks.begun);
        checks.under_way -= 1;
        match checks.judge.judge(before, asked, response, is_alone) {
            Ok(Checked::NothingToCheck) => return,
            Ok(Checked::InTurn) => {}
            Ok(finding) if checks.out_of_turn.len() < AT_MOST => checks.out_of_turn.push(finding),
            Err(finding) if checks.outside.len() < AT_MOST => checks.outside.push(finding),
            Ok(_) | Err(_) => {}
        }
        checks.checked += 1;
    }

    fn begin(&self, request: &Request) -> (Option<Before>, Option<usize>) {
        let mut checks = self.checks();
        checks.begun += 1;
        checks.under_way += 1;
        let began_alone = (checks.under_way == 1).then_some(checks.begun);
        (checks.judge.note(request), began_alone)
    }

    fn checks(&self) -> MutexGuard<'_, Checks> {
        self.checks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call whose answer was not seen yet. If the call is dropped, the backend may still carry it out.
struct Unseen<'a, B: Backend> {
    backend: &'a CheckedBackend<B>,
    before: Option<Before>,
    /// The number of calls at the beginning, if no other was under way.
    began_alone: Option<usize>,
    asked: Option<(CallContext, Request)>,
}

impl<B: Backend> Unseen<'_, B> {
    fn answered(mut self, response: Option<&Response>) {
        self.check(response);
    }

    fn check(&mut self, response: Option<&Response>) {
        if let Some((context, request)) = self.asked.take() {
            self.backend.check((self.before.as_ref(), self.began_alone), (&context, &request), response);
        }
    }
}

impl<B: Backend> Drop for Unseen<'_, B> {
    fn drop(&mut self) {
        self.check(None);
    }
}

#[async_trait]
impl<B: Backend> Backend for CheckedBackend<B> {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let (before, began_alone) = self.begin(&request);
        let unseen = Unseen { backend: self, before, began_alone, asked: Some((context.clone(), request.clone())) };
        let answer = self.inner.call(context, request).await;
        unseen.answered(answer.as_ref().ok());
        answer
    }

    fn call_policy(&self) -> Option<&CallPolicy> {
        self.inner.call_policy()
    }

    fn public_url(&self) -> Option<&str> {
        self.inner.public_url()
    }
}
