//! A link that is sent, and the wait for it, as one object.

use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::platform::Timer;
use crate::wire::{Factor, Strategy};

use super::PrepareOptions;

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
        let mut factor = Factor::new(Strategy::EmailLink);
        factor.email_address_id = Some(email_address_id.to_owned());
        let options = PrepareOptions::new().redirect_url(redirect_url);
        self.0.prepare_first_factor(&factor, &options).await?;
        self.0.wait_for_verification(timer).await
    }

    /// Ends the wait. The link stays valid.
    #[doc(alias = "cancelEmailLinkFlow")]
    pub fn cancel(&self) {
        self.0.cancel_wait();
    }
}
