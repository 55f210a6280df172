//! Second factors: authenticator apps and backup codes.

use super::WantedUser;
use super::caller::Which;
use super::law::{Outcome, Unmet};
use super::trial::{Trial, expect, expect_same, wrong};
use crate::wire::{ErrorCode, Status, Strategy};

impl Trial<'_> {
    pub(super) async fn second_factor_is_required(&self) -> Outcome {
        let user = self.user(WantedUser::new().password().totp()).await?;
        let mut caller = self.caller();
        let sign_in = caller.enter_password(&user).await?.at(&Status::NeedsSecondFactor)?;
        expect(sign_in.created_session_id.is_none(), "no session yet", &sign_in.created_session_id)?;
        let client = caller.read_client().await?;
        expect(client.sessions.is_empty(), "no session on the client", &client.sessions)
    }

    pub(super) async fn second_factor_is_required_after_a_code(&self) -> Outcome {
        let user = self.user(WantedUser::new().totp()).await?;
        let mut caller = self.caller();
        caller.create_sending(&user.email_address, Strategy::EmailCode).await?.at(&Status::NeedsFirstFactor)?;
        let code = self.code(&user.email_address).await?;
        caller.attempt_email_code(&code).await?.at(&Status::NeedsSecondFactor)?;
        Ok(())
    }

    pub(super) async fn totp_code_completes(&self) -> Outcome {
        let user = self.user(WantedUser::new().password().totp()).await?;
        let mut caller = self.caller();
        caller.enter_password(&user).await?.at(&Status::NeedsSecondFactor)?;
        let code = self.totp_code(&user).await?;
        let complete = caller.attempt(Which::Second, Strategy::Totp, &code).await?.at(&Status::Complete)?;
        expect(complete.created_session_id.is_some(), "a session", &complete.created_session_id)
    }

    pub(super) async fn wrong_totp_code_is_rejected_and_the_sign_in_stays(&self) -> Outcome {
        let user = self.user(WantedUser::new().password().totp()).await?;
        let mut caller = self.caller();
        caller.enter_password(&user).await?.at(&Status::NeedsSecondFactor)?;
        let code = self.totp_code(&user).await?;
        let reply = caller.attempt(Which::Second, Strategy::Totp, &wrong(&code)).await?;
        reply.rejected_with(422, &ErrorCode::FormCodeIncorrect)?;
        expect_same("the status", &Some(Status::NeedsSecondFactor), &caller.reload().await?.status)?;
        caller.attempt(Which::Second, Strategy::Totp, &code).await?.at(&Status::Complete)?;
        Ok(())
    }

    pub(super) async fn totp_code_works_once(&self) -> Outcome {
        let user = self.user(WantedUser::new().password().totp()).await?;
        let (mut one, mut other) = (self.caller(), self.caller());
        one.enter_password(&user).await?.at(&Status::NeedsSecondFactor)?;
        other.enter_password(&user).await?.at(&Status::NeedsSecondFactor)?;
        let code = self.totp_code(&user).await?;
        one.attempt(Which::Second, Strategy::Totp, &code).await?.at(&Status::Complete)?;
        other.attempt(Which::Second, Strategy::Totp, &code).await?.rejected()?;
        expect_same("the status", &Some(Status::NeedsSecondFactor), &other.reload().await?.status)
    }

    pub(super) async fn backup_code_works_once(&self) -> Outcome {
        let user = self.user(WantedUser::new().password().backup_codes()).await?;
        let [first, second, ..] = user.backup_codes.as_slice() else {
            return Err(Unmet::broken("a user with two backup codes", user.backup_codes.len().to_string()));
        };
        let (mut one, mut other) = (self.caller(), self.caller());
        one.enter_password(&user).await?.at(&Status::NeedsSecondFactor)?;
        other.enter_password(&user).await?.at(&Status::NeedsSecondFactor)?;
        one.attempt(Which::Second, Strategy::BackupCode, first).await?.at(&Status::Complete)?;
        other.attempt(Which::Second, Strategy::BackupCode, first).await?.rejected()?;
        other.attempt(Which::Second, Strategy::BackupCode, second).await?.at(&Status::Complete)?;
        Ok(())
    }

    pub(super) async fn second_factor_wins_over_client_trust(&self) -> Outcome {
        let user = self.user(WantedUser::new().password().totp()).await?;
        let mut caller = self.caller();
        caller.enter_password(&user).await?.at(&Status::NeedsSecondFactor)?;
        let code = self.totp_code(&user).await?;
        // Nothing more is asked, although the client is new.
        caller.attempt(Which::Second, Strategy::Totp, &code).await?.at(&Status::Complete)?;
        Ok(())
    }
}
