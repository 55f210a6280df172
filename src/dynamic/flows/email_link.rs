//! Links for the first factor, sent by email.

use super::Recipient;
use crate::client::{EmailLinkLanding, Landing};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::platform::Timer;
use crate::relation::Step;
use crate::sign_in::SignIn;
use crate::sign_in::states::NeedsFirstFactor;
use crate::wire::Strategy;

/// Links for the first factor, sent by email. See [`DynamicSignIn::email_link`].
#[derive(Clone, Debug)]
#[doc(alias = "emailLink")]
pub struct EmailLink(DynamicSignIn);

impl DynamicSignIn {
    /// Links for the first factor, sent by email.
    #[doc(alias = "emailLink")]
    #[must_use]
    pub fn email_link(&self) -> EmailLink {
        EmailLink(self.clone())
    }
}

impl EmailLink {
    /// Sends a link that leads to the page at `verification_url`.
    ///
    /// With an identifier, two calls are made: the attempt is created, and then the link is sent. If the second call
    /// fails, the attempt exists and needs a first factor.
    ///
    /// # Errors
    /// [`DynamicError`]: no first factor can be prepared now, another call runs, or a step failed.
    #[doc(alias = "sendLink")]
    pub async fn send_link(&self, recipient: Recipient<'_>, verification_url: &str) -> Result<(), DynamicError> {
        let id = recipient.id();
        let wanted = if id.is_some() { Step::SendEmailLinkTo } else { Step::SendEmailLink };
        let send = |first: SignIn<NeedsFirstFactor>| async move {
            match id {
                Some(id) => first.send_email_link_to(id, verification_url).await,
                None => first.send_email_link(verification_url).await,
            }
        };
        self.0.send(wanted, &Strategy::EmailLink, recipient, send).await
    }

    /// Waits until the link is opened. See [`DynamicSignIn::wait_for_verification`].
    ///
    /// # Errors
    /// [`DynamicError`]: no link was sent, another call runs, the wait was cancelled, or the link was not opened.
    #[doc(alias = "waitForVerification")]
    pub async fn wait_for_verification(&self, timer: impl Timer + 'static) -> Result<(), DynamicError> {
        self.0.wait_for_verification(timer).await
    }

    /// Reads what became of a link, from the URL of the page to which it led; `None` if the URL is no such page.
    #[must_use]
    pub fn verification(&self, landing_url: &str) -> Option<EmailLinkLanding> {
        Landing::parse(landing_url).email_link().cloned()
    }
}
