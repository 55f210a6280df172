//! The steps that follow the verification of a factor.

use super::Call;
use crate::fake::records::session::{CHOOSE_ORGANIZATION, SETUP_MFA, Session};
use crate::fake::records::sign_in::{Check, Which};
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{Answer, Rejection, Secret, SessionStatus, Status, Strategy, VerificationStatus};

impl Call<'_> {
    /// Records a verified factor. The attempt then continues with the next factor, or is complete.
    ///
    /// In a password reset, one call may contain both the code and the new password.
    pub(super) fn verified(
        &mut self,
        id: &str,
        which: Which,
        mut check: Check,
        new_password: Option<&Secret>,
    ) -> Result<Answer, Rejection> {
        if self.leads_to_sign_up(id) {
            check.status = VerificationStatus::Transferable;
            self.set_check(id, which, check);
            return Err(rejections::sign_up_if_missing_transfer());
        }
        check.status = VerificationStatus::Verified;
        let strategy = check.strategy.clone();
        self.set_check(id, which, check);
        self.forgive(id);
        match (which, new_password) {
            (Which::Second, _) => self.complete(id)?,
            (Which::First, Some(password)) if strategy.is_reset_code() => {
                self.set_password(id, password);
                self.after_new_password(id)?;
            }
            (Which::First, _) => match self.after_first_factor(id, &strategy) {
                Status::Complete => self.complete(id)?,
                next => self.move_to(id, next),
            },
        }
        self.get_sign_in(id)
    }

    /// Returns `true` if the verified identifier belongs to no user, and if the attempt can continue as a sign-up.
    fn leads_to_sign_up(&self, id: &str) -> bool {
        let attempt = self.state.attempts.get(id);
        attempt.is_some_and(|attempt| attempt.sign_up_if_missing && attempt.user_id.is_none())
            && !without("an unknown user goes on to sign up")
    }

    /// Continues the attempt after a new password was set.
    ///
    /// A user who has a second factor must still verify it. If the user has no second factor, a sign-in that began with
    /// the old password still requires client trust. A sign-in with a reset code does not require client trust, because
    /// the code has already proven that the client belongs to the user.
    pub(super) fn after_new_password(&mut self, id: &str) -> Result<(), Rejection> {
        let first = self.state.attempts.get(id).and_then(|attempt| attempt.first.as_ref());
        let by_password = first.is_some_and(|check| check.strategy == Strategy::Password);
        if self.has_second_factor(id) && !without("a new password replaces no second factor") {
            self.move_to(id, Status::NeedsSecondFactor);
            Ok(())
        } else if by_password && !self.is_trusted(id) {
            self.move_to(id, Status::NeedsClientTrust);
            Ok(())
        } else {
            self.complete(id)
        }
    }

    /// Returns the attempt's status after the first factor was verified.
    ///
    /// If several steps remain, a new password comes first, then a second factor, and then client trust. Only a sign-in
    /// with a password requires client trust.
    fn after_first_factor(&self, id: &str, strategy: &Strategy) -> Status {
        let user = self.state.attempts.get(id).and_then(|attempt| self.user_of(attempt));
        let Some(user) = user else { return Status::Abandoned };
        let by_password = *strategy == Strategy::Password;
        let outdated = |since| user.password_set_at < since && !without("an outdated password is replaced");
        let too_old = self.state.settings.passwords_valid_since.is_some_and(outdated);
        if strategy.is_reset_code() && !without("a reset code leads to a new password") || by_password && too_old {
            Status::NeedsNewPassword
        } else if without("the second factor comes before client trust") && by_password && !self.is_trusted(id) {
            Status::NeedsClientTrust
        } else if self.has_second_factor(id) && !self.replaces_second_factor(strategy) {
            Status::NeedsSecondFactor
        } else if (by_password || without("only a password asks for client trust")) && !self.is_trusted(id) {
            Status::NeedsClientTrust
        } else {
            Status::Complete
        }
    }

    fn replaces_second_factor(&self, strategy: &Strategy) -> bool {
        (*strategy == Strategy::Passkey || without("only a passkey replaces the second factor"))
            && self.state.settings.passkey_satisfies_second_factor
    }

    /// Returns `true` if the attempt's user has used this client before, or if client trust is not required.
    fn is_trusted(&self, id: &str) -> bool {
        let user_id = self.state.attempts.get(id).and_then(|attempt| attempt.user_id.as_ref());
        let client = self.state.clients.get(self.client_id);
        let known = client.zip(user_id).is_some_and(|(client, user_id)| client.trusted_by.contains(user_id));
        let known = known && !without("a client stays trusted");
        // The server does not ask users for a factor that they do not have.
        let user = user_id.and_then(|id| self.state.users.get(id));
        let nothing_to_ask_for = user.is_some_and(|user| user.client_trust_factors().is_empty());
        known || nothing_to_ask_for || !self.state.settings.client_trust || without("a new client must be trusted")
    }

    fn has_second_factor(&self, id: &str) -> bool {
        let user = self.state.attempts.get(id).and_then(|attempt| self.user_of(attempt));
        user.is_some_and(|user| !user.second_factors().is_empty()) && !without("a second factor is not skipped")
    }

    fn move_to(&mut self, id: &str, status: Status) {
        if let Some(attempt) = self.state.attempts.get_mut(id) {
            attempt.status = status;
        }
    }

    /// Completes the attempt.
    ///
    /// A session starts, and the client becomes trusted. The client no longer has a current sign-in, unless the last
    /// factor was a link. A link may be opened elsewhere, and the app then finds the complete sign-in on its client.
    fn complete(&mut self, id: &str) -> Result<(), Rejection> {
        let attempt = self.own_attempt(id)?;
        let user_id = attempt.user_id.clone().ok_or_else(rejections::sign_in_not_found)?;
        let strategy = attempt.first.as_ref().map(|check| check.strategy.clone());
        let last = attempt.second.as_ref().or(attempt.first.as_ref());
        let stays = last.is_some_and(|check| check.strategy == Strategy::EmailLink);
        let stays = stays && !without("a sign-in that a link completes stays on its client")
            || without("a complete sign-in leaves its client");
        let second_factor = attempt.second.as_ref().is_some_and(Check::is_verified);
        if without("a sign-in creates one session") {
            drop(self.begin_session(user_id.clone(), second_factor, strategy.clone()));
        }
        let session_id = self.begin_session(user_id, second_factor, strategy);
        if let Some(attempt) = self.state.attempts.get_mut(id) {
            attempt.status = Status::Complete;
            attempt.session_id = Some(session_id).filter(|_| !without("a complete sign-in names its session"));
        }
        if let Some(client) = self.state.clients.get_mut(self.client_id).filter(|_| !stays) {
            client.sign_in_id = None;
        }
        self.leave_one_session();
        Ok(())
    }

    /// Starts a session for this user on this client, and returns its id.
    pub(super) fn begin_session(&mut self, user_id: String, second_factor: bool, strategy: Option<Strategy>) -> String {
        let session_id = self.state.random.id("sess");
        let user = self.state.users.get(&user_id);
        let mut tasks = user.map(|user| user.session_tasks.clone()).unwrap_or_default();
        if self.state.settings.mfa_required && user.is_some_and(|user| user.second_factors().is_empty()) {
            tasks.push(SETUP_MFA.to_owned());
        }
        if self.state.settings.force_organization_selection && !tasks.iter().any(|task| task == CHOOSE_ORGANIZATION) {
            tasks.push(CHOOSE_ORGANIZATION.to_owned());
        }
        let is_done = tasks.is_empty() || without("a session with tasks is pending");
        let session = Session {
            id: session_id.clone(),
            client_id: self.client_id.to_owned(),
            user_id,
            status: if is_done { SessionStatus::Active } else { SessionStatus::Pending },
            tasks,
            organization_id: None,
            second_factor: second_factor && !without("a session records its second factor"),
            issued: None,
            created_at: self.now,
            last_active_at: self.now,
            expire_at: self.now + self.state.settings.session_lifetime,
        };
        self.state.add_session(session);
        if let Some(client) = self.state.clients.get_mut(self.client_id) {
            client.last_authentication_strategy = strategy;
        }
        session_id
    }
}
