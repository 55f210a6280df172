//! A link that was sent by email for the first factor, the second factor, or client trust.

use std::sync::Arc;

use super::{Stage, Started, State, sealed};
use crate::platform::Timer;
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::link_wait::LinkWait;
use crate::sign_in::state_kind::StateKind;
use crate::sign_in::step_error::StepError;
use crate::wire::{Factor, PrepareFactor, Strategy, Timestamp, Verification};

/// A sign-in that waits until somebody opens the link that was emailed at the stage `S`.
///
/// `S` is [`NeedsFirstFactor`], [`NeedsSecondFactor`] or [`NeedsClientTrust`]. The link can be opened in any browser
/// on any computer or phone. It leads to the page that was specified when the link was sent. On that
/// page, [`Landing`](crate::Landing) shows whether the verification succeeded. If the link expires or fails, the
/// sign-in stays in this state, so the app can send another link or choose another factor.
///
/// This state comes after `S`, or after [`NeedsIdentifier`] if the link was sent in the first call.
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`wait_for_verification`](SignIn::wait_for_verification) | asks the server until the link is opened | the outcome of `S`: [`AfterFirstFactor`], [`AfterSecondFactor`] or [`AfterClientTrust`] |
/// | [`resend`](SignIn#method.resend-1) | sends a new link | [`LinkSent`] |
/// | [`choose_another`](SignIn#method.choose_another-1) | goes back, without a call | `S` |
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AfterFirstFactor, Client};
/// # futures::executor::block_on(async {
/// # let fake = FakeBackend::demo();
/// # let timer = fake.clock().clone();
/// # let client = Client::new(fake.clone());
/// let page = "https://example.com/verified";
/// let sent = client.sign_in().send_email_link("grace@example.com", page).await?;
/// # fake.open_link(fake.outbox().pop().unwrap().link().unwrap().expose()).unwrap();
/// match sent.wait_for_verification(timer).await? {
///     AfterFirstFactor::Complete(grace) => grace.finalize().await?,
///     other => return Err(other.unhandled()),
/// };
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
///
/// [`NeedsFirstFactor`]: crate::NeedsFirstFactor
/// [`NeedsSecondFactor`]: crate::NeedsSecondFactor
/// [`NeedsClientTrust`]: crate::NeedsClientTrust
/// [`AfterFirstFactor`]: crate::AfterFirstFactor
/// [`AfterSecondFactor`]: crate::AfterSecondFactor
/// [`AfterClientTrust`]: crate::AfterClientTrust
/// [`NeedsIdentifier`]: crate::NeedsIdentifier
#[derive(Debug)]
pub struct LinkSent<S>(pub(crate) S);

/// Steps that are possible after a link was sent. They are the same at every stage.
impl<S: Stage> SignIn<LinkSent<S>> {
    /// `LinkSent<S>` → the outcome of `S`: waits until the link is opened in any browser.
    /// `GET /v1/client/sign_ins/{id}`, repeatedly
    ///
    /// Await the returned [`LinkWait`]. Its methods set how often it asks the server and when it gives up. Dropping it
    /// stops the wait, but nothing is lost. The link keeps working, and [`Client::resume`](crate::Client::resume) finds
    /// the sign-in.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Link` with [`LinkError`](crate::LinkError) `NotVerified`: the link expired or failed. Send another link, or
    ///   choose another factor.
    /// - `Link` with [`LinkError`](crate::LinkError) `NotOpened`: nobody opened the link during the wait. Wait again,
    ///   or send another link.
    /// - `Rejected`: the server no longer has the attempt (`resource_not_found`).
    ///
    /// [`StepError::Moved`] if the attempt now waits for something else, for example for a code that another handle
    /// requested.
    ///
    /// The wait continues even if an answer is lost or the server is busy (429, 5xx). The request is repeated after the
    /// delay that the server asks for ([`retry_after`](crate::Error::retry_after)).
    #[doc(alias = "waitForVerification")]
    #[doc(alias = "startEmailLinkFlow")]
    #[doc(alias = "cancelEmailLinkFlow")]
    pub fn wait_for_verification(self, timer: impl Timer + 'static) -> LinkWait<S> {
        LinkWait::new(self, Arc::new(timer))
    }

