//! Sign-in with tickets. The app's own backend requests the tickets.

use super::NeedsIdentifier;
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterCreate;
use crate::sign_in::step_error::StepError;
use crate::wire::{CreateSignIn, Request, Strategy, typed_text};

/// Tickets.
impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `Complete` or `NeedsSecondFactor`: signs in with a ticket.
    /// `POST /v1/client/sign_ins`
    ///
    /// The ticket comes either from the app's own backend, which requested it for the user, or from a URL
    /// ([`Landing`](crate::Landing)). A ticket counts as a first factor, and it works only once.
    ///
    /// White space and invisible marks around the ticket are dropped.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use clerk_sign_in::fake::{FakeBackend, LINUS};
    /// # use clerk_sign_in::{AfterCreate, Client, Landing};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # let client = Client::new(fake.clone());
    /// # let ticket = fake.add_ticket(LINUS.email_address, Duration::from_secs(60)).unwrap().ticket;
    /// # let url = format!("https://example.com/sign-in?__clerk_ticket={}", ticket.expose());
    /// let landing = Landing::parse(&url);
    /// if let Some(ticket) = landing.ticket() {
    ///     let AfterCreate::Complete(linus) = client.sign_in().ticket(ticket.expose()).await? else {
    ///         panic!()
    ///     };
    /// #   drop(linus);
    /// }
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the ticket does not belong to this instance (`ticket_invalid_code`), is too old
    ///   (`ticket_expired_code`), was already used (`sign_in_token_already_used_code`) or was revoked
    ///   (`sign_in_token_revoked_code`).
    /// - `Rejected`: the user is not allowed to sign in (`user_locked`, `user_banned`).
    /// - `Rejected`: any of the reasons listed for [`create`](Self::create).
    /// - `Transport` or `Protocol`: no readable answer came. The ticket may have been used up, so call
    ///   [`Client::resume`](crate::Client::resume) before you request another one.
    pub async fn ticket(self, ticket: &str) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let ticket = Some(typed_text::trim(ticket).into());
        let create = CreateSignIn { strategy: Some(Strategy::Ticket), ticket, ..CreateSignIn::new() };
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }
}
