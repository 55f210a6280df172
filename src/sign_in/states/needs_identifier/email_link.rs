//! Links sent by email. One call submits the identifier and asks for the link.

use super::NeedsIdentifier;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::{LinkSent, NeedsFirstFactor};
use crate::sign_in::step_error::StepError;
use crate::wire::Strategy;

/// Links sent by email. One call submits the identifier and asks for the link.
impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `LinkSent<NeedsFirstFactor>`: submits the email address and sends a link to it, in one call.
    /// `POST /v1/client/sign_ins`
    ///
    /// The link leads to the page at `page_url`. A relative URL is resolved against the client's
    /// [`origin`](crate::ClientBuilder::origin).
    ///
    /// White space and invisible marks around the address are dropped.
    ///
    /// ```
    /// # use clerk_sign_in::fake::{FakeBackend, GRACE};
    /// # use clerk_sign_in::{AfterFirstFactor, Client};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # let timer = fake.clock().clone();
    /// # let client = Client::new(fake.clone());
    /// let page = "https://example.com/verified";
    /// let sent = client.sign_in().send_email_link(GRACE.email_address, page).await?;
    /// // Grace opens the link, wherever she reads her mail.
    /// # let email = fake.outbox().pop().unwrap();
    /// # fake.open_link(email.link().unwrap().expose()).unwrap();
    /// let AfterFirstFactor::Complete(grace) = sent.wait_for_verification(timer).await? else {
    ///     panic!()
    /// };
    /// # drop(grace);
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// The errors are those of [`create`](SignIn::create). In addition, the step can fail with [`StepError::Stayed`]
    /// and one of these kinds of error:
    /// - `Rejected`: the user cannot sign in with a link (`strategy_for_user_invalid`).
    /// - [`InvalidUrl`](crate::ErrorKind::InvalidUrl): the page's URL is relative, but the client has no origin.
    ///
    /// [`StepError::Moved`] if the attempt began, but no link was sent.
    #[doc(alias = "sendLink")]
    #[doc(alias = "verificationUrl")]
    pub async fn send_email_link(
        self,
        email_address: &str,
        page_url: &str,
    ) -> Result<SignIn<LinkSent<NeedsFirstFactor>>, StepError<NeedsIdentifier>> {
        match self.client().resolve(page_url) {
            Ok(url) => self.create_sent(Strategy::EmailLink, email_address, Some(url)).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }
}
