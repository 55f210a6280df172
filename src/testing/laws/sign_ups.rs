//! Sign-ins of unknown users, which can become sign-ups.

use super::WantedUser;
use super::caller::{Caller, Reply, Which};
use super::law::{Outcome, Unmet};
use super::trial::{Trial, expect, expect_same};
use crate::wire::{Answer, CreateSignIn, CreateSignUp, ErrorCode, Request, SignUpStatus, Status, Strategy};

impl Trial<'_> {
    pub(super) async fn sign_up_if_missing_hides_who_is_known(&self) -> Outcome {
        self.with_sign_ups()?;
        let known = self.user(WantedUser::new().password()).await?.email_address;
        let unknown = self.unused_address().await?;
        for address in [known, unknown] {
            let mut caller = self.caller();
            identify_or_sign_up(&mut caller, &address).await?.at(&Status::NeedsFirstFactor)?;
            caller.factor(Which::First, &Strategy::EmailCode)?;
        }
        Ok(())
    }

    pub(super) async fn verified_unknown_address_is_transferable(&self) -> Outcome {
        let caller = self.transferable().await?;
        let shown = caller.known()?.sign_in.is_some_and(|sign_in| sign_in.is_transferable());
        expect(shown, "a transferable sign-in in the rejection", &caller.known()?.sign_in)?;
        let sessions = caller.known()?.sessions;
        expect(sessions.is_empty(), "no session", &sessions)
    }

    pub(super) async fn sign_up_takes_over_the_sign_in(&self) -> Outcome {
        let mut caller = self.transferable().await?;
        let address = caller.sign_in.identifier.clone();
        let answer = caller.call(Request::CreateSignUp(transfer())).await?.accepted()?;
        let Answer::SignUpAttempt(sign_up) = answer else {
            return Err(Unmet::broken("a sign-up", "another answer"));
        };
        expect_same("the address", &address, &sign_up.email_address)?;
        let goes_on = matches!(sign_up.status, Some(SignUpStatus::Complete | SignUpStatus::MissingRequirements));
        expect(goes_on, "a sign-up that is complete or goes on", &sign_up.status)?;
        let client = caller.read_client().await?;
        expect(client.sign_in.is_none(), "no sign-in on the client", &client.sign_in)?;
        caller.call(Request::CreateSignUp(transfer())).await?.rejected()?;
        Ok(())
    }

    pub(super) async fn only_a_transferable_sign_in_becomes_a_sign_up(&self) -> Outcome {
        self.with_sign_ups()?;
        let address = self.unused_address().await?;
        let mut caller = self.caller();
        identify_or_sign_up(&mut caller, &address).await?.at(&Status::NeedsFirstFactor)?;
        let reply = caller.call(Request::CreateSignUp(transfer())).await?;
        reply.rejected_with(400, &ErrorCode::AccountTransferInvalid)?;
        Ok(())
    }

    fn with_sign_ups(&self) -> Outcome {
        Self::only_if(self.instance().sign_ups, "unknown users cannot sign up")
    }

    /// Verifies an address that belongs to no user.
    async fn transferable(&self) -> Outcome<Caller<'_>> {
        self.with_sign_ups()?;
        let address = self.unused_address().await?;
        let mut caller = self.caller();
        identify_or_sign_up(&mut caller, &address).await?.at(&Status::NeedsFirstFactor)?;
        caller.prepare(Which::First, &Strategy::EmailCode).await?.at(&Status::NeedsFirstFactor)?;
        let code = self.code(&address).await?;
        let reply = caller.attempt_email_code(&code).await?;
        reply.rejected_with(404, &ErrorCode::SignUpIfMissingTransfer)?;
        Ok(caller)
    }
}

async fn identify_or_sign_up(caller: &mut Caller<'_>, address: &str) -> Outcome<Reply> {
    let mut create = CreateSignIn::with_identifier(address);
    create.sign_up_if_missing = Some(true);
    caller.create(create).await
}

fn transfer() -> CreateSignUp {
    CreateSignUp { transfer: Some(true), ..CreateSignUp::default() }
}
