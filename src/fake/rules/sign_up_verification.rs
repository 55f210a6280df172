//! `POST /v1/client/sign_ups/{id}/prepare_verification`, `…/attempt_verification`: verifies the address.

use super::Call;
use super::attempt_factor::given;
use crate::fake::records::sign_in::{Check, Sent};
use crate::fake::records::sign_up::SignUp;
use crate::fake::records::users::is_email_address;
use crate::fake::rejections;
use crate::wire::{Answer, AttemptSignUp, PrepareSignUp, Rejection, SignUpSso, Strategy, VerificationStatus};

impl Call<'_> {
    /// Sets the address that must be verified. The new address replaces an earlier address that is not verified yet.
    ///
    /// If the request also contains a strategy, the address is used only to select the enterprise connection.
    pub(super) fn give_address(
        &self,
        sign_up: &mut SignUp,
        sso: &SignUpSso,
        address: Option<&str>,
    ) -> Result<(), Rejection> {
        let Some(address) = address.filter(|_| sso.strategy.is_none()) else { return Ok(()) };
        if address.is_empty() {
            return Err(rejections::param_nil("email_address"));
        }
        if !is_email_address(address) {
            return Err(rejections::param_value_invalid("email_address"));
        }
        if self.state.users.known_as(address).is_some() {
            return Err(rejections::identifier_exists("email_address"));
        }
        if sign_up.email_address.as_deref() == Some(address) {
            return Ok(());
        }
        if !sign_up.identifier().is_empty() && sign_up.unverified().is_none() {
            return Err(rejections::verification_already_verified());
        }
        (sign_up.email_address, sign_up.check) = (Some(address.to_owned()), None);
        Ok(())
    }

    pub(super) fn prepare_sign_up(&mut self, prepare: &PrepareSignUp) -> Result<Answer, Rejection> {
        let mut sign_up = self.current_sign_up(&prepare.sign_up_id)?.clone();
        let strategy = prepare.sso.strategy.as_ref().ok_or_else(|| rejections::param_missing("strategy"))?;
        if strategy.is_redirect() {
            self.ask_provider(&mut sign_up, &prepare.sso, None)?;
            return self.keep_sign_up(sign_up);
        }
        if *strategy != Strategy::EmailCode || sign_up.email_address.is_none() {
            return Err(rejections::param_value_invalid("strategy"));
        }
        if sign_up.unverified().is_none() {
            return Err(rejections::verification_already_verified());
        }
        self.reject_too_soon(sign_up.check.as_ref(), strategy)?;
        let code = self.send_code(sign_up.email_address.clone(), strategy, None);
        let (sent, expire_at) = (Sent { code, at: self.now }, self.now + self.state.settings.code_lifetime);
        sign_up.check = Some(Check { expire_at: Some(expire_at), sent: Some(sent), ..Check::new(strategy.clone()) });
        self.keep_sign_up(sign_up)
    }

    pub(super) fn attempt_sign_up(&mut self, attempt: &AttemptSignUp) -> Result<Answer, Rejection> {
        let mut sign_up = self.current_sign_up(&attempt.sign_up_id)?.clone();
        let strategy = attempt.strategy.as_ref().ok_or_else(|| rejections::param_missing("strategy"))?;
        self.count_attempt()?;
        let check = sign_up.check.clone().filter(|check| check.strategy == *strategy);
        let mut check = check.ok_or_else(rejections::verification_missing)?;
        self.reject_unless_pending(&check)?;
        let code = given("code", attempt.code.as_ref())?;
        check.attempts = check.attempts.saturating_add(1);
        if check.sent.as_ref().is_some_and(|sent| sent.code == *code) {
            check.status = VerificationStatus::Verified;
            (sign_up.check, sign_up.email_address_verified) = (Some(check), true);
            return self.settle_sign_up(sign_up);
        }
        let is_over = check.attempts >= self.state.settings.code_attempts;
        if is_over {
            check.status = VerificationStatus::Failed;
        }
        sign_up.check = Some(check);
        self.state.add_sign_up(sign_up);
        Err(if is_over { rejections::verification_failed() } else { rejections::code_incorrect() })
    }
}
