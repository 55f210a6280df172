//! What a rejection carries.

use super::WantedUser;
use super::law::Outcome;
use super::trial::{Trial, expect, expect_same, wrong};
use crate::wire::{ClientUpdate, CreateSignIn, ErrorCode, GetSignIn, Request, Status, Strategy};

impl Trial<'_> {
    pub(super) async fn rejection_shows_the_client(&self) -> Outcome {
        let user = self.user(WantedUser::new()).await?;
        let mut caller = self.caller();
        caller.create_sending(&user.email_address, Strategy::EmailCode).await?.at(&Status::NeedsFirstFactor)?;
        let code = self.code(&user.email_address).await?;
        let reply = caller.attempt_email_code(&wrong(&code)).await?;
        let shown = match &reply.response.client {
            ClientUpdate::Known(client) => client.sign_in.clone(),
            _ => None,
        };
        reply.rejected()?;
        let id = shown.as_ref().map(|sign_in| sign_in.id.clone());
        expect_same("the sign-in in the rejection", &Some(caller.sign_in.id.clone()), &id)?;
        let now = caller.reload().await?;
        expect_same("the sign-in", &Some(Box::new(now)), &shown)
    }

    pub(super) async fn rejection_says_why(&self) -> Outcome {
        let user = self.user(WantedUser::new()).await?;
        let mut caller = self.caller();
        caller.create_sending(&user.email_address, Strategy::EmailCode).await?.at(&Status::NeedsFirstFactor)?;
        let code = self.code(&user.email_address).await?;
        let wrong_code = caller.attempt_email_code(&wrong(&code)).await?.rejected()?;
        let unknown = caller.call(Request::GetSignIn(GetSignIn::new("sia_made_up"))).await?.rejected()?;
        let ticket = self.caller().create_with_ticket(&"made-up".into()).await?.rejected()?;
        for rejection in [wrong_code, unknown, ticket] {
            let is_said = |error: &crate::wire::ApiError| !error.code.as_str().is_empty() && !error.message.is_empty();
            let says_why = !rejection.errors.is_empty() && rejection.errors.iter().all(is_said);
            expect(says_why, "errors with a code and a message", &super::caller::shown(&rejection))?;
        }
        Ok(())
    }

    pub(super) async fn rejection_names_the_parameter(&self) -> Outcome {
        let user = self.user(WantedUser::new().password()).await?;
        let mut caller = self.caller();
        caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        let rejection = caller.attempt_password(&"not-the-password".into()).await?.rejected()?;
        let named = rejection.errors.first().and_then(|error| error.meta.param_name.clone());
        expect_same("the parameter", &Some("password".to_owned()), &named)
    }

    pub(super) async fn unknown_sign_in_is_not_found(&self) -> Outcome {
        let mut caller = self.caller();
        caller.create(CreateSignIn::new()).await?.at(&Status::NeedsIdentifier)?;
        let read = Request::GetSignIn(GetSignIn::new("sia_made_up"));
        caller.call(read).await?.rejected_with(404, &ErrorCode::ResourceNotFound)?;
        expect_same("the status", &Some(Status::NeedsIdentifier), &caller.reload().await?.status)
    }
}
