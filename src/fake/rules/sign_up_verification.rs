//! `POST /v1/client/sign_ups/{id}/prepare_verification`, `…/attempt_verification`: verifies the address and the number.

use super::Call;
use super::attempt_factor::given;
use super::prepare_factor::known_channel;
use crate::fake::records::sign_in::{Check, Sent};
use crate::fake::records::sign_up::{SignUp, SignUpField};
use crate::fake::records::users::{is_email_address, is_phone_number};
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{
    Answer, AttemptSignUp, Channel, PrepareSignUp, Rejection, SignUpFields, SignUpSso, Strategy, VerificationStatus,
};

impl Call<'_> {
    /// Sets the address and the number that must be verified. They replace earlier ones that are not verified yet.
    ///
    /// If the request also contains the strategy of a provider, the address is used only to select the enterprise
    /// connection.
    pub(super) fn give_identifiers(
        &self,
        sign_up: &mut SignUp,
        sso: &SignUpSso,
        fields: &SignUpFields,
    ) -> Result<(), Rejection> {
        let at_provider = sso.strategy.as_ref().is_some_and(|strategy| !is_code(strategy));
        if let Some(address) = fields.email_address.as_deref().filter(|_| !at_provider)
            && self.is_new(SignUpField::EmailAddress, sign_up, address)?
        {
            (sign_up.email_address, sign_up.email_check) = (Some(address.to_owned()), None);
        }
        if let Some(number) = fields.phone_number.as_deref()
            && self.is_new(SignUpField::PhoneNumber, sign_up, number)?
        {
            (sign_up.phone_number, sign_up.phone_check) = (Some(number.to_owned()), None);
        }
        Ok(())
    }

    /// Returns `true` if an identifier is valid, and if the sign-up does not have it yet.
    fn is_new(&self, field: SignUpField, sign_up: &SignUp, value: &str) -> Result<bool, Rejection> {
        let name = field.name();
        let (is_valid, known) = match field {
            SignUpField::PhoneNumber => (is_phone_number(value), &sign_up.phone_number),
            _ => (is_email_address(value), &sign_up.email_address),
        };
        if value.is_empty() {
            return Err(rejections::param_nil(name));
        }
        if !is_valid {
            return Err(rejections::param_value_invalid(name));
        }
        if self.state.users.known_as(value).is_some() && !without("an identifier belongs to one user") {
            return Err(rejections::identifier_exists(name));
        }
        if known.as_deref() == Some(value) {
            return Ok(false);
        }
        let is_verified = known.is_some() && !sign_up.unverified().contains(&field);
        if is_verified && !without("a verified address stays") {
            return Err(rejections::verification_already_verified());
        }
        Ok(true)
    }

    pub(super) fn prepare_sign_up(&mut self, prepare: &PrepareSignUp) -> Result<Answer, Rejection> {
        let mut sign_up = self.current_sign_up(&prepare.sign_up_id)?.clone();
        let strategy = prepare.sso.strategy.as_ref().ok_or_else(|| rejections::param_missing("strategy"))?;
        if strategy.is_redirect() {
            self.ask_provider(&mut sign_up, &prepare.sso, None)?;
        } else {
            self.send_sign_up_code(&mut sign_up, strategy, prepare.channel.as_ref())?;
        }
        self.keep_sign_up(sign_up)
    }

    /// Sends a code to the email address or the phone number of the sign-up.
    pub(super) fn send_sign_up_code(
        &mut self,
        sign_up: &mut SignUp,
        strategy: &Strategy,
        channel: Option<&Channel>,
    ) -> Result<(), Rejection> {
        let (field, to, channel) = match strategy {
            Strategy::EmailCode => (SignUpField::EmailAddress, sign_up.email_address.clone(), None),
            Strategy::PhoneCode => {
                (SignUpField::PhoneNumber, sign_up.phone_number.clone(), Some(known_channel(channel)?))
            }
            _ => return Err(rejections::param_value_invalid("strategy")),
        };
        if to.is_none() {
            return Err(rejections::param_value_invalid("strategy"));
        }
        if !sign_up.unverified().contains(&field) {
            return Err(rejections::verification_already_verified());
        }
        self.reject_too_soon(checked_by(sign_up, strategy).as_ref(), strategy)?;
        let code = self.send_code(to, strategy, channel.clone());
        let (sent, expire_at) = (Sent { code, at: self.now }, self.now + self.state.settings.code_lifetime);
        let check = Check { expire_at: Some(expire_at), sent: Some(sent), channel, ..Check::new(strategy.clone()) };
        *checked_by(sign_up, strategy) = Some(check);
        Ok(())
    }

    pub(super) fn attempt_sign_up(&mut self, attempt: &AttemptSignUp) -> Result<Answer, Rejection> {
        let mut sign_up = self.current_sign_up(&attempt.sign_up_id)?.clone();
        let strategy = attempt.strategy.as_ref().ok_or_else(|| rejections::param_missing("strategy"))?;
        self.count_attempt()?;
        let check = checked_by(&mut sign_up, strategy).clone().filter(|check| check.strategy == *strategy);
        let mut check = check.ok_or_else(rejections::verification_missing)?;
        self.reject_unless_pending(&check)?;
        let code = given("code", attempt.code.as_ref())?;
        check.attempts = check.attempts.saturating_add(1);
        let is_right = check.sent.as_ref().is_some_and(|sent| sent.code == *code);
        if is_right || without("a wrong code is rejected") {
            check.status = VerificationStatus::Verified;
            sign_up.email_address_verified |= *strategy == Strategy::EmailCode;
            *checked_by(&mut sign_up, strategy) = Some(check);
            return self.settle_sign_up(sign_up);
        }
        let is_over = check.attempts >= self.state.settings.code_attempts;
        let is_over = is_over && !without("too many wrong codes end a verification");
        if is_over {
            check.status = VerificationStatus::Failed;
        }
        *checked_by(&mut sign_up, strategy) = Some(check);
        self.state.add_sign_up(sign_up);
        Err(if is_over { rejections::verification_failed() } else { rejections::code_incorrect() })
    }
}

/// Returns `true` if the strategy sends a code to an address or a number of the sign-up.
pub(super) const fn is_code(strategy: &Strategy) -> bool {
    matches!(strategy, Strategy::EmailCode | Strategy::PhoneCode)
}

/// Returns the verification that belongs to a strategy.
const fn checked_by<'a>(sign_up: &'a mut SignUp, strategy: &Strategy) -> &'a mut Option<Check> {
    match strategy {
        Strategy::PhoneCode => &mut sign_up.phone_check,
        _ => &mut sign_up.email_check,
    }
}
