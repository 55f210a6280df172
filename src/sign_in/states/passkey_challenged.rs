//! A passkey has a challenge to answer.

use super::factors::choose;
use super::{NeedsFirstFactor, NeedsIdentifier};
use crate::platform::{Mediation, PasskeyAuthenticator, PasskeyRequest};
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::{AfterFirstFactor, BeforeFirstFactor};
use crate::sign_in::step_error::StepError;
use crate::wire::{AttemptFactor, CreateSignIn, Factor, Request, Strategy, Timestamp, Verification};

/// A sign-in with a challenge for one of the user's passkeys (Web Authentication Level 3 section 7.2).
///
/// The user may be unknown so far: a *discoverable* passkey identifies its user. A user who closes the dialog stays
/// here: ask again, or choose another factor. A challenge that expired or was answered wrongly leads back to the state
/// in which it was asked for.
#[derive(Debug)]
pub struct PasskeyChallenged(pub(crate) ());

impl SignIn<PasskeyChallenged> {
    /// `PasskeyChallenged` → the first factor's outcome: asks the user for a passkey, and submits what it signed.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind) `Capability`: the user refused, there is no passkey
    /// here, or it failed. Nothing was sent then.
    ///
    /// The other errors are those of [`verify_assertion`](Self::verify_assertion).
    pub async fn verify_with(
        self,
        authenticator: &dyn PasskeyAuthenticator,
        mediation: Mediation,
    ) -> Result<AfterFirstFactor, StepError<PasskeyChallenged>> {
        match authenticator.get_assertion(PasskeyRequest::new(self.options(), mediation)).await {
            Ok(credential) => self.verify_assertion(credential.expose()).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// `PasskeyChallenged` → the first factor's outcome: submits what a passkey signed.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor`
    ///
    /// For an app that asks for the passkey itself. The text is a `PublicKeyCredential` as the JSON of Web
    /// Authentication Level 3 section 5.1.8 (`AuthenticationResponseJSON`).
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the instance does not know the passkey (`passkey_not_registered`), the credential cannot be read
    ///   (`passkey_invalid_public_key_credential`), or the account is locked (`user_locked`).
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](SignIn::refresh) tells what happened.
    ///
    /// [`StepError::Moved`] to `NeedsFirstFactor` or `NeedsIdentifier` with `Rejected` if the challenge is over. Ask
    /// for another there.
    /// - The passkey signed something else (`passkey_authentication_failure`).
    /// - The answer came too late (`verification_expired`).
    /// - The challenge was answered wrongly before (`verification_failed`).
    ///
    /// [`StepError::Moved`] also if the rejection shows the attempt in any other state.
    pub async fn verify_assertion(
        self,
        public_key_credential: &str,
    ) -> Result<AfterFirstFactor, StepError<PasskeyChallenged>> {
        let attempt = AttemptFactor::passkey(self.id(), public_key_credential.into());
        self.step(Request::AttemptFirstFactor(attempt)).await.map(AfterFirstFactor::from)
    }

    /// `PasskeyChallenged` → `PasskeyChallenged`: asks for another challenge. The old one stops working.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind) `Rejected`, `Transport` or `Protocol`.
    /// [`StepError::Moved`] if the attempt is in another state.
    pub async fn challenge_again(self) -> Result<SignIn<PasskeyChallenged>, StepError<PasskeyChallenged>> {
        let chosen = self.chosen_for(self.verification()).cloned();
        self.prepare_first(chosen.unwrap_or_else(|| Factor::new(Strategy::Passkey))).await
    }

    /// `PasskeyChallenged` → `NeedsFirstFactor`, or `NeedsIdentifier` if the user has not given an identifier.
    ///
    /// Without a call: to verify another factor.
    pub fn choose_another(self) -> BeforeFirstFactor {
        BeforeFirstFactor::set_aside(self)
    }

    /// The request for the passkey. Never empty.
    ///
    /// It is the JSON text of Web Authentication Level 3 section 5.1.10 (`PublicKeyCredentialRequestOptionsJSON`).
    #[must_use]
    pub fn options(&self) -> &str {
        self.verification().and_then(Verification::challenge).unwrap_or_default()
    }

    /// The verification: whether it expired or failed.
    #[must_use]
    pub fn verification(&self) -> Option<&Verification> {
        self.first_factor_verification()
    }

    /// The time until which the server accepts the answer.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.verification()?.expire_at
    }
}

