//! `POST /v1/client/sign_ins`: how a sign-in begins, and how it ends if nobody finishes it.

use super::WantedUser;
use super::caller::Which;
use super::law::Outcome;
use super::trial::{Trial, expect, expect_same, wrong};
use crate::wire::{CreateSignIn, ErrorCode, GetSignIn, Request, Secret, Status, Strategy};

impl Trial<'_> {
    pub(super) async fn create_without_an_identifier_needs_one(&self) -> Outcome {
        let sign_in = self.caller().create(CreateSignIn::new()).await?.at(&Status::NeedsIdentifier)?;
        expect(sign_in.identifier.is_none(), "no identifier", &sign_in.identifier)
    }

    pub(super) async fn identifier_leads_to_the_first_factors(&self) -> Outcome {
        let user = self.user(WantedUser::new().password()).await?;
        let mut caller = self.caller();
        let sign_in = caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        expect_same("the identifier", &Some(user.email_address), &sign_in.identifier)?;
        caller.factor(Which::First, &Strategy::Password)?;
        let by_email = caller.factor(Which::First, &Strategy::EmailCode)?;
        expect(by_email.email_address_id.is_some(), "a factor with the id of its address", &by_email)
    }

    pub(super) async fn unknown_identifier_is_rejected(&self) -> Outcome {
        let is_told = !self.instance().hides_unknown_identifiers;
        Self::only_if(is_told, "the instance hides unknown identifiers")?;
        let address = self.unused_address().await?;
        self.caller().identify(&address).await?.rejected_with(422, &ErrorCode::FormIdentifierNotFound)?;
        Ok(())
    }

    pub(super) async fn hidden_identifier_is_answered_like_a_known_one(&self) -> Outcome {
        let is_hidden = self.instance().hides_unknown_identifiers;
        Self::only_if(is_hidden, "the instance does not hide unknown identifiers")?;
        let known = self.user(WantedUser::new().password()).await?.email_address;
        let unknown = self.unused_address().await?;
        let mut told = Vec::new();
        for address in [known, unknown] {
            let mut caller = self.caller();
            let status = caller.identify(&address).await?.at(&Status::NeedsFirstFactor)?.status;
            caller.factor(Which::First, &Strategy::Password)?;
            caller.factor(Which::First, &Strategy::EmailCode)?;
            let rejection = caller.attempt_password(&"not-the-password".into()).await?.rejected()?;
            let codes: Vec<_> = rejection.errors.into_iter().map(|error| error.code).collect();
            told.push((status, rejection.status, codes));
        }
        let is_same = told.first() == told.last();
        expect(is_same, "the same answers for a known and an unknown identifier", &told)
    }

    pub(super) async fn create_replaces_the_current_sign_in(&self) -> Outcome {
        let user = self.user(WantedUser::new()).await?;
        let mut caller = self.caller();
        let first = caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        let second = caller.create(CreateSignIn::new()).await?.at(&Status::NeedsIdentifier)?;
        expect(first.id != second.id, "a new id", &second.id)?;
        let shown = caller.read_client().await?.sign_in.map(|sign_in| sign_in.id);
        expect_same("the client's sign-in", &Some(second.id), &shown)
    }

    pub(super) async fn step_on_a_replaced_sign_in_is_rejected(&self) -> Outcome {
        let user = self.user(WantedUser::new()).await?;
        let mut caller = self.caller();
        let replaced = caller.create_sending(&user.email_address, Strategy::EmailCode).await?;
        let replaced = replaced.at(&Status::NeedsFirstFactor)?;
        let code = self.code(&user.email_address).await?;
        let newer = caller.create(CreateSignIn::new()).await?.at(&Status::NeedsIdentifier)?;

        caller.sign_in = replaced;
        caller.attempt_email_code(&code).await?.rejected_with(403, &ErrorCode::ResourceForbidden)?;
        expect_same("the status", &Some(Status::NeedsFirstFactor), &caller.reload().await?.status)?;
        let shown = caller.read_client().await?.sign_in.map(|sign_in| sign_in.id);
        expect_same("the client's sign-in", &Some(newer.id), &shown)
    }

    pub(super) async fn right_password_at_create_verifies_at_once(&self) -> Outcome {
        let user = self.user(WantedUser::new().password().totp()).await?;
        self.caller().enter_password(&user).await?.at(&Status::NeedsSecondFactor)?;
        Ok(())
    }

    pub(super) async fn wrong_password_at_create_keeps_the_sign_in(&self) -> Outcome {
        let is_told = !self.instance().hides_unknown_identifiers;
        Self::only_if(is_told, "the instance hides unknown identifiers")?;
        let user = self.user(WantedUser::new().password().totp()).await?;
        let mut caller = self.caller();
        let right = user.password.clone().unwrap_or_else(|| Secret::from(""));
        let reply = caller.create_with_password(&user.email_address, &wrong(&right)).await?;
        reply.rejected_with(422, &ErrorCode::FormPasswordIncorrect)?;

        let kept = caller.known()?.sign_in.and_then(|sign_in| sign_in.status);
        expect_same("the sign-in in the rejection", &Some(Status::NeedsFirstFactor), &kept)?;
        caller.attempt_password(&right).await?.at(&Status::NeedsSecondFactor)?;
        Ok(())
    }

    pub(super) async fn code_strategy_at_create_sends_the_code(&self) -> Outcome {
        let user = self.user(WantedUser::new()).await?;
        let mut caller = self.caller();
        let reply = caller.create_sending(&user.email_address, Strategy::EmailCode).await?;
        let pending = reply.at(&Status::NeedsFirstFactor)?.first_factor_verification;
        let is_pending = pending.as_ref().is_some_and(|pending| pending.is_pending());
        expect(is_pending, "a pending verification", &pending)?;
        let code = self.code(&user.email_address).await?;
        caller.attempt_email_code(&code).await?.at(&Status::Complete)?;
        Ok(())
    }

    pub(super) async fn locale_given_at_create_is_shown(&self) -> Outcome {
        let mut create = CreateSignIn::new();
        (create.locale, create.timezone) = (Some("de-DE".to_owned()), Some("Europe/Berlin".to_owned()));
        let mut caller = self.caller();
        caller.create(create).await?.at(&Status::NeedsIdentifier)?;
        let sign_in = caller.reload().await?;
        expect_same("the language", &Some("de-DE".to_owned()), &sign_in.locale)?;
        expect_same("the time zone", &Some("Europe/Berlin".to_owned()), &sign_in.timezone)
    }

    pub(super) async fn abandoned_sign_in_is_not_found(&self) -> Outcome {
        let user = self.user(WantedUser::new()).await?;
        let mut caller = self.caller();
        caller.identify(&user.email_address).await?.at(&Status::NeedsFirstFactor)?;
        let half = self.instance().attempt_lifetime / 2;
        self.advance(half).await?;
        // The client is still in use, so only the sign-in has come to its end.
        caller.reload().await?;
        self.advance(half).await?;
        let read = Request::GetSignIn(GetSignIn::new(&caller.sign_in.id));
        caller.call(read).await?.rejected_with(404, &ErrorCode::ResourceNotFound)?;
        Ok(())
    }
}
