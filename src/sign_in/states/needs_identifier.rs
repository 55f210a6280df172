//! `needs_identifier`: who signs in?

mod id_token;

pub use id_token::IdToken;

use super::{CodeSent, NeedsFirstFactor, ResetCodeSent, State};
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterCreate;
use crate::sign_in::step_error::StepError;
use crate::wire::{CreateSignIn, Request, Strategy};

/// The user has not said who they are yet: where every sign-in begins ([`Client::sign_in`](crate::Client::sign_in)).
///
/// Every step here creates the attempt, which replaces one that this device had under way.
#[derive(Debug)]
pub struct NeedsIdentifier(pub(crate) ());

impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `NeedsFirstFactor`: tells who signs in, by email address, phone number (E.164), user name or
    /// wallet address. `POST /v1/client/sign_ins`
    ///
    /// ```
    /// # use clerk_sign_in::fake::FakeBackend;
    /// # use clerk_sign_in::{AfterCreate, Client};
    /// # futures::executor::block_on(async {
    /// # let client = Client::new(FakeBackend::demo());
    /// let AfterCreate::NeedsFirstFactor(ada) = client.sign_in().create("ada@example.com").await? else {
    ///     panic!("the fake asks ada for a first factor");
    /// };
    /// assert!(ada.supported_first_factors().iter().any(|factor| factor.strategy.as_str() == "password"));
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: nobody has this identifier (`form_identifier_not_found`), it is empty (`form_param_nil`), too many
    ///   tries (429, with [`retry_after`](crate::Error::retry_after)), or a session exists in a single-session instance
    ///   (`session_exists`).
    /// - `Transport` or `Protocol`: no readable answer came; [`Client::resume`](crate::Client::resume) tells what
    ///   happened.
    pub async fn create(self, identifier: &str) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let create = CreateSignIn { identifier: Some(identifier.to_owned()), ..CreateSignIn::new() };
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }

    /// `NeedsIdentifier` → `NeedsFirstFactor`: as [`create`](Self::create), for whoever signs in or up. The server does not
    /// tell whether somebody has this email address or phone number, and sends a code or a link to it in any case; if nobody
    /// has, verifying it leads to [`Transferable`](crate::Transferable) (`sign_up_if_missing`).
    /// `POST /v1/client/sign_ins`
    ///
    /// # Errors
    /// As for [`create`](Self::create) but for `form_identifier_not_found`, and `sign_up_if_missing_not_allowed` if nobody can
    /// sign up by this identifier. An instance that keeps robots from signing up asks for a captcha here
    /// (`requires_captcha`).
    pub async fn create_or_sign_up(self, identifier: &str) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let create = CreateSignIn {
            identifier: Some(identifier.to_owned()),
            sign_up_if_missing: Some(true),
            ..CreateSignIn::new()
        };
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }

    /// `NeedsIdentifier` → wherever a verified first factor leads: signs in by what the sign-up under way has verified, after
    /// it was refused because somebody has it (`form_identifier_exists`), or came back from a provider with an account that is
    /// somebody's (`external_account_exists`).
    /// `POST /v1/client/sign_ins`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: no sign-up is under way, or nobody has what it has verified (`account_transfer_invalid`); the user may
    ///   not sign in (`user_locked`, `user_banned`).
    /// - `Transport` or `Protocol`: no readable answer came; [`Client::resume`](crate::Client::resume) tells what happened.
    pub async fn transfer(self) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let create = CreateSignIn { transfer: Some(true), ..CreateSignIn::new() };
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }

    /// `NeedsIdentifier` → `Complete`, `NeedsSecondFactor` or `NeedsClientTrust`: tells who signs in and gives the
    /// password, in one call. `POST /v1/client/sign_ins`
    ///
    /// The identifier is an email address, a phone number (E.164), a user name or a wallet address.
    ///
    /// After a wrong password the server keeps the attempt it began: try again here, which begins another, or go on from
    /// `NeedsFirstFactor`, where [`Client::resume`](crate::Client::resume) finds it.
    ///
    /// # Errors
    /// As for [`create`](Self::create), and `form_password_incorrect` or `form_password_or_identifier_incorrect`
    /// for a wrong password, `strategy_for_user_invalid` for a user without one, `user_locked` after too many.
    pub async fn password(self, identifier: &str, password: &str) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let create = CreateSignIn {
            identifier: Some(identifier.to_owned()),
            strategy: Some(Strategy::Password),
            password: Some(password.into()),
            ..CreateSignIn::new()
        };
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }

    /// `NeedsIdentifier` → `Complete` or `NeedsSecondFactor`: signs in by a ticket that the app's own backend had made for
    /// the user, or that came in a URL ([`Landing`](crate::Landing)). A ticket is a first factor, and works once.
    /// `POST /v1/client/sign_ins`
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
    ///     let AfterCreate::Complete(linus) = client.sign_in().ticket(ticket.expose()).await? else { panic!() };
    /// #   drop(linus);
    /// }
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the ticket is none of this instance (`ticket_invalid_code`), too old (`ticket_expired_code`), was used
    ///   (`sign_in_token_already_used_code`) or revoked (`sign_in_token_revoked_code`); its user may not sign in
    ///   (`user_locked`, `user_banned`); or what [`create`](Self::create) is refused for.
    /// - `Transport` or `Protocol`: no readable answer came. The ticket may be used up: ask
    ///   [`Client::resume`](crate::Client::resume) before another is made.
    pub async fn ticket(self, ticket: &str) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let create =
            CreateSignIn { strategy: Some(Strategy::Ticket), ticket: Some(ticket.into()), ..CreateSignIn::new() };
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }

    /// `NeedsIdentifier` → `CodeSent<NeedsFirstFactor>`: tells who signs in and sends a code there, in one call.
    /// `POST /v1/client/sign_ins`
    ///
    /// # Errors
    /// As for [`create`](Self::create), and `strategy_for_user_invalid` if the user cannot sign in by email code.
    /// [`StepError::Moved`] if the attempt began, but without a code being sent.
    pub async fn send_email_code(
        self,
        email_address: &str,
    ) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsIdentifier>> {
        self.create_sent(email_address, Strategy::EmailCode).await
    }

    /// `NeedsIdentifier` → `CodeSent<NeedsFirstFactor>`: tells who signs in and sends a code there by text message, in one
    /// call. `POST /v1/client/sign_ins`
    ///
    /// For WhatsApp, [`create`](Self::create) the sign-in first and choose the channel at
    /// [`NeedsFirstFactor`](SignIn#method.send_phone_code).
    ///
    /// # Errors
    /// As for [`send_email_code`](Self::send_email_code).
    pub async fn send_phone_code(
        self,
        phone_number: &str,
    ) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsIdentifier>> {
        self.create_sent(phone_number, Strategy::PhoneCode).await
    }

    /// `NeedsIdentifier` → `ResetCodeSent`: the user forgot the password; sends a code that allows to choose a new one, in
    /// one call. `POST /v1/client/sign_ins`
    ///
    /// # Errors
    /// As for [`send_email_code`](Self::send_email_code).
    pub async fn send_reset_password_email_code(
        self,
        email_address: &str,
    ) -> Result<SignIn<ResetCodeSent>, StepError<NeedsIdentifier>> {
        self.create_sent(email_address, Strategy::ResetPasswordEmailCode).await
    }

    /// `NeedsIdentifier` → `ResetCodeSent`: as
    /// [`send_reset_password_email_code`](Self::send_reset_password_email_code), to a phone number (E.164).
    ///
    /// # Errors
    /// As for [`send_email_code`](Self::send_email_code).
    pub async fn send_reset_password_phone_code(
        self,
        phone_number: &str,
    ) -> Result<SignIn<ResetCodeSent>, StepError<NeedsIdentifier>> {
        self.create_sent(phone_number, Strategy::ResetPasswordPhoneCode).await
    }

    /// Creates an attempt whose strategy sends a code at once.
    async fn create_sent<To: State>(
        self,
        identifier: &str,
        strategy: Strategy,
    ) -> Result<SignIn<To>, StepError<NeedsIdentifier>> {
        let create = CreateSignIn {
            identifier: Some(identifier.to_owned()),
            strategy: Some(strategy.clone()),
            ..CreateSignIn::new()
        };
        Ok(self.create_prepared(create).await?.with_factor_of(strategy))
    }
}

impl State for NeedsIdentifier {}

sealed_state!(NeedsIdentifier);
