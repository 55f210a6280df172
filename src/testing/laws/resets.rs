//! Resetting a forgotten password.

use super::caller::{Caller, Which};
use super::law::Outcome;
use super::trial::{Trial, expect, expect_same};
use super::{TestUser, WantedUser};
use crate::wire::{Secret, Status, Strategy};

impl Trial<'_> {
    pub(super) async fn reset_code_leads_to_a_new_password(&self) -> Outcome {
        let (mut caller, _) = self.needs_new_password(WantedUser::new().password()).await?;
        let sign_in = caller.reload().await?;
        expect(sign_in.created_session_id.is_none(), "no session yet", &sign_in.created_session_id)
    }

    pub(super) async fn new_password_completes(&self) -> Outcome {
        let (mut caller, _) = self.needs_new_password(WantedUser::new().password()).await?;
        let complete = caller.reset_password(&new_password(), false).await?.at(&Status::Complete)?;
        expect(complete.created_session_id.is_some(), "a session", &complete.created_session_id)
    }

    pub(super) async fn second_factor_follows_the_new_password(&self) -> Outcome {
        let (mut caller, user) = self.needs_new_password(WantedUser::new().password().totp()).await?;
        let next = caller.reset_password(&new_password(), false).await?.at(&Status::NeedsSecondFactor)?;
        expect(next.created_session_id.is_none(), "no session yet", &next.created_session_id)?;
        let code = self.totp_code(&user).await?;
        caller.attempt(Which::Second, Strategy::Totp, &code).await?.at(&Status::Complete)?;
        Ok(())
    }

    pub(super) async fn new_password_replaces_the_old_one(&self) -> Outcome {
        let (mut caller, user) = self.needs_new_password(WantedUser::new().password().totp()).await?;
        caller.reset_password(&new_password(), false).await?.at(&Status::NeedsSecondFactor)?;
        let mut elsewhere = self.caller();
        elsewhere.enter_password(&user).await?.rejected()?;
        let reply = elsewhere.create_with_password(&user.email_address, &new_password()).await?;
        reply.at(&Status::NeedsSecondFactor)?;
        Ok(())
    }

    pub(super) async fn unacceptable_password_is_rejected(&self) -> Outcome {
        let (mut caller, _) = self.needs_new_password(WantedUser::new().password()).await?;
        let rejection = caller.reset_password(&"a".into(), false).await?.rejected()?;
        let is_named = rejection.errors.iter().any(|error| error.code.as_str().starts_with("form_password_"));
        expect(is_named, "form_password_…", &rejection)?;
        expect_same("the status", &Some(Status::NeedsNewPassword), &caller.reload().await?.status)?;
        caller.reset_password(&new_password(), false).await?.at(&Status::Complete)?;
        Ok(())
    }

    pub(super) async fn new_password_needs_the_reset_code(&self) -> Outcome {
        let user = self.user(WantedUser::new().password().totp()).await?;
        let mut caller = self.caller();
        caller.create_sending(&user.email_address, Strategy::ResetPasswordEmailCode).await?.sign_in()?;
        caller.reset_password(&new_password(), false).await?.rejected()?;
        expect_same("the status", &Some(Status::NeedsFirstFactor), &caller.reload().await?.status)?;
        self.caller().enter_password(&user).await?.at(&Status::NeedsSecondFactor)?;
        Ok(())
    }

    pub(super) async fn reset_code_is_no_sign_in_code(&self) -> Outcome {
        let user = self.user(WantedUser::new().password()).await?;
        let mut caller = self.caller();
        caller.create_sending(&user.email_address, Strategy::ResetPasswordEmailCode).await?.sign_in()?;
        let code = self.code(&user.email_address).await?;
        caller.attempt_email_code(&code).await?.rejected()?;
        expect_same("the status", &Some(Status::NeedsFirstFactor), &caller.reload().await?.status)
    }

    pub(super) async fn reset_can_sign_out_other_sessions(&self) -> Outcome {
        let is_over = self.reset_while_signed_in_elsewhere(true).await?;
        expect(is_over, "the other session to be over", &"a session that still gives tokens")
    }

    pub(super) async fn reset_can_keep_other_sessions(&self) -> Outcome {
        let is_over = self.reset_while_signed_in_elsewhere(false).await?;
        expect(!is_over, "the other session to go on", &"a session without tokens")
    }

    /// Resets the password while the user has a session on another client. Returns `true` if that session is over.
    async fn reset_while_signed_in_elsewhere(&self, sign_out_others: bool) -> Outcome<bool> {
        let user = self.user(WantedUser::new().password()).await?;
        let mut elsewhere = self.caller();
        let session = elsewhere.sign_in_by_code(&user).await?;
        self.wait_to_resend().await?;
        let mut caller = self.caller();
        self.enter_reset_code(&mut caller, &user).await?;
        caller.reset_password(&new_password(), sign_out_others).await?.at(&Status::Complete)?;
        let reply = elsewhere.call(super::sessions::token_for(&session)).await?;
        Ok(reply.response.result.is_err())
    }

    /// Begins a reset for a new user, and verifies the code.
    async fn needs_new_password(&self, wanted: WantedUser) -> Outcome<(Caller<'_>, TestUser)> {
        let user = self.user(wanted).await?;
        let mut caller = self.caller();
        self.enter_reset_code(&mut caller, &user).await?;
        Ok((caller, user))
    }

    async fn enter_reset_code(&self, caller: &mut Caller<'_>, user: &TestUser) -> Outcome {
        let reset = Strategy::ResetPasswordEmailCode;
        caller.create_sending(&user.email_address, reset.clone()).await?.at(&Status::NeedsFirstFactor)?;
        let code = self.code(&user.email_address).await?;
        caller.attempt(Which::First, reset, &code).await?.at(&Status::NeedsNewPassword)?;
        Ok(())
    }
}

fn new_password() -> Secret {
    "a-brand-new-passphrase-71".into()
}
