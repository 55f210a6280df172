//! Codes that are sent by email or to a phone.

use super::WantedUser;
use super::caller::{Caller, Which, preparing};
use super::law::{Outcome, Unmet};
use super::trial::{Trial, expect, expect_same, wrong};
use crate::fake::Content;
use crate::wire::{ErrorCode, PrepareFactor, Secret, Status, Strategy, VerificationStatus};
use std::time::Duration;

/// The number of wrong codes after which every server has rejected the code itself.
const WRONG_CODES_AT_MOST: usize = 20;

impl Trial<'_> {
    pub(super) async fn prepared_code_is_sent(&self) -> Outcome {
        let user = self.user(WantedUser::new()).await?;
        let mut caller = self.caller();
        caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        expect(self.messages(&user.email_address).await?.is_empty(), "no message yet", &"a message")?;
        let sent = caller.prepare(Which::First, &Strategy::EmailCode).await?.at(&Status::NeedsFirstFactor)?;
        let pending = sent.first_factor_verification;
        let is_pending = pending.as_ref().is_some_and(|pending| pending.is_pending());
        expect(is_pending, "a pending verification", &pending)?;
        expect_same("the messages", &1, &self.messages(&user.email_address).await?.len())
    }

    pub(super) async fn phone_code_is_sent_to_the_phone(&self) -> Outcome {
        let user = self.user(WantedUser::new().phone_number()).await?;
        let number = user.phone_number.ok_or_else(|| Unmet::broken("a user with a phone number", "none"))?;
        let mut caller = self.caller();
        caller.identify(&number).await?.at(&Status::NeedsFirstFactor)?;
        caller.prepare(Which::First, &Strategy::PhoneCode).await?.at(&Status::NeedsFirstFactor)?;
        expect(self.messages(&user.email_address).await?.is_empty(), "no email", &"an email")?;
        let code = self.code(&number).await?;
        caller.attempt(Which::First, Strategy::PhoneCode, &code).await?.at(&Status::Complete)?;
        Ok(())
    }

    pub(super) async fn right_code_verifies(&self) -> Outcome {
        let (mut caller, _, code) = self.code_sent().await?;
        let complete = caller.attempt_email_code(&code).await?.at(&Status::Complete)?;
        let verified = complete.first_factor_verification.and_then(|verification| verification.status);
        expect_same("the verification", &Some(VerificationStatus::Verified), &verified)
    }

    pub(super) async fn wrong_code_is_rejected_and_the_sign_in_stays(&self) -> Outcome {
        let (mut caller, _, code) = self.code_sent().await?;
        caller.attempt_email_code(&wrong(&code)).await?.rejected_with(422, &ErrorCode::FormCodeIncorrect)?;
        let now = caller.reload().await?;
        expect_same("the status", &Some(Status::NeedsFirstFactor), &now.status)?;
        let is_pending = now.first_factor_verification.as_ref().is_some_and(|pending| pending.is_pending());
        expect(is_pending, "a pending verification", &now.first_factor_verification)?;
        caller.attempt_email_code(&code).await?.at(&Status::Complete)?;
        Ok(())
    }

    pub(super) async fn wrong_code_is_counted(&self) -> Outcome {
        let (mut caller, _, code) = self.code_sent().await?;
        let mut counts = Vec::new();
        for _ in 0..2 {
            counts.push(caller.reload().await?.first_factor_verification.and_then(|it| it.attempts));
            caller.attempt_email_code(&wrong(&code)).await?.rejected()?;
        }
        counts.push(caller.reload().await?.first_factor_verification.and_then(|it| it.attempts));
        expect_same("the counts", &vec![Some(0), Some(1), Some(2)], &counts)
    }

    pub(super) async fn only_the_newest_code_works(&self) -> Outcome {
        let (mut caller, address, older) = self.code_sent().await?;
        let newer = self.sent_again(&mut caller, &address).await?;
        caller.attempt_email_code(&older).await?.rejected()?;
        caller.attempt_email_code(&newer).await?.at(&Status::Complete)?;
        Ok(())
    }

    pub(super) async fn code_fails_after_too_many_wrong_answers(&self) -> Outcome {
        let (mut caller, _, code) = self.code_sent().await?;
        Self::use_up(&mut caller, &code).await?;
        caller.attempt_email_code(&code).await?.rejected()?;
        expect_same("the status", &Some(Status::NeedsFirstFactor), &caller.reload().await?.status)
    }

    pub(super) async fn failed_code_can_be_sent_again(&self) -> Outcome {
        let (mut caller, address, code) = self.code_sent().await?;
        Self::use_up(&mut caller, &code).await?;
        let newer = self.sent_again(&mut caller, &address).await?;
        caller.attempt_email_code(&newer).await?.at(&Status::Complete)?;
        Ok(())
    }

    pub(super) async fn code_works_until_it_expires(&self) -> Outcome {
        let (mut caller, _, code) = self.code_sent().await?;
        self.advance(self.instance().code_lifetime.saturating_sub(Duration::from_secs(5))).await?;
        caller.attempt_email_code(&code).await?.at(&Status::Complete)?;
        Ok(())
    }

    pub(super) async fn expired_code_is_rejected(&self) -> Outcome {
        let (mut caller, _, code) = self.code_sent().await?;
        self.advance(self.instance().code_lifetime).await?;
        caller.attempt_email_code(&code).await?.rejected_with(400, &ErrorCode::VerificationExpired)?;
        let now = caller.reload().await?;
        expect_same("the status", &Some(Status::NeedsFirstFactor), &now.status)?;
        let verification = now.first_factor_verification.and_then(|verification| verification.status);
        expect_same("the verification", &Some(VerificationStatus::Expired), &verification)
    }

    pub(super) async fn expired_code_can_be_sent_again(&self) -> Outcome {
        let (mut caller, address, _) = self.code_sent().await?;
        self.advance(self.instance().code_lifetime).await?;
        let newer = self.sent_again(&mut caller, &address).await?;
        caller.attempt_email_code(&newer).await?.at(&Status::Complete)?;
        Ok(())
    }

    pub(super) async fn resend_too_early_is_rejected(&self) -> Outcome {
        Self::only_if(!self.instance().resend_interval.is_zero(), "a code can be sent again at once")?;
        let (mut caller, address, code) = self.code_sent().await?;
        let early = caller.prepare(Which::First, &Strategy::EmailCode).await?;
        let rejection = early.rejected_with(429, &ErrorCode::VerificationCodeTooManyRequests)?;
        let wait = rejection.retry_after.unwrap_or_default();
        let is_told = !wait.is_zero() && wait <= self.instance().resend_interval;
        expect(is_told, "a Retry-After of at most the interval", &rejection.retry_after)?;
        expect_same("the messages", &1, &self.messages(&address).await?.len())?;
        caller.attempt_email_code(&code).await?.at(&Status::Complete)?;
        Ok(())
    }

    pub(super) async fn unsent_code_cannot_be_verified(&self) -> Outcome {
        let user = self.user(WantedUser::new()).await?;
        let mut caller = self.caller();
        caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        let reply = caller.attempt_email_code(&"123456".into()).await?;
        let is_named = reply.is_rejected_with(&ErrorCode::VerificationMissing)
            || reply.is_rejected_with(&ErrorCode::VerificationNotSent);
        let rejection = reply.rejected()?;
        expect(is_named, "verification_missing or verification_not_sent", &rejection)
    }

    pub(super) async fn code_belongs_to_its_sign_in(&self) -> Outcome {
        let (mut one, address, code) = self.code_sent().await?;
        self.wait_to_resend().await?;
        let mut other = self.caller();
        other.create_sending(&address, Strategy::EmailCode).await?.at(&Status::NeedsFirstFactor)?;
        other.attempt_email_code(&code).await?.rejected()?;
        one.attempt_email_code(&code).await?.at(&Status::Complete)?;
        Ok(())
    }

    pub(super) async fn code_goes_only_to_the_users_own_address(&self) -> Outcome {
        let (victim, stranger) = (self.user(WantedUser::new()).await?, self.user(WantedUser::new()).await?);
        let mut caller = self.caller();
        caller.identify(&stranger.email_address).await?.at(&Status::NeedsFirstFactor)?;
        let elsewhere = caller.factor(Which::First, &Strategy::EmailCode)?;
        let sign_in = caller.identify(&victim.email_address).await?.at(&Status::NeedsFirstFactor)?;
        let prepare = PrepareFactor::new(&sign_in.id, &elsewhere);
        caller.call(preparing(Which::First, prepare)).await?.rejected()?;
        let sent = self.messages(&stranger.email_address).await?;
        expect(sent.is_empty(), "no message to another user", &"a message")
    }

    /// Begins a sign-in and sends a code. Returns the client, the address and the code.
    async fn code_sent(&self) -> Outcome<(Caller<'_>, String, Secret)> {
        let address = self.user(WantedUser::new()).await?.email_address;
        let mut caller = self.caller();
        caller.create_sending(&address, Strategy::EmailCode).await?.at(&Status::NeedsFirstFactor)?;
        let code = self.code(&address).await?;
        Ok((caller, address, code))
    }

    /// Waits, sends another code, and returns it.
    async fn sent_again(&self, caller: &mut Caller<'_>, address: &str) -> Outcome<Secret> {
        self.wait_to_resend().await?;
        let before = self.messages(address).await?.len();
        let sent = caller.prepare(Which::First, &Strategy::EmailCode).await?.at(&Status::NeedsFirstFactor)?;
        let is_pending = sent.first_factor_verification.as_ref().is_some_and(|pending| pending.is_pending());
        expect(is_pending, "a pending verification", &sent.first_factor_verification)?;
        match self.messages(address).await?.get(before..) {
            Some([Content::Code(code)]) => Ok(code.clone()),
            other => Err(Unmet::broken("one more code", format!("{} messages", other.unwrap_or_default().len()))),
        }
    }

    /// Enters wrong codes until the code itself has failed.
    async fn use_up(caller: &mut Caller<'_>, code: &Secret) -> Outcome {
        for _ in 0..WRONG_CODES_AT_MOST {
            let reply = caller.attempt_email_code(&wrong(code)).await?;
            if reply.is_rejected_with(&ErrorCode::VerificationFailed) {
                reply.rejected_with(400, &ErrorCode::VerificationFailed)?;
                let now = caller.reload().await?.first_factor_verification.and_then(|it| it.status);
                return expect_same("the verification", &Some(VerificationStatus::Failed), &now);
            }
            if reply.is_rejected_with(&ErrorCode::UserLocked) {
                return Err(Unmet::skipped("the account is locked before a code fails"));
            }
            reply.rejected_with(422, &ErrorCode::FormCodeIncorrect)?;
        }
        Err(Unmet::broken("verification_failed", format!("{WRONG_CODES_AT_MOST} times form_code_incorrect")))
    }
}
