//! `POST …/prepare_first_factor`, `…/prepare_second_factor`: a code is sent.

use super::Call;
use crate::backend::fake::attempt::{Check, Sent, Which};
use crate::backend::fake::describe::DECOY_ID;
use crate::backend::fake::outbox::{Message, TEST_CODE, is_test_address};
use crate::backend::fake::refusal;
use crate::wire::{Answer, Channel, PrepareFactor, Rejection, Secret, Strategy};

impl Call<'_> {
    pub(super) fn prepare_factor(&mut self, which: Which, prepare: &PrepareFactor) -> Result<Answer, Rejection> {
        let strategy = prepare.strategy.as_ref().ok_or_else(|| refusal::param_missing("strategy"))?;
        let attempt = self.verifiable(&prepare.sign_in_id, which)?;
        let (id, param_name, channel) = match (which, strategy) {
            (_, Strategy::EmailCode) | (Which::First, Strategy::ResetPasswordEmailCode) => {
                (&prepare.email_address_id, "email_address_id", None)
            }
            (_, Strategy::PhoneCode) | (Which::First, Strategy::ResetPasswordPhoneCode) => {
                (&prepare.phone_number_id, "phone_number_id", Some(channel_of(prepare)?))
            }
            _ => return Err(refusal::param_value_invalid("strategy")),
        };
        let offered = self.state.offered(attempt, which);
        let mut of_strategy = offered.iter().filter(|factor| factor.strategy == *strategy).peekable();
        if of_strategy.peek().is_none() {
            return Err(refusal::strategy_for_user_invalid(strategy));
        }
        let id = id.as_deref().ok_or_else(|| refusal::param_missing(param_name))?;
        let is_offered = of_strategy.any(|factor| {
            [&factor.email_address_id, &factor.phone_number_id].into_iter().flatten().any(|offered| offered == id)
        });
        if !is_offered {
            return Err(refusal::param_value_invalid(param_name));
        }
        let to = self.user_of(attempt).and_then(|user| user.address(id)).map(str::to_owned);

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
        let code = self.send_code(strategy, to.filter(|_| id != DECOY_ID), channel.clone());
        let sent = Some(Sent { code, at: self.now });
        let check = Check { expire_at, channel, sent, ..Check::new(strategy.clone()) };
        self.set_check(&prepare.sign_in_id, which, check);
        self.get_sign_in(&prepare.sign_in_id)
    }

    /// Sends a code and returns it. Without an address to send to, it is a code that nobody gets.
    fn send_code(&mut self, strategy: &Strategy, to: Option<String>, channel: Option<Channel>) -> Secret {
        if to.as_deref().is_some_and(is_test_address) {
            return TEST_CODE.into();
        }
        let code = Secret::from(self.state.random.code());
        if let Some(to) = to {
            let (strategy, sent_at) = (strategy.clone(), self.now);
            self.state.send(Message { number: 0, to, strategy, channel, code: code.clone(), sent_at });
        }
        code
    }
}

fn channel_of(prepare: &PrepareFactor) -> Result<Channel, Rejection> {
    match prepare.channel.clone().unwrap_or(Channel::Sms) {
        Channel::Unknown(_) => Err(refusal::param_value_invalid("channel")),
        known => Ok(known),
    }
}
