//! A passkey has a challenge to answer.

use super::factor_choice::choose;
use super::needs_first_factor::prepare;
use super::{NeedsFirstFactor, NeedsIdentifier, Started, State, sealed};
use crate::error::ErrorKind;
use crate::platform::{Mediation, PasskeyAuthenticator, PasskeyRequest};
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::{AfterFirstFactor, BeforeFirstFactor};
use crate::sign_in::standing::Standing;
use crate::sign_in::step_error::StepError;
use crate::wire::{AttemptFactor, CreateSignIn, Factor, Request, Strategy, Timestamp, Verification};

/// The server has given a challenge, and waits for one of the user's passkeys to answer it (Web Authentication Level 3
/// section 7.2).
///
/// Whose passkey it is may be unknown so far: a *discoverable* one says it itself. A user who closes the dialogue leaves
/// the sign-in here: ask again, or choose another way.
#[derive(Debug)]
pub struct PasskeyChallenged(pub(crate) ());

impl SignIn<PasskeyChallenged> {
    /// `PasskeyChallenged` → the first factor's outcome: asks the user for a passkey, and gives what it signed.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`]
    /// - `Capability`: the user said no, there is no passkey here, or it failed; nothing was sent.
    /// - `NothingToSign`: the challenge is over: [ask for another](Self::challenge_again).
    /// - else as for [`verify_assertion`](Self::verify_assertion).
    pub async fn verify_with(
        self,
        authenticator: &dyn PasskeyAuthenticator,
        mediation: Mediation,
    ) -> Result<AfterFirstFactor, StepError<PasskeyChallenged>> {
        let Some(options) = self.verification().and_then(Verification::challenge) else {
            return Err(StepError::stayed(ErrorKind::NothingToSign, self));
        };
        match authenticator.get_assertion(PasskeyRequest::new(options, mediation)).await {
            Ok(credential) => self.verify_assertion(credential.expose()).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// `PasskeyChallenged` → the first factor's outcome: gives what a passkey signed, for an app that asks for it itself: a
    /// `PublicKeyCredential` as the JSON text of Web Authentication Level 3 section 5.1.8
    /// (`AuthenticationResponseJSON`). `POST /v1/client/sign_ins/{id}/attempt_first_factor`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`]
    /// - `Rejected`: the passkey is none of this instance (`passkey_not_registered`), what it signed is not this challenge
    ///   for this page (`passkey_authentication_failure`, `passkey_invalid_public_key_credential`), the challenge is too
    ///   old (`verification_expired`) or was answered wrongly (`verification_failed`): [ask for
    ///   another](Self::challenge_again); the account is locked (`user_locked`).
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](SignIn::refresh) tells what happened.
    ///
    /// [`StepError::Moved`] if the refusal shows the attempt at another state.
    pub async fn verify_assertion(
        self,
        public_key_credential: &str,
    ) -> Result<AfterFirstFactor, StepError<PasskeyChallenged>> {
        let attempt = AttemptFactor::passkey(self.id(), public_key_credential.into());
        self.step(Request::AttemptFirstFactor(attempt)).await.map(AfterFirstFactor::from)
    }

    /// `PasskeyChallenged` → `PasskeyChallenged`: asks for another challenge; the old one is of no use any more.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`] `Rejected`, `Transport` or `Protocol`.
    /// [`StepError::Moved`] if the attempt is at another state.
    pub async fn challenge_again(self) -> Result<SignIn<PasskeyChallenged>, StepError<PasskeyChallenged>> {
        let chosen = self.chosen_for(self.verification()).cloned();
        challenge(self, chosen.unwrap_or_else(|| Factor::new(Strategy::Passkey))).await
    }

    /// `PasskeyChallenged` → `NeedsFirstFactor`, or `NeedsIdentifier` if the user has not said who they are. Without a
    /// call: to verify by something else.
    pub fn choose_another(self) -> BeforeFirstFactor {
        BeforeFirstFactor::of(self)
    }

    /// What is asked of the passkey: the JSON text of Web Authentication Level 3 section 5.1.10
    /// (`PublicKeyCredentialRequestOptionsJSON`). Empty if it is over: [ask for another](Self::challenge_again).
    #[must_use]
    pub fn options(&self) -> &str {
        self.verification().and_then(Verification::challenge).unwrap_or_default()
    }

    /// How far the verification is: whether it expired or failed.
    #[must_use]
    pub fn verification(&self) -> Option<&Verification> {
        self.first_factor_verification()
    }

    /// Until when the server takes the answer.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.verification()?.expire_at
    }
}