/// Passkeys at the start.
impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `PasskeyChallenged`: asks for any passkey of this app.
    /// `POST /v1/client/sign_ins`
    ///
    /// The passkey identifies its user (`discoverable`). The user is asked at once, or by the suggestions of the field
    /// for the identifier ([`Mediation::Autofill`]).
    ///
    /// ```
    /// # #[cfg(feature = "local-passkeys")] {
    /// # use clerk_sign_in::fake::{FakeBackend, LINUS};
    /// # use clerk_sign_in::platform::{LocalPasskeys, Mediation};
    /// # use clerk_sign_in::{AfterFirstFactor, Client};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # let passkeys = LocalPasskeys::new("https://fake.clerk.accounts.dev")?;
    /// # let options = fake.new_passkey(LINUS.email_address)?;
    /// # fake.add_passkey(LINUS.email_address, passkeys.create(&options).await?.expose())?;
    /// # let client = Client::new(fake);
    /// let challenged = client.sign_in().challenge_passkey().await?;
    /// let AfterFirstFactor::Complete(linus) = challenged.verify_with(&passkeys, Mediation::Modal).await? else {
    ///     panic!()
    /// };
    /// # drop(linus);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// # }
    /// ```
    ///
    /// # Errors
    /// The errors of [`create`](SignIn::create). In addition, `Rejected` with `form_param_value_invalid` if the
    /// instance has no passkeys.
    ///
    /// [`StepError::Moved`] if the attempt began, but without a challenge.
    pub async fn challenge_passkey(self) -> Result<SignIn<PasskeyChallenged>, StepError<NeedsIdentifier>> {
        let create = CreateSignIn { strategy: Some(Strategy::Passkey), ..CreateSignIn::new() };
        self.create_prepared(create).await
    }
}

/// Passkeys at the first factor, and the return to a challenge that waits for its answer.
impl SignIn<NeedsFirstFactor> {
    /// `NeedsFirstFactor` → `PasskeyChallenged`: asks for a passkey of this user.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `FactorNotFound`: the user has no passkey; nothing was sent.
    /// - `Rejected`: the account is locked (`user_locked`).
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](SignIn::refresh) tells what happened.
    ///
    /// [`StepError::Moved`] if the attempt is in another state, so that there is no challenge.
    pub async fn challenge_passkey(self) -> Result<SignIn<PasskeyChallenged>, StepError<NeedsFirstFactor>> {
        match choose(self.supported_first_factors(), &Strategy::Passkey, self.identifier()) {
            Ok(factor) => self.prepare_first(factor).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// Asks for a passkey like [`challenge_passkey`](Self::challenge_passkey), but for the one with this id.
    ///
    /// # Errors
    /// The errors of [`challenge_passkey`](Self::challenge_passkey). The server checks that the user has the passkey.
    pub async fn challenge_passkey_with_id(
        self,
        passkey_id: &str,
    ) -> Result<SignIn<PasskeyChallenged>, StepError<NeedsFirstFactor>> {
        let factor = Factor { passkey_id: Some(passkey_id.to_owned()), ..Factor::new(Strategy::Passkey) };
        self.prepare_first(factor).await
    }

    /// `NeedsFirstFactor` → `PasskeyChallenged`, without a call: returns to a challenge that waits for its answer.
    ///
    /// Use it after [`choose_another`](SignIn::choose_another).
    ///
    /// # Errors
    /// The unchanged sign-in, if there is no such challenge.
    pub fn passkey_challenged(self) -> Result<SignIn<PasskeyChallenged>, Self> {
        self.back_to()
    }
}

state!(PasskeyChallenged);
