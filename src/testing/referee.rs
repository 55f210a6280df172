//! Judges answers with the knowledge of what the server knows.

mod books;
mod sessions;

use serde::Serialize;

use crate::backend::{CallContext, Identity};
use crate::fake::{ADA, FakeBackend, GRACE, LINUS, TEST_CODE, UserAccess};
use crate::platform::Timer;
use crate::testing::Outside;
use crate::testing::model::{Account, Expected, Factor, Given, Limits, Operation, Standing, Turn};
use crate::testing::trace::{Checked, Exchange, Outcome, TraceChecker};
use crate::wire::{
    Answer, AttemptFactor, ClientUpdate, ErrorCode, Request, Response, Secret, Status, Strategy, Timestamp,
    TokenUpdate, VerificationStatus,
};
use books::{Books, Mailed};
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

    /// Tells the referee a user's secrets, which it cannot read from the server. A password counts only while the server
    /// has it.
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
        let user_id = match request {
            Request::CreateSignIn(create) => {
                create.identifier.as_ref().and_then(|identifier| self.server.user(identifier)).map(|user| user.id)
            }
            request => Operation::of(request).and_then(|(_, id)| self.books.user(id?)),
        };
        let user = user_id.and_then(|user_id| self.server.user(&user_id));
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
        let was_complete = shown.and_then(|shown| self.trace.standing(&shown.id)).is_some_and(Standing::is_complete);
        let is_new = shown.is_some_and(|shown| !self.trace.knows(&shown.id));
        let verified_before = shown.and_then(|shown| self.trace.standing(&shown.id)).map_or(0, Standing::verified);
        let has_moved = shown.is_some_and(|shown| shown.standing.verified() > verified_before);
        let judged = self.trace.check(&exchange);
        let judged = judged.and_then(|checked| {
            if let Some(step) = &step {
                self.judge_step(request, step, before, &exchange)?;
            }
            if is_alone {
                self.judge_messages(request, before, &exchange)?;
            }
            if let Some(response) = response {
                judge_client(context, &exchange, response)?;
                if is_alone {
                    self.sessions.judge(&self.server, &exchange, response, self.books.user_of(&exchange).as_deref())?;
                }
                if !was_complete {
                    judge_second_factor(&self.server, &exchange, response)?;
                }
            }
            Ok(checked)
        });
        self.learn(request, step.as_ref(), before, (&exchange, response), (is_new, has_moved));
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
                (Some(strategy), _) if strategy.is_sent_code() || strategy.is_reset_code() => {
                    Operation::PrepareFirst(strategy.clone())
                }
                _ => return None,
            };
            let at = Standing::new(Status::NeedsFirstFactor);
            return is_known.then_some(Step { operation, at, sign_in_id: id });
        }
        let id = exchange.sign_in_id.clone()?;
        let at = self.trace.standing(&id)?.clone();
        Some(Step { operation, at, sign_in_id: Some(id) })
    }

    fn judge_step(&self, request: &Request, step: &Step, before: &Before, exchange: &Exchange) -> Result<(), Outside> {
        // A replaced sign-in takes no step, which the check of the trace judges.
        if step.sign_in_id.as_ref().is_some_and(|id| self.trace.is_replaced(id)) {
            return Ok(());
        }
        // A link that was opened or a visit to a provider may have moved the sign-in, unseen.
        if step.at.may_move_by_itself() || is_gated(step, exchange) {
            return Ok(());
        }
        let account = self.user_of(request, step).and_then(|user_id| self.account(&user_id, exchange));
        let expected = self.turn(step, before, exchange, account.as_ref()).expected();
        let status = exchange.sign_in.as_ref().and_then(|shown| shown.standing.status.clone());
        let is_as_expected = match (&expected, &exchange.outcome) {
            (Expected::Open, _) | (_, Outcome::Unknown) => true,
            (Expected::CarriedOut(Status::NeedsClientTrust), Outcome::CarriedOut) if before.has_unseen_session => {
                matches!(status, None | Some(Status::Complete | Status::NeedsClientTrust))
            }
            (Expected::CarriedOut(next), Outcome::CarriedOut) => status.as_ref().is_none_or(|status| status == next),
            (Expected::Rejected(_), Outcome::CarriedOut) => false,
            (Expected::CarriedOut(_), Outcome::Rejected(codes)) => {
                // If the count is uncertain, the account may be locked.
                let may_be_locked = account.as_ref().is_some_and(|account| account.is_uncertain);
                may_be_locked && codes.contains(&ErrorCode::UserLocked)
                    || self.is_beforehand(request, step, before, codes)
            }
            (Expected::Rejected(reason), Outcome::Rejected(codes)) => {
                codes.iter().any(|code| reason.codes().contains(code))
                    || self.is_beforehand(request, step, before, codes)
            }
        };
        if is_as_expected {
            return Ok(());
        }
        Err(Outside::NotAsExpected {
            operation: step.operation.clone(),
            at: Box::new(step.at.clone()),
            given: before.given,
            expected: Box::new(expected),
            outcome: Box::new(exchange.outcome.clone()),
            status,
        })
    }

    /// Returns `true` if the server may reject the request with this code before it looks at the answer.
    fn is_beforehand(&self, request: &Request, step: &Step, before: &Before, codes: &[ErrorCode]) -> bool {
        let is_create = matches!(request, Request::CreateSignIn(_));
        let settings = self.server.settings();
        let is_locked_by_an_administrator = || {
            let user = self.user_of(request, step).and_then(|user_id| self.server.user(&user_id));
            user.is_some_and(|user| user.access == UserAccess::Locked)
        };
        let is_over = || step.sign_in_id.as_ref().is_some_and(|id| self.books.is_over(id, before.now, &self.server));
        codes.iter().any(|code| match code {
            ErrorCode::TooManyRequests => settings.rate_limits.is_some(),
            ErrorCode::RequiresCaptcha | ErrorCode::CaptchaInvalid => settings.captcha_required,
            ErrorCode::SessionExists => settings.single_session,
            ErrorCode::IdentifierAlreadySignedIn => settings.reject_signed_in_identifiers,
            ErrorCode::RequiresProtectCheck
            | ErrorCode::UserBanned
            | ErrorCode::UserDeactivated
            | ErrorCode::FormPasswordPwned
            | ErrorCode::StrategyForUserInvalid => true,
            ErrorCode::ResourceNotFound => is_over(),
            // The server forgets a client that is not used for long.
            ErrorCode::AuthenticationInvalid => is_create || is_over(),
            ErrorCode::UserLocked => is_locked_by_an_administrator(),
            _ => false,
        })
    }

    /// Each step sends at most one message, and only a step that prepares a factor sends one.
    fn judge_messages(&self, request: &Request, before: &Before, exchange: &Exchange) -> Result<(), Outside> {
        let sent = self.server.outbox().iter().filter(|message| message.number > before.messages).count();
        let may_send = matches!(
            request,
            Request::CreateSignIn(_)
                | Request::PrepareFirstFactor(_)
                | Request::PrepareSecondFactor(_)
                | Request::CreateSignUp(_)
                | Request::UpdateSignUp(_)
                | Request::PrepareSignUp(_)
        );
        let most = usize::from(may_send && !matches!(exchange.outcome, Outcome::Rejected(_)));
        if sent > most { Err(Outside::TooManyMessages { sent, most }) } else { Ok(()) }
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

    fn user_of(&self, request: &Request, step: &Step) -> Option<String> {
        match request {
            Request::CreateSignIn(create) => Some(self.server.user(create.identifier.as_deref()?)?.id),
            _ => self.books.user(step.sign_in_id.as_ref()?),
        }
    }

    /// What the answer in a request is worth.
    fn given(&self, request: &Request) -> Given {
        match request {
            Request::CreateSignIn(create) => match (&create.password, &create.identifier) {
                (Some(password), Some(identifier)) => {
                    let user = self.server.user(identifier);
                    user.map_or(Given::Unknown, |user| self.books.password(&self.server, &user.id, password))
                }
                _ => Given::Unknown,
            },
            Request::AttemptFirstFactor(attempt) => self.given_in(attempt, false),
            Request::AttemptSecondFactor(attempt) => self.given_in(attempt, true),
            _ => Given::Unknown,
        }
    }

    fn given_in(&self, attempt: &AttemptFactor, is_second: bool) -> Given {
        let user_id = self.books.user(&attempt.sign_in_id);
        let code = attempt.code.as_ref().map(Secret::expose);
        match (&attempt.strategy, user_id) {
            (Some(Strategy::Password), Some(user_id)) => {
                let password = attempt.password.as_ref();
                password.map_or(Given::Unknown, |password| self.books.password(&self.server, &user_id, password))
            }
            (Some(Strategy::Totp), Some(user_id)) => {
                let shown = self.server.totp_code(&user_id);
                code.zip(shown)
                    .map_or(Given::Unknown, |(code, shown)| self.books.totp(&self.server, &user_id, code, &shown))
            }
            (Some(Strategy::BackupCode), Some(user_id)) => {
                code.map_or(Given::Unknown, |code| self.books.backup_code(&user_id, code))
            }
            (Some(strategy), Some(_)) if strategy.is_sent_code() || strategy.is_reset_code() => {
                let given = code.map_or(Given::Unknown, |code| {
                    self.books.sent_code(&attempt.sign_in_id, is_second, strategy, code)
                });
                // The new password in the same request may be rejected, and changes what follows.
                let comes_with_password = attempt.password.is_some();
                if comes_with_password && given == Given::Right { Given::Unknown } else { given }
            }
            _ => Given::Unknown,
        }
    }

    fn learn(
        &mut self,
        request: &Request,
        step: Option<&Step>,
        before: &Before,
        (exchange, response): (&Exchange, Option<&Response>),
        (is_new, has_moved): (bool, bool),
    ) {
        if let (Request::CreateSignIn(create), Some(shown), true) = (request, &exchange.sign_in, is_new) {
            let answered = match response.map(|response| &response.result) {
                Some(Ok(Answer::SignInAttempt(attempt))) => attempt.identifier.as_ref(),
                _ => None,
            };
            let user = create.identifier.as_ref().or(answered).and_then(|identifier| self.server.user(identifier));
            self.books.begin(&shown.id, user.map(|user| user.id), before.now);
        }
        if has_moved && self.books.user_of(exchange).is_none() {
            // Somebody gave a right answer, after which the count begins again.
            self.books.all_are_uncertain();
        }
        let Some(step) = step else {
            // A link or a provider was the right answer.
            if let Some(user_id) = self.books.user_of(exchange).filter(|_| has_moved) {
                self.books.is_uncertain(&user_id);
            }
            return;
        };
        if exchange.outcome == Outcome::Unknown {
            if let Some(user_id) = self.user_of(request, step) {
                self.books.maybe_carried_out(request, &user_id);
            }
            if let Some(id) = &step.sign_in_id {
                self.books.forget(id);
            }
        } else if !is_gated(step, exchange) {
            self.note(request, step, before, exchange);
        }
    }

    fn note(&mut self, request: &Request, step: &Step, before: &Before, exchange: &Exchange) {
        let Some(id) = step.sign_in_id.clone() else { return };
        let Some(user_id) = self.user_of(request, step) else { return };
        let Some(mut account) = self.account(&user_id, exchange) else { return };
        let judged = account.clone();
        let turn = self.turn(step, before, exchange, Some(&judged));
        let codes: &[ErrorCode] = match &exchange.outcome {
            Outcome::Rejected(codes) => codes,
            _ => &[],
        };
        let was_carried_out = exchange.outcome == Outcome::CarriedOut;
        let mut sent = turn.sent;
        turn.note(was_carried_out, codes, &mut account, &mut sent);
        self.books.keep(&user_id, &account);
        let is_prepared = matches!(step.operation, Operation::PrepareFirst(_) | Operation::PrepareSecond(_));
        let is_second = step.operation.is_second();
        match sent {
            Some(sent) if is_prepared && was_carried_out => {
                let outbox = self.server.outbox();
                let mailed = outbox.iter().rev().find(|message| message.number > before.messages);
                let code = mailed.and_then(|message| message.code()).map_or(TEST_CODE, Secret::expose).to_owned();
                let strategy = step.operation.strategy().cloned();
                self.books.sent_anew(&id, is_second, Mailed { code, strategy, sent });
            }
            Some(sent) => self.books.counted(&id, is_second, sent),
            None if is_prepared && was_carried_out => self.books.nothing_sent(&id, is_second),
            None => {}
        }
        if was_carried_out {
            self.books.carried_out(request, &user_id, &id, before.now);
        }
    }
}

