//! Client trust: a password alone is not enough on a client that is new to the user.

use super::WantedUser;
use super::caller::Which;
use super::law::Outcome;
use super::trial::{Trial, expect, expect_same, wrong};
use super::{TestUser, caller::Caller};
use crate::wire::{ErrorCode, Request, Status, Strategy};

impl Trial<'_> {
    pub(super) async fn new_client_must_become_trusted(&self) -> Outcome {
        let (mut caller, _) = self.at_client_trust().await?;
        caller.factor(Which::Second, &Strategy::EmailCode)?;
        let sign_in = caller.reload().await?;
        expect(sign_in.created_session_id.is_none(), "no session yet", &sign_in.created_session_id)
    }

    pub(super) async fn code_completes_client_trust(&self) -> Outcome {
        let (mut caller, user) = self.at_client_trust().await?;
        let session = caller.become_trusted(&user).await?;
        expect(caller.known()?.session(&session).is_some(), "the new session on the client", &session)
    }

    pub(super) async fn wrong_code_does_not_make_a_client_trusted(&self) -> Outcome {
        let (mut caller, user) = self.at_client_trust().await?;
        caller.prepare(Which::Second, &Strategy::EmailCode).await?.at(&Status::NeedsClientTrust)?;
        let code = self.code(&user.email_address).await?;
        let reply = caller.attempt(Which::Second, Strategy::EmailCode, &wrong(&code)).await?;
        reply.rejected_with(422, &ErrorCode::FormCodeIncorrect)?;
        expect_same("the status", &Some(Status::NeedsClientTrust), &caller.reload().await?.status)?;
        caller.attempt(Which::Second, Strategy::EmailCode, &code).await?.at(&Status::Complete)?;
        Ok(())
    }

    pub(super) async fn trusted_client_is_not_asked_again(&self) -> Outcome {
        let (mut caller, user) = self.at_client_trust().await?;
        caller.become_trusted(&user).await?;
        caller.call(Request::EndSessions).await?.accepted()?;
        caller.enter_password(&user).await?.at(&Status::Complete)?;
        Ok(())
    }

    pub(super) async fn trust_belongs_to_one_client(&self) -> Outcome {
        let (mut caller, user) = self.at_client_trust().await?;
        caller.become_trusted(&user).await?;
        self.caller().enter_password(&user).await?.at(&Status::NeedsClientTrust)?;
        Ok(())
    }

    pub(super) async fn trust_belongs_to_one_user(&self) -> Outcome {
        let (mut caller, user) = self.at_client_trust().await?;
        caller.become_trusted(&user).await?;
        caller.call(Request::EndSessions).await?.accepted()?;
        let other = self.user(WantedUser::new().password()).await?;
        caller.enter_password(&other).await?.at(&Status::NeedsClientTrust)?;
        Ok(())
    }

    pub(super) async fn only_a_password_needs_client_trust(&self) -> Outcome {
        self.with_client_trust()?;
        let user = self.user(WantedUser::new().password()).await?;
        self.caller().sign_in_by_code(&user).await?;
        Ok(())
    }

    fn with_client_trust(&self) -> Outcome {
        Self::only_if(self.instance().client_trust, "the instance trusts new clients")
    }

    /// Signs in with a password on a new client.
    async fn at_client_trust(&self) -> Outcome<(Caller<'_>, TestUser)> {
        self.with_client_trust()?;
        let user = self.user(WantedUser::new().password()).await?;
        let mut caller = self.caller();
        caller.enter_password(&user).await?.at(&Status::NeedsClientTrust)?;
        Ok((caller, user))
    }
}
