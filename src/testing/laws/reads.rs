//! Reads: they change nothing, and all show the same.

use super::WantedUser;
use super::caller::Caller;
use super::law::Outcome;
use super::trial::{Trial, expect_same, wrong};
use crate::wire::{Secret, SignInAttempt, Status, Strategy};

impl Trial<'_> {
    pub(super) async fn reading_a_sign_in_changes_nothing(&self) -> Outcome {
        let (mut caller, sent, _) = self.pending().await?;
        for _ in 0..2 {
            expect_same("the sign-in", &sent, &caller.reload().await?)?;
        }
        Ok(())
    }

    pub(super) async fn reading_the_client_changes_nothing(&self) -> Outcome {
        let (mut caller, _, _) = self.pending().await?;
        let before = caller.known()?;
        for _ in 0..2 {
            expect_same("the client", &before, &caller.read_client().await?)?;
        }
        Ok(())
    }

    pub(super) async fn sign_in_is_the_same_everywhere(&self) -> Outcome {
        let (mut caller, _, code) = self.pending().await?;
        caller.attempt_email_code(&wrong(&code)).await?.rejected()?;
        let in_rejection = caller.known()?.sign_in;
        let by_id = Some(Box::new(caller.reload().await?));
        expect_same("the sign-in", &by_id, &in_rejection)?;
        expect_same("the sign-in", &by_id, &caller.known()?.sign_in)?;
        expect_same("the sign-in", &by_id, &caller.read_client().await?.sign_in)
    }

    pub(super) async fn reading_does_not_use_up_a_code(&self) -> Outcome {
        let (mut caller, _, code) = self.pending().await?;
        for _ in 0..3 {
            caller.reload().await?;
            caller.read_client().await?;
        }
        caller.attempt_email_code(&code).await?.at(&Status::Complete)?;
        Ok(())
    }

    /// Begins a sign-in and sends a code. Returns the client, the sign-in and the code.
    async fn pending(&self) -> Outcome<(Caller<'_>, SignInAttempt, Secret)> {
        let user = self.user(WantedUser::new().password()).await?;
        let mut caller = self.caller();
        let reply = caller.create_sending(&user.email_address, Strategy::EmailCode).await?;
        let sent = reply.at(&Status::NeedsFirstFactor)?;
        let code = self.code(&user.email_address).await?;
        Ok((caller, sent, code))
    }
}
