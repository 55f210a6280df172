//! A link that is sent, and the wait for it, as one object.

use crate::dynamic::turn::{Wanted, after};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::platform::Timer;
use crate::relation::Step;
use crate::sign_in::{AnySignIn, StateKind};
use crate::wire::Strategy;

/// A flow that sends a link and waits for it. See [`DynamicSignIn::create_email_link_flow`].
#[derive(Clone, Debug)]
pub struct EmailLinkFlow(DynamicSignIn);

impl DynamicSignIn {
    /// Returns the two functions of an email link flow: one begins it, and one cancels it.
    #[doc(alias = "createEmailLinkFlow")]
    #[must_use]
    pub fn create_email_link_flow(&self) -> EmailLinkFlow {
        EmailLinkFlow(self.clone())
    }
}

impl EmailLinkFlow {
    /// Sends a link to the email address with this id, and waits until the link is opened.
    ///
    /// # Errors
    /// [`DynamicError`]: no first factor is needed now, another call runs, a step failed, or the flow was cancelled. If
    /// the wait failed, the link stays sent, and
    /// [`wait_for_verification`](DynamicSignIn::wait_for_verification) waits again.
    #[doc(alias = "startEmailLinkFlow")]
    pub async fn start(
        &self,
        email_address_id: &str,
        redirect_url: &str,
        timer: impl Timer + 'static,
    ) -> Result<(), DynamicError> {
        let choosing = |at: &AnySignIn| at.factor_to_prepare(&Strategy::EmailLink, Some(email_address_id));
        let wanted = Wanted::at(Step::SendEmailLinkTo, &[StateKind::NeedsFirstFactor]);
        let (turn, sign_in) = self.0.place.begin(wanted, choosing).await?;
        let cancelled = turn.cancellable();
        let AnySignIn::NeedsFirstFactor(first) = sign_in else { return Err(turn.stop_at(sign_in)) };
        let sent = after(first.send_email_link_to(email_address_id, redirect_url).await);
        let (turn, sent) = turn.go_on(sent)?;
        turn.wait(sent, timer, cancelled).await
    }

    /// Ends the flow, even while the link is being sent. The link stays valid.
    #[doc(alias = "cancelEmailLinkFlow")]
    pub fn cancel(&self) {
        self.0.cancel_wait();
    }
}