/// A user who has a second factor has verified it before a session begins.
fn judge_second_factor(server: &FakeBackend, exchange: &Exchange, response: &Response) -> Result<(), Outside> {
    let (Some(shown), ClientUpdate::Known(client)) = (&exchange.sign_in, &response.client) else { return Ok(()) };
    let attempt = match &response.result {
        Ok(Answer::SignInAttempt(attempt)) => Some(attempt),
        _ => client.sign_in.as_ref(),
    };
    let session_id =
        attempt.filter(|attempt| attempt.id == shown.id).and_then(|attempt| attempt.created_session_id.as_ref());
    let session = client.sessions.iter().find(|session| Some(&session.id) == session_id);
    let Some(user) = session.and_then(|session| server.user(&session.user.as_ref()?.id)) else { return Ok(()) };
    let is_verified =
        |factor: &Option<Factor>| factor.as_ref().is_some_and(|factor| factor.status == VerificationStatus::Verified);
    let by_passkey = shown.standing.first.as_ref().is_some_and(|first| first.strategy == Strategy::Passkey);
    let is_enough = by_passkey && server.settings().passkey_satisfies_second_factor;
    if books::has_second_factor(&user) && !is_enough && !is_verified(&shown.standing.second) {
        return Err(Outside::SecondFactorSkipped);
    }
    Ok(())
}

