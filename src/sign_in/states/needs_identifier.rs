//! `needs_identifier`: the user has not given an identifier.

mod id_token;

pub use id_token::IdToken;

use super::{CodeSent, NeedsFirstFactor, ResetCodeSent, State};
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterCreate;
use crate::sign_in::step_error::StepError;
use crate::wire::{CreateSignIn, Request, Strategy};

/// A sign-in without an identifier.
///
/// Every sign-in begins in this state ([`Client::sign_in`](crate::Client::sign_in)). Every step here creates the
/// attempt, which replaces an attempt that this client had under way.
#[derive(Debug)]
pub struct NeedsIdentifier(pub(crate) ());

impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `NeedsFirstFactor`: gives the user's identifier.
    /// `POST /v1/client/sign_ins`
    ///
    /// The identifier is an email address, a phone number (E.164), a user name or a wallet address.
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
    /// - `Rejected`: no user has this identifier (`form_identifier_not_found`), it is empty (`form_param_nil`), there
    ///   were too many tries (429, with [`retry_after`](crate::Error::retry_after)), or a session exists in a
    ///   single-session instance (`session_exists`).
    /// - `Transport` or `Protocol`: no readable answer came; [`Client::resume`](crate::Client::resume) tells what
    ///   happened.
    pub async fn create(self, identifier: &str) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let create = CreateSignIn { identifier: Some(identifier.to_owned()), ..CreateSignIn::new() };
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }

    /// `NeedsIdentifier` → `NeedsFirstFactor`: gives an identifier with which an unknown user can sign up.
    /// `POST /v1/client/sign_ins`
    ///
    /// Like [`create`](Self::create), but the server does not tell whether a user has this email address or phone
    /// number. It sends a code or a link to it in any case. If no user has it, verifying it leads to
    /// [`Transferable`](crate::Transferable) (`sign_up_if_missing`).
    ///
    /// # Errors
    /// The errors of [`create`](Self::create), except `form_identifier_not_found`. In addition, `Rejected` with
    /// - `sign_up_if_missing_not_allowed`: nobody can sign up with this identifier.
    /// - `requires_captcha`: the instance keeps robots from signing up, and asks for a captcha here.
    pub async fn create_or_sign_up(self, identifier: &str) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let create = CreateSignIn {
            identifier: Some(identifier.to_owned()),
            sign_up_if_missing: Some(true),
            ..CreateSignIn::new()
        };
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }

    /// `NeedsIdentifier` → any state after a verified first factor: signs in with what the sign-up has verified.
    /// `POST /v1/client/sign_ins`
    ///
    /// Use it if the server rejected the sign-up under way because a user has the identifier
    /// (`form_identifier_exists`). Use it also if the sign-up came back from a provider with an account that a user has
    /// (`external_account_exists`).
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: no sign-up is under way, or no user has what it verified (`account_transfer_invalid`).
    /// - `Rejected`: the user may not sign in (`user_locked`, `user_banned`).
    /// - `Transport` or `Protocol`: no readable answer came; [`Client::resume`](crate::Client::resume) tells what
    ///   happened.
    pub async fn transfer(self) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let create = CreateSignIn { transfer: Some(true), ..CreateSignIn::new() };
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }

    /// `NeedsIdentifier` → `Complete`, `NeedsSecondFactor` or `NeedsClientTrust`: gives identifier and password.
    /// `POST /v1/client/sign_ins`
    ///
    /// It is one call. The identifier is an email address, a phone number (E.164), a user name or a wallet address.
    ///
    /// After a wrong password the server keeps the attempt that it began. Try again here, which begins another attempt.
    /// Or go on from `NeedsFirstFactor`, where [`Client::resume`](crate::Client::resume) finds the first one.
    ///
    /// # Errors
    /// The errors of [`create`](Self::create). In addition, `Rejected` with
    /// - `form_password_incorrect` or `form_password_or_identifier_incorrect`: the password is wrong.
    /// - `strategy_for_user_invalid`: the user has no password.
    /// - `user_locked`: there were too many wrong passwords.
    pub async fn password(self, identifier: &str, password: &str) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let create = CreateSignIn {
            identifier: Some(identifier.to_owned()),
            strategy: Some(Strategy::Password),
            password: Some(password.into()),
            ..CreateSignIn::new()
        };
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }

    /// `NeedsIdentifier` → `Complete` or `NeedsSecondFactor`: signs in with a ticket.
    /// `POST /v1/client/sign_ins`
    ///
    /// The app's own backend had the ticket made for the user, or it came in a URL ([`Landing`](crate::Landing)). A
    /// ticket is a first factor, and works once.
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
    /// - `Rejected`: the ticket does not belong to this instance (`ticket_invalid_code`), is too old
    ///   (`ticket_expired_code`), was used (`sign_in_token_already_used_code`) or was revoked
    ///   (`sign_in_token_revoked_code`).
    /// - `Rejected`: the user may not sign in (`user_locked`, `user_banned`).
    /// - `Rejected`: for any reason for which [`create`](Self::create) is rejected.
    /// - `Transport` or `Protocol`: no readable answer came. The ticket may be used up: call
    ///   [`Client::resume`](crate::Client::resume) before another is made.
    pub async fn ticket(self, ticket: &str) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let create =
            CreateSignIn { strategy: Some(Strategy::Ticket), ticket: Some(ticket.into()), ..CreateSignIn::new() };
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }

    /// `NeedsIdentifier` → `CodeSent<NeedsFirstFactor>`: sends a code to the user's email address, in one call.
    /// `POST /v1/client/sign_ins`
    ///
    /// # Errors
    /// The errors of [`create`](Self::create). In addition, `Rejected` with `strategy_for_user_invalid` if the user
    /// cannot sign in with an email code.
    ///
    /// [`StepError::Moved`] if the attempt began, but no code was sent.
    pub async fn send_email_code(
        self,
        email_address: &str,
    ) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsIdentifier>> {
        self.create_sent(email_address, Strategy::EmailCode).await
    }

    /// `NeedsIdentifier` → `CodeSent<NeedsFirstFactor>`: sends a code to the user's phone number, in one call.
    /// `POST /v1/client/sign_ins`
    ///
    /// The code goes by text message. For WhatsApp, [`create`](Self::create) the sign-in first. Then choose the channel
    /// at [`NeedsFirstFactor`](SignIn#method.send_phone_code).
    ///
    /// # Errors
    /// The errors of [`create`](Self::create), as for [`send_email_code`](Self::send_email_code). In addition,
    /// `Rejected` with `strategy_for_user_invalid` if the user cannot sign in with a phone code.
    ///
    /// [`StepError::Moved`] if the attempt began, but no code was sent.
    pub async fn send_phone_code(
        self,
        phone_number: &str,
    ) -> Result<SignIn<CodeSent<NeedsFirstFactor>>, StepError<NeedsIdentifier>> {
        self.create_sent(phone_number, Strategy::PhoneCode).await
    }

    /// `NeedsIdentifier` → `ResetCodeSent`: sends a code for choosing a new password, in one call.
    /// `POST /v1/client/sign_ins`
    ///
    /// For a user who forgot the password.
    ///
    /// # Errors
    /// The errors of [`create`](Self::create), as for [`send_email_code`](Self::send_email_code). In addition,
    /// `Rejected` with `strategy_for_user_invalid` if the user cannot sign in with this code.
    ///
    /// [`StepError::Moved`] if the attempt began, but no code was sent.
    pub async fn send_reset_password_email_code(
        self,
        email_address: &str,
    ) -> Result<SignIn<ResetCodeSent>, StepError<NeedsIdentifier>> {
        self.create_sent(email_address, Strategy::ResetPasswordEmailCode).await
    }

    /// `NeedsIdentifier` → `ResetCodeSent`: sends a code for choosing a new password to a phone number (E.164).
    /// `POST /v1/client/sign_ins`
    ///
    /// Otherwise it is like [`send_reset_password_email_code`](Self::send_reset_password_email_code).
    ///
    /// # Errors
    /// The errors of [`create`](Self::create), as for [`send_email_code`](Self::send_email_code). In addition,
    /// `Rejected` with `strategy_for_user_invalid` if the user cannot sign in with this code.
    ///
    /// [`StepError::Moved`] if the attempt began, but no code was sent.
    pub async fn send_reset_password_phone_code(
        self,
        phone_number: &str,
    ) -> Result<SignIn<ResetCodeSent>, StepError<NeedsIdentifier>> {
        self.create_sent(phone_number, Strategy::ResetPasswordPhoneCode).await
    }

    /// Creates an attempt with a strategy that sends a code at once.
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