    /// `LinkSent<S>` → `LinkSent<S>`: sends a new link to the same address. The old link stops working.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor` or `…/prepare_second_factor`
    ///
    /// The link leads to `page_url`, as in [`SignIn<S>::send_email_link`](SignIn#method.send_email_link-1). The URL
    /// must be passed again, because the server does not report where the previous link led.
    ///
    /// Like [`SignIn<CodeSent<S>>::resend`](SignIn#method.resend), the step may begin a new attempt with the same
    /// identifier.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the last link was sent less than [`RESEND_INTERVAL`](Verification::RESEND_INTERVAL) ago
    ///   (`verification_code_too_many_requests`). [`retry_after`](crate::Error::retry_after) says how long to wait.
    /// - `FactorNotFound`: the server no longer lists the factor, so nothing was sent.
    /// - `AmbiguousFactor`: [`sent_to`](SignIn#method.sent_to-1) returns `None`, and several masked addresses may be
    ///   the one that the user typed. Nothing was sent.
    /// - `InvalidUrl`: the page's URL is relative, but the client has no [`origin`](crate::ClientBuilder::origin).
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the attempt is in another state. In that case, no link was sent.
    pub async fn resend(self, page_url: &str) -> Result<SignIn<LinkSent<S>>, StepError<LinkSent<S>>> {
        if let Some((strategy, identifier)) = self.begun_with(self.verification()) {
            return match self.client().resolve(page_url) {
                Ok(url) => self.create_sent(strategy, &identifier, Some(url)).await,
                Err(error) => Err(StepError::stayed(error, self)),
            };
        }
        match self.factor_again(self.verification(), S::factors(&self.core.attempt), &Strategy::EmailLink) {
            Ok(factor) => prepare_link(self, factor, page_url).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// `LinkSent<S>` → `S`, without a call: goes back, so that another factor can be verified.
    ///
    /// The link keeps working until another one is sent.
    pub fn choose_another(self) -> SignIn<S> {
        self.with_state(S::stage())
    }

    /// The factor with the address to which the link was sent.
    ///
    /// The server does not report which factor was used. The result is `None` if another handle sent the link, or if
    /// the answer was lost and [`Client::resume`](crate::Client::resume) was called. A
    /// [`Checkpoint`](crate::Checkpoint) stores the factor. The result is also `None` if the server chose among several
    /// addresses in the first call, and its answer does not show which one.
    #[must_use]
    pub fn sent_to(&self) -> Option<&Factor> {
        self.chosen_for(self.verification())
    }

    /// The verification of the link, which shows whether the link is pending, has expired or has failed.
    #[must_use]
    pub fn verification(&self) -> Option<&Verification> {
        S::verification(&self.core.attempt)
    }

    /// The time at which the link expires.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.verification()?.expire_at
    }
}

/// Sends a link, either for the first time or again.
pub(super) async fn prepare_link<S: Stage, From: State>(
    sign_in: SignIn<From>,
    factor: Factor,
    page_url: &str,
) -> Result<SignIn<LinkSent<S>>, StepError<From>> {
    let redirect_url = match sign_in.client().resolve(page_url) {
        Ok(url) => Some(url),
        Err(error) => return Err(StepError::stayed(error, sign_in)),
    };
    let prepare = PrepareFactor { redirect_url, ..PrepareFactor::new(&sign_in.core.attempt.id, &factor) };
    sign_in.prepare(factor, S::prepare(prepare)).await
}

impl<S: Stage> State for LinkSent<S> {}

impl<S: Stage> Started for LinkSent<S> {}

impl<S: Stage> sealed::Sealed for LinkSent<S> {
    const KIND: StateKind = S::LINK_SENT;

    fn into_any(sign_in: SignIn<Self>) -> AnySignIn {
        S::link_sent_into_any(sign_in)
    }

    fn from_any(any: AnySignIn) -> Result<SignIn<Self>, AnySignIn> {
        S::link_sent_from_any(any)
    }
}
