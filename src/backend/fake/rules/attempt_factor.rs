//! `POST …/attempt_first_factor`, `…/attempt_second_factor`: a factor is answered.

use super::Call;
use crate::backend::fake::attempt::{Check, Which};
use crate::backend::fake::refusal;
use crate::wire::{Answer, AttemptFactor, Rejection, Secret, Strategy, VerificationStatus};

impl Call<'_> {
    pub(super) fn attempt_factor(&mut self, which: Which, attempt: &AttemptFactor) -> Result<Answer, Rejection> {
        let id = attempt.sign_in_id.as_str();
        let strategy = attempt.strategy.as_ref().ok_or_else(|| refusal::param_missing("strategy"))?;
        match (which, strategy) {
            (Which::First, Strategy::Password) => {
                self.verifiable(id, which)?;
                let password = given("password", attempt.password.as_ref())?;
                self.attempt_password(id, password)
            }
            (Which::Second, Strategy::Totp) => {
                self.verifiable(id, which)?;
                let code = given("code", attempt.code.as_ref())?;
                self.attempt_totp(id, code)
            }
            (_, Strategy::EmailCode) => self.attempt_code(id, which, strategy, attempt.code.as_ref()),
            _ => {
                self.verifiable(id, which)?;
                Err(refusal::param_value_invalid("strategy"))
            }
        }
    }

    fn attempt_code(
        &mut self,
        id: &str,
        which: Which,
        strategy: &Strategy,
        code: Option<&Secret>,
    ) -> Result<Answer, Rejection> {
        let prepared = self.verifiable(id, which)?.check(which).filter(|check| check.strategy == *strategy);
        let mut check = prepared.cloned().ok_or_else(refusal::verification_missing)?;
        let sent = check.sent.clone().ok_or_else(refusal::verification_missing)?;
        match check.status_at(self.now) {
            VerificationStatus::Unverified => {}
            VerificationStatus::Expired => return Err(refusal::verification_expired()),
            VerificationStatus::Verified => return Err(refusal::verification_already_verified()),
            _ => return Err(refusal::verification_failed()),
        }
        let code = given("code", code)?;
        check.attempts += 1;
        if *code == sent.code { self.verified(id, which, check) } else { self.wrong(id, which, check) }
    }

    fn attempt_totp(&mut self, id: &str, code: &Secret) -> Result<Answer, Rejection> {
        if !self.offered(id, Which::Second).iter().any(|factor| factor.strategy == Strategy::Totp) {
            return Err(refusal::strategy_for_user_invalid(&Strategy::Totp));
        }
        let attempt = self.verifiable(id, Which::Second)?;
        let mut check = match &attempt.second {
            Some(check) if check.strategy == Strategy::Totp => check.clone(),
            _ => Check::new(Strategy::Totp),
        };
        let user = attempt.user_id.clone().and_then(|id| self.state.users.get_mut(&id));
        let authenticator = user.and_then(|user| user.authenticator.as_mut());
        let is_right = authenticator.is_some_and(|authenticator| authenticator.accepts(code.expose(), self.now));
        check.attempts += 1;
        if is_right { self.verified(id, Which::Second, check) } else { self.wrong(id, Which::Second, check) }
    }

    /// A wrong answer. A code stops working after too many; a password and an authenticator app do not.
    pub(super) fn wrong(&mut self, id: &str, which: Which, mut check: Check) -> Result<Answer, Rejection> {
        let refusal = match check.strategy {
            Strategy::Password => refusal::password_incorrect(),
            Strategy::Totp => refusal::code_incorrect(),
            _ if check.attempts >= self.state.settings.code_attempts => {
                check.status = VerificationStatus::Failed;
                refusal::verification_failed()
            }
            _ => refusal::code_incorrect(),
        };
        // A wrong password or app code replaces no code that was sent: that one still works.
        let other_is_pending = self
            .verifiable(id, which)?
            .check(which)
            .is_some_and(|pending| pending.sent.is_some() && pending.strategy != check.strategy);
        if !other_is_pending {
            self.set_check(id, which, check);
        }
        Err(refusal)
    }

    pub(super) fn set_check(&mut self, id: &str, which: Which, check: Check) {
        if let Some(attempt) = self.state.attempts.get_mut(id) {
            attempt.set_check(which, check);
        }
    }
}

fn given<'a>(param_name: &str, value: Option<&'a Secret>) -> Result<&'a Secret, Rejection> {
    match value {
        None => Err(refusal::param_missing(param_name)),
        Some(value) if value.expose().is_empty() => Err(refusal::param_nil(param_name)),
        Some(value) => Ok(value),
    }
}
