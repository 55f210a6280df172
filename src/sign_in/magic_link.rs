//! The completion of an email link that led back into a native app.

use super::sign_up::AfterSignUp;
use crate::client::{Client, MagicLinkLanding};
use crate::error::{Error, ErrorKind};
use crate::wire::{Answer, Secret};

/// The result of completing an email link that led back into the app.
#[must_use = "match on it to go on: nobody is signed in yet"]
#[derive(Debug)]
pub enum AfterMagicLink {
    /// The ticket with which the app can [sign in](crate::SignIn::ticket). It works only once.
    Ticket(Secret),
    /// The link belongs to a sign-up, which has verified the email address.
    SignUp(AfterSignUp),
}

impl AfterMagicLink {
    /// Returns an error that names the result. Use this method for results that the app does not handle.
    #[must_use]
    pub fn unhandled(self) -> Error {
        match self {
            Self::Ticket(_) => ErrorKind::Unhandled { state: "a ticket" }.into(),
            Self::SignUp(sign_up) => sign_up.unhandled(),
        }
    }
}

impl Client {
    /// Completes an email link that led back into the app: `POST /v1/client/magic_links/complete`.
    ///
    /// The app sent the link with `send_email_link_to_app` (feature `pkce`). This call proves to the server that the
    /// link is completed by the app that requested it. In most cases, the answer is a ticket with which the app can
    /// [sign in](crate::SignIn::ticket). If the link belongs to a sign-up, the answer is the sign-up.
    ///
    /// ```
    /// # #[cfg(feature = "pkce")] {
    /// # use clerk_sign_in::fake::{FakeBackend, LINUS};
    /// # use clerk_sign_in::{AfterCreate, AfterMagicLink, Client, Landing};
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
    ///     let ticket = match client.complete_magic_link(link).await? {
    ///         AfterMagicLink::Ticket(ticket) => ticket,
    ///         other => return Err(other.unhandled()),
    ///     };
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
    /// - `NotSent`: nothing was sent, so try again.
    /// - `Transport` or `Protocol`: no readable answer came. The approval may already have been used.
    pub async fn complete_magic_link(&self, landing: &MagicLinkLanding) -> Result<AfterMagicLink, Error> {
        match self.complete_link(landing).await? {
            Answer::MagicLink(link) => Ok(AfterMagicLink::Ticket(link.ticket)),
            Answer::SignUpAttempt(attempt) => Ok(AfterMagicLink::SignUp(AfterSignUp::new(self.clone(), attempt))),
            _ => Err(ErrorKind::Protocol("the answer is neither a ticket nor a sign-up".to_owned()).into()),
        }
    }
}
