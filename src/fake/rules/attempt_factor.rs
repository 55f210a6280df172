//! `POST …/attempt_first_factor`, `…/attempt_second_factor`: verifies a factor with the user's answer.

use super::Call;
use crate::fake::records::sign_in::{Check, Which};
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{Answer, AttemptFactor, Rejection, Secret, Strategy, VerificationStatus};

impl Call<'_> {
    pub(super) fn attempt_factor(&mut self, which: Which, attempt: &AttemptFactor) -> Result<Answer, Rejection> {
        let id = attempt.sign_in_id.as_str();
        let strategy = attempt.strategy.as_ref().ok_or_else(|| rejections::param_missing("strategy"))?;
        self.verifiable(id, which)?;
        self.reject_before_user_is_known(id, strategy)?;
        self.count_attempt()?;
        match (which, strategy) {
            (Which::First, Strategy::Password) => {
                let password = given("password", attempt.password.as_ref())?;
                self.attempt_password(id, password)
            }
            (Which::First, Strategy::ResetPasswordEmailCode | Strategy::ResetPasswordPhoneCode) => {
                // An unacceptable new password does not use up a right code. Without the right code, nobody learns
                // whether it is the current password.
                if let Some(password) = &attempt.password
                    && !without("a new password is checked before its code")
                    && (self.is_sent_code(id, strategy, attempt.code.as_ref())
                        || without("a new password is checked only with the right code"))
                {
                    self.check_new_password(id, password)?;
                }
                self.attempt_code(id, which, strategy, attempt)
            }
            (_, Strategy::Passkey) => self.attempt_passkey(id, which, attempt),
            (Which::First, Strategy::TrustedDevice) => self.attempt_trusted_device(id, attempt),
            (Which::First, strategy) if strategy.is_web3() => self.attempt_wallet(id, strategy, attempt),
            (Which::Second, Strategy::Totp | Strategy::BackupCode) => {
                let code = given("code", attempt.code.as_ref())?;
                self.attempt_own_code(id, strategy, code)
            }
            (_, Strategy::EmailCode | Strategy::PhoneCode) => self.attempt_code(id, which, strategy, attempt),
            _ => Err(rejections::param_value_invalid("strategy")),
        }
    }

    pub(super) fn attempt_password(&mut self, id: &str, password: &Secret) -> Result<Answer, Rejection> {
        let attempt = self.verifiable(id, Which::First)?;
        let hash = match self.user_of(attempt) {
            Some(user) => user.password.as_ref(),
            None => return Err(rejections::password_or_identifier_incorrect()),
        };
        let hash = hash.ok_or_else(|| rejections::strategy_for_user_invalid(&Strategy::Password))?;
        let is_right = hash.verifies(password.expose()) || without("a wrong password is rejected");
        let check = continued(attempt.first.as_ref(), &Strategy::Password);
        if !is_right {
            return self.wrong(id, Which::First, check);
        }
        self.reject_pwned(password)?;
        self.verified(id, Which::First, check, None)
    }

    /// Returns `true` if this code was sent for the first factor, and may still be used.
    fn is_sent_code(&self, id: &str, strategy: &Strategy, code: Option<&Secret>) -> bool {
        let check = self.state.attempts.get(id).and_then(|attempt| attempt.check(Which::First));
        let pending = check.filter(|check| check.strategy == *strategy && self.reject_unless_pending(check).is_ok());
        pending.and_then(|check| check.sent.as_ref()).is_some_and(|sent| code == Some(&sent.code))
    }

    /// Verifies a code that was sent.
    fn attempt_code(
        &mut self,
        id: &str,
        which: Which,
        strategy: &Strategy,
        attempt: &AttemptFactor,
    ) -> Result<Answer, Rejection> {
        let is_own = |it: &&Check| it.strategy == *strategy || without("a code counts only for its own strategy");
        let prepared = self.verifiable(id, which)?.check(which).filter(is_own);
        let mut check = prepared.cloned().ok_or_else(rejections::verification_missing)?;
        let sent = check.sent.clone().ok_or_else(rejections::verification_missing)?;
        self.reject_unless_pending(&check)?;
        let code = given("code", attempt.code.as_ref())?;
        check.attempts = check.attempts.saturating_add(1);
        let is_older =
            without("only the newest code works") && self.state.outbox.iter().any(|it| it.code() == Some(code));
        if *code == sent.code || is_older || without("a wrong code is rejected") {
            self.verified(id, which, check, attempt.password.as_ref())
        } else {
            self.wrong(id, which, check)
        }
    }

    /// Verifies a code that the user already has: a code from the authenticator app, or a backup code.
    fn attempt_own_code(&mut self, id: &str, strategy: &Strategy, code: &Secret) -> Result<Answer, Rejection> {
        let attempt = self.verifiable(id, Which::Second)?;
        if !self.state.offered(attempt, Which::Second).iter().any(|factor| factor.strategy == *strategy) {
            return Err(rejections::strategy_for_user_invalid(strategy));
        }
        let check = continued(attempt.second.as_ref(), strategy);
        let (now, once) = (self.now, self.state.settings.totp_codes_once);
        let is_right = self.user_of_mut(id).is_some_and(|user| match strategy {
            Strategy::BackupCode => {
                let position = user.backup_codes.iter().position(|known| known == code);
                let once = !without("a backup code works once");
                position.map(|position| if once { user.backup_codes.remove(position) } else { code.clone() }).is_some()
            }
            _ => {
                user.authenticator.as_mut().is_some_and(|app| app.accepts(code.expose(), once, now))
                    || without("a wrong code of the authenticator app is rejected")
            }
        });
        if is_right { self.verified(id, Which::Second, check, None) } else { self.wrong(id, Which::Second, check) }
    }

    /// Handles a wrong answer.
    ///
    /// After too many wrong answers, a code that was sent no longer works. The user's password, authenticator app and
    /// backup codes still work.
    fn wrong(&mut self, id: &str, which: Which, mut check: Check) -> Result<Answer, Rejection> {
        let rejection = match check.strategy {
            Strategy::Password if self.state.settings.hide_unknown_identifiers => {
                rejections::password_or_identifier_incorrect()
            }
            Strategy::Password => rejections::password_incorrect(),
            Strategy::Totp | Strategy::BackupCode => rejections::code_incorrect(),
            _ if without("too many wrong codes end a verification") => rejections::code_incorrect(),
            _ if check.attempts >= self.state.settings.code_attempts => {
                check.status = VerificationStatus::Failed;
                rejections::verification_failed()
            }
            _ => rejections::code_incorrect(),
        };
        // A wrong password or a wrong code from the authenticator app does not invalidate a code that was sent.
        let pending = self.verifiable(id, which)?.check(which);
        let leaves = !without("a wrong password leaves the code that was sent");
        if !pending.is_some_and(|pending| leaves && pending.sent.is_some() && pending.strategy != check.strategy) {
            self.set_check(id, which, check);
        }
        Err(self.failed(id, rejection))
    }

    pub(super) fn set_check(&mut self, id: &str, which: Which, check: Check) {
        if let Some(attempt) = self.state.attempts.get_mut(id) {
            attempt.set_check(which, check);
        }
    }
}

/// Counts one more attempt with a strategy that needs no preparation.
fn continued(check: Option<&Check>, strategy: &Strategy) -> Check {
    let mut check = match check {
        Some(check) if check.strategy == *strategy => check.clone(),
        _ => Check::new(strategy.clone()),
    };
    check.attempts = check.attempts.saturating_add(1);
    check
}

pub(super) fn given<'a>(param_name: &str, value: Option<&'a Secret>) -> Result<&'a Secret, Rejection> {
    match value {
        None => Err(rejections::param_missing(param_name)),
        Some(value) if value.expose().is_empty() && !without("an empty value counts as missing") => {
            Err(rejections::param_nil(param_name))
        }
        Some(value) => Ok(value),
    }
}
