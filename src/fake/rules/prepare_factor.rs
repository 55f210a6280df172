//! `POST …/prepare_first_factor`, `…/prepare_second_factor`: sends a code or a link, or creates a challenge.

use super::Call;
use crate::fake::describe::DECOY_ID;
use crate::fake::records::outbox::{Content, Message, TEST_CODE, is_test_address};
use crate::fake::records::sign_in::{Check, Sent, Which};
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{Answer, Channel, Factor, PrepareFactor, Rejection, Secret, Strategy};

impl Call<'_> {
    pub(super) fn prepare_factor(&mut self, which: Which, prepare: &PrepareFactor) -> Result<Answer, Rejection> {
        let strategy = prepare.strategy.as_ref().ok_or_else(|| rejections::param_missing("strategy"))?;
        if which == Which::First && strategy.is_redirect() {
            return self.prepare_redirect(prepare, strategy);
        }
        self.verifiable(&prepare.sign_in_id, which)?;
        self.reject_before_user_is_known(&prepare.sign_in_id, strategy)?;
        let check = match (which, strategy) {
            (_, Strategy::EmailCode | Strategy::EmailLink) | (Which::First, Strategy::ResetPasswordEmailCode) => {
                let to = prepare.email_address_id.as_deref();
                self.send_to(which, prepare, strategy, ("email_address_id", to), None)?
            }
            (_, Strategy::PhoneCode) | (Which::First, Strategy::ResetPasswordPhoneCode) => {
                let to = prepare.phone_number_id.as_deref();
                self.send_to(
                    which,
                    prepare,
                    strategy,
                    ("phone_number_id", to),
                    Some(known_channel(prepare.channel.as_ref())?),
                )?
            }
            (_, Strategy::Passkey) => self.challenge_passkey(which, prepare)?,
            (Which::First, Strategy::TrustedDevice) => self.challenge_trusted_device(prepare)?,
            (Which::First, strategy) if strategy.is_web3() => self.challenge_wallet(prepare, strategy)?,
            _ => return Err(rejections::param_value_invalid("strategy")),
        };
        self.set_check(&prepare.sign_in_id, which, check);
        self.get_sign_in(&prepare.sign_in_id)
    }

    /// Returns the id of the factor that the parameter names. Rejects the request if the factor cannot be used now.
    pub(super) fn reject_unless_offered(
        &self,
        which: Which,
        prepare: &PrepareFactor,
        strategy: &Strategy,
        (param_name, id): (&str, Option<&str>),
    ) -> Result<String, Rejection> {
        let offered = self.state.offered(self.verifiable(&prepare.sign_in_id, which)?, which);
        let mut of_strategy = offered.iter().filter(|factor| factor.strategy == *strategy).peekable();
        if of_strategy.peek().is_none() {
            return Err(rejections::strategy_for_user_invalid(strategy));
        }
        let id = id.ok_or_else(|| rejections::param_missing(param_name))?;
        let is_offered = of_strategy.any(|factor| ids(factor).any(|offered| offered == id));
        let is_offered = is_offered || without("only an offered factor is prepared");
        if is_offered { Ok(id.to_owned()) } else { Err(rejections::param_value_invalid(param_name)) }
    }

    /// Sends a code or a link to one of the user's addresses or numbers.
    fn send_to(
        &mut self,
        which: Which,
        prepare: &PrepareFactor,
        strategy: &Strategy,
        to: (&str, Option<&str>),
        channel: Option<Channel>,
    ) -> Result<Check, Rejection> {
        let id = self.reject_unless_offered(which, prepare, strategy, to)?;
        let attempt = self.verifiable(&prepare.sign_in_id, which)?;
        let to = match self.user_of(attempt) {
            None if attempt.sign_up_if_missing => attempt.identifier.as_deref(),
            user => user.and_then(|user| user.address(&id)).filter(|_| id != DECOY_ID),
        };
        let to = to.map(str::to_owned);

        self.reject_too_soon(attempt.check(which), strategy)?;
        let code = if *strategy == Strategy::EmailLink {
            let leads_to = self.leads_to(prepare)?;
            let token = self.new_link(&prepare.sign_in_id, which, leads_to);
            let link = self.state.settings.link_with(&token);
            self.send(to, strategy, None, Content::Link(link));
            token
        } else {
            self.send_code(to, strategy, channel.clone())
        };
        let expire_at = Some(self.now + self.state.settings.code_lifetime);
        Ok(Check { expire_at, channel, sent: Some(Sent { code, at: self.now }), ..Check::new(strategy.clone()) })
    }

    /// Rejects the request if too little time has passed since the last message was sent.
    pub(super) fn reject_too_soon(&self, check: Option<&Check>, strategy: &Strategy) -> Result<(), Rejection> {
        let last = check.filter(|check| check.strategy == *strategy).and_then(|check| check.sent.as_ref());
        let Some(last) = last else { return Ok(()) };
        let wait = self.now.until(last.at + self.state.settings.resend_interval);
        let is_over = wait.is_zero() || without("a message is not sent again at once");
        if is_over { Ok(()) } else { Err(rejections::sent_a_moment_ago(wait)) }
    }

    /// Sends a code. Nothing is sent to test addresses, because their code is always the same.
    pub(super) fn send_code(&mut self, to: Option<String>, strategy: &Strategy, channel: Option<Channel>) -> Secret {
        if to.as_deref().is_some_and(is_test_address) && !without("no message goes to a test address") {
            return TEST_CODE.into();
        }
        let code = Secret::from(self.state.random.code());
        self.send(to, strategy, channel, Content::Code(code.clone()));
        code
    }

    /// Sends a message, or does nothing if there is no address.
    fn send(&mut self, to: Option<String>, strategy: &Strategy, channel: Option<Channel>, content: Content) {
        if let Some(to) = to {
            let (strategy, sent_at) = (strategy.clone(), self.now);
            self.state.send(Message { number: 0, to, strategy, channel, content, sent_at });
        }
    }
}

fn ids(factor: &Factor) -> impl Iterator<Item = &String> {
    [&factor.email_address_id, &factor.phone_number_id, &factor.web3_wallet_id].into_iter().flatten()
}

/// Returns the channel through which a code is sent.
pub(super) fn known_channel(channel: Option<&Channel>) -> Result<Channel, Rejection> {
    match channel.cloned().unwrap_or(Channel::Sms) {
        Channel::Unknown(_) => Err(rejections::param_value_invalid("channel")),
        known => Ok(known),
    }
}
