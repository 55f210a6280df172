//! Judges answers with the knowledge of what the server knows.

mod books;
mod sessions;
mod given;
mod verdicts;
mod learning;

use serde::Serialize;

use crate::backend::CallContext;
use crate::fake::{ADA, FakeBackend, GRACE, LINUS};
use crate::platform::Timer;
use crate::testing::Outside;
use crate::testing::model::{self, Account, Given, Limits, Operation, Standing, Turn};
use crate::testing::trace::{Checked, Exchange, Outcome, TraceChecker};
use crate::wire::{Request, Response, Status, Strategy, Timestamp};
use books::Books;
use sessions::Sessions;

/// Judges the answers of a backend whose server is a [`FakeBackend`].
///
/// It knows the users' passwords and reads the server's mailbox. So it finds, for example, a wrong code that was
/// accepted, a second factor that was skipped, and a session that was lost.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Referee {
    #[serde(skip)]
    server: FakeBackend,
    trace: TraceChecker,
    books: Books,
    sessions: Sessions,
}

/// What the referee notes before a request is sent.
#[derive(Clone, Debug)]
pub(super) struct Before {
    now: Timestamp,
    given: Given,
    messages: u64,
    /// `true` if the user has a session that no answer has shown yet, so that the client may be trusted.
    has_unseen_session: bool,
}

/// A request as one of the operations that the model judges: a password or a strategy in a create counts like the
/// step that it stands for.
struct Step {
    operation: Operation,
    at: Standing,
    sign_in_id: Option<String>,
}

impl Referee {
    pub(super) fn new(server: FakeBackend) -> Self {
        let (trace, books, sessions) = (TraceChecker::new(), Books::default(), Sessions::default());
        let mut referee = Self { server, trace, books, sessions };
        for user in [ADA, GRACE, LINUS] {
            referee.tell(user.email_address, user.password, &[]);
        }
        referee
    }

    /// Tells the referee a user's secrets, which it cannot read from the server. A password counts only while the
    /// server has it.
    pub(super) fn tell(&mut self, identifier: &str, password: Option<&str>, backup_codes: &[&str]) {
        if let Some(user) = self.server.user(identifier) {
            self.books.learn(&user.id, password, backup_codes);
        }
    }

    pub(super) const fn server(&self) -> &FakeBackend {
        &self.server
    }

    /// Goes on with what another referee has learned, at the same server.
    pub(super) fn learned_by(&self, other: &Self) -> Self {
        Self { server: self.server.clone(), ..other.clone() }
    }

    pub(super) fn before(&self, request: &Request) -> Before {
        let messages = self.server.outbox().last().map_or(0, |message| message.number);
        let user = self.user_of(request).and_then(|user_id| self.server.user(&user_id));
        let has_unseen_session = user.is_some_and(|user| user.session_ids.iter().any(|id| !self.sessions.has_seen(id)));
        let now = self.server.clock().now();
        Before { now, given: self.given(request), messages, has_unseen_session }
    }

    /// Judges an answer; `None` if none was seen.
    ///
    /// `is_alone` is `false` if another call was under way at the same time. Then nobody knows which of the two sent a
    /// message or began a session.
    pub(super) fn judge(
        &mut self,
        (context, request): (&CallContext, &Request),
        before: &Before,
        response: Option<&Response>,
        is_alone: bool,
    ) -> Result<Checked, Outside> {
        let exchange = Exchange::new(request, response);
        let step = self.step(request, &exchange);
        let shown = exchange.sign_in.as_ref();
        let was_at = shown.and_then(|shown| self.trace.standing(&shown.id));
        let was_complete = was_at.is_some_and(Standing::is_complete);
        let has_verified = shown.is_some_and(|shown| shown.standing.verified() > was_at.map_or(0, Standing::verified));
        let is_new = shown.is_some_and(|shown| !self.trace.knows(&shown.id));
        let judged = self.trace.check(&exchange);
        let judged = judged.and_then(|checked| {
            if let Some(step) = &step {
                self.judge_step(request, step, before, &exchange)?;
            }
            if is_alone {
                self.judge_messages(request, before, &exchange)?;
            }
            if let Some(response) = response {
                verdicts::judge_client(context, &exchange, response)?;
                if is_alone {
                    self.sessions.judge(&self.server, &exchange, response, self.books.user_of(&exchange).as_deref())?;
                }
                if !was_complete {
                    verdicts::judge_second_factor(&self.server, &exchange, response)?;
                }
            }
            Ok(checked)
        });
        self.learn(request, step.as_ref(), before, (&exchange, response), (is_new, has_verified));
        for (client_id, user_id) in self.sessions.learn(response) {
            self.books.trust(&client_id, &user_id);
        }
        judged
    }

    /// The request as the model judges it, if it is about a factor or a new password.
    fn step(&self, request: &Request, exchange: &Exchange) -> Option<Step> {
        let operation = exchange.operation.clone()?;
        if let Request::CreateSignIn(create) = request {
            let id = exchange.sign_in.as_ref().map(|shown| shown.id.clone());
            let is_known = create.identifier.is_some();
            let operation = match (&create.strategy, &create.password) {
                (None | Some(Strategy::Password), Some(_)) => Operation::AttemptFirst(Strategy::Password),
                (Some(strategy), _) if model::is_sent(strategy) => Operation::PrepareFirst(strategy.clone()),
                _ => return None,
            };
            let at = Standing::new(Status::NeedsFirstFactor);
            return is_known.then_some(Step { operation, at, sign_in_id: id });
        }
        let id = exchange.sign_in_id.clone()?;
        let at = self.trace.standing(&id)?.clone();
        Some(Step { operation, at, sign_in_id: Some(id) })
    }

    fn turn<'a>(&self, step: &'a Step, before: &Before, exchange: &Exchange, account: Option<&'a Account>) -> Turn<'a> {
        let mut turn = Turn::new(&step.at, &step.operation, before.now);
        turn.account = account;
        turn.sent = step.sign_in_id.as_ref().and_then(|id| self.books.sent(id, step.operation.is_second()));
        turn.limits = self.limits();
        let is_set = step.operation == Operation::ResetPassword && exchange.outcome == Outcome::CarriedOut;
        turn.given = if is_set { Given::Right } else { before.given };
        turn
    }

    fn limits(&self) -> Limits {
        let settings = self.server.settings();
        Limits {
            lockout_attempts: settings.lockout_attempts,
            lockout_duration: settings.lockout_duration,
            code_attempts: settings.code_attempts,
            code_lifetime: settings.code_lifetime,
            resend_interval: settings.resend_interval,
        }
    }

    fn account(&self, user_id: &str, exchange: &Exchange) -> Option<Account> {
        let mut account = self.books.account(&self.server, user_id, exchange.client_id.as_deref())?;
        // A link that was opened or a visit to a provider may have been the right answer.
        let mut sign_ins = self.books.sign_ins_of(user_id).filter_map(|id| self.trace.standing(id));
        account.is_uncertain |= sign_ins.any(Standing::may_move_by_itself);
        Some(account)
    }

    /// The user whom a request is about, if the referee knows the user.
    fn user_of(&self, request: &Request) -> Option<String> {
        match request {
            Request::CreateSignIn(create) => Some(self.server.user(create.identifier.as_deref()?)?.id),
            request => self.books.user(Operation::of(request)?.1?),
        }
    }
}

/// Returns `true` if a proof is required before or after the request, so that nothing else was looked at.
fn is_gated(step: &Step, exchange: &Exchange) -> bool {
    step.at.is_gated() || exchange.sign_in.as_ref().is_some_and(|shown| shown.standing.is_gated())
}
