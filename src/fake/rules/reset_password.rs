//! `POST …/reset_password`: sets the new password.

use super::Call;
use super::attempt_factor::given;
use crate::fake::crypto::password::PasswordHash;
use crate::fake::records::user::User;
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::password::{PasswordPolicy, PasswordRule, PasswordStrength};
use crate::wire::{Answer, Rejection, ResetPassword, Secret, Status};

impl Call<'_> {
    pub(super) fn reset_password(&mut self, reset: &ResetPassword) -> Result<Answer, Rejection> {
        let id = reset.sign_in_id.as_str();
        let attempt = self.own_attempt(id)?;
        if attempt.status != Status::NeedsNewPassword && !without("a password is set only when it is asked for") {
            return Err(rejections::wrong_status(self.state.settings.wrong_status.clone()));
        }
        self.admit(attempt)?;
        self.current_attempt(id)?;
        self.count_attempt()?;
        let password = given("password", reset.password.as_ref())?;
        self.check_new_password(id, password)?;
        self.set_password(id, password);
        if reset.sign_out_of_other_sessions == Some(true) && !without("a reset can end the other sessions") {
            self.end_sessions(id);
        }
        self.after_new_password(id)?;
        self.get_sign_in(id)
    }

    /// Checks a new password for the attempt's user.
    pub(super) fn check_new_password(&self, id: &str, password: &Secret) -> Result<(), Rejection> {
        let user = self.own_attempt(id).ok().and_then(|attempt| self.user_of(attempt));
        let identifiers: Vec<_> = user.into_iter().flat_map(User::identifiers).cloned().collect();
        self.reject_broken_password(password, &identifiers, user.and_then(|user| user.password.as_ref()))
    }

    /// Rejects a password that is not allowed for a user with these identifiers. The rejection contains a separate
    /// error for each broken rule.
    pub(super) fn reject_broken_password(
        &self,
        password: &Secret,
        identifiers: &[String],
        current: Option<&PasswordHash>,
    ) -> Result<(), Rejection> {
        let policy = PasswordPolicy::new(&self.state.settings.password_settings);
        let password = password.expose();
        let is_identifier = identifiers.iter().any(|identifier| identifier.eq_ignore_ascii_case(password));
        let is_current = current.is_some_and(|current| current.verifies(password));
        let known_here = [
            (PasswordRule::NotPwned, self.is_pwned(password) && !without("a new password was never leaked")),
            (PasswordRule::NotIdentifier, is_identifier && !without("a new password is no identifier")),
            (PasswordRule::NotCurrent, is_current && !without("a new password is new")),
        ];
        let known_here = known_here.into_iter().filter(|(_, is_broken)| *is_broken).map(|(rule, _)| rule);
        let strength = PasswordStrength::rate(password).score;
        let broken = policy.broken_by_rated(password, strength).into_iter().chain(known_here);
        let broken = broken.map(|rule| rejections::password_breaks(rule, &policy, password));
        let all = broken.reduce(|mut all, next| {
            all.errors.extend(next.errors);
            all
        });
        all.map_or(Ok(()), Err)
    }

    fn is_pwned(&self, password: &str) -> bool {
        let settings = &self.state.settings;
        !settings.password_settings.disable_hibp && settings.pwned_passwords.iter().any(|pwned| pwned == password)
    }

    /// Rejects a correct password if it has been leaked and the instance checks for leaks at sign-in.
    pub(super) fn reject_pwned(&self, password: &Secret) -> Result<(), Rejection> {
        let settings = &self.state.settings.password_settings;
        let enforced = settings.enforce_hibp_on_sign_in && !without("no leaked password signs in");
        if enforced && self.is_pwned(password.expose()) {
            let policy = PasswordPolicy::new(settings);
            return Err(rejections::password_breaks(PasswordRule::NotPwned, &policy, password.expose()));
        }
        Ok(())
    }

    pub(super) fn set_password(&mut self, id: &str, password: &Secret) {
        let hash = self.state.hash(password);
        let now = self.now;
        if let Some(user) = self.user_of_mut(id) {
            user.password = Some(hash);
            user.password_set_at = now;
        }
    }

    /// Ends every session of the attempt's user, on all clients.
    fn end_sessions(&mut self, id: &str) {
        if let Some(user_id) = self.state.attempts.get(id).and_then(|attempt| attempt.user_id.clone()) {
            self.state.end_sessions(&user_id);
        }
    }
}
