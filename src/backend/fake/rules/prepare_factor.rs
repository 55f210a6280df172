//! `POST …/prepare_first_factor`, `…/prepare_second_factor`: a code is sent.

use super::Call;
use crate::backend::fake::attempt::{Check, Sent, Which};
use crate::backend::fake::outbox::{Message, TEST_CODE, is_test_address};
use crate::backend::fake::refusal;
use crate::wire::{Answer, Factor, PrepareFactor, Rejection, Secret, Status, Strategy};

impl Call<'_> {
    pub(super) fn prepare_factor(&mut self, which: Which, prepare: &PrepareFactor) -> Result<Answer, Rejection> {
        let strategy = prepare.strategy.as_ref().ok_or_else(|| refusal::param_missing("strategy"))?;
        let attempt = self.verifiable(&prepare.sign_in_id, which)?;
        if *strategy != Strategy::EmailCode {
            return Err(refusal::param_value_invalid("strategy"));
        }
        let offered = self.offered(&attempt.id, which);
        let mut of_strategy = offered.iter().filter(|factor| factor.strategy == *strategy).peekable();
        if of_strategy.peek().is_none() {
            return Err(refusal::strategy_for_user_invalid(strategy));
        }
        let id = prepare.email_address_id.as_deref().ok_or_else(|| refusal::param_missing("email_address_id"))?;
        let to = of_strategy
            .find(|factor| factor.email_address_id.as_deref() == Some(id))
            .and_then(|factor| factor.safe_identifier.clone())
            .ok_or_else(|| refusal::param_value_invalid("email_address_id"))?;

        let settings = &self.state.settings;
        let last =
            attempt.check(which).filter(|check| check.strategy == *strategy).and_then(|check| check.sent.as_ref());
        if let Some(last) = last {
            let wait = self.now.until(last.at + settings.resend_interval);
            if !wait.is_zero() {
                return Err(refusal::code_sent_a_moment_ago(wait));
            }
        }

        let expire_at = Some(self.now + settings.code_lifetime);
        let code = self.send_code(strategy, to);
        let check = Check { expire_at, sent: Some(Sent { code, at: self.now }), ..Check::new(strategy.clone()) };
        self.set_check(&prepare.sign_in_id, which, check);
        self.get_sign_in(&prepare.sign_in_id)
    }

    /// What the user may verify by, at this stage of the attempt.
    pub(super) fn offered(&self, id: &str, which: Which) -> Vec<Factor> {
        let attempt = self.state.attempts.get(id);
        let user = attempt.and_then(|attempt| attempt.user_id.as_ref()).and_then(|id| self.state.users.get(id));
        let (Some(attempt), Some(user)) = (attempt, user) else { return Vec::new() };
        match (which, &attempt.status) {
            (Which::First, _) => user.first_factors(),
            (Which::Second, Status::NeedsClientTrust) => user.client_trust_factors(),
            (Which::Second, _) => user.second_factors(),
        }
    }

    fn send_code(&mut self, strategy: &Strategy, to: String) -> Secret {
        if is_test_address(&to) {
            return TEST_CODE.into();
        }
        let code = Secret::from(self.state.random.code());
        self.state.outbox.push(Message { to, strategy: strategy.clone(), code: code.clone(), sent_at: self.now });
        code
    }
}