/// Passkeys of whoever has one.
impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `PasskeyChallenged`: asks for any passkey of this app, which says itself whose it is
    /// (`discoverable`), at once or by the suggestions of the field for the identifier
    /// ([`Mediation::Autofill`]). `POST /v1/client/sign_ins`
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
    /// As for [`create`](SignIn::create), `form_param_value_invalid` if the instance has no passkeys.
    /// [`StepError::Moved`] if the attempt began, but without a challenge.
    pub async fn challenge_passkey(self) -> Result<SignIn<PasskeyChallenged>, StepError<NeedsIdentifier>> {
        let create = CreateSignIn { strategy: Some(Strategy::Passkey), ..CreateSignIn::new() };
        match self.step(Request::CreateSignIn(create)).await? {
            AnySignIn::PasskeyChallenged(challenged) => Ok(challenged),
            elsewhere => Err(StepError::moved(elsewhere)),
        }
    }
}

/// Passkeys at the first factor, and back to a challenge that waits for its answer.
impl SignIn<NeedsFirstFactor> {
    /// `NeedsFirstFactor` → `PasskeyChallenged`: asks for a passkey of this user.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`]
    /// - `FactorNotFound`: the user has no passkey; nothing was sent.
    /// - `Rejected`: the account is locked (`user_locked`).
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](SignIn::refresh) tells what happened.
    ///
    /// [`StepError::Moved`] if the attempt is at another state, so that there is no challenge.
    pub async fn challenge_passkey(self) -> Result<SignIn<PasskeyChallenged>, StepError<NeedsFirstFactor>> {
        match choose(self.supported_first_factors(), &Strategy::Passkey, self.identifier()) {
            Ok(factor) => challenge(self, factor).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// As [`challenge_passkey`](Self::challenge_passkey), for the passkey with this id.
    ///
    /// # Errors
    /// As for [`challenge_passkey`](Self::challenge_passkey); whether the user has the passkey is the server's to say.
    pub async fn challenge_passkey_with_id(
        self,
        passkey_id: &str,
    ) -> Result<SignIn<PasskeyChallenged>, StepError<NeedsFirstFactor>> {
        let factor = Factor { passkey_id: Some(passkey_id.to_owned()), ..Factor::new(Strategy::Passkey) };
        challenge(self, factor).await
    }

    /// `NeedsFirstFactor` → `PasskeyChallenged`, without a call: back to a challenge that waits for its answer, after
    /// [`choose_another`](SignIn::choose_another).
    ///
    /// # Errors
    /// The sign-in as it is, if there is no such challenge.
    pub fn passkey_challenged(self) -> Result<SignIn<PasskeyChallenged>, Self> {
        self.back_to(Standing::PasskeyChallenged, PasskeyChallenged(()))
    }
}

async fn challenge<From: State>(
    sign_in: SignIn<From>,
    factor: Factor,
) -> Result<SignIn<PasskeyChallenged>, StepError<From>> {
    prepare(sign_in, factor, |prepared| match prepared {
        AnySignIn::PasskeyChallenged(challenged) => Ok(challenged),
        elsewhere => Err(elsewhere),
    })
    .await
}

impl State for PasskeyChallenged {}

impl sealed::Sealed for PasskeyChallenged {
    const NAME: &'static str = "PasskeyChallenged";
    const STANDING: Standing = Standing::PasskeyChallenged;

    /// It may have begun without an identifier.
    fn stays_at(standing: Standing) -> bool {
        matches!(standing, Standing::PasskeyChallenged | Standing::NeedsFirstFactor | Standing::NeedsIdentifier)
    }

    fn into_any(sign_in: SignIn<Self>) -> AnySignIn {
        AnySignIn::PasskeyChallenged(sign_in)
    }
}

impl Started for PasskeyChallenged {}
