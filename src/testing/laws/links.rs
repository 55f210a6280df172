//! Links that are sent by email.

use super::WantedUser;
use super::caller::{Caller, Which, preparing};
use super::law::Outcome;
use super::trial::{Trial, expect, expect_same};
use crate::wire::{PrepareFactor, Secret, SignInAttempt, Status, Strategy, VerificationStatus};

/// The page to which the links lead.
const PAGE: &str = "https://app.example/verified";

impl Trial<'_> {
    pub(super) async fn opened_link_completes_the_sign_in(&self) -> Outcome {
        let (mut caller, _, link) = self.link_sent().await?;
        self.open(&link).await?;
        let complete = caller.reload().await?;
        expect_same("the status", &Some(Status::Complete), &complete.status)?;
        expect_same("the verification", &Some(VerificationStatus::Verified), &verification(&complete))?;
        expect(complete.created_session_id.is_some(), "a session", &complete.created_session_id)
    }

    pub(super) async fn unopened_link_verifies_nothing(&self) -> Outcome {
        let (mut caller, _, _) = self.link_sent().await?;
        let waiting = caller.reload().await?;
        expect_same("the status", &Some(Status::NeedsFirstFactor), &waiting.status)?;
        expect_same("the verification", &Some(VerificationStatus::Unverified), &verification(&waiting))
    }

    pub(super) async fn opened_link_is_seen_on_the_client(&self) -> Outcome {
        let (mut caller, _, link) = self.link_sent().await?;
        self.open(&link).await?;
        let client = caller.read_client().await?;
        let shown = client.sign_in.as_deref().map(|sign_in| (sign_in.id.clone(), sign_in.status.clone()));
        let expected = Some((caller.sign_in.id.clone(), Some(Status::Complete)));
        expect_same("the client's sign-in", &expected, &shown)?;
        expect(!client.sessions.is_empty(), "the new session on the client", &"no session")
    }

    pub(super) async fn only_the_newest_link_works(&self) -> Outcome {
        let (mut caller, address, older) = self.link_sent().await?;
        self.wait_to_resend().await?;
        send_link(&mut caller).await?;
        let newer = self.link(&address).await?;
        self.open(&older).await?;
        expect_same("the status", &Some(Status::NeedsFirstFactor), &caller.reload().await?.status)?;
        self.open(&newer).await?;
        expect_same("the status", &Some(Status::Complete), &caller.reload().await?.status)
    }

    pub(super) async fn expired_link_verifies_nothing(&self) -> Outcome {
        let (mut caller, _, link) = self.link_sent().await?;
        self.advance(self.instance().code_lifetime).await?;
        self.open(&link).await?;
        let expired = caller.reload().await?;
        expect_same("the status", &Some(Status::NeedsFirstFactor), &expired.status)?;
        expect_same("the verification", &Some(VerificationStatus::Expired), &verification(&expired))
    }

    /// Begins a sign-in and sends a link. Returns the client, the address and the link.
    async fn link_sent(&self) -> Outcome<(Caller<'_>, String, Secret)> {
        Self::only_if(self.instance().email_links, "the instance has no email links")?;
        let address = self.user(WantedUser::new()).await?.email_address;
        let mut caller = self.caller();
        caller.identify(&address).await?.at(&Status::NeedsFirstFactor)?;
        send_link(&mut caller).await?;
        let link = self.link(&address).await?;
        Ok((caller, address, link))
    }
}

async fn send_link(caller: &mut Caller<'_>) -> Outcome {
    let factor = caller.factor(Which::First, &Strategy::EmailLink)?;
    let mut prepare = PrepareFactor::new(&caller.sign_in.id, &factor);
    prepare.redirect_url = Some(PAGE.to_owned());
    caller.call(preparing(Which::First, prepare)).await?.at(&Status::NeedsFirstFactor)?;
    Ok(())
}

fn verification(sign_in: &SignInAttempt) -> Option<VerificationStatus> {
    sign_in.first_factor_verification.as_ref().and_then(|verification| verification.status.clone())
}
