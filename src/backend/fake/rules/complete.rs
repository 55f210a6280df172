//! What follows from a verified factor.

use super::Call;
use crate::backend::fake::attempt::{Check, Which};
use crate::backend::fake::refusal;
use crate::backend::fake::session::Session;
use crate::wire::{Answer, Rejection, SessionStatus, Status, Strategy, VerificationStatus};

impl Call<'_> {
    /// A factor was verified: the attempt goes on to the next, or is complete.
    pub(super) fn verified(&mut self, id: &str, which: Which, mut check: Check) -> Result<Answer, Rejection> {
        check.status = VerificationStatus::Verified;
        let strategy = check.strategy.clone();
        self.set_check(id, which, check);
        match which {
            Which::First => match self.after_first_factor(id, &strategy) {
                Status::Complete => self.complete(id)?,
                next => self.move_to(id, next),
            },
            Which::Second => self.complete(id)?,
        }
        self.get_sign_in(id)
    }

    /// A second factor that the user chose comes before the device's trust, which only a password needs.
    fn after_first_factor(&self, id: &str, strategy: &Strategy) -> Status {
        let attempt = self.state.attempts.get(id);
        let user = attempt.and_then(|attempt| attempt.user_id.as_ref()).and_then(|id| self.state.users.get(id));
        let device = self.state.devices.get(self.device_id);
        let (Some(user), Some(device)) = (user, device) else { return Status::Abandoned };
        if !user.second_factors().is_empty() {
            return Status::NeedsSecondFactor;
        }
        let trusted = !self.state.settings.client_trust || device.trusted_by.contains(&user.id);
        if *strategy == Strategy::Password && !trusted { Status::NeedsClientTrust } else { Status::Complete }
    }

    fn move_to(&mut self, id: &str, status: Status) {
        if let Some(attempt) = self.state.attempts.get_mut(id) {
            attempt.status = status;
        }
    }

    /// A session begins, the device is trusted from now on, and no sign-in is under way any more.
    fn complete(&mut self, id: &str) -> Result<(), Rejection> {
        let session_id = self.state.random.id("sess");
        let attempt = self.state.attempts.get_mut(id).ok_or_else(refusal::sign_in_not_found)?;
        let user_id = attempt.user_id.clone().ok_or_else(refusal::sign_in_not_found)?;
        attempt.status = Status::Complete;
        attempt.session_id = Some(session_id.clone());
        let second_factor = attempt.second.is_some();
        let strategy = attempt.first.as_ref().map(|check| check.strategy.clone());
        let tasks = self.state.users.get(&user_id).map(|user| user.session_tasks.clone()).unwrap_or_default();
        let session = Session {
            id: session_id.clone(),
            device_id: self.device_id.to_owned(),
            user_id: user_id.clone(),
            status: if tasks.is_empty() { SessionStatus::Active } else { SessionStatus::Pending },
            tasks,
            second_factor,
            created_at: self.now,
            last_active_at: self.now,
            expire_at: self.now + self.state.settings.session_lifetime,
        };
        self.state.sessions.insert(session_id.clone(), session);
        if let Some(device) = self.state.devices.get_mut(self.device_id) {
            device.trusted_by.insert(user_id);
            device.sign_in_id = None;
            device.last_active_session_id = Some(session_id);
            device.last_authentication_strategy = strategy;
        }
        Ok(())
    }
}
