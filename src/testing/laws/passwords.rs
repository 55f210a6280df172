//! Passwords, and the lockout of accounts after wrong answers.

use std::time::Duration;

use super::caller::{Caller, Reply};
use super::law::{Outcome, Unmet};
use super::trial::{Trial, expect, expect_same, wrong};
use super::{TestUser, WantedUser};
use crate::wire::{ErrorCode, Rejection, Secret, Status};

impl Trial<'_> {
    pub(super) async fn right_password_verifies(&self) -> Outcome {
        let user = self.user(WantedUser::new().password().totp()).await?;
        let mut caller = self.caller();
        caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        caller.attempt_password(&password_of(&user)?).await?.at(&Status::NeedsSecondFactor)?;
        Ok(())
    }

    pub(super) async fn wrong_password_is_rejected_and_the_sign_in_stays(&self) -> Outcome {
        let user = self.user(WantedUser::new().password().totp()).await?;
        let right = password_of(&user)?;
        let mut caller = self.caller();
        caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        let code = if self.instance().hides_unknown_identifiers {
            ErrorCode::FormPasswordOrIdentifierIncorrect
        } else {
            ErrorCode::FormPasswordIncorrect
        };
        caller.attempt_password(&wrong(&right)).await?.rejected_with(422, &code)?;
        expect_same("the status", &Some(Status::NeedsFirstFactor), &caller.reload().await?.status)?;
        caller.attempt_password(&right).await?.at(&Status::NeedsSecondFactor)?;
        Ok(())
    }

    pub(super) async fn password_of_a_user_without_one_is_rejected(&self) -> Outcome {
        let user = self.user(WantedUser::new()).await?;
        let mut caller = self.caller();
        caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        let reply = caller.attempt_password(&"correct-horse-battery".into()).await?;
        reply.rejected_with(400, &ErrorCode::StrategyForUserInvalid)?;
        expect_same("the status", &Some(Status::NeedsFirstFactor), &caller.reload().await?.status)
    }

    pub(super) async fn account_is_locked_after_wrong_answers(&self) -> Outcome {
        let (mut caller, user, rejection) = self.locked_out().await?;
        let until = seconds_locked(&rejection);
        expect(until.is_some_and(|until| !until.is_zero()), "the time until the account is unlocked", &until)?;
        let right = password_of(&user)?;
        caller.attempt_password(&right).await?.rejected_with(403, &ErrorCode::UserLocked)?;
        Ok(())
    }

    pub(super) async fn lockout_is_announced(&self) -> Outcome {
        let most = self.lockout_attempts()?;
        let (mut caller, user) = self.at_first_factor().await?;
        let mut was_warned = false;
        for _ in 0..most {
            let rejection = self.answer_wrongly(&mut caller, &user).await?.rejected()?;
            if rejection.has(&ErrorCode::UserLocked) {
                return expect(was_warned, "account_lockout_warning before the lockout", &"no warning");
            }
            was_warned = rejection.has(&ErrorCode::AccountLockoutWarning);
        }
        expect(was_warned, "account_lockout_warning before the lockout", &"no warning")
    }

    pub(super) async fn lock_ends_after_its_time(&self) -> Outcome {
        let (mut caller, user, rejection) = self.locked_out().await?;
        let until = seconds_locked(&rejection).ok_or_else(|| Unmet::broken("lockout_expires_in_seconds", "none"))?;
        self.advance(until).await?;
        caller.enter_password(&user).await?.at(&Status::NeedsSecondFactor)?;
        Ok(())
    }

    pub(super) async fn lock_holds_on_every_client(&self) -> Outcome {
        let (_, user, _) = self.locked_out().await?;
        let mut elsewhere = self.caller();
        elsewhere.enter_password(&user).await?.rejected_with(403, &ErrorCode::UserLocked)?;
        Ok(())
    }

    pub(super) async fn right_answer_resets_the_count(&self) -> Outcome {
        let most = self.lockout_attempts()?;
        let (mut caller, user) = self.at_first_factor().await?;
        for _ in 1..most {
            self.answer_wrongly(&mut caller, &user).await?.rejected()?;
        }
        caller.attempt_password(&password_of(&user)?).await?.at(&Status::NeedsSecondFactor)?;
        caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        let rejection = self.answer_wrongly(&mut caller, &user).await?.rejected()?;
        expect(!rejection.has(&ErrorCode::UserLocked), "an account that is not locked", &rejection)
    }

    fn lockout_attempts(&self) -> Outcome<u32> {
        self.instance().lockout_attempts.ok_or_else(|| Unmet::skipped("the instance never locks accounts"))
    }

    /// Begins a sign-in of a user who has a password and a second factor.
    async fn at_first_factor(&self) -> Outcome<(Caller<'_>, TestUser)> {
        let user = self.user(WantedUser::new().password().totp()).await?;
        let mut caller = self.caller();
        caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        Ok((caller, user))
    }

    async fn answer_wrongly(&self, caller: &mut Caller<'_>, user: &TestUser) -> Outcome<Reply> {
        caller.attempt_password(&wrong(&password_of(user)?)).await
    }

    /// Enters wrong passwords until the account is locked. Returns the rejection that says so.
    async fn locked_out(&self) -> Outcome<(Caller<'_>, TestUser, Rejection)> {
        let most = self.lockout_attempts()?;
        let (mut caller, user) = self.at_first_factor().await?;
        for _ in 0..most {
            let reply = self.answer_wrongly(&mut caller, &user).await?;
            if reply.is_rejected_with(&ErrorCode::UserLocked) {
                let rejection = reply.rejected_with(403, &ErrorCode::UserLocked)?;
                return Ok((caller, user, rejection));
            }
            reply.rejected()?;
        }
        // Some servers announce the lock only with the next answer.
        let rejection = self.answer_wrongly(&mut caller, &user).await?.rejected_with(403, &ErrorCode::UserLocked)?;
        Ok((caller, user, rejection))
    }
}

fn password_of(user: &TestUser) -> Outcome<Secret> {
    user.password.clone().ok_or_else(|| Unmet::broken("a user with a password", "a user without one"))
}

fn seconds_locked(rejection: &Rejection) -> Option<Duration> {
    rejection.errors.iter().find_map(|error| error.meta.lockout_expires_in_seconds).map(Duration::from_secs)
}
