//! Rules that hold for every step of a sign-in.

use super::WantedUser;
use super::caller::Which;
use super::law::Outcome;
use super::trial::{Trial, expect, expect_same, wrong};
use crate::wire::{CreateSignIn, ErrorCode, SignInAttempt, Status, Strategy};

impl Trial<'_> {
    pub(super) async fn every_step_keeps_the_id(&self) -> Outcome {
        let user = self.user(WantedUser::new().totp()).await?;
        let mut caller = self.caller();
        let id = caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?.id;
        expect(!id.is_empty(), "an id", &id)?;
        let mut ids = vec![caller.prepare(Which::First, &Strategy::EmailCode).await?.sign_in()?.id];
        let code = self.code(&user.email_address).await?;
        caller.attempt_email_code(&wrong(&code)).await?.rejected()?;
        ids.push(caller.reload().await?.id);
        ids.push(caller.attempt_email_code(&code).await?.at(&Status::NeedsSecondFactor)?.id);
        let totp = self.totp_code(&user).await?;
        ids.push(caller.attempt(Which::Second, Strategy::Totp, &totp).await?.at(&Status::Complete)?.id);
        expect(ids.iter().all(|kept| *kept == id), "the same id at every step", &(id, &ids))
    }

    pub(super) async fn only_a_complete_sign_in_has_a_session(&self) -> Outcome {
        let user = self.user(WantedUser::new().totp()).await?;
        let mut caller = self.caller();
        let identified = caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        let sent = caller.prepare(Which::First, &Strategy::EmailCode).await?.at(&Status::NeedsFirstFactor)?;
        let code = self.code(&user.email_address).await?;
        let second = caller.attempt_email_code(&code).await?.at(&Status::NeedsSecondFactor)?;
        for sign_in in [identified, sent, second, caller.reload().await?] {
            expect(sign_in.created_session_id.is_none(), "no session yet", &sign_in.created_session_id)?;
        }
        expect(caller.known()?.sessions.is_empty(), "no session on the client yet", &caller.known()?.sessions)?;

        let totp = self.totp_code(&user).await?;
        let complete = caller.attempt(Which::Second, Strategy::Totp, &totp).await?.at(&Status::Complete)?;
        let session = complete.created_session_id.unwrap_or_default();
        expect(caller.known()?.session(&session).is_some(), "the new session on the client", &session)
    }

    pub(super) async fn complete_sign_in_takes_no_step(&self) -> Outcome {
        let user = self.user(WantedUser::new()).await?;
        let mut caller = self.caller();
        let session = caller.sign_in_by_code(&user).await?;
        let code = self.code(&user.email_address).await?;
        caller.attempt_email_code(&code).await?.rejected()?;
        let sessions: Vec<_> = caller.read_client().await?.sessions.into_iter().map(|session| session.id).collect();
        expect_same("the sessions", &vec![session], &sessions)
    }

    pub(super) async fn verified_factor_is_not_verified_again(&self) -> Outcome {
        let user = self.user(WantedUser::new().totp()).await?;
        let mut caller = self.caller();
        caller.create_sending(&user.email_address, Strategy::EmailCode).await?.at(&Status::NeedsFirstFactor)?;
        let code = self.code(&user.email_address).await?;
        caller.attempt_email_code(&code).await?.at(&Status::NeedsSecondFactor)?;
        let again = caller.attempt_email_code(&code).await?;
        again.rejected_with(400, &ErrorCode::VerificationAlreadyVerified)?;
        expect_same("the status", &Some(Status::NeedsSecondFactor), &caller.reload().await?.status)
    }

    pub(super) async fn second_factor_does_not_come_first(&self) -> Outcome {
        let user = self.user(WantedUser::new().password().totp()).await?;
        let mut caller = self.caller();
        caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        let totp = self.totp_code(&user).await?;
        caller.attempt(Which::Second, Strategy::Totp, &totp).await?.rejected()?;
        expect_same("the status", &Some(Status::NeedsFirstFactor), &caller.reload().await?.status)?;
        caller.create(CreateSignIn::new()).await?.at(&Status::NeedsIdentifier)?;
        caller.attempt(Which::First, Strategy::EmailCode, &totp).await?.rejected()?;
        expect_same("the status", &Some(Status::NeedsIdentifier), &caller.reload().await?.status)
    }

    pub(super) async fn second_factors_are_listed_when_needed(&self) -> Outcome {
        let user = self.user(WantedUser::new().password().totp()).await?;
        let mut caller = self.caller();
        let before = caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        let listed = |sign_in: &SignInAttempt| sign_in.supported_second_factors.clone().unwrap_or_default();
        expect(listed(&before).is_empty(), "no second factors yet", &listed(&before))?;
        let now = caller.enter_password(&user).await?.at(&Status::NeedsSecondFactor)?;
        let has_totp = listed(&now).iter().any(|factor| factor.strategy == Strategy::Totp);
        expect(has_totp, "the second factor totp", &listed(&now))
    }

    pub(super) async fn completed_sign_in_leaves_the_client(&self) -> Outcome {
        let user = self.user(WantedUser::new()).await?;
        let mut caller = self.caller();
        let session = caller.sign_in_by_code(&user).await?;
        for client in [caller.known()?, caller.read_client().await?] {
            expect(client.sign_in.is_none(), "no sign-in on the client", &client.sign_in)?;
            expect_same("the active session", &Some(session.clone()), &client.last_active_session_id)?;
        }
        Ok(())
    }

    pub(super) async fn sign_in_never_goes_back(&self) -> Outcome {
        let user = self.user(WantedUser::new().password().totp()).await?;
        let mut caller = self.caller();
        let needs_second = Some(Status::NeedsSecondFactor);
        let identified = caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        caller.enter_password(&user).await?.at(&Status::NeedsSecondFactor)?;
        caller.sign_in.supported_first_factors = identified.supported_first_factors;
        caller.prepare(Which::First, &Strategy::EmailCode).await?.rejected()?;
        expect_same("the status", &needs_second, &caller.reload().await?.status)?;
        let totp = self.totp_code(&user).await?;
        caller.attempt(Which::Second, Strategy::Totp, &wrong(&totp)).await?.rejected()?;
        expect_same("the status", &needs_second, &caller.reload().await?.status)
    }
}
