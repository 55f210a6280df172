//! Rate limits, lockouts and bans.

use super::Call;
use crate::fake::records::sign_in::Attempt;
use crate::fake::records::user::{User, UserAccess};
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{Rejection, Timestamp};

/// The threshold for warnings. A rejection warns of a lockout if this many attempts or fewer remain.
const WARNINGS: u32 = 3;

impl Call<'_> {
    /// Rejects the attempt if its user is not allowed to sign in now.
    pub(super) fn admit(&self, attempt: &Attempt) -> Result<(), Rejection> {
        self.user_of(attempt).map_or(Ok(()), |user| self.admit_user(user))
    }

    pub(super) fn admit_user(&self, user: &User) -> Result<(), Rejection> {
        match user.access {
            _ if without("only an allowed user signs in") => {}
            UserAccess::Allowed => {}
            UserAccess::Banned => return Err(rejections::user_banned()),
            UserAccess::Locked => return Err(rejections::user_locked(None)),
            UserAccess::Deactivated => return Err(rejections::user_deactivated()),
        }
        let wait = user.locked_for(self.now).filter(|_| !without("a locked account waits"));
        wait.map_or(Ok(()), |wait| Err(rejections::user_locked(Some(wait))))
    }

    /// Counts a wrong answer, which brings the account closer to a lockout.
    ///
    /// If only a few attempts are left before a lockout, the rejection contains a warning.
    pub(super) fn failed(&mut self, attempt_id: &str, mut rejection: Rejection) -> Rejection {
        let (now, most) = (self.now, self.state.settings.lockout_attempts);
        let duration = self.state.settings.lockout_duration;
        let counts = most > 0 && !without("too many wrong answers lock the account");
        let Some(user) = self.user_of_mut(attempt_id).filter(|_| counts) else { return rejection };
        user.failed_attempts = user.failed_attempts.saturating_add(1);
        let left = most.saturating_sub(user.failed_attempts);
        if left == 0 {
            user.failed_attempts = 0;
            user.locked_until = Some(now + duration);
            return rejections::user_locked(Some(duration));
        }
        if left <= WARNINGS {
            rejection.errors.push(rejections::lockout_warning(left));
        }
        rejection
    }

    pub(super) fn forgive(&mut self, attempt_id: &str) {
        if let Some(user) = self.user_of_mut(attempt_id)
            && !without("a right answer resets the count of wrong ones")
        {
            user.failed_attempts = 0;
        }
    }

    pub(super) fn count_create(&mut self) -> Result<(), Rejection> {
        let Some(limits) = self.state.settings.rate_limits else { return Ok(()) };
        let now = self.now;
        let Some(client) = self.state.clients.get_mut(self.client_id) else { return Ok(()) };
        count(&mut client.recent_creates, limits.creates, limits.window, now)
    }

    pub(super) fn count_attempt(&mut self) -> Result<(), Rejection> {
        let Some(limits) = self.state.settings.rate_limits else { return Ok(()) };
        let now = self.now;
        let Some(client) = self.state.clients.get_mut(self.client_id) else { return Ok(()) };
        count(&mut client.recent_attempts, limits.attempts, limits.window, now)
    }
}

/// Counts an event that happens now, or rejects it if there were too many recent events.
fn count(
    recent: &mut Vec<Timestamp>,
    most: usize,
    window: std::time::Duration,
    now: Timestamp,
) -> Result<(), Rejection> {
    recent.retain(|&at| at + window > now);
    match recent.first() {
        Some(&oldest) if recent.len() >= most && !without("too many calls are rejected") => {
            Err(rejections::too_many_requests(now.until(oldest + window)))
        }
        _ => {
            recent.push(now);
            Ok(())
        }
    }
}
