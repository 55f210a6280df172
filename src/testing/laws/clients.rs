//! Clients and their tokens.

use super::WantedUser;
use super::caller::{Reply, Which};
use super::law::{Outcome, Unmet};
use super::trial::{Trial, expect, expect_same, wrong};
use crate::backend::{CallContext, Identity};
use crate::wire::{Answer, AttemptFactor, CreateSignIn, ErrorCode, GetSignIn, Request, Status, Strategy, TokenUpdate};

impl Trial<'_> {
    pub(super) async fn first_write_creates_the_client(&self) -> Outcome {
        let mut caller = self.caller();
        let reply = caller.create(CreateSignIn::new()).await?;
        expect_a_token(&reply)?;
        expect(!caller.known()?.id.is_empty(), "a client with an id", &"an empty id")
    }

    pub(super) async fn every_native_answer_carries_a_token(&self) -> Outcome {
        let user = self.user(WantedUser::new().password()).await?;
        let mut caller = self.caller();
        expect_a_token(&caller.identify(&user.email_address).await?)?;
        expect_a_token(&caller.prepare(Which::First, &Strategy::EmailCode).await?)?;
        let code = self.code(&user.email_address).await?;
        let rejected = caller.attempt_email_code(&wrong(&code)).await?;
        expect_a_token(&rejected)?;
        rejected.rejected()?;
        let get = Request::GetSignIn(GetSignIn::new(&caller.sign_in.id));
        expect_a_token(&caller.call(get).await?)?;
        expect_a_token(&caller.call(Request::GetClient).await?)
    }

    pub(super) async fn newest_token_identifies_the_client(&self) -> Outcome {
        let user = self.user(WantedUser::new()).await?;
        let mut caller = self.caller();
        caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        let id = caller.known()?.id;
        for _ in 0..3 {
            caller.reload().await?;
            expect_same("the client", &id, &caller.known()?.id)?;
        }
        expect_same("the client", &id, &caller.read_client().await?.id)
    }

    pub(super) async fn token_before_the_newest_still_works(&self) -> Outcome {
        let user = self.user(WantedUser::new()).await?;
        let mut caller = self.caller();
        caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        let mut late = caller.clone();
        let answer_is_lost = caller.reload().await?;
        expect_same("the sign-in", &answer_is_lost.id, &late.reload().await?.id)
    }

    pub(super) async fn unknown_token_is_rejected(&self) -> Outcome {
        let mut caller = self.caller();
        caller.token = Some("made-up".into());
        caller.create(CreateSignIn::new()).await?.rejected_with(401, &ErrorCode::AuthenticationInvalid)?;
        Ok(())
    }

    pub(super) async fn new_clients_are_different(&self) -> Outcome {
        let (mut one, mut other) = (self.caller(), self.caller());
        one.create(CreateSignIn::new()).await?.accepted()?;
        other.create(CreateSignIn::new()).await?.accepted()?;
        expect(one.known()?.id != other.known()?.id, "two clients", &"the same id twice")?;
        expect(one.token != other.token, "two tokens", &"the same token twice")
    }

    pub(super) async fn new_client_may_read(&self) -> Outcome {
        self.caller().call(Request::GetClient).await?.accepted()?;
        // This call has no identity at all, as that of a page that only shows the app's name.
        let answer = self.backend.call(CallContext::new(Identity::Anonymous), Request::GetEnvironment).await;
        match answer.map(|response| response.result) {
            Ok(Ok(Answer::Environment(_))) => Ok(()),
            Ok(Ok(_)) => Err(Unmet::broken("the environment", "another answer")),
            Ok(Err(rejection)) => Err(Unmet::broken("the environment", format!("{} {rejection}", rejection.status))),
            Err(error) => Err(Unmet::broken("the environment", error.to_string())),
        }
    }

    pub(super) async fn another_clients_sign_in_is_not_found(&self) -> Outcome {
        let user = self.user(WantedUser::new()).await?;
        let (mut owner, mut stranger) = (self.caller(), self.caller());
        stranger.create(CreateSignIn::new()).await?.accepted()?;
        owner.create_sending(&user.email_address, Strategy::EmailCode).await?.at(&Status::NeedsFirstFactor)?;
        let (id, code) = (owner.sign_in.id.as_str(), self.code(&user.email_address).await?);

        let read = Request::GetSignIn(GetSignIn::new(id));
        stranger.call(read).await?.rejected_with(404, &ErrorCode::ResourceNotFound)?;
        let attempt = AttemptFactor::code(id, Strategy::EmailCode, code.expose());
        stranger.call(Request::AttemptFirstFactor(attempt)).await?.rejected()?;
        owner.attempt_email_code(&code).await?.at(&Status::Complete)?;
        Ok(())
    }

    pub(super) async fn call_without_the_token_is_another_client(&self) -> Outcome {
        let user = self.user(WantedUser::new()).await?;
        let mut caller = self.caller();
        caller.create_sending(&user.email_address, Strategy::EmailCode).await?.at(&Status::NeedsFirstFactor)?;
        let code = self.code(&user.email_address).await?;
        caller.token = None;
        caller.attempt_email_code(&code).await?.rejected()?;
        Ok(())
    }
}

fn expect_a_token(reply: &Reply) -> Outcome {
    let carried = matches!(&reply.response.token, TokenUpdate::Replaced(token) if !token.expose().is_empty());
    expect(carried, "an answer with a token", &reply.response.token)
}
