//! Steps for codes, links and passkeys at each of the three stages (first factor, second factor, and client trust).

use super::code_sent::prepare_code;
use super::factors::{choose, with_id};
use super::link_sent::prepare_link;
use super::passkey_challenged::challenge_passkey;
use super::{CodeSent, LinkSent, PasskeyChallenged, Stage};
use crate::error::ErrorKind;
use crate::sign_in::core::SignIn;
use crate::sign_in::step_error::StepError;
use crate::wire::{Channel, Factor, Strategy};

/// Codes, links and passkeys at each of the three stages (first factor, second factor, and client trust).
impl<S: Stage> SignIn<S> {
    /// `S` → `CodeSent<S>`: sends a code to one of the supported factors of this stage.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor` or `…/prepare_second_factor`
    ///
    /// Use this step, for example, if the user chose the factor from a list.
    ///
    /// # Errors
    /// The errors are those of `send_email_code`. The step also fails with `FactorNotFound` if no code can be sent to
    /// the factor.
    pub async fn send_code(self, factor: &Factor) -> Result<SignIn<CodeSent<S>>, StepError<S>> {
        if factor.strategy.is_sent_code() {
            prepare_code(self, factor.clone(), None).await
        } else {
            Err(StepError::stayed(ErrorKind::FactorNotFound { strategy: factor.strategy.clone() }, self))
        }
    }

    /// `S` → `CodeSent<S>`, without a call: goes back to a code that was already sent.
    ///
    /// Use this step after [`SignIn<CodeSent<S>>::choose_another`](SignIn#method.choose_another).
    ///
    /// # Errors
    /// If there is no such code, the sign-in is handed back unchanged.
    pub fn code_sent(self) -> Result<SignIn<CodeSent<S>>, Self> {
        self.back_to()
    }

    /// `S` → `LinkSent<S>`: sends a link to the user's email address.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor` or `…/prepare_second_factor`
    ///
    /// If the user typed an email address as the identifier, the link is sent to that address, whatever its case.
    /// Otherwise, it is sent to the user's [default](Factor::default) or first email address. The link leads to the
    /// page at `page_url`. A relative URL is resolved against the client's [`origin`](crate::ClientBuilder::origin).
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `FactorNotFound`: the user cannot use a link at this stage; nothing was sent.
    /// - `AmbiguousFactor`: several masked addresses may be the one that the user typed; nothing was sent.
    /// - `InvalidUrl`: the page's URL is relative, but the client has no origin.
    /// - `Rejected`: a link was sent a moment ago (`verification_code_too_many_requests`). The time to wait is in
    ///   [`retry_after`](crate::Error::retry_after).
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the attempt is in another state. In that case, no link was sent.
    #[doc(alias = "sendLink")]
    #[doc(alias = "prepareFirstFactor")]
    #[doc(alias = "prepareSecondFactor")]
    pub async fn send_email_link(self, page_url: &str) -> Result<SignIn<LinkSent<S>>, StepError<S>> {
        match choose(S::factors(&self.core.attempt), &Strategy::EmailLink, self.identifier()) {
            Ok(factor) => prepare_link(self, factor, page_url).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// Works like [`send_email_link`](SignIn#method.send_email_link-1), but sends the link to the email address with
    /// this id.
    ///
    /// # Errors
    /// The errors are those of [`send_email_link`](SignIn#method.send_email_link-1). The server checks that the address
    /// belongs to the user.
    #[doc(alias = "createEmailLinkFlow")]
    #[doc(alias = "startEmailLinkFlow")]
    pub async fn send_email_link_to(
        self,
        email_address_id: &str,
        page_url: &str,
    ) -> Result<SignIn<LinkSent<S>>, StepError<S>> {
        let factor = with_id(S::factors(&self.core.attempt), &Strategy::EmailLink, email_address_id);
        prepare_link(self, factor, page_url).await
    }

    /// `S` → `LinkSent<S>`, without a call: goes back to a link that was already sent.
    ///
    /// Use this step after [`SignIn<LinkSent<S>>::choose_another`](SignIn#method.choose_another-1).
    ///
    /// # Errors
    /// If there is no such link, the sign-in is handed back unchanged.
    pub fn link_sent(self) -> Result<SignIn<LinkSent<S>>, Self> {
        self.back_to()
    }

    /// `S` → `PasskeyChallenged<S>`, without a call: goes back to an unanswered challenge.
    ///
    /// Use this step after [`SignIn<PasskeyChallenged<S>>::choose_another`](SignIn#method.choose_another-2).
    ///
    /// # Errors
    /// If there is no unanswered challenge, the sign-in is handed back unchanged.
    pub fn passkey_challenged(self) -> Result<SignIn<PasskeyChallenged<S>>, Self> {
        self.back_to()
    }

    /// Sends a code to the email address or phone number that the user typed as the identifier. See
    /// [`choose`] for other identifiers.
    pub(super) async fn send_code_by(
        self,
        strategy: Strategy,
        channel: Option<Channel>,
    ) -> Result<SignIn<CodeSent<S>>, StepError<S>> {
        match choose(S::factors(&self.core.attempt), &strategy, self.identifier()) {
            Ok(factor) => prepare_code(self, factor, channel).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// Sends a code to the email address or phone number with this id.
    pub(super) async fn send_code_to(
        self,
        strategy: Strategy,
        id: &str,
        channel: Option<Channel>,
    ) -> Result<SignIn<CodeSent<S>>, StepError<S>> {
        let factor = with_id(S::factors(&self.core.attempt), &strategy, id);
        prepare_code(self, factor, channel).await
    }

    /// Requests a challenge that each of the user's passkeys can answer, if this stage offers passkeys.
    pub(super) async fn challenge_any_passkey(self) -> Result<SignIn<PasskeyChallenged<S>>, StepError<S>> {
        match choose(S::factors(&self.core.attempt), &Strategy::Passkey, None) {
            Ok(_) => challenge_passkey(self, Factor::new(Strategy::Passkey)).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }
}
