//! Submitting the identifier alone, before a strategy is chosen.

use super::NeedsIdentifier;
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterCreate;
use crate::sign_in::step_error::StepError;
use crate::wire::{CreateSignIn, Request, typed_text};

/// The identifier alone. A factor is chosen in a later step.
impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `NeedsFirstFactor`: submits the user's identifier.
    /// `POST /v1/client/sign_ins`
    ///
    /// The identifier is an email address, a phone number (E.164), a user name or a wallet address. White space and
    /// invisible marks around it are dropped, here and in every other step that takes an identifier.
    ///
    /// ```
    /// # use clerk_sign_in::fake::FakeBackend;
    /// # use clerk_sign_in::{AfterCreate, Client};
    /// # futures::executor::block_on(async {
    /// # let client = Client::new(FakeBackend::demo());
    /// let AfterCreate::NeedsFirstFactor(ada) =
    ///     client.sign_in().create("ada@example.com").await? else {
    ///     panic!("the fake asks ada for a first factor");
    /// };
    /// let factors = ada.supported_first_factors();
    /// assert!(factors.iter().any(|factor| factor.strategy.as_str() == "password"));
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: no user has this identifier (`form_identifier_not_found`), the identifier is empty
    ///   (`form_param_nil`), there were too many tries (429, with [`retry_after`](crate::Error::retry_after)), or the
    ///   instance allows only one session and one already exists (`session_exists`).
    /// - `NotSent`, `Transport` or `Protocol`: see [errors common to all steps](SignIn#errors-common-to-all-steps).
    pub async fn create(self, identifier: &str) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let create = CreateSignIn::with_identifier(typed_text::trim(identifier));
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }

    /// `NeedsIdentifier` → `NeedsIdentifier`: begins an attempt without an identifier.
    /// `POST /v1/client/sign_ins`
    ///
    /// The answer lists the kinds of identifier that the instance accepts
    /// ([`supported_identifiers`](SignIn::supported_identifiers)). The attempt does not have to begin in this way, and
    /// the next step in this state replaces it.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: there were too many tries (429, with [`retry_after`](crate::Error::retry_after)), or the instance
    ///   allows only one session and one already exists (`session_exists`).
    /// - `NotSent`, `Transport` or `Protocol`: see [errors common to all steps](SignIn#errors-common-to-all-steps).
    pub async fn create_without_identifier(self) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        self.step(Request::CreateSignIn(CreateSignIn::new())).await.map(AfterCreate::from)
    }

    /// `NeedsIdentifier` → `NeedsFirstFactor`: submits an identifier, and lets an unknown user sign up with it.
    /// `POST /v1/client/sign_ins`
    ///
    /// This step is like [`create`](Self::create), but the server does not reveal whether a user has this email address
    /// or phone number. In either case, the server sends a code or a link to the address or number. If no user has this
    /// address or number, verifying it leads to [`Transferable`](crate::Transferable) (`sign_up_if_missing`).
    ///
    /// # Errors
    /// The errors are those of [`create`](Self::create), except `form_identifier_not_found`. In addition, the server
    /// rejects the step with one of these codes:
    /// - `sign_up_if_missing_not_allowed`: nobody can sign up with this identifier.
    /// - `requires_captcha`: the instance blocks sign-ups by bots, and therefore requires a captcha for this step.
    #[doc(alias = "signUpIfMissing")]
    pub async fn create_or_sign_up(self, identifier: &str) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let identifier = typed_text::trim(identifier);
        let create = CreateSignIn { sign_up_if_missing: Some(true), ..CreateSignIn::with_identifier(identifier) };
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }

    /// `NeedsIdentifier` → any state after a verified first factor: signs in with the data that a sign-up verified.
    /// `POST /v1/client/sign_ins`
    ///
    /// Use this step if the server rejected the current sign-up because its identifier belongs to an existing user
    /// (`form_identifier_exists`). Also use this step if the user returned to the sign-up from a provider, and the
    /// account at the provider belongs to an existing user (`external_account_exists`).
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: no sign-up is under way, or the verified data belongs to no user (`account_transfer_invalid`).
    /// - `Rejected`: the user is not allowed to sign in (`user_locked`, `user_banned`).
    /// - `NotSent`, `Transport` or `Protocol`: see [errors common to all steps](SignIn#errors-common-to-all-steps).
    pub async fn transfer(self) -> Result<AfterCreate, StepError<NeedsIdentifier>> {
        let create = CreateSignIn { transfer: Some(true), ..CreateSignIn::new() };
        self.step(Request::CreateSignIn(create)).await.map(AfterCreate::from)
    }

    /// Creates an attempt with any combination of parameters.
    pub(crate) async fn create_with(self, mut create: CreateSignIn) -> Result<AnySignIn, StepError<NeedsIdentifier>> {
        create.identifier = create.identifier.map(|identifier| typed_text::trim(&identifier).to_owned());
        create.ticket = create.ticket.map(|ticket| typed_text::trim(ticket.expose()).into());
        for url in [&mut create.redirect_url, &mut create.action_complete_redirect_url].into_iter().flatten() {
            match self.client().resolve(url) {
                Ok(resolved) => *url = resolved,
                Err(error) => return Err(StepError::stayed(error, self)),
            }
        }
        let sent = create.strategy.clone().zip(create.identifier.clone());
        let created = self.step(Request::CreateSignIn(create)).await?;
        Ok(match sent {
            Some((strategy, identifier)) => created.with_factor_of(strategy, &identifier),
            None => created,
        })
    }
}
