//! Email links that lead back into a native app (RFC 7636).

use crate::client::Client;
use crate::client::landing::MagicLinkLanding;
use crate::error::{Error, ErrorKind, LinkError};
use crate::wire::{Answer, CompleteMagicLink, Request, Secret};

impl Client {
    /// Completes an email link that led back into the app: `POST /v1/client/magic_links/complete`.
    ///
    /// The app sent the link with `send_email_link_to_app` (feature `pkce`). This call proves to the server that the
    /// link is completed by the app that requested it. It returns a ticket with which the app can [sign
    /// in](crate::SignIn::ticket).
    ///
    /// ```
    /// # #[cfg(feature = "pkce")] {
    /// # use clerk_sign_in::fake::{FakeBackend, LINUS};
    /// # use clerk_sign_in::{AfterCreate, Client, Landing};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # let client = Client::new(fake.clone());
    /// # let AfterCreate::NeedsFirstFactor(linus) = client.sign_in().create(LINUS.email_address).await? else { panic!() };
    /// let sent = linus.send_email_link_to_app("com.example.app://sign-in").await?;
    /// // Linus opens the link on his phone, and the system opens the app by this URL:
    /// # let email = fake.outbox().pop().unwrap();
    /// let url = fake.open_link(email.link().unwrap().expose()).unwrap().unwrap();
    /// assert!(url.starts_with("com.example.app://sign-in?flow_id="));
    ///
    /// let landing = Landing::parse(&url);
    /// if let Some(link) = landing.magic_link() {
    ///     let ticket = client.complete_magic_link(link).await?;
    ///     let AfterCreate::Complete(linus) = client.sign_in().ticket(ticket.expose()).await? else {
    ///         panic!()
    ///     };
    /// #   drop(linus);
    /// }
    /// # drop(sent);
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind`]
    /// - `Link` with [`LinkError`](crate::LinkError) `NotPending`: this client did not request a link, or it has
    ///   already completed the link. Nothing was sent.
    /// - `Rejected`: the approval was already used (`approval_token_consumed`), has expired (`approval_token_expired`)
    ///   or does not belong to this flow (`approval_token_invalid`). It is also possible that another app requested the
    ///   link (`pkce_verification_failed`), or that the link was not opened (`flow_not_approved`). Trying again does
    ///   not help. Send another link.
    /// - `Transport` or `Protocol`: no readable answer came. The approval may already have been used.
    pub async fn complete_magic_link(&self, landing: &MagicLinkLanding) -> Result<Secret, Error> {
        let code_verifier = self.code_verifier().ok_or(ErrorKind::Link(LinkError::NotPending))?;
        let (flow_id, approval_token) = (landing.flow_id.clone(), landing.approval_token.clone());
        let complete = CompleteMagicLink::new(flow_id, approval_token, code_verifier);
        match self.send(Request::CompleteMagicLink(complete)).await?.result {
            Ok(Answer::MagicLink(link)) if link.flow_id.as_ref().is_none_or(|id| *id == landing.flow_id) => {
                self.keep_code_verifier(None);
                Ok(link.ticket)
            }
            Ok(_) => Err(ErrorKind::Protocol("the answer is of another link".to_owned()).into()),
            Err(rejection) => Err(ErrorKind::Rejected(rejection).into()),
        }
    }
}
