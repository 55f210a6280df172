//! What the referee learns from an answer.

use super::books::Mailed;
use super::{Before, Referee, Step, is_gated};
use crate::fake::TEST_CODE;
use crate::testing::model::Operation;
use crate::testing::trace::{Exchange, Outcome};
use crate::wire::{Answer, ErrorCode, Request, Response, Secret};

impl Referee {
    /// Learns from an answer, after it was judged.
    pub(super) fn learn(
        &mut self,
        request: &Request,
        step: Option<&Step>,
        before: &Before,
        (exchange, response): (&Exchange, Option<&Response>),
        (is_new, has_verified): (bool, bool),
    ) {
        if let (Request::CreateSignIn(create), Some(shown), true) = (request, &exchange.sign_in, is_new) {
            let answered = match response.map(|response| &response.result) {
                Some(Ok(Answer::SignInAttempt(attempt))) => attempt.identifier.as_ref(),
                _ => None,
            };
            let user = create.identifier.as_ref().or(answered).and_then(|identifier| self.server.user(identifier));
            self.books.begin(&shown.id, user.map(|user| user.id), before.now);
        }
        if has_verified && self.books.user_of(exchange).is_none() {
            // Somebody gave a right answer, after which the count begins again.
            self.books.doubt_all();
        }
        let Some(step) = step else {
            // A link or a provider was the right answer.
            if let Some(user_id) = self.books.user_of(exchange).filter(|_| has_verified) {
                self.books.doubt(&user_id);
            }
            return;
        };
        if exchange.outcome == Outcome::Unknown {
            if let Some(user_id) = self.user_of(request) {
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
        let Some(user_id) = self.user_of(request) else { return };
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