/// Returns `true` if a proof is required before or after the request, so that nothing else was looked at.
fn is_gated(step: &Step, exchange: &Exchange) -> bool {
    step.at.is_gated() || exchange.sign_in.as_ref().is_some_and(|shown| shown.standing.is_gated())
}

/// Every answer to a native client has a token, and a rejection of the user's answer describes the client.
fn judge_client(context: &CallContext, exchange: &Exchange, response: &Response) -> Result<(), Outside> {
    let is_native = matches!(context.identity, Identity::Native { .. });
    if is_native && exchange.client_id.is_some() && matches!(response.token, TokenUpdate::Unchanged) {
        return Err(Outside::NoToken);
    }
    let answers_user = |code: &ErrorCode| {
        matches!(
            code,
            ErrorCode::FormCodeIncorrect
                | ErrorCode::FormPasswordIncorrect
                | ErrorCode::VerificationFailed
                | ErrorCode::VerificationExpired
        )
    };
    let is_rejected = matches!(&exchange.outcome, Outcome::Rejected(codes) if codes.iter().any(answers_user));
    let is_about_a_sign_in = exchange.operation.is_some();
    if is_rejected && is_about_a_sign_in && exchange.client_id.is_none() {
        return Err(Outside::RejectionWithoutClient);
    }
    Ok(())
}
